import type { Source } from '../../core/source.ts';
import type { Repository } from '../../core/technology.ts';
import type { CaddyImporter } from '../../formats/caddyfile-stream.ts';
import { fitsName, pathsMatching } from '../dialects/included-files.ts';

/**
 * Finds what `import` names: a path or a glob from the folder of the file that imports, with wildcards as in
 * filepath.Match of Go. An absolute path is where the files are installed; its last parts are looked for in the folders around. A
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
      fitsName(name, held.name),
  );
}

function filesFor(pattern: string, { path }: Source, repository: Repository): readonly Source[] {
  const parts = pattern.split('/').filter((part) => part !== '' && part !== '.');
  const folder = path.split('/').slice(0, -1);
  const places = pattern.startsWith('/')
    ? parts.flatMap((_part, start) => around(folder).map((base) => [...base, ...parts.slice(start)])).filter(saysEnough)
    : [[...folder, ...parts]];
  for (const place of places) {
    const found = pathsMatching(place, repository);
    if (found.length > 0) return found.filter((one) => one !== path).flatMap((one) => repository.read(one) ?? []);
  }
  return [];
}

/** A bare `*` says too little about where it looks. */
const saysEnough = (parts: readonly string[]): boolean => !/^\*/.test(parts.at(-1) ?? '') || parts.length > 1;

const around = (folder: readonly string[]): readonly (readonly string[])[] =>
  [...folder, ''].map((_part, index) => folder.slice(0, folder.length - index));
