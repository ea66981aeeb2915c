import { type Dirent, lstatSync, readdirSync, statSync } from 'node:fs';
import { dirname, posix, relative, resolve, sep } from 'node:path';
import ignore from 'ignore';
import type { Diagnostic } from '../core/finding.ts';
import type { Candidate, Repository } from '../core/technology.ts';
import { fileStore } from './file-store.ts';
import { trackedFiles } from './git-index.ts';
import { type IgnoreLayers, isIgnored, layersAbove, repositoryRoot, withLayerOf } from './ignore-files.ts';
import { reasonOf } from './read-bytes.ts';

export interface DiscoverInput {
  /** Absolute. Reported paths are relative to it. */
  readonly workingDirectory: string;
  /** Files and folders, absolute or relative to the working directory. */
  readonly paths: readonly string[];
  /** Patterns in gitignore syntax for what is never read. */
  readonly ignore: readonly string[];
  /** What makes a reported path relative to the folder where the patterns count from: `deploy/`, or nothing. */
  readonly ignorePrefix: string;
}

export interface Discovery {
  readonly candidates: readonly Candidate[];
  readonly repository: Repository;
  /** Those of `paths` that cannot be reached, and why. */
  readonly missing: readonly { readonly path: string; readonly reason: string }[];
  /** What could not be read so far: files are opened when something asks for their content. */
  readonly diagnostics: () => readonly Diagnostic[];
}

/** Folders that are never entered: version control, installed packages and caches, none of it the repository's own. */
const skippedFolders = new Set([
  '.git', '.hg', '.svn', '.jj',
  'node_modules', 'bower_components', '.yarn', '.pnpm-store',
  '.venv', 'site-packages', '__pycache__', '.tox', '.nox', '.mypy_cache', '.pytest_cache',
  '.terraform', '.terragrunt-cache', '.gradle', '.next', '.nuxt', '.cache',
]); // biome-ignore format: grouped by what makes them

/**
 * Every file under `paths`, sorted. Honours `.gitignore` files, also nested ones and those above, but for files that git
 * tracks all the same: they are in the repository. A path that was given by name is read in any case. Symbolic links
 * are followed for a given path only, so none leads out of the tree or around in circles. Reads nothing but folders,
 * .gitignore files and git's index.
 */
export function discover(input: DiscoverInput): Discovery {
  const walk = walker(input);
  const missing = input.paths.flatMap((path) => {
    const reason = walk.start(path);
    return reason === undefined ? [] : [{ path, reason }];
  });
  const paths = [...walk.files].sort();
  const known = new Set(paths);
  const files = fileStore(input.workingDirectory);
  return {
    candidates: paths.map((path) => ({ path, hasWord: (word) => files.hasWord(path, word) })),
    repository: { paths, read: (path) => (known.has(path) ? files.read(path) : undefined) },
    missing,
    diagnostics: () => [...walk.diagnostics, ...files.diagnostics()],
  };
}

interface Walker {
  /** Adds what a given path leads to; says why when it leads nowhere. */
  readonly start: (path: string) => string | undefined;
  readonly files: ReadonlySet<string>;
  readonly diagnostics: readonly Diagnostic[];
}

function walker({ workingDirectory, ignore: patterns, ignorePrefix }: DiscoverInput): Walker {
  const files = new Set<string>();
  const diagnostics: Diagnostic[] = [];
  const configured = ignore({ allowRelativePaths: true }).add([...patterns]);
  const home = slashed(workingDirectory);
  const isConfigured = (path: string, end: '/' | '' = ''): boolean => {
    const counted = posix.normalize(`${ignorePrefix}${path}${path === '' ? '' : end}`);
    return patterns.length > 0 && !/^(?:\.\.?\/?)+$/.test(counted) && configured.ignores(counted);
  };
  const unreadable = (path: string, error: unknown): void => {
    const span = { file: path || '.', start: 0, end: 0 };
    diagnostics.push({ code: 'unreadable-file', message: `this folder cannot be read: ${reasonOf(error)}`, span });
  };

  /** Files, and folders with a slash at their end. */
  const leftOut = new Set<string>();
  const isLeftOut = (disk: string, layers: IgnoreLayers): boolean => {
    const ignored = isIgnored(disk, layers);
    if (ignored) leftOut.add(disk);
    return ignored;
  };

  /** `path`: as reported, empty for the working directory. `disk`: absolute, with `/`. */
  const enter = (path: string, disk: string, above: IgnoreLayers): void => {
    const listing = listed(disk, (error) => unreadable(path, error));
    const layers = listing.some(({ name }) => name === '.gitignore') ? withLayerOf(disk, above) : above;
    for (const entry of listing) {
      const childOnDisk = disk.endsWith('/') ? `${disk}${entry.name}` : `${disk}/${entry.name}`;
      const child = childOnDisk === home ? '' : path === '' ? entry.name : `${path}/${entry.name}`;
      if (entry.isDirectory()) {
        if (skippedFolders.has(entry.name) || isLeftOut(`${childOnDisk}/`, layers) || isConfigured(`${child}/`))
          continue;
        enter(child, childOnDisk, layers);
      } else if (entry.isFile() && !isLeftOut(childOnDisk, layers) && !isConfigured(child)) {
        files.add(child);
      }
    }
  };

  /** What git tracks below a folder although a `.gitignore` leaves it out. */
  const addTracked = (folder: string): void => {
    const root = leftOut.size > 0 ? repositoryRoot(folder) : undefined;
    if (root === undefined) return;
    for (const tracked of trackedFiles(root)) {
      const disk = `${slashed(root)}/${tracked}`;
      if (!isWithin(disk, leftOut)) continue;
      const path = slashed(relative(workingDirectory, disk));
      const folders = path.split('/').slice(0, -1);
      if (files.has(path) || folders.some((name) => skippedFolders.has(name))) continue;
      const below = folders.some((_name, index) => isConfigured(`${folders.slice(0, index + 1).join('/')}/`));
      if (!below && !isConfigured(path) && isPlainFile(disk, folder)) files.add(path);
    }
  };

  const start = (given: string): string | undefined => {
    const disk = resolve(workingDirectory, given);
    const path = slashed(relative(workingDirectory, disk));
    try {
      const isFolder = statSync(disk).isDirectory();
      if (isConfigured(path, isFolder ? '/' : '')) return undefined;
      if (isFolder) {
        const above = layersAbove(disk);
        enter(path, slashed(disk), isIgnored(`${slashed(disk)}/`, above) ? [] : above);
        addTracked(disk);
      } else files.add(path);
      return undefined;
    } catch (error) {
      return reasonOf(error);
    }
  };
  return { start, files, diagnostics };
}

/** Whether a file is among `paths`, or lies below one of the folders in it. */
function isWithin(file: string, paths: ReadonlySet<string>): boolean {
  if (paths.has(file)) return true;
  for (let end = file.lastIndexOf('/'); end > 0; end = file.lastIndexOf('/', end - 1))
    if (paths.has(file.slice(0, end + 1))) return true;
  return false;
}

/** Whether a path is a file below a folder, with no symbolic link on the way. */
function isPlainFile(disk: string, folder: string): boolean {
  try {
    if (!lstatSync(disk).isFile()) return false;
    for (let above = dirname(disk); above.length > folder.length; above = dirname(above))
      if (!lstatSync(above).isDirectory()) return false;
    return true;
  } catch {
    return false;
  }
}

/** The folder's entries; none when it cannot be read. */
function listed(folder: string, onError: (error: unknown) => void): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    onError(error);
    return [];
  }
}

const slashed = (path: string): string => (sep === '/' ? path : path.split(sep).join('/'));
