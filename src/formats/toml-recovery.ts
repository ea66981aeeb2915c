import type { Range } from '../core/source.ts';

/**
 * What to leave out so that parsing can go on after an error at `at`: the statement that it stands in, with all the
 * lines that it takes; for a table's header the whole table, whose keys would otherwise fall to the table before it.
 */
export function statementAround(text: string, at: number): Range {
  const line = lineAt(text, Math.min(at, text.length));
  const before = text.slice(line.start, at).trim() === '' ? unfinishedBefore(text, line.start) : undefined;
  const first = before ?? startOfStatement(text, line);
  const end = Math.max(line.end, first.end);
  if (before) return looksLikeHeader(text.slice(before.start, before.end)) ? tableFrom(text, before) : before;
  return looksLikeHeader(text.slice(first.start, first.end)) ? tableFrom(text, first) : { start: first.start, end };
}

/** Whether a text begins with a table's header, complete or not. */
export const looksLikeHeader = (text: string): boolean => /^[ \t]*\[{1,2}[ \t]*["'\w-]/.test(text);

const looksLikeStatement = (line: string): boolean => /^[ \t]*(?:["']|[\w-])[^=]*=/.test(line) || looksLikeHeader(line);

/** An error at the first word of a line is the fault of the line before where that one is `key =` or `[table`. */
function unfinishedBefore(text: string, at: number): Range | undefined {
  let line = at > 0 ? lineAt(text, at - 1) : undefined;
  while (line && line.start > 0 && isBlank(text, line)) line = lineAt(text, line.start - 1);
  if (!line) return undefined;
  const written = text.slice(line.start, line.end).replace(/#.*/, '').trim();
  return /=$|^\[{1,2}[^\]]*$|^["'\w.-]+$/.test(written) ? line : undefined;
}

/** The line itself where it begins a statement, else the nearest one above that does. */
function startOfStatement(text: string, from: Range): Range {
  let line = from;
  while (!looksLikeStatement(text.slice(line.start, line.end))) {
    if (line.start === 0) return isBlank(text, from) ? line : from;
    line = lineAt(text, line.start - 1);
  }
  return isInsideValue(text.slice(line.start, line.end)) || line.start === from.start || isBlank(text, from)
    ? line
    : from;
}

/** Whether a line leaves an array, an inline table or a multi-line string open. */
const isInsideValue = (line: string): boolean => {
  const value = line.slice(line.indexOf('=') + 1);
  if (/"""|'''/.test(value)) return true;
  const count = (mark: RegExp): number => value.match(mark)?.length ?? 0;
  return count(/[[{]/g) > count(/[\]}]/g);
};

/** From a header's line to the next header. */
function tableFrom(text: string, header: Range): Range {
  let end = header.end;
  while (end < text.length) {
    const next = lineAt(text, end + 1);
    if (looksLikeHeader(text.slice(next.start, next.end))) break;
    end = Math.max(next.end, end + 1);
  }
  return { start: header.start, end: Math.min(end, text.length) };
}

const isBlank = (text: string, { start, end }: Range): boolean => text.slice(start, end).trim() === '';

/** The line that holds an offset, without its line feed. */
function lineAt(text: string, at: number): Range {
  const start = text.lastIndexOf('\n', at - 1) + 1;
  const end = text.indexOf('\n', Math.max(at, start));
  return { start: at === 0 ? 0 : start, end: end === -1 ? text.length : end };
}
