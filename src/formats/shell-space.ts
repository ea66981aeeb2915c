/** Where a reading stands. */
export interface Position {
  readonly text: string;
  at: number;
}

/** The text that `pattern` (sticky) matches here. */
export function match(pattern: RegExp, scan: Position): string | undefined {
  pattern.lastIndex = scan.at;
  return pattern.exec(scan.text)?.[0];
}

export const atWordEnd = (scan: Position): boolean =>
  scan.at >= scan.text.length || /[ \t\r\n\f\v;&|<>()]/.test(scan.text[scan.at] ?? '');

/** Blanks and continued lines. */
export function skipBlank(scan: Position): boolean {
  const blank = match(/(?:[ \t\f\v]|\r(?=\n|$)|\\\r?\n)+/y, scan);
  scan.at += blank?.length ?? 0;
  return blank !== undefined;
}

export const skipBlanks = (scan: Position): void => {
  skipBlank(scan);
};

/** Blanks, line ends and comments. */
export function skipSpace(scan: Position): void {
  for (;;) {
    if (skipBlank(scan)) continue;
    if (scan.text[scan.at] === '\n') scan.at++;
    else if (scan.text[scan.at] === '#') skipLine(scan);
    else return;
  }
}

export function skipLine(scan: Position): void {
  const newline = scan.text.indexOf('\n', scan.at);
  scan.at = newline < 0 ? scan.text.length : newline;
}

/** Longer arithmetic is read as subshells. */
const longestArithmetic = 300;

/** Moves past `(( … ))`, in which no command stands; false, and unmoved, where the parentheses turn out to be two. */
export function skipArithmetic(scan: Position): boolean {
  let depth = 0;
  const limit = Math.min(scan.text.length, scan.at + longestArithmetic);
  for (let at = scan.at; at < limit; at++) {
    if (scan.text[at] === '(') depth++;
    if (scan.text[at] === ')' && --depth === 0) {
      if (scan.text[at - 1] !== ')') return false;
      scan.at = at + 1;
      return true;
    }
  }
  return false;
}
