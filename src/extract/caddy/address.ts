import type { Word } from '../../formats/word.ts';
import { hasPlaceholder } from './model.ts';

/** The address of a site. */
export interface Address {
  readonly word: Word;
  /** `undefined`: the environment may set it. */
  readonly scheme: 'http' | 'https' | '' | undefined;
  /** Lower case; empty for any host; `undefined`: the environment sets it, or leaves it empty. */
  readonly host: string | undefined;
  /** The port as written; `undefined`: none, or, with `portHidden`, one that the environment sets. */
  readonly port: number | undefined;
  readonly portHidden: boolean;
}

/** Parts of an address that are only known when Caddy runs; they may hold colons, slashes and blanks themselves. */
const hidden = /\{\$[^}]*\}|\{\{.*?\}\}|\$\{[^}]*\}|<%.*?%>|@@?[A-Z][A-Z\d_]+@@?|\{[\w.]+\}/g;
const mark = '\u0001';

/**
 * Reads `example.com`, `https://*.example.com:8443`, `:443`, `[::1]:80`, `http://` and their like (Caddyfile Concepts,
 * Addresses; Caddy 2.11, caddyconfig/httpcaddyfile/addresses.go).
 */
export function readAddress(word: Word): Address {
  const text = word.unknown || hasPlaceholder(word.text) ? word.text.replace(hidden, mark) : word.text;
  const [, scheme, rest = ''] = /^(?:([^:/]*):\/\/)?(.*)$/s.exec(text.trim()) ?? [];
  const authority = rest.split('/', 1)[0] ?? '';
  const [, bracketed, plain = '', port = ''] = /^(?:\[([^\]]*)\]|([^:]*))(?::(.*))?$/.exec(authority) ?? [];
  const host = (
    bracketed ?? (port === '' && plain === '' && authority.includes(':') ? authority : plain)
  ).toLowerCase();
  return {
    word,
    scheme: schemeOf(scheme, host, port),
    host: host.includes(mark) ? undefined : host.replace(/^:\d*$/, ''),
    port: /^\d{1,5}$/.test(port) ? Number(port) : undefined,
    portHidden: port.includes(mark) || (host === mark && port === ''),
  };
}

/** A variable at the beginning, with no port after it, may bring a scheme with it. */
function schemeOf(scheme: string | undefined, host: string, port: string): Address['scheme'] {
  if (scheme !== undefined)
    return scheme.toLowerCase() === 'http' ? 'http' : scheme.includes(mark) ? undefined : 'https';
  return host.startsWith(mark) && port === '' ? undefined : '';
}

/**
 * Names and addresses for which no public authority is asked: Caddy's own (certmagic, SubjectQualifiesForPublicCert), or
 * Tailscale (modules/caddyhttp/autohttps.go, isTailscaleDomain).
 */
export const isInternalName = (host: string): boolean =>
  /^(?:localhost|.*\.(?:localhost|local|internal|home\.arpa|ts\.net)|[\d.]+|.*:.*|[^.]+)$/.test(host);
