import type { Diagnostic } from '../core/finding.ts';
import { type Range, type Source, spanOf } from '../core/source.ts';
import {
  type Branch,
  type BranchStack,
  branchStack,
  type HaproxyWord,
  type RawLine,
  rawLines,
} from './haproxy-words.ts';

/** A line of a section: a keyword with what follows it. */
export interface HaproxyLine {
  readonly source: Source;
  readonly keyword: HaproxyWord;
  readonly arguments: readonly HaproxyWord[];
  readonly branch: Branch;
  /** A template or a variable stands for it: it may be any line, or several. */
  readonly opaque: boolean;
}

/** `frontend www from web` with its lines. */
export interface HaproxySection {
  readonly kind: string;
  readonly name: HaproxyWord | undefined;
  /** The `defaults` section that it names. */
  readonly from: HaproxyWord | undefined;
  readonly head: HaproxyLine;
  readonly lines: readonly HaproxyLine[];
}

export interface HaproxyFile {
  /** Lines before the first section: HAProxy refuses them, but a fragment may begin with some. */
  readonly preamble: readonly HaproxyLine[];
  readonly sections: readonly HaproxySection[];
  readonly diagnostics: readonly Diagnostic[];
}

/** What starts a section (configuration manual of 3.4, and of older releases for those that are gone). */
const sectionKinds: ReadonlySet<string> = new Set([
  'global',
  'defaults',
  'frontend',
  'backend',
  'listen',
  'peers',
  'ring',
  'resolvers',
  'userlist',
  'cache',
  'program',
  'mailers',
  'http-errors',
  'fcgi-app',
  'log-forward',
  'log-profile',
  'crt-store',
  'acme',
  'traces',
]);

/**
 * Parses haproxy.cfg, or a template of one (configuration manual, 2.1 to 2.4). Both arms of a condition are read. Never
 * throws: what HAProxy would refuse is a diagnostic, and the rest is read all the same.
 */
export function parseHaproxy(source: Source): HaproxyFile {
  const branches = branchStack(source.path);
  const diagnostics: Diagnostic[] = [];
  const report = (range: Range, message: string): void => {
    diagnostics.push({ code: 'parse-error', message, span: spanOf(source, range.start, range.end) });
  };
  const lines: HaproxyLine[] = [];
  const opened: Range[] = [];
  for (const raw of rawLines(source, branches)) {
    for (const problem of raw.problems) report(problem, problem.message);
    const line = lineOf(raw, source);
    if (!line) continue;
    const { keyword } = line;
    if (!keyword.text.startsWith('.') || keyword.unknown) lines.push(line);
    else if (!followDirective(keyword, branches, opened)) report(keyword.range, `expected .if before ${keyword.text}`);
  }
  for (const range of opened) report(range, 'expected .endif before the end of the file');
  const { preamble, sections } = sectionsOf(lines);
  const [stray] = preamble;
  if (stray && sections.length > 0 && !preamble.some(({ opaque }) => opaque))
    report(stray.keyword.range, 'expected a section, such as global or frontend, before this line');
  return { preamble, sections, diagnostics };
}

/** `.if`, `.elif`, `.else`, `.endif`; messages (`.notice` and its like) say nothing. `false`: there is no `.if`. */
function followDirective({ text, range }: HaproxyWord, branches: BranchStack, opened: Range[]): boolean {
  switch (text) {
    case '.if':
      branches.open(String(range.start));
      opened.push(range);
      return true;
    case '.elif':
    case '.else':
      branches.turn();
      return opened.length > 0;
    case '.endif':
      branches.close();
      return opened.pop() !== undefined;
    default:
      return true;
  }
}

function lineOf({ words, branch, holes }: RawLine, source: Source): HaproxyLine | undefined {
  const [keyword, ...rest] = words;
  if (keyword) {
    if (isHeader(keyword)) return undefined;
    return { source, keyword, arguments: rest, branch, opaque: keyword.unknown };
  }
  const [hole] = holes;
  if (!hole) return undefined;
  const text = source.text.slice(hole.start, hole.end);
  const range = { start: hole.start, end: hole.end };
  const word: HaproxyWord = { text, source, range, unknown: true, conditional: false };
  return { source, keyword: word, arguments: [], branch, opaque: true };
}

/** Ansible's comment at the top of a file. */
const isHeader = ({ text }: HaproxyWord): boolean => /^\{\{-?\s*ansible_managed\b/.test(text);

function sectionsOf(lines: readonly HaproxyLine[]): Pick<HaproxyFile, 'preamble' | 'sections'> {
  const preamble: HaproxyLine[] = [];
  const sections: (HaproxySection & { readonly lines: HaproxyLine[] })[] = [];
  for (const line of lines) {
    const { keyword, arguments: words } = line;
    if (!keyword.unknown && sectionKinds.has(keyword.text)) {
      const from = words.findIndex(({ text }) => text === 'from');
      sections.push({
        kind: keyword.text,
        name: from === 0 ? undefined : words[0],
        from: from === -1 ? undefined : words[from + 1],
        head: line,
        lines: [],
      });
    } else (sections.at(-1)?.lines ?? preamble).push(line);
  }
  return { preamble, sections };
}

/**
 * How surely a setting in one branch holds for something in another: `certain` where every way to the other leads past
 * it, `never` where they exclude each other.
 */
export function holdsFor(setting: Branch, other: Branch): 'certain' | 'possible' | 'never' {
  for (const [index, step] of setting.entries()) {
    const there = other[index];
    if (there?.block !== step.block) return 'possible';
    if (there.arm !== step.arm) return 'never';
  }
  return 'certain';
}
