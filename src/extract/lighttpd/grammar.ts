import type { Diagnostic } from '../../core/finding.ts';
import { type Range, type Source, spanOf } from '../../core/source.ts';

/** One statement of lighttpd.conf. Ranges are offsets into the source; that of a string leaves its quotes out. */
export type Statement =
  | { readonly kind: 'assignment'; readonly key: string; readonly keyRange: Range; readonly value: Value }
  | {
      readonly kind: 'condition';
      readonly field: string;
      readonly operator: string;
      readonly operand: Value;
      readonly range: Range;
      readonly body: readonly Statement[];
    }
  | { readonly kind: 'include'; readonly range: Range };

export type Value =
  | { readonly kind: 'text'; readonly text: string; readonly range: Range }
  | {
      readonly kind: 'array';
      readonly entries: readonly { readonly key: string | undefined; readonly value: Value }[];
      readonly range: Range;
    }
  /** A variable, a concatenation, the output of a command. */
  | { readonly kind: 'unknown'; readonly range: Range };

export interface LighttpdFile {
  readonly statements: readonly Statement[];
  readonly diagnostics: readonly Diagnostic[];
}

interface Token extends Range {
  readonly text: string;
  readonly kind: 'word' | 'string' | 'mark';
}

const deepestNesting = 50;
const lexeme =
  /\s+|#[^\n]*|"((?:[^"\\]|\\.)*)"|(=>|==|!=|=~|!~|=\^|=\$|\+=|:=|[=+(){},[\]])|([^\s#"=+(){},[\]:!]+|[:!])/gs;

/** Parses lighttpd.conf (lighttpd wiki, "Configuration: File Syntax"). Never throws: a broken line is a diagnostic. */
export function parseLighttpd(source: Source): LighttpdFile {
  const reader: Reader = { source, tokens: tokensOf(source.text), next: 0, diagnostics: [] };
  const statements = readStatements(reader, 0);
  return { statements, diagnostics: reader.diagnostics };
}

interface Reader {
  readonly source: Source;
  readonly tokens: readonly Token[];
  readonly diagnostics: Diagnostic[];
  next: number;
}

function tokensOf(text: string): readonly Token[] {
  return [...text.matchAll(lexeme)].flatMap(({ 0: whole, 1: string, 2: mark, index }): readonly Token[] => {
    const end = index + whole.length;
    if (string !== undefined)
      return [{ kind: 'string', text: string.replace(/\\(.)/gs, '$1'), start: index + 1, end: end - 1 }];
    if (/^(\s|#)/.test(whole)) return [];
    return [{ kind: mark !== undefined ? 'mark' : 'word', text: whole, start: index, end }];
  });
}

const peek = (reader: Reader, ahead = 0): Token | undefined => reader.tokens[reader.next + ahead];
const isMark = (token: Token | undefined, text: string): boolean => token?.kind === 'mark' && token.text === text;

function readStatements(reader: Reader, depth: number): readonly Statement[] {
  const statements: Statement[] = [];
  for (let token = peek(reader); token && !(depth > 0 && isMark(token, '}')); token = peek(reader)) {
    const before = reader.next;
    const statement = readStatement(reader, token, depth);
    if (statement) statements.push(statement);
    if (reader.next === before)
      complain(reader, token, 'a setting (key = value), a condition ($FIELD["name"] == "value" { … }) or include');
  }
  return statements;
}

function readStatement(reader: Reader, token: Token, depth: number): Statement | undefined {
  if (token.text === 'else') {
    reader.next++;
    const after = peek(reader);
    if (isMark(after, '{'))
      return readBody(
        reader,
        { field: 'else', operator: '', operand: { kind: 'unknown', range: token }, range: token },
        depth,
      );
    return after && readStatement(reader, after, depth);
  }
  if (token.kind !== 'word') return undefined;
  if (token.text.startsWith('$')) return readCondition(reader, token, depth);
  if (/^include(_shell)?$/.test(token.text)) {
    reader.next++;
    readValue(reader, 0);
    return { kind: 'include', range: token };
  }
  const operator = peek(reader, 1);
  if (!isMark(operator, '=') && !isMark(operator, '+=') && !isMark(operator, ':=')) return undefined;
  reader.next += 2;
  return { kind: 'assignment', key: token.text, keyRange: token, value: readValue(reader, 0) };
}

/** `$SERVER["socket"] == ":443" { … }` */
function readCondition(reader: Reader, token: Token, depth: number): Statement | undefined {
  const name = peek(reader, 2);
  const operator = peek(reader, 4);
  if (!isMark(peek(reader, 1), '[') || !name || !isMark(peek(reader, 3), ']') || !operator) return undefined;
  reader.next += 5;
  const operand = readValue(reader, 0);
  const head = {
    field: `${token.text.slice(1)}["${name.text}"]`,
    operator: operator.text,
    operand,
    range: { start: token.start, end: operand.range.end },
  };
  if (!isMark(peek(reader), '{')) return undefined;
  return readBody(reader, head, depth);
}

type ConditionHead = Omit<Extract<Statement, { kind: 'condition' }>, 'kind' | 'body'>;

function readBody(reader: Reader, head: ConditionHead, depth: number): Statement {
  reader.next++;
  if (depth >= deepestNesting) {
    reader.next = reader.tokens.length;
    return { kind: 'condition', ...head, body: [] };
  }
  const body = readStatements(reader, depth + 1);
  if (isMark(peek(reader), '}')) reader.next++;
  else report(reader, head.range, 'this block is never closed: expected "}"');
  return { kind: 'condition', ...head, body };
}

function readValue(reader: Reader, depth: number): Value {
  const first = readOperand(reader, depth);
  if (!isMark(peek(reader), '+')) return first;
  let end = first.range.end;
  while (isMark(peek(reader), '+')) {
    reader.next++;
    end = readOperand(reader, depth).range.end;
  }
  return { kind: 'unknown', range: { start: first.range.start, end } };
}

function readOperand(reader: Reader, depth: number): Value {
  const token = peek(reader);
  if (!token || (token.kind === 'mark' && token.text !== '(')) {
    const at = token?.start ?? reader.source.text.length;
    report(reader, { start: at, end: at }, 'expected a value');
    return { kind: 'unknown', range: { start: at, end: at } };
  }
  reader.next++;
  const range = { start: token.start, end: token.end };
  if (token.kind === 'string') return { kind: 'text', text: token.text, range };
  if (token.kind === 'mark')
    return depth < deepestNesting ? readArray(reader, token, depth) : { kind: 'unknown', range };
  return /^\d+$/.test(token.text) ? { kind: 'text', text: token.text, range } : { kind: 'unknown', range };
}

function readArray(reader: Reader, open: Token, depth: number): Value {
  const entries: { key: string | undefined; value: Value }[] = [];
  while (peek(reader) && !isMark(peek(reader), ')')) {
    const before = reader.next;
    const first = readValue(reader, depth + 1);
    if (isMark(peek(reader), '=>')) {
      reader.next++;
      entries.push({ key: first.kind === 'text' ? first.text : undefined, value: readValue(reader, depth + 1) });
    } else entries.push({ key: undefined, value: first });
    if (isMark(peek(reader), ',')) reader.next++;
    else if (reader.next === before) reader.next++;
  }
  const close = peek(reader);
  if (close) reader.next++;
  else report(reader, open, 'this list is never closed: expected ")"');
  return { kind: 'array', entries, range: { start: open.start, end: close?.end ?? open.end } };
}

/** Says what was expected at a token and goes on with the next line. */
function complain(reader: Reader, token: Token, expected: string): void {
  report(reader, token, `expected ${expected}`);
  const lineEnd = reader.source.text.indexOf('\n', token.start);
  do reader.next++;
  while (lineEnd !== -1 && (peek(reader)?.start ?? Number.POSITIVE_INFINITY) < lineEnd);
}

function report(reader: Reader, { start, end }: Range, message: string): void {
  reader.diagnostics.push({ code: 'parse-error', message, span: spanOf(reader.source, start, end) });
}
