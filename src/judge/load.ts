import { Ajv, type ErrorObject } from 'ajv';
import { load, YAMLException } from 'js-yaml';
import factSchema from '../../schemas/fact.schema.json' with { type: 'json' };
import ruleSchema from '../../schemas/rule.schema.json' with { type: 'json' };
import type { FactKind } from '../core/fact.ts';
import type { CompiledRule, JsonSchema, Rule } from '../core/rule.ts';
import type { Source } from '../core/source.ts';
import { lineStarts, locate } from '../core/text.ts';
import { parseYaml } from '../formats/yaml.ts';
import { items, keyOf, lookUp, spanOfNode, type YamlNode } from '../formats/yaml-tree.ts';
import { compileRule } from './compile.ts';
import { conditionProblems } from './condition-problems.ts';
import { type ExampleContent, exampleOf } from './example.ts';

export interface RuleFile {
  readonly path: string;
  readonly text: string;
}

/** What is wrong with a rule file, and where. Lines and columns are 1-based. */
export interface RuleProblem {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** Reads and compiles rule files. A file with a problem yields no rule; the others are not affected. */
export function loadRules(files: readonly RuleFile[]): {
  readonly rules: readonly CompiledRule[];
  readonly problems: readonly RuleProblem[];
} {
  const read = files.map(readRule);
  return {
    rules: read.flatMap(({ rule }) => (rule ? [compileRule(rule)] : [])),
    problems: read.flatMap(({ problems }) => problems),
  };
}

/** Reads one rule file: checked against the published schema, its condition against the fields of its kinds. */
export function readRule(file: RuleFile): {
  readonly rule: Rule | undefined;
  readonly problems: readonly RuleProblem[];
} {
  let content: unknown;
  try {
    content = load(file.text);
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const { line = 0, column = 0 } = error.mark ?? {};
    return {
      rule: undefined,
      problems: [{ path: file.path, line: line + 1, column: column + 1, message: error.reason }],
    };
  }
  const at = placesIn(file);
  const validate = ruleValidator();
  if (!validate(content)) {
    const problems = (validate.errors ?? []).map((error) => at(partsOf(error), wordingOf(error)));
    return { rule: undefined, problems: problems.slice(0, 1) };
  }
  const rule = normalised(content as RuleFileContent);
  const problems = [
    ...conditionProblems(rule.when, ['when'], kindSchemas(rule.fact)),
    ...rule.lower.flatMap((lower, index) =>
      conditionProblems(lower.when, ['lower', String(index), 'when'], kindSchemas(rule.fact)),
    ),
  ].map(({ path, message }) => at(path, message));
  return problems.length > 0 ? { rule: undefined, problems } : { rule, problems: [] };
}

/** The rule as its file spells it, once the schema has accepted it. */
interface RuleFileContent extends Omit<Rule, 'fact' | 'lower' | 'bad' | 'good'> {
  readonly fact: FactKind | readonly FactKind[];
  readonly lower?: Rule['lower'];
  readonly bad: readonly ExampleContent[];
  readonly good: readonly ExampleContent[];
}

const normalised = (content: RuleFileContent): Rule => ({
  ...content,
  fact: typeof content.fact === 'string' ? [content.fact] : content.fact,
  lower: content.lower ?? [],
  bad: content.bad.map(exampleOf),
  good: content.good.map(exampleOf),
});

let compiledValidator: ReturnType<Ajv['compile']> | undefined;
function ruleValidator(): ReturnType<Ajv['compile']> {
  compiledValidator ??= new Ajv({ allErrors: false, allowUnionTypes: true }).compile(ruleSchema);
  return compiledValidator;
}

/** The schemas of these kinds of fact, with references resolved by `definition`. */
function kindSchemas(kinds: readonly FactKind[]): readonly JsonSchema[] {
  return Object.values<JsonSchema>(factSchema.definitions).filter((schema) => {
    const properties = schema.properties as Readonly<Record<string, JsonSchema>> | undefined;
    const kind = properties?.kind?.const;
    return kinds.some((wanted) => wanted === kind);
  });
}

function partsOf(error: ErrorObject): readonly string[] {
  const parts = error.instancePath.split('/').slice(1);
  return error.keyword === 'additionalProperties' ? [...parts, String(error.params.additionalProperty)] : parts;
}

function wordingOf(error: ErrorObject): string {
  if (error.keyword === 'additionalProperties') return `unknown key "${error.params.additionalProperty}"`;
  if (error.keyword === 'enum') return `must be one of ${JSON.stringify(error.params.allowedValues)}`;
  return error.message ?? `does not satisfy "${error.keyword}"`;
}

/** Turns a path into the file's content into a place, as near as the file has one. */
function placesIn(file: RuleFile): (path: readonly string[], message: string) => RuleProblem {
  const source: Source = { path: file.path, text: file.text };
  const starts = lineStarts(file.text);
  const [root] = parseYaml(source).documents;
  return (path, message) => {
    const span = root ? nearest(root, path) : { start: 0, end: 0 };
    const { line, column } = locate(starts, span.start);
    return { path: file.path, line, column, message: `${path.join('.') || 'rule'}: ${message}` };
  };
}

function nearest(root: YamlNode, path: readonly string[]): { readonly start: number; readonly end: number } {
  let node = root;
  let span = { start: 0, end: 0 };
  for (const part of path) {
    const key = keyOf(node, part);
    if (key) span = spanOfNode(key);
    const found = lookUp(node, part);
    const next = found.state === 'present' ? found.node : items(node)[Number(part)];
    if (!next) return span;
    if (!key) span = spanOfNode(next);
    node = next;
  }
  return span;
}
