import type { Location } from '../core/finding.ts';
import { cellsOf } from './cells.ts';

/** A source line cut to what fits, and the marks that go below it. */
export interface CodeFrame {
  readonly code: string;
  readonly marks: string;
}

/** How much of a line is shown, in UTF-16 units; and how much of it before the token. */
const widest = 110;
const lead = 40;

/** The line that a location starts on, with marks under the exact token. A long line is cut around the token. */
export function codeFrame(excerpt: string, location: Location): CodeFrame {
  const start = Math.min(location.column - 1, excerpt.length);
  const end = Math.min(location.endLine > location.line ? excerpt.length : location.endColumn - 1, excerpt.length);
  const from = onBoundary(
    excerpt,
    excerpt.length <= widest ? 0 : Math.max(0, Math.min(start - lead, excerpt.length - widest)),
  );
  const to = onBoundary(excerpt, Math.min(excerpt.length, from + widest));
  const cells = cellsOf(excerpt, from, to);
  const widthUpTo = (offset: number): number =>
    cells.filter((cell) => cell.offset < offset).reduce((width, cell) => width + cell.width, 0);
  const before = widthUpTo(start);
  const marked = Math.max(1, widthUpTo(end) - before);
  const cutBefore = from > 0 ? '…' : '';
  return {
    code: `${cutBefore}${cells.map(({ shown }) => shown).join('')}${to < excerpt.length ? '…' : ''}`.trimEnd(),
    marks: `${' '.repeat(cutBefore.length + before)}${'^'.repeat(marked)}`,
  };
}

/** Never inside a surrogate pair. */
function onBoundary(text: string, offset: number): number {
  const code = text.charCodeAt(offset);
  return code >= 0xdc00 && code <= 0xdfff && offset > 0 ? offset - 1 : offset;
}
