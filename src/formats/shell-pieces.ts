import type { ArrayValue, Assignment, Word, WordPart } from 'unbash';
import type { Segment } from '../core/source.ts';
import type { Piece, RawWord } from './shell-tree.ts';

/** A parsed word of `text`, cut into what is known and what is not. */
export function rawWord(text: string, word: Word | ArrayValue): RawWord {
  const pieces =
    word.type === 'ArrayValue'
      ? [unknownPiece(word, text.slice(word.pos, word.end), false)]
      : word.parts
        ? word.parts.flatMap((part) => piecesOf(part, false))
        : textPieces(word, word.value, unquotedEscape, false);
  return { range: { start: word.pos, end: word.end }, raw: text.slice(word.pos, word.end), pieces };
}

/** `NAME=value` where it is an argument, as after `export`. */
export function assignmentWord(text: string, assignment: Assignment): RawWord {
  const head = { pos: assignment.pos, end: assignment.value.pos };
  const name = text.slice(head.pos, head.end);
  return {
    range: { start: assignment.pos, end: assignment.end },
    raw: text.slice(assignment.pos, assignment.end),
    pieces: [textPiece(head, name, name, false), ...rawWord(text, assignment.value).pieces],
  };
}

interface Place {
  readonly pos: number;
  readonly end: number;
}

function piecesOf(part: WordPart, quoted: boolean): readonly Piece[] {
  switch (part.type) {
    case 'Literal':
      return textPieces(part, part.value, quoted ? quotedEscape : unquotedEscape, quoted);
    case 'SingleQuoted': {
      if (part.text.length !== part.value.length + 2) break;
      return [textPiece({ pos: part.pos + 1, end: part.end - 1 }, part.value, part.value, true)];
    }
    case 'AnsiCQuoted':
      if (!part.text.endsWith("'") || [...part.text.slice(2).matchAll(/\\[\s\S]|'/g)].at(-1)?.[0] !== "'") break;
      return [textPiece({ pos: part.pos + 2, end: part.end - 1 }, part.value, part.text.slice(2, -1), true)];
    case 'DoubleQuoted':
    case 'LocaleString': {
      const last = part.parts.at(-1);
      if (last ? last.end !== part.end - 1 : !part.text.endsWith('""')) break;
      if (!last) return [textPiece({ pos: part.end - 1, end: part.end - 1 }, '', '', true)];
      return part.parts.flatMap((inner) => piecesOf(inner, true));
    }
    case 'SimpleExpansion':
    case 'ParameterExpansion': {
      const name = /^\$\{?([A-Za-z_]\w*)\}?$/.exec(part.text)?.[1];
      if (name === undefined) break;
      return [{ ...unknownPiece(part, part.text, quoted), kind: 'variable', text: name }];
    }
    case 'Glob':
    case 'BraceExpansion':
      if (/[$`"'\\]/.test(part.text)) break;
      return [textPiece(part, part.text, part.text, quoted)];
    default:
  }
  // What only running it can tell, or a quote that is never closed.
  return [unknownPiece(part, part.text, quoted)];
}

const unquotedEscape = /\\([\s\S])/g;
const quotedEscape = /\\([\n$`"\\])/g;

/** A text, cut at its escapes so that each character keeps its place. */
function textPieces(
  part: Place & { readonly text: string },
  value: string,
  escapes: RegExp,
  quoted: boolean,
): readonly Piece[] {
  const { pos, text } = part;
  if (text === value) return [textPiece(part, value, text, quoted)];
  const pieces: Piece[] = [];
  let at = 0;
  const add = (end: number, decoded: string): void => {
    if (end > at) pieces.push(textPiece({ pos: pos + at, end: pos + end }, decoded, text.slice(at, end), quoted));
    at = end;
  };
  for (const found of text.matchAll(escapes)) {
    add(found.index, text.slice(at, found.index));
    add(found.index + found[0].length, found[1] === '\n' ? '' : (found[1] ?? ''));
  }
  add(text.length, text.slice(at));
  return pieces.map((piece) => piece.text).join('') === value ? pieces : [textPiece(part, value, text, quoted)];
}

/** Where each stretch of the script in `` `…` `` was written; `\` before some characters has been taken off there. */
export function backtickSegments(written: string, decoded: string, start: number): readonly Segment[] {
  for (const escapes of [/\\[`\\$]/g, /\\[`\\$"]/g]) {
    const segments: Segment[] = [];
    let inner = 0;
    let at = 0;
    const add = (end: number, length: number): void => {
      const outer = { start: start + at, end: start + end };
      if (end > at) segments.push({ inner: { start: inner, end: inner + length }, outer });
      inner += length;
      at = end;
    };
    for (const found of written.matchAll(escapes)) {
      add(found.index, found.index - at);
      add(found.index + 2, 1);
    }
    add(written.length, written.length - at);
    if (inner === decoded.length) return segments;
  }
  const outer = { start, end: start + written.length };
  return [{ inner: { start: 0, end: decoded.length }, outer }];
}

const textPiece = (place: Place, text: string, raw: string, quoted: boolean): Piece => ({
  kind: 'text',
  text,
  raw,
  range: { start: place.pos, end: place.end },
  quoted,
});

const unknownPiece = (place: Place, raw: string, quoted: boolean): Piece => ({
  kind: 'unknown',
  text: '',
  raw,
  range: { start: place.pos, end: place.end },
  quoted,
});
