import type { Range, Source } from '../core/source.ts';
import { type JoinedLine, joinedLines } from './joined-lines.ts';
import { hasPlaceholder, type TemplatedText, templatedText } from './template-lines.ts';
import type { Word } from './word.ts';

/** One line of squid.conf: `https_port 443 tls-cert=/etc/squid/site.pem`. */
export interface SquidDirective {
  readonly name: string;
  readonly nameRange: Range;
  /** Separated by blanks. Unknown where a template or a macro fills them in, or the line counts only under a condition. */
  readonly arguments: readonly Word[];
}

export interface SquidFile {
  readonly directives: readonly SquidDirective[];
  /** A template brings in text that is not to be seen. */
  readonly open: boolean;
}

/**
 * Parses squid.conf. Lines go on after a backslash; `#` begins a comment at the start of a line; `if … else … endif`
 * (squid.conf, "Conditional configuration") makes what is inside uncertain. Every line is a directive, so there is
 * nothing to complain about. Source: squid.conf.documented of 5.7.
 */
export function parseSquid(source: Source): SquidFile {
  const templated = templatedText(source.text);
  const directives: SquidDirective[] = [];
  let conditions = 0;
  for (const line of joinedLines(templated.text, goesOn)) {
    const [name, ...words] = wordsOf(line);
    if (!name) continue;
    if (name.text === 'if') conditions += 1;
    else if (name.text === 'endif') conditions = Math.max(conditions - 1, 0);
    else if (name.text !== 'else') {
      const uncertain = conditions > 0 || templated.depthAt(name.start) > 0;
      directives.push({
        name: name.text,
        nameRange: { start: name.start, end: name.end },
        arguments: words.map((word) => wordFrom(word, source, templated, uncertain)),
      });
    }
  }
  return { directives, open: templated.holes.length > 0 };
}

/** A backslash at the end of a line that is no comment joins it with the next (cf.data.pre). */
const goesOn = (line: string): boolean => /\\\r?\n$/.test(line) && !/^\s*#/.test(line);

interface Piece extends Range {
  readonly text: string;
}

/** Words up to a comment. A value in quotes may hold blanks: `tls-cert="/etc/squid/my site.pem"`. */
function wordsOf({ text, start }: JoinedLine): readonly Piece[] {
  const words: Piece[] = [];
  for (const { 0: word, index } of text.matchAll(/\{\{[^{}\n]{0,300}\}\}\S*|(?:[^\s"]|"[^"\n]*"|")+/g)) {
    if (word.startsWith('#')) break;
    words.push({ text: word, start: start + index, end: start + index + word.length });
  }
  return words;
}

function wordFrom(
  { text, start, end }: JoinedLine,
  source: Source,
  templated: TemplatedText,
  uncertain: boolean,
): Word {
  const quoted = text.length > 1 && text.startsWith('"') && text.endsWith('"');
  return {
    text: quoted ? text.slice(1, -1) : text,
    source,
    range: quoted ? { start: start + 1, end: end - 1 } : { start, end },
    unknown: uncertain || hasPlaceholder(text) || templated.touches({ start, end }),
  };
}
