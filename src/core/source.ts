/** Half-open range of UTF-16 offsets into one text. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** A range in a file of the repository: what a finding points at. `file` is relative, with forward slashes. */
export interface Span extends Range {
  readonly file: string;
}

/**
 * One stretch of a nested text and where it stands in the outer text. Equal lengths map character by character;
 * unequal ones (base64, escapes) map in proportion.
 */
export interface Segment {
  readonly inner: Range;
  readonly outer: Range;
}

/**
 * A text to be parsed. Either a file as read (nothing normalised), or a text found inside another source, such as an
 * nginx snippet in an annotation; then `within` says where each part of it was written.
 */
export interface Source {
  /** The file that findings name, also for a nested source. */
  readonly path: string;
  readonly text: string;
  /** The bytes as read, for binary formats such as DER. Absent for nested text. */
  readonly bytes?: Uint8Array;
  readonly within?: { readonly outer: Source; readonly segments: readonly Segment[] };
  /** For a nested source: what it is called inside what holds it, such as `tls.crt` in `Secret shop/web`. */
  readonly held?: {
    readonly name: string;
    readonly holder: string;
    readonly container: 'secret' | 'config-map' | 'ca-bundle' | 'inline';
  };
}

/** The span of `start..end` of a source's text, in the coordinates of the file that holds it. */
export function spanOf(source: Source, start: number, end: number): Span {
  if (!source.within) return { file: source.path, start, end };
  const { outer, segments } = source.within;
  const from = outerOffset(segments, start, 'start');
  const to = end === start ? from : Math.max(from, outerOffset(segments, end, 'end'));
  return spanOf(outer, from, to);
}

/** A source for `text` that was written at `segments` of `outer`. Segments are sorted by their inner start. */
export function nestedSource(outer: Source, text: string, segments: readonly Segment[], held?: Source['held']): Source {
  return { path: outer.path, text, within: { outer, segments }, ...(held && { held }) };
}

function outerOffset(segments: readonly Segment[], offset: number, side: 'start' | 'end'): number {
  const segment = segmentAt(segments, side === 'end' ? offset - 1 : offset);
  if (!segment) return 0;
  const { inner, outer } = segment;
  const innerLength = inner.end - inner.start;
  const outerLength = outer.end - outer.start;
  const into = Math.min(Math.max(offset - inner.start, 0), innerLength);
  if (innerLength === outerLength) return outer.start + into;
  if (innerLength === 0) return side === 'start' ? outer.start : outer.end;
  const scaled = (into * outerLength) / innerLength;
  return outer.start + (side === 'start' ? Math.floor(scaled) : Math.ceil(scaled));
}

/** The last segment that starts at or before `offset`; the first one for an offset before all of them. */
function segmentAt(segments: readonly Segment[], offset: number): Segment | undefined {
  let low = 0;
  let high = segments.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    const candidate = segments[middle];
    if (candidate && candidate.inner.start <= offset) low = middle;
    else high = middle - 1;
  }
  return segments[low];
}
