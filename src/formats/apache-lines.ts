import { nestedSource, type Segment, type Source } from '../core/source.ts';
import { type TagReader, tagReader } from './nginx-template.ts';

/** One line as Apache httpd reads it: physical lines that end in a backslash are joined with the next. */
export interface ApacheLine {
  /** What `start..end` are offsets into: the file, or a text of its own where lines were joined. */
  readonly source: Source;
  readonly start: number;
  readonly end: number;
  readonly tagAt: TagReader;
}

/**
 * The logical lines of a text, without their line ends. A backslash right before the line's end joins, also in a comment
 * (ap_cfg_getline; observed on 2.4.71). A template expression may reach over several lines.
 */
export function* apacheLines(source: Source): Generator<ApacheLine> {
  const { text } = source;
  const tagAt = tagReader(text);
  for (let start = text.startsWith('\uFEFF') ? 1 : 0; start < text.length; ) {
    const pieces: { readonly start: number; readonly end: number }[] = [];
    let next = start;
    for (let joined = true; joined && next < text.length; ) {
      const stop = lineStop(text, tagAt, next);
      joined = stop > next && text.charCodeAt(stop - 1) === backslash;
      pieces.push({ start: next, end: joined ? stop - 1 : stop });
      next = afterLineEnd(text, stop);
    }
    const [first, second] = pieces;
    if (first) yield second ? joinedLine(source, pieces) : { source, ...first, tagAt };
    start = next;
  }
}

const backslash = 92;

/** Where the line ends, its line end left out. */
function lineStop(text: string, tagAt: TagReader, from: number): number {
  for (let at = from; at < text.length; ) {
    const code = text.charCodeAt(at);
    if (code === 10 || (code === 13 && text.charCodeAt(at + 1) === 10)) return at;
    const tag = code === 123 || code === 60 ? tagAt(at) : undefined;
    at = tag ? tag.end : at + 1;
  }
  return text.length;
}

const afterLineEnd = (text: string, stop: number): number =>
  stop >= text.length ? stop : stop + (text.charCodeAt(stop) === 13 ? 2 : 1);

function joinedLine(source: Source, pieces: readonly { readonly start: number; readonly end: number }[]): ApacheLine {
  const segments: Segment[] = [];
  let length = 0;
  for (const outer of pieces) {
    const inner = { start: length, end: length + outer.end - outer.start };
    if (inner.end > inner.start) segments.push({ inner, outer });
    length = inner.end;
  }
  const text = pieces.map(({ start, end }) => source.text.slice(start, end)).join('');
  return { source: nestedSource(source, text, segments), start: 0, end: text.length, tagAt: tagReader(text) };
}
