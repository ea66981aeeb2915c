import type { Range } from '../core/source.ts';
import type { TagReader, TemplateTag } from './nginx-template.ts';

/** A lexical unit of nginx configuration. Ranges are offsets into the text. */
export type NginxToken =
  | ({ readonly kind: 'word' } & Word)
  | ({ readonly kind: ';' | '{' | '}' | 'comment' } & Range)
  /** A template expression between words. */
  | ({ readonly kind: 'template'; readonly tag: TemplateTag } & Range);

export interface Word extends Range {
  /** Without quotes and escapes. */
  readonly value: string;
  /** The part between the quotes; the whole word when there are none. */
  readonly content: Range;
  readonly quoted: boolean;
  /** Part of it is a template expression. */
  readonly templated: boolean;
  /** It is the first thing on its line. */
  readonly startsLine: boolean;
  /** What is wrong with it. */
  readonly problem?: 'unclosed-quote' | 'text-after-quote';
}

const isBlank = (code: number): boolean => code === 32 || (code >= 9 && code <= 13) || code === 0xfeff;

/**
 * The token at or after `offset`; `undefined` at the end of the text. As ngx_conf_read_token does it: a word ends at a
 * blank, `;` or `{`; `#` starts a comment only where a word could start; a brace inside `${name}` belongs to the word.
 * Between directives a template expression alone on its line is a token of its own, elsewhere part of a word.
 */
export function tokenAt(
  text: string,
  tagAt: TagReader,
  offset: number,
  betweenDirectives: boolean,
): NginxToken | undefined {
  let start = offset;
  while (start < text.length && isBlank(text.charCodeAt(start))) start++;
  if (start >= text.length) return undefined;
  const tag = tagAt(start);
  if (tag && (tag.kind !== 'output' || (betweenDirectives && standsAlone(text, tagAt, tag)))) {
    return { kind: 'template', tag, start, end: tag.end };
  }
  const character = text.charAt(start);
  if (!tag && (character === ';' || character === '{' || character === '}'))
    return { kind: character, start, end: start + 1 };
  if (character === '#') return { kind: 'comment', start, end: lineEnd(text, start) };
  if (character === '"' || character === "'") return quotedWord(text, tagAt, start, character);
  return bareWord(text, tagAt, start);
}

/** Nothing but blanks and further template expressions follow on its line, or a closing brace does. */
function standsAlone(text: string, tagAt: TagReader, tag: TemplateTag): boolean {
  let at = tag.end;
  for (;;) {
    while (at < text.length && /[ \t]/.test(text.charAt(at))) at++;
    const next = tagAt(at);
    if (!next) return at >= text.length || /[\r\n}#]/.test(text.charAt(at));
    at = next.end;
  }
}

function lineEnd(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 10 || code === 13) return at;
  }
  return text.length;
}

function bareWord(text: string, tagAt: TagReader, start: number): NginxToken {
  let at = start;
  let templated = false;
  while (at < text.length) {
    const tag = tagAt(at);
    if (tag && tag.kind !== 'control') {
      templated = true;
      at = tag.end;
      continue;
    }
    const code = text.charCodeAt(at);
    if (tag || isBlank(code) || code === 59 || code === 123) break;
    if (code === 92 && at + 1 < text.length) at += 2;
    else if (code === 36 && text.charCodeAt(at + 1) === 123) at = variableEnd(text, at);
    else at++;
  }
  const end = Math.min(Math.max(at, start + 1), text.length);
  const range = { start, end };
  return {
    kind: 'word',
    ...range,
    value: unescaped(text.slice(start, end)),
    content: range,
    quoted: false,
    templated,
    startsLine: startsLine(text, start),
  };
}

/** The end of `${name}`; that of `${` when no brace closes it on its line. */
function variableEnd(text: string, start: number): number {
  const length = /^\$\{[^}\r\n]{0,200}\}/.exec(text.slice(start, start + 210))?.[0].length;
  return start + (length ?? 2);
}

function quotedWord(text: string, tagAt: TagReader, start: number, quote: string): NginxToken {
  const { end, templated } = closingQuote(text, tagAt, start + 1, quote);
  const after = end === undefined ? undefined : text.charAt(end + 1);
  const followed = after === undefined || after === '' || /[\s;{)\uFEFF]/.test(after) || tagAt((end ?? 0) + 1);
  const spansLines = end !== undefined && /[\r\n]/.test(text.slice(start, end));
  const head = { kind: 'word' as const, start, quoted: true, templated, startsLine: startsLine(text, start) };
  if (end === undefined || (!followed && spansLines)) {
    // A quote that was never meant to reach this far: the word ends with its line.
    const line = text.slice(start, lineEnd(text, start));
    const stop = start + Math.max(1, line.replace(/[;\s{]+$/, '').length);
    const content = { start: start + 1, end: stop };
    return {
      ...head,
      end: stop,
      content,
      value: unescaped(text.slice(content.start, content.end)),
      problem: 'unclosed-quote',
    };
  }
  const content = { start: start + 1, end };
  const word = { ...head, end: end + 1, content, value: unescaped(text.slice(content.start, content.end)) };
  return followed ? word : { ...word, problem: 'text-after-quote' };
}

function closingQuote(
  text: string,
  tagAt: TagReader,
  start: number,
  quote: string,
): { readonly end: number | undefined; readonly templated: boolean } {
  let templated = false;
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote.charCodeAt(0)) return { end: at, templated };
    if (code === 92) at++;
    const tag = tagAt(at);
    if (tag && !/[\r\n]/.test(text.slice(tag.start, tag.end))) {
      templated = true;
      at = tag.end - 1;
    }
  }
  return { end: undefined, templated };
}

const escapes: Readonly<Record<string, string>> = { '"': '"', "'": "'", '\\': '\\', t: '\t', r: '\r', n: '\n' };
const unescaped = (text: string): string =>
  text.includes('\\') ? text.replace(/\\(.)/gs, (whole, escaped: string) => escapes[escaped] ?? whole) : text;

function startsLine(text: string, start: number): boolean {
  for (let at = start - 1; at >= 0; at--) {
    const code = text.charCodeAt(at);
    if (code === 10 || code === 13) return true;
    if (code !== 32 && code !== 9) return false;
  }
  return true;
}

/**
 * The offset after the brace that closes a block of Lua, whose text starts at `start`: braces in strings, long brackets
 * and comments do not count. `undefined` when it is never closed.
 */
export function luaBlockEnd(text: string, start: number): number | undefined {
  const lexeme = /(?:--)?\[(=*)\[|--[^\n]*|"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*'|[{}]/g;
  lexeme.lastIndex = start;
  const unclosed = new Set<string>();
  let depth = 1;
  for (let found = lexeme.exec(text); found; found = lexeme.exec(text)) {
    const closing = found[1] === undefined ? undefined : `]${found[1]}]`;
    if (closing !== undefined && !unclosed.has(closing)) {
      const end = text.indexOf(closing, lexeme.lastIndex);
      if (end === -1) unclosed.add(closing);
      else lexeme.lastIndex = end + closing.length;
    }
    if (found[0] === '{') depth++;
    if (found[0] === '}') depth--;
    if (depth === 0) return lexeme.lastIndex;
  }
  return undefined;
}
