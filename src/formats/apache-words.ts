import type { Range } from '../core/source.ts';
import type { ApacheLine } from './apache-lines.ts';
import type { Word } from './word.ts';

/** One argument of a directive. Its `range` leaves quotes out. */
export interface ApacheWord extends Word {
  readonly quoted: boolean;
}

/** What stands on a line, or on the part of one. */
export interface WordsOfLine {
  readonly words: readonly ApacheWord[];
  /** Branches and loops of a template that the line opens, less those that it closes. */
  readonly nesting: number;
  /** A quote that nothing closes. */
  readonly unclosed: Range | undefined;
}

const isBlank = (code: number): boolean => code === 32 || (code >= 9 && code <= 13);
/** Placeholders that a script fills in: `@NAME@`, `@@NAME@@`, `%%NAME%%`, `__NAME__`, `<NAME>` in capitals. */
const placeholder = /@@?[A-Z]\w*@@?|%%\w+%%|__[A-Z][A-Z0-9_]*__|^<[A-Z_ -]+>$/;

/**
 * The words between two offsets of a line (ap_getword_conf): separated by blanks; quotes of either kind around a word
 * keep blanks; a backslash escapes the quote, and itself.
 */
export function apacheWords({ source, tagAt }: ApacheLine, start: number, end: number): WordsOfLine {
  const { text } = source;
  const words: ApacheWord[] = [];
  let nesting = 0;
  let unclosed: Range | undefined;
  for (let at = start; at < end; ) {
    if (isBlank(text.charCodeAt(at))) {
      at++;
      continue;
    }
    const control = tagAt(at);
    if (control?.kind === 'control') {
      nesting += control.nesting;
      at = control.end;
      continue;
    }
    const quote = text.charAt(at);
    const quoted = quote === '"' || quote === "'";
    const from = quoted ? at + 1 : at;
    let to = from;
    let templated = false;
    let closed = !quoted;
    while (to < end) {
      const tag = tagAt(to);
      if (tag && tag.end <= end) {
        templated = true;
        nesting += tag.nesting;
        to = tag.end;
        continue;
      }
      if (quoted && text.charAt(to) === quote) {
        closed = true;
        break;
      }
      if (!quoted && isBlank(text.charCodeAt(to))) break;
      to += text.charAt(to) === '\\' && (text.charAt(to + 1) === quote || text.charAt(to + 1) === '\\') ? 2 : 1;
    }
    to = Math.min(to, end);
    if (!closed) unclosed = { start: at, end: to };
    words.push(wordOf(source, { start: from, end: to }, quoted ? quote : undefined, templated));
    at = quoted && closed ? to + 1 : Math.max(to, at + 1);
  }
  return { words, nesting, unclosed };
}

function wordOf(source: Word['source'], range: Range, quote: string | undefined, templated: boolean): ApacheWord {
  const raw = source.text.slice(range.start, range.end);
  return {
    text: raw.includes('\\') ? unescaped(raw, quote) : raw,
    source,
    range,
    quoted: quote !== undefined,
    unknown: templated || placeholder.test(raw),
  };
}

const unescaped = (raw: string, quote: string | undefined): string =>
  raw.replace(/\\(["'\\])/g, (whole, character: string) =>
    character === '\\' || character === quote ? character : whole,
  );
