import type { Range } from '../core/source.ts';
import { type PemBody, pemBody } from './pem-body.ts';

/** One `-----BEGIN …-----` block of a text. Offsets are into that text. */
export interface PemBlock {
  /** As BEGIN spells it: `CERTIFICATE`, `RSA PRIVATE KEY`. */
  readonly label: string;
  /** From the first dash of BEGIN to the last dash of END; to the end of the data where END is missing. */
  readonly range: Range;
  /** The BEGIN token itself: where a finding about the block points. */
  readonly head: Range;
  /** RFC 1421 headers by name, such as `Proc-Type`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: PemBody;
  readonly problems: readonly PemProblem[];
  /** It stands in a `#`, `//` or `;` comment. */
  readonly commented: boolean;
}

/** What keeps a strict reader such as OpenSSL from accepting a block. */
export type PemProblem = 'missing-end' | 'label-mismatch' | 'dash-count';

/**
 * The PEM blocks of a text, in order (RFC 7468, read more leniently than it asks). Blocks may be indented, quoted,
 * written with `\n` escapes or on one line, follow other text, use any line length or line end, or be glued together.
 * Linear in the length of the text; never throws.
 */
export function pemBlocks(text: string): readonly PemBlock[] {
  const blocks: PemBlock[] = [];
  for (let begin = nextBegin(text, 0); begin; ) {
    const next = nextBegin(text, begin.head.end);
    const block = blockOf(text, begin, next?.head.start ?? text.length);
    if (block) blocks.push(block);
    begin = next;
  }
  return blocks;
}

interface Boundary {
  readonly label: string;
  readonly head: Range;
  readonly wellFormed: boolean;
}

const dashes = 5;

/** The next BEGIN at or after `from`. */
function nextBegin(text: string, from: number): Boundary | undefined {
  for (let index = text.indexOf('-BEGIN ', from); index !== -1; index = text.indexOf('-BEGIN ', index + 7)) {
    const found = boundary(text, index, 'BEGIN', from);
    if (found) return found;
  }
  return undefined;
}

const afterBegin = /-BEGIN ([A-Z0-9][A-Z0-9 ]{0,60}?)(-{1,5})/y;
const afterEnd = /-END ([A-Z0-9 ]{0,60}?)(-{0,5})(?![A-Z0-9 ])/y;

/** The boundary whose last leading dash is at `index`. Fewer than five dashes are believed only of TLS labels. */
function boundary(text: string, index: number, word: 'BEGIN' | 'END', from: number): Boundary | undefined {
  const pattern = word === 'BEGIN' ? afterBegin : afterEnd;
  pattern.lastIndex = index;
  const [whole, label = '', trailing = ''] = pattern.exec(text) ?? [];
  if (whole === undefined) return undefined;
  let start = index;
  while (start > from && index - start < dashes - 1 && text[start - 1] === '-') start--;
  const leading = index - start + 1;
  const wellFormed = leading === dashes && trailing.length === dashes;
  if (!wellFormed && (leading < 3 || !/(CERTIFICATE|KEY|PKCS7|CMS)$/.test(label))) return undefined;
  return { label, head: { start, end: index + whole.length }, wellFormed };
}

/** The block that `begin` opens, where there is one: a BEGIN that is only mentioned has neither END nor data. */
function blockOf(text: string, begin: Boundary, limit: number): PemBlock | undefined {
  const comment = commentLeader(text, begin.head.start);
  const start = begin.head.end;
  const end = endIn(text, start, limit);
  const body = pemBody(text, { start, end: end?.head.start ?? limit }, { comment, open: !end });
  if (!end && body.content.state === 'none') return undefined;
  return {
    label: begin.label,
    range: { start: begin.head.start, end: end?.head.end ?? body.end },
    head: begin.head,
    headers: body.headers,
    body: body.content,
    problems: [
      ...(end ? [] : ['missing-end' as const]),
      ...(end && end.label !== begin.label ? ['label-mismatch' as const] : []),
      ...(begin.wellFormed && (end?.wellFormed ?? true) ? [] : ['dash-count' as const]),
    ],
    commented: comment !== '',
  };
}

function endIn(text: string, start: number, limit: number): Boundary | undefined {
  const region = text.slice(start, limit);
  for (let index = region.indexOf('-END '); index !== -1; index = region.indexOf('-END ', index + 5)) {
    const found = boundary(region, index, 'END', 0);
    if (found) return { ...found, head: { start: start + found.head.start, end: start + found.head.end } };
  }
  return undefined;
}

const longestIndent = 200;

/** What makes the line that `offset` stands on a comment, or ''. */
function commentLeader(text: string, offset: number): string {
  const before = text.slice(Math.max(0, offset - longestIndent), offset);
  const line = before.slice(Math.max(before.lastIndexOf('\n'), before.lastIndexOf('\r')) + 1);
  return /^[ \t]*(#|\/\/|;)/.exec(line)?.[1] ?? '';
}
