import { expect, test } from '@jest/globals';
import { compared } from './agreement.ts';

/** Runs with the oracle; `IMAGE_WALK_RUNS` and `ORACLE_SEED` choose how many files and which. */
test('the walk agrees with a model that builds every possible world', () => {
  const files = Number(process.env.IMAGE_WALK_RUNS ?? 2000);
  const { stages, wrong, vague } = compared(files, Number(process.env.ORACLE_SEED ?? 20261125));
  const all = stages.present + stages.absent + stages.unknown;
  process.stdout.write(`${files} files, ${JSON.stringify(stages)}, ${wrong.length} wrong, ${vague.length} vague\n`);
  expect(wrong).toEqual([]);
  // What is known only because another world would not have built is more than a walk in one direction can say.
  expect(vague.slice(0, vague.length > all / 50 ? 5 : 0)).toEqual([]);
}, 600_000);
