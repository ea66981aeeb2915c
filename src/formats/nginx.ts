import { assertNever } from '../core/assert-never.ts';
import type { Diagnostic } from '../core/finding.ts';
import { type Range, type Source, type Span, spanOf } from '../core/source.ts';
import { type TagReader, tagReader } from './nginx-template.ts';
import { luaBlockEnd, type NginxToken, tokenAt, type Word } from './nginx-tokens.ts';

/** One argument of a directive. Ranges are offsets into the text of the directive's source. */
export interface NginxArgument extends Range {
  /** Without quotes and escapes; variables and template expressions stand in it as written. */
  readonly value: string;
  /** The part between the quotes; all of it when there are none. */
  readonly content: Range;
  readonly quoted: boolean;
  /** Whether a template decides what it is, or whether it is there at all. */
  readonly templated: boolean;
}

/** One directive, simple or with a block. `start..end` reaches to its `;` or `}`. */
export interface NginxDirective extends Range {
  readonly source: Source;
  readonly name: string;
  readonly nameRange: Range;
  readonly arguments: readonly NginxArgument[];
  readonly block: NginxBlock | undefined;
  /** It stands inside a branch or a loop of a template: there may be none of it, or several. */
  readonly conditional: boolean;
}

export interface NginxBlock {
  readonly directives: readonly NginxDirective[];
  /** A template may add directives here. */
  readonly open: boolean;
}

/** A whole file, or a fragment of one. */
export interface NginxFile extends NginxBlock {
  readonly source: Source;
  readonly comments: readonly Range[];
  readonly diagnostics: readonly Diagnostic[];
}

const parsed = new WeakMap<Source, NginxFile>();

/**
 * Parses nginx configuration ("Configuration file's structure", nginx Beginner's Guide), also broken or made by a
 * template: what can be read around a problem is read, and the problem is a diagnostic. Never throws; linear in the
 * length of the text. The same source gives the same tree, which is kept.
 */
export function parseNginx(source: Source): NginxFile {
  const known = parsed.get(source);
  if (known) return known;
  const file = read(source);
  parsed.set(source, file);
  return file;
}

/** Where an argument stands, or `range` of its value (offsets into `value`). */
export function spanOfArgument({ source }: NginxDirective, { value, content }: NginxArgument, range?: Range): Span {
  const exact = value.length === content.end - content.start;
  if (!range || !exact) return spanOf(source, content.start, content.end);
  return spanOf(source, content.start + range.start, content.start + range.end);
}

/** Where a directive's name stands. */
export const spanOfName = ({ source, nameRange }: NginxDirective): Span =>
  spanOf(source, nameRange.start, nameRange.end);

/** Where a directive's arguments stand, from the first to the last; its name when it has none. */
export function spanOfArguments(directive: NginxDirective): Span {
  const first = directive.arguments[0];
  const last = directive.arguments.at(-1);
  return first && last ? spanOf(directive.source, first.start, last.end) : spanOfName(directive);
}

/** Blocks deeper than this are not in the tree. nginx itself nests a handful of levels. */
const deepestBlock = 50;
const mostDiagnostics = 20;

interface Frame {
  readonly head: readonly [Word, ...Word[]] | undefined;
  readonly directives: NginxDirective[];
  /** How many template branches the block stood in when it opened. */
  readonly branches: number;
  readonly conditional: boolean;
  open: boolean;
}

interface Reader {
  readonly source: Source;
  readonly tagAt: TagReader;
  readonly comments: Range[];
  readonly diagnostics: Diagnostic[];
  readonly outer: Frame[];
  frame: Frame;
  words: Word[];
  offset: number;
  /** How many template branches are open here, and where the directive being read began. */
  branches: number;
  branchesAtStart: number;
  /** A template may close in one branch what it opened in another: braces need not balance. */
  branching: boolean;
  luaIsBroken: boolean;
}

function read(source: Source): NginxFile {
  const reader: Reader = {
    source,
    tagAt: tagReader(source.text),
    comments: [],
    diagnostics: [],
    outer: [],
    frame: { head: undefined, directives: [], branches: 0, conditional: false, open: false },
    words: [],
    offset: 0,
    branches: 0,
    branchesAtStart: 0,
    branching: false,
    luaIsBroken: false,
  };
  for (let token = next(reader); token; token = next(reader)) take(reader, token);
  finish(reader);
  const { directives, open } = reader.frame;
  return { source, directives, open, comments: reader.comments, diagnostics: reader.diagnostics };
}

function next(reader: Reader): NginxToken | undefined {
  const token = tokenAt(reader.source.text, reader.tagAt, reader.offset, reader.words.length === 0);
  if (token) reader.offset = token.end;
  return token;
}

function take(reader: Reader, token: NginxToken): void {
  switch (token.kind) {
    case 'word':
      takeWord(reader, token);
      break;
    case ';':
      if (reader.words.length === 0) report(reader, token, 'unexpected ";": no directive stands before it');
      endDirective(reader, token.end);
      break;
    case '{':
      openBlock(reader, token);
      break;
    case '}':
      closeBlock(reader, token);
      break;
    case 'comment':
      reader.comments.push({ start: token.start, end: token.end });
      break;
    case 'template':
      reader.branches = Math.max(0, reader.branches + token.tag.nesting);
      if (token.tag.nesting !== 0) reader.branching = true;
      if (token.tag.kind !== 'control') reader.frame.open = true;
      break;
    default:
      assertNever(token);
  }
}

function takeWord(reader: Reader, word: Word): void {
  if (word.problem) report(reader, word, problems[word.problem]);
  if (word.startsLine) dropPlaceholder(reader);
  const previous = reader.words.at(-1);
  if (previous && word.startsLine && !word.quoted && directiveName.test(word.value) && !holdsAnyWords(reader.frame)) {
    report(reader, { start: previous.end, end: previous.end }, `expected ";" after "${shown(previous.value)}"`);
    endDirective(reader, previous.end);
  }
  if (reader.words.length === 0) reader.branchesAtStart = reader.branches;
  const perhaps = reader.branches > reader.branchesAtStart;
  reader.words.push(perhaps ? { ...word, templated: true } : word);
}

/** A placeholder alone on its line, such as `${EXTRA}` for envsubst, may stand for directives. */
function dropPlaceholder(reader: Reader): void {
  const [first, second] = reader.words;
  if (!first || second || !/^(?:\$\{\w+\}|\$\w+|@@?\w+@@?|%%?\w+%%?)$/.test(first.value) || holdsAnyWords(reader.frame))
    return;
  reader.frame.open = true;
  reader.words = [];
}

const problems = {
  'unclosed-quote': 'this quote is never closed',
  'text-after-quote': 'expected a blank or ";" after the closing quote',
} as const satisfies Record<NonNullable<Word['problem']>, string>;

/** Names that are no argument of anything: at the start of a line they begin a directive, whatever came before. */
const directiveName =
  /^(?:server|location|upstream|if|listen|server_name|root|return|include|(?:ssl|proxy|grpc|uwsgi|fastcgi|add|client|keepalive|access|error)_[a-z_]+)$/;

/** Blocks whose lines are data: `map`, `types`. */
const holdsAnyWords = ({ head }: Frame): boolean =>
  head !== undefined && /^(?:map|geo|types|split_clients|charset_map|match)$/.test(head[0].value);

/** Ends the directive that is being read, as one without a block. */
function endDirective(reader: Reader, end: number): void {
  const [name, ...rest] = reader.words;
  reader.words = [];
  if (name) attach(reader, reader.frame, directiveOf(reader, [name, ...rest], end, undefined, isConditional(reader)));
}

const isConditional = (reader: Reader): boolean => reader.branchesAtStart > reader.frame.branches;

function directiveOf(
  { source }: Reader,
  [name, ...rest]: readonly [Word, ...Word[]],
  end: number,
  block: NginxBlock | undefined,
  conditional: boolean,
): NginxDirective {
  return {
    source,
    name: name.value,
    nameRange: { start: name.start, end: name.end },
    arguments: rest.map(({ start, end: wordEnd, value, content, quoted, templated }) => ({
      start,
      end: wordEnd,
      value,
      content,
      quoted,
      templated,
    })),
    block,
    conditional,
    start: name.start,
    end,
  };
}

function attach({ outer }: Reader, frame: Frame, directive: NginxDirective): void {
  // A name that a template makes up may be any directive.
  if (/^(?:\{\{|<%|\$\{|@@|%%)/.test(directive.name)) frame.open = true;
  if (outer.length < deepestBlock) frame.directives.push(directive);
}

function openBlock(reader: Reader, brace: Range): void {
  const [name, ...rest] = reader.words;
  if (!name) report(reader, brace, 'unexpected "{": a block needs a name before it');
  if (name?.value.endsWith('_by_lua_block') && !reader.luaIsBroken && skipLua(reader, [name, ...rest])) return;
  if (name) closeForgotten(reader, name, rest.length);
  if (reader.outer.length === deepestBlock)
    report(reader, brace, `blocks are nested deeper than ${deepestBlock}: what is inside is not read`);
  const conditional = name !== undefined && isConditional(reader);
  reader.outer.push(reader.frame);
  reader.frame = { head: name && [name, ...rest], directives: [], branches: reader.branches, conditional, open: false };
  reader.words = [];
}

/** Goes on after a block of Lua; false when its end cannot be found. */
function skipLua(reader: Reader, words: readonly [Word, ...Word[]]): boolean {
  const end = luaBlockEnd(reader.source.text, reader.offset);
  if (end === undefined) {
    reader.luaIsBroken = true;
    return false;
  }
  reader.offset = end;
  reader.words = [];
  attach(reader, reader.frame, directiveOf(reader, words, end, { directives: [], open: false }, isConditional(reader)));
  return true;
}

/** `server {` cannot stand inside a server, nor `http {` inside anything: what is open there was not closed. */
function closeForgotten(reader: Reader, name: Word, argumentCount: number): void {
  const whole = /^(?:http|stream|mail|events)$/.test(name.value);
  if (!whole && (name.value !== 'server' || argumentCount > 0)) return;
  const frames = [...reader.outer.slice(1, deepestBlock), reader.frame].filter(({ head }) => head !== undefined);
  const forgotten = whole ? frames[0] : frames.find(({ head }) => head?.[0].value === 'server');
  if (!forgotten?.head) return;
  if (!reader.branching)
    report(
      reader,
      forgotten.head[0],
      `this "${forgotten.head[0].value}" block is not closed before the next "${name.value}" block`,
    );
  const words = reader.words;
  reader.words = [];
  while (reader.frame !== forgotten && reader.outer.length > 0) popFrame(reader, name.start);
  popFrame(reader, name.start);
  reader.words = words;
}

function closeBlock(reader: Reader, brace: Range): void {
  dropPlaceholder(reader);
  const last = reader.words.at(-1);
  if (last) {
    report(reader, { start: last.end, end: last.end }, `expected ";" after "${shown(last.value)}"`);
    endDirective(reader, last.end);
  }
  if (reader.outer.length > 0) popFrame(reader, brace.end);
  else if (!reader.branching) report(reader, brace, 'unexpected "}": no block is open here');
}

function popFrame(reader: Reader, end: number): void {
  const { frame } = reader;
  const outer = reader.outer.pop();
  if (!outer) return;
  reader.frame = outer;
  if (!frame.head) {
    if (reader.outer.length < deepestBlock) for (const directive of frame.directives) outer.directives.push(directive);
    return;
  }
  const block = { directives: frame.directives, open: frame.open };
  attach(reader, outer, directiveOf(reader, frame.head, end, block, frame.conditional));
}

function finish(reader: Reader): void {
  const { length } = reader.source.text;
  dropPlaceholder(reader);
  const last = reader.words.at(-1);
  if (last) {
    report(reader, { start: last.end, end: last.end }, `expected ";" or "{" after "${shown(last.value)}"`);
    endDirective(reader, last.end);
  }
  const unclosed = reader.frame.head?.[0];
  if (unclosed && !reader.branching)
    report(reader, unclosed, `this "${shown(unclosed.value)}" block is never closed: expected "}"`);
  while (reader.outer.length > 0) popFrame(reader, length);
}

const shown = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text);

function report(reader: Reader, { start, end }: Range, message: string): void {
  if (reader.diagnostics.length >= mostDiagnostics) return;
  reader.diagnostics.push({ code: 'parse-error', message, span: spanOf(reader.source, start, end) });
}
