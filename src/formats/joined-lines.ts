import type { Range } from '../core/source.ts';

/** A line with the lines that continue it. Backslashes and line ends between them are blanks, so that offsets stay. */
export interface JoinedLine extends Range {
  readonly text: string;
}

/** The lines of a text; `goesOn` says whether the next line continues one. */
export function* joinedLines(text: string, goesOn: (line: string) => boolean): Generator<JoinedLine> {
  for (let start = 0; start < text.length; ) {
    const parts: string[] = [];
    let end = start;
    for (let joined = true; joined && end < text.length; ) {
      const newline = text.indexOf('\n', end);
      const next = newline === -1 ? text.length : newline + 1;
      const line = text.slice(end, next);
      joined = goesOn(line);
      parts.push(joined ? line.replace(/\\\r?\n$/, (gap) => ' '.repeat(gap.length)) : line);
      end = next;
    }
    yield { text: parts.join(''), start, end };
    start = end;
  }
}
