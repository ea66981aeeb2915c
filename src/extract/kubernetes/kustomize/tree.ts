import type { Range, Segment, Source } from '../../../core/source.ts';
import type { YamlEntry, YamlMapping, YamlNode, YamlScalar, YamlSequence } from '../../../formats/yaml-tree.ts';

/** Where a node that nobody wrote in one piece is said to stand. */
export interface Place {
  readonly source: Source;
  readonly range: Range;
}

/** Whether a node stands for null: nothing, `~` or `null`, unquoted. */
export const isNull = (node: YamlNode | undefined): boolean =>
  node?.kind === 'scalar' && node.style === 'plain' && /^(|~|null|Null|NULL)$/.test(node.value);

/** The value of a key, null or not; of duplicates the last. */
export const field = (node: YamlNode | undefined, key: string): YamlNode | undefined =>
  node?.kind === 'mapping' ? node.entries.findLast((entry) => entry.key.value === key)?.value : undefined;

/** A mapping with a key set; a key that it has keeps its place. */
export function withField(mapping: YamlMapping, key: YamlScalar, value: YamlNode): YamlMapping {
  const known = mapping.entries.findLast((entry) => entry.key.value === key.value);
  const others = mapping.entries.filter((entry) => entry.key.value !== key.value || entry === known);
  const entries = known
    ? others.map((entry) => (entry === known ? { key: entry.key, value } : entry))
    : [...others, { key, value }];
  return { ...mapping, entries };
}

export const withoutField = (mapping: YamlMapping, key: string): YamlMapping => ({
  ...mapping,
  entries: mapping.entries.filter((entry) => entry.key.value !== key),
});

export const mappingOf = ({ source, range }: Place, entries: readonly YamlEntry[], open = false): YamlMapping => ({
  kind: 'mapping',
  source,
  range,
  entries,
  open,
});

export const sequenceOf = ({ source, range, open }: YamlSequence, items: readonly YamlNode[]): YamlSequence => ({
  kind: 'sequence',
  source,
  range,
  items,
  open,
});

/** A value that cannot be told, where another one stood. */
export const unknownAt = ({ source, range }: Place): YamlNode => ({ kind: 'unknown', source, range });

/** Another text in the place of a scalar: a name that got a prefix. */
export const retold = (scalar: YamlScalar, value: string): YamlScalar => ({
  ...scalar,
  style: scalar.style === 'plain' ? 'double' : scalar.style,
  value,
  segments: [{ inner: { start: 0, end: value.length }, outer: scalar.content }],
});

/** A part of what a scalar stands for: the value in `key=value`. */
export function partOf(scalar: YamlScalar, start: number, end: number): YamlScalar {
  const segments = scalar.segments.flatMap(({ inner, outer }): readonly Segment[] => {
    const from = Math.max(inner.start, start);
    const to = Math.min(inner.end, end);
    if (from >= to) return [];
    const moved = { start: from - start, end: to - start };
    if (inner.end - inner.start !== outer.end - outer.start) return [{ inner: moved, outer }];
    const ahead = outer.start - inner.start;
    return [{ inner: moved, outer: { start: from + ahead, end: to + ahead } }];
  });
  const first = segments[0];
  const last = segments.at(-1);
  const content = first && last ? { start: first.outer.start, end: last.outer.end } : scalar.content;
  return {
    kind: 'scalar',
    source: scalar.source,
    range: content,
    content,
    style: 'double',
    value: scalar.value.slice(start, end),
    segments,
  };
}

/** A stretch of a file as a scalar: what a generator puts under a key. */
export function stretchOf(source: Source, start: number, end: number): YamlScalar {
  const range = { start, end };
  return {
    kind: 'scalar',
    source,
    range,
    content: range,
    style: 'literal',
    value: source.text.slice(start, end),
    segments: [{ inner: { start: 0, end: end - start }, outer: range }],
  };
}

/** The keys of a path as kustomize writes them: `spec/template/metadata`, a slash in a key as `\/`, `list[]` for a list. */
export const keysOf = (path: string): readonly string[] =>
  path.split(/(?<!\\)\//).map((key) => key.replaceAll('\\/', '/'));

/**
 * A node with what stands at a path changed, through lists to each of their items. `change` gives `undefined` to leave
 * it. What is missing on the way is made where `made` gives a place for it, save for lists, and left out otherwise.
 */
export function changedAt(
  node: YamlNode,
  path: readonly string[],
  change: (node: YamlNode | undefined) => YamlNode | undefined,
  made?: YamlScalar,
): YamlNode {
  const [step, ...rest] = path;
  if (step === undefined) return change(node) ?? node;
  const key = step.replace(/\[\]$/, '');
  if (node.kind === 'sequence') {
    const items = node.items.map((item) => changedAt(item, path, change, made));
    return items.some((item, index) => item !== node.items[index]) ? sequenceOf(node, items) : node;
  }
  if (node.kind !== 'mapping') return node;
  const known = field(node, key);
  if (known !== undefined && !isNull(known)) {
    const value = changedAt(known, rest, change, made);
    return value === known ? node : withField(node, retoldKey(made, key, known), value);
  }
  if (!made || node.open || key !== step) return node;
  const value = rest.length === 0 ? change(undefined) : changedAt(mappingOf(made, []), rest, change, made);
  return value ? withField(node, retoldKey(made, key, made), value) : node;
}

const retoldKey = (made: YamlScalar | undefined, key: string, place: Place): YamlScalar => {
  if (made?.value === key) return made;
  return { ...stretchOf(place.source, place.range.start, place.range.start), value: key };
};

/** How deep a tree is followed: aliases may make it endless. */
const deepest = 80;

/** A tree in which each scalar may be replaced. */
export function mapScalars(node: YamlNode, change: (scalar: YamlScalar) => YamlNode, depth = deepest): YamlNode {
  if (depth === 0 || node.kind === 'unknown') return node;
  if (node.kind === 'scalar') return change(node);
  if (node.kind === 'sequence') {
    const items = node.items.map((item) => mapScalars(item, change, depth - 1));
    return items.some((item, index) => item !== node.items[index]) ? sequenceOf(node, items) : node;
  }
  const entries = node.entries.map((entry) => {
    const value = mapScalars(entry.value, change, depth - 1);
    return value === entry.value ? entry : { key: entry.key, value };
  });
  return entries.some((entry, index) => entry !== node.entries[index]) ? { ...node, entries } : node;
}
