import type { Span } from '../../../core/source.ts';
import type { YamlMapping, YamlNode, YamlScalar } from '../../../formats/yaml-tree.ts';
import { get, keyOf, scalar } from '../../../formats/yaml-tree.ts';
import { kindsOfCluster } from './built-in.ts';
import { changedAt, field, isNull, stretchOf, withField } from './tree.ts';

/** What kustomize knows an object by. */
export interface Id {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

/** An object on its way through a build. */
export interface Resource {
  readonly root: YamlMapping;
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** What it was known by before, the first name first. */
  readonly before: readonly Id[];
  readonly prefixes: readonly string[];
  readonly suffixes: readonly string[];
  /** Something that is not here changes it too: what it leaves out is unknown. */
  readonly uncertain: boolean;
  /** Where patches took something away from it. */
  readonly removals: readonly Span[];
  /** SOPS encrypted it: only what names it is known. */
  readonly encrypted?: true;
  /** For one that a generator makes: whether all of its content is in the repository. */
  readonly generated?: 'whole' | 'partly';
}

export const nameOf = ({ root }: Pick<Resource, 'root'>): string => asWritten(root, 'name');

export const namespaceOf = ({ root }: Pick<Resource, 'root'>): string => asWritten(root, 'namespace');

/** A name as kustomize sees it: what a later step fills in (`${CLUSTER}-web`) is text to it. */
function asWritten(root: YamlMapping, key: 'name' | 'namespace'): string {
  const node = field(field(root, 'metadata'), key);
  if (node?.kind === 'scalar' && !isNull(node)) return node.value;
  if (node?.kind !== 'unknown') return '';
  return node.source.text.slice(node.range.start, node.range.end).replace(/^(["'])(.*)\1$/s, '$2');
}

export const idOf = (resource: Pick<Resource, 'root' | 'group' | 'version' | 'kind'>): Id => ({
  group: resource.group,
  version: resource.version,
  kind: resource.kind,
  name: nameOf(resource),
  namespace: namespaceOf(resource),
});

/** The name that it had first. */
export const firstIdOf = (resource: Resource): Id => resource.before[0] ?? idOf(resource);

/** A resource that has been put on record under its present name, about to be changed. */
export const remembered = (resource: Resource): Resource => ({
  ...resource,
  before: [...resource.before, idOf(resource)],
});

/** Whether a kind has no namespace; kustomize takes a kind that it does not know for one that has. */
export const isOfCluster = ({ group, kind }: Pick<Id, 'group' | 'kind'>): boolean =>
  kindsOfCluster.has(`${group}/${kind}`);

/** The namespace as kustomize compares it: none is the same as `default`. */
export const effectiveNamespace = (id: Id): string => (isOfCluster(id) ? '\0' : id.namespace || 'default');

export const sameId = (a: Id, b: Id): boolean =>
  a.name === b.name &&
  a.kind === b.kind &&
  a.group === b.group &&
  a.version === b.version &&
  effectiveNamespace(a) === effectiveNamespace(b);

/** The resources that are, or were, known by an id. */
export const knownAs = (resources: readonly Resource[], id: Id): readonly Resource[] =>
  resources.filter((resource) => [...resource.before, idOf(resource)].some((one) => sameId(one, id)));

/** `apiVersion` in its two parts. */
export function groupAndVersion(apiVersion: string): readonly [string, string] {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? ['', apiVersion] : [apiVersion.slice(0, slash), apiVersion.slice(slash + 1)];
}

/** An object with a field of its metadata set. */
export function withMetadata(root: YamlMapping, key: YamlScalar, value: YamlNode): YamlMapping {
  const metadata = get(root, 'metadata');
  const holder = keyOf(root, 'metadata') ?? {
    ...stretchOf(key.source, key.range.start, key.range.start),
    value: 'metadata',
  };
  if (metadata?.kind === 'mapping') return withField(root, holder, withField(metadata, key, value));
  const made = changedAt(root, ['metadata', key.value], () => value, key);
  return made.kind === 'mapping' ? made : root;
}

/** The key and the value of a field of the metadata. */
export const metadataScalar = (root: YamlMapping, key: string): readonly [YamlScalar, YamlScalar] | undefined => {
  const value = scalar(root, 'metadata', key);
  const name = keyOf(get(root, 'metadata'), key);
  return value && name ? [name, value] : undefined;
};
