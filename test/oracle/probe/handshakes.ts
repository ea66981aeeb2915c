import type { ProtocolVersion } from '../../../src/core/fact.ts';
import { protocolVersions } from '../../../src/tls/protocols.ts';
import type { wireVersions } from './client-hello.ts';
import { commonName, groupCodes, suiteCodes, suiteNames } from './codes.ts';
import { type Answer, offer } from './server-hello.ts';

/** Which socket, and as whom the client asks for. */
export interface Target {
  readonly port: number;
  readonly serverName?: string;
}

export type Version = keyof typeof wireVersions;
export const versions: readonly Version[] = protocolVersions.filter(
  (version): version is Version => version !== 'SSLv2',
);

const everyGroup = Object.values(groupCodes);
const suitesFor = (version: Version): readonly number[] => suiteCodes(version === 'TLSv1.3' ? '1.3' : 'older');

const ask = (target: Target, version: Version, suites: readonly number[], groups: readonly number[]): Promise<Answer> =>
  offer(target.port, {
    version,
    suites,
    groups,
    ...(target.serverName !== undefined && { serverName: target.serverName }),
  });

/** The versions that are accepted, each asked for alone, oldest first. */
export async function acceptedVersions(target: Target): Promise<ReadonlyMap<ProtocolVersion, Answer>> {
  const answers = await Promise.all(
    versions.map(async (version) => [version, await ask(target, version, suitesFor(version), everyGroup)] as const),
  );
  return new Map(answers.filter(([, { kind }]) => kind === 'accepted'));
}

/** Every suite that is accepted with a version, by the name that facts use, in the order in which the server picks. */
export async function acceptedSuites(target: Target, version: Version): Promise<readonly string[]> {
  const left = new Set(suitesFor(version));
  const accepted: number[] = [];
  while (left.size > 0) {
    const answer = await ask(target, version, [...left], everyGroup);
    if (answer.kind === 'refused' || !left.delete(answer.suite)) break;
    accepted.push(answer.suite);
  }
  return accepted.map((code) => commonName(suiteNames().get(code) ?? code.toString(16)));
}

/**
 * Whether the server picks by its own order: it answers alike whichever way round the client lists two suites. Without
 * ChaCha20, for which servers make an exception where the client lists it first (SSL_OP_PRIORITIZE_CHACHA).
 */
export async function prefersOwnOrder(target: Target, version: Version): Promise<boolean | undefined> {
  const suites = suitesFor(version).filter((code) => !/CHACHA20/.test(suiteNames().get(code) ?? ''));
  const first = await ask(target, version, suites, everyGroup);
  if (first.kind === 'refused') return undefined;
  const others = suites.filter((suite) => suite !== first.suite);
  const second = await ask(target, version, others, everyGroup);
  if (second.kind === 'refused') return undefined;
  const turned = await ask(target, version, [second.suite, first.suite], everyGroup);
  return turned.kind === 'accepted' && turned.suite === first.suite;
}

/** The groups that are accepted, by IANA name. */
export async function acceptedGroups(target: Target, version: Version): Promise<readonly string[]> {
  const ephemeral = suitesFor(version).filter(
    (code) => version === 'TLSv1.3' || /^TLS_ECDHE_/.test(suiteNames().get(code) ?? ''),
  );
  const answers = await Promise.all(
    Object.entries(groupCodes).map(
      async ([name, code]) => [name, await ask(target, version, ephemeral, [code])] as const,
    ),
  );
  return answers.filter(([, { kind }]) => kind === 'accepted').map(([name]) => name);
}
