import { type Dirent, readdirSync, statSync } from 'node:fs';
import { posix, relative, resolve, sep } from 'node:path';
import ignore from 'ignore';
import type { Diagnostic } from '../core/finding.ts';
import type { Candidate, Repository } from '../core/technology.ts';
import { fileStore } from './file-store.ts';
import { type IgnoreLayers, isIgnored, layersAbove, withLayerOf } from './ignore-files.ts';
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
 * Every file under `paths`, sorted. Honours `.gitignore` files, also nested ones and those above; a path that was given
 * by name is read even if they leave it out. Symbolic links are followed for a given path only, so none leads out of the
 * tree or around in circles. Reads nothing but folders.
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

  /** `path`: as reported, empty for the working directory. `disk`: absolute, with `/`. */
  const enter = (path: string, disk: string, above: IgnoreLayers): void => {
    const listing = listed(disk, (error) => unreadable(path, error));
    const layers = listing.some(({ name }) => name === '.gitignore') ? withLayerOf(disk, above) : above;
    for (const entry of listing) {
      const childOnDisk = disk.endsWith('/') ? `${disk}${entry.name}` : `${disk}/${entry.name}`;
      const child = childOnDisk === home ? '' : path === '' ? entry.name : `${path}/${entry.name}`;
      if (entry.isDirectory()) {
        if (skippedFolders.has(entry.name) || isIgnored(`${childOnDisk}/`, layers) || isConfigured(`${child}/`))
          continue;
        enter(child, childOnDisk, layers);
      } else if (entry.isFile() && !isIgnored(childOnDisk, layers) && !isConfigured(child)) {
        files.add(child);
      }
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
      } else files.add(path);
      return undefined;
    } catch (error) {
      return reasonOf(error);
    }
  };
  return { start, files, diagnostics };
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
