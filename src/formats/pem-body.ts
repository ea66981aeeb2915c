import type { Range } from '../core/source.ts';
import { derElement } from './der.ts';

/**
 * `der`: bytes that start as DER does · `malformed`: meant to be DER, but cut off, or not base64 at `at` ·
 * `none`: no DER at all: a placeholder, an elided body, a template, or another format (OpenSSH, PGP).
 */
export type PemBody =
  | { readonly state: 'der'; readonly der: Uint8Array }
  | { readonly state: 'malformed'; readonly at?: Range }
  | { readonly state: 'none' };

/** What stands between BEGIN and END. */
export interface ReadBody {
  readonly headers: Readonly<Record<string, string>>;
  readonly content: PemBody;
  /** Where the data ends. */
  readonly end: number;
}

export interface BodyContext {
  /** The comment leader that each line carries, or ''. */
  readonly comment: string;
  /** No END follows: the data ends at the first line that is not base64. */
  readonly open: boolean;
}

/** Reads the body of a block: headers, then base64, whose line ends may be escapes. Never throws. */
export function pemBody(text: string, range: Range, { comment, open }: BodyContext): ReadBody {
  const headers: Record<string, string> = {};
  const data: string[] = [];
  let end = range.start;
  let wrong: Range | undefined;
  for (const line of logicalLines(text, range, comment)) {
    const content = text.slice(line.start, line.end);
    const header = data.length === 0 ? /^([A-Za-z][A-Za-z0-9-]{0,40}):[ \t]?(.*)$/.exec(content) : null;
    if (header?.[1]) {
      headers[header[1]] = header[2] ?? '';
      continue;
    }
    const { characters, bad } = base64In(content);
    if (open && (bad !== undefined || (characters === '' && data.length > 0))) break;
    if (characters !== '') {
      data.push(characters);
      end = line.end;
    }
    if (bad !== undefined) wrong ??= { start: line.start + bad, end: line.start + bad + 1 };
  }
  const written = text.slice(range.start, open ? end : range.end);
  return {
    headers,
    content: contentOf(data.join(''), written, wrong),
    end,
  };
}

/** The shortest key there is, Ed25519 in PKCS #8, takes 64 characters; what is much shorter stands for something else. */
const shortest = 60;
const elided = /\.\.\.|[…<>{}$%*[\]]|[xX]{16}/;
/** DER starts with a SEQUENCE: byte 0x30, then a length. In base64 that is `MA` to `MP`. */
const startsAsDer = /^M[A-P]/;

function contentOf(data: string, written: string, wrong: Range | undefined): PemBody {
  if (data.length < shortest || !startsAsDer.test(data) || elided.test(written)) return { state: 'none' };
  if (wrong) return { state: 'malformed', at: wrong };
  if (!/^[^=]*={0,2}$/.test(data)) return { state: 'malformed' };
  const bytes = new Uint8Array(Buffer.from(data, 'base64'));
  const indefiniteLength = bytes[1] === 0x80;
  const element = derElement(bytes, 0);
  if (element) return { state: 'der', der: bytes.subarray(0, element.end) };
  return indefiniteLength ? { state: 'der', der: bytes } : { state: 'malformed' };
}

const lineBreak = /\r\n|\n|\r|\\{1,4}[rn]/g;

/** The lines of a body without the indentation, quotes, commas and comment leaders around them. */
function* logicalLines(text: string, range: Range, comment: string): Generator<Range> {
  const body = text.slice(range.start, range.end);
  let start = 0;
  for (const separator of body.matchAll(lineBreak)) {
    yield trimmed(text, range.start + start, range.start + separator.index, comment);
    start = separator.index + separator[0].length;
  }
  yield trimmed(text, range.start + start, range.end, comment);
}

const around = new Set([' ', '\t', '"', "'", '`', ',', '\u00a0', '\ufeff']);

function trimmed(text: string, from: number, to: number, comment: string): Range {
  let start = from;
  while (start < to && around.has(text[start] ?? '')) start++;
  if (comment !== '' && text.startsWith(comment, start)) {
    start = Math.min(start + comment.length, to);
    while (start < to && around.has(text[start] ?? '')) start++;
  }
  let end = to;
  while (end > start && (around.has(text[end - 1] ?? '') || text[end - 1] === '\\')) end--;
  return { start, end };
}

/** The base64 characters of a line, and the offset of the first character that is none. */
function base64In(line: string): { readonly characters: string; readonly bad?: number } {
  if (/^[A-Za-z0-9+/=]*$/.test(line)) return { characters: line };
  const unescaped = line.replaceAll('\\/', '/');
  const bad = unescaped.search(/[^A-Za-z0-9+/= \t]/);
  return {
    characters: unescaped.replace(/[^A-Za-z0-9+/=]/g, ''),
    ...(bad !== -1 && { bad: Math.min(bad, line.length - 1) }),
  };
}
