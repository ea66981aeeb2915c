import { readdirSync, readFileSync } from 'node:fs';
import type { Rule } from '../src/core/rule.ts';
import { readRule } from '../src/judge/load.ts';

/** The built-in rules, sorted by id. Throws with every problem found: a rule that cannot be read must not be built in. */
export function builtinRuleFiles(folder = 'rules'): readonly Rule[] {
  const read = readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => ({
      name,
      ...readRule({ path: `${folder}/${name}`, text: readFileSync(`${folder}/${name}`, 'utf8') }),
    }));
  const problems = read.flatMap(({ problems }) => problems);
  if (problems.length > 0) {
    throw new Error(
      problems.map(({ path, line, column, message }) => `${path}:${line}:${column}: ${message}`).join('\n'),
    );
  }
  const misnamed = read.find(({ name, rule }) => rule && name !== `${rule.id}.yaml`);
  if (misnamed)
    throw new Error(`${folder}/${misnamed.name} holds the rule ${misnamed.rule?.id}: name the file after it`);
  return read.flatMap(({ rule }) => rule ?? []);
}
