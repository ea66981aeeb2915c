import type { Source } from '../../../core/source.ts';
import type { Repository } from '../../../core/technology.ts';
import { items, text } from '../../../formats/yaml-tree.ts';
import { documentsOf } from '../documents.ts';
import { objectsIn } from '../objects.ts';
import { type BuiltObject, built, type World } from './build.ts';
import {
  componentsOf,
  filesNamedIn,
  folderOf,
  type Kustomization,
  kustomizationIn,
  patchesOf,
  resolvedIn,
  resourcesOf,
} from './kustomization.ts';

/** One thing that `kustomize build` makes. */
export interface Build {
  /** The folder that is built: `overlays/prod`, `.` for the top of the repository. */
  readonly name: string;
  readonly root: Source;
  /** The claimed files that go into it, the root's own first. */
  readonly sources: readonly Source[];
  /** Its objects; built once, when they are first asked for. */
  readonly objects: () => readonly BuiltObject[];
}

/** The builds of a repository. */
export interface Builds {
  readonly roots: readonly Build[];
  /** The builds that a file goes into, by its path. */
  readonly reaching: ReadonlyMap<string, ReadonlySet<Build>>;
  /** Files that say nothing but in a build: patches. */
  readonly patches: ReadonlySet<string>;
}

/**
 * The builds of the claimed files. A root is a kustomization that no other one is made of, or one that Flux or
 * Argo CD is told to deploy. Of kustomizations that are made of one another, the first is one.
 */
export function buildsOf(claimed: readonly Source[], repository: Repository): Builds {
  const kustomizations = claimed.flatMap((source) => kustomizationIn(source) ?? []);
  const byFolder = new Map(kustomizations.map((one) => [one.folder, one]));
  const sources = new Map(claimed.flatMap((source) => (source.held ? [] : [[source.path, source] as const])));
  const world = worldOf(byFolder, sources, repository);
  const reached = reachIn(byFolder);
  const used = new Set(kustomizations.flatMap((one) => foldersUsedBy(one, byFolder)));
  const deployed = byFolder.size === 0 ? [] : claimed.flatMap((source) => deployedBy(source, repository));
  const deployedFolders = new Set(deployed);
  const tops = kustomizations.filter(({ folder }) => !used.has(folder) || deployedFolders.has(folder));
  const covered = new Set(tops.flatMap(({ folder }) => [...reached(folder)]));
  for (const one of kustomizations) {
    if (covered.has(one.source.path)) continue;
    tops.push(one);
    for (const path of reached(one.folder)) covered.add(path);
  }
  const roots = tops.map((one): Build => {
    const paths = reached(one.folder);
    const others = [...paths].flatMap((path) => (path === one.source.path ? [] : (sources.get(path) ?? [])));
    let objects: readonly BuiltObject[] | undefined;
    return {
      name: one.folder || '.',
      root: one.source,
      sources: [one.source, ...others],
      objects: () => {
        objects ??= built(one, world);
        return objects;
      },
    };
  });
  const reaching = new Map<string, Set<Build>>();
  for (const root of roots) {
    for (const { path } of root.sources) {
      const others = reaching.get(path);
      if (others) others.add(root);
      else reaching.set(path, new Set([root]));
    }
  }
  return { roots, reaching, patches: new Set(kustomizations.flatMap(patchPathsOf)) };
}

function worldOf(
  byFolder: ReadonlyMap<string, Kustomization>,
  sources: ReadonlyMap<string, Source>,
  repository: Repository,
): World {
  const paths = new Set(byFolder.size === 0 ? [] : repository.paths);
  const files = new Map<string, Source | undefined>();
  return {
    kustomizationOf: (folder) => byFolder.get(folder),
    file: (path) => {
      const known = sources.get(path) ?? files.get(path);
      if (known || !paths.has(path)) return known;
      const source = repository.read(path);
      files.set(path, source);
      return source;
    },
    documents: (source) => documentsOf(source, repository).documents,
    built: new Map(),
  };
}

/** The folders whose kustomizations one is made of. */
const foldersUsedBy = (kustomization: Kustomization, byFolder: ReadonlyMap<string, Kustomization>): readonly string[] =>
  [...resourcesOf(kustomization), ...componentsOf(kustomization)].flatMap(({ value }) => {
    const at = resolvedIn(kustomization.folder, value);
    return at !== undefined && at !== kustomization.folder && byFolder.has(at) ? [at] : [];
  });

const pathsIn = ({ folder }: Kustomization, paths: readonly string[]): readonly string[] =>
  paths.flatMap((path) => resolvedIn(folder, path) ?? []);

const patchPathsOf = (kustomization: Kustomization): readonly string[] =>
  pathsIn(
    kustomization,
    (['patches', 'patchesStrategicMerge', 'patchesJson6902'] as const).flatMap((key) =>
      patchesOf(kustomization, key).flatMap(({ at, inline }) => (inline ? [] : [at.value])),
    ),
  );

/** Every file that a folder's kustomization is made of, through those of other folders; each folder is walked once. */
function reachIn(byFolder: ReadonlyMap<string, Kustomization>): (folder: string) => ReadonlySet<string> {
  const known = new Map<string, Set<string>>();
  const reach = (folder: string): ReadonlySet<string> => {
    const before = known.get(folder);
    if (before) return before;
    const paths = new Set<string>();
    known.set(folder, paths);
    const kustomization = byFolder.get(folder);
    if (!kustomization) return paths;
    paths.add(kustomization.source.path);
    const resources = resourcesOf(kustomization).map(({ value }) => value);
    for (const path of pathsIn(kustomization, [...resources, ...filesNamedIn(kustomization)])) paths.add(path);
    for (const inner of foldersUsedBy(kustomization, byFolder)) for (const path of reach(inner)) paths.add(path);
    return paths;
  };
  return reach;
}

/** The folders that Flux's Kustomizations and Argo CD's Applications in a file deploy. */
function deployedBy(source: Source, repository: Repository): readonly string[] {
  if (!/kustomize\.toolkit\.fluxcd\.io|argoproj\.io/.test(source.text)) return [];
  return objectsIn(documentsOf(source, repository).documents, false).flatMap(({ group, kind, root }) => {
    const paths =
      group === 'kustomize.toolkit.fluxcd.io' && kind === 'Kustomization'
        ? [text(root, 'spec', 'path')]
        : group === 'argoproj.io' && kind === 'Application'
          ? [text(root, 'spec', 'source', 'path'), ...items(root, 'spec', 'sources').map((one) => text(one, 'path'))]
          : group === 'argoproj.io' && kind === 'ApplicationSet'
            ? [text(root, 'spec', 'template', 'spec', 'source', 'path')]
            : [];
    return paths.flatMap((path) => (path === undefined ? [] : (resolvedIn('', path.replace(/^\/+/, '')) ?? [])));
  });
}

/** Whether a source is a file whose text a generator puts into an object under the file's own name. */
export const isFileUnderItsName = ({ within, held, path }: Source): boolean =>
  within !== undefined &&
  within.outer.within === undefined &&
  held !== undefined &&
  within.segments.length === 1 &&
  within.segments[0]?.outer.start === 0 &&
  within.segments[0].outer.end === within.outer.text.length &&
  held.name === path.slice(folderOf(path).length).replace('/', '');
