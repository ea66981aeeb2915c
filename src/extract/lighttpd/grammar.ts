import type { Diagnostic } from '../../core/finding.ts';
import { type Range, type Source, spanOf } from '../../core/source.ts';
import { type TemplatedText, templatedText } from '../../formats/template-lines.ts';
import type { Word } from '../../formats/word.ts';

/** One statement of lighttpd.conf. Ranges are offsets into its source. */
export type Statement = Assignment | Condition | Include;

export interface Assignment {
  readonly kind: 'assignment';
  readonly source: Source;
  readonly key: string;
  readonly keyRange: Range;
  /** `+=` adds to what is there already, also in the block around; `:=` replaces it. */
  readonly operator: '=' | '+=' | ':=';
  readonly value: Value;
}

/** `$SERVER["socket"] == ":443" { … }`, and `else { … }`, whose field is `else`. */
export interface Condition {
  readonly kind: 'condition';
  readonly source: Source;
  readonly field: string;
  readonly operator: string;
  readonly operand: Word;
  readonly range: Range;
  /** For `else` and `else if`: the condition that did not hold. */
  readonly otherThan: Condition | undefined;
  readonly body: readonly Statement[];
}

export interface Include {
  readonly kind: 'include';
  readonly range: Range;
  /** Unknown for `include_shell`, whose command writes the text. */
  readonly file: Word;
}

export type Value =
  /** A text or a number; unknown where a variable, a concatenation or a template makes it. */
  | { readonly kind: 'word'; readonly word: Word }
  | {
      readonly kind: 'array';
      readonly entries: readonly { readonly key: string | undefined; readonly value: Value }[];
      readonly range: Range;
    };

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
  /\s+|#[^\n]*|"((?:[^"\\\n]|\\[^\n])*)"?|(\{\{[^{}\n]{0,300}\}\}|\$\{[^{}\n]{0,100}\})|(=>|==|!=|=~|!~|=\^|=\$|\+=|:=|[=+(){},[\]])|([^\s#"=+(){},[\]:!]+|[:!])/gs;

/** Parses lighttpd.conf (lighttpd wiki, "Configuration: File Syntax"). Never throws: a broken line is a diagnostic. */
export function parseLighttpd(source: Source): LighttpdFile {
  const templated = templatedText(source.text);
  const reader: Reader = { source, templated, tokens: tokensOf(templated.text), next: 0, diagnostics: [] };
  const statements = readStatements(reader, 0);
  return { statements, diagnostics: reader.diagnostics };
}

interface Reader {
  readonly source: Source;
  readonly templated: TemplatedText;
  readonly tokens: readonly Token[];
  readonly diagnostics: Diagnostic[];
  next: number;
}

function tokensOf(text: string): readonly Token[] {
  return [...text.matchAll(lexeme)].flatMap(({ 0: whole, 1: string, 3: mark, index }): readonly Token[] => {
    const end = index + whole.length;
    if (string !== undefined)
      return [
        {
          kind: 'string',
          text: string.replace(/\\(.)/gs, '$1'),
          start: index + 1,
          end: index + 1 + string.length,
        },
      ];
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
    const previous = statements.at(-1);
    const statement = readStatement(reader, token, depth, previous?.kind === 'condition' ? previous : undefined);
    if (statement) statements.push(statement);
    if (reader.next === before)
      complain(reader, token, 'a setting (key = value), a condition ($FIELD["name"] == "value" { … }) or include');
  }
  return statements;
}

function readStatement(
  reader: Reader,
  token: Token,
  depth: number,
  previous: Condition | undefined,
): Statement | undefined {
  if (token.kind !== 'word') return undefined;
  if (/^(?:else|elseif|elsif)$/.test(token.text)) {
    reader.next++;
    const after = peek(reader);
    if (isMark(after, '{')) {
      const operand = wordOf(reader, token, true);
      return readBody(reader, { field: 'else', operator: '', operand, range: token, otherThan: previous }, depth);
    }
    const condition = after?.text === 'if' ? peek(reader, 1) : after;
    if (after?.text === 'if') reader.next++;
    return condition && readCondition(reader, condition, depth, previous);
  }
  if (token.text.startsWith('$')) return readCondition(reader, token, depth, undefined);
  if (/^include(_shell)?$/.test(token.text)) {
    reader.next++;
    const value = readValue(reader, 0);
    const file = value.kind === 'word' ? value.word : wordOf(reader, token, true);
    return { kind: 'include', range: token, file: token.text === 'include' ? file : { ...file, unknown: true } };
  }
  const operator = peek(reader, 1);
  const sign = (['=', '+=', ':='] as const).find((known) => isMark(operator, known));
  if (!sign) return undefined;
  reader.next += 2;
  const value = readValue(reader, 0);
  return {
    kind: 'assignment',
    source: reader.source,
    key: token.text,
    keyRange: token,
    operator: sign,
    // Under a template's condition it is not certain that the line is there at all.
    value: reader.templated.depthAt(token.start) > 0 ? { kind: 'word', word: wordOf(reader, token, true) } : value,
  };
}

/** `$SERVER["socket"] == ":443" { … }` */
function readCondition(
  reader: Reader,
  token: Token,
  depth: number,
  otherThan: Condition | undefined,
): Statement | undefined {
  const name = peek(reader, 2);
  const operator = peek(reader, 4);
  if (!isMark(peek(reader, 1), '[') || !name || !isMark(peek(reader, 3), ']') || !operator) return undefined;
  reader.next += 5;
  const value = readValue(reader, 0);
  const operand = value.kind === 'word' ? value.word : wordOf(reader, token, true);
  const head = {
    field: `${token.text.slice(1)}["${name.text}"]`,
    operator: operator.text,
    operand,
    range: { start: token.start, end: Math.max(operand.range.end, token.end) },
    otherThan,
  };
  return isMark(peek(reader), '{') ? readBody(reader, head, depth) : undefined;
}

type ConditionHead = Omit<Condition, 'kind' | 'body' | 'source'>;

function readBody(reader: Reader, head: ConditionHead, depth: number): Condition {
  const { source } = reader;
  reader.next++;
  if (depth >= deepestNesting) {
    reader.next = reader.tokens.length;
    return { kind: 'condition', source, ...head, body: [] };
  }
  const body = readStatements(reader, depth + 1);
  if (isMark(peek(reader), '}')) reader.next++;
  else report(reader, head.range, 'this block is never closed: expected "}"');
  return { kind: 'condition', source, ...head, body };
}

function readValue(reader: Reader, depth: number): Value {
  const first = readOperand(reader, depth);
  if (!isMark(peek(reader), '+')) return first;
  const start = first.kind === 'word' ? first.word.range.start : first.range.start;
  let end = start;
  while (isMark(peek(reader), '+')) {
    reader.next++;
    const next = readOperand(reader, depth);
    end = next.kind === 'word' ? next.word.range.end : next.range.end;
  }
  return { kind: 'word', word: wordOf(reader, { text: '', kind: 'word', start, end: Math.max(end, start) }, true) };
}

function readOperand(reader: Reader, depth: number): Value {
  const token = peek(reader);
  if (!token || (token.kind === 'mark' && token.text !== '(')) {
    const at = token?.start ?? reader.source.text.length;
    report(reader, { start: at, end: at }, 'expected a value');
    return { kind: 'word', word: wordOf(reader, { text: '', kind: 'word', start: at, end: at }, true) };
  }
  reader.next++;
  if (token.kind === 'mark')
    return depth < deepestNesting
      ? readArray(reader, token, depth)
      : { kind: 'word', word: wordOf(reader, token, true) };
  // A bare word is a number, or a variable.
  const variable = token.kind === 'word' && !/^\d+$/.test(token.text);
  return { kind: 'word', word: wordOf(reader, token, variable) };
}

function wordOf({ source, templated }: Reader, { text, start, end }: Token, unknown: boolean): Word {
  // `${…}` is a template's; `%1` and `${url.path}` are lighttpd's own, in redirects, and are looked at there.
  const filledIn = templated.touches({ start, end }) || /\{\{|<%|\$\{[A-Z]|@\w+@/.test(text);
  return { text, source, range: { start, end }, unknown: unknown || filledIn };
}

function readArray(reader: Reader, open: Token, depth: number): Value {
  const entries: { key: string | undefined; value: Value }[] = [];
  while (peek(reader) && !isMark(peek(reader), ')')) {
    const before = reader.next;
    const first = readValue(reader, depth + 1);
    if (isMark(peek(reader), '=>')) {
      reader.next++;
      const key = first.kind === 'word' && !first.word.unknown ? first.word.text : undefined;
      entries.push({ key, value: readValue(reader, depth + 1) });
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
  const newline = reader.source.text.indexOf('\n', token.start);
  const lineEnd = newline === -1 ? reader.source.text.length : newline;
  do reader.next++;
  while ((peek(reader)?.start ?? Number.POSITIVE_INFINITY) < lineEnd);
}

function report(reader: Reader, { start, end }: Range, message: string): void {
  reader.diagnostics.push({ code: 'parse-error', message, span: spanOf(reader.source, start, end) });
}
