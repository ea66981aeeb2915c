import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compared } from './compared.ts';
import { layerCases } from './layer-cases.ts';
import { patchCases } from './patch-cases.ts';
import { versionOfKustomize } from './program.ts';
import { repositories } from './random.ts';

const version = versionOfKustomize();
const missing = 'kustomize is not installed: go install sigs.k8s.io/kustomize/kustomize/v5@v5.8.2';
const runs = Number(process.env.ORACLE_RUNS ?? 300);
const seed = Number(process.env.ORACLE_SEED ?? 20261125);
/** Of random repositories, how many kustomize may refuse before the grammar is to blame. */
const mostRefused = 0.1;

if (version === undefined) {
  if (process.env.ORACLE_REQUIRED === '1')
    test('kustomize can be started', () => {
      throw new Error(missing);
    });
  else {
    process.stderr.write(`skipped: ${missing}\n`);
    test.skip(missing, () => {});
  }
} else {
  describe(`kustomize ${version}`, () => {
    test.each([...patchCases, ...layerCases])('$name', (one) => {
      expect(compared(one)).toEqual({ differs: [] });
    });

    test('builds made at random', () => {
      let refused = 0;
      fc.assert(
        fc.property(repositories, (one) => {
          const { differs, refused: reason } = compared(one);
          if (reason !== undefined) refused += 1;
          expect(differs).toEqual([]);
        }),
        { numRuns: runs, seed },
      );
      expect(refused).toBeLessThan(runs * mostRefused);
    }, 600_000);
  });
}
