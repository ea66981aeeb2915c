import type { ProtocolVersion, Upstream } from '../../core/fact.ts';
import { composite, type Field, type Fields, unknown, written } from '../../core/fact-builder.ts';
import { ciphersOf, protocolsOf } from './nginx-protocols.ts';
import { flag, type Lookup, text } from './nginx-settings.ts';

/** Where settings of an upstream's TLS begin: `proxy_ssl_verify`, `grpc_ssl_verify`, `uwsgi_ssl_verify`. */
export type UpstreamPrefix = 'proxy_' | 'grpc_' | 'uwsgi_';

/** What holds where the file says nothing. */
export interface UpstreamDefaults {
  readonly verify: Field<boolean>;
  readonly protocols: Field<readonly ProtocolVersion[]>;
  readonly ciphers: (evaluate: (string: string) => readonly string[]) => Field<readonly string[]>;
}

/**
 * The TLS settings towards an upstream. `*_ssl_verify` checks the chain and, against `*_ssl_name`, the name
 * (ngx_http_proxy_module; ngx_ssl_check_host). Without `defaults` only what is written is there.
 */
export function upstreamFields(look: Lookup, prefix: UpstreamPrefix, defaults?: UpstreamDefaults): Fields<Upstream> {
  const protocols = protocolsOf(look, prefix, defaults?.protocols);
  const verify = flag(look, `${prefix}ssl_verify`) ?? defaults?.verify;
  const ca = text(look, `${prefix}ssl_trusted_certificate`);
  const clientCertificate = text(look, `${prefix}ssl_certificate`);
  return {
    verify: verify && composite<NonNullable<Upstream['verify']>>({ chain: verify, hostname: verify }),
    ca,
    clientCertificate:
      clientCertificate?.origin === 'written' && clientCertificate.value === '' ? undefined : clientCertificate,
    serverName: serverNameOf(look, prefix),
    protocols,
    ciphers: ciphersOf(look, prefix, protocols, true, defaults?.ciphers),
  };
}

/** The name sent in the handshake, where one is sent and it is written out. */
function serverNameOf(look: Lookup, prefix: UpstreamPrefix): Field<string> | undefined {
  const sends = flag(look, `${prefix}ssl_server_name`);
  if (sends?.origin === 'unknown') return unknown;
  if (sends?.origin !== 'written' || !sends.value) return undefined;
  const name = text(look, `${prefix}ssl_name`);
  return name?.origin === 'written' ? written(name.value, name.span) : name;
}
