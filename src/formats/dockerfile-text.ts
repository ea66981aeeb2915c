import type { Range, Segment } from '../core/source.ts';
import type { DockerfileWord } from './dockerfile.ts';

/** The text of an instruction without line continuations and the comment lines between them, and where it stands. */
export interface JoinedText {
  readonly text: string;
  readonly segments: readonly Segment[];
}

/**
 * Joins the lines of `start..end`: an escape character at the end of a line continues it, blank and comment lines in
 * between are left out (Dockerfile reference, "Parser directives" and "Format").
 */
export function joinLines(text: string, { start, end }: Range, escape: string): JoinedText {
  const parts: string[] = [];
  const segments: Segment[] = [];
  let length = 0;
  const keep = (from: number, to: number): void => {
    if (to <= from) return;
    parts.push(text.slice(from, to));
    segments.push({ inner: { start: length, end: length + to - from }, outer: { start: from, end: to } });
    length += to - from;
  };
  let continued = false;
  for (let at = start; at < end; ) {
    const newline = text.indexOf('\n', at);
    const next = newline === -1 || newline >= end ? end : newline + 1;
    const line = text.slice(at, next);
    const content = line.replace(/\r?\n$/, '');
    if (!(continued && /^[ \t]*(#.*)?$/.test(content))) {
      const trimmed = content.trimEnd();
      continued = trimmed.endsWith(escape) && next < end;
      keep(at, continued ? at + trimmed.length - 1 : Math.min(next, end));
    }
    at = next;
  }
  return { text: parts.join(''), segments };
}

/** A place in joined text, as an offset into the file. */
export function outerOffset({ segments }: JoinedText, offset: number): number {
  const segment = segments.findLast(({ inner }) => inner.start <= offset) ?? segments[0];
  return segment ? Math.min(segment.outer.start + offset - segment.inner.start, segment.outer.end) : 0;
}

const outerRange = (joined: JoinedText, start: number, end: number): Range => ({
  start: outerOffset(joined, start),
  end: end > start ? outerOffset(joined, end - 1) + 1 : outerOffset(joined, start),
});

/** The strings of the exec form, `["a", "b"]`; `undefined` where it is not valid JSON: then it is shell form. */
export function execWords(joined: JoinedText): readonly DockerfileWord[] | undefined {
  const { text } = joined;
  if (!/^\s*\[/.test(text)) return undefined;
  const words: DockerfileWord[] = [];
  try {
    const values: unknown = JSON.parse(text);
    if (!Array.isArray(values)) return undefined;
    for (const { 0: whole, index } of text.matchAll(/"(?:[^"\\]|\\.)*"/g)) {
      const value: unknown = JSON.parse(whole);
      words.push({ value: String(value), range: outerRange(joined, index + 1, index + whole.length - 1) });
    }
    return words.length === values.length ? words : undefined;
  } catch {
    return undefined;
  }
}

/** Words split at blanks, quotes kept together and taken off. */
export function shellWords(joined: JoinedText): readonly DockerfileWord[] {
  const words: DockerfileWord[] = [];
  for (const { 0: whole, index } of joined.text.matchAll(/(?:"(?:[^"\\]|\\[^])*"|'[^']*'|\\[^]|[^\s"'\\]|["'\\])+/g)) {
    const value = whole.replace(
      /"((?:[^"\\]|\\[^])*)"|'([^']*)'/g,
      (_all, double?: string, single?: string) => double ?? single ?? '',
    );
    words.push({ value, range: outerRange(joined, index, index + whole.length) });
  }
  return words;
}
