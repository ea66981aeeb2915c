import { _, Ajv, type KeywordCxt, type ValidateFunction } from 'ajv';
import { keywordNames } from '../core/keyword-names.ts';
import type { CompiledRule, Condition, ConditionContext, JsonSchema, Rule, RuleHead } from '../core/rule.ts';
import { assemble } from './assemble.ts';

/** An ajv that knows the TLS keywords. They call `this.check`, so compiled code holds no function of ours. */
export function conditionCompiler(options: { readonly source: boolean; readonly esm: boolean }): Ajv {
  const ajv = new Ajv({
    strict: true,
    strictTypes: false,
    strictRequired: false,
    passContext: true,
    ownProperties: true,
    code: { source: options.source, esm: options.esm },
  });
  for (const keyword of keywordNames) ajv.addKeyword({ keyword, code: (cxt: KeywordCxt) => callCheck(cxt, keyword) });
  return ajv;
}

function callCheck(cxt: KeywordCxt, keyword: string): void {
  cxt.pass(_`this.check(${keyword}, ${cxt.schema}, ${cxt.data})`);
}

/** A rule's conditions by the name that their compiled function gets. */
export function conditionsOf(rule: Rule): Readonly<Record<string, JsonSchema>> {
  const element = elementCondition(rule);
  return {
    when: rule.when,
    ...(element && { element }),
    ...Object.fromEntries(rule.lower.map((lower, index) => [`lower${index}`, lower.when])),
  };
}

/** What of a rule travels with its compiled conditions. */
export function headOf({ bad: _bad, good: _good, when: _when, lower: _lower, ...head }: Rule): RuleHead {
  return head;
}

/** Compiles a rule at run time; the bundle's own rules go the same way when it is built. */
export function compileRule(rule: Rule): CompiledRule {
  const ajv = conditionCompiler({ source: false, esm: false });
  return assemble(headOf(rule), rule.lower, (name) => {
    const schema = conditionsOf(rule)[name];
    return schema && conditionFrom(ajv.compile(schema));
  });
}

const conditionFrom = (validate: ValidateFunction): Condition =>
  function (this: ConditionContext, data: unknown): boolean {
    return validate.call(this, data);
  };

/** The `contains` under the rule's pointer: the condition on one element. */
function elementCondition({ at, when }: Rule): JsonSchema | undefined {
  let schema: unknown = when;
  for (const part of at.split('/')) schema = member(member(schema, 'properties'), part);
  const contains = member(schema, 'contains');
  return isSchema(contains) ? contains : undefined;
}

const member = (value: unknown, key: string): unknown => (isSchema(value) ? value[key] : undefined);
const isSchema = (value: unknown): value is JsonSchema => typeof value === 'object' && value !== null;
