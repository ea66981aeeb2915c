import type { Source } from '../../core/source.ts';
import type { Repository } from '../../core/technology.ts';

/** Finds the file that a path of the configuration means; `undefined` where it is not in the repository. */
export type FileReader = (path: string) => Source | undefined;

/**
 * A path says where a file is installed. Its last parts are looked for in the folder of the main file and in the folders
 * around it: `/etc/haproxy/crt-list.txt` finds `docker/crt-list.txt` from `docker/haproxy.cfg`. Files that come out of
 * one ConfigMap are each other's folder.
 */
export function fileReader(main: Source, sources: readonly Source[], repository: Repository): FileReader {
  if (main.held) {
    return (path) =>
      sources.find(
        ({ held }) => held?.holder === main.held?.holder && held?.name === path.slice(path.lastIndexOf('/') + 1),
      );
  }
  const folders = foldersAround(main.path);
  return (path) => {
    const parts = path.split('/').filter((part) => part !== '' && part !== '.');
    if (parts.includes('..')) return undefined;
    for (let from = 0; from < parts.length; from++) {
      const ending = parts.slice(from).join('/');
      for (const folder of folders) {
        const found = repository.read(`${folder}${ending}`);
        if (found) return found;
      }
    }
    return undefined;
  };
}

/** `a/b/haproxy.cfg` gives `a/b/`, `a/` and the root. */
function foldersAround(path: string): readonly string[] {
  const parts = path.split('/').slice(0, -1);
  return Array.from({ length: parts.length + 1 }, (_item, up) =>
    parts
      .slice(0, parts.length - up)
      .map((part) => `${part}/`)
      .join(''),
  );
}
