import { describe, expect, test } from '@jest/globals';
import type { Example } from '../src/core/rule.ts';
import { builtinRules, lintFiles } from './support/lint-files.ts';

const rules = builtinRules();
const compiled = rules.map((rule) => rule.compiled);

/** Every rule runs, so that a suppression in an example can name any; only this rule's findings are compared. */
async function places(example: Example, rule: string): Promise<readonly string[]> {
  const { today, policy, versions } = example;
  const { findings } = await lintFiles(example.files, {
    rules: compiled,
    ...(today !== undefined && { today }),
    ...(policy !== undefined && { policy }),
    ...(versions && { versions }),
  });
  const own = findings.filter((finding) => finding.rule === rule);
  return [...new Set(own.map(({ location, severity }) => placeText(location.file, location.line, severity, example)))];
}

/** `path:line`, with the severity where the example insists on one. */
function placeText(path: string, line: number, severity: string, example: Example): string {
  const insists = example.expected.some((one) => one.path === path && one.line === line && one.severity);
  return insists ? `${path}:${line} ${severity}` : `${path}:${line}`;
}

const expectedPlaces = ({ expected }: Example): readonly string[] =>
  expected.map(({ path, line, severity }) => (severity ? `${path}:${line} ${severity}` : `${path}:${line}`));

describe.each(rules.map(({ rule }) => [rule.id, rule] as const))('rule %s', (id, rule) => {
  test.each(rule.bad.map((example) => [`${example.technology}: ${example.note}`, example] as const))(
    'finds %s',
    async (_name, example) => {
      expect(example.expected).not.toHaveLength(0);
      expect([...(await places(example, id))].sort()).toEqual([...expectedPlaces(example)].sort());
    },
  );
  test.each(rule.good.map((example) => [`${example.technology}: ${example.note}`, example] as const))(
    'accepts %s',
    async (_name, example) => {
      expect(await places(example, id)).toEqual([]);
    },
  );
});
