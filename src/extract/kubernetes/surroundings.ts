import type { Source } from '../../core/source.ts';
import type { Repository, Unit } from '../../core/technology.ts';
import { parseYaml } from '../../formats/yaml.ts';
import type { YamlNode } from '../../formats/yaml-tree.ts';
import { items, scalar, sourceOfScalar, text } from '../../formats/yaml-tree.ts';
import { documentsOf } from './documents.ts';
import { families } from './families.ts';
import type { Explanation } from './kind.ts';
import { type KubernetesObject, objectsIn } from './objects.ts';

export const isKustomization = (path: string): boolean => /(^|\/)kustomization(\.ya?ml)?$/i.test(path);

/** The holder of a patch that stands inside a kustomization. */
const inlinePatch = 'patch of the kustomization';

/**
 * Each file with the files that explain it: kustomizations that name it as a patch, and those that hold a kind that
 * explains one of its kinds.
 */
export function units(claimed: readonly Source[], repository: Repository): readonly Unit[] {
  const kustomizations = new Map(
    claimed
      .filter(({ path, held }) => !held && isKustomization(path))
      .flatMap((source) => patchPathsOf(source).map((path) => [path, source] as const)),
  );
  const holding = sourcesByKind(claimed);
  return claimed.map((source) => {
    const kustomization = kustomizations.get(source.path);
    const explaining = [...kindsNamedIn(source)].flatMap((kind) => explanations.get(kind) ?? []);
    const around = [
      ...(kustomization && !source.held ? [kustomization] : []),
      ...explaining.flatMap(({ kind, says }) =>
        (holding.get(kind) ?? []).filter(({ text }) => says === undefined || says.test(text)),
      ),
    ];
    return { sources: [source, ...new Set(around.filter((one) => one !== source))], repository };
  });
}

/** What explains a kind, by its name. */
const explanations = new Map<string, readonly Explanation[]>();
for (const family of families) {
  for (const [kind, ones] of Object.entries(family.explainedBy ?? {}))
    explanations.set(kind, [...(explanations.get(kind) ?? []), ...ones]);
}

function sourcesByKind(sources: readonly Source[]): ReadonlyMap<string, readonly Source[]> {
  const holding = new Map<string, Source[]>();
  for (const source of sources) {
    for (const kind of kindsNamedIn(source)) {
      const others = holding.get(kind);
      if (others) others.push(source);
      else holding.set(kind, [source]);
    }
  }
  return holding;
}

/** The kinds that a text names, as far as one can tell without reading it. */
function kindsNamedIn({ text: written }: Source): ReadonlySet<string> {
  const names = written.matchAll(/\bkind["']?[ \t]*:[ \t]*["']?(\w+)/g);
  return new Set([...names].map(([, kind = '']) => kind));
}

/** Looks up the objects of a kind in all files of a unit. */
export function knownIn({ sources, repository }: Unit): (groupKind: string) => readonly KubernetesObject[] {
  const found = new Map<string, readonly KubernetesObject[]>();
  return (groupKind) => {
    const before = found.get(groupKind);
    if (before) return before;
    const objects = sources
      .flatMap((source) => objectsOfSource(source, repository))
      .filter(({ group, kind }) => `${group}/${kind}` === groupKind);
    found.set(groupKind, objects);
    return objects;
  };
}

const read = new WeakMap<Source, readonly KubernetesObject[]>();

/** The objects of a file, read once. */
function objectsOfSource(source: Source, repository: Repository): readonly KubernetesObject[] {
  const before = read.get(source);
  if (before) return before;
  const objects = objectsIn(documentsOf(source, repository).documents, false);
  read.set(source, objects);
  return objects;
}

/** Whether the first file of a unit is a patch: a kustomization beside it names it as one, or holds it. */
export function isPatch({ sources: [source, ...others] }: Unit): boolean {
  const kustomizations = others.filter(({ path, held }) => !held && isKustomization(path));
  return source.held?.holder === inlinePatch || kustomizations.some((one) => patchPathsOf(one).includes(source.path));
}

/** The patches that a kustomization holds as text. JSON patches (RFC 6902) among them are no objects and say nothing. */
export const inlinePatchesOf = (source: Source): readonly Source[] =>
  parseYaml(source).documents.flatMap((document) =>
    [
      ...items(document, 'patches').map((patch) => scalar(patch, 'patch')),
      ...items(document, 'patchesStrategicMerge').map((patch) => scalar(patch)),
    ]
      .filter((patch) => patch?.value.includes('\n'))
      .flatMap((patch) =>
        patch ? [sourceOfScalar(patch, { name: 'patch.yaml', holder: inlinePatch, container: 'inline' })] : [],
      ),
  );

/** The files that a kustomization applies as patches, relative to the repository. */
function patchPathsOf(source: Source): readonly string[] {
  const folder = source.path.split('/').slice(0, -1);
  return parseYaml(source).documents.flatMap((document) =>
    [
      ...['patches', 'patchesJson6902'].flatMap((key) => items(document, key).map((patch) => text(patch, 'path'))),
      ...items(document, 'patchesStrategicMerge').map((patch) => textOf(patch)),
    ].flatMap((path) => (path === undefined || path.includes('\n') ? [] : [resolved(folder, path)])),
  );
}

const textOf = (node: YamlNode): string | undefined => (node.kind === 'scalar' ? node.value : undefined);

function resolved(folder: readonly string[], path: string): string {
  const parts = [...folder];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}
