import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { probesMade } from '../probe/server-hello.ts';
import { makeCertificates } from './certificates.ts';
import { type Bench, check, type Outcome, shown } from './check.ts';
import type { Disagreement } from './disagreement.ts';
import type { NamedCase, OracleCase, World } from './oracle-case.ts';
import type { RealServer } from './real-server.ts';
import { type Result, resultsFolder } from './result.ts';
import { startBackends } from './world.ts';

/** Configurations made at random from a grammar. */
export interface RandomConfigurations<T> {
  readonly configuration: fc.Arbitrary<T>;
  /** How many are given to one started server at most. */
  readonly together: number;
  readonly make: (world: World, configurations: readonly T[]) => OracleCase;
}

const wanted = Number(process.env.ORACLE_RUNS ?? 300);
const seed = Number(process.env.ORACLE_SEED ?? 20261125);
const required = process.env.ORACLE_REQUIRED === '1';
/** A case starts a server and asks it a few hundred questions on a machine that may be busy; in milliseconds. */
const patience = 120_000;
/** Of random configurations, how many the server may refuse before the grammar is to blame. */
const mostRefused = 0.1;

/** The tests of one server: each hand-written case, then random configurations. */
export function oracleSuite<T>(server: RealServer, cases: readonly NamedCase[], random: RandomConfigurations<T>): void {
  const installed = server.find();
  if (!installed) {
    const missing = `${server.name} is not installed: ${server.install}`;
    if (required)
      test(`${server.name} can be started`, () => {
        throw new Error(missing);
      });
    else {
      process.stderr.write(`skipped: ${missing}\n`);
      test.skip(missing, () => {});
    }
    return;
  }
  describe(installed.description, () => {
    const folder = mkdtempSync(join(tmpdir(), `tlslint-oracle-${server.name}-`));
    let bench: Bench;
    let handWritten = 0;
    let comparisons = 0;
    let disagreements = 0;
    let done = 0;
    let refused = 0;
    const count = (outcome: Outcome): void => {
      if (outcome.state === 'refused') return;
      comparisons += outcome.tested.length;
      disagreements += outcome.disagreements.length;
    };

    beforeAll(async () => {
      const certificates = await makeCertificates(join(folder, 'certificates'));
      bench = { server, installed, certificates, backends: await startBackends(certificates), folder };
    }, patience);
    afterAll(() => {
      bench.backends.close();
      rmSync(folder, { recursive: true, force: true });
      const { name, limits } = server;
      const { description } = installed;
      const result: Result = {
        ...{ name, description, handWritten, random: done, probes: probesMade(), comparisons, disagreements, limits },
      };
      mkdirSync(resultsFolder, { recursive: true });
      writeFileSync(join(resultsFolder, `${name}.json`), JSON.stringify(result, undefined, 2));
    });

    test.each([...cases])(
      '$name',
      async ({ make }) => {
        const outcome = await check(bench, make);
        count(outcome);
        agree(outcome);
        if (outcome.state === 'compared')
          expect(outcome.compares.filter((pointer) => !outcome.tested.some((tested) => tested === pointer))).toEqual(
            [],
          );
        handWritten++;
      },
      patience,
    );

    test(
      `${wanted} random configurations (seed ${seed})`,
      async () => {
        const property = fc.asyncProperty(
          fc.array(random.configuration, { minLength: 1, maxLength: random.together, size: 'max' }),
          async (configurations) => {
            const outcome = await check(bench, (world) => random.make(world, configurations));
            if (outcome.state === 'refused') {
              refused += configurations.length;
              if (refused > 20 + (done + refused) * mostRefused)
                throw new Error(`refused:\n${outcome.output}\n${shown(outcome.files)}`);
              return;
            }
            done += configurations.length;
            count(outcome);
            agree(outcome);
          },
        );
        for (let round = 0; done < wanted; round++) {
          const numRuns = Math.ceil((wanted - done) / random.together);
          await fc.assert(property, { numRuns, seed: seed + round });
        }
        if (refused > 0)
          process.stderr.write(`${server.name}: ${refused} random configurations refused, ${done} compared\n`);
      },
      wanted * 10_000,
    );
  });
}

/** Fails with the configuration, the fact and the handshake side by side. */
function agree(outcome: Outcome): void {
  if (outcome.state === 'refused')
    throw new Error(`the server does not take this configuration:\n${outcome.output}\n${shown(outcome.files)}`);
  if (outcome.disagreements.length > 0)
    throw new Error(`${outcome.disagreements.map(described).join('\n\n')}\n\n${shown(outcome.files)}`);
}

const described = ({ subject, pointer, fact, origin, observed }: Disagreement): string =>
  [
    `${subject}: ${pointer}`,
    `  the fact says    ${JSON.stringify(fact)} (${origin})`,
    `  the server does  ${JSON.stringify(observed)}`,
  ].join('\n');
