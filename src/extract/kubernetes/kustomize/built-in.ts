import { data } from '../../../../data/kustomize.yaml';

const named = (kinds: Readonly<Record<string, readonly string[]>>): readonly string[] =>
  Object.entries(kinds).flatMap(([group, names]) => names.map((name) => `${group}/${name}`));

/** Kinds that kustomize knows to have no namespace, as `group/Kind`. */
export const kindsOfCluster: ReadonlySet<string> = new Set(named(data.clusterKinds));

/** Kinds of others that have no namespace, which kustomize gives one all the same. */
export const otherKindsOfCluster: ReadonlySet<string> = new Set(named(data.otherClusterKinds));

/** Lists that are merged, by their path below the object. */
export type MergeKeys = ReadonlyMap<string, readonly string[]>;

const byKind = new Map<string, MergeKeys>();
for (const [kind, keys] of Object.entries(data.mergeKeys.kinds)) byKind.set(kind, mergedKeys(keys));
for (const [version, kinds] of Object.entries(data.otherKinds)) {
  for (const kind of kinds) byKind.set(`${version} ${kind}`, mergedKeys({}));
}
for (const [kind, at] of Object.entries(data.podSpecs)) {
  const pods = Object.entries(data.mergeKeys.pod).map(([path, keys]) => [`${at}/${path}`, keys] as const);
  byKind.set(kind, mergedKeys(Object.fromEntries(pods)));
}

function mergedKeys(keys: Readonly<Record<string, readonly string[]>>): MergeKeys {
  return new Map([...Object.entries(data.mergeKeys.any), ...Object.entries(keys)]);
}

/** The lists of a kind that a strategic merge patch merges; `undefined` for a kind of others, whose lists it replaces. */
export const mergeKeysOf = (group: string, version: string, kind: string): MergeKeys | undefined =>
  byKind.get(`${group === '' ? '' : `${group}/`}${version} ${kind}`);
