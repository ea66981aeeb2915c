import type { Diagnostic } from '../core/finding.ts';
import type { Source } from '../core/source.ts';
import {
  blockTokens,
  type CaddyImporter,
  type CaddyStream,
  isMark,
  peek,
  report,
  restOfLine,
  spliceImport,
  streamOf,
  take,
} from './caddyfile-stream.ts';
import type { CaddyToken } from './caddyfile-tokens.ts';
import type { Word } from './word.ts';

/** A line of a block: its first word, the others, and the block that it opens. */
export interface CaddyDirective {
  readonly name: Word;
  readonly arguments: readonly Word[];
  readonly block?: CaddyBlock;
}
export interface CaddyBlock {
  readonly directives: readonly CaddyDirective[];
  /** An import that is not there, the environment or a template may add to it: what is absent is unknown. */
  readonly open: boolean;
}
/** A site block, or the one site of a file without braces. Addresses leave their commas out. */
export interface CaddySite {
  readonly addresses: readonly Word[];
  readonly block: CaddyBlock;
  readonly braces: boolean;
}
export interface Caddyfile {
  /** The options before the first site; empty where there are none. */
  readonly options: CaddyBlock;
  readonly sites: readonly CaddySite[];
  /** Named routes, which sites `invoke`. */
  readonly routes: ReadonlyMap<string, CaddyBlock>;
  /** There may be sites and options that are not seen. */
  readonly open: boolean;
  readonly diagnostics: readonly Diagnostic[];
}

/** Deeper blocks than this are left out, and their parent is open. */
const deepestNesting = 60;

/**
 * Parses a Caddyfile: options, snippets, named routes and sites, with imports of snippets and files in their place.
 * A value keeps the place where it was written, also in an imported file or as the argument of an import.
 * Never throws: what is broken costs a diagnostic and as little of the rest as can be.
 * Source: Caddy 2.11, caddyconfig/caddyfile/parse.go; caddyserver.com, Caddyfile Concepts.
 */
export function parseCaddyfile(source: Source, find: CaddyImporter = () => undefined): Caddyfile {
  const stream = streamOf(source, find);
  const sites: CaddySite[] = [];
  const routes = new Map<string, CaddyBlock>();
  let options: CaddyBlock = { directives: [], open: false };
  let open = false;
  for (let token = peek(stream); token; token = peek(stream)) {
    const { addresses, hidden } = readAddresses(stream);
    open ||= hidden;
    const [first] = addresses;
    if (addresses.length === 0) {
      const block = readBlock(stream);
      if (block)
        options = { directives: [...options.directives, ...block.directives], open: options.open || block.open };
      else if (peek(stream) === token) {
        report(stream, token, 'expected the address of a site, a snippet or the global options');
        take(stream);
      }
      continue;
    }
    const snippet = addresses.length === 1 && first && !first.quoted ? /^(&?)\((.*)\)$/.exec(first.text) : null;
    if (snippet?.[1] === '') stream.snippets.set(snippet[2] ?? '', blockTokens(stream));
    else if (snippet) routes.set(snippet[2] ?? '', readBlock(stream) ?? { directives: [], open: false });
    else {
      const block = readBlock(stream);
      sites.push({ addresses, block: block ?? readDirectives(stream, 0, false), braces: block !== undefined });
    }
  }
  return { options, sites, routes, open, diagnostics: stream.diagnostics };
}

/** Parses a file that is imported inside a site: directives without a site around them. */
export function parseCaddyDirectives(source: Source, find: CaddyImporter = () => undefined): CaddyBlock {
  return readDirectives(streamOf(source, find), 0, false);
}

/** The addresses in front of a block: those of a line, and of the next ones after a comma. */
function readAddresses(stream: CaddyStream): { readonly addresses: readonly CaddyToken[]; readonly hidden: boolean } {
  const addresses: CaddyToken[] = [];
  let hidden = false;
  let another = true;
  for (let token = peek(stream); token; token = peek(stream)) {
    if (isMark(token, '{') || isMark(token, '}') || isMark(token, '{}')) break;
    if (token.firstOnLine && !another) break;
    take(stream);
    if (token.control) hidden = true;
    else if (token.firstOnLine && !token.quoted && token.text === 'import') {
      if (!spliceImport(stream)) hidden = true;
    } else if (standsAlone(stream, token)) hidden = true;
    else {
      another = token.text.endsWith(',');
      const glued = !token.quoted && !token.unknown && /^[^{]+\{$/.test(token.text);
      if (glued) report(stream, token, 'expected a blank before {');
      const cut = another || glued ? 1 : 0;
      const text = token.text.slice(0, token.text.length - cut);
      const range = { start: token.range.start, end: token.range.end - cut };
      if (text !== '') addresses.push({ ...token, text, range });
      if (glued) {
        pushBrace(stream, token);
        break;
      }
    }
  }
  return { addresses, hidden };
}

/** The brace that was written without a blank in front of it. */
function pushBrace(stream: CaddyStream, token: CaddyToken): void {
  const range = { start: token.range.end - 1, end: token.range.end };
  stream.frames.push({ tokens: [{ ...token, text: '{', range, firstOnLine: false }], chain: [], next: 0 });
}

/** A variable or an expression on a line of its own stands for anything: options, sites, snippets. */
function standsAlone(stream: CaddyStream, token: CaddyToken): boolean {
  if (!token.firstOnLine || !token.unknown || !/^(?:\{\$[^}]*\}|\{\{.*\}\}|\$\{[^}]*\})$/.test(token.text))
    return false;
  const next = peek(stream);
  return !next || next.firstOnLine;
}

/** The block whose `{` comes next; `undefined` where none does. */
function readBlock(stream: CaddyStream, depth = 0): CaddyBlock | undefined {
  const token = peek(stream);
  if (isMark(token, '{}')) {
    take(stream);
    return { directives: [], open: false };
  }
  if (!token || !isMark(token, '{')) return undefined;
  if (depth >= deepestNesting) {
    blockTokens(stream);
    return { directives: [], open: true };
  }
  take(stream);
  const block = readDirectives(stream, depth + 1, true);
  if (isMark(peek(stream), '}')) take(stream);
  else report(stream, token, 'this block is never closed: expected }');
  return block;
}

/** Directives up to the closing brace, which stays, or to the end. */
function readDirectives(stream: CaddyStream, depth: number, inBraces: boolean): CaddyBlock {
  const directives: CaddyDirective[] = [];
  let open = false;
  for (let token = peek(stream); token; token = peek(stream)) {
    if (isMark(token, '}')) {
      if (inBraces) break;
      report(stream, token, 'this brace closes nothing: expected a directive');
      take(stream);
      continue;
    }
    if (isMark(token, '{')) {
      report(stream, token, 'expected a directive before {');
      readBlock(stream, depth);
      continue;
    }
    take(stream);
    if (token.control) open = true;
    else if (token.text === 'import' && !token.quoted) {
      if (!spliceImport(stream)) open = true;
    } else {
      const words = restOfLine(stream);
      if (token.unknown) open = true;
      const block = readBlock(stream, depth);
      directives.push({ name: token, arguments: words, ...(block && { block }) });
    }
  }
  return { directives, open };
}
