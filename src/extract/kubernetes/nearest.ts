import type { KubernetesObject } from './objects.ts';

/**
 * Of objects that bear the same name in several places of a repository (one a cluster, one an overlay), those whose file
 * shares most folders with `path`.
 */
export function nearestTo(path: string, objects: readonly KubernetesObject[]): readonly KubernetesObject[] {
  if (objects.length < 2) return objects;
  const depths = objects.map(({ root }) => sharedFolders(path, root.source.path));
  const deepest = Math.max(...depths);
  return objects.filter((_object, index) => depths[index] === deepest);
}

function sharedFolders(a: string, b: string): number {
  if (a === b) return Number.POSITIVE_INFINITY;
  const [first, second] = [a.split('/').slice(0, -1), b.split('/').slice(0, -1)];
  const differs = first.findIndex((folder, index) => folder !== second[index]);
  return differs === -1 ? first.length : differs;
}
