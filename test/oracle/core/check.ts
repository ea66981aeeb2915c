import type { Fact, FactData, Listener, Upstream } from '../../../src/core/fact.ts';
import { acceptedVersions } from '../probe/handshakes.ts';
import type { Certificates } from './certificates.ts';
import { compareEarlyData } from './compare-early-data.ts';
import { compareListener } from './compare-listener.ts';
import { compareUpstream, passes } from './compare-upstream.ts';
import { type Comparison, type Disagreement, joined } from './disagreement.ts';
import { factsOf } from './facts.ts';
import type { OracleCase, World } from './oracle-case.ts';
import type { Installed, RealServer } from './real-server.ts';
import { startServer } from './running.ts';
import { type Backends, makeWorld } from './world.ts';

/** What a machine has to offer for one server's cases. */
export interface Bench {
  readonly server: RealServer;
  readonly installed: Installed;
  readonly certificates: Certificates;
  readonly backends: Backends;
  /** Where each case gets a folder of its own. */
  readonly folder: string;
}

export type Outcome =
  | { readonly state: 'refused'; readonly files: OracleCase['files']; readonly output: string }
  | ({
      readonly state: 'compared';
      readonly files: OracleCase['files'];
      readonly compares: readonly string[];
    } & Comparison);

let cases = 0;

/** Starts the server with one configuration, asks it everything that its facts claim, and compares. */
export async function check(bench: Bench, make: (world: World) => OracleCase): Promise<Outcome> {
  const { server, installed, certificates, backends } = bench;
  const folder = `${bench.folder}/case-${++cases}`;
  const { world, ports } = await makeWorld(folder, certificates, backends);
  const oracleCase = make(world);
  const { files, compares } = oracleCase;
  const { facts, diagnostics } = await factsOf(server, installed, files);
  const [problem] = diagnostics;
  if (problem) throw new Error(`tlslint cannot read it: ${problem.message} at ${problem.span.start}\n${shown(files)}`);
  const started = await startServer(server, installed, folder, files, ports());
  if (started.state === 'refused') return { state: 'refused', files, output: started.output };
  try {
    const comparison = joined([
      ...(await compareListeners(bench, facts, ports())),
      ...(await compareMissed(facts, ports(), oracleCase)),
      ...(await comparePasses(bench, facts, oracleCase)),
      ...(await compareEarly(bench, facts, oracleCase, folder)),
    ]);
    return { state: 'compared', files, compares, ...comparison };
  } finally {
    await started.stop();
  }
}

/** A disagreement counts if it is still there when asked again: a server may have been about to get its certificate. */
async function settled(compare: () => Promise<Comparison>): Promise<Comparison> {
  const first = await compare();
  if (first.disagreements.length === 0) return first;
  await new Promise((resolve) => setTimeout(resolve, 500));
  return compare();
}

/** Facts with a port of the case, each asked under its own name. */
async function compareListeners(
  { server, certificates }: Bench,
  facts: readonly Fact[],
  ports: readonly number[],
): Promise<readonly Comparison[]> {
  const results: Comparison[] = [];
  for (const fact of facts.filter(isListener)) {
    for (const port of fact.data.ports ?? []) {
      if (!ports.includes(port)) continue;
      const serverName = nameOf(fact);
      const target = { port, ...(serverName !== undefined && { serverName }) };
      results.push(await settled(() => compareListener(fact, target, server, certificates)));
    }
  }
  return results;
}

/** A host that a client could ask for: `x.example.com` for `*.example.com`. */
function nameOf({ data }: Fact<Listener>): string | undefined {
  const host = (data.hosts ?? []).find((name) => /^(\*\.)?[a-z\d-]+(\.[a-z\d-]+)*$/i.test(name));
  return host?.replace(/^\*/, 'any');
}

/** A port that speaks TLS although no fact says so. */
async function compareMissed(
  facts: readonly Fact[],
  ports: readonly number[],
  { serverNames = [undefined] }: OracleCase,
): Promise<readonly Comparison[]> {
  const known = new Set(facts.filter(isListener).flatMap(({ data }) => (data.tls === false ? [] : (data.ports ?? []))));
  const results: Comparison[] = [];
  for (const port of ports.filter((candidate) => !known.has(candidate))) {
    for (const serverName of serverNames) {
      const versions = await acceptedVersions({ port, ...(serverName !== undefined && { serverName }) });
      if (versions.size === 0) continue;
      const missed: Disagreement = {
        subject: `port ${port}`,
        pointer: 'tls',
        fact: 'no listener with TLS',
        origin: 'nothing was found in the configuration',
        observed: [...versions.keys()],
      };
      results.push({ tested: [], disagreements: [missed] });
    }
  }
  return results;
}

async function comparePasses(
  { server, certificates }: Bench,
  facts: readonly Fact[],
  { passes: wanted = [] }: OracleCase,
): Promise<readonly Comparison[]> {
  const results: Comparison[] = [];
  for (const pass of wanted) {
    const reaching = facts.filter(isUpstream).filter((fact) => reaches(fact, pass.backend.port));
    results.push(
      await settled(async () => {
        const passed = await passes(pass, certificates.client);
        return joined(reaching.map((fact) => compareUpstream(fact, pass, passed, server)));
      }),
    );
  }
  return results;
}

const reaches = ({ data }: Fact<Upstream>, port: number): boolean =>
  new RegExp(`\\b${port}\\b`).test(data.target ?? '');

async function compareEarly(
  { certificates }: Bench,
  facts: readonly Fact[],
  { early = [] }: OracleCase,
  folder: string,
): Promise<readonly Comparison[]> {
  const results: Comparison[] = [];
  for (const pass of early) {
    const matching = facts
      .filter(isListener)
      .filter(({ data }) => data.ports?.includes(pass.port) && data.tls !== false)
      .filter((fact) => nameOf(fact) === pass.serverName);
    for (const fact of matching)
      results.push(await settled(() => compareEarlyData(fact, pass, folder, certificates.client)));
  }
  return results;
}

const isListener = (fact: Fact<FactData>): fact is Fact<Listener> => fact.data.kind === 'listener';
const isUpstream = (fact: Fact<FactData>): fact is Fact<Upstream> => fact.data.kind === 'upstream';

/** The files as a failing test shows them. */
export const shown = (files: OracleCase['files']): string =>
  Object.entries(files)
    .map(([path, text]) => `--- ${path}\n${text}`)
    .join('\n');
