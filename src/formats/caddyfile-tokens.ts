import type { Diagnostic } from '../core/finding.ts';
import { type Range, type Source, spanOf } from '../core/source.ts';
import type { Word } from './word.ts';

/** A token of a Caddyfile: a word, and where it stands in its line. */
export interface CaddyToken extends Word {
  /** In quotes, backticks or a heredoc: a brace in it is text. */
  readonly quoted: boolean;
  readonly firstOnLine: boolean;
  /** A statement of a template (`{% if %}`, `{{ end }}`) that may hide or repeat what stands around it. */
  readonly control: boolean;
}

export interface CaddyTokens {
  readonly tokens: readonly CaddyToken[];
  readonly diagnostics: readonly Diagnostic[];
  /** Whether a template engine fills the text in before Caddy reads it. */
  readonly templated: boolean;
}

const blank = /(?:\\\r?\n|[^\S\n])+/y;
const templateComment = /\{#[^\n]{0,1000}?#\}|\{\{-?\s{0,9}\/\*[\s\S]{0,5000}?\*\/\s{0,9}-?\}\}/y;
const controlStatement =
  /\{%[^\n]{0,500}?%\}|<%(?!=)[^\n]{0,500}?%>|\{\{[-~]?\s{0,9}(?:#|\/|else\b|if\b|end\b|range\b|with\b|define\b|block\b|template\b)[^\n]{0,500}?\}\}/y;
const quoted = /"([^"\\]*(?:\\[\s\S][^"\\]*)*)"/y;
const backticked = /`([^`]*)`/y;
const heredoc = /<<([A-Za-z0-9_-]+)\r?\n/y;
/** What a template or the environment fills in. The lengths keep a hostile line from taking quadratic time. */
const filledIn =
  '\\{\\$[^}\\n]{1,500}\\}|\\{\\{[^\\n]{0,500}?\\}\\}|\\{%[^\\n]{0,500}?%\\}|<%[^\\n]{0,500}?%>|\\$\\{\\w[^}\\n]{0,500}\\}';
/** What a bare token is made of; what is filled in is one piece although it may hold blanks. */
const piece = new RegExp(`${filledIn}|[^\\s{<$\\\\]+|\\\\(?!\\r?\\n)|[^\\s\\\\]`, 'y');
const unknownPart = new RegExp(`${filledIn}|@@?[A-Z][A-Z\\d_]{1,99}@@?`);
const templatePart = /\{\{[^\n]{0,500}?\}\}|\{%[^\n]{0,500}?%\}|<%[^\n]{0,500}?%>/;

/**
 * Splits a Caddyfile into tokens as Caddy's lexer does: at blanks, with `"…"`, backticks and heredocs as one token,
 * and a comment only where a token could begin (Caddy 2, caddyconfig/caddyfile/lexer.go). Environment variables are
 * not filled in: a token that holds one is unknown. Never throws; linear in the length of the text.
 */
export function tokenizeCaddyfile(source: Source): CaddyTokens {
  const { text } = source;
  const tokens: CaddyToken[] = [];
  const diagnostics: Diagnostic[] = [];
  let templated = false;
  let firstOnLine = true;
  const report = ({ start, end }: Range, message: string): void => {
    diagnostics.push({ code: 'parse-error', message, span: spanOf(source, start, end) });
  };
  const add = (value: string, range: Range, details: { quoted?: boolean; control?: boolean } = {}): void => {
    const written = text.slice(range.start, range.end);
    templated ||= templatePart.test(written);
    tokens.push({
      text: value,
      source,
      range,
      unknown: unknownPart.test(written),
      quoted: details.quoted ?? false,
      control: details.control ?? false,
      firstOnLine,
    });
    if (!details.control) firstOnLine = false;
  };
  for (let at = text.startsWith('\uFEFF') ? 1 : 0; at < text.length; ) {
    const start = at;
    const skipped = matchAt(blank, text, at) ?? matchAt(templateComment, text, at);
    if (skipped) at += skipped[0].length;
    else if (text[at] === '\n') {
      firstOnLine = true;
      at++;
    } else if (text[at] === '#') at = endOfLine(text, at);
    else if (text[at] === '"' || text[at] === '`') {
      const [whole = '', inner = ''] = matchAt(text[at] === '"' ? quoted : backticked, text, at) ?? [];
      const unclosed = whole === '';
      at = unclosed ? endOfLine(text, at) : at + whole.length;
      const range = { start: start + 1, end: unclosed ? at : at - 1 };
      const value = unclosed ? text.slice(range.start, range.end) : inner;
      add(text[start] === '"' ? value.replaceAll('\\"', '"') : value, range, { quoted: true });
      if (unclosed) report({ start, end: at }, `this quote is never closed: expected ${text[start] ?? ''}`);
    } else {
      const opening = matchAt(heredoc, text, at);
      const control = matchAt(controlStatement, text, at);
      if (opening) {
        const { range, value, end } = heredocAt(text, at + opening[0].length, opening[1] ?? '');
        at = end ?? text.length;
        add(value, range, { quoted: true });
        if (end === undefined)
          report(
            { start, end: start + opening[0].trimEnd().length },
            `expected the heredoc's end, ${opening[1] ?? ''}`,
          );
      } else if (control) {
        at += control[0].length;
        templated = true;
        add(control[0], { start, end: at }, { control: true });
      } else {
        for (let next = matchAt(piece, text, at); next; next = matchAt(piece, text, at)) at += next[0].length;
        add(text.slice(start, at).replace(/^\\</, '<'), { start, end: at });
      }
    }
  }
  return { tokens, diagnostics, templated };
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end === -1 ? text.length : end;
}

/** The body of a heredoc, without the blanks that stand before its closing marker; `end` lies behind the marker. */
function heredocAt(
  text: string,
  start: number,
  marker: string,
): { readonly range: Range; readonly value: string; readonly end: number | undefined } {
  const found = text.indexOf(marker, start);
  if (found === -1) return { range: { start, end: text.length }, value: text.slice(start), end: undefined };
  const lastLine = text.lastIndexOf('\n', found - 1) + 1;
  const bodyEnd = Math.max(start, lastLine - 1);
  const padding = text.slice(Math.max(start, lastLine), found);
  const lines = text.slice(start, bodyEnd).replaceAll('\r', '').split('\n');
  const value = lines.map((line) => (line.startsWith(padding) ? line.slice(padding.length) : line)).join('\n');
  return { range: { start, end: bodyEnd }, value, end: found + marker.length };
}
