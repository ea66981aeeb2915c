import fc from 'fast-check';
import { stagesOf } from '../../../src/extract/image/walk/stages.ts';
import { parseDockerfile } from '../../../src/formats/dockerfile.ts';
import { inMemory } from '../../support/lint-files.ts';
import type { StagePlan } from './dockerfile.ts';
import { build, contextTexts, textOf } from './dockerfile.ts';
import type { Verdict } from './file-system.ts';
import { randomStages } from './random.ts';
import { everyWorld } from './world.ts';

const mostWorlds = 256;

/** What is known of each stage when every possible world is built; `undefined` where none builds, or too many do. */
function expected(stages: readonly StagePlan[]): readonly (Verdict | undefined)[] {
  const verdictsOf = (results: readonly (readonly (Verdict | undefined)[])[], index: number): ReadonlySet<Verdict> =>
    new Set(results.flatMap((result) => result[index] ?? []));
  const settled = (results: readonly (readonly (Verdict | undefined)[])[]): boolean =>
    results.length % 8 === 0 && stages.every((_stage, index) => verdictsOf(results, index).size > 1);
  const { results, complete } = everyWorld((world) => build(stages, world), mostWorlds, settled);
  return stages.map((_stage, index) => {
    const verdicts = verdictsOf(results, index);
    if (verdicts.size > 1) return 'unknown';
    const [only] = verdicts;
    return complete || only === 'unknown' ? only : undefined;
  });
}

function walked(text: string): readonly Verdict[] {
  const { repository } = inMemory({ ...contextTexts(), Dockerfile: text });
  const source = repository.read('Dockerfile');
  // The model knows no modes: to it, what only root can read is there.
  const stages = source ? stagesOf(source, parseDockerfile(source), repository) : [];
  return stages.map(({ caBundle, unreadable }) => (unreadable ? 'present' : caBundle));
}

/** What a comparison of the walk with the model came to. */
export interface Agreement {
  readonly files: number;
  /** Stages that build in some world and whose worlds were all seen, by the model's verdict. */
  readonly stages: Readonly<Record<Verdict, number>>;
  /** The walk claims what does not hold in every world. */
  readonly wrong: readonly string[];
  /** The walk does not know what holds in every world. */
  readonly vague: readonly string[];
}

/** Compares the walk over random Dockerfiles with a model that builds every possible world. */
export function compared(files: number, seed: number): Agreement {
  const stages = { present: 0, absent: 0, unknown: 0 };
  const wrong: string[] = [];
  const vague: string[] = [];
  for (const plans of fc.sample(randomStages, { numRuns: files, seed })) {
    const text = textOf(plans);
    const walk = walked(text);
    for (const [index, verdict] of expected(plans).entries()) {
      if (verdict === undefined) continue;
      stages[verdict]++;
      if (walk[index] === verdict) continue;
      const report = `stage ${index}: ${verdict}, and the walk says ${walk[index]}\n${textOf(plans.slice(0, index + 1))}`;
      (walk[index] === 'unknown' ? vague : wrong).push(report);
      break;
    }
  }
  const shortest = (reports: readonly string[]): readonly string[] => reports.toSorted((a, b) => a.length - b.length);
  return { files, stages, wrong: shortest(wrong), vague: shortest(vague) };
}
