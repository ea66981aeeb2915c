import type { Range, Source } from '../core/source.ts';
import { type TagReader, type TemplateTag, tagReader } from './nginx-template.ts';
import type { Word } from './word.ts';

/** One way through a template or through `.if`: which arm of which block. */
export interface BranchStep {
  /** Tells blocks apart, also those of different files. */
  readonly block: string;
  readonly arm: number;
}
/** The blocks that something stands in, the outermost first. */
export type Branch = readonly BranchStep[];

/** A word of an HAProxy line. Its range leaves quotes out where they enclose all of it. */
export interface HaproxyWord extends Word {
  /** A template decides whether this word of the line is there. */
  readonly conditional: boolean;
}

/** What one line of text holds: words, and what is wrong with them. */
export interface RawLine extends Range {
  readonly words: readonly HaproxyWord[];
  /** Where the first word stands. */
  readonly branch: Branch;
  /** Template expressions that stand alone on the line and bring in text from elsewhere. */
  readonly holes: readonly TemplateTag[];
  readonly problems: readonly Problem[];
}

export interface Problem extends Range {
  readonly message: string;
}

interface Reader {
  readonly source: Source;
  readonly tagAt: TagReader;
  readonly branches: BranchStack;
  offset: number;
}

/**
 * The lines of a text, cut into words as parse_line() of HAProxy does it (configuration manual, 2.2 and 2.3): quotes and
 * escapes anywhere in a word, `#` starts a comment wherever it is not quoted, no line goes on in the next.
 */
export function* rawLines(source: Source, branches: BranchStack): Generator<RawLine> {
  const reader: Reader = { source, tagAt: tagReader(source.text), branches, offset: 0 };
  while (reader.offset < source.text.length) yield readLine(reader);
}

function readLine(reader: Reader): RawLine {
  const { text } = reader.source;
  const start = reader.offset;
  const words: HaproxyWord[] = [];
  const holes: TemplateTag[] = [];
  const problems: Problem[] = [];
  let branch: Branch | undefined;
  for (;;) {
    while (isBlank(text.charCodeAt(reader.offset))) reader.offset++;
    const character = text[reader.offset];
    if (character === undefined || character === '\n' || character === '\r' || character === '#') break;
    const tag = reader.tagAt(reader.offset);
    if (tag && tag.kind !== 'output') {
      reader.offset = tag.end;
      if (tag.kind === 'hole') holes.push(tag);
      reader.branches.follow(tag, text.slice(tag.start, tag.end));
      continue;
    }
    const here = reader.branches.current();
    branch ??= here;
    words.push(readWord(reader, here !== branch, problems));
  }
  const end = reader.offset;
  const newline = text.indexOf('\n', reader.offset);
  reader.offset = newline === -1 ? text.length : newline + 1;
  return { start, end, words, branch: branch ?? reader.branches.current(), holes, problems };
}

/** What an escape stands for where it is not just the character after the backslash. */
const escapes: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r' };

function readWord(reader: Reader, conditional: boolean, problems: Problem[]): HaproxyWord {
  const { source } = reader;
  const { text } = source;
  const start = reader.offset;
  const pieces: string[] = [];
  let quote = '';
  let quotes = 0;
  let inner = 0;
  let unknown = conditional;
  for (;;) {
    const character = text[reader.offset] ?? '\n';
    if (character === '\n' || character === '\r') break;
    if (quote === '' && (isBlank(character.charCodeAt(0)) || character === '#')) break;
    const tag = reader.tagAt(reader.offset);
    if (tag) {
      // What closes a block that was opened before the word stands behind the word.
      if (tag.kind === 'control' && quote === '' && inner === 0 && tag.nesting < 1) break;
      if (tag.kind !== 'output') reader.branches.follow(tag, text.slice(tag.start, tag.end));
      inner += tag.nesting;
      unknown = true;
      pieces.push(text.slice(tag.start, tag.end));
      reader.offset = tag.end;
    } else if ((character === '"' || character === "'") && (quote === '' || quote === character)) {
      quote = quote === '' ? character : '';
      quotes++;
      reader.offset++;
    } else if (character === '\\' && quote !== "'") pieces.push(readEscape(reader, problems));
    else {
      const variable = character === '$' && quote !== "'" ? variableAt(text, reader.offset) : undefined;
      if (variable !== undefined) unknown = true;
      pieces.push(variable ?? character);
      reader.offset += variable?.length ?? 1;
    }
  }
  const end = reader.offset;
  if (quote !== '') problems.push({ start, end, message: `expected a closing ${quote} on this line` });
  const value = pieces.join('');
  const enclosed = quotes === 2 && quote === '' && /^["']/.test(text.charAt(start)) && end - start === value.length + 2;
  return {
    text: value,
    source,
    range: enclosed ? { start: start + 1, end: end - 1 } : { start, end },
    unknown: unknown || placeholder.test(value),
    conditional,
  };
}

/** `\ `, `\#`, `\"` and the like; `\x41`; a backslash before anything else is a backslash. */
function readEscape(reader: Reader, problems: Problem[]): string {
  const { text } = reader.source;
  const at = reader.offset;
  const next = text[at + 1] ?? '\n';
  if (next === '\n' || next === '\r') {
    reader.offset++;
    problems.push({ start: at, end: at + 1, message: 'expected the rest of the line: HAProxy joins no lines' });
    return '';
  }
  if (next === 'x') {
    const digits = /^[\da-f]{2}/i.exec(text.slice(at + 2, at + 4))?.[0];
    reader.offset += digits ? 4 : 2;
    if (!digits) problems.push({ start: at, end: at + 2, message: 'expected two hexadecimal digits after \\x' });
    return digits ? String.fromCharCode(Number.parseInt(digits, 16)) : '';
  }
  reader.offset += 2;
  if (/[ \t\\#'"$]/.test(next)) return next;
  return escapes[next] ?? `\\${next}`;
}

/**
 * `$NAME`, `${NAME}`, `${NAME-default}`, `${NAME[*]}` at an offset. HAProxy replaces them inside double quotes and in
 * addresses; envsubst and the like everywhere.
 */
function variableAt(text: string, offset: number): string | undefined {
  const pattern = /\$(?:\{[\w.][^}\r\n]*\}?|[A-Za-z_]\w*)/y;
  pattern.lastIndex = offset;
  return pattern.exec(text)?.[0];
}

/** `@NAME@` and `__NAME__`, as build scripts write what they fill in. */
const placeholder = /@[A-Z][A-Z\d_]*@|__[A-Z][A-Z\d_]*__/;

const isBlank = (code: number): boolean => code === 32 || code === 9 || code === 11 || code === 12 || code === 0xfeff;

/** Follows `{% if %}`, `.if` and the like, to know what stands in which branch. Deeper than 50 levels counts as the 50th. */
export interface BranchStack {
  readonly current: () => Branch;
  readonly open: (block: string) => void;
  readonly turn: () => void;
  /** Whether there was something to close. */
  readonly close: () => boolean;
  /** Does one of these for a template expression. */
  readonly follow: (tag: TemplateTag, text: string) => void;
}

const deepest = 50;
const outermost: Branch = [];

/** `name`: of the file, for telling blocks apart. */
export function branchStack(name: string): BranchStack {
  // Each level keeps its array, so that what stands in the same place has the same one.
  const levels: Branch[] = [];
  let deeper = 0;
  const stack: BranchStack = {
    current: () => levels.at(-1) ?? outermost,
    open: (block) => {
      if (levels.length >= deepest) deeper++;
      else levels.push([...stack.current(), { block: `${name}:${block}`, arm: 0 }]);
    },
    turn: () => {
      const last = deeper === 0 ? levels.pop() : undefined;
      const step = last?.at(-1);
      if (step) levels.push([...stack.current(), { ...step, arm: step.arm + 1 }]);
    },
    close: () => {
      if (deeper > 0) deeper--;
      else return levels.pop() !== undefined;
      return true;
    },
    follow: (tag, text) => {
      if (tag.nesting === 1) stack.open(String(tag.start));
      else if (tag.nesting === -1) stack.close();
      else if (/^(?:\{\{|\{%|<%)[-+~]?\s*(?:else|elif|elsif|elseif|when)\b/.test(text)) stack.turn();
    },
  };
  return stack;
}
