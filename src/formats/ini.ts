import type { Diagnostic } from '../core/finding.ts';
import { type Range, type Source, spanOf } from '../core/source.ts';
import { joinedLines } from './joined-lines.ts';
import { hasPlaceholder, type TemplatedText, templatedText } from './template-lines.ts';
import type { Word } from './word.ts';

/** `key = value`. */
export interface IniSetting {
  /** As written. Directives that begin with a dot (`.include`) are settings with that key. */
  readonly key: string;
  readonly keyRange: Range;
  readonly value: Word;
}

/** `[name]` and what stands below it. The same name may come again. */
export interface IniSection {
  /** `undefined` for what stands above the first header. */
  readonly name: string | undefined;
  /** The name without its brackets; empty at the top of the file where there is no header. */
  readonly nameRange: Range;
  /** In order, keys may repeat. */
  readonly settings: readonly IniSetting[];
  /** A template brings in text that is not to be seen. */
  readonly open: boolean;
}

export interface IniFile {
  /** The first one has no name. */
  readonly sections: readonly [IniSection, ...IniSection[]];
  readonly diagnostics: readonly Diagnostic[];
}

/** Where the products that write `[section]` files differ. */
export interface IniHabits {
  /** Characters that begin a comment at the start of a line. */
  readonly comments: string;
  /** `#` begins a comment anywhere outside of quotes; a backslash joins lines and escapes; quotes group (config(5)). */
  readonly likeOpenssl?: true;
}

/**
 * Parses sections of `key = value` lines. Never throws: a line that is neither is a diagnostic, and the rest is read. A
 * value that a template or a placeholder fills in, or whose line is rendered under a condition, is unknown.
 */
export function parseIni(source: Source, habits: IniHabits): IniFile {
  const templated = templatedText(source.text.replace(/^\uFEFF/, ' '));
  const diagnostics: Diagnostic[] = [];
  const first = newSection(undefined, { start: 0, end: 0 }, 0);
  const sections: [OpenSection, ...OpenSection[]] = [first];
  let current: OpenSection = first;
  for (const line of linesOf(templated.text, habits)) {
    const trimmed = line.text.trim();
    if (trimmed === '') continue;
    const start = line.start + line.text.indexOf(trimmed);
    if (trimmed.startsWith('[') && trimmed.endsWith(']')) {
      const name = trimmed.slice(1, -1).trim();
      const at = start + trimmed.indexOf(name, 1);
      current = newSection(name, { start: at, end: at + name.length }, templated.depthAt(start));
      sections.push(current);
      continue;
    }
    const setting = settingOf(line, source, templated, current.depth, habits);
    if (setting) current.settings.push(setting);
    else if (!hasPlaceholder(line.text))
      diagnostics.push({
        code: 'parse-error',
        message: 'expected a setting (key = value) or a section ([name])',
        span: spanOf(source, start, start + trimmed.length),
      });
  }
  for (const { start } of templated.holes) {
    const holder = sections.findLast(({ nameRange, name }) => name === undefined || nameRange.start <= start);
    if (holder) holder.open = true;
  }
  return { sections, diagnostics };
}

interface OpenSection extends IniSection {
  readonly settings: IniSetting[];
  open: boolean;
  /** How many template branches its header stands in. */
  readonly depth: number;
}

const newSection = (name: string | undefined, nameRange: Range, depth: number): OpenSection => ({
  name,
  nameRange,
  settings: [],
  open: false,
  depth,
});

interface Line {
  readonly start: number;
  /** Without its comment. Where lines are joined, backslash and line end are blanks, so that offsets stay. */
  readonly text: string;
}

function* linesOf(text: string, { comments, likeOpenssl }: IniHabits): Generator<Line> {
  for (const { text: whole, start } of joinedLines(text, (line) => likeOpenssl === true && goesOn(line))) {
    const head = whole.trimStart().charAt(0);
    if (head === '' || !comments.includes(head)) yield { start, text: likeOpenssl ? withoutComment(whole) : whole };
  }
}

/** Ends in an odd number of backslashes. */
function goesOn(line: string): boolean {
  const body = line.replace(/\r?\n$/, '');
  let end = body.length;
  while (body.charAt(end - 1) === '\\') end -= 1;
  return (body.length - end) % 2 === 1;
}

/** Cuts from the first `#` that is neither quoted nor escaped. */
function withoutComment(line: string): string {
  const before = /^(?:[^#"'`\\]|\\[\s\S]|"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*'|["'`\\])*/.exec(line);
  return before?.[0] ?? line;
}

function settingOf(
  line: Line,
  source: Source,
  templated: TemplatedText,
  depth: number,
  { likeOpenssl }: IniHabits,
): IniSetting | undefined {
  const equals = line.text.indexOf('=');
  const key =
    (likeOpenssl ? /^\s*(\.\w+)(?=[ \t])/.exec(line.text)?.[1] : undefined) ??
    line.text.slice(0, Math.max(equals, 0)).trim();
  if (key === '') return undefined;
  const keyStart = line.start + line.text.indexOf(key);
  const afterKey = keyStart - line.start + key.length;
  const rest = line.text.slice(afterKey).replace(/^\s*=/, (gap) => ' '.repeat(gap.length));
  const raw = rest.trim();
  const rawStart = line.start + afterKey + (raw === '' ? 0 : rest.indexOf(raw));
  const quoted = likeOpenssl ? /^(["'])(.*)\1$/s.exec(raw)?.[2] : undefined;
  const start = rawStart + (quoted === undefined ? 0 : 1);
  const inner = quoted ?? raw;
  const range = { start, end: start + inner.length };
  const unknown =
    templated.touches({ start: keyStart, end: line.start + line.text.length }) ||
    hasPlaceholder(inner) ||
    templated.depthAt(keyStart) > depth;
  const text = likeOpenssl ? inner.replace(/\\(.)/gs, '$1') : inner;
  return { key, keyRange: { start: keyStart, end: keyStart + key.length }, value: { text, source, range, unknown } };
}
