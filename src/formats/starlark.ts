import type { Range, Source } from '../core/source.ts';
import type { Word } from './word.ts';

/**
 * The calls of a Starlark file (BUILD, MODULE.bazel, WORKSPACE, .bzl) with their arguments and places. Whatever is more
 * than a string, a list, a name or a call is kept as unknown. Source: Starlark language specification; Bazel,
 * "BUILD files".
 */
export interface StarlarkFile {
  /** In the order written: statements that are calls, and calls that are assigned to a name. */
  readonly calls: readonly StarlarkCall[];
  /** Names that are assigned once, outside of every function, with what they hold. */
  readonly constants: ReadonlyMap<string, StarlarkValue>;
}

export interface StarlarkCall {
  /** Dotted: `oci.pull`. */
  readonly name: string;
  readonly nameRange: Range;
  readonly positional: readonly StarlarkValue[];
  readonly keywords: readonly StarlarkKeyword[];
  /** `**rest` or `*rest` may add arguments. */
  readonly open: boolean;
  /** It stands in a function, a loop or a condition. */
  readonly nested: boolean;
  readonly range: Range;
}

export interface StarlarkKeyword {
  readonly name: string;
  readonly nameRange: Range;
  readonly value: StarlarkValue;
}

export type StarlarkValue =
  /** Its word's range leaves the quotes out; `unknown` where it holds an escape. */
  | { readonly kind: 'string'; readonly word: Word; readonly range: Range }
  | { readonly kind: 'list'; readonly items: readonly StarlarkValue[]; readonly range: Range }
  | { readonly kind: 'name'; readonly text: string; readonly range: Range }
  | { readonly kind: 'call'; readonly call: StarlarkCall; readonly range: Range }
  | { readonly kind: 'unknown'; readonly range: Range };

interface Reader {
  readonly source: Source;
  readonly text: string;
  at: number;
}

const deepest = 50;
const parsed = new WeakMap<Source, StarlarkFile>();

/** Never throws: a statement that is not understood is left out. Parsed once per source. */
export function parseStarlark(source: Source): StarlarkFile {
  const known = parsed.get(source);
  if (known) return known;
  const reader: Reader = { source, text: source.text, at: 0 };
  const calls: StarlarkCall[] = [];
  const constants = new Map<string, StarlarkValue>();
  const seen = new Set<string>();
  while (reader.at < reader.text.length) {
    const start = reader.at;
    skipBlanks(reader, false);
    const nested = reader.at > start;
    const statement = /^(?:([A-Za-z_]\w*)[ \t]*=(?!=))?[ \t]*(?=[A-Za-z_"'[])/.exec(
      reader.text.slice(reader.at, reader.at + 200),
    );
    const assigned = statement?.[1];
    if (statement) {
      reader.at += statement[0].length;
      const value = readValue(reader, 0, nested);
      if (value.kind === 'call') calls.push(value.call);
      if (assigned !== undefined) {
        if (seen.has(assigned) || nested) constants.delete(assigned);
        else constants.set(assigned, value);
        seen.add(assigned);
      }
    }
    endStatement(reader);
  }
  const file = { calls, constants };
  parsed.set(source, file);
  return file;
}

/** The value of a keyword argument, with a name of the file's constants replaced by what it holds. */
export function argumentOf({ keywords }: StarlarkCall, name: string, file: StarlarkFile): StarlarkValue | undefined {
  const value = keywords.findLast((keyword) => keyword.name === name)?.value;
  if (value?.kind !== 'name' || value.text === 'None') return value?.kind === 'name' ? undefined : value;
  return file.constants.get(value.text) ?? { kind: 'unknown', range: value.range };
}

/** Blanks, comments and escaped line ends; line ends as well where `lines`. */
function skipBlanks(reader: Reader, lines: boolean): void {
  const pattern = lines ? /(?:\s|\\\r?\n|#[^\n]*)*/y : /(?:[ \t\r\f]|\\\r?\n|#[^\n]*)*/y;
  pattern.lastIndex = reader.at;
  reader.at += pattern.exec(reader.text)?.[0].length ?? 0;
}

/** To the start of the next statement: past a line end or a semicolon outside of all brackets. */
function endStatement(reader: Reader): void {
  skipTokens(reader, (character) => character === '\n' || character === ';', false);
  reader.at++;
}

/** Over whole tokens up to one that `stops` outside of the brackets that open on the way. */
function skipTokens(reader: Reader, stops: (character: string) => boolean, lines: boolean): void {
  const { text } = reader;
  let depth = 0;
  while (reader.at < text.length) {
    skipBlanks(reader, lines || depth > 0);
    const character = text[reader.at];
    if (character === undefined || (depth === 0 && stops(character))) return;
    if (/["']/.test(character)) reader.at = endOfString(text, reader.at);
    else {
      if (/[([{]/.test(character)) depth++;
      else if (/[)\]}]/.test(character) && depth > 0) depth--;
      reader.at++;
    }
  }
}

/** The end of a string that begins at `start`, behind its quotes; an unclosed one ends with its line. */
function endOfString(text: string, start: number): number {
  const quote = text.slice(start, start + 3);
  const triple = quote === '"""' || quote === "'''";
  const mark = triple ? quote : (text[start] ?? '');
  for (let at = start + mark.length; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text.startsWith(mark, at)) return at + mark.length;
    else if (!triple && text[at] === '\n') return at;
  }
  return text.length;
}

const isEnd = (character: string | undefined): boolean => character === undefined || /[,)\]}\n;]/.test(character);

/** A value up to a comma, a closing bracket or, outside of brackets, the line's end. */
function readValue(reader: Reader, depth: number, nested: boolean): StarlarkValue {
  const start = reader.at;
  const lines = depth > 0;
  const value = depth < deepest ? readOperand(reader, depth, nested) : undefined;
  const end = reader.at;
  skipBlanks(reader, lines);
  if (value && isEnd(reader.text[reader.at])) return value;
  skipTokens(reader, (character) => /[,)\]}]/.test(character) || (!lines && /[\n;]/.test(character)), lines);
  return { kind: 'unknown', range: { start, end: Math.max(end, reader.at) } };
}

const word = /[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*/y;

function readOperand(reader: Reader, depth: number, nested: boolean): StarlarkValue | undefined {
  const { text, source } = reader;
  const start = reader.at;
  const character = text[start];
  if (character === '"' || character === "'") {
    reader.at = endOfString(text, start);
    const quotes = /^(?:"""|''')/.test(text.slice(start, start + 3)) ? 3 : 1;
    const closed =
      reader.at - quotes >= start + quotes && text.startsWith(text.slice(start, start + quotes), reader.at - quotes);
    const range = { start: start + quotes, end: closed ? reader.at - quotes : Math.max(reader.at, start + quotes) };
    const inner = text.slice(range.start, range.end);
    const escaped = !closed || inner.includes('\\');
    return { kind: 'string', word: { text: inner, source, range, unknown: escaped }, range: { start, end: reader.at } };
  }
  if (character === '[') {
    reader.at++;
    const { items, plain } = readItems(reader, ']', depth, nested);
    const range = { start, end: reader.at };
    return plain ? { kind: 'list', items: items.map(({ value }) => value), range } : { kind: 'unknown', range };
  }
  word.lastIndex = start;
  const name = word.exec(text)?.[0];
  if (name === undefined) return undefined;
  reader.at += name.length;
  if (/["']/.test(text[reader.at] ?? '')) return undefined;
  const nameRange = { start, end: reader.at };
  skipBlanks(reader, false);
  if (text[reader.at] !== '(') {
    reader.at = nameRange.end;
    return { kind: 'name', text: name, range: nameRange };
  }
  reader.at++;
  const { items, open } = readItems(reader, ')', depth, nested);
  const range = { start, end: reader.at };
  const call: StarlarkCall = {
    name,
    nameRange,
    positional: items.flatMap(({ name: key, value }) => (key ? [] : [value])),
    keywords: items.flatMap(({ name: key, value }) =>
      key ? [{ name: text.slice(key.start, key.end), nameRange: key, value }] : [],
    ),
    open,
    nested,
    range,
  };
  return { kind: 'call', call, range };
}

interface Items {
  readonly items: readonly { readonly name: Range | undefined; readonly value: StarlarkValue }[];
  /** Something adds more: `*rest`. */
  readonly open: boolean;
  /** Nothing but values with commas between them: no comprehension. */
  readonly plain: boolean;
}

/** What stands between brackets, and the closing one. */
function readItems(reader: Reader, close: string, depth: number, nested: boolean): Items {
  const { text } = reader;
  const items: { name: Range | undefined; value: StarlarkValue }[] = [];
  let open = false;
  let plain = true;
  for (;;) {
    skipBlanks(reader, true);
    const character = text[reader.at];
    if (character === undefined || /[)\]}]/.test(character)) break;
    if (character === ',') {
      reader.at++;
      continue;
    }
    const before = reader.at;
    if (character === '*') open = true;
    const keyword = close === ')' ? /^([A-Za-z_]\w*)\s*=(?!=)/.exec(text.slice(before, before + 200)) : null;
    const name = keyword ? { start: before, end: before + (keyword[1]?.length ?? 0) } : undefined;
    if (keyword) {
      reader.at += keyword[0].length;
      skipBlanks(reader, true);
    }
    const value = readValue(reader, depth + 1, nested);
    if (close === ']' && value.kind === 'unknown' && /\bfor\b/.test(text.slice(value.range.start, value.range.end)))
      plain = false;
    if (character !== '*') items.push({ name, value });
    if (reader.at === before) reader.at++;
  }
  if (text[reader.at] === close) reader.at++;
  return { items, open, plain };
}
