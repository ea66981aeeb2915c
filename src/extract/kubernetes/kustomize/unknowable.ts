import type { YamlMapping, YamlNode } from '../../../formats/yaml-tree.ts';
import { boolean, items, scalar, text } from '../../../formats/yaml-tree.ts';
import type { Resource } from './resource.ts';
import { selects } from './selectors.ts';
import { field, isNull, mapScalars, sequenceOf, unknownAt, withField } from './tree.ts';

/**
 * Resources after one entry of `replacements`: the fields that it fills in are unknown. Source: kustomize api v0.21.2,
 * filters/replacement.
 */
export function replaced(resources: readonly Resource[], replacement: YamlNode): readonly Resource[] {
  return items(replacement, 'targets').reduce<readonly Resource[]>((all, target) => {
    const select = field(target, 'select');
    const rejected = items(target, 'reject');
    const paths = items(target, 'fieldPaths').flatMap((path) => (path.kind === 'scalar' ? [path.value] : []));
    const makes = boolean(scalar(target, 'options', 'create')) === true;
    if (!select) return all;
    return all.map((resource) => {
      if (!selects(select, resource) || rejected.some((one) => selects(one, resource))) return resource;
      const root = (paths.length > 0 ? paths : ['metadata.name']).reduce<YamlNode>(
        (node, path) => spoiled(node, stepsIn(path), makes),
        resource.root,
      );
      return root.kind === 'mapping' ? { ...resource, root } : resource;
    });
  }, resources);
}

/** The steps of a field path: `spec.containers.[name=web].image`, a point in a key as `\.`, or in brackets. */
const stepsIn = (path: string): readonly string[] =>
  [...path.matchAll(/\[[^\]]*\]|(?:\\.|[^.[\]])+/g)].map(([step]) => {
    const bracket = /^\[([^=\]]*)\]$/.exec(step);
    return bracket ? (bracket[1] ?? '') : step.replaceAll('\\.', '.');
  });

function spoiled(node: YamlNode, [step, ...rest]: readonly string[], makes: boolean): YamlNode {
  if (step === undefined) return unknownAt(node);
  if (node.kind === 'sequence') {
    const picked = /^\[([^=]+)=(.*)\]$/.exec(step);
    const isPicked = (item: YamlNode, index: number): boolean =>
      picked
        ? text(item, ...(picked[1] ?? '').split('.')) === picked[2]
        : step === '*' || step === '-' || String(index) === step;
    return sequenceOf(
      node,
      node.items.map((item, index) => (isPicked(item, index) ? spoiled(item, rest, makes) : item)),
    );
  }
  if (node.kind !== 'mapping') return node;
  if (step === '*')
    return { ...node, entries: node.entries.map(({ key, value }) => ({ key, value: spoiled(value, rest, makes) })) };
  const entry = node.entries.findLast(({ key }) => key.value === step);
  if (entry && !isNull(entry.value)) return withField(node, entry.key, spoiled(entry.value, rest, makes));
  return makes ? { ...node, open: true } : node;
}

/** Resources in which every text that names one of the variables is unknown. */
export function withoutVariables(resources: readonly Resource[], names: readonly string[]): readonly Resource[] {
  if (names.length === 0) return resources;
  const uses = names.map((name) => `$(${name})`);
  return resources.map((resource) => {
    const root = mapScalars(resource.root, (scalarNode) =>
      uses.some((use) => scalarNode.value.includes(use)) ? unknownAt(scalarNode) : scalarNode,
    );
    return root.kind === 'mapping' ? { ...resource, root } : resource;
  });
}

/** Transformers of kustomize's own that change nothing that TLS depends on. */
const harmless = new Set([
  'HashTransformer',
  'ImageTagTransformer',
  'LabelTransformer',
  'ReplicaCountTransformer',
  'SortOrderTransformer',
]);

/** Whether a transformer's settings are of a kind that leaves alone what is read here. */
export const isHarmless = (document: YamlMapping): boolean => harmless.has(text(document, 'kind') ?? '');
