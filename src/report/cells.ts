import { visible } from './visible.ts';

/** What one character of a source line looks like in a terminal, and where it stands in the line. */
interface Cell {
  /** UTF-16 offset into the line. */
  readonly offset: number;
  readonly shown: string;
  /** Terminal columns. */
  readonly width: number;
}

const tabStop = 4;

/** A stretch of a source line as terminal cells, tabs spread to stops, acting characters as escapes. */
export function cellsOf(line: string, from: number, to: number): readonly Cell[] {
  const cells: Cell[] = [];
  let column = 0;
  for (let offset = from; offset < to; ) {
    const character = String.fromCodePoint(line.codePointAt(offset) ?? 0);
    const shown = shownAs(character, line, offset, column);
    const width = shown === character ? widthOf(character) : shown.length;
    cells.push({ offset, shown, width });
    column += width;
    offset += character.length;
  }
  return cells;
}

function shownAs(character: string, line: string, offset: number, column: number): string {
  if (character === '\t') return ' '.repeat(tabStop - (column % tabStop));
  if (character === '\ufeff') return '';
  if (character === '#' && line.startsWith('##[', offset)) return '# ';
  return visible(character);
}

/** 2 for wide characters (Unicode Standard Annex 11: W and F, in ranges), 0 for marks that sit on the one before. */
function widthOf(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x300) return 1;
  if (/\p{Mn}|\p{Me}/u.test(character)) return 0;
  return wideRanges.some(([first, last]) => code >= first && code <= last) ? 2 : 1;
}

const wideRanges = [
  [0x1100, 0x115f], [0x2e80, 0x303e], [0x3041, 0x4dbf], [0x4e00, 0xa4cf], [0xa960, 0xa97f], [0xac00, 0xd7a3],
  [0xf900, 0xfaff], [0xfe30, 0xfe6f], [0xff00, 0xff60], [0xffe0, 0xffe6], [0x1f300, 0x1f64f], [0x1f680, 0x1f6ff],
  [0x1f900, 0x1faff], [0x20000, 0x3fffd],
] as const; // biome-ignore format: a table
