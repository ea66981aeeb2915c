import type { Diagnostic } from '../core/finding.ts';
import { nestedSource, type Range, type Segment, type Source, spanOf } from '../core/source.ts';
import { holdsTemplate } from './key-values.ts';
import type { Word } from './word.ts';

/** One line of a Java properties file, continuation lines included. */
export interface Property {
  readonly key: string;
  readonly keyRange: Range;
  /** Its `source` maps the text, without escapes and line breaks, back to the file character by character. */
  readonly value: Word;
}

export interface PropertiesFile {
  /** In the order written, duplicates kept: the last one of a key counts. */
  readonly properties: readonly Property[];
  /** `parse-error` for an escape that Java refuses. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads a Java properties file as java.util.Properties.load does (Java SE 17): `=`, `:` or blanks after the key, `#` and
 * `!` comments, a backslash before a line end goes on with the next line. Never throws.
 */
export function parseProperties(source: Source): PropertiesFile {
  const { text } = source;
  const properties: Property[] = [];
  const diagnostics: Diagnostic[] = [];
  for (let at = text.startsWith('\uFEFF') ? 1 : 0; at < text.length; ) {
    blanks.lastIndex = at;
    blanks.test(text);
    at = blanks.lastIndex;
    if (at >= text.length) break;
    if (text[at] === '#' || text[at] === '!') {
      at = lineEnd(text, at);
      continue;
    }
    const key = readPart(source, at, /[\s=:]/);
    const separator = afterKey(text, key.end);
    const value = readPart(source, separator, /[\r\n]/);
    properties.push({ key: key.text, keyRange: { start: at, end: key.end }, value: wordOf(source, separator, value) });
    for (const { start, end } of [...key.malformed, ...value.malformed]) {
      const message = 'this is no character in a properties file: expected "\\u" and four hexadecimal digits';
      diagnostics.push({ code: 'parse-error', message, span: spanOf(source, start, end) });
    }
    at = value.end;
  }
  return { properties, diagnostics };
}

const blanks = /[\s\f]*/y;
const gap = /[ \t\f]*(?:\\(?:\r\n|\r|\n)[ \t\f]*)*/y;

interface Part {
  readonly text: string;
  readonly end: number;
  readonly segments: readonly Segment[];
  readonly malformed: readonly Range[];
}

/** The text from `at` up to an unescaped character that `stop` matches. */
function readPart({ text }: Source, at: number, stop: RegExp): Part {
  const pieces: string[] = [];
  const segments: Segment[] = [];
  const malformed: Range[] = [];
  let length = 0;
  const add = (piece: string, start: number, end: number): void => {
    if (piece === '') return;
    pieces.push(piece);
    segments.push({ inner: { start: length, end: length + piece.length }, outer: { start, end } });
    length += piece.length;
  };
  let index = at;
  let from = at;
  for (let character = text[index]; character !== undefined && !stop.test(character); character = text[index]) {
    if (character !== '\\') {
      index++;
      continue;
    }
    add(text.slice(from, index), from, index);
    const { decoded, end, refused } = escapeAt(text, index);
    if (refused) malformed.push({ start: index, end });
    add(decoded, index, end);
    index = end;
    from = end;
  }
  add(text.slice(from, index), from, index);
  return { text: pieces.join(''), end: index, segments, malformed };
}

function escapeAt(text: string, index: number): { decoded: string; end: number; refused?: true } {
  const next = text[index + 1];
  if (next === undefined) return { decoded: '', end: index + 1 };
  if (next === '\n' || next === '\r') {
    gap.lastIndex = index;
    gap.test(text);
    return { decoded: '', end: gap.lastIndex };
  }
  if (next === 'u') {
    const code = /^[\da-fA-F]{4}/.exec(text.slice(index + 2, index + 6))?.[0];
    if (code === undefined) return { decoded: text.slice(index, index + 2), end: index + 2, refused: true };
    return { decoded: String.fromCharCode(Number.parseInt(code, 16)), end: index + 6 };
  }
  return { decoded: named.get(next) ?? next, end: index + 2 };
}

const named: ReadonlyMap<string, string> = new Map([
  ['t', '\t'],
  ['n', '\n'],
  ['r', '\r'],
  ['f', '\f'],
]);

/** Past the blanks and the one `=` or `:` that may stand between key and value. */
function afterKey(text: string, at: number): number {
  gap.lastIndex = at;
  gap.test(text);
  const mark = text[gap.lastIndex];
  if (mark !== '=' && mark !== ':') return gap.lastIndex;
  gap.lastIndex += 1;
  gap.test(text);
  return gap.lastIndex;
}

/** The value as a word. Blanks at its end belong to it in Java, and to nothing that reads TLS settings: they are left out. */
function wordOf(source: Source, start: number, { text, end, segments }: Part): Word {
  const trimmed = text.trimEnd();
  const unknown = holdsTemplate(trimmed);
  if (text.length === end - start) {
    return { text: trimmed, source, range: { start, end: start + trimmed.length }, unknown };
  }
  return {
    text: trimmed,
    source: nestedSource(source, text, segments),
    range: { start: 0, end: trimmed.length },
    unknown,
  };
}

function lineEnd(text: string, at: number): number {
  const end = /[\r\n]/.exec(text.slice(at, at + 200));
  if (end) return at + end.index;
  const feed = text.indexOf('\n', at);
  return feed === -1 ? text.length : feed;
}
