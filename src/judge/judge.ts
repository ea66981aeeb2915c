import { defaultAt, type Fact, type SuppressionComment } from '../core/fact.ts';
import { buildFact } from '../core/fact-builder.ts';
import type { Match, Severity } from '../core/finding.ts';
import { isNowhereDeployed } from '../core/paths.ts';
import type { CompiledRule, JudgeContext } from '../core/rule.ts';
import type { Source } from '../core/source.ts';
import { lineStarts, locate } from '../core/text.ts';
import { listed, matcher, type RawMatch } from './match.ts';
import { type Suppression, suppressionsIn } from './suppressions.ts';

export interface JudgeInput {
  readonly facts: readonly Fact[];
  /** The files that were read: their comments may hold suppressions. */
  readonly sources: readonly Source[];
  /** Every rule that exists, for suppressions to name. */
  readonly rules: readonly CompiledRule[];
  /** Whether a rule runs on a file, and with which severity in place of its own. */
  readonly severityOf: (rule: string, file: string) => Severity | 'off' | undefined;
  readonly context: JudgeContext;
}

export interface Judgement {
  readonly matches: readonly Match[];
  readonly suppressed: readonly { readonly match: Match; readonly suppression: Suppression }[];
}

/** Facts in, matches out: rules run, settings applied, equal places merged, suppressions honoured and judged themselves. */
export function judge(input: JudgeInput): Judgement {
  const matches = merged(rawMatches(input.facts, input));
  const suppressions = input.sources.flatMap(suppressionsIn);
  const valid = validByFile(suppressions, input.context.today);
  const lineOf = lineFinder(input.sources);
  const silencing = new Map<Match, Suppression>();
  for (const found of matches) {
    const suppression = valid.get(found.span.file)?.find((candidate) => silences(candidate, found, lineOf));
    if (suppression) silencing.set(found, suppression);
  }
  const used = new Set(silencing.values());
  const comments = suppressions.map((suppression) => commentFact(suppression, used.has(suppression), input));
  return {
    matches: [...matches.filter((found) => !silencing.has(found)), ...merged(rawMatches(comments, input))],
    suppressed: [...silencing].map(([found, suppression]) => ({ match: found, suppression })),
  };
}

const severities = ['note', 'warning', 'error'] as const satisfies readonly Severity[];

/** The less severe of two. */
const lesser = (a: Severity, b: Severity): Severity => (severities.indexOf(a) < severities.indexOf(b) ? a : b);

const oneStepLess = (severity: Severity): Severity => (severity === 'error' ? 'warning' : 'note');

/**
 * The weight of a match where nothing is deployed from: one step less, and nothing at all for a note on what nobody wrote.
 * Facts that know better say `fixture` themselves.
 */
function weighed(match: RawMatch): Severity | undefined {
  const { fact, severity, rule } = match;
  if ('fixture' in fact.data || !isNowhereDeployed(match.span.file)) return severity;
  return severity === 'note' && defaultAt(fact, rule.head.at) ? undefined : oneStepLess(severity);
}

function rawMatches(facts: readonly Fact[], { rules, severityOf, context }: JudgeInput): readonly RawMatch[] {
  const match = matcher(context);
  return facts.flatMap((fact) =>
    rules.flatMap((rule) => {
      const found = match(rule, fact);
      if (!found) return [];
      const configured = severityOf(rule.head.id, found.span.file);
      if (configured === 'off') return [];
      const own = weighed(found);
      if (own === undefined) return [];
      const lowered = own !== rule.head.severity;
      const severity = configured ? (lowered ? lesser(configured, own) : configured) : own;
      return [{ ...found, severity }];
    }),
  );
}

/** One place, one finding: a line that twenty servers inherit is reported once, with their names. */
function merged(found: readonly RawMatch[]): readonly Match[] {
  const byPlace = new Map<string, [RawMatch, ...RawMatch[]]>();
  for (const one of found) {
    const { file, start, end } = one.span;
    const place = [one.rule.head.id, file, start, end].join('\0');
    const same = byPlace.get(place);
    if (same) same.push(one);
    else byPlace.set(place, [one]);
  }
  return [...byPlace.values()].map(mergedMatch);
}

function mergedMatch(same: readonly [RawMatch, ...RawMatch[]]): Match {
  const worst = [...same].sort((a, b) => severities.indexOf(b.severity) - severities.indexOf(a.severity))[0] ?? same[0];
  const subjects = [...new Set(same.map(({ fact }) => fact.subject))];
  const related = new Map(same.flatMap((one) => one.related).map((one) => [JSON.stringify(one), one]));
  return {
    rule: worst.rule.head.id,
    severity: worst.severity,
    technology: worst.fact.technology,
    subject: listed(subjects),
    message: worst.message(listed(subjects)),
    span: worst.span,
    related: [...related.values()],
  };
}

function silences(
  suppression: Suppression,
  found: Match,
  lineOf: (file: string, offset: number) => number | undefined,
): boolean {
  return (
    suppression.rule === found.rule &&
    (suppression.line === undefined || suppression.line === lineOf(found.span.file, found.span.start))
  );
}

function validByFile(suppressions: readonly Suppression[], today: number): ReadonlyMap<string, readonly Suppression[]> {
  const byFile = new Map<string, Suppression[]>();
  for (const suppression of suppressions) {
    if (standing(suppression, today) !== 'valid') continue;
    const others = byFile.get(suppression.span.file);
    if (others) others.push(suppression);
    else byFile.set(suppression.span.file, [suppression]);
  }
  return byFile;
}

/** Whether a suppression may silence anything: an expired or reasonless one no longer does. */
function standing(suppression: Suppression, today: number): 'valid' | 'malformed' | 'without-reason' | 'expired' {
  if (suppression.malformed) return 'malformed';
  if (suppression.reason === '') return 'without-reason';
  if (suppression.until !== undefined && Date.parse(suppression.until) < today) return 'expired';
  return 'valid';
}

function commentFact(
  suppression: Suppression,
  used: boolean,
  { rules, severityOf, context }: JudgeInput,
): Fact<SuppressionComment> {
  const { rule, until, span } = suppression;
  const known = rules.some(({ head }) => head.id === rule);
  const active = severityOf(rule, span.file) !== 'off';
  const state = standing(suppression, context.today);
  return buildFact(
    { technology: 'tlslint', subject: rule === '' ? 'the suppression' : `the suppression of ${rule}`, self: span },
    {
      kind: 'suppression',
      rule,
      ...(until !== undefined && { until }),
      state: state !== 'valid' ? state : !known ? 'unknown-rule' : used || !active ? 'used' : 'unused',
    },
  );
}

function lineFinder(sources: readonly Source[]): (file: string, offset: number) => number | undefined {
  const texts = new Map(sources.map(({ path, text }) => [path, text]));
  const starts = new Map<string, readonly number[]>();
  return (file, offset) => {
    const text = texts.get(file);
    if (text === undefined) return undefined;
    const known = starts.get(file) ?? lineStarts(text);
    starts.set(file, known);
    return locate(known, offset).line;
  };
}
