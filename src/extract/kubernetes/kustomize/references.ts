import { data } from '../../../../data/kustomize.yaml';
import type { YamlNode } from '../../../formats/yaml-tree.ts';
import { items, text } from '../../../formats/yaml-tree.ts';
import { effectiveNamespace, firstIdOf, type Id, idOf, isOfCluster, nameOf, type Resource } from './resource.ts';
import { type FieldOf, fieldOf, isFor } from './transformers.ts';
import { changedAt, field, keysOf, retold, withField } from './tree.ts';

/** Fields that hold the name of an object of some kind. */
export interface NameReference {
  readonly kind: string;
  readonly group?: string;
  readonly version?: string;
  readonly fields: readonly FieldOf[];
}

const podFields = (paths: readonly string[]): readonly FieldOf[] =>
  Object.entries(data.podSpecs).flatMap(([kind, at]) =>
    paths.map((path) => ({ path: `${at}/${path}`, kinds: [kind.split(' ')[1] ?? ''] })),
  );

/** The references that kustomize knows of. */
export const knownReferences: readonly NameReference[] = data.references.map(({ kind, version, pods, fields }) => ({
  kind,
  version,
  fields: [...fields, ...podFields(pods ?? [])],
}));

/** `nameReference` of a file of `configurations`. */
export const referencesIn = (document: YamlNode): readonly NameReference[] =>
  items(document, 'nameReference').flatMap((entry) => {
    const kind = text(entry, 'kind');
    const group = text(entry, 'group');
    const version = text(entry, 'version');
    if (kind === undefined) return [];
    return {
      kind,
      ...(group !== undefined && { group }),
      ...(version !== undefined && { version }),
      fields: items(entry, 'fieldSpecs').map(fieldOf),
    };
  });

/**
 * Resources with the names of others that changed followed. Source: kustomize api v0.21.2, filters/nameref: the one
 * object of the kind that had the name, in the same namespace; of several the one that got the same prefix and suffix.
 */
export function followed(resources: readonly Resource[], own: readonly NameReference[]): readonly Resource[] {
  const movable = resources.filter(({ before }) => before.length > 0);
  if (movable.length === 0) return resources;
  const references = [...knownReferences, ...own].flatMap((reference) => {
    const targets = movable.filter(({ before }) => before.some((id) => isOfKind(id, reference)));
    return targets.length === 0 ? [] : [{ reference, targets }];
  });
  return resources.map((resource) => {
    const first = firstIdOf(resource);
    const root = references.reduce<YamlNode>(
      (node, { reference, targets }) =>
        reference.fields
          .filter((spec) => isFor(spec, first))
          .reduce((current, spec) => changedAt(current, keysOf(spec.path), following(resource, targets)), node),
      resource.root,
    );
    return root.kind === 'mapping' && root !== resource.root ? { ...resource, root } : resource;
  });
}

const isOfKind = (id: Id, { kind, group, version }: NameReference): boolean =>
  id.kind === kind && (group === undefined || id.group === group) && (version === undefined || id.version === version);

const following =
  (referrer: Resource, targets: readonly Resource[]) =>
  (node: YamlNode | undefined): YamlNode | undefined => {
    if (node?.kind === 'sequence')
      return { ...node, items: node.items.map((item) => following(referrer, targets)(item) ?? item) };
    const name = node?.kind === 'mapping' ? field(node, 'name') : node;
    if (name?.kind !== 'scalar') return undefined;
    const target = targetOf(name.value, referrer, within(node, targets));
    if (!target || !node) return undefined;
    const named = field(field(target.root, 'metadata'), 'name');
    const value = named?.kind === 'unknown' ? named : retold(name, nameOf(target));
    const changed = nameOf(target) === name.value ? name : value;
    if (node.kind !== 'mapping') return changed;
    const place = field(field(target.root, 'metadata'), 'namespace');
    const key = node.entries.find((entry) => entry.key.value === 'name')?.key;
    const renamed = key ? withField(node, key, changed) : node;
    return place && key ? withField(renamed, { ...key, value: 'namespace' }, place) : renamed;
  };

/** A reference with a namespace beside the name is to an object there. */
function within(node: YamlNode | undefined, targets: readonly Resource[]): readonly Resource[] {
  const namespace = text(node, 'namespace');
  if (node?.kind !== 'mapping' || namespace === undefined) return targets;
  const before = targets.filter((target) => effectiveNamespace(firstIdOf(target)) === namespace);
  return before.length > 0 ? before : targets.filter((target) => effectiveNamespace(idOf(target)) === namespace);
}

function targetOf(name: string, referrer: Resource, targets: readonly Resource[]): Resource | undefined {
  const candidates = targets.filter(
    (target) => target.before.some((id) => id.name === name) && isReachable(referrer, target),
  );
  if (candidates.length < 2) return candidates[0];
  const alike = candidates.filter(
    (target) => endsAlike(target.prefixes, referrer.prefixes) && endsAlike(target.suffixes, referrer.suffixes),
  );
  return new Set(alike.map(nameOf)).size === 1 ? alike[0] : undefined;
}

const isReachable = (referrer: Resource, target: Resource): boolean =>
  isOfCluster(referrer) ||
  isOfCluster(target) ||
  target.kind === 'ServiceAccount' ||
  effectiveNamespace(idOf(referrer)) === effectiveNamespace(idOf(target));

/** Whether the shorter of two lists is the end of the longer one. */
function endsAlike(a: readonly string[], b: readonly string[]): boolean {
  const length = Math.min(a.length, b.length);
  if (length === 0) return a.length === b.length;
  return a.slice(-length).join('\0') === b.slice(-length).join('\0');
}
