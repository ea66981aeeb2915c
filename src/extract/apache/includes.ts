import { data } from '../../../data/apache-defaults.yaml';
import type { Source } from '../../core/source.ts';
import type { Repository } from '../../core/technology.ts';

/** Reads what an `Include` names: the files of the repository that it stands for, in httpd's order. */
export type IncludeReader = (pattern: string) => readonly Source[];

/**
 * The reader of includes for the file `root`. Relative names start at ServerRoot, which is the main file's folder or one
 * around it, and absolute ones are where the files will be installed: their last parts are looked for in the main
 * file's folder and in those around it, so `conf/extra/httpd-ssl.conf` finds `docker/extra/httpd-ssl.conf` from
 * `docker/httpd.conf`. What Debian's a2ensite and a2enmod link into
 * `sites-enabled` and `mods-enabled` stands in `sites-available` and `mods-available`; which of `conf-available` is linked
 * cannot be told. Files that come out
 * of one ConfigMap are each other's folder.
 */
export function includeReader(root: Source, siblings: readonly Source[], repository: Repository): IncludeReader {
  if (root.held) {
    return (pattern) =>
      siblings.filter((source) => source !== root && source.held && fits(lastPart(pattern), source.held.name));
  }
  const known = new Map<string, readonly Source[]>();
  return (pattern) => {
    const before = known.get(pattern);
    if (before) return before;
    const paths = isReadable(pattern) ? pathsFor(pattern, folderOf(root.path), repository) : [];
    const files = paths.filter((path) => path !== root.path).flatMap((path) => repository.read(path) ?? []);
    known.set(pattern, files);
    return files;
  };
}

const longestPattern = 300;
const mostParts = 8;
const isReadable = (pattern: string): boolean => pattern.length <= longestPattern && !/[\0-\x1f$]/.test(pattern);

/** The directives that an include that is not in the repository may set; `undefined` when it may be any. */
export const setByShippedFile = (pattern: string): readonly string[] | undefined =>
  data.shippedFiles.find(({ path }) => new RegExp(path).test(pattern))?.sets;

function pathsFor(pattern: string, folder: string, repository: Repository): readonly string[] {
  const parts = pattern.split('/').filter((part) => part !== '' && part !== '.');
  // A folder stands for everything in it (core, Include).
  const wanted = pattern.endsWith('/') ? [...parts, '*'] : parts;
  const found = search(wanted, folder, repository);
  if (found.length > 0) return found;
  const available = wanted.map((part) => part.replace(/^(sites|mods)-enabled$/, '$1-available'));
  return available.some((part, index) => part !== wanted[index]) ? search(available, folder, repository) : [];
}

function search(parts: readonly string[], folder: string, repository: Repository): readonly string[] {
  const suffixes = parts.map((_part, start) => parts.slice(start)).slice(-mostParts);
  for (const around of foldersAround(folder)) {
    for (const suffix of suffixes) {
      // A bare name says too little about where it looks.
      if (suffix.length === 1 && (isGlob(suffix[0] ?? '') || around !== folder) && parts.length > 1) continue;
      const found = matches([...partsOf(around), ...suffix], repository);
      if (found.length > 0) return found;
    }
  }
  return [];
}

const partsOf = (folder: string): readonly string[] => (folder === '' ? [] : folder.split('/'));
const isGlob = (part: string): boolean => /[*?[]/.test(part);
const folderOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), 0));
const lastPart = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** The folder itself, then the ones it stands in, up to the repository's root. */
function foldersAround(folder: string): readonly string[] {
  const parts = partsOf(folder);
  return [...parts.map((_part, index) => parts.slice(0, parts.length - index).join('/')), ''];
}

const indexes = new WeakMap<Repository, ReadonlyMap<string, readonly string[]>>();

function byFolder(repository: Repository): ReadonlyMap<string, readonly string[]> {
  const known = indexes.get(repository);
  if (known) return known;
  const folders = new Map<string, string[]>();
  for (const path of repository.paths) {
    const there = folders.get(folderOf(path));
    if (there) there.push(path);
    else folders.set(folderOf(path), [path]);
  }
  indexes.set(repository, folders);
  return folders;
}

/** Files whose path fits, in byte order (apr_match_glob sorts); also templates that are rendered to such a path. */
function matches(parts: readonly string[], repository: Repository): readonly string[] {
  const normal = withoutDots(parts);
  const name = normal?.at(-1);
  if (!normal || name === undefined) return [];
  const folder = normal.slice(0, -1);
  const folders = byFolder(repository);
  const candidates = folder.some(isGlob)
    ? [...folders.keys()].filter((candidate) => fitsFolder(folder, partsOf(candidate)))
    : [folder.join('/')];
  return candidates
    .flatMap((candidate) => folders.get(candidate) ?? [])
    .filter((path) => fits(name, lastPart(path)))
    .sort();
}

const fitsFolder = (patterns: readonly string[], parts: readonly string[]): boolean =>
  patterns.length === parts.length && patterns.every((pattern, index) => fits(pattern, parts[index] ?? ''));

/** `undefined` for a path that leaves the repository. */
function withoutDots(parts: readonly string[]): readonly string[] | undefined {
  const result: string[] = [];
  for (const part of parts) {
    if (part !== '..') result.push(part);
    else if (result.pop() === undefined) return undefined;
  }
  return result;
}

const templateSuffix = /\.(?:template|tmpl|tpl|j2|jinja2?|erb)$/;

/** Whether a file's name fits one part of a pattern; a leading dot must be written. */
function fits(pattern: string, name: string): boolean {
  if (name.startsWith('.') && !pattern.startsWith('.')) return false;
  const names = [name, name.replace(templateSuffix, '')];
  return isGlob(pattern) ? names.some((candidate) => wildcard(pattern, candidate)) : names.includes(pattern);
}

/**
 * apr_fnmatch(3): `*`, `?`, `[a-z]`, `[!a-z]`. Follows all ways through the pattern at once, so that no pattern takes
 * longer than its length times that of the text.
 */
export function wildcard(pattern: string, text: string): boolean {
  let reachable = new Set([0]);
  for (const item of pattern.match(/\[[!^]?\]?[^\]]*\]|[\s\S]/g) ?? []) {
    const reached = new Set<number>();
    for (const at of reachable) {
      if (item === '*') for (let to = at; to <= text.length; to++) reached.add(to);
      else if (at < text.length && fitsOne(item, text.charAt(at))) reached.add(at + 1);
    }
    reachable = reached;
  }
  return reachable.has(text.length);
}

function fitsOne(item: string, character: string): boolean {
  if (item === '?') return true;
  if (item.length === 1) return item === character;
  const negated = /^\[[!^]/.test(item);
  const ranges = item.slice(negated ? 2 : 1, -1).match(/[\s\S]-[\s\S]|[\s\S]/g) ?? [];
  const found = ranges.some((range) => range.charAt(0) <= character && character <= range.charAt(range.length - 1));
  return found !== negated;
}
