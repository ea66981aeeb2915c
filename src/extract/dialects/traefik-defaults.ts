import { data } from '../../../data/traefik-defaults.yaml';
import type { ProtocolVersion } from '../../core/fact.ts';
import { byDefault, type Field } from '../../core/fact-builder.ts';
import type { VersionEvidence } from '../../core/technology.ts';
import { isSince } from '../versions.ts';

/** What Traefik of some version does where nothing is written. The facts and their sources: data/traefik-defaults.yaml. */
export interface TraefikDefaults {
  readonly evidence: VersionEvidence;
  /** For a written option set without `minVersion`, and for the options named `default` that nobody writes. */
  readonly writtenMinimum: ProtocolVersion;
  readonly unwrittenMinimum: ProtocolVersion;
  /** Towards servers. */
  readonly clientMinimum: ProtocolVersion;
  /** Whether a servers transport can choose versions and suites. */
  readonly transportVersions: boolean;
  readonly ciphers: Field<readonly string[]> | undefined;
  readonly suites13: Field<readonly string[]>;
  readonly groups: Field<readonly string[]> | undefined;
  /** A value that holds because of the version. */
  readonly because: <T>(value: T) => Field<T>;
}

export function defaultsOf(evidence: VersionEvidence): TraefikDefaults {
  const { reason, guessed } = evidence;
  const because = <T>(value: T): Field<T> => byDefault(value, `the default of ${reason}`, guessed);
  return {
    evidence,
    writtenMinimum: minimumOf(data.serverMinimum, evidence),
    unwrittenMinimum: minimumOf(data.unwrittenMinimum, evidence),
    clientMinimum: minimumOf(data.clientMinimum, evidence),
    transportVersions: isSince(evidence, data.transportVersionsSince),
    ciphers: isSince(evidence, data.cipherSuitesSince) ? because(data.cipherSuites) : undefined,
    suites13: byDefault(data.suites13, 'Traefik cannot choose the suites of TLS 1.3'),
    groups: isSince(evidence, data.groupsSince) ? because(data.groups) : undefined,
    because,
  };
}

/** Whether `cipherSuites` knows this spelling; any other makes the whole option set fail. */
export const isKnownSuite = (name: string): boolean => knownSuites.has(name);
const knownSuites: ReadonlySet<string> = new Set(data.knownCipherSuites);

/** Whether `curvePreferences` knows this spelling; any other makes the whole option set fail. */
export const isKnownGroup = (name: string): boolean => knownGroups.has(name);
const knownGroups: ReadonlySet<string> = new Set(data.knownGroups);

/** Names of providers whose routers and options are not in the files that are read here. */
export const openProviders: readonly string[] = data.openProviders;

type ByRelease = (typeof data.serverMinimum)[number];

const minimumOf = (rows: readonly ByRelease[], evidence: VersionEvidence): ProtocolVersion =>
  rows.find(({ since }) => isSince(evidence, since))?.protocol ?? 'TLSv1.0';
