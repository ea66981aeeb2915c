import { type Field, unknown, written } from '../../core/fact-builder.ts';
import type { CaddyBlock, CaddyDirective } from '../../formats/caddyfile.ts';
import { spanOfWord, type Word } from '../../formats/word.ts';
import { reachOf } from '../../tls/reach.ts';
import { argument, last, named } from './directives.ts';
import { isFixed } from './model.ts';

/** The global options that bear on TLS (Caddyfile, Global Options). */
export interface Options {
  readonly httpPort: number;
  readonly httpsPort: number;
  /** `auto_https`: which parts of automatic HTTPS are off. */
  readonly off: ReadonlySet<string>;
  readonly defaultBind: readonly Word[];
  readonly defaultSni: readonly string[];
  readonly localCerts: boolean;
  /** `acme_ca`, or the module of `cert_issuer` with its block. */
  readonly directory: Word | undefined;
  readonly issuer: CaddyDirective | undefined;
  /** The protocols of `servers`, by listen address; the empty one is for all. */
  readonly servers: readonly CaddyDirective[];
  readonly open: boolean;
}

export function optionsOf(block: CaddyBlock, open: boolean): Options {
  const port = (name: string, usual: number): number => {
    const word = argument(block, name);
    return word && /^\d+$/.test(word.text) ? Number(word.text) : usual;
  };
  const sni = ['default_sni', 'fallback_sni'].flatMap((name) => argument(block, name)?.text ?? []);
  return {
    httpPort: port('http_port', 80),
    httpsPort: port('https_port', 443),
    off: new Set(last(block, 'auto_https')?.arguments.map(({ text }) => text) ?? []),
    defaultBind: named(block, 'default_bind').flatMap((directive) => directive.arguments),
    defaultSni: sni,
    localCerts: last(block, 'local_certs') !== undefined,
    directory: argument(block, 'acme_ca'),
    issuer: named(block, 'cert_issuer')[0],
    servers: named(block, 'servers'),
    open: block.open || open,
  };
}

/** HTTP/3 is off for a port where the `servers` options leave it out, or forbid its early data (`0rtt off`). */
export function withoutHttp3(options: Options, port: number | undefined): boolean {
  if (options.open) return false;
  const forPort = options.servers.find(({ arguments: [address] }) => address?.text.endsWith(`:${port ?? ''}`));
  const servers = forPort ?? options.servers.find(({ arguments: words }) => words.length === 0);
  if (!servers?.block || servers.block.open) return false;
  const protocols = last(servers.block, 'protocols')?.arguments;
  const early = argument(servers.block, '0rtt');
  return early?.text === 'off' || (protocols?.every((word) => isFixed(word) && word.text !== 'h3') ?? false);
}

/** Who can reach a site: only this machine where it is bound to loopback or a unix socket; else its names say it. */
export function exposureOf(
  binds: readonly Word[],
  hosts: readonly string[],
  self: Word,
): Field<'external' | 'internal'> {
  if (binds.some((bind) => !isFixed(bind))) return unknown;
  const [first] = binds;
  if (first && binds.every(isInternalAddress)) return written('internal', spanOfWord(first));
  return exposureOfHosts(hosts, first ?? self);
}

/**
 * A site whose names all lead to this machine serves nobody else. One whose names are of a private network (RFC 1918,
 * `.internal`, `.lan`) is seen by that network only: neither of the two.
 */
export function exposureOfHosts(hosts: readonly string[], place: Word): Field<'external' | 'internal'> {
  const reaches = hosts.map((host) => reachOf(host.includes(':') ? `[${host}]` : host));
  if (reaches.length === 0 || reaches.includes('external')) return written('external', spanOfWord(place));
  return reaches.includes('private') ? unknown : written('internal', spanOfWord(place));
}

/** `127.0.0.1`, `unix//run/site.sock`, `tcp4/[::1]`. */
const isInternalAddress = ({ text }: Word): boolean => {
  const address = text.replace(/^(?:tcp|udp)[46]?\//, '');
  if (/^(?:unix(?:gram|packet)?(?:\+h2c)?|fd(?:gram)?)\//.test(address)) return true;
  return reachOf(/^[^[].*:.*:/.test(address) ? `[${address}]` : address) === 'internal';
};
