import type { Source } from '../../../core/source.ts';
import type { YamlNode, YamlScalar } from '../../../formats/yaml-tree.ts';
import { items, text } from '../../../formats/yaml-tree.ts';
import { isWhole, type KubernetesObject, objectsIn } from '../objects.ts';
import { generated } from './generators.ts';
import {
  componentsOf,
  type Kustomization,
  type PatchEntry,
  patchEntry,
  patchesOf,
  resolvedIn,
  resourcesOf,
} from './kustomization.ts';
import { inlineSource, type Patched, patched, type ReadPatch } from './patches.ts';
import { followed, referencesIn } from './references.ts';
import type { Resource } from './resource.ts';
import { stepsOf } from './transformers.ts';
import { isHarmless, replaced, withoutVariables } from './unknowable.ts';

/** What a build reads from. */
export interface World {
  /** The kustomization of a folder. */
  readonly kustomizationOf: (folder: string) => Kustomization | undefined;
  /** A file of the repository. */
  readonly file: (path: string) => Source | undefined;
  readonly documents: (source: Source) => readonly YamlNode[];
  /** What was built before, by folder: a base of two hundred overlays is built once. */
  readonly built: Map<string, State>;
}

/** What has been put together so far. */
export interface State {
  readonly resources: readonly Resource[];
  /** Patches for objects that are not in the build. */
  readonly fragments: readonly KubernetesObject[];
  /** The documents of `configurations`. */
  readonly settings: readonly YamlNode[];
  readonly variables: readonly string[];
}

const empty: State = { resources: [], fragments: [], settings: [], variables: [] };

/** An object of a build, with what changed it. */
export interface BuiltObject extends KubernetesObject {
  readonly resource: Resource | undefined;
}

/**
 * The objects that a kustomization makes, as `kustomize build` would, each value with the place where it was written.
 * Where something is not in the repository (an address, a missing file) the rest is built without it; a patch for an
 * object that is not there is a fragment.
 */
export function built(kustomization: Kustomization, world: World): readonly BuiltObject[] {
  const state = accumulated(kustomization, empty, world, []);
  const resources = withoutVariables(followed(state.resources, state.settings.flatMap(referencesIn)), state.variables);
  return [
    ...resources.filter((resource) => !isLocal(resource)).map(builtObject),
    ...state.fragments.map((fragment) => ({ ...fragment, resource: undefined })),
  ];
}

/** An object for the build alone, which never reaches the cluster. */
const isLocal = ({ root }: Resource): boolean =>
  (text(root, 'metadata', 'annotations', 'config.kubernetes.io/local-config') ?? 'false') !== 'false';

function builtObject(resource: Resource): BuiltObject {
  const { root, group, version, kind, uncertain } = resource;
  const fragment = uncertain || !isWhole(root, `${group}/${kind}`);
  const clear = (value: string | undefined): string | undefined =>
    value === '' || (resource.encrypted && value?.startsWith('ENC[')) ? undefined : value;
  return {
    root,
    group,
    version,
    kind,
    name: clear(text(root, 'metadata', 'name')),
    namespace: clear(text(root, 'metadata', 'namespace')),
    fragment,
    ...(resource.encrypted && { encrypted: true }),
    resource,
  };
}

/** What a kustomization adds to, or makes of, what is there. `trail`: the folders that lead here. */
function accumulated(kustomization: Kustomization, start: State, world: World, trail: readonly string[]): State {
  const { folder, root } = kustomization;
  if (trail.includes(folder) || trail.length > 40) return start;
  const here = [...trail, folder];
  const collected = resourcesOf(kustomization).reduce(
    (state, path) => joined(state, resourcesAt(path, folder, world, here)),
    start,
  );
  const read = (path: string): Source | undefined => fileAt(folder, path, world);
  const configured: State = {
    ...collected,
    settings: [...collected.settings, ...textsAt(root, 'configurations', read, world)],
    resources: generated(kustomization, collected.resources, read),
  };
  const composed = componentsOf(kustomization).reduce((state, path) => {
    const at = resolvedIn(folder, path.value);
    const component = at === undefined ? undefined : world.kustomizationOf(at);
    return component ? accumulated(component, state, world, here) : state;
  }, configured);
  const transformed = transformedBy(kustomization, composed, world, read);
  return {
    ...transformed,
    variables: [...transformed.variables, ...items(root, 'vars').flatMap((variable) => text(variable, 'name') ?? [])],
  };
}

const joined = (a: State, b: State): State => ({
  resources: [...a.resources, ...b.resources],
  fragments: [...a.fragments, ...b.fragments],
  settings: [...a.settings, ...b.settings],
  variables: [...a.variables, ...b.variables],
});

const fileAt = (folder: string, path: string, { file }: World): Source | undefined => {
  const at = resolvedIn(folder, path);
  return at === undefined || at === '' ? undefined : file(at);
};

/** What an entry of `resources` leads to: a folder's kustomization, or a file. Nothing for an address. */
function resourcesAt(path: YamlScalar, folder: string, world: World, trail: readonly string[]): State {
  const at = resolvedIn(folder, path.value);
  if (at === undefined || trail.includes(at)) return empty;
  const base = world.kustomizationOf(at);
  if (base) {
    const known = world.built.get(at);
    if (known) return known;
    const state = accumulated(base, empty, world, trail);
    world.built.set(at, state);
    return state;
  }
  const source = world.file(at);
  if (!source) return empty;
  return { ...empty, resources: objectsIn(world.documents(source), false).map(resourceOf) };
}

function resourceOf({ root, group, version, kind, encrypted }: KubernetesObject): Resource {
  return {
    root,
    group,
    version,
    kind,
    before: [],
    prefixes: [],
    suffixes: [],
    uncertain: encrypted === true,
    removals: [],
    ...(encrypted && { encrypted }),
  };
}

/** The documents of settings that a kustomization names, or holds as text. */
function textsAt(
  root: YamlNode,
  key: string,
  read: (path: string) => Source | undefined,
  world: World,
): readonly YamlNode[] {
  return items(root, key).flatMap((item) => {
    if (item.kind !== 'scalar') return [];
    const source = item.value.includes('\n') ? inlineSource(item) : read(item.value);
    return source ? world.documents(source) : [];
  });
}

function transformedBy(
  kustomization: Kustomization,
  state: State,
  world: World,
  read: (path: string) => Source | undefined,
): State {
  const { root } = kustomization;
  const readPatch = (entry: PatchEntry): ReadPatch => {
    const source = entry.inline ? inlineSource(entry.at) : read(entry.at.value);
    return { ...entry, documents: source && world.documents(source) };
  };
  const patchedBy = (current: Patched, key: 'patches' | 'patchesStrategicMerge' | 'patchesJson6902'): Patched =>
    patchesOf(kustomization, key).reduce((sum, entry) => further(sum, readPatch(entry)), current);
  const before = patchedBy(
    patchedBy({ resources: state.resources, fragments: [] }, 'patchesStrategicMerge'),
    'patches',
  );
  const steps = stepsOf(kustomization, state.settings);
  const moved = before.resources.map((resource) => steps.reduce((current, step) => step(current), resource));
  const after = patchedBy({ ...before, resources: moved }, 'patchesJson6902');
  const replacements = items(root, 'replacements').flatMap((entry): readonly YamlNode[] => {
    const path = text(entry, 'path');
    const source = path === undefined ? undefined : read(path);
    if (path === undefined) return [entry];
    return source
      ? world.documents(source).flatMap((document) => (document.kind === 'sequence' ? document.items : [document]))
      : [];
  });
  const filled = replacements.reduce(replaced, after.resources);
  const last = transformersOf(root, read, world).reduce<Patched>(
    (sum, document) => byTransformer(sum, document, readPatch),
    { resources: filled, fragments: after.fragments },
  );
  return { ...state, resources: last.resources, fragments: [...state.fragments, ...last.fragments] };
}

function further(sum: Patched, patch: ReadPatch): Patched {
  const next = patched(sum.resources, patch);
  return { resources: next.resources, fragments: [...sum.fragments, ...next.fragments] };
}

/** The settings of `transformers`; `undefined` for one that is not here. */
const transformersOf = (
  root: YamlNode,
  read: (path: string) => Source | undefined,
  world: World,
): readonly (YamlNode | undefined)[] =>
  items(root, 'transformers').flatMap((item): readonly (YamlNode | undefined)[] => {
    if (item.kind !== 'scalar') return [undefined];
    const source = item.value.includes('\n') ? inlineSource(item) : read(item.value);
    return source ? world.documents(source) : [undefined];
  });

/** A patch among the transformers is applied; what another one changes is not known. */
function byTransformer(
  sum: Patched,
  document: YamlNode | undefined,
  readPatch: (entry: PatchEntry) => ReadPatch,
): Patched {
  if (document?.kind === 'mapping') {
    if (isHarmless(document)) return sum;
    const entry = text(document, 'kind') === 'PatchTransformer' ? patchEntry(document) : undefined;
    if (entry) return further(sum, readPatch(entry));
  }
  return { ...sum, resources: sum.resources.map((resource) => ({ ...resource, uncertain: true })) };
}
