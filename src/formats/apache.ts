import type { Diagnostic } from '../core/finding.ts';
import { type Range, type Source, type Span, spanOf } from '../core/source.ts';
import { type ApacheLine, apacheLines } from './apache-lines.ts';
import { type ApacheWord, apacheWords } from './apache-words.ts';

/** One directive, or a section with what stands in it. */
export interface ApacheDirective {
  readonly kind: 'directive';
  /** What `nameRange` is an offset into. */
  readonly source: Source;
  /** In lower case, as names are case-insensitive; that of a section without its `<`. */
  readonly name: string;
  readonly nameRange: Range;
  readonly words: readonly ApacheWord[];
  /** `undefined` for what is no section. */
  readonly body: readonly ApacheEntry[] | undefined;
  /** It stands inside a branch or a loop of a template: there may be none of it, or several. */
  readonly conditional: boolean;
}

/** A place where a template may put directives. */
export interface ApacheHole {
  readonly kind: 'hole';
}

export type ApacheEntry = ApacheDirective | ApacheHole;

export interface ApacheFile {
  readonly entries: readonly ApacheEntry[];
  readonly diagnostics: readonly Diagnostic[];
}

const parsed = new WeakMap<Source, ApacheFile>();

/**
 * Parses configuration of Apache httpd ("Configuration Files", httpd 2.4), also broken or made by a template: what can
 * be read around a problem is read, and the problem is a diagnostic. Never throws; linear in the length of the text. The
 * same source gives the same tree, which is kept.
 */
export function parseApache(source: Source): ApacheFile {
  const known = parsed.get(source);
  if (known) return known;
  const file = read(source);
  parsed.set(source, file);
  return file;
}

/** Where a directive's name stands. */
export const spanOfDirective = ({ source, nameRange }: ApacheDirective): Span =>
  spanOf(source, nameRange.start, nameRange.end);

/** Sections deeper than this are not in the tree. */
const deepestSection = 50;
const mostDiagnostics = 20;

interface Frame {
  readonly head: ApacheDirective | undefined;
  readonly entries: ApacheEntry[];
  /** How many template branches were open where the section began. */
  readonly branches: number;
}

interface Reader {
  readonly source: Source;
  readonly diagnostics: Diagnostic[];
  readonly outer: Frame[];
  frame: Frame;
  /** How many sections of each name are open. */
  readonly open: Map<string, number>;
  branches: number;
  /** A template may close in one branch what it opened in another: sections need not balance. */
  branching: boolean;
}

function read(source: Source): ApacheFile {
  const reader: Reader = {
    source,
    diagnostics: [],
    outer: [],
    frame: { head: undefined, entries: [], branches: 0 },
    open: new Map(),
    branches: 0,
    branching: false,
  };
  for (const line of apacheLines(source)) readLine(reader, line);
  while (reader.outer.length > 0) {
    const { head } = reader.frame;
    if (head && !reader.branching)
      report(reader, head.source, head.nameRange, `<${shown(head)}> is never closed: expected </${shown(head)}>`);
    pop(reader);
  }
  return { entries: reader.frame.entries, diagnostics: reader.diagnostics };
}

function readLine(reader: Reader, line: ApacheLine): void {
  const { text } = line.source;
  let at = skipBlanks(text, line.start, line.end);
  // Template expressions in front of a directive, or alone on the line.
  for (let tag = line.tagAt(at); tag && tag.end <= line.end; tag = line.tagAt(at)) {
    if (tag.kind !== 'control') reader.frame.entries.push({ kind: 'hole' });
    nest(reader, tag.nesting);
    const after = skipBlanks(text, tag.end, line.end);
    // What an expression is glued to is no name that can be read.
    if (tag.kind === 'output' && after < line.end && !line.tagAt(after)) return;
    at = after;
  }
  if (at >= line.end || text.charAt(at) === '#') return;
  // A section whose name a template fills in: what stands in it counts as standing around it.
  if (text.charAt(at) === '<' && line.tagAt(text.charAt(at + 1) === '/' ? at + 2 : at + 1)) {
    reader.frame.entries.push({ kind: 'hole' });
    return;
  }
  if (isPlaceholder(text.slice(at, line.end).trim())) {
    reader.frame.entries.push({ kind: 'hole' });
    return;
  }
  if (text.startsWith('</', at)) closeSection(reader, line, at);
  else if (text.charAt(at) === '<') openSection(reader, line, at);
  else readDirective(reader, line, at);
}

const isPlaceholder = (text: string): boolean => /^(?:\$\{\w+\}|@@?\w+@@?|%%\w+%%|__[A-Z]\w*__)$/.test(text);

function skipBlanks(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && /\s/.test(text.charAt(at))) at++;
  return at;
}

function nest(reader: Reader, nesting: number): void {
  reader.branches = Math.max(0, reader.branches + nesting);
  if (nesting !== 0) reader.branching = true;
}

function readDirective(reader: Reader, line: ApacheLine, at: number): void {
  const conditional = reader.branches > reader.frame.branches;
  const { words, nesting, unclosed } = apacheWords(line, at, line.end);
  nest(reader, nesting);
  const [name, ...rest] = words;
  if (!name) return;
  if (name.unknown) {
    reader.frame.entries.push({ kind: 'hole' });
    return;
  }
  if (unclosed) report(reader, line.source, unclosed, 'this quote is never closed');
  attach(reader, directiveOf(line, name.text, name.range, rest, undefined, conditional));
}

function directiveOf(
  { source }: ApacheLine,
  name: string,
  nameRange: Range,
  words: readonly ApacheWord[],
  body: readonly ApacheEntry[] | undefined,
  conditional: boolean,
): ApacheDirective {
  return { kind: 'directive', source, name: name.toLowerCase(), nameRange, words, body, conditional };
}

function attach({ frame, outer }: Reader, entry: ApacheEntry): void {
  if (outer.length <= deepestSection) frame.entries.push(entry);
}

const sectionName = /<\/?[ \t]*([\w:-]+)/y;

/** `<VirtualHost *:443>`: the arguments reach to the last `>` of the line. */
function openSection(reader: Reader, line: ApacheLine, at: number): void {
  const { text } = line.source;
  sectionName.lastIndex = at;
  const [head, name] = sectionName.exec(text) ?? [];
  if (head === undefined || name === undefined) {
    report(reader, line.source, { start: at, end: at + 1 }, 'expected the name of a section after "<"');
    return;
  }
  const nameRange = { start: at + head.length - name.length, end: at + head.length };
  const bracket = text.lastIndexOf('>', line.end - 1);
  const closed = bracket >= nameRange.end;
  if (!closed) report(reader, line.source, nameRange, `expected ">" at the end of <${name}`);
  const conditional = reader.branches > reader.frame.branches;
  const { words, nesting } = apacheWords(line, nameRange.end, closed ? bracket : line.end);
  nest(reader, nesting);
  if (reader.outer.length === deepestSection)
    report(reader, line.source, nameRange, `sections are nested deeper than ${deepestSection}: this is not read`);
  const entries: ApacheEntry[] = [];
  const section = directiveOf(line, name, nameRange, words, entries, conditional);
  attach(reader, section);
  reader.outer.push(reader.frame);
  reader.frame = { head: section, entries, branches: reader.branches };
  reader.open.set(section.name, (reader.open.get(section.name) ?? 0) + 1);
}

function closeSection(reader: Reader, line: ApacheLine, at: number): void {
  sectionName.lastIndex = at;
  const [head, name] = sectionName.exec(line.source.text) ?? [];
  const nameRange = { start: at, end: at + (head?.length ?? 2) };
  const wanted = name?.toLowerCase() ?? '';
  if (!reader.open.get(wanted)) {
    if (!reader.branching)
      report(reader, line.source, nameRange, `no <${name ?? ''}> is open here that this could close`);
    return;
  }
  while (reader.frame.head?.name !== wanted && reader.outer.length > 0) {
    const forgotten = reader.frame.head;
    if (forgotten && !reader.branching)
      report(
        reader,
        forgotten.source,
        forgotten.nameRange,
        `<${shown(forgotten)}> is not closed before </${name ?? ''}>`,
      );
    pop(reader);
  }
  pop(reader);
}

function pop(reader: Reader): void {
  const outer = reader.outer.pop();
  if (!outer) return;
  const name = reader.frame.head?.name ?? '';
  reader.open.set(name, (reader.open.get(name) ?? 1) - 1);
  reader.frame = outer;
}

const shown = ({ source, nameRange }: ApacheDirective): string => source.text.slice(nameRange.start, nameRange.end);

function report(reader: Reader, source: Source, { start, end }: Range, message: string): void {
  if (reader.diagnostics.length >= mostDiagnostics) return;
  reader.diagnostics.push({ code: 'parse-error', message, span: spanOf(source, start, end) });
}
