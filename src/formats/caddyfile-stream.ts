import type { Diagnostic } from '../core/finding.ts';
import { type Source, spanOf } from '../core/source.ts';
import { type CaddyToken, tokenizeCaddyfile } from './caddyfile-tokens.ts';

/** Finds the files that an `import` of a path names, in the order in which Caddy reads them; `undefined` for none. */
export type CaddyImporter = (pattern: string, from: Source) => readonly Source[] | undefined;

/** Tokens in the order in which Caddy sees them: what `import` names stands in its place. */
export interface CaddyStream {
  readonly snippets: Map<string, readonly CaddyToken[]>;
  readonly diagnostics: Diagnostic[];
  readonly find: CaddyImporter;
  /** The innermost import last. */
  readonly frames: Frame[];
  templated: boolean;
  spliced: number;
}

interface Frame {
  readonly tokens: readonly CaddyToken[];
  /** The snippets and files that led here: none of them can be imported once more. */
  readonly chain: readonly string[];
  next: number;
}

const deepestImport = 30;
const mostSpliced = 100_000;

export function streamOf(source: Source, find: CaddyImporter): CaddyStream {
  const stream = { snippets: new Map(), diagnostics: [], find, frames: [], templated: false, spliced: 0 };
  pushFile(stream, source);
  return stream;
}

function pushFile(stream: CaddyStream, source: Source): void {
  const { tokens, diagnostics, templated } = tokenizeCaddyfile(source);
  stream.diagnostics.push(...diagnostics);
  stream.templated ||= templated;
  stream.frames.push({ tokens, chain: [keyOf(source)], next: 0 });
}

const keyOf = ({ path, held }: Source): string => `file ${path} ${held?.name ?? ''}`;

export function peek(stream: CaddyStream): CaddyToken | undefined {
  for (let frame = stream.frames.at(-1); frame; frame = stream.frames.at(-1)) {
    const token = frame.tokens[frame.next];
    if (token) return token;
    stream.frames.pop();
  }
  return undefined;
}

export function take(stream: CaddyStream): CaddyToken | undefined {
  const token = peek(stream);
  const frame = stream.frames.at(-1);
  if (token && frame) frame.next++;
  return token;
}

export const isMark = (token: CaddyToken | undefined, mark: '{' | '}' | '{}'): boolean =>
  token?.text === mark && !token.quoted;

/** The tokens up to the end of the line, or to a brace, which stay; control statements of a template are left out. */
export function restOfLine(stream: CaddyStream): readonly CaddyToken[] {
  const tokens: CaddyToken[] = [];
  for (let token = peek(stream); token && !endsLine(token); token = peek(stream)) {
    take(stream);
    if (!token.control) tokens.push(token);
  }
  return tokens;
}

const endsLine = (token: CaddyToken): boolean =>
  token.firstOnLine || isMark(token, '{') || isMark(token, '}') || isMark(token, '{}');

/** The tokens of a block whose `{` comes next, without its braces; none where no block comes. */
export function blockTokens(stream: CaddyStream): readonly CaddyToken[] {
  if (isMark(peek(stream), '{}')) take(stream);
  if (!isMark(peek(stream), '{')) return [];
  const open = take(stream);
  const tokens: CaddyToken[] = [];
  let depth = 1;
  for (let token = take(stream); token; token = take(stream)) {
    if (isMark(token, '{')) depth++;
    else if (isMark(token, '}')) depth--;
    if (depth === 0) return tokens;
    tokens.push(token);
  }
  if (open) report(stream, open, 'this block is never closed: expected }');
  return tokens;
}

export function report(stream: CaddyStream, { source, range }: CaddyToken, message: string): void {
  if (stream.templated) return;
  stream.diagnostics.push({ code: 'parse-error', message, span: spanOf(source, range.start, range.end) });
}

/**
 * Replaces an `import`, whose word was just taken, by what it names: a snippet that was defined before, or files. False
 * where that is not there, or cannot be known; then anything may stand in its place.
 * Source: Caddy 2, caddyconfig/caddyfile/parse.go, doImport.
 */
export function spliceImport(stream: CaddyStream): boolean {
  const chain = stream.frames.at(-1)?.chain ?? [];
  const [name, ...words] = restOfLine(stream);
  const given = blockTokens(stream);
  if (!name || name.unknown || /\{(?:env|file)\./.test(name.text) || chain.length > deepestImport) return false;
  const snippet = stream.snippets.get(name.text);
  const parts = snippet ? [{ key: `snippet ${name.text}`, tokens: snippet }] : filesNamed(stream, name);
  if (!parts || parts.some(({ key }) => chain.includes(key))) return false;
  // What is read first is pushed last.
  for (const { key, tokens } of [...parts].reverse()) {
    const spliced = tokens.flatMap((token, index) =>
      filledIn(index === 0 ? { ...token, firstOnLine: true } : token, words, given),
    );
    stream.spliced += spliced.length;
    if (stream.spliced > mostSpliced) return false;
    stream.frames.push({ tokens: spliced, chain: [...chain, key], next: 0 });
  }
  return true;
}

function filesNamed(
  stream: CaddyStream,
  name: CaddyToken,
): readonly { readonly key: string; readonly tokens: readonly CaddyToken[] }[] | undefined {
  return stream.find(name.text, name.source)?.map((file) => {
    const { tokens, diagnostics, templated } = tokenizeCaddyfile(file);
    stream.diagnostics.push(...diagnostics);
    stream.templated ||= templated;
    return { key: keyOf(file), tokens };
  });
}

/** `{block}`, `{blocks.name}`, `{args[0]}`, `{args.0}` and `{args[:]}` of an imported token. */
function filledIn(
  token: CaddyToken,
  words: readonly CaddyToken[],
  given: readonly CaddyToken[],
): readonly CaddyToken[] {
  if (!token.text.includes('{')) return [token];
  const [, key] = /^\{(block|blocks\.[^}]+)\}$/.exec(token.text) ?? [];
  if (key === 'block') return given;
  if (key !== undefined) return partNamed(given, key.slice('blocks.'.length));
  const [variadic, from, to] = /^\{args\[(-?\d*):(-?\d*)\]\}$/.exec(token.text) ?? [];
  if (variadic !== undefined) {
    const chosen = words.slice(Number(from || 0), to === '' ? undefined : Number(to));
    return chosen.map((word, index) => inPlaceOf(token, word, index === 0));
  }
  const [whole, position] = argument.exec(token.text) ?? [];
  if (position === undefined) return [token];
  const word = words[Number(position)];
  if (whole === token.text && word) return [inPlaceOf(token, word, true)];
  const parts = [...token.text.matchAll(new RegExp(argument, 'g'))].map(([, index]) => words[Number(index)]);
  const text = token.text.replace(new RegExp(argument, 'g'), (part, index) => words[Number(index)]?.text ?? part);
  return [{ ...token, text, unknown: token.unknown || parts.some((part) => part?.unknown) }];
}

const argument = /\{args(?:\[|\.)(\d+)\]?\}/;

/** An argument keeps the place where it was written, and takes the position of the token that it stands for. */
const inPlaceOf = (token: CaddyToken, word: CaddyToken, first: boolean): CaddyToken => ({
  ...word,
  quoted: token.quoted,
  firstOnLine: first && token.firstOnLine,
});

/** The arguments and the block that follow a name at the outermost level of what an import is given. */
function partNamed(given: readonly CaddyToken[], name: string): readonly CaddyToken[] {
  let depth = 0;
  for (const [index, token] of given.entries()) {
    if (depth === 0 && token.firstOnLine && token.text === name) return withoutBraces(upToEnd(given, index + 1));
    if (isMark(token, '{')) depth++;
    else if (isMark(token, '}')) depth--;
  }
  return [];
}

function upToEnd(given: readonly CaddyToken[], from: number): readonly CaddyToken[] {
  let depth = 0;
  for (let at = from; at < given.length; at++) {
    const token = given[at];
    if (depth === 0 && token?.firstOnLine) return given.slice(from, at);
    if (isMark(token, '{')) depth++;
    else if (isMark(token, '}') && --depth === 0) return given.slice(from, at + 1);
  }
  return given.slice(from);
}

function withoutBraces(tokens: readonly CaddyToken[]): readonly CaddyToken[] {
  const open = tokens.findIndex((token) => isMark(token, '{'));
  if (open === -1 || !isMark(tokens.at(-1), '}')) return tokens;
  return [...tokens.slice(0, open), ...tokens.slice(open + 1, -1)];
}
