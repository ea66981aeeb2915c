import { nestedSource, type Range, type Segment } from '../core/source.ts';
import { complain, endOfAction, endOfLine, type HclReader } from './hcl-reader.ts';
import { holdsTemplate } from './key-values.ts';
import type { Word } from './word.ts';

/** What a quoted string or a heredoc says, and where it stands with its quotes. */
export interface HclText {
  readonly word: Word;
  readonly range: Range;
}

const escapes: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['"', '"'],
  ['\\', '\\'],
]);

/**
 * The string whose opening quote is next. An interpolation (`${…}`), a directive (`%{…}`) or a template action makes it
 * unknown; quotes inside of them do not end it. A string that is not closed ends with its line.
 */
export function readQuoted(reader: HclReader): HclText {
  const { text, source } = reader;
  const open = reader.at;
  const pieces: Piece[] = [];
  let unknown = false;
  let index = open + 1;
  let plainFrom = index;
  const flush = (until: number): void => {
    if (until > plainFrom) pieces.push({ text: text.slice(plainFrom, until), start: plainFrom, end: until });
  };
  while (index < text.length && text[index] !== '"' && text[index] !== '\n') {
    const character = text[index];
    const end = endOfInterpolation(text, index) ?? endOfAction(text, index);
    if (end !== undefined) {
      unknown = true;
      index = end;
    } else if (isEscapedTemplate(text, index)) {
      flush(index);
      plainFrom = index + 1;
      index += 3;
    } else if (character === '\\') {
      flush(index);
      const piece = escapeAt(text, index);
      pieces.push(piece);
      index = piece.end;
      plainFrom = index;
    } else index++;
  }
  flush(index);
  const closed = text[index] === '"';
  if (!closed) complain(reader, { start: open, end: open + 1 }, 'this string is never closed: expected "\\""');
  reader.at = closed ? index + 1 : index;
  const range = { start: open, end: reader.at };
  const inside = { start: open + 1, end: index };
  if (pieces.length === 0 || (pieces.length === 1 && pieces[0]?.text.length === inside.end - inside.start)) {
    const value = text.slice(inside.start, inside.end);
    return { word: { text: value, source, range: inside, unknown: unknown || holdsTemplate(value) }, range };
  }
  return { word: { ...joined(reader, pieces), unknown }, range };
}

interface Piece extends Range {
  readonly text: string;
}

/** The text of the pieces, each mapped to where it was written. */
function joined({ source }: HclReader, pieces: readonly Piece[]): Omit<Word, 'unknown'> {
  let length = 0;
  const segments = pieces.map((piece): Segment => {
    const inner = { start: length, end: length + piece.text.length };
    length = inner.end;
    return { inner, outer: { start: piece.start, end: piece.end } };
  });
  const text = pieces.map((piece) => piece.text).join('');
  return { text, source: nestedSource(source, text, segments), range: { start: 0, end: length } };
}

function escapeAt(text: string, index: number): Piece {
  const code = /^(?:u[\da-fA-F]{4}|U[\da-fA-F]{8})/.exec(text.slice(index + 1, index + 10))?.[0];
  const point = code === undefined ? undefined : Number.parseInt(code.slice(1), 16);
  if (code !== undefined && point !== undefined && point <= 0x10ffff) {
    return { text: String.fromCodePoint(point), start: index, end: index + 1 + code.length };
  }
  const next = text[index + 1] ?? '';
  const end = Math.min(index + 2, text.length);
  if (next === '\n' || next === '') return { text: '\\', start: index, end: index + 1 };
  return { text: escapes.get(next) ?? `\\${next}`, start: index, end };
}

/** `$${` and `%%{` stand for `${` and `%{`. */
const isEscapedTemplate = (text: string, index: number): boolean =>
  text.startsWith('$${', index) || text.startsWith('%%{', index);

/** The end of the `${…}` or `%{…}` that starts at `index`: braces and strings nest. The text's end if it never closes. */
export function endOfInterpolation(text: string, index: number): number | undefined {
  const mark = text[index];
  if ((mark !== '$' && mark !== '%') || text[index + 1] !== '{') return undefined;
  const open: ('{' | '"')[] = ['{'];
  for (let at = index + 2; at < text.length; at++) {
    const character = text[at];
    const inString = open.at(-1) === '"';
    if (character === '\\' && inString) at++;
    else if (character === '"' && inString) open.pop();
    else if (character === '"') open.push('"');
    else if (character === '{' && (!inString || text[at - 1] === '$' || text[at - 1] === '%')) open.push('{');
    else if (character === '}' && !inString) {
      open.pop();
      if (open.length === 0) return at + 1;
    }
  }
  return text.length;
}

const heredocStart = /<<[-~]?[ \t]*("?)([A-Za-z_][\w.-]*)\1[ \t]*\r?\n/y;

/** The heredoc that starts here, or `undefined` for what is none. Its word is the text between the two markers. */
export function readHeredoc(reader: HclReader): HclText | undefined {
  const { text, source } = reader;
  heredocStart.lastIndex = reader.at;
  const found = heredocStart.exec(text);
  if (!found) return undefined;
  const marker = found[2] ?? '';
  const start = reader.at;
  const from = heredocStart.lastIndex;
  for (let line = from; line <= text.length; ) {
    const end = endOfLine(text, line);
    if (text.slice(line, end).trim() === marker) {
      reader.at = end;
      return { word: heredocWord(reader, from, line), range: { start, end } };
    }
    if (end === text.length) break;
    line = end + 1;
  }
  complain(reader, { start, end: from - 1 }, `this heredoc is never closed: expected a line with ${marker}`);
  reader.at = text.length;
  return {
    word: { text: text.slice(from), source, range: { start: from, end: text.length }, unknown: true },
    range: { start, end: text.length },
  };
}

function heredocWord({ text, source }: HclReader, start: number, end: number): Word {
  const value = text.slice(start, end);
  const unknown = /(?:^|[^$%])[$%]\{|\{\{|\{%|<%/.test(value) || holdsTemplate(value);
  return { text: value, source, range: { start, end }, unknown };
}
