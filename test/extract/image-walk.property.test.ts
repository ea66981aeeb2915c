import { expect, test } from '@jest/globals';
import { compared } from '../oracle/images/agreement.ts';

/** The oracle compares thousands of files (test/oracle/images); these few keep a change of the walk honest. */
test('the walk agrees with a model that builds every possible world', () => {
  const { stages, wrong } = compared(250, 20261125);
  expect(wrong).toEqual([]);
  for (const count of Object.values(stages)) expect(count).toBeGreaterThan(20);
});
