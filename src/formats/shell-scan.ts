import { type RedirectionScan, readHeredocs, readRedirection } from './shell-redirections.ts';
import { atWordEnd, match, skipArithmetic, skipBlank, skipBlanks, skipLine, skipSpace } from './shell-space.ts';
import type { Piece, RawCommand, RawScript, RawText, RawWord } from './shell-tree.ts';
import { readDoubleQuoted, readWord } from './shell-words.ts';

interface Scan extends RedirectionScan {
  readonly entries: (RawCommand | RawText)[];
  readonly assigned: { readonly name: string; readonly value: RawWord; readonly conditional: boolean }[];
  /** Open `if`, loops, functions, subshells: what stands there may not run. */
  conditional: number;
}

type Closer = 'end' | ')' | 'case';

/** Reads a whole script, or only what is expanded in a text. Linear in its length. */
export function scanShell(text: string, expansionsOnly: boolean): RawScript {
  const scan: Scan = {
    text,
    at: 0,
    depth: 0,
    entries: [],
    assigned: [],
    spoiled: [],
    pending: [],
    conditional: 0,
    owner: undefined,
    substitution: () => inside(scan, () => readList(scan, ')')),
    nested: (inner) => scan.entries.push(inner),
  };
  if (expansionsOnly) readDoubleQuoted(scan, false);
  else while (scan.at < text.length) readList(scan, 'end');
  return scan;
}

/** What `read` reads may not run, and its variables are its own. */
function inside(scan: Scan, read: () => void): void {
  const { owner } = scan;
  scan.conditional++;
  scan.depth++;
  read();
  scan.depth--;
  scan.conditional--;
  scan.owner = owner;
}

/** One list of commands up to its closer. */
interface ListState {
  command: RawCommand;
  /** Where the command under way goes, so that what its words hold comes after it. */
  index: number;
  /** A command of this list decides whether the next one runs. */
  guarded: boolean;
  pipedFrom: RawCommand | undefined;
  /** For each open `{`, whether a function began there. */
  readonly braces: boolean[];
  /** The next `{` or `(` is the body of a function. */
  definesFunction: boolean;
}

function readList(scan: Scan, closer: Closer): 'closed' | 'esac' {
  const list: ListState = {
    command: newCommand(scan.owner),
    index: scan.entries.length,
    guarded: false,
    pipedFrom: undefined,
    braces: [],
    definesFunction: false,
  };
  const outerOwner = scan.owner;
  const { text } = scan;
  while (scan.at < text.length) {
    const character = text[scan.at] ?? '';
    const two = text.slice(scan.at, scan.at + 2);
    if (skipBlank(scan)) continue;
    scan.owner = outerOwner;
    if (character === '\n') {
      finish(scan, list, outerOwner, ';');
      scan.at++;
      readHeredocs(scan);
    } else if (character === '#') {
      skipLine(scan);
    } else if (character === ')') {
      finish(scan, list, outerOwner, ';');
      scan.at++;
      if (closer === ')') return 'closed';
    } else if (character === ';') {
      finish(scan, list, outerOwner, ';');
      scan.at++;
      if (text[scan.at] !== ';' && text[scan.at] !== '&') continue;
      scan.at += text.startsWith(';&', scan.at) ? 2 : 1;
      if (closer === 'case') return 'closed';
    } else if (readRedirection(scan, list.command)) {
    } else if (character === '&' || character === '|') {
      const operator = two === '&&' || two === '||' || two === '|&' ? two : character;
      finish(scan, list, outerOwner, operator);
      scan.at += operator.length;
    } else if (character === '(') {
      readParenthesis(scan, list, outerOwner);
    } else if (readKeyword(scan, list) === 'esac' && closer === 'case') {
      finish(scan, list, outerOwner, ';');
      return 'esac';
    }
  }
  finish(scan, list, outerOwner, ';');
  return 'closed';
}

const newCommand = (owner: RawCommand | undefined): RawCommand => ({
  kind: 'command',
  assignments: [],
  words: [],
  owner,
  pipedInto: undefined,
  heredocs: [],
});

/** Commands that only ask: what follows them after `&&` may not run. */
const questions: ReadonlySet<string> = new Set(['[', 'test', 'grep', 'command', 'which', 'type', 'false']);

/** Ends the command under way at `operator`. */
function finish(scan: Scan, list: ListState, owner: RawCommand | undefined, operator: string): void {
  const { command } = list;
  const some = command.words.length > 0 || command.assignments.length > 0;
  if (some) {
    scan.entries.splice(list.index, 0, command);
    if (list.pipedFrom) list.pipedFrom.pipedInto = command;
    noteVariables(scan, command, scan.conditional > 0 || list.guarded || operator === '|');
    if (questions.has(command.words[0]?.raw ?? '')) list.guarded = true;
  }
  list.pipedFrom = some && (operator === '|' || operator === '|&') ? command : undefined;
  if (operator === '||') list.guarded = true;
  if (operator === ';' || operator === '&') list.guarded = false;
  list.command = newCommand(owner);
  list.index = scan.entries.length;
}

const declarations: ReadonlySet<string> = new Set(['export', 'declare', 'local', 'readonly', 'typeset']);
const setters: ReadonlySet<string> = new Set(['read', 'unset', 'getopts', 'mapfile', 'readarray', 'printf', 'let']);

/** Remembers which variables a command sets, and to what. */
function noteVariables(scan: Scan, command: RawCommand, conditional: boolean): void {
  const name = command.words[0]?.raw;
  if (name === undefined) {
    for (const { name: variable, value } of command.assignments)
      scan.assigned.push({ name: variable, value, conditional });
  } else if (declarations.has(name)) {
    for (const word of command.words.slice(1)) {
      const assignment = assignmentIn(word);
      if (assignment) scan.assigned.push({ ...assignment, conditional });
    }
  } else if (setters.has(name)) {
    for (const { raw } of command.words.slice(1)) scan.spoiled.push(raw);
  }
}

function readParenthesis(scan: Scan, list: ListState, owner: RawCommand | undefined): void {
  const { text } = scan;
  if (list.command.words.length === 1 && list.command.assignments.length === 0) {
    const empty = match(/\([ \t]*\)/y, scan);
    if (empty !== undefined) {
      scan.at += empty.length;
      list.command = newCommand(owner);
      list.definesFunction = true;
      return;
    }
  }
  finish(scan, list, owner, ';');
  if (text.startsWith('((', scan.at) && skipArithmetic(scan)) return;
  scan.at++;
  if (scan.depth < deepestNesting) inside(scan, () => readList(scan, ')'));
  list.index = scan.entries.length;
}

/** Further nesting is read flat. */
const deepestNesting = 60;
/** Reads a word and files it: a keyword, an assignment, or an argument. */
function readKeyword(scan: Scan, list: ListState): string | undefined {
  const { command } = list;
  const first = command.words.length === 0;
  const bare = first && command.assignments.length === 0;
  if (bare) list.index = scan.entries.length;
  scan.owner = command;
  const word = readWord(scan, first);
  if (!first) {
    command.words.push(word);
    return undefined;
  }
  const assignment = assignmentIn(word);
  if (assignment) {
    command.assignments.push(assignment);
    if (assignment.appends) scan.spoiled.push(assignment.name);
    return undefined;
  }
  if (!bare || !keywords.has(word.raw)) {
    command.words.push(word);
    return undefined;
  }
  readCompound(scan, list, word.raw);
  return word.raw;
}

const keywords: ReadonlySet<string> = new Set(
  '! { } if then elif else fi while until for select do done case esac function time coproc [['.split(' '),
);

function readCompound(scan: Scan, list: ListState, keyword: string): void {
  switch (keyword) {
    case 'if':
    case 'while':
    case 'until':
      scan.conditional++;
      break;
    case 'for':
    case 'select':
      scan.conditional++;
      readLoopHead(scan);
      break;
    case 'fi':
    case 'done':
      scan.conditional = Math.max(scan.conditional - 1, scan.depth);
      break;
    case '{':
      list.braces.push(list.definesFunction);
      if (list.definesFunction) scan.conditional++;
      list.definesFunction = false;
      break;
    case '}':
      if (list.braces.pop()) scan.conditional = Math.max(scan.conditional - 1, scan.depth);
      break;
    case 'function':
      skipBlanks(scan);
      if (!atWordEnd(scan)) readWord(scan, false);
      scan.at += match(/[ \t]*\([ \t]*\)/y, scan)?.length ?? 0;
      list.definesFunction = true;
      break;
    case 'case':
      if (scan.depth < deepestNesting) inside(scan, () => readCase(scan));
      break;
    case '[[':
      list.guarded = true;
      readTest(scan);
      break;
    default:
  }
  list.index = scan.entries.length;
}

/** `NAME [in WORD…]`, or `((…))`. */
function readLoopHead(scan: Scan): void {
  skipBlanks(scan);
  if (scan.text.startsWith('((', scan.at) && skipArithmetic(scan)) return;
  if (atWordEnd(scan)) return;
  scan.spoiled.push(readWord(scan, false).raw);
  while (skipBlank(scan) || scan.text[scan.at] === '\n') if (scan.text[scan.at] === '\n') scan.at++;
  if (match(/in(?=[\s\\])/y, scan) === undefined) return;
  scan.at += 2;
  for (skipBlanks(scan); !atWordEnd(scan); skipBlanks(scan)) readWord(scan, false);
}

/** `WORD in PATTERN) LIST;; … esac`. */
function readCase(scan: Scan): void {
  skipBlanks(scan);
  if (atWordEnd(scan)) return;
  readWord(scan, false);
  skipSpace(scan);
  if (match(/in(?=[\s\\])/y, scan) === undefined) return;
  scan.at += 2;
  while (scan.at < scan.text.length) {
    skipSpace(scan);
    if (match(/esac(?![\w-])/y, scan) !== undefined) {
      scan.at += 4;
      return;
    }
    if (scan.text[scan.at] === '(') scan.at++;
    while (scan.at < scan.text.length && scan.text[scan.at] !== ')') {
      if (skipBlank(scan)) continue;
      if (atWordEnd(scan)) scan.at++;
      else readWord(scan, false);
    }
    scan.at++;
    if (readList(scan, 'case') === 'esac') return;
  }
}

/** `[[ … ]]`: words and operators, no commands of its own. */
function readTest(scan: Scan): void {
  while (scan.at < scan.text.length) {
    if (skipBlank(scan)) continue;
    if (atWordEnd(scan)) {
      if (scan.text[scan.at] === ';') return;
      scan.at++;
    } else if (readWord(scan, false).raw === ']]') return;
  }
}

interface FoundAssignment {
  readonly name: string;
  readonly value: RawWord;
  readonly appends: boolean;
}

/** `NAME=value`, when the name stands there as such. */
function assignmentIn(word: RawWord): FoundAssignment | undefined {
  const [head, ...rest] = word.pieces;
  if (head?.kind !== 'text' || head.quoted) return undefined;
  const found = /^([A-Za-z_]\w*)(\[[^\]]*\])?(\+?)=/.exec(head.text);
  const name = found?.[1];
  if (!found || name === undefined) return undefined;
  const start = head.range.start + found[0].length;
  const left = head.text.slice(found[0].length);
  const pieces: readonly Piece[] = left
    ? [{ ...head, text: left, raw: left, range: { start, end: head.range.end } }, ...rest]
    : rest;
  return {
    name,
    value: { range: { start, end: word.range.end }, raw: word.raw.slice(start - word.range.start), pieces },
    appends: found[3] === '+' || found[2] !== undefined,
  };
}
