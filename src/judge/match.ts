import { defaultAt, type Fact, type Pointer, spanAt } from '../core/fact.ts';
import type { Related, Severity } from '../core/finding.ts';
import type { CompiledRule, ConditionContext, JudgeContext } from '../core/rule.ts';
import type { Span } from '../core/source.ts';
import { conditionContext } from './context.ts';

/** A rule matched a fact: what a finding is made of, before equal ones are merged. */
export interface RawMatch {
  readonly rule: CompiledRule;
  readonly severity: Severity;
  readonly fact: Fact;
  readonly span: Span;
  readonly related: readonly Related[];
  /** The message for one subject, or for the names of several. */
  readonly message: (subject: string) => string;
}

/** Matches one rule on one fact, under the policy and on the day of a run. */
export function matcher(context: JudgeContext): (compiled: CompiledRule, fact: Fact) => RawMatch | undefined {
  const conditions = conditionContext(context);
  return (compiled, fact) => match(compiled, fact, conditions, context.policy.title);
}

function match(compiled: CompiledRule, fact: Fact, conditions: ConditionContext, policy: string): RawMatch | undefined {
  const { head } = compiled;
  if (!head.fact.includes(fact.data.kind)) return undefined;
  if (!compiled.when.call(conditions, fact.data)) return undefined;
  const matched = matchedElements(compiled, fact, (element) => compiled.element?.call(conditions, element) ?? false);
  const at = head.at === 'self' ? '' : [head.at, ...matched.slice(0, 1).map(({ index }) => index)].join('/');
  const reason = defaultAt(fact, at);
  if (head.origin === 'written' && reason) return undefined;
  if (head.origin === 'default' && !reason) return undefined;
  const lower = compiled.lower.find(({ when }) => when.call(conditions, fact.data));
  const severity = lower?.to ?? head.severity;
  const template = lower?.message ?? head.message;
  return {
    rule: compiled,
    severity: reason?.guessed ? 'note' : severity,
    fact,
    span: spanAt(fact, at),
    related: fact.related.filter(
      ({ about }) => about === undefined || head.at === about || head.at.startsWith(`${about}/`),
    ),
    message: (subject) =>
      render(template, fact, {
        subject,
        technology: fact.technology,
        policy,
        reason: reason?.reason ?? '',
        matched: listed(matched.map(({ value }) => text(value))),
      }),
  };
}

interface MatchedElement {
  readonly index: number;
  readonly value: unknown;
}

function matchedElements(
  { head, element }: CompiledRule,
  fact: Fact,
  matches: (element: unknown) => boolean,
): readonly MatchedElement[] {
  const value = valueAt(fact.data, head.at);
  if (!element || !Array.isArray(value)) return [];
  return value.map((item: unknown, index) => ({ index, value: item })).filter((item) => matches(item.value));
}

/** The value at a pointer, `undefined` when there is none. */
export function valueAt(data: unknown, pointer: Pointer): unknown {
  let current = data;
  for (const part of pointer.split('/')) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, part)) return undefined;
    current = (current as Readonly<Record<string, unknown>>)[part];
  }
  return current;
}

function render(template: string, fact: Fact, names: Readonly<Record<string, string>>): string {
  return template.replace(/\{([\w/]+)\}/g, (_whole, name: string) => names[name] ?? text(valueAt(fact.data, name)));
}

const text = (value: unknown): string => {
  if (value === undefined) return 'unknown';
  if (Array.isArray(value)) return listed(value.map(text));
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};

const longestList = 4;

/** `a`, `a and b`, `a, b and c`, `a, b, c and 9 more`. */
export function listed(names: readonly string[]): string {
  if (names.length <= 1) return names.join('');
  const shown = names.length > longestList ? names.slice(0, longestList - 1) : names.slice(0, -1);
  const rest = names.length > longestList ? `${names.length - shown.length} more` : names.at(-1);
  return `${shown.join(', ')} and ${rest}`;
}
