import { type Range, type Source, type Span, spanOf } from '../core/source.ts';

/** One value as a line-based configuration file writes it: a directive's argument, the right side of `key = value`. */
export interface Word {
  /** The value without its quotes and escapes. */
  readonly text: string;
  readonly source: Source;
  /** Where the value stands in the source, quotes left out. */
  readonly range: Range;
  /** A variable, a template or a command decides what it is; `text` is as written. */
  readonly unknown: boolean;
}

/**
 * Where a word stands in the file, or `part` of its text. Where escapes make text and source differ in length, a part
 * cannot be told apart and the whole word is given.
 */
export function spanOfWord({ text, source, range }: Word, part: Range = { start: 0, end: text.length }): Span {
  return text.length === range.end - range.start
    ? spanOf(source, range.start + part.start, range.start + part.end)
    : spanOf(source, range.start, range.end);
}

/** The parts of a word between separators, each a word with its own place: `TLSv1.2, TLSv1.3`. */
export function splitWord(word: Word, separator: RegExp): readonly Word[] {
  const gaps = [...word.text.matchAll(new RegExp(separator.source, `${separator.flags.replace('g', '')}g`))];
  const edges = [
    { start: 0, end: 0 },
    ...gaps.map(({ 0: gap, index }) => ({ start: index, end: index + gap.length })),
    { start: word.text.length, end: word.text.length },
  ];
  return edges.slice(1).flatMap((edge, index): readonly Word[] => {
    const part = { start: edges[index]?.end ?? 0, end: edge.start };
    return part.end > part.start ? [partOfWord(word, part)] : [];
  });
}

/** `part` of a word, as a word. */
export function partOfWord(word: Word, { start, end }: Range): Word {
  const exact = word.text.length === word.range.end - word.range.start;
  const range = exact ? { start: word.range.start + start, end: word.range.start + end } : word.range;
  return { ...word, text: word.text.slice(start, end), range };
}
