import type { Repository } from '../../../core/technology.ts';
import { join } from './trust-files.ts';

/** The folder of a path of the repository, the root as ''. */
export const folderOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), 0));

/** A path relative to a folder of the repository: `pathIn('a/b', '../c')` is `a/c`. Nothing leads out of the root. */
export const pathIn = (folder: string, path: string): string => join(`/${folder}`, `./${path}`).slice(1);

/** The file of the repository that a COPY names, looked for in the folders that may be the build context. */
export const committedFile = (
  source: string | undefined,
  dockerfile: string,
  repository: Repository,
): string | undefined =>
  source === undefined
    ? undefined
    : foldersAbove(dockerfile)
        .map((folder) => pathIn(folder, source))
        .find((path) => hasPath(repository, path));

/** `a/b/Dockerfile`: `a/b`, `a`, and the root as ''. */
export function foldersAbove(path: string): readonly string[] {
  const parts = path.split('/').slice(0, -1);
  return Array.from({ length: parts.length + 1 }, (_none, index) => parts.slice(0, parts.length - index).join('/'));
}

export const hasPath = (repository: Repository, path: string): boolean => {
  const at = firstAtOrAfter(repository.paths, path);
  return repository.paths[at] === path;
};

/** The paths below a folder, in order, at most `most`. */
export function pathsBelow(repository: Repository, folder: string, most: number): readonly string[] {
  if (folder === '') return repository.paths.slice(0, most);
  const prefix = `${folder}/`;
  const found: string[] = [];
  for (let at = firstAtOrAfter(repository.paths, prefix); at < repository.paths.length && found.length < most; at++) {
    const path = repository.paths[at] ?? '';
    if (!path.startsWith(prefix)) break;
    found.push(path);
  }
  return found;
}

const byEnding = new WeakMap<Repository, Map<string, readonly string[]>>();

/**
 * The files below a folder whose path, with a slash before it, ends in a certain way: `/Cargo.toml`, `.csproj`. The
 * repository is gone through once for each ending, however many images ask.
 */
export function pathsEnding(repository: Repository, ending: string, folder: string): readonly string[] {
  const known = byEnding.get(repository) ?? new Map<string, readonly string[]>();
  byEnding.set(repository, known);
  const all = known.get(ending) ?? repository.paths.filter((path) => `/${path}`.endsWith(ending));
  known.set(ending, all);
  return folder === '' ? all : all.filter((path) => path.startsWith(`${folder}/`));
}

function firstAtOrAfter(sorted: readonly string[], path: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? '') < path) low = middle + 1;
    else high = middle;
  }
  return low;
}
