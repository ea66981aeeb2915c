import type { VersionEvidence } from '../../../core/technology.ts';
import type { YamlNode } from '../../../formats/yaml-tree.ts';
import { get } from '../../../formats/yaml-tree.ts';
import { defaultsOf, type TraefikDefaults } from '../../dialects/traefik-defaults.ts';
import { isSince } from '../../versions.ts';
import type { KindContext } from '../kind.ts';
import type { KubernetesObject } from '../objects.ts';
import { type Setting, settingAt } from '../settings.ts';

/** The group of Traefik's own kinds since 2.10, and the one before it, which 3.0 removed. */
const groups = ['traefik.io', 'traefik.containo.us'] as const;

/** Readers by `group/Kind` in both groups. */
export const inBothGroups = <T>(kinds: Readonly<Record<string, T>>): Readonly<Record<string, T>> =>
  Object.fromEntries(
    groups.flatMap((group) => Object.entries(kinds).map(([kind, value]) => [`${group}/${kind}`, value])),
  );

/** The objects of one of Traefik's kinds that are at hand. */
export const knownObjects = ({ known }: KindContext, kind: string): readonly KubernetesObject[] =>
  groups.flatMap((group) => known(`${group}/${kind}`));

/**
 * A mapping of an object as the readers of Traefik's own files take it. In a part of an object whatever is left out may
 * stand elsewhere, as in a template that may add keys.
 */
export const treeOf = ({ fragment }: KubernetesObject, node: YamlNode): YamlNode =>
  fragment && node.kind === 'mapping' ? { ...node, open: true } : node;

/** `spec` of an object, or nothing where it has none. */
export function specOf(object: KubernetesObject): YamlNode | undefined {
  const spec = get(object.root, 'spec');
  return spec && treeOf(object, spec);
}

export const specAt = (object: KubernetesObject, ...path: readonly string[]): Setting =>
  settingAt(object, object.root, 'spec', ...path);

/**
 * What Traefik does by default, by the version that reads the object. `undefined` where it is known to be one that does
 * not read the group any more (Traefik 3 migration guide, "Kubernetes CRD API group").
 */
export function defaultsFor({ group, root }: KubernetesObject, { versions }: KindContext): TraefikDefaults | undefined {
  const evidence = versions('traefik', root.source.path);
  if (group !== 'traefik.containo.us' || !isSince(evidence, '3.0')) return defaultsOf(evidence);
  return evidence.guessed ? defaultsOf(newestOfOldGroup) : undefined;
}

const newestOfOldGroup: VersionEvidence = {
  version: '2.11',
  reason: 'traefik 2.11, the newest that reads traefik.containo.us objects',
  guessed: true,
};

/** Whether two readings are of the same object. */
export const isSame = (a: KubernetesObject, b: KubernetesObject): boolean =>
  a.root.source.path === b.root.source.path && a.root.range.start === b.root.range.start;

/** Those whose files share the most folders with a path: where several environments stand side by side. */
export function nearestTo(path: string, objects: readonly KubernetesObject[]): readonly KubernetesObject[] {
  const shared = objects.map(({ root }) => sharedFolders(path, root.source.path));
  const most = Math.max(...shared);
  return objects.filter((_object, index) => shared[index] === most);
}

function sharedFolders(a: string, b: string): number {
  const left = a.split('/').slice(0, -1);
  const right = b.split('/').slice(0, -1);
  const differs = left.findIndex((folder, index) => folder !== right[index]);
  return differs === -1 ? left.length : differs;
}
