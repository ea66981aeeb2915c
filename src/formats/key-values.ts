import type { Diagnostic } from '../core/finding.ts';
import { type Range, type Source, spanOf } from '../core/source.ts';
import type { Word } from './word.ts';

/** One `key = value` line. */
export interface KeyValue {
  readonly key: string;
  readonly keyRange: Range;
  /** Absent for a line that holds a key alone. */
  readonly value: Word | undefined;
  /** The `[section]` that it stands in; empty before the first. */
  readonly section: string;
}

export interface KeyValues {
  readonly entries: readonly KeyValue[];
  /** Names of what the file includes, in order. */
  readonly includes: readonly Range[];
  /** Lines of a template's own language (`{% if %}`) decide which of the others are there. */
  readonly branching: boolean;
  readonly diagnostics: readonly Diagnostic[];
}

/** How a product writes such lines. */
export interface KeyValueDialect {
  /** Characters that begin a line of comment; `#` begins one after a value, too. */
  readonly comments: string;
  /** Whether a value without quotes ends at the first blank, or at the end of its line. */
  readonly bare: 'word' | 'line';
  /** Whether `name value`, without an equals sign, is a setting. */
  readonly blankSeparates: boolean;
  readonly sections: boolean;
  /** What a line begins with that names other files to read. */
  readonly include: RegExp;
}

/** A line of a text without its line end. */
export interface Line extends Range {
  readonly text: string;
}

/** A text with the comments of its template, `{# … #}` from the start of a line on, blanked out: offsets stay. */
export function withoutTemplateComments(text: string): string {
  let result = '';
  let from = 0;
  for (const { index } of text.matchAll(/^[ \t]*\{#/gm)) {
    if (index < from) continue;
    const end = text.indexOf('#}', index);
    if (end === -1) break;
    result += text.slice(from, index) + text.slice(index, end + 2).replace(/[^\r\n]/g, ' ');
    from = end + 2;
  }
  return result + text.slice(from);
}

/** Whether a text is written in a template's own language, at least in parts: what it becomes is not seen here. */
export const isTemplate = (text: string): boolean => /\{\{|\{%|<%/.test(text);

/** The lines of a text, those that are empty or blank left out, and the comments of a template. */
export function* linesOf(source: string): Generator<Line> {
  const text = withoutTemplateComments(source);
  for (let start = 0; start < text.length; ) {
    const feed = text.indexOf('\n', start);
    const next = feed === -1 ? text.length : feed + 1;
    const end = feed === -1 ? text.length : feed - (text[feed - 1] === '\r' && feed > start ? 1 : 0);
    const line = text.slice(start, end);
    if (line.trim() !== '') yield { text: line, start, end };
    start = next;
  }
}

/** `{{ x }}`, `<%= x %>`, `${X}`, `$(x)`, `%{x}`, `@X@`, `%%X%%`, `__X__`: something else decides what stands there. */
export const holdsTemplate = (text: string): boolean =>
  /\{\{|\{%|<%|[$%]\{|\$\(|^\s*%\w|@[A-Za-z_]\w*@|%%\w+%%|__[A-Z]\w*__|\$[A-Z_]{2}/.test(text);

/** A line of a template's own language, alone on its line: `{% if x %}`, `{{- end }}`, `<% end %>`. */
export const isTemplateLine = (line: string): boolean => /^\s*(?:\{[{%#].*[%#}]\}|<%.*%>)\s*$/.test(line);

/**
 * Whether lines of a template's own language choose among the others. What such a file leaves out may be there once it
 * is filled in, and of two lines with one key only one is.
 */
export const isBranching = (line: string): boolean =>
  isTemplateLine(line) && !/^\s*(?:\{#.*#\}|\{\{-?\s*\/\*.*\}\})\s*$/.test(line);

/**
 * Reads files of `key = value` lines, which postgresql.conf and my.cnf are. Never throws: a line that is none is a
 * diagnostic, and the next is read. Of a template nothing is said: what it becomes may be sound.
 */
export function parseKeyValues(source: Source, dialect: KeyValueDialect): KeyValues {
  const entries: KeyValue[] = [];
  const includes: Range[] = [];
  const diagnostics: Diagnostic[] = [];
  const complain = (line: Range, message: string): void => {
    diagnostics.push({ code: 'parse-error', message, span: spanOf(source, line.start, line.end) });
  };
  let section = '';
  let branching = false;
  for (const line of linesOf(source.text)) {
    const indent = line.text.length - line.text.trimStart().length;
    const content = { text: line.text.slice(indent), start: line.start + indent, end: line.end };
    if (isTemplateLine(content.text)) {
      branching ||= isBranching(content.text);
      continue;
    }
    if (dialect.comments.includes(content.text.charAt(0))) continue;
    const included = dialect.include.exec(content.text);
    if (included) {
      includes.push({ start: content.start + included[0].length, end: content.end });
      continue;
    }
    const header = dialect.sections ? /^\[([^\]]*)\]/.exec(content.text) : null;
    if (header) {
      section = (header[1] ?? '').trim();
      continue;
    }
    const entry = keyValueIn(source, content, dialect, section);
    if (entry) {
      entries.push(entry);
      if (hasMore(content, entry, dialect)) complain(content, 'expected the end of the line after the value');
    } else if (holdsTemplate(content.text)) branching = true;
    else complain(content, dialect.sections ? 'expected [section], key or key = value' : 'expected name = value');
  }
  return { entries, includes, branching, diagnostics: isTemplate(source.text) ? [] : diagnostics };
}

/** Whether something other than a comment follows a value that ends at a blank. */
function hasMore({ text, start }: Line, { value }: KeyValue, { bare }: KeyValueDialect): boolean {
  if (bare === 'line' || !value || value.unknown) return false;
  return !/^['"]?\s*(?:#|$)/.test(text.slice(value.range.end - start));
}

function keyValueIn(source: Source, line: Line, dialect: KeyValueDialect, section: string): KeyValue | undefined {
  const [key = ''] = /^[\w.$-]+/.exec(line.text) ?? [];
  if (key === '') return undefined;
  const keyRange = { start: line.start, end: line.start + key.length };
  const rest = line.text.slice(key.length);
  if (/^\s*(?:#|$)/.test(rest)) return { key, keyRange, value: undefined, section };
  const [gap] = (dialect.blankSeparates ? /^\s*=\s*|^\s+/ : /^\s*=\s*/).exec(rest) ?? [];
  return gap === undefined
    ? undefined
    : { key, keyRange, value: valueAt(source, line, key.length + gap.length, dialect), section };
}

/** The value from `from` of a line on: in quotes, else up to a comment. */
function valueAt(source: Source, line: Line, from: number, { bare }: KeyValueDialect): Word {
  const rest = line.text.slice(from);
  const quoted = /^'((?:[^'\\]|\\.|'')*)'|^"((?:[^"\\]|\\.)*)"/.exec(rest);
  const raw = quoted
    ? (quoted[1] ?? quoted[2] ?? '')
    : ((/^[^#]*/.exec(rest)?.[0] ?? '').trimEnd().split(bare === 'word' ? /\s/ : /$^/, 1)[0] ?? '');
  const start = line.start + from + (quoted ? 1 : 0);
  return {
    text: quoted ? raw.replace(/\\(.)|''/g, (pair, escaped: string | undefined) => escaped ?? pair.charAt(0)) : raw,
    source,
    range: { start, end: start + raw.length },
    unknown: holdsTemplate(raw),
  };
}

/**
 * The entry of `keys` that counts: the last one. Where branches of a template give several, which one is not known, and
 * neither is its value.
 */
export function lastEntry(
  entries: readonly KeyValue[],
  matches: (key: string) => boolean,
  branching: boolean,
): KeyValue | undefined {
  const found = entries.filter(({ key }) => matches(key));
  const last = found.at(-1);
  if (!last?.value || !branching || found.every(({ value }) => value?.text === last.value?.text)) return last;
  return { ...last, value: { ...last.value, unknown: true } };
}
