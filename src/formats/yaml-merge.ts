import type { Range, Source } from '../core/source.ts';
import type { YamlEntry, YamlMapping, YamlNode, YamlScalar } from './yaml-tree.ts';

/** How many entries merge keys may still add to the mappings of a file: aliases of aliases multiply. */
export interface Budget {
  entries: number;
}

/** The mapping of `children`, keys and values in turn, with what `<<` names merged in before its own entries. */
export function mappingOf(
  source: Source,
  range: Range,
  children: readonly YamlNode[],
  open: boolean,
  budget: Budget,
): YamlMapping {
  const own: YamlEntry[] = [];
  const merged: YamlNode[] = [];
  let opened = open;
  for (let index = 0; index + 1 < children.length; index += 2) {
    const key = children[index];
    const value = children[index + 1];
    if (!key || !value) continue;
    if (key.kind !== 'scalar') {
      opened = true;
      own.push({ key: opaqueKey(key), value });
    } else if (key.value === '<<' && key.style === 'plain') {
      if (value.kind === 'sequence') merged.push(...value.items);
      else merged.push(value);
    } else own.push({ key, value });
  }
  if (merged.length === 0) return { kind: 'mapping', source, range, entries: own, open: opened };
  const inherited = inheritedEntries(own, merged, budget);
  const mayHoldMore = merged.some((node) => node.kind === 'unknown' || (node.kind === 'mapping' && node.open));
  return {
    kind: 'mapping',
    source,
    range,
    entries: inherited ? [...inherited, ...own] : own,
    open: opened || mayHoldMore || !inherited,
  };
}

/**
 * The entries of the merged mappings that no own key overrides; of several mappings the first one with a key counts.
 * `undefined` when the budget does not suffice. YAML 1.1, merge key language-independent type.
 */
function inheritedEntries(
  own: readonly YamlEntry[],
  merged: readonly YamlNode[],
  budget: Budget,
): readonly YamlEntry[] | undefined {
  const names = new Set(own.map(({ key }) => key.value));
  const inherited: YamlEntry[] = [];
  for (const node of merged) {
    if (node.kind !== 'mapping') continue;
    budget.entries -= node.entries.length + 1;
    if (budget.entries < 0) return undefined;
    const added = node.entries.filter(({ key }) => !names.has(key.value));
    for (const { key } of added) names.add(key.value);
    inherited.push(...added);
  }
  return inherited;
}

/** A key that is a collection, or that a template makes: it has a place but no name that anything could look up. */
const opaqueKey = ({ source, range }: YamlNode): YamlScalar => ({
  kind: 'scalar',
  source,
  range,
  content: range,
  style: 'plain',
  value: `\0${range.start}`,
  segments: [],
});
