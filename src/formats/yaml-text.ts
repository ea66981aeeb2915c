import { CHOMPING_MODE, SCALAR_STYLE, type ScalarEvent } from 'js-yaml';
import type { Range, Segment } from '../core/source.ts';

/** The text that a scalar stands for, and where each part of it was written. */
export interface DecodedText {
  readonly value: string;
  readonly segments: readonly Segment[];
}

interface Writer {
  value: string;
  readonly segments: Segment[];
}

/** Characters that stand for themselves. */
function copy(writer: Writer, text: string, start: number, end: number): void {
  if (end > start) write(writer, text.slice(start, end), start, end);
}

/** What `start..end` of the text stands for. */
function write(writer: Writer, value: string, start: number, end: number): void {
  const from = writer.value.length;
  writer.value += value;
  writer.segments.push({ inner: { start: from, end: writer.value.length }, outer: { start, end } });
}

/** A plain or quoted scalar: escapes decoded, lines folded. YAML 1.2.2, sections 5.7, 7.3. */
export function decodeFlow(text: string, { valueStart: start, valueEnd: end, style }: ScalarEvent): DecodedText {
  if (isSimple(text.slice(start, end), style)) return decodedAsIs(text, { start, end });
  const writer: Writer = { value: '', segments: [] };
  const escapeSign =
    style === SCALAR_STYLE.DOUBLE_QUOTED ? '\\' : style === SCALAR_STYLE.SINGLE_QUOTED ? "'" : undefined;
  let from = start;
  let lastText = start;
  for (let at = start; at < end; ) {
    const character = text[at] ?? '';
    if (character === '\n' || character === '\r') {
      copy(writer, text, from, lastText);
      const after = pastBreaks(text, at, end);
      write(writer, after.breaks === 1 ? ' ' : '\n'.repeat(after.breaks - 1), lastText, after.at);
      at = from = lastText = after.at;
    } else if (character === escapeSign) {
      copy(writer, text, from, at);
      at = from = lastText = decodeEscape(writer, text, at, end);
    } else {
      at++;
      if (character !== ' ' && character !== '\t') lastText = at;
    }
  }
  copy(writer, text, from, style === SCALAR_STYLE.PLAIN ? lastText : end);
  return writer;
}

const decodedAsIs = (text: string, outer: Range): DecodedText => {
  const value = text.slice(outer.start, outer.end);
  return { value, segments: [{ inner: { start: 0, end: value.length }, outer }] };
};

function isSimple(written: string, style: ScalarEvent['style']): boolean {
  if (style === SCALAR_STYLE.SINGLE_QUOTED && written.includes("'")) return false;
  if (style === SCALAR_STYLE.DOUBLE_QUOTED && written.includes('\\')) return false;
  return !written.includes('\n') && !written.includes('\r');
}

/** Past line ends and the blanks around them, and how many line ends those were. */
function pastBreaks(text: string, from: number, end: number): { readonly at: number; readonly breaks: number } {
  let breaks = 0;
  let at = from;
  for (; at < end; at++) {
    const character = text[at];
    if (character === '\n' || (character === '\r' && text[at + 1] !== '\n')) breaks++;
    else if (character !== '\r' && character !== ' ' && character !== '\t') break;
  }
  return { at, breaks };
}

const simpleEscapes: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\x1B',
  N: '\x85',
  _: '\xA0',
  L: '\u2028',
  P: '\u2029',
};
const hexadecimalEscapes: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** Writes what the escape at `at` stands for, and returns where it ends. */
function decodeEscape(writer: Writer, text: string, at: number, end: number): number {
  const next = text[at + 1] ?? '';
  if (text[at] === '\\' && (next === '\n' || next === '\r')) return pastBreaks(text, at + 1, end).at;
  const digits = text[at] === '\\' ? hexadecimalEscapes[next] : undefined;
  const after = at + 2 + (digits ?? 0);
  if (digits === undefined) write(writer, simpleEscape(text[at] === '\\' ? next : "'"), at, after);
  else write(writer, characterOf(Number.parseInt(text.slice(at + 2, after), 16)), at, after);
  return after;
}

const simpleEscape = (letter: string): string => simpleEscapes[letter] ?? letter;

const characterOf = (code: number): string => (code <= 0x10ffff ? String.fromCodePoint(code) : '\uFFFD');

/** One line of a block scalar: its text without the indentation, and its line end. */
interface Line {
  readonly start: number;
  readonly end: number;
  readonly next: number;
  /** Holds no more than indentation. */
  readonly empty: boolean;
}

/** A literal or folded block scalar that ends at `end`. YAML 1.2.2, section 8.1. */
export function decodeBlock(
  text: string,
  { valueStart, indent, chomping, style }: ScalarEvent,
  end: number,
): DecodedText {
  const writer: Writer = { value: '', segments: [] };
  const folded = style === SCALAR_STYLE.FOLDED_BLOCK;
  let breaks: Line[] = [];
  let before: Line | undefined;
  let deeper = false;
  for (const line of linesOf(text, valueStart, end, indent)) {
    if (line.empty) {
      breaks.push(line);
      continue;
    }
    const wasDeeper = deeper;
    deeper = folded && /[ \t]/.test(text[line.start] ?? '');
    if (!folded || deeper || wasDeeper) writeBreaks(writer, before, breaks);
    else if (breaks.length > 0) writeBreaks(writer, undefined, breaks);
    else if (before) write(writer, ' ', before.end, line.start);
    copy(writer, text, line.start, line.end);
    before = line;
    breaks = [];
  }
  if (chomping === CHOMPING_MODE.KEEP) writeBreaks(writer, before, breaks);
  else if (chomping === CHOMPING_MODE.CLIP && before) writeBreaks(writer, before, []);
  return writer;
}

function writeBreaks(writer: Writer, before: Line | undefined, lines: readonly Line[]): void {
  if (before) write(writer, '\n', before.end, before.next);
  for (const line of lines) write(writer, '\n', line.end, line.next);
}

function linesOf(text: string, from: number, end: number, indent: number): readonly Line[] {
  const lines: Line[] = [];
  const lineBreak = /\r\n?|\n/g;
  lineBreak.lastIndex = from;
  for (let at = from; at < end; ) {
    const found = lineBreak.exec(text);
    const lineEnd = Math.min(found?.index ?? end, end);
    const next = Math.min(found ? lineBreak.lastIndex : end, end);
    let start = at;
    while (start < lineEnd && start < at + Math.max(indent, 0) && text[start] === ' ') start++;
    const empty = indent < 0 || start >= lineEnd;
    lines.push({ start, end: lineEnd, next, empty });
    at = next;
  }
  return lines;
}
