import { data } from '../../../../data/kustomize.yaml';
import type { YamlMapping, YamlNode, YamlScalar } from '../../../formats/yaml-tree.ts';
import { boolean, entries, get, items, keyOf, scalar, text } from '../../../formats/yaml-tree.ts';
import { otherKindsOfCluster } from './built-in.ts';
import type { Kustomization } from './kustomization.ts';
import {
  firstIdOf,
  type Id,
  isOfCluster,
  metadataScalar,
  type Resource,
  remembered,
  withMetadata,
} from './resource.ts';
import { changedAt, keysOf, mappingOf, retold, sequenceOf, withField } from './tree.ts';

/** What a step makes of each object. */
type Step = (resource: Resource) => Resource;

/** Where a field is set, and for which kinds; for all where none are given. */
export interface FieldOf {
  readonly path: string;
  readonly kinds?: readonly string[];
  readonly group?: string;
  readonly version?: string;
  readonly made?: boolean;
}

export const isFor = (spec: FieldOf, { group, version, kind }: Id | Resource): boolean =>
  (spec.kinds === undefined || spec.kinds.includes(kind)) &&
  (spec.group === undefined || spec.group === group) &&
  (spec.version === undefined || spec.version === version);

/**
 * `namespace`, `namePrefix`, `nameSuffix`, `labels`, `commonLabels` and `commonAnnotations` of a kustomization, in the
 * order in which kustomize applies them (api v0.21.2, internal/target/kusttarget_configplugin.go). `settings`: the
 * documents of `configurations`, its own and those of what it is made of.
 */
export function stepsOf({ root }: Kustomization, settings: readonly YamlNode[]): readonly Step[] {
  const namespaceNode = get(root, 'namespace') ?? unknownField(root, 'namespace');
  const prefix = get(root, 'namePrefix') ?? unknownField(root, 'namePrefix');
  const suffix = get(root, 'nameSuffix') ?? unknownField(root, 'nameSuffix');
  const key = keyOf(root, 'namespace');
  return [
    ...(namespaceNode && key
      ? [inNamespace(key, namespaceNode), ...fieldsInNamespace(key, namespaceNode, settings)]
      : []),
    ...(prefix ? [renamed(prefix, 'prefix')] : []),
    ...(suffix ? [renamed(suffix, 'suffix')] : []),
    ...items(root, 'labels').map((entry) => labelled(entry)),
    withPairs(get(root, 'commonLabels'), everyLabel),
    withPairs(get(root, 'commonAnnotations'), everyAnnotation),
  ];
}

const unknownField = (root: YamlMapping, key: string): YamlNode | undefined =>
  root.entries.findLast((entry) => entry.key.value === key && entry.value.kind === 'unknown')?.value;

/** Puts an object into a namespace, and names a Namespace so. */
export const inNamespace =
  (key: YamlScalar, namespace: YamlNode): Step =>
  (resource) => {
    if (namespace.kind === 'scalar' && namespace.value === '') return resource;
    const { kind, group } = resource;
    const put = (root: YamlNode, path: string, made: boolean): YamlMapping => {
      const changed = changedAt(root, keysOf(path), () => namespace, made ? key : undefined);
      return changed.kind === 'mapping' ? changed : resource.root;
    };
    const before = remembered(resource);
    if (kind === 'Namespace' && group === '') return { ...before, root: put(resource.root, 'metadata/name', true) };
    if (kind === 'APIService') return { ...before, root: put(resource.root, 'spec/service/namespace', false) };
    if (kind === 'CustomResourceDefinition')
      return { ...before, root: put(resource.root, 'spec/conversion/webhook/clientConfig/service/namespace', false) };
    if (isOfCluster(resource) || otherKindsOfCluster.has(`${group}/${kind}`)) return before;
    return { ...before, root: withMetadata(resource.root, key, namespace) };
  };

/** Fields that files of `configurations` name as ones that hold the namespace. */
const fieldsInNamespace = (key: YamlScalar, namespace: YamlNode, settings: readonly YamlNode[]): readonly Step[] =>
  settings
    .flatMap((document) => items(document, 'namespace').map(fieldOf))
    .map((spec) => (resource) => {
      if (!isFor(spec, resource) || spec.path.startsWith('metadata/')) return resource;
      const root = changedAt(resource.root, keysOf(spec.path), () => namespace, spec.made ? key : undefined);
      return root.kind === 'mapping' ? { ...resource, root } : resource;
    });

/** Kinds whose names stay: others build on them. */
const keepsName = ({ kind, group }: Id): boolean =>
  kind === 'CustomResourceDefinition' ||
  kind === 'Namespace' ||
  (kind === 'APIService' && group === 'apiregistration.k8s.io');

const renamed =
  (affix: YamlNode, side: 'prefix' | 'suffix'): Step =>
  (resource) => {
    const name = metadataScalar(resource.root, 'name');
    if (!name || keepsName(firstIdOf(resource))) return resource;
    const [key, value] = name;
    const before = remembered(resource);
    if (affix.kind !== 'scalar') return { ...before, root: withMetadata(resource.root, key, affix) };
    const text = side === 'prefix' ? `${affix.value}${value.value}` : `${value.value}${affix.value}`;
    return {
      ...before,
      root: withMetadata(resource.root, key, retold(value, text)),
      prefixes: side === 'prefix' ? [...resource.prefixes, affix.value] : resource.prefixes,
      suffixes: side === 'suffix' ? [...resource.suffixes, affix.value] : resource.suffixes,
    };
  };

const metadataLabels: FieldOf = { path: 'metadata/labels', made: true };
const everyLabel: readonly FieldOf[] = [
  metadataLabels,
  ...data.labels.templates,
  ...data.labels.volumeClaims,
  ...data.labels.selectors,
];
const everyAnnotation: readonly FieldOf[] = [{ path: 'metadata/annotations', made: true }, ...data.annotations];

/** An entry of `labels`. */
function labelled(entry: YamlNode): Step {
  const asks = (key: string): boolean => boolean(scalar(entry, key)) === true;
  const own = items(entry, 'fields').map(fieldOf);
  const templates = asks('includeTemplates') ? data.labels.templates : [];
  const claims = asks('includeVolumeClaimTemplates') ? data.labels.volumeClaims : [];
  const fields = asks('includeSelectors') ? everyLabel : [metadataLabels, ...templates, ...claims];
  return withPairs(get(entry, 'pairs'), [...own, ...fields]);
}

/** A field as kustomize's own settings name one. */
export function fieldOf(node: YamlNode): FieldOf {
  const kind = text(node, 'kind');
  const group = text(node, 'group');
  const version = text(node, 'version');
  return {
    path: text(node, 'path') ?? '',
    ...(kind !== undefined && { kinds: [kind] }),
    ...(group !== undefined && { group }),
    ...(version !== undefined && { version }),
    made: boolean(scalar(node, 'create')) === true,
  };
}

/** Adds pairs to the mappings at some fields. */
function withPairs(pairs: YamlNode | undefined, fields: readonly FieldOf[]): Step {
  const added = entries(pairs);
  if (added.length === 0) return (resource) => resource;
  return (resource) => {
    const root = fields
      .filter((spec) => isFor(spec, resource))
      .reduce<YamlNode>(
        (node, spec) =>
          added.reduce<YamlNode>(
            (current, { key, value }) =>
              changedAt(current, keysOf(spec.path), withPair(key, value), spec.made ? key : undefined),
            node,
          ),
        resource.root,
      );
    return root.kind === 'mapping' ? { ...resource, root } : resource;
  };
}

const withPair =
  (key: YamlScalar, value: YamlNode) =>
  (node: YamlNode | undefined): YamlNode | undefined => {
    if (node === undefined) return mappingOf(key, [{ key, value }]);
    if (node.kind === 'sequence')
      return sequenceOf(
        node,
        node.items.map((item) => withPair(key, value)(item) ?? item),
      );
    return node.kind === 'mapping' ? withField(node, key, value) : undefined;
  };
