import type { Source, Span } from '../core/source.ts';
import { lineStarts, locate } from '../core/text.ts';

/** A comment that asks for silence, for one rule. */
export interface Suppression {
  readonly rule: string;
  /** The 1-based line that it covers; `undefined` for the whole file. */
  readonly line: number | undefined;
  /** Last day on which it holds, `YYYY-MM-DD`. */
  readonly until: string | undefined;
  readonly reason: string;
  /** The directive, without the comment's leader. */
  readonly span: Span;
  /** Neither a rule nor a date can be read from it. */
  readonly malformed: boolean;
}

/**
 * `tlslint-disable-next-line RULE -- reason` and `tlslint-disable RULE -- reason`, with `until=YYYY-MM-DD` allowed
 * after RULE, in any comment syntax that starts a line or follows a blank. "Next line" is the next one that is no
 * comment, so that suppressions can be stacked.
 */
const directive = /tlslint-disable(-next-line)?(?:[ \t]+([^\r\n]*))?/g;
const leader = /(?:^|[ \t])(?:#+|\/\/+|;+|--|\/\*+|<!--)[ \t]*$/;
const trailer = /[ \t]*(?:\*\/|-->)[ \t]*$/;

/** The suppressions written in a file. Pure text: the same in every format. */
export function suppressionsIn(source: Source): readonly Suppression[] {
  if (!source.text.includes('tlslint-disable')) return [];
  const starts = lineStarts(source.text);
  return [...source.text.matchAll(directive)].flatMap((found) => {
    const { line } = locate(starts, found.index);
    const before = source.text.slice(starts[line - 1] ?? 0, found.index);
    if (!leader.test(before) || insideQuotes(before)) return [];
    const text = found[0].replace(trailer, '');
    const span = { file: source.path, start: found.index, end: found.index + text.length };
    const covers = found[1] ? nextCodeLine(source.text, starts, line) : undefined;
    return directivesFrom((found[2] ?? '').replace(trailer, '')).map((rest) => ({ ...rest, line: covers, span }));
  });
}

type Parsed = Pick<Suppression, 'rule' | 'until' | 'reason' | 'malformed'>;

function directivesFrom(text: string): readonly Parsed[] {
  const [, target = '', reason = ''] = /^(.*?)(?:(?:^|[ \t]+)--(?:[ \t]+(.*))?)?$/.exec(text) ?? [];
  const words = target.split(/[ \t,]+/).filter((word) => word !== '');
  const dates = words.filter((word) => word.startsWith('until='));
  const rules = words.filter((word) => !word.startsWith('until='));
  const until = dates[0]?.slice('until='.length);
  const malformed = rules.length === 0 || (until !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(until));
  return (malformed && rules.length === 0 ? [''] : rules).map((rule) => ({
    rule,
    until,
    reason: reason.trim(),
    malformed,
  }));
}

const insideQuotes = (before: string): boolean =>
  ['"', "'"].some(
    (quote) =>
      before.split(quote).length % 2 === 0 && new RegExp(`(?:^|[\\s:=\\[,(])${quote}[^${quote}]*$`).test(before),
  );

function nextCodeLine(text: string, starts: readonly number[], line: number): number {
  for (let next = line + 1; next <= starts.length; next++) {
    const content = text.slice(starts[next - 1], starts[next]);
    if (!/^\s*(?:#|\/\/|;|--|\/\*|<!--)/.test(content) && content.trim() !== '') return next;
  }
  return line + 1;
}
