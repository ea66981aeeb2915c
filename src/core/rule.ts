import type { FactKind, Pointer } from './fact.ts';
import type { Severity } from './finding.ts';
import type { KeywordName } from './keyword-names.ts';

/** A rule as its file in `rules/` says it. `when` is JSON Schema with the TLS keywords. */
export interface Rule {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly fact: readonly FactKind[];
  /** The pointer whose place a finding shows; `self` for the construct's head. */
  readonly at: Pointer;
  /** Who must have decided the value at `at`. */
  readonly origin: 'written' | 'default' | 'any';
  readonly when: JsonSchema;
  /** Circumstances under which the finding weighs less; the first that matches counts. */
  readonly lower: readonly { readonly to: Severity; readonly when: JsonSchema; readonly message?: string }[];
  readonly message: string;
  readonly why: string;
  readonly remedy: string;
  readonly sources: readonly string[];
  readonly bad: readonly Example[];
  readonly good: readonly Example[];
}

export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

/** A small repository that shows what the rule finds, or leaves alone. */
export interface Example {
  readonly technology: string;
  readonly note: string;
  /** Text by path, without the markers. */
  readonly files: Readonly<Record<string, string>>;
  /** The lines that must yield a finding of the rule, with the severity where the example insists on one. */
  readonly expected: readonly { readonly path: string; readonly line: number; readonly severity?: Severity }[];
  readonly today?: string;
  readonly policy?: string;
  readonly versions?: Readonly<Record<string, string>>;
}

/** What judging depends on besides the facts. */
export interface JudgeContext {
  readonly policy: Policy;
  /** Start of the day that the run is for, milliseconds since the epoch. */
  readonly today: number;
}

/** The part of a rule that judging and reporting need; its conditions are compiled. */
export type RuleHead = Omit<Rule, 'bad' | 'good' | 'when' | 'lower'>;

/** The context that a compiled condition runs in: ajv passes it as `this` to the TLS keywords. */
export interface ConditionContext {
  readonly check: (keyword: KeywordName, limit: unknown, value: unknown) => boolean;
}
/** A condition compiled by ajv. */
export type Condition = (this: ConditionContext, data: unknown) => boolean;

/** A rule ready to run. */
export interface CompiledRule {
  readonly head: RuleHead;
  readonly when: Condition;
  /** The condition on one element of the array at `head.at`, where `when` has one: it tells which elements matched. */
  readonly element?: Condition;
  readonly lower: readonly { readonly to: Severity; readonly when: Condition; readonly message?: string }[];
}

/** Limits that rules read: data, one for each published guideline. See `data/policies.yaml`. */
export interface Policy {
  readonly name: string;
  readonly title: string;
  readonly source: string;
  /** The oldest version that may be accepted. */
  readonly minimumProtocol: 'TLSv1.0' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';
  /** IANA names allowed for TLS 1.2; absent where the guideline publishes no list. */
  readonly suites12?: readonly string[];
  readonly suites13?: readonly string[];
  /** Whether suites that use CBC count as weak. */
  readonly forbidsCbc: boolean;
  readonly groups?: readonly string[];
  readonly minimumKeyBits: { readonly rsa?: number; readonly ec?: number };
  readonly certificateMaximumDays?: number;
  /** A certificate is about to expire when less than `days` and less than `fraction` of its lifetime remain. */
  readonly expiry: { readonly days: number; readonly fraction: number };
}
