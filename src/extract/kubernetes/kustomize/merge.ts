import type { YamlEntry, YamlMapping, YamlNode, YamlSequence } from '../../../formats/yaml-tree.ts';
import type { MergeKeys } from './built-in.ts';
import { field, isNull, mappingOf, sequenceOf } from './tree.ts';

/** What a strategic merge patch asks for besides its fields: `$patch: delete`. */
type Directive = 'merge' | 'replace' | 'delete';

/** How deep trees are followed: aliases may make them endless. */
const deepest = 80;

/**
 * An object with a strategic merge patch applied, as kustomize does it (kyaml v0.21.2, yaml/merge2 and yaml/walk):
 * mappings are merged, null deletes, lists are replaced except those of `keys`, whose items are matched and whose new
 * items come first. `undefined`: the patch deletes it. Every value keeps the place where it was written.
 */
export function merged(target: YamlNode, patch: YamlNode, keys: MergeKeys | undefined): YamlNode | undefined {
  return merge(target, patch, { keys, path: '', depth: deepest });
}

interface Walk {
  readonly keys: MergeKeys | undefined;
  /** The path below the object, without the items of lists. */
  readonly path: string;
  readonly depth: number;
}

const below = ({ keys, path, depth }: Walk, key: string): Walk => ({
  keys,
  path: path === '' ? key : `${path}/${key}`,
  depth: depth - 1,
});

function merge(target: YamlNode | undefined, patch: YamlNode | undefined, walk: Walk): YamlNode | undefined {
  if (walk.depth === 0 || patch === undefined) return target;
  if (isNull(patch)) return undefined;
  if (target === undefined || isNull(target)) return added(patch, walk);
  if (target.kind === 'unknown' || patch.kind === 'unknown') return patch.kind === 'unknown' ? patch : target;
  if (target.kind === 'mapping' && patch.kind === 'mapping') return mergedMapping(target, patch, walk);
  if (target.kind === 'sequence' && patch.kind === 'sequence') {
    const keys = walk.keys?.get(walk.path);
    return keys ? mergedSequence(target, patch, keys, walk) : added(patch, walk);
  }
  return added(patch, walk);
}

function mergedMapping(target: YamlMapping, patch: YamlMapping, walk: Walk): YamlNode | undefined {
  const directive = directiveOf(patch);
  if (directive === 'delete') return undefined;
  if (directive === 'replace') return added(patch, walk);
  const patched = new Set(patch.entries.map(({ key }) => key.value));
  const known = new Set(target.entries.map(({ key }) => key.value));
  const kept = target.entries.flatMap((entry): readonly YamlEntry[] => {
    const name = entry.key.value;
    if (!patched.has(name)) return [entry];
    const value = merge(entry.value, field(patch, name), below(walk, name));
    return value ? [{ key: entry.key, value }] : [];
  });
  const fresh = patch.entries.filter(({ key }) => !known.has(key.value) && !key.value.startsWith('$'));
  return mappingOf(target, [...kept, ...entriesAdded(fresh, walk)], target.open || patch.open);
}

/** What a patch brings where nothing was: without its directives and its nulls. */
function added(patch: YamlNode, walk: Walk): YamlNode | undefined {
  if (walk.depth === 0) return patch;
  if (patch.kind === 'mapping') {
    if (directiveOf(patch) === 'delete') return undefined;
    const own = patch.entries.filter(({ key }) => !key.value.startsWith('$'));
    return mappingOf(patch, entriesAdded(own, walk), patch.open);
  }
  if (patch.kind === 'sequence') {
    const merging = walk.keys?.has(walk.path) === true;
    const items = patch.items.filter((item) => !isListDirective(item));
    return sequenceOf(patch, merging ? items.flatMap((item) => added(item, walk) ?? []) : items);
  }
  return patch;
}

const entriesAdded = (entries: readonly YamlEntry[], walk: Walk): readonly YamlEntry[] =>
  entries.flatMap(({ key, value }) => {
    const kept = isNull(value) ? undefined : added(value, below(walk, key.value));
    return kept ? [{ key, value: kept }] : [];
  });

function mergedSequence(
  target: YamlSequence,
  patch: YamlSequence,
  keys: readonly string[],
  walk: Walk,
): YamlNode | undefined {
  const whole = patch.items.filter(isListDirective).map(directiveOf);
  if (whole.includes('delete')) return undefined;
  if (whole.includes('replace')) return added(patch, walk);
  const changes = patch.items.filter((item) => !isListDirective(item));
  const used = keys.filter((key) => [...target.items, ...changes].some((item) => keyValue(item, key) !== undefined));
  if (used.length > 1) return mergedByKeys(target, changes, used, walk);
  const [key] = used;
  const isSame = (item: YamlNode, change: YamlNode): boolean =>
    key === undefined ? isSameValue(item, change) : keyValue(item, key) === keyValue(change, key);
  const taken = new Set<YamlNode>();
  const first = changes.flatMap((change): readonly YamlNode[] => {
    const item = target.items.find((one) => isSame(one, change));
    if (item) taken.add(item);
    const made = item === undefined || key === undefined ? added(change, walk) : mergedItem(item, change, walk);
    return made ? [made] : [];
  });
  return sequenceOf(target, [...first, ...target.items.filter((item) => !taken.has(item))]);
}

/** An item with its change. Kustomize leaves an item alone that a patch asks to replace. */
const mergedItem = (item: YamlNode, change: YamlNode, walk: Walk): YamlNode | undefined =>
  directiveOf(change) === 'replace' ? item : merge(item, change, walk);

/**
 * The items of a list that several fields tell apart: ports by number and protocol. A change is for the item with the
 * same fields; where it differs only by a field that one of the two leaves out, kustomize drops it.
 */
function mergedByKeys(
  target: YamlSequence,
  changes: readonly YamlNode[],
  keys: readonly string[],
  walk: Walk,
): YamlNode {
  const valuesOf = (item: YamlNode) => keys.map((key) => keyValue(item, key));
  const differ = (a: YamlNode, b: YamlNode): 'no' | 'hardly' | 'yes' => {
    const others = valuesOf(b);
    const pairs = valuesOf(a).map((value, index) => [value, others[index]] as const);
    if (pairs.every(([one, other]) => one === other)) return 'no';
    const shares = pairs.some(([one, other]) => one !== undefined && one === other);
    return shares && pairs.every(([one, other]) => one === undefined || other === undefined || one === other)
      ? 'hardly'
      : 'yes';
  };
  const kept = target.items.flatMap((item): readonly YamlNode[] => {
    const change = changes.findLast((one) => differ(item, one) === 'no');
    const made = change ? mergedItem(item, change, walk) : item;
    return made ? [made] : [];
  });
  const fresh = changes.filter((change) => target.items.every((item) => differ(item, change) === 'yes'));
  return sequenceOf(target, [...fresh.flatMap((change) => added(change, walk) ?? []), ...kept]);
}

const isSameValue = (a: YamlNode, b: YamlNode): boolean =>
  a.kind === 'scalar' && b.kind === 'scalar' && a.value === b.value;

function keyValue(node: YamlNode, key: string): string | undefined {
  const value = field(node, key);
  return value?.kind === 'scalar' && value.value !== '' ? value.value : undefined;
}

function directiveOf(patch: YamlNode): Directive {
  const written = field(patch, '$patch');
  const value = written?.kind === 'scalar' ? written.value : 'merge';
  return value === 'delete' || value === 'replace' ? value : 'merge';
}

/** An item that is nothing but a directive: it is about the list that holds it. */
const isListDirective = (item: YamlNode): boolean =>
  item.kind === 'mapping' && item.entries.length === 1 && item.entries[0]?.key.value === '$patch';
