import type { Diagnostic } from '../core/finding.ts';
import { type Range, type Source, spanOf } from '../core/source.ts';
import { holdsTemplate } from './key-values.ts';
import type { Word } from './word.ts';

/** A term of an Erlang configuration file: `[{rabbit, [{ssl_listeners, [5671]}]}].` */
export type ErlangTerm =
  /** An atom, a string, a binary or a number; the word is the text without its quotes. */
  | { readonly kind: 'atom' | 'string' | 'number'; readonly word: Word; readonly range: Range }
  | { readonly kind: 'tuple' | 'list'; readonly items: readonly ErlangTerm[]; readonly range: Range }
  /** A map, a fun, a template action. */
  | { readonly kind: 'unknown'; readonly range: Range };

export interface ErlangFile {
  readonly terms: readonly ErlangTerm[];
  readonly diagnostics: readonly Diagnostic[];
}

const deepestTerm = 100;
const mostDiagnostics = 5;

/** Blanks and comments; what stands between quotes, by its kind; words; everything else up to a blank or a mark. */
const blank = /(?:\s+|%[^\n]*)+/y;
const action = /\{\{[^\n]{0,200}?\}\}|<%[\s\S]{0,200}?%>/y;
const binary = /<<"([^"\\]*(?:\\[\s\S][^"\\]*)*)"(?:\/utf8)?>>/y;
const string = /"([^"\\]*(?:\\[\s\S][^"\\]*)*)"/y;
const quotedAtom = /'([^'\\\n]*(?:\\.[^'\\\n]*)*)'/y;
const quotes: ReadonlyMap<string, RegExp> = new Map([
  ['"', string],
  ["'", quotedAtom],
  ['<', binary],
]);
const number = /-?\d+(?:#\w+|\.\d+)?/y;
const atom = /[a-z][\w@]*/y;
const other = /[^\s[\]{},]+/y;

interface Token extends Range {
  readonly kind: 'string' | 'number' | 'atom' | 'mark' | 'other';
  readonly text: string;
}

interface Reader {
  readonly source: Source;
  readonly tokens: readonly Token[];
  readonly diagnostics: Diagnostic[];
  next: number;
}

/**
 * Reads what file:consult/1 reads (Erlang/OTP 27, stdlib): terms, each ended by a full stop. Never throws: what is
 * broken costs a diagnostic, and the rest is still read.
 */
export function parseErlangTerms(source: Source): ErlangFile {
  const reader: Reader = { source, tokens: tokensOf(source.text), diagnostics: [], next: 0 };
  const terms: ErlangTerm[] = [];
  for (let token = peek(reader); token; token = peek(reader)) {
    if (isMark(token, '.') || isMark(token, ',')) reader.next++;
    else {
      const before = reader.next;
      terms.push(readTerm(reader, 0));
      if (reader.next === before) reader.next++;
    }
  }
  return { terms, diagnostics: reader.diagnostics };
}

/** The value of `{key, value}` in a list of pairs; of several the first counts, as in proplists:get_value/2. */
export function valueNamed(list: ErlangTerm | undefined, key: string): ErlangTerm | undefined {
  if (list?.kind !== 'list') return undefined;
  return list.items.flatMap((item) => (isPair(item, key) ? (item.items[1] ?? []) : []))[0];
}

/** The items of a list; none for anything else. */
export const itemsOf = (term: ErlangTerm | undefined): readonly ErlangTerm[] =>
  term?.kind === 'list' || term?.kind === 'tuple' ? term.items : [];

function isPair(item: ErlangTerm, key: string): item is Extract<ErlangTerm, { kind: 'tuple' | 'list' }> {
  const [name] = item.kind === 'tuple' ? item.items : [];
  return name?.kind === 'atom' && name.word.text === key;
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = text.startsWith('\uFEFF') ? 1 : 0; at < text.length; ) {
    const { token, after } = tokenAt(text, at);
    if (token) tokens.push(token);
    at = Math.max(after, at + 1);
  }
  return tokens;
}

/** The token at an offset, none for blanks, and where what follows it begins. */
function tokenAt(text: string, at: number): { readonly token?: Token; readonly after: number } {
  const character = text[at] ?? '';
  const end = (pattern: RegExp): number | undefined => {
    pattern.lastIndex = at;
    return pattern.test(text) ? pattern.lastIndex : undefined;
  };
  const whole = (kind: Token['kind'], after: number) => ({
    token: { kind, text: text.slice(at, after), start: at, end: after },
    after,
  });
  const blanks = /[\s%]/.test(character) ? end(blank) : undefined;
  if (blanks !== undefined) return { after: blanks };
  const template = character === '{' || character === '<' ? end(action) : undefined;
  if (template !== undefined) return whole('other', template);
  const pattern = quotes.get(character);
  if (pattern) {
    pattern.lastIndex = at;
    const inner = pattern.exec(text)?.[1];
    if (inner !== undefined) {
      const start = at + (character === '<' ? 3 : 1);
      const kind = character === "'" ? 'atom' : 'string';
      return { token: { kind, text: inner, start, end: start + inner.length }, after: pattern.lastIndex };
    }
  }
  const digits = end(number);
  if (digits !== undefined) return whole('number', digits);
  const letters = end(atom);
  if (letters !== undefined) return whole('atom', letters);
  const mark = /^(?:#\{|=>|[[\]{},.|])/.exec(text.slice(at, at + 2))?.[0];
  return mark === undefined ? whole('other', end(other) ?? at + 1) : whole('mark', at + mark.length);
}

const peek = (reader: Reader): Token | undefined => reader.tokens[reader.next];
const isMark = (token: Token | undefined, text: string): boolean => token?.kind === 'mark' && token.text === text;

function readTerm(reader: Reader, depth: number): ErlangTerm {
  const token = peek(reader);
  if (!token) {
    const end = reader.source.text.length;
    complain(reader, { start: end, end }, 'expected a term');
    return { kind: 'unknown', range: { start: end, end } };
  }
  const { start, end, text } = token;
  const range = { start, end };
  switch (token.kind) {
    case 'string':
    case 'number':
    case 'atom': {
      reader.next++;
      const unknown = holdsTemplate(text);
      const { source } = reader;
      return { kind: token.kind, word: { text, source, range, unknown }, range };
    }
    case 'other':
      reader.next++;
      return { kind: 'unknown', range };
    case 'mark':
      break;
  }
  if (text === '[' || text === '{' || text === '#{') return readGroup(reader, token, depth);
  complain(reader, range, `expected a term before "${text}"`);
  return { kind: 'unknown', range };
}

/** A list, a tuple or a map, which is left unknown. */
function readGroup(reader: Reader, open: Token, depth: number): ErlangTerm {
  const close = open.text === '[' ? ']' : '}';
  reader.next++;
  const items: ErlangTerm[] = [];
  for (let token = peek(reader); token && !isMark(token, close); token = peek(reader)) {
    if (isMark(token, ']') || isMark(token, '}')) break;
    if (token.kind === 'mark' && /^(?:,|\||=>|\.)$/.test(token.text)) reader.next++;
    else if (depth >= deepestTerm) reader.next++;
    else items.push(readTerm(reader, depth + 1));
  }
  const last = peek(reader);
  if (isMark(last, close)) reader.next++;
  else complain(reader, open, `this ${open.text === '[' ? 'list' : 'tuple'} is not closed: expected "${close}"`);
  const range = { start: open.start, end: last?.end ?? reader.source.text.length };
  if (open.text === '#{') return { kind: 'unknown', range };
  return { kind: open.text === '[' ? 'list' : 'tuple', items, range };
}

function complain(reader: Reader, { start, end }: Range, message: string): void {
  if (reader.diagnostics.length >= mostDiagnostics) return;
  reader.diagnostics.push({ code: 'parse-error', message, span: spanOf(reader.source, start, end) });
}
