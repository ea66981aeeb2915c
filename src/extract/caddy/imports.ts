import type { Source } from '../../core/source.ts';
import type { Repository } from '../../core/technology.ts';
import type { CaddyImporter } from '../../formats/caddyfile-stream.ts';

/**
 * Finds what `import` names: a path or a glob from the folder of the file that imports, with at most one wildcard in a
 * part. An absolute path is where the files are installed; its last parts are looked for in the folders around. A
 * template is the file that it is rendered to. Files out of one ConfigMap are each other's folder.
 */
export function importerOf(siblings: readonly Source[], repository: Repository): CaddyImporter {
  const found = new Map<string, readonly Source[]>();
  return (pattern, from) => {
    if (pattern.length > longestPattern || /[\0-\x1f{]/.test(pattern)) return undefined;
    const key = `${from.path}\0${from.held?.name ?? ''}\0${pattern}`;
    const files =
      found.get(key) ?? (from.held ? heldFiles(pattern, from, siblings) : filesFor(pattern, from, repository));
    found.set(key, files);
    return files.length > 0 ? files : undefined;
  };
}

const longestPattern = 300;

function heldFiles(pattern: string, from: Source, siblings: readonly Source[]): readonly Source[] {
  const name = pattern.slice(pattern.lastIndexOf('/') + 1);
  return siblings.filter(
    ({ path, held }) =>
      held &&
      path === from.path &&
      held.holder === from.held?.holder &&
      held.name !== from.held.name &&
      fits(name, held.name),
  );
}

function filesFor(pattern: string, { path }: Source, repository: Repository): readonly Source[] {
  const parts = pattern.split('/').filter((part) => part !== '' && part !== '.');
  const folder = path.split('/').slice(0, -1);
  const places = pattern.startsWith('/')
    ? parts.flatMap((_part, start) => around(folder).map((base) => [...base, ...parts.slice(start)])).filter(saysEnough)
    : [[...folder, ...parts]];
  for (const place of places) {
    const wanted = withoutDots(place);
    const found = wanted ? pathsLike(wanted, repository) : [];
    if (found.length > 0) return found.filter((one) => one !== path).flatMap((one) => repository.read(one) ?? []);
  }
  return [];
}

/** A bare `*` says too little about where it looks. */
const saysEnough = (parts: readonly string[]): boolean => !/^\*/.test(parts.at(-1) ?? '') || parts.length > 1;

const around = (folder: readonly string[]): readonly (readonly string[])[] =>
  [...folder, ''].map((_part, index) => folder.slice(0, folder.length - index));

function withoutDots(parts: readonly string[]): readonly string[] | undefined {
  const result: string[] = [];
  for (const part of parts) {
    if (part !== '..') result.push(part);
    else if (result.pop() === undefined) return undefined;
  }
  return result;
}

/** The files of a repository by folder: looking at all of them for each import would take too long. */
const indexes = new WeakMap<Repository, ReadonlyMap<string, readonly string[]>>();

function foldersOf(repository: Repository): ReadonlyMap<string, readonly string[]> {
  const known = indexes.get(repository);
  if (known) return known;
  const folders = new Map<string, string[]>();
  for (const path of repository.paths) {
    const folder = path.slice(0, Math.max(path.lastIndexOf('/'), 0));
    const there = folders.get(folder);
    if (there) there.push(path);
    else folders.set(folder, [path]);
  }
  indexes.set(repository, folders);
  return folders;
}

function pathsLike(parts: readonly string[], repository: Repository): readonly string[] {
  const folders = foldersOf(repository);
  const wanted = parts.slice(0, -1);
  const name = parts.at(-1) ?? '';
  const fitting = wanted.some((part) => part.includes('*'))
    ? [...folders.keys()].filter((folder) => fitsFolder(wanted, folder === '' ? [] : folder.split('/')))
    : [wanted.join('/')];
  return fitting
    .flatMap((folder) => folders.get(folder) ?? [])
    .filter((path) => fits(name, path.slice(path.lastIndexOf('/') + 1)));
}

const fitsFolder = (wanted: readonly string[], folder: readonly string[]): boolean =>
  folder.length === wanted.length && folder.every((part, index) => fits(wanted[index] ?? '', part));

const templateSuffix = /\.(?:template|tmpl|tpl|j2|jinja2?|erb|ctmpl)$/;

/** Whether a name fits a part with at most one asterisk; a leading dot must be written. */
function fits(pattern: string, name: string): boolean {
  const [before = '', after] = pattern.split('*');
  const names = [name, name.replace(templateSuffix, '')];
  if (after === undefined) return names.includes(pattern);
  if (name.startsWith('.') && before === '') return false;
  return names.some(
    (one) => one.length >= before.length + after.length && one.startsWith(before) && one.endsWith(after),
  );
}
