import type { Source } from '../../../core/source.ts';
import { parseYaml } from '../../../formats/yaml.ts';
import type { YamlMapping, YamlNode, YamlScalar } from '../../../formats/yaml-tree.ts';
import { get, items, scalar, text } from '../../../formats/yaml-tree.ts';

/** A kustomization: what a folder is built from. */
export interface Kustomization {
  readonly source: Source;
  /** Relative to the repository; empty for its top. */
  readonly folder: string;
  readonly root: YamlMapping;
  /** It changes what others have built, and is not built alone. */
  readonly component: boolean;
}

/** The names that kustomize looks for in a folder. */
export const isKustomizationPath = (path: string): boolean => /(^|\/)kustomization(\.ya?ml)?$/i.test(path);

/** The kustomization of a file; a file of that name may hold an object of Flux instead, or nothing. */
export function kustomizationIn(source: Source): Kustomization | undefined {
  if (source.held || !isKustomizationPath(source.path)) return undefined;
  const root = parseYaml(source).documents.find((document) => document.kind === 'mapping');
  if (root?.kind !== 'mapping') return undefined;
  const apiVersion = text(root, 'apiVersion');
  const kind = text(root, 'kind') ?? 'Kustomization';
  if (apiVersion !== undefined && !apiVersion.startsWith('kustomize.config.k8s.io/')) return undefined;
  if (kind !== 'Kustomization' && kind !== 'Component') return undefined;
  return { source, folder: folderOf(source.path), root, component: kind === 'Component' };
}

export const folderOf = (path: string): string => path.split('/').slice(0, -1).join('/');

/** A path as a kustomization writes it, relative to the repository; `undefined` for one outside of it, or an address. */
export function resolvedIn(folder: string, path: string): string | undefined {
  if (path.includes('\n') || /^[\w+]+:\/\/|^git@|^\/|[?]/.test(path)) return undefined;
  const parts = folder === '' ? [] : folder.split('/');
  for (const part of path.split('/')) {
    if (part === '..') {
      if (parts.length === 0) return undefined;
      parts.pop();
    } else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}

const scalarsIn = ({ root }: Kustomization, key: string): readonly YamlScalar[] =>
  items(root, key).filter((item): item is YamlScalar => item.kind === 'scalar');

/** What it is made of: files, folders and addresses, in order. */
export const resourcesOf = (kustomization: Kustomization): readonly YamlScalar[] => [
  ...scalarsIn(kustomization, 'resources'),
  ...scalarsIn(kustomization, 'bases'),
];

export const componentsOf = (kustomization: Kustomization): readonly YamlScalar[] =>
  scalarsIn(kustomization, 'components');

/** A patch, and the objects that it is for where it does not name them itself. */
export interface PatchEntry {
  /** The path of a file, or the patch itself. */
  readonly at: YamlScalar;
  readonly inline: boolean;
  readonly target: YamlNode | undefined;
  /** Its labels and annotations are texts: null there is the text `null`, and takes nothing away. */
  readonly textual: boolean;
  readonly allowsNameChange: boolean;
  readonly allowsKindChange: boolean;
}

/** The patches under a key, in order. */
export const patchesOf = (
  { root }: Pick<Kustomization, 'root'>,
  key: 'patches' | 'patchesStrategicMerge' | 'patchesJson6902',
): readonly PatchEntry[] => items(root, key).flatMap((entry) => patchEntry(entry) ?? []);

/** A patch as `patches` has it, or a bare path or patch. */
export function patchEntry(entry: YamlNode): PatchEntry | undefined {
  if (entry.kind === 'scalar') {
    const inline = entry.value.includes('\n') || /^\s*[[{]/.test(entry.value);
    return { at: entry, inline, target: undefined, textual: true, allowsNameChange: false, allowsKindChange: false };
  }
  const inline = scalar(entry, 'patch');
  const at = inline ?? scalar(entry, 'path');
  if (!at || entry.kind !== 'mapping') return undefined;
  return {
    at,
    inline: inline !== undefined,
    target: get(entry, 'target'),
    textual: get(entry, 'target') !== undefined,
    allowsNameChange: text(entry, 'options', 'allowNameChange') === 'true',
    allowsKindChange: text(entry, 'options', 'allowKindChange') === 'true',
  };
}

/** The paths of every other file that it reads: patches, what its generators put into objects, settings of its own. */
export function filesNamedIn(kustomization: Kustomization): readonly string[] {
  const { root } = kustomization;
  const patches = (['patches', 'patchesStrategicMerge', 'patchesJson6902'] as const).flatMap((key) =>
    patchesOf(kustomization, key).flatMap(({ at, inline }) => (inline ? [] : [at.value])),
  );
  const others = ['transformers', 'generators', 'validators', 'configurations', 'crds'].flatMap((key) =>
    scalarsIn(kustomization, key).map(({ value }) => value),
  );
  const replacements = items(root, 'replacements').flatMap((entry) => text(entry, 'path') ?? []);
  return [...patches, ...others, ...replacements];
}
