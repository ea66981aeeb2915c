import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import ignore, { type Ignore } from 'ignore';

/** The patterns of one `.gitignore`, for paths that start with `prefix`; the paths are absolute, with `/`. */
interface Layer {
  readonly prefix: string;
  readonly patterns: Ignore;
}

/** The `.gitignore` files that apply to a folder, the nearest first. */
export type IgnoreLayers = readonly Layer[];

/** Patterns of the `.gitignore` files above `folder`, up to the root of the git repository that holds it. */
export function layersAbove(folder: string): IgnoreLayers {
  const root = repositoryRoot(folder);
  if (root === undefined || root === folder) return [];
  const names = relative(root, folder).split(sep);
  const ancestors = names.map((_name, depth) => join(root, ...names.slice(0, depth)));
  return ancestors.reduce<IgnoreLayers>((layers, ancestor) => withLayerOf(ancestor, layers), []);
}

/** The nearest folder at or above `folder` that holds `.git`. */
export function repositoryRoot(folder: string): string | undefined {
  if (existsSync(join(folder, '.git'))) return folder;
  const parent = dirname(folder);
  return parent === folder ? undefined : repositoryRoot(parent);
}

/** `layers` and the folder's own `.gitignore` on top, if it has one that can be read. */
export function withLayerOf(folder: string, layers: IgnoreLayers): IgnoreLayers {
  try {
    const patterns = ignore().add(readFileSync(join(folder, '.gitignore'), 'utf8'));
    return [{ prefix: `${folder.split(sep).join('/').replace(/\/$/, '')}/`, patterns }, ...layers];
  } catch {
    return layers;
  }
}

/** Whether git leaves this path out. The nearest file that says anything about it decides. A folder ends in `/`. */
export function isIgnored(path: string, layers: IgnoreLayers): boolean {
  for (const { prefix, patterns } of layers) {
    const verdict = patterns.test(path.slice(prefix.length));
    if (verdict.ignored) return true;
    if (verdict.unignored) return false;
  }
  return false;
}
