import type { Segment, Source } from '../core/source.ts';
import { nestedSource } from '../core/source.ts';

/** A piece of text put together from stretches of another one. */
export interface Assembled {
  readonly text: string;
  readonly segments: readonly Segment[];
}

/**
 * One instruction's first logical line: continuation characters, and the comments and empty lines between continued
 * lines, are left out. `next` is the offset behind its line end, where the bodies of here-documents start.
 * Source: Dockerfile reference, "Parser directives: escape" and "Format".
 */
export function joinedLine(
  text: string,
  start: number,
  end: number,
  escapeCharacter: string,
): Assembled & { readonly next: number } {
  const parts = assembler(text, start);
  let position = start;
  for (let first = true; position < end; first = false) {
    const lineEnd = endOfLine(text, position, end);
    const next = afterLineEnd(text, lineEnd, end);
    const line = text.slice(position, lineEnd);
    if (!first && /^[ \t]*(?:#|$)/.test(line)) {
      position = next;
      continue;
    }
    const trimmed = trimBlanks(line);
    const continued = trimmed.endsWith(escapeCharacter);
    parts.add(position, position + (continued ? trimmed.length - 1 : line.length));
    position = next;
    if (!continued) break;
  }
  return { ...parts.assembled(), next: position };
}

/** The body of a here-document that starts at `start`, and where the text goes on behind its delimiter. */
export function heredocBody(
  text: string,
  start: number,
  end: number,
  { delimiter, stripTabs }: { readonly delimiter: string; readonly stripTabs: boolean },
): Assembled & { readonly next: number; readonly closed: boolean } {
  const parts = assembler(text, start);
  let position = start;
  while (position < end) {
    const lineEnd = endOfLine(text, position, end);
    const next = afterLineEnd(text, lineEnd, end);
    let from = position;
    if (stripTabs) while (from < lineEnd && text[from] === '\t') from++;
    if (text.slice(from, lineEnd) === delimiter) return { ...parts.assembled(), next, closed: true };
    addLine(parts, from, lineEnd, next);
    position = next;
  }
  return { ...parts.assembled(), next: position, closed: false };
}

/** `line`, and below it the lines from `start` to `end` as they stand, with plain line feeds. */
export function withLines(text: string, line: Assembled, start: number, end: number): Assembled {
  const parts = assembler(text, start, line);
  parts.feed(Math.max(start - 1, 0), start);
  for (let position = start; position < end; ) {
    const lineEnd = endOfLine(text, position, end);
    const next = afterLineEnd(text, lineEnd, end);
    addLine(parts, position, lineEnd, next);
    position = next;
  }
  return parts.assembled();
}

/** A stretch of a source as a source of its own. */
export const sliceSource = (outer: Source, start: number, end: number): Source =>
  nestedSource(outer, outer.text.slice(start, end), [{ inner: { start: 0, end: end - start }, outer: { start, end } }]);

/**
 * The text with what dockerfile-ast takes wrongly replaced by as many other characters, so that offsets stay: the
 * descriptor of `3<<EOF` (it sees no here-document) and `<<` inside quotes (it sees one).
 */
export function withPlainHeredocs(text: string): string {
  if (!text.includes('<<')) return text;
  let quote = '';
  return text
    .split('\n')
    .map((line) => {
      if (!line.includes('<<')) {
        quote = /\\[ \t\r]*$/.test(line) ? quoteAfter(line, quote) : '';
        return line;
      }
      let plain = '';
      for (let index = 0; index < line.length; index++) {
        const character = line[index] ?? '';
        const atHeredoc = line.startsWith('<<', index);
        if (character === '\\') {
          plain += line.slice(index, index + 2);
          index++;
          continue;
        }
        if (atHeredoc && quote !== '') {
          plain += '__';
          index++;
          continue;
        }
        if (atHeredoc) {
          plain = plain.replace(
            /(^|[ \t])(\d+)$/,
            (_all, blank: string, digits: string) => blank + ' '.repeat(digits.length),
          );
          const operator = /^<<-?(?:"[^"]*"|'[^']*')?/.exec(line.slice(index))?.[0] ?? '<<';
          plain += operator;
          index += operator.length - 1;
          continue;
        }
        quote = nextQuote(character, quote);
        plain += character;
      }
      if (!/\\[ \t\r]*$/.test(line)) quote = '';
      return plain;
    })
    .join('\n');
}

function quoteAfter(line: string, quote: string): string {
  let state = quote;
  for (let index = 0; index < line.length; index++) {
    if (line[index] === '\\') index++;
    else state = nextQuote(line[index] ?? '', state);
  }
  return state;
}

function nextQuote(character: string, quote: string): string {
  if (quote !== '') return character === quote ? '' : quote;
  return character === '"' || character === "'" ? character : '';
}

function endOfLine(text: string, from: number, end: number): number {
  let index = from;
  while (index < end && text[index] !== '\n' && text[index] !== '\r') index++;
  return index;
}

function afterLineEnd(text: string, lineEnd: number, end: number): number {
  if (lineEnd >= end) return end;
  return Math.min(end, text[lineEnd] === '\r' && text[lineEnd + 1] === '\n' ? lineEnd + 2 : lineEnd + 1);
}

function trimBlanks(line: string): string {
  let end = line.length;
  while (end > 0 && (line[end - 1] === ' ' || line[end - 1] === '\t')) end--;
  return line.slice(0, end);
}

function addLine(parts: Assembler, from: number, lineEnd: number, next: number): void {
  parts.add(from, lineEnd);
  if (next > lineEnd) parts.feed(lineEnd, next);
}

interface Assembler {
  readonly add: (start: number, end: number) => void;
  /** A line feed that stands for the line end at `start`..`end`. */
  readonly feed: (start: number, end: number) => void;
  readonly assembled: () => Assembled;
}

function assembler(text: string, start: number, before: Assembled = { text: '', segments: [] }): Assembler {
  const pieces: string[] = [before.text];
  const segments: Segment[] = [...before.segments];
  let length = before.text.length;
  const append = (piece: string, from: number, to: number): void => {
    if (piece === '') return;
    pieces.push(piece);
    segments.push({ inner: { start: length, end: length + piece.length }, outer: { start: from, end: to } });
    length += piece.length;
  };
  return {
    add: (from, to) => append(text.slice(from, to), from, to),
    feed: (from, to) => append('\n', from, to),
    assembled: () => ({
      text: pieces.join(''),
      // An empty text has its place too.
      segments: length > 0 ? segments : [{ inner: { start: 0, end: 0 }, outer: { start, end: start } }],
    }),
  };
}
