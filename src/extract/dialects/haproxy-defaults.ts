import { data } from '../../../data/haproxy.yaml';
import type { ProtocolVersion } from '../../core/fact.ts';
import type { VersionEvidence } from '../../core/technology.ts';
import { isSince } from '../versions.ts';

/** What HAProxy of some version does where nothing is written. The facts and their sources: data/haproxy.yaml. */
export interface HaproxyDefaults {
  /** For the user: which version, and how that is known. */
  readonly reason: string;
  readonly guessed: boolean;
  /** Of bind lines; server lines have no lower bound of their own. */
  readonly oldest: ProtocolVersion;
  readonly newest: ProtocolVersion;
  readonly dheOnRequest: boolean;
  /** Whether the Host header names the server whose certificate is checked. */
  readonly sniAuto: boolean;
  /** Whether requests are passed on before the handshake is complete. */
  readonly usesEarlyData: boolean;
  readonly ciphers: string;
  readonly suites13: readonly string[];
}

export function defaultsOf(evidence: VersionEvidence): HaproxyDefaults {
  const { reason, guessed } = evidence;
  return {
    reason,
    guessed,
    oldest: data.oldestOnBind.find(({ since }) => isSince(evidence, since))?.protocol ?? 'TLSv1.0',
    newest: isSince(evidence, data.tls13Since) ? 'TLSv1.3' : 'TLSv1.2',
    dheOnRequest: isSince(evidence, data.dheOnRequestSince),
    sniAuto: isSince(evidence, data.sniAutoSince),
    usesEarlyData: isSince(evidence, data.earlyDataUsedSince),
    ciphers: data.ciphers,
    suites13: data.suites13,
  };
}
