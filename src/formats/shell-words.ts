import type { Segment } from '../core/source.ts';
import { skipArithmetic } from './shell-space.ts';
import type { Piece, RawText, RawWord } from './shell-tree.ts';

/** Where a reading of words stands, and what to do with the scripts inside them. */
export interface WordScan {
  readonly text: string;
  at: number;
  depth: number;
  /** Variables that `${name:=…}` may set. */
  readonly spoiled: string[];
  /** Reads commands from `at` past the closing parenthesis. */
  readonly substitution: () => void;
  readonly nested: (text: RawText) => void;
}

const deepestExpansion = 60;

/** Reads the word that begins at `at`; always at least one character. `array`: `name=(…)` is one word. */
export function readWord(scan: WordScan, array: boolean): RawWord {
  const { text } = scan;
  const start = scan.at;
  const pieces: Piece[] = [];
  while (scan.at < text.length) {
    const character = text[scan.at] ?? '';
    if (/[ \t\n\f\v;&|)]/.test(character)) break;
    if (character === '\r' && /^\r?(\n|$)/.test(text.slice(scan.at, scan.at + 2))) break;
    if (character === '<' || character === '>') {
      if (text[scan.at + 1] !== '(' || scan.depth >= deepestExpansion) break;
      const from = scan.at;
      scan.at += 2;
      scan.substitution();
      pieces.push(unknownPiece(scan, from, false));
    } else if (character === '(') {
      if (!readInnerParenthesis(scan, pieces, start, array)) break;
    } else readPiece(scan, pieces, character);
  }
  if (scan.at === start) {
    scan.at++;
    pieces.push(textPiece(scan, start, text.slice(start, scan.at), false));
  }
  return { range: { start, end: scan.at }, raw: text.slice(start, scan.at), pieces };
}

/** An array's values, or an extended pattern such as `@(a|b)`. */
function readInnerParenthesis(scan: WordScan, pieces: Piece[], start: number, array: boolean): boolean {
  if (scan.depth >= deepestExpansion) return false;
  const assigns = array && /^[A-Za-z_]\w{0,200}\+?=$/.test(scan.text.slice(start, Math.min(scan.at, start + 210)));
  if (!assigns && !(scan.at > start && /[?*+@!]/.test(scan.text[scan.at - 1] ?? ''))) return false;
  const from = scan.at;
  scan.at++;
  scan.depth++;
  while (scan.at < scan.text.length && scan.text[scan.at] !== ')') {
    if (/[\s;&|<>(]/.test(scan.text[scan.at] ?? '')) scan.at++;
    else readWord(scan, false);
  }
  scan.depth--;
  scan.at = Math.min(scan.at + 1, scan.text.length);
  pieces.push(unknownPiece(scan, from, false));
  return true;
}

function readPiece(scan: WordScan, pieces: Piece[], character: string): void {
  const { text } = scan;
  const from = scan.at;
  switch (character) {
    case '\\': {
      const continued = /^\\\r?\n/.exec(text.slice(from, from + 3))?.[0];
      scan.at = Math.min(from + (continued?.length ?? 2), text.length);
      if (continued === undefined) pieces.push(textPiece(scan, from, text.slice(from + 1, scan.at), true));
      return;
    }
    case "'": {
      const close = text.indexOf("'", from + 1);
      if (close < 0) {
        leaveRest(scan, pieces);
        return;
      }
      scan.at = close;
      pieces.push({ ...textPiece(scan, from + 1, text.slice(from + 1, close), true) });
      scan.at = close + 1;
      return;
    }
    case '"':
      scan.at++;
      for (const piece of readDoubleQuoted(scan, true)) pieces.push(piece);
      if (text[scan.at] === '"') scan.at++;
      else pieces.push({ kind: 'unknown', text: '', raw: '', range: { start: scan.at, end: scan.at }, quoted: true });
      return;
    case '$':
      if (text[from + 1] === "'") readAnsi(scan, pieces);
      else if (text[from + 1] === '"') scan.at++;
      else readExpansion(scan, pieces, false);
      return;
    case '`':
      readBackticks(scan, pieces, false);
      return;
    default: {
      const end = plainEnd(text, from);
      scan.at = end;
      pieces.push(textPiece(scan, from, text.slice(from, end), false));
    }
  }
}

function plainEnd(text: string, from: number): number {
  const special = /[ \t\r\n\f\v;&|<>()\\'"$`]/g;
  special.lastIndex = from + 1;
  return special.exec(text)?.index ?? text.length;
}

/** What stands inside double quotes, up to the closing one (left unread) if it `closes`, or to the end. */
export function readDoubleQuoted(scan: WordScan, closes: boolean): readonly Piece[] {
  const { text } = scan;
  const pieces: Piece[] = [];
  while (scan.at < text.length) {
    const character = text[scan.at] ?? '';
    const from = scan.at;
    if (character === '"' && closes) break;
    if (character === '$') readExpansion(scan, pieces, true);
    else if (character === '`') readBackticks(scan, pieces, true);
    else if (character === '\\') {
      const escaped = /^\\(\r?\n|[$`"\\])/.exec(text.slice(from, from + 3))?.[1];
      scan.at = Math.min(from + 1 + (escaped?.length ?? 0), text.length);
      if (!escaped?.endsWith('\n')) pieces.push(textPiece(scan, from, escaped ?? '\\', true));
    } else {
      const special = /["$`\\]/g;
      special.lastIndex = from + 1;
      scan.at = special.exec(text)?.index ?? text.length;
      pieces.push(textPiece(scan, from, text.slice(from, scan.at), true));
    }
  }
  if (pieces.length === 0) pieces.push({ ...textPiece(scan, scan.at, '', true) });
  return pieces;
}

/** `$name`, `${…}`, `$(…)`, `$((…))`, `$1`; a `$` before anything else is itself. */
function readExpansion(scan: WordScan, pieces: Piece[], quoted: boolean): void {
  const { text } = scan;
  const from = scan.at;
  const next = text[from + 1] ?? '';
  if (next === '(' && scan.depth < deepestExpansion) {
    scan.at++;
    if (text.startsWith('((', scan.at) && skipArithmetic(scan)) {
      pieces.push(unknownPiece(scan, from, quoted));
      return;
    }
    scan.at++;
    scan.substitution();
    pieces.push(unknownPiece(scan, from, quoted));
  } else if (next === '{') {
    readBraces(scan, pieces, quoted);
  } else {
    const name = /^[A-Za-z_]\w*/.exec(text.slice(from + 1, from + 200))?.[0];
    if (name !== undefined) {
      scan.at = from + 1 + name.length;
      pieces.push({ ...unknownPiece(scan, from, quoted), kind: 'variable', text: name });
    } else if (/[0-9@*#?$!-]/.test(next)) {
      scan.at += 2;
      pieces.push(unknownPiece(scan, from, quoted));
    } else {
      scan.at++;
      pieces.push(textPiece(scan, from, '$', quoted));
    }
  }
}

function readBraces(scan: WordScan, pieces: Piece[], quoted: boolean): void {
  const { text } = scan;
  const from = scan.at;
  const simple = /^\$\{([A-Za-z_]\w*)\}/.exec(text.slice(from, from + 200));
  if (simple?.[1] !== undefined) {
    scan.at = from + simple[0].length;
    pieces.push({ ...unknownPiece(scan, from, quoted), kind: 'variable', text: simple[1] });
    return;
  }
  const sets = /^\$\{([A-Za-z_]\w*):?=/.exec(text.slice(from, from + 200))?.[1];
  if (sets !== undefined) scan.spoiled.push(sets);
  scan.at += 2;
  const ignored: Piece[] = [];
  scan.depth++;
  while (scan.at < text.length && text[scan.at] !== '}') {
    const character = text[scan.at] ?? '';
    if (character === '\\') scan.at = Math.min(scan.at + 2, text.length);
    else if (character === '$' && scan.depth < deepestExpansion) readExpansion(scan, ignored, true);
    else if (character === '`') readBackticks(scan, ignored, true);
    else if (character === '"' && scan.depth < deepestExpansion) {
      scan.at++;
      readDoubleQuoted(scan, true);
      if (text[scan.at] === '"') scan.at++;
    } else if (character === "'" && !quoted) {
      const close = text.indexOf("'", scan.at + 1);
      scan.at = close < 0 ? text.length : close + 1;
    } else scan.at++;
  }
  scan.depth--;
  scan.at = Math.min(scan.at + 1, text.length);
  pieces.push(unknownPiece(scan, from, quoted));
}

/** `` `…` ``: a script in which `\` before `` ` ``, `\` and `$` has been taken off. */
function readBackticks(scan: WordScan, pieces: Piece[], quoted: boolean): void {
  const { text } = scan;
  const from = scan.at;
  const segments: Segment[] = [];
  let inner = '';
  let at = from + 1;
  while (at < text.length && text[at] !== '`') {
    const escaped = text[at] === '\\' && /[`\\$]/.test(text[at + 1] ?? '');
    const end = escaped ? at + 2 : endOfPlainBackticks(text, at);
    const decoded = escaped ? (text[at + 1] ?? '') : text.slice(at, end);
    segments.push({ inner: { start: inner.length, end: inner.length + decoded.length }, outer: { start: at, end } });
    inner += decoded;
    at = end;
  }
  if (at >= text.length) {
    leaveRest(scan, pieces);
    return;
  }
  scan.at = at + 1;
  scan.nested({ kind: 'text', text: inner, segments, expansionsOnly: false });
  pieces.push(unknownPiece(scan, from, quoted));
}

function endOfPlainBackticks(text: string, from: number): number {
  const special = /[`\\]/g;
  special.lastIndex = from + 1;
  return special.exec(text)?.index ?? text.length;
}

const ansiEscapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  e: '\x1b',
  f: '\f',
  v: '\v',
};

/** `$'…'`. Numeric escapes are rare enough to leave the word unknown. */
function readAnsi(scan: WordScan, pieces: Piece[]): void {
  const { text } = scan;
  scan.at += 2;
  while (scan.at < text.length && text[scan.at] !== "'") {
    const from = scan.at;
    if (text[from] === '\\') {
      scan.at = Math.min(from + 2, text.length);
      const escaped = text.slice(from + 1, scan.at);
      if (/[0-7xuUc]/.test(escaped)) pieces.push(unknownPiece(scan, from, true));
      else pieces.push(textPiece(scan, from, ansiEscapes[escaped] ?? escaped, true));
    } else {
      const special = /['\\]/g;
      special.lastIndex = from;
      scan.at = special.exec(text)?.index ?? text.length;
      pieces.push(textPiece(scan, from, text.slice(from, scan.at), true));
    }
  }
  scan.at = Math.min(scan.at + 1, text.length);
}

/** A quote that is never closed: nothing after it can be told. */
function leaveRest(scan: WordScan, pieces: Piece[]): void {
  const from = scan.at;
  scan.at = scan.text.length;
  pieces.push(unknownPiece(scan, from, true));
}

const textPiece = (scan: WordScan, from: number, text: string, quoted: boolean): Piece => ({
  kind: 'text',
  text,
  raw: scan.text.slice(from, scan.at),
  range: { start: from, end: scan.at },
  quoted,
});

const unknownPiece = (scan: WordScan, from: number, quoted: boolean): Piece => ({
  kind: 'unknown',
  text: '',
  raw: scan.text.slice(from, scan.at),
  range: { start: from, end: scan.at },
  quoted,
});
