import type { YamlMapping, YamlNode, YamlScalar, YamlSequence } from '../../../formats/yaml-tree.ts';

/** A scalar that stands for something written otherwise: `value`, at the place of `place`. */
export const scalarAt = (place: YamlNode, value: string): YamlScalar => ({
  kind: 'scalar',
  source: place.source,
  range: place.range,
  content: place.kind === 'scalar' ? place.content : place.range,
  style: 'double',
  value,
  segments: [
    {
      inner: { start: 0, end: value.length },
      outer: place.kind === 'scalar' ? place.content : place.range,
    },
  ],
});

/**
 * A mapping that is put together from nodes written elsewhere; `undefined` values are left out. `keys` says where a key is
 * written, if not at `place`.
 */
export const mappingAt = (
  place: YamlNode,
  values: Readonly<Record<string, YamlNode | undefined>>,
  open = false,
  keys: Readonly<Record<string, YamlNode | undefined>> = {},
): YamlMapping => ({
  kind: 'mapping',
  source: place.source,
  range: place.range,
  open,
  entries: Object.entries(values).flatMap(([key, value]) =>
    value ? [{ key: scalarAt(keys[key] ?? place, key), value }] : [],
  ),
});

export const sequenceAt = (place: YamlNode, items: readonly YamlNode[]): YamlSequence => ({
  kind: 'sequence',
  source: place.source,
  range: place.range,
  open: false,
  items,
});

/** The tree without what a template language in it decides: a scalar that holds `{{` is unknown. */
export function withoutTemplates(node: YamlNode, done = new Map<YamlNode, YamlNode>()): YamlNode {
  const before = done.get(node);
  if (before) return before;
  done.set(node, node);
  const found = withoutTemplate(node, done);
  done.set(node, found);
  return found;
}

function withoutTemplate(node: YamlNode, done: Map<YamlNode, YamlNode>): YamlNode {
  switch (node.kind) {
    case 'scalar':
      return node.value.includes('{{') && !node.value.includes('\n')
        ? { kind: 'unknown', source: node.source, range: node.range }
        : node;
    case 'sequence':
      return { ...node, items: node.items.map((item) => withoutTemplates(item, done)) };
    case 'mapping':
      return {
        ...node,
        entries: node.entries.map(({ key, value }) => ({ key, value: withoutTemplates(value, done) })),
      };
    case 'unknown':
      return node;
  }
}
