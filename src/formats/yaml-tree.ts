import type { Range, Segment, Source, Span } from '../core/source.ts';
import { nestedSource, spanOf } from '../core/source.ts';

/**
 * A YAML or JSON document as a tree in which every node knows its place. Aliases are resolved to the node that they
 * name (shared, never copied), so a walk must go through `get` and `items`, not recurse blindly.
 */
export type YamlNode = YamlMapping | YamlSequence | YamlScalar | YamlUnknown;

interface YamlBase {
  readonly source: Source;
  /** Offsets into `source.text`; for a quoted scalar the quotes are inside, for a block scalar from its `|` or `>`. */
  readonly range: Range;
}
export interface YamlEntry {
  readonly key: YamlScalar;
  readonly value: YamlNode;
}
export interface YamlMapping extends YamlBase {
  readonly kind: 'mapping';
  /** In the order written, duplicates kept; what `<<` merges in comes first, without the keys that are written too. */
  readonly entries: readonly YamlEntry[];
  /** A template may add keys here: an absent key is unknown, not absent. */
  readonly open: boolean;
}
export interface YamlSequence extends YamlBase {
  readonly kind: 'sequence';
  readonly items: readonly YamlNode[];
  /** A template may add items here. */
  readonly open: boolean;
}
export interface YamlScalar extends YamlBase {
  readonly kind: 'scalar';
  readonly style: 'plain' | 'single' | 'double' | 'literal' | 'folded';
  /** The text that the scalar stands for, unresolved: `1.10` stays `1.10`, an empty value is ''. */
  readonly value: string;
  /** Where the text without its quotes or block header stands. */
  readonly content: Range;
  /** Maps offsets into `value` to offsets into `source.text`. */
  readonly segments: readonly Segment[];
}
/** A value that only a template or the environment knows: `{{ .Values.x }}`, `${VAR}`. */
export interface YamlUnknown extends YamlBase {
  readonly kind: 'unknown';
}

/** What stands at a path: a node, nothing, or something that cannot be known. */
export type Lookup =
  | { readonly state: 'present'; readonly node: YamlMapping | YamlSequence | YamlScalar }
  | { readonly state: 'absent'; readonly parent: YamlNode }
  | { readonly state: 'unknown'; readonly node: YamlNode };

/**
 * Follows mapping keys from `node`. Absent where a mapping that no template can extend lacks the key, or the value is
 * null; unknown where a template decides. Of duplicate keys the last one counts, as in the common loaders; duplicates
 * inside an `open` mapping (branches of a template) are unknown unless they are equal scalars.
 */
export function lookUp(node: YamlNode, ...path: readonly string[]): Lookup {
  let current: YamlNode = node;
  for (const key of path) {
    if (current.kind === 'unknown') return { state: 'unknown', node: current };
    if (current.kind !== 'mapping') return { state: 'absent', parent: current };
    const found = entriesNamed(current, key);
    const last = found.at(-1);
    if (!last) return current.open ? { state: 'unknown', node: current } : { state: 'absent', parent: current };
    if (current.open && found.length > 1 && !sameScalars(found)) return { state: 'unknown', node: last.value };
    if (isNull(last.value)) return { state: 'absent', parent: current };
    current = last.value;
  }
  return current.kind === 'unknown' ? { state: 'unknown', node: current } : { state: 'present', node: current };
}

/** The node at a path, or `undefined` when it is absent or unknown. */
export function get(
  node: YamlNode | undefined,
  ...path: readonly string[]
): Exclude<YamlNode, YamlUnknown> | undefined {
  if (!node) return undefined;
  const found = lookUp(node, ...path);
  return found.state === 'present' ? found.node : undefined;
}

/** The scalar at a path, or `undefined` when it is absent, unknown, or no scalar. */
export function scalar(node: YamlNode | undefined, ...path: readonly string[]): YamlScalar | undefined {
  const found = get(node, ...path);
  return found?.kind === 'scalar' ? found : undefined;
}

/** The text of the scalar at a path. */
export const text = (node: YamlNode | undefined, ...path: readonly string[]): string | undefined =>
  scalar(node, ...path)?.value;

/** The known items of the sequence at a path; none when it is absent, unknown or no sequence. */
export function items(node: YamlNode | undefined, ...path: readonly string[]): readonly YamlNode[] {
  const found = get(node, ...path);
  return found?.kind === 'sequence' ? found.items : [];
}

/** The entries of the mapping at a path, in order; none when it is absent, unknown or no mapping. */
export function entries(node: YamlNode | undefined, ...path: readonly string[]): readonly YamlEntry[] {
  const found = get(node, ...path);
  return found?.kind === 'mapping' ? found.entries : [];
}

/** The key's own scalar: where a finding about a whole block points. */
export const keyOf = (mapping: YamlNode | undefined, key: string): YamlScalar | undefined =>
  mapping?.kind === 'mapping' ? entriesNamed(mapping, key).at(-1)?.key : undefined;

/** A boolean as the YAML 1.1 and 1.2 loaders read it, quoted or not; `undefined` for anything else. */
export function boolean(node: YamlNode | undefined): boolean | undefined {
  if (node?.kind !== 'scalar') return undefined;
  if (/^(true|yes|on)$/i.test(node.value)) return true;
  if (/^(false|no|off)$/i.test(node.value)) return false;
  return undefined;
}

/** Where a node stands in the file. */
export const spanOfNode = (node: YamlNode): Span =>
  node.kind === 'scalar'
    ? spanOf(node.source, node.content.start, node.content.end)
    : spanOf(node.source, node.range.start, node.range.end);

/** Where `start..end` of a scalar's decoded value stands in the file. */
export function spanInScalar(node: YamlScalar, start: number, end: number): Span {
  return spanOf(nestedSource(node.source, node.value, node.segments), start, end);
}

/** The scalar's value as a text to be parsed on its own: an nginx snippet, a whole file in a ConfigMap. */
export const sourceOfScalar = (node: YamlScalar, held?: Source['held']): Source =>
  nestedSource(node.source, node.value, node.segments, held);

function entriesNamed(mapping: YamlMapping, key: string): readonly YamlEntry[] {
  return mapping.entries.filter((entry) => entry.key.value === key);
}

const isNull = (node: YamlNode): boolean =>
  node.kind === 'scalar' && node.style === 'plain' && /^(|~|null|Null|NULL)$/.test(node.value);

const sameScalars = (found: readonly YamlEntry[]): boolean => {
  const [first, ...rest] = found.map((entry) => (entry.value.kind === 'scalar' ? entry.value.value : undefined));
  return first !== undefined && rest.every((value) => value === first);
};
