import type { ProtocolVersion } from '../core/fact.ts';

/** Oldest first. */
export const protocolVersions = ['SSLv2', 'SSLv3', 'TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const satisfies readonly ProtocolVersion[];

/** Negative when `a` is older than `b`. */
export const compareProtocols = (a: ProtocolVersion, b: ProtocolVersion): number =>
  protocolVersions.indexOf(a) - protocolVersions.indexOf(b);

/** The versions from `oldest` to `newest`, both included. */
export const protocolRange = (oldest: ProtocolVersion, newest: ProtocolVersion): readonly ProtocolVersion[] =>
  protocolVersions.slice(protocolVersions.indexOf(oldest), protocolVersions.indexOf(newest) + 1);
