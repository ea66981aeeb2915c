import type { ProtocolVersion } from '../core/fact.ts';

/** Oldest first. */
export const protocolVersions = [
  'SSLv2',
  'SSLv3',
  'TLSv1.0',
  'TLSv1.1',
  'TLSv1.2',
  'TLSv1.3',
] as const satisfies readonly ProtocolVersion[];

/** Negative when `a` is older than `b`. */
export const compareProtocols = (a: ProtocolVersion, b: ProtocolVersion): number =>
  protocolVersions.indexOf(a) - protocolVersions.indexOf(b);

/** The versions from `oldest` to `newest`, both included. */
export const protocolRange = (oldest: ProtocolVersion, newest: ProtocolVersion): readonly ProtocolVersion[] =>
  protocolVersions.slice(protocolVersions.indexOf(oldest), protocolVersions.indexOf(newest) + 1);

/**
 * What an OpenSSL client offers where versions are switched off one by one and leave a gap: the oldest run without a
 * gap, for a client can only name a range (ssl_get_min_max_version; observed with nginx 1.22.1 and OpenSSL 3.0, where
 * TLSv1.1 and TLSv1.3 towards an upstream mean TLSv1.1 alone). Servers accept what is switched on, gap or not.
 * `versions`: oldest first.
 */
export function oldestRun(versions: readonly ProtocolVersion[]): readonly ProtocolVersion[] {
  const first = protocolVersions.indexOf(versions[0] ?? 'TLSv1.3');
  return versions.filter((version, index) => protocolVersions.indexOf(version) === first + index);
}

/**
 * The version that a configuration file means by `name`, however its product spells it: `TLSv1` (1.0 in nginx, Apache,
 * OpenSSL and Java), `TLSv1.0` (HAProxy), `TLSV1_2` and `TLSv1_2` (Istio, Envoy), `VersionTLS12` (Go, Kubernetes,
 * Traefik), `tls1.2` (Caddy), `TLS12` (Prometheus), `tls12` (Vault, Consul), `TLS1_2` (Azure), `TLS_1_2` (Google
 * Cloud), `VERS-TLS1.2` (GnuTLS) and `1.2` where the option itself says TLS. Products do not contradict each other.
 * `undefined` for what names no single version (`TLS_AUTO`, `SSLv23`, `all`), for DTLS, and for a version to come.
 */
export function parseProtocol(name: string): ProtocolVersion | undefined {
  const [, family, major, minor = '0'] =
    /^(?:version|vers-)?(tls|ssl)[ _-]?v?_?([1-3])(?:[._]?(\d))?$/i.exec(name.trim().replace(/^1\./, 'TLSv1.')) ?? [];
  const version =
    family?.toLowerCase() === 'tls' ? `TLSv${major}.${minor}` : minor === '0' ? `SSLv${major}` : undefined;
  return protocolVersions.find((known) => known === version);
}
