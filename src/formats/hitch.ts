import type { Diagnostic } from '../core/finding.ts';
import { type Range, type Source, spanOf } from '../core/source.ts';
import { hasPlaceholder, type TemplatedText, templatedText } from './template-lines.ts';
import type { Word } from './word.ts';

/** `key = value`, `key = { … }`, or `tls-protos = TLSv1.2 TLSv1.3` with its list of bare words. */
export interface HitchSetting {
  readonly key: string;
  readonly keyRange: Range;
  readonly values: readonly Word[];
  readonly block: readonly HitchSetting[] | undefined;
}

export interface HitchFile {
  readonly settings: readonly HitchSetting[];
  /** A template brings in text that is not to be seen. */
  readonly open: boolean;
  readonly diagnostics: readonly Diagnostic[];
}

interface Token extends Range {
  readonly text: string;
  readonly kind: 'word' | 'string' | 'mark';
}

interface Reader {
  readonly source: Source;
  readonly templated: TemplatedText;
  readonly tokens: readonly Token[];
  readonly diagnostics: Diagnostic[];
  next: number;
}

const lexeme =
  /\s+|#[^\n]*|"((?:[^"\\\n]|\\[^\n])*)"?|(\{\{[^{}\n]{0,300}\}\}|\$\{[^{}\n]{0,100}\})|([{}=])|([^\s#"{}=]+)/gs;
const deepestNesting = 20;

/**
 * Parses the configuration of hitch, which is also that of Varnish Enterprise's tls.cfg. Source: src/cfg_lex.l and
 * src/cfg_parser.y of hitch 1.8.0. Never throws: what fits nowhere is a diagnostic. A value that a template or a
 * placeholder fills in, or that is rendered under a condition, is unknown.
 */
export function parseHitch(source: Source): HitchFile {
  const templated = templatedText(source.text);
  const reader: Reader = { source, templated, tokens: tokensOf(templated.text), diagnostics: [], next: 0 };
  const settings = readSettings(reader, 0);
  return { settings, open: templated.holes.length > 0, diagnostics: reader.diagnostics };
}

function tokensOf(text: string): readonly Token[] {
  return [...text.matchAll(lexeme)].flatMap(
    ({ 0: whole, 1: string, 2: output, 3: mark, 4: bare, index }): readonly Token[] => {
      const word = output ?? bare;
      const end = index + whole.length;
      if (string !== undefined)
        return [{ kind: 'string', text: string, start: index + 1, end: index + 1 + string.length }];
      if (mark !== undefined) return [{ kind: 'mark', text: mark, start: index, end }];
      return word === undefined ? [] : [{ kind: 'word', text: word, start: index, end }];
    },
  );
}

const peek = (reader: Reader, ahead = 0): Token | undefined => reader.tokens[reader.next + ahead];
const isMark = (token: Token | undefined, text: string): boolean => token?.kind === 'mark' && token.text === text;

function readSettings(reader: Reader, depth: number): readonly HitchSetting[] {
  const settings: HitchSetting[] = [];
  for (let token = peek(reader); token && !(depth > 0 && isMark(token, '}')); token = peek(reader)) {
    if (token.kind === 'word' && isMark(peek(reader, 1), '=')) {
      reader.next += 2;
      settings.push(readSetting(reader, token, depth));
    } else {
      if (!hasPlaceholder(token.text)) report(reader, token, 'expected a setting (key = value)');
      skipLine(reader, token);
    }
  }
  return settings;
}

function readSetting(reader: Reader, { text: key, start, end }: Token, depth: number): HitchSetting {
  const keyRange = { start, end };
  const open = peek(reader);
  if (open && isMark(open, '{')) {
    reader.next += 1;
    if (depth >= deepestNesting) {
      reader.next = reader.tokens.length;
      return { key, keyRange, values: [], block: [] };
    }
    const block = readSettings(reader, depth + 1);
    if (isMark(peek(reader), '}')) reader.next += 1;
    else report(reader, keyRange, 'this block is never closed: expected "}"');
    return { key, keyRange, values: [], block };
  }
  const values: Word[] = [];
  for (
    let token = peek(reader);
    token && token.kind !== 'mark' && !isMark(peek(reader, 1), '=');
    token = peek(reader)
  ) {
    values.push(wordOf(reader, token, keyRange));
    reader.next += 1;
    // Only the list of protocol versions holds more than one.
    if (key !== 'tls-protos') break;
  }
  if (values.length === 0) report(reader, keyRange, `expected a value for ${key}`);
  return { key, keyRange, values, block: undefined };
}

const wordOf = ({ source, templated }: Reader, { text, start, end }: Token, key: Range): Word => ({
  text,
  source,
  range: { start, end },
  unknown: hasPlaceholder(text) || templated.touches({ start: key.start, end }) || templated.depthAt(start) > 0,
});

/** Goes on with the next line. */
function skipLine(reader: Reader, { start }: Token): void {
  const newline = reader.source.text.indexOf('\n', start);
  const lineEnd = newline === -1 ? reader.source.text.length : newline;
  do reader.next += 1;
  while ((peek(reader)?.start ?? Number.POSITIVE_INFINITY) < lineEnd);
}

function report({ source, diagnostics }: Reader, { start, end }: Range, message: string): void {
  diagnostics.push({ code: 'parse-error', message, span: spanOf(source, start, end) });
}
