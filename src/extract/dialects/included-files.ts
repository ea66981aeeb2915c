import type { Source } from '../../core/source.ts';
import type { Repository } from '../../core/technology.ts';
import { wildcard } from '../../formats/wildcard.ts';

/** Reads what an `include` names: the files of the repository that it stands for, in byte order, as servers read them. */
export type IncludeReader = (pattern: string) => readonly Source[];

/** What sets a product's includes apart. */
export interface IncludeHabits {
  /** What a pattern may also mean, most likely first. Without it only the pattern itself. */
  readonly readings?: (pattern: string) => readonly string[];
  /** A name without a folder is looked for in the folders around the main file as well. */
  readonly searchesBareNames?: boolean;
}

/** The files of a repository by folder, for finding a glob's matches without walking all of them. */
interface PathIndex {
  readonly byFolder: ReadonlyMap<string, readonly string[]>;
}
const indexes = new WeakMap<Repository, PathIndex>();

/**
 * The reader of includes for the main file `root`. A relative name starts at the main file's folder, whichever file
 * names it; an absolute one is where it is installed, so its last parts are looked for in the main file's folder and the
 * folders around it: `/etc/nginx/conf.d/*.conf` finds `docker/conf.d/site.conf` from `docker/nginx.conf`. Files that come
 * out of one ConfigMap are each other's folder.
 */
export function includeReader(
  root: Source,
  siblings: readonly Source[],
  repository: Repository,
  { readings = (pattern) => [pattern], searchesBareNames = false }: IncludeHabits = {},
): IncludeReader {
  if (root.held) {
    return (pattern) =>
      siblings.filter((source) => source !== root && source.held && fitsName(lastPart(pattern), source.held.name));
  }
  const index = indexOf(repository);
  const known = new Map<string, readonly Source[]>();
  return (pattern) => {
    const before = known.get(pattern);
    if (before) return before;
    const paths = readable(pattern)
      ? (readings(pattern)
          .map((reading) => pathsFor(reading, folderOf(root.path), index, searchesBareNames))
          .find((found) => found.length > 0) ?? [])
      : [];
    const files = paths.filter((path) => path !== root.path).flatMap((path) => repository.read(path) ?? []);
    known.set(pattern, files);
    return files;
  };
}

const readable = (pattern: string): boolean => pattern.length <= longestPattern && !/[\0-\x1f$]/.test(pattern);
const longestPattern = 300;
const mostParts = 8;

function pathsFor(pattern: string, folder: string, index: PathIndex, bareNames: boolean): readonly string[] {
  const parts = pattern.split('/').filter((part) => part !== '' && part !== '.');
  if (!pattern.startsWith('/')) {
    const own = matches([...partsOf(folder), ...parts], index);
    if (own.length > 0) return own;
  }
  const suffixes = parts.map((_part, start) => parts.slice(start)).slice(-mostParts);
  for (const around of foldersAround(folder)) {
    for (const suffix of suffixes) {
      // A bare `*.conf` says too little about where it looks.
      const saysLittle = suffix.length === 1 && (isGlob(suffix[0] ?? '') || around !== folder);
      if (saysLittle && !(bareNames && parts.length === 1)) continue;
      const found = matches([...partsOf(around), ...suffix], index);
      if (found.length > 0) return found;
    }
  }
  return [];
}

const partsOf = (folder: string): readonly string[] => (folder === '' ? [] : folder.split('/'));
const isGlob = (part: string): boolean => /[*?[]/.test(part);

/** The folder itself, then the ones it stands in, up to the repository's root. */
function foldersAround(folder: string): readonly string[] {
  const parts = partsOf(folder);
  return [...parts.map((_part, index) => parts.slice(0, parts.length - index).join('/')), ''];
}

/** The files of a repository whose path fits, part by part, in byte order; also templates that are rendered to it. */
export const pathsMatching = (parts: readonly string[], repository: Repository): readonly string[] =>
  matches(parts, indexOf(repository));

function matches(parts: readonly string[], { byFolder }: PathIndex): readonly string[] {
  const normal = withoutDots(parts);
  const name = normal?.at(-1);
  if (!normal || name === undefined) return [];
  const folder = normal.slice(0, -1);
  const folders = folder.some(isGlob)
    ? [...byFolder.keys()].filter((candidate) => fitsFolder(folder, partsOf(candidate)))
    : [folder.join('/')];
  return folders
    .flatMap((candidate) => byFolder.get(candidate) ?? [])
    .filter((path) => fitsName(name, lastPart(path)))
    .sort();
}

const fitsFolder = (patterns: readonly string[], parts: readonly string[]): boolean =>
  patterns.length === parts.length && patterns.every((pattern, index) => fitsName(pattern, parts[index] ?? ''));

/** `undefined` for a path that leaves the repository. */
function withoutDots(parts: readonly string[]): readonly string[] | undefined {
  const result: string[] = [];
  for (const part of parts) {
    if (part !== '..') result.push(part);
    else if (result.pop() === undefined) return undefined;
  }
  return result;
}

const templateSuffix = /\.(?:template|tmpl|tpl|j2|jinja2?|erb|ctmpl)$/;

/** Whether a file's name fits one part of a glob (glob(3)); a leading dot must be written. */
export function fitsName(pattern: string, name: string): boolean {
  if (name.startsWith('.') && !pattern.startsWith('.')) return false;
  const names = [name, name.replace(templateSuffix, '')];
  if (!isGlob(pattern)) return names.includes(pattern);
  return names.some((candidate) => wildcard(pattern, candidate));
}

function indexOf(repository: Repository): PathIndex {
  const known = indexes.get(repository);
  if (known) return known;
  const byFolder = new Map<string, string[]>();
  for (const path of repository.paths) {
    const folder = folderOf(path);
    const there = byFolder.get(folder);
    if (there) there.push(path);
    else byFolder.set(folder, [path]);
  }
  const index = { byFolder };
  indexes.set(repository, index);
  return index;
}

const folderOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), 0));
const lastPart = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
