import type { AST } from 'toml-eslint-parser';
import { ParseError, parseTOML } from 'toml-eslint-parser';
import type { Diagnostic } from '../core/finding.ts';
import { type Range, type Source, spanOf } from '../core/source.ts';
import { looksLikeHeader, statementAround } from './toml-recovery.ts';
import { hasMaskedPart, isPlaceholder, maskToml } from './toml-template.ts';
import type { YamlMapping, YamlNode, YamlScalar } from './yaml-tree.ts';

/** A TOML text as the same tree that YAML and JSON give, and what could not be read of it. */
export interface TomlFile {
  /** The root table, empty where nothing could be read. */
  readonly root: YamlMapping;
  /** `parse-error`, one for each statement or table that was left out. */
  readonly diagnostics: readonly Diagnostic[];
}

const parsed = new WeakMap<Source, TomlFile>();

/**
 * Reads TOML 1.1. Never throws: a broken statement costs a diagnostic and itself, a broken or repeated header its whole
 * table. Template actions and placeholders make values unknown, and every table `open` where actions stand between
 * statements. Parsed once per source.
 */
export function parseToml(source: Source): TomlFile {
  const known = parsed.get(source);
  if (known) return known;
  const file = parseFresh(source);
  parsed.set(source, file);
  return file;
}

/** How many broken statements are left out one by one before the rest of the file is. */
const mostRetries = 20;

function parseFresh(source: Source): TomlFile {
  const { text: masked, open } = maskToml(source.text);
  const diagnostics: Diagnostic[] = [];
  let text = masked;
  for (let retry = 0; retry <= mostRetries; retry++) {
    const attempt = attemptToParse(text);
    if ('program' in attempt) return { root: treeOf(source, attempt.program, open), diagnostics };
    const { at, message } = attempt;
    const last = retry === mostRetries || at === undefined;
    const left = last ? { start: at ?? 0, end: text.length } : statementAround(text, at);
    diagnostics.push(problem(source, at ?? left.start, message, isTable(text, left)));
    text = blanked(text, at === undefined ? { start: 0, end: text.length } : left);
  }
  return { root: treeOf(source, parseTOML(''), open), diagnostics };
}

type Attempt = { readonly program: AST.TOMLProgram } | { readonly at: number | undefined; readonly message: string };

function attemptToParse(text: string): Attempt {
  try {
    return { program: parseTOML(text) };
  } catch (error) {
    if (error instanceof ParseError) return { at: Math.min(error.index, text.length), message: error.message };
    return { at: undefined, message: 'nested too deeply' };
  }
}

const isTable = (text: string, { start, end }: Range): boolean => looksLikeHeader(text.slice(start, end));

function problem(source: Source, at: number, message: string, table: boolean): Diagnostic {
  const said = `${message.slice(0, 1).toLowerCase()}${message.slice(1)}`;
  const lost = table ? 'this table was not read' : 'this statement was not read';
  return {
    code: 'parse-error',
    message: `this is not valid TOML: ${said}; ${lost}`,
    span: spanOf(source, at, Math.min(at + 1, source.text.length)),
  };
}

/** The text with everything in `range` but line ends replaced by blanks. */
const blanked = (text: string, { start, end }: Range): string =>
  text.slice(0, start) + text.slice(start, end).replace(/[^\r\n]/g, ' ') + text.slice(end);

/** A table that is still being filled. */
interface Table {
  readonly kind: 'table';
  readonly range: Range;
  readonly entries: Map<string, { readonly key: YamlScalar; value: Growing }>;
}
/** An array of tables. */
interface TableList {
  readonly kind: 'list';
  readonly range: Range;
  readonly tables: Table[];
}
type Growing = Table | TableList | YamlNode;

/** Longer dotted keys are no configuration; what walks the tree may recurse. */
const deepestKey = 64;

/** Whether a template names a key: then a table of any name may stand there, and any entry. */
const isMasked = ({ keys }: AST.TOMLKey): boolean => keys.some((part) => hasMaskedPart(nameOf(part)));

function treeOf(source: Source, program: AST.TOMLProgram, templated: boolean): YamlMapping {
  const statements = program.body[0].body;
  const open =
    templated ||
    statements.some(
      (one) => isMasked(one.key) || (one.type === 'TOMLTable' && one.body.some(({ key }) => isMasked(key))),
    );
  const root = tableAt({ start: 0, end: source.text.length });
  const add = (table: Table, { key, value }: AST.TOMLKeyValue): void => {
    const last = key.keys.at(-1);
    if (!last || key.keys.length > deepestKey || isMasked(key)) return;
    const holder = descend(source, table, key.keys.slice(0, -1));
    const node = contentNode(source, value, open, 0);
    holder?.entries.set(nameOf(last), { key: keyNode(source, last), value: node });
  };
  for (const statement of statements) {
    if (isMasked(statement.key)) continue;
    if (statement.type === 'TOMLKeyValue') add(root, statement);
    else {
      const table = tableOfHeader(source, root, statement);
      if (table) for (const entry of statement.body) add(table, entry);
    }
  }
  return finished(source, root, open);
}

const tableAt = (range: Range): Table => ({ kind: 'table', range, entries: new Map() });

/** The table that a header such as `[a.b]` or `[[a.b]]` opens. */
function tableOfHeader(
  source: Source,
  root: Table,
  { key, kind, range: [start, end] }: AST.TOMLTable,
): Table | undefined {
  const last = key.keys.at(-1);
  if (!last || key.keys.length > deepestKey) return undefined;
  if (kind === 'standard') return descend(source, root, key.keys, { start, end });
  const holder = descend(source, root, key.keys.slice(0, -1));
  const name = nameOf(last);
  const known = holder?.entries.get(name)?.value;
  const list: TableList = known?.kind === 'list' ? known : { kind: 'list', range: { start, end }, tables: [] };
  if (!known) holder?.entries.set(name, { key: keyNode(source, last), value: list });
  const table = tableAt({ start, end });
  list.tables.push(table);
  return table;
}

type KeyPart = AST.TOMLBare | AST.TOMLQuoted;

/** The table at `keys` below `from`, made where it is not there yet; of an array of tables the last one counts. */
function descend(source: Source, from: Table, keys: readonly KeyPart[], range?: Range): Table | undefined {
  let table = from;
  for (const key of keys) {
    const known = table.entries.get(nameOf(key))?.value;
    const next = known?.kind === 'list' ? known.tables.at(-1) : (known ?? tableAt(range ?? rangeOf(key)));
    if (next?.kind !== 'table') return undefined;
    if (!known) table.entries.set(nameOf(key), { key: keyNode(source, key), value: next });
    table = next;
  }
  return table;
}

function finished(source: Source, table: Table, open: boolean): YamlMapping {
  const entries = [...table.entries.values()].map(({ key, value }) => ({
    key,
    value: finishedNode(source, value, open),
  }));
  return { kind: 'mapping', source, range: table.range, entries, open };
}

function finishedNode(source: Source, value: Growing, open: boolean): YamlNode {
  if (value.kind === 'table') return finished(source, value, open);
  if (value.kind !== 'list') return value;
  const items = value.tables.map((table) => finished(source, table, open));
  return { kind: 'sequence', source, range: value.range, items, open };
}

/** Deeper arrays and inline tables are unknown. */
const deepestValue = 64;

function contentNode(source: Source, node: AST.TOMLContentNode, open: boolean, depth: number): YamlNode {
  const range = rangeOf(node);
  if (depth > deepestValue) return { kind: 'unknown', source, range };
  switch (node.type) {
    case 'TOMLArray': {
      const items = node.elements.map((element) => contentNode(source, element, open, depth + 1));
      return { kind: 'sequence', source, range, items, open: false };
    }
    case 'TOMLInlineTable': {
      const table = tableAt(range);
      for (const { key, value } of node.body) {
        const last = key.keys.at(-1);
        const holder = descend(source, table, key.keys.slice(0, -1));
        if (!last || key.keys.length > deepestKey || isMasked(key)) continue;
        holder?.entries.set(nameOf(last), {
          key: keyNode(source, last),
          value: contentNode(source, value, open, depth + 1),
        });
      }
      return finished(
        source,
        table,
        node.body.some(({ key }) => isMasked(key)),
      );
    }
    case 'TOMLValue':
      return valueNode(source, node);
  }
}

function valueNode(source: Source, node: AST.TOMLValue): YamlNode {
  const range = rangeOf(node);
  if (node.kind !== 'string') {
    const value = source.text.slice(range.start, range.end);
    return scalarNode(source, range, range, 'plain', value);
  }
  if (hasMaskedPart(node.value) || isPlaceholder(node.value)) return { kind: 'unknown', source, range };
  const quotes = node.multiline ? 3 : 1;
  const content = { start: range.start + quotes, end: range.end - quotes };
  return scalarNode(source, range, content, node.style === 'literal' ? 'single' : 'double', node.value);
}

const keyNode = (source: Source, key: KeyPart): YamlScalar => {
  const range = rangeOf(key);
  const quoted = key.type === 'TOMLQuoted';
  const content = quoted ? { start: range.start + 1, end: range.end - 1 } : range;
  return scalarNode(
    source,
    range,
    content,
    quoted ? (key.style === 'literal' ? 'single' : 'double') : 'plain',
    nameOf(key),
  );
};

/** Where escapes make value and text differ, offsets inside the value map in proportion. */
const scalarNode = (
  source: Source,
  range: Range,
  content: Range,
  style: YamlScalar['style'],
  value: string,
): YamlScalar => ({
  kind: 'scalar',
  source,
  range,
  content,
  style,
  value,
  segments: [{ inner: { start: 0, end: value.length }, outer: content }],
});

const nameOf = (key: KeyPart): string => (key.type === 'TOMLBare' ? key.name : key.value);
const rangeOf = ({ range: [start, end] }: AST.TOMLNode): Range => ({ start, end });
