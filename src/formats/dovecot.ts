import type { Diagnostic } from '../core/finding.ts';
import { type Range, type Source, spanOf } from '../core/source.ts';
import { holdsTemplate, isBranching, isTemplate, isTemplateLine, type Line, linesOf } from './key-values.ts';
import type { Word } from './word.ts';

/** One statement of dovecot.conf. */
export type DovecotStatement =
  | {
      readonly kind: 'setting';
      readonly key: string;
      readonly keyRange: Range;
      readonly value: Word;
      /** `<path`: the value is what the file holds. `value` is the path, without the sign. */
      readonly fromFile: boolean;
    }
  | {
      readonly kind: 'block';
      /** `protocol`, `local`, `service`, `inet_listener` … */
      readonly name: string;
      /** `imap`, `10.0.0.0/8`; empty where there is none. */
      readonly argument: string;
      readonly range: Range;
      readonly body: readonly DovecotStatement[];
    }
  | { readonly kind: 'include'; readonly path: Word };

export interface DovecotFile {
  readonly statements: readonly DovecotStatement[];
  readonly branching: boolean;
  readonly diagnostics: readonly Diagnostic[];
}

type Block = Extract<DovecotStatement, { kind: 'block' }>;

const deepestNesting = 50;

/**
 * Reads dovecot.conf and what it includes, in the syntax that 2.3 and 2.4 share: a setting or the head of a block on
 * each line, `#` begins a comment, a backslash at its end joins the next line. Never throws; says
 * nothing of what is strange in a template.
 */
export function parseDovecot(source: Source): DovecotFile {
  const reader: Reader = { source, root: [], open: [], diagnostics: [], branching: false };
  for (const line of joinedLines(source.text)) {
    if (isTemplateLine(line.text)) reader.branching ||= isBranching(line.text);
    else readLine(reader, { ...line, text: withoutComment(line.text) });
  }
  for (const { block } of reader.open) complain(reader, block.range, 'this block is never closed: expected "}"');
  const { root, branching, diagnostics } = reader;
  return { statements: root, branching, diagnostics: branching || isTemplate(source.text) ? [] : diagnostics };
}

interface Reader {
  readonly source: Source;
  readonly root: DovecotStatement[];
  readonly open: { readonly block: Block; readonly body: DovecotStatement[] }[];
  readonly diagnostics: Diagnostic[];
  branching: boolean;
}

/** What a template fills in, braces included: none of these opens a block. */
const expression = /\{\{[^{}]*\}\}|\{%[^{}]*%\}|<%[^<>]*%>|[$%]\{[^{}]*\}/g;

function readLine(reader: Reader, line: Line): void {
  const masked = line.text.replace(expression, (found) => '.'.repeat(found.length));
  const brace = masked.indexOf('{');
  const head = brace === -1 ? undefined : /^\s*([\w.:/-]+)(?=[\s"]|$)/.exec(line.text.slice(0, brace));
  const isHead = head && !line.text.slice(0, brace).includes('=');
  if (!isHead) {
    if (line.text.trim() === '}') close(reader, line);
    else if (line.text.trim() !== '') addStatement(reader, line);
    return;
  }
  openBlock(reader, line, head[1] ?? '', line.text.slice(head[0].length, brace));
  const inner = line.text.slice(brace + 1).trimEnd();
  const closed = masked.trimEnd().endsWith('}');
  const content = closed ? inner.slice(0, -1) : inner;
  if (content.trim() !== '') addStatement(reader, { ...line, text: content, start: line.start + brace + 1 });
  if (closed) close(reader, line);
}

function openBlock(reader: Reader, line: Line, name: string, argument: string): void {
  const start = line.start + line.text.length - line.text.trimStart().length;
  const body: DovecotStatement[] = [];
  const range = { start, end: start + name.length };
  const block: Block = { kind: 'block', name, argument: unquoted(argument), range, body };
  if (reader.open.length < deepestNesting) add(reader, block);
  reader.open.push({ block, body });
}

function close(reader: Reader, line: Range): void {
  if (!reader.open.pop()) complain(reader, line, 'this "}" closes nothing');
}

function add(reader: Reader, statement: DovecotStatement): void {
  (reader.open.at(-1)?.body ?? reader.root).push(statement);
}

function complain({ source, diagnostics }: Reader, { start, end }: Range, message: string): void {
  diagnostics.push({ code: 'parse-error', message, span: spanOf(source, start, end) });
}

function addStatement(reader: Reader, line: Line): void {
  const wordFrom = (from: number): Word => wordAt(reader.source, line.text.slice(from), line.start + from);
  const include = /^\s*!include(?:_try)?\s+/.exec(line.text)?.[0];
  const [head, indent = '', key = ''] = /^(\s*)([^\s={}]+)\s*=\s*/.exec(line.text) ?? [];
  if (include !== undefined) add(reader, { kind: 'include', path: wordFrom(include.length) });
  else if (head !== undefined) {
    const keyRange = { start: line.start + indent.length, end: line.start + indent.length + key.length };
    const [sign = ''] = /^<\s*/.exec(line.text.slice(head.length)) ?? [];
    add(reader, { kind: 'setting', key, keyRange, value: wordFrom(head.length + sign.length), fromFile: sign !== '' });
  } else if (holdsTemplate(line.text)) reader.branching = true;
  else {
    const start = line.start + line.text.length - line.text.trimStart().length;
    complain(reader, { start, end: line.start + line.text.trimEnd().length }, 'expected key = value, or a block');
  }
}

/** A line with those that a backslash joins to it. Joints become blanks, so that offsets stay. */
function* joinedLines(text: string): Generator<Line> {
  let parts: string[] = [];
  let start = 0;
  let end = 0;
  for (const line of linesOf(text)) {
    if (parts.length === 0) start = line.start;
    else parts.push(' '.repeat(line.start - end));
    const joins = line.text.endsWith('\\') && !(parts.length === 0 && /^\s*#/.test(line.text));
    parts.push(joins ? `${line.text.slice(0, -1)} ` : line.text);
    end = line.end;
    if (joins) continue;
    yield { text: parts.join(''), start, end };
    parts = [];
  }
  if (parts.length > 0) yield { text: parts.join(''), start, end };
}

/** A `#` outside of quotes begins a comment, with or without a blank before it (observed on 2.3.19, which warns). */
function withoutComment(line: string): string {
  let quote = '';
  for (let at = 0; at < line.length; at++) {
    const character = line.charAt(at);
    if (quote !== '') {
      if (character === '\\') at++;
      else if (character === quote) quote = '';
    } else if (/["']/.test(character)) quote = character;
    else if (character === '#') return line.slice(0, at);
  }
  return line;
}

const unquoted = (text: string): string => /^"(.*)"$/.exec(text.trim())?.[1] ?? text.trim();

function wordAt(source: Source, written: string, start: number): Word {
  const text = written.trimEnd();
  const quoted = /^(["'])(.*)\1$/s.exec(text);
  const inside = quoted?.[2] ?? text;
  const from = start + (quoted ? 1 : 0);
  return {
    text: quoted ? inside.replace(/\\(["'\\])/g, '$1') : inside,
    source,
    range: { start: from, end: from + inside.length },
    unknown: holdsTemplate(inside) || /(?:^|\s)\$\w|%\{/.test(inside),
  };
}
