import { data } from '../../../data/envoy-defaults.yaml';
import type { ProtocolVersion } from '../../core/fact.ts';
import type { VersionEvidence } from '../../core/technology.ts';
import { compareVersions, isSince } from '../versions.ts';

export type Side = 'listener' | 'cluster';

/** What an Envoy of some version does where nothing is written; `undefined`: not known for that release. */
export interface EnvoyDefaults {
  readonly protocols: readonly ProtocolVersion[] | undefined;
  /** In BoringSSL's spelling. */
  readonly ciphers: readonly string[] | undefined;
  readonly groups: readonly string[] | undefined;
}

export function defaultsOf(side: Side, { version }: VersionEvidence): EnvoyDefaults {
  const row = <T extends { readonly since: string }>(rows: readonly T[]): T | undefined =>
    rows.find(({ since }) => isSince({ version }, since));
  const ciphers = row(side === 'listener' ? data.listenerCiphers : data.clusterCiphers)?.ciphers;
  const groups = row(data.groups)?.groups;
  return {
    protocols: row(side === 'listener' ? data.listenerProtocols : data.clusterProtocols)?.protocols,
    ciphers: ciphers === 'unknown' ? undefined : ciphers,
    groups: groups === 'unknown' ? undefined : groups,
  };
}

/** What Envoy of `evidence` is where the file is written for the version 2 API, which newer releases do not read. */
export function versionFor(evidence: VersionEvidence, old: boolean): VersionEvidence {
  if (!old || compareVersions(evidence.version, `${data.lastWithVersion2}.99`) <= 0) return evidence;
  const reason = `Envoy ${data.lastWithVersion2}, the last release that reads this version 2 configuration`;
  return { version: data.lastWithVersion2, reason, guessed: false };
}

/** Whether over QUIC a validation context is known to stop early data; `false`: that release was not tried. */
export const validationStopsEarlyData = ({ version }: VersionEvidence): boolean =>
  compareVersions(version, data.validationStopsEarlyDataSince) >= 0;

/** The policy that a TLS context asks for by name or number. */
export const compliancePolicy = (name: string): (typeof data.compliance)[number] | undefined =>
  data.compliance.find(({ policy }, index) => policy === name || String(index) === name);

export const suites13: readonly string[] = data.suites13;
