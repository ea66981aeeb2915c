import type { Diagnostic } from '../core/finding.ts';
import { type Range, type Source, spanOf } from '../core/source.ts';

/** A place in an HCL text, moving forward, and what was said about it. */
export interface HclReader {
  readonly source: Source;
  readonly text: string;
  readonly diagnostics: Diagnostic[];
  at: number;
}

/** How deep blocks, objects and lists are followed. */
export const deepestHcl = 100;
const mostDiagnostics = 10;

/** Template actions that stand between or in place of values: Jinja with its comments, Go, ERB, and HCL's own directives. */
const action = /\{\{[^\n]{0,500}?\}\}|\{%[\s\S]{0,500}?%\}|\{#[\s\S]{0,500}?#\}|<%[\s\S]{0,500}?%>|%\{[^\n}]{0,500}\}/y;

/** The end of the template action that starts at `index`, or `undefined`. */
export function endOfAction(text: string, index: number): number | undefined {
  const first = text[index];
  if (first !== '{' && first !== '<' && first !== '%') return undefined;
  if (first === '<' && text[index + 1] !== '%') return undefined;
  action.lastIndex = index;
  return action.test(text) ? action.lastIndex : undefined;
}

/** Moves past blanks and comments; past line ends only when `lines` says so. */
export function skipBlanks(reader: HclReader, lines: boolean): void {
  const { text } = reader;
  for (;;) {
    const character = text[reader.at];
    const next = text[reader.at + 1];
    if (character === ' ' || character === '\t' || character === '\r' || character === '\uFEFF') reader.at++;
    else if (character === '\n' && lines) reader.at++;
    else if (character === '#' || (character === '/' && next === '/')) {
      reader.at = endOfLine(text, reader.at);
    } else if (character === '/' && next === '*') {
      const close = text.indexOf('*/', reader.at + 2);
      if (close === -1)
        complain(reader, { start: reader.at, end: reader.at + 2 }, 'this comment is never closed: expected "*/"');
      reader.at = close === -1 ? text.length : close + 2;
    } else return;
  }
}

export const endOfLine = (text: string, index: number): number => {
  const end = text.indexOf('\n', index);
  return end === -1 ? text.length : end;
};

/** Says what was expected; after some of them the text is hardly HCL, and nothing more is said. */
export function complain(reader: HclReader, { start, end }: Range, message: string): void {
  if (reader.diagnostics.length >= mostDiagnostics) return;
  reader.diagnostics.push({ code: 'parse-error', message, span: spanOf(reader.source, start, end) });
}
