import type { Range, Segment } from '../core/source.ts';

/** A word in a logical line: as written, and without its quotes. */
export interface Token {
  readonly raw: string;
  readonly value: string;
  readonly range: Range;
}

/**
 * The words of a line, split at blanks. Quotes keep blanks inside, as does a template's `{{ … }}`. `$NAME` stays as
 * written, also with its escape character.
 */
export function tokens(line: string, start: number, escapeCharacter: string): readonly Token[] {
  const found: Token[] = [];
  let position = start;
  while (position < line.length) {
    if (isBlank(line[position])) {
      position++;
      continue;
    }
    const end = endOfWord(line, position, escapeCharacter);
    const raw = line.slice(position, end);
    found.push({ raw, value: unquoted(raw, escapeCharacter), range: { start: position, end } });
    position = end;
  }
  return found;
}

function endOfWord(line: string, start: number, escapeCharacter: string): number {
  let quote = '';
  let index = start;
  for (; index < line.length; index++) {
    const character = line[index] ?? '';
    if (quote === '' && isBlank(character)) break;
    if (quote === '' && line.startsWith('{{', index)) {
      const close = line.indexOf('}}', index);
      if (close > 0) index = close + 1;
    } else if (character === escapeCharacter && quote !== "'") index++;
    else if (quote === character) quote = '';
    else if (quote === '' && (character === '"' || character === "'") && line.includes(character, index + 1))
      quote = character;
  }
  return Math.min(index, line.length);
}

const isBlank = (character: string | undefined): boolean =>
  character === ' ' || character === '\t' || character === '\r';

/** The text without quotes and escapes. Inside double quotes an escape counts only before `"`, `$` and itself. */
export function unquoted(raw: string, escapeCharacter: string): string {
  if (!/["'\\`]/.test(raw)) return raw;
  let quote = '';
  let text = '';
  for (let index = 0; index < raw.length; index++) {
    const character = raw[index] ?? '';
    const next = raw[index + 1];
    if (character === escapeCharacter && quote !== "'" && next !== undefined) {
      if (next === '$') text += character + next;
      else if (quote === '' || next === '"' || next === escapeCharacter) text += next;
      else text += character + next;
      index++;
    } else if (character === quote) quote = '';
    else if (quote === '' && (character === '"' || character === "'") && raw.includes(character, index + 1))
      quote = character;
    else text += character;
  }
  return text;
}

/** One string of an exec form: its value, and where each part of it stands in the line. */
export interface ExecString {
  readonly value: string;
  /** Between the quotes. */
  readonly range: Range;
  readonly segments: readonly Segment[];
}

/** The strings of an exec form, `["a", "b"]`; `undefined` when the text is no JSON array of strings. */
export function execStrings(line: string, start: number): readonly ExecString[] | undefined {
  const rest = line.slice(start);
  const lead = /^[ \t]*\[/.exec(rest);
  if (!lead) return undefined;
  let decoded: unknown;
  try {
    decoded = JSON.parse(rest);
  } catch {
    return undefined;
  }
  if (!Array.isArray(decoded) || !decoded.every((item) => typeof item === 'string')) return undefined;
  return [...rest.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((match) => execString(match[1] ?? '', start + match.index + 1));
}

function execString(raw: string, start: number): ExecString {
  let value = '';
  const segments: Segment[] = [];
  for (const [piece] of raw.matchAll(/\\u[0-9a-fA-F]{4}|\\.|[^\\]+/g)) {
    const text: unknown = piece.startsWith('\\') ? JSON.parse(`"${piece}"`) : piece;
    if (typeof text !== 'string') continue;
    const from = segments.at(-1)?.outer.end ?? start;
    segments.push({
      inner: { start: value.length, end: value.length + text.length },
      outer: { start: from, end: from + piece.length },
    });
    value += text;
  }
  return { value, range: { start, end: start + raw.length }, segments };
}
