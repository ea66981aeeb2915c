import type { Range, Source } from '../core/source.ts';
import { complain, deepestHcl, endOfAction, endOfLine, type HclReader, skipBlanks } from './hcl-reader.ts';
import { endOfInterpolation, readHeredoc, readQuoted } from './hcl-strings.ts';
import type { HclBody, HclFile, HclItem, HclValue } from './hcl-tree.ts';
import { holdsTemplate } from './key-values.ts';
import type { Word } from './word.ts';

const parsed = new WeakMap<Source, HclFile>();

/**
 * Reads HCL 1 and HCL 2, Terraform and Packer included. Never throws: what is broken costs a diagnostic and its line.
 * An expression that is more than a literal, a list or an object is kept as unknown, with its place. Parsed once per
 * source.
 */
export function parseHcl(source: Source): HclFile {
  const known = parsed.get(source);
  if (known) return known;
  const reader: HclReader = { source, text: source.text, diagnostics: [], at: 0 };
  const file: HclFile = { body: readBody(reader, 0, undefined), diagnostics: reader.diagnostics };
  parsed.set(source, file);
  return file;
}

const keyword = /[\p{L}_][\p{L}\p{N}_.-]*|\d[\w.-]*/uy;

/** Items up to the closing brace, which is left for the caller; `open` is where the brace that it closes stands. */
function readBody(reader: HclReader, depth: number, open: Range | undefined): HclBody {
  const { source, text } = reader;
  const start = reader.at;
  const items: HclItem[] = [];
  let templated = false;
  for (;;) {
    skipBlanks(reader, true);
    const character = text[reader.at];
    if (character === undefined) break;
    const actionEnd = endOfAction(text, reader.at);
    if (actionEnd !== undefined) {
      templated = true;
      reader.at = actionEnd;
    } else if (character === '}' && open) break;
    else if (character === ',' || character === ';') reader.at++;
    else {
      const item = readItem(reader, depth);
      if (item) items.push(item);
    }
  }
  if (open && reader.at >= text.length) complain(reader, open, 'this block is never closed: expected "}"');
  return { source, items, range: { start, end: reader.at }, open: templated };
}

/** One attribute or block; always moves on. */
function readItem(reader: HclReader, depth: number): HclItem | undefined {
  const start = reader.at;
  const name = readName(reader);
  if (!name) {
    complain(reader, { start, end: start + 1 }, 'expected a name, such as listener or address');
    reader.at = Math.max(endOfLine(reader.text, start), start + 1);
    return undefined;
  }
  skipBlanks(reader, false);
  const mark = reader.text[reader.at];
  if ((mark === '=' && !/^=[=>]/.test(reader.text.slice(reader.at, reader.at + 2))) || mark === ':') {
    reader.at++;
    skipBlanks(reader, false);
    return { kind: 'attribute', key: name, value: readValue(reader, depth, false) };
  }
  return readBlock(reader, name, depth);
}

function readBlock(reader: HclReader, type: Word, depth: number): HclItem | undefined {
  const labels: Word[] = [];
  for (let label = readName(reader); label; label = readName(reader)) {
    labels.push(label);
    skipBlanks(reader, false);
  }
  const end = reader.at;
  skipBlanks(reader, true);
  const open = { start: reader.at, end: reader.at + 1 };
  if (reader.text[open.start] !== '{' || endOfAction(reader.text, open.start) !== undefined) {
    reader.at = end;
    complain(
      reader,
      type.source === reader.source ? type.range : { start: end, end },
      `expected "=" and a value, or "{", after ${type.text.slice(0, 40)}`,
    );
    reader.at = endOfLine(reader.text, end);
    return undefined;
  }
  return { kind: 'block', type, labels, body: bracedBody(reader, depth) };
}

/** The body whose opening brace is next, and the closing brace. */
function bracedBody(reader: HclReader, depth: number): HclBody {
  const open = { start: reader.at, end: reader.at + 1 };
  if (depth >= deepestHcl) {
    complain(reader, open, `blocks are nested more than ${deepestHcl} deep here: this one was not read`);
    skipBalanced(reader);
    return { source: reader.source, items: [], range: { start: open.start, end: reader.at }, open: true };
  }
  reader.at++;
  const body = readBody(reader, depth + 1, open);
  if (reader.text[reader.at] === '}') reader.at++;
  return body;
}

/** An identifier, a quoted string, or a parenthesized expression (unknown); `undefined` if none is next. */
function readName(reader: HclReader): Word | undefined {
  const { text, source } = reader;
  const start = reader.at;
  if (text[start] === '"') return readQuoted(reader).word;
  if (text[start] === '(') {
    skipBalanced(reader);
    return { text: text.slice(start, reader.at), source, range: { start, end: reader.at }, unknown: true };
  }
  keyword.lastIndex = start;
  const name = keyword.exec(text)?.[0];
  if (name === undefined) return undefined;
  reader.at += name.length;
  return { text: name, source, range: { start, end: reader.at }, unknown: false };
}

/** A value; `lines` says whether line ends inside it mean nothing, as between brackets. */
function readValue(reader: HclReader, depth: number, lines: boolean): HclValue {
  const start = reader.at;
  const value = readOperand(reader, depth);
  if (!value) {
    complain(reader, { start, end: start }, 'expected a value');
    return { kind: 'unknown', range: { start, end: start } };
  }
  const end = reader.at;
  skipBlanks(reader, lines);
  if (!continues(reader, value)) {
    if (!lines) reader.at = end;
    return value;
  }
  skipExpression(reader, lines);
  return { kind: 'unknown', range: { start, end: reader.at } };
}

function readOperand(reader: HclReader, depth: number): HclValue | undefined {
  const { text, source } = reader;
  const start = reader.at;
  const unknownUntil = (end: number): HclValue => {
    reader.at = end;
    return { kind: 'unknown', range: { start, end } };
  };
  const actionEnd = endOfAction(text, start) ?? endOfInterpolation(text, start);
  if (actionEnd !== undefined) return unknownUntil(actionEnd);
  const character = text[start];
  if (character === '"') return { kind: 'scalar', style: 'quoted', ...readQuoted(reader) };
  if (character === '<') {
    const heredoc = readHeredoc(reader);
    return heredoc && { kind: 'scalar', style: 'heredoc', ...heredoc };
  }
  if (character === '[') return readList(reader, depth);
  if (character === '{') {
    if (isFor(text, start)) {
      skipBalanced(reader);
      return unknownUntil(reader.at);
    }
    const body = bracedBody(reader, depth);
    return { kind: 'object', body, range: { start, end: reader.at } };
  }
  if (character === '(') {
    skipBalanced(reader);
    return unknownUntil(reader.at);
  }
  const plain = /^(?:[-+]?\d[\w.]*|[\p{L}_][\p{L}\p{N}_-]*)/u.exec(text.slice(start, start + 200))?.[0];
  if (plain === undefined) {
    if (character === undefined || /[\s,\]})=:]/.test(character)) return undefined;
    skipExpression(reader, false);
    return unknownUntil(reader.at);
  }
  reader.at += plain.length;
  const range = { start, end: reader.at };
  if (!/^(?:true|false|null|[-+]?\d.*)$/.test(plain)) return { kind: 'unknown', range };
  const word = { text: plain, source, range, unknown: holdsTemplate(plain) };
  return { kind: 'scalar', style: 'plain', word, range };
}

function readList(reader: HclReader, depth: number): HclValue {
  const { text } = reader;
  const start = reader.at;
  if (depth >= deepestHcl || isFor(text, start)) {
    skipBalanced(reader);
    return { kind: 'unknown', range: { start, end: reader.at } };
  }
  const items: HclValue[] = [];
  reader.at++;
  let templated = false;
  for (;;) {
    skipBlanks(reader, true);
    const before = reader.at;
    const character = text[before];
    if (character === undefined || character === ']') break;
    if (character === ',') reader.at++;
    else if (character === '{' && text[before + 1] === '%') {
      templated = true;
      reader.at = endOfAction(text, before) ?? before + 2;
    } else {
      items.push(readValue(reader, depth + 1, true));
      // A closing brace, or a name after a name: the list was never closed.
      if (reader.at === before) break;
    }
  }
  if (text[reader.at] === ']') reader.at++;
  else complain(reader, { start, end: start + 1 }, 'this list is never closed: expected "]"');
  const range = { start, end: reader.at };
  return templated ? { kind: 'unknown', range } : { kind: 'list', items, range };
}

/** `[for …]` and `{for …}` compute what they hold. */
const isFor = (text: string, open: number): boolean => /^.\s*for\s+[\w-]/s.test(text.slice(open, open + 60));

/** Whether an operator, an index, a call or more of a template follows, so that the value is part of an expression. */
function continues({ text, at }: HclReader, value: HclValue): boolean {
  const rest = text.slice(at, at + 3);
  if (/^(?:[=!]=|[<>]|&&|\|\||[?*+/%-]|\.\.\.)/.test(rest)) return true;
  const adjacent = at === value.range.end;
  return (adjacent && /^[.[(]/.test(rest)) || (adjacent && value.kind === 'unknown' && /^[^\s,\]})#]/.test(rest));
}

/** To the end of an expression: a comma or a closing bracket on its own level, or the line's end where that counts. */
function skipExpression(reader: HclReader, lines: boolean): void {
  const { text } = reader;
  for (let depth = 0; reader.at < text.length; ) {
    const before = reader.at;
    skipBlanks(reader, lines || depth > 0);
    const character = text[reader.at];
    if (character === undefined || character === '\n') return;
    const actionEnd = endOfAction(text, reader.at);
    if (actionEnd !== undefined) reader.at = actionEnd;
    else if (character === '"') readQuoted(reader);
    else if (/[([{]/.test(character)) {
      depth++;
      reader.at++;
    } else if (/[)\]}]/.test(character)) {
      if (depth === 0) return;
      depth--;
      reader.at++;
    } else if (character === ',' && depth === 0) return;
    else reader.at++;
    if (reader.at === before) reader.at++;
  }
}

/** Past the bracket that is next, what it holds, and the bracket that closes it. */
function skipBalanced(reader: HclReader): void {
  reader.at++;
  skipExpressions(reader);
  if (reader.at < reader.text.length) reader.at++;
}

/** Past everything up to a closing bracket on this level. */
function skipExpressions(reader: HclReader): void {
  for (;;) {
    skipExpression(reader, true);
    if (reader.text[reader.at] !== ',') return;
    reader.at++;
  }
}
