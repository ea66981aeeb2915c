import { execFileSync } from 'node:child_process';
import { expect, test } from '@jest/globals';

/** A row must not rest on a field of another type, or on a value that the API server refuses. A script of its own: the packages load outside jest's module system. */
test('the schemas of the real resources take the manifests of the rows', () => {
  const output = execFileSync(process.execPath, ['--import', 'tsx', 'scripts/refused-manifests.ts'], {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const { known, refused } = JSON.parse(output);
  expect(refused).toEqual([]);
  expect(known).toBeGreaterThan(100);
});
