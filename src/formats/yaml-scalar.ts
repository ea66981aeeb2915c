import { getScalarValue, SCALAR_STYLE, type ScalarEvent } from 'js-yaml';
import type { Range, Segment, Source } from '../core/source.ts';
import { isOpaque } from './template.ts';
import type { YamlScalar, YamlUnknown } from './yaml-tree.ts';

const styles = {
  [SCALAR_STYLE.PLAIN]: 'plain',
  [SCALAR_STYLE.SINGLE_QUOTED]: 'single',
  [SCALAR_STYLE.DOUBLE_QUOTED]: 'double',
  [SCALAR_STYLE.LITERAL_BLOCK]: 'literal',
  [SCALAR_STYLE.FOLDED_BLOCK]: 'folded',
} as const satisfies Record<number, YamlScalar['style']>;

/**
 * The node of a scalar event. `masked` is the text that was parsed, with template expressions made opaque; block
 * scalars keep the text as written. `emptyAt` is where an empty value stands.
 */
export function scalarNode(source: Source, masked: string, event: ScalarEvent, emptyAt: number): YamlScalar | YamlUnknown {
  const style = styles[event.style];
  if (event.valueStart < 0) {
    const at = { start: emptyAt, end: emptyAt };
    return { kind: 'scalar', source, range: at, content: at, style, value: '', segments: [] };
  }
  const content = { start: event.valueStart, end: event.valueEnd };
  const block = style === 'literal' || style === 'folded';
  const range = block ? { start: headerStart(masked, event.valueStart), end: content.end } : outside(style, content);
  const tag = event.tagStart >= 0 ? masked.slice(event.tagStart, event.tagEnd) : '';
  const value = getScalarValue(block ? source.text : masked, event);
  if (isCustomTag(tag) || (!block && (isOpaque(value) || isPlaceholder(value)))) return { kind: 'unknown', source, range };
  return { kind: 'scalar', source, range, content, style, value, segments: segmentsOf(source.text, event, style, value) };
}

/** Tags that a program resolves, such as CloudFormation's `!Ref`: what they stand for is not in the text. */
export const isCustomTag = (tag: string): boolean => tag !== '' && tag !== '!' && !tag.startsWith('!!') && !tag.startsWith('!<tag:yaml.org');

const placeholder = /\$\{[A-Za-z_][\w.]*(?::?[-=+?][^{}]*)?\}/;

/** `${VAR}` in a value without blanks, or a value that is nothing but `$(VAR)`, `#{VAR}#` or `__VAR__`. */
function isPlaceholder(value: string): boolean {
  if (!/[$#_]/.test(value)) return false;
  if (/^(?:\$\([A-Za-z_][\w.]*\)|#\{[^{}]+\}#?|__[A-Za-z]\w*__)$/.test(value)) return true;
  const found = placeholder.exec(value);
  return found !== null && value[found.index - 1] !== '$' && (!/\s/.test(value.trim()) || found[0] === value.trim());
}

const outside = (style: YamlScalar['style'], { start, end }: Range): Range =>
  style === 'plain' ? { start, end } : { start: start - 1, end: end + 1 };

/** The `|` or `>` that opens a block scalar whose content starts at `contentStart`. */
function headerStart(text: string, contentStart: number): number {
  const lineEnd = text.lastIndexOf('\n', contentStart - 1);
  const lineStart = text.lastIndexOf('\n', lineEnd - 1) + 1;
  const found = /[|>][-+\d]*[ \t]*(?:#.*)?\r?$/.exec(text.slice(lineStart, Math.max(lineEnd, lineStart)));
  return found ? lineStart + found.index : contentStart;
}

function segmentsOf(text: string, event: ScalarEvent, style: YamlScalar['style'], value: string): readonly Segment[] {
  if (event.fast) return [segment(0, value.length, event.valueStart, event.valueEnd)];
  const lines = style === 'literal' ? literalSegments(text, event, value) : undefined;
  return lines ?? alignedSegments(text, event, value);
}

/** One segment a line, exact; `undefined` where the lines do not give the value. */
function literalSegments(text: string, { valueStart, valueEnd, indent }: ScalarEvent, value: string): readonly Segment[] | undefined {
  const segments: Segment[] = [];
  let inner = 0;
  for (let start = valueStart; start < valueEnd && inner < value.length; ) {
    const newline = text.indexOf('\n', start);
    const next = newline === -1 || newline >= valueEnd ? valueEnd : newline + 1;
    let from = start;
    while (from < start + indent && text[from] === ' ') from++;
    const lineEnd = text[next - 1] === '\n' ? next - (text[next - 2] === '\r' ? 2 : 1) : next;
    const length = Math.max(lineEnd - from, 0);
    if (!value.startsWith(text.slice(from, from + length), inner)) return undefined;
    segments.push(segment(inner, inner + length, from, from + length));
    if (inner + length < value.length) segments.push(segment(inner + length, inner + length + 1, from + length, next));
    inner += length + 1;
    start = next;
  }
  return inner >= value.length ? segments : undefined;
}

/** Walks value and text side by side: equal runs map character by character, escapes and folded blanks as a whole. */
function alignedSegments(text: string, { valueStart, valueEnd, style }: ScalarEvent, value: string): readonly Segment[] {
  const segments: Segment[] = [];
  let outer = valueStart;
  let inner = 0;
  while (inner < value.length && outer < valueEnd) {
    const escape = style === SCALAR_STYLE.DOUBLE_QUOTED ? escapeAt(text, outer) : undefined;
    if (escape !== undefined) {
      const length = escape.stands;
      if (length > 0) segments.push(segment(inner, inner + length, outer, outer + escape.length));
      inner += length;
      outer += escape.length;
      continue;
    }
    const run = commonRun(text, outer, valueEnd, value, inner, style);
    if (run > 0) {
      segments.push(segment(inner, inner + run, outer, outer + run));
      inner += run;
      outer += run;
      if (style === SCALAR_STYLE.SINGLE_QUOTED && text[outer - 1] === "'" && text[outer] === "'") outer++;
      continue;
    }
    const blanks = blankRun(text, outer, valueEnd);
    const most = style === SCALAR_STYLE.FOLDED_BLOCK ? value.length : foldedLength(text.slice(outer, outer + blanks));
    const folded = Math.min(blankRun(value, inner, value.length), most);
    if (blanks === 0) outer++;
    else if (folded > 0) segments.push(segment(inner, inner + folded, outer, outer + blanks));
    inner += blanks > 0 ? folded : 0;
    outer += blanks;
  }
  return segments;
}

/** A line end in a flow scalar becomes one blank, several become one less. */
const foldedLength = (blanks: string): number => Math.max(blanks.split('\n').length - 2, 1);

function commonRun(text: string, outer: number, outerEnd: number, value: string, inner: number, style: number): number {
  let run = 0;
  while (outer + run < outerEnd && inner + run < value.length && text[outer + run] === value[inner + run]) {
    if (style === SCALAR_STYLE.DOUBLE_QUOTED && text[outer + run] === '\\') break;
    run++;
    if (style === SCALAR_STYLE.SINGLE_QUOTED && text[outer + run - 1] === "'") break;
  }
  return run;
}

function blankRun(text: string, start: number, end: number): number {
  let at = start;
  while (at < end && /[ \t\r\n]/.test(text[at] ?? '')) at++;
  return at - start;
}

/** The escape of a double-quoted scalar at `at`: its length, and how many UTF-16 units it stands for. */
function escapeAt(text: string, at: number): { readonly length: number; readonly stands: number } | undefined {
  if (text[at] !== '\\') return undefined;
  const next = text[at + 1] ?? '';
  const digits = { x: 2, u: 4, U: 8 }[next];
  if (digits !== undefined) {
    const code = Number.parseInt(text.slice(at + 2, at + 2 + digits), 16);
    return { length: 2 + digits, stands: code > 0xffff ? 2 : 1 };
  }
  if (next === '\n' || next === '\r') return { length: 1 + blankRun(text, at + 1, text.length), stands: 0 };
  return { length: 2, stands: 1 };
}

const segment = (innerStart: number, innerEnd: number, outerStart: number, outerEnd: number): Segment => ({
  inner: { start: innerStart, end: innerEnd },
  outer: { start: outerStart, end: outerEnd },
});
