import type { Source } from '../../../core/source.ts';
import type { Repository } from '../../../core/technology.ts';
import { fitting } from './file-commands.ts';
import { folderOf, foldersAbove, hasPath, pathIn, pathsBelow } from './repository-paths.ts';
import { isWithin, join, nameOf, parentOf } from './trust-files.ts';

/**
 * Where a stage's files came from, as far as the text of a script may be known: the newest step first. What a command
 * may have written over is `unknown`.
 */
export type ScriptFiles =
  | { readonly placed: Placement; readonly before: ScriptFiles; readonly count: number }
  | undefined;

export type Placement =
  /** A COPY of the build context, or a bind mount of it. A folder's contents lie in `to`, a file at `asFile`. */
  | { readonly kind: 'context'; readonly source: string; readonly to: string; readonly asFile: string }
  | {
      readonly kind: 'stage';
      readonly files: ScriptFiles;
      readonly source: string;
      readonly to: string;
      readonly asFile: string;
    }
  | { readonly kind: 'text'; readonly place: string; readonly text: Source }
  | { readonly kind: 'unknown'; readonly place: string }
  /** Something with this name was written, in a folder that is not followed. */
  | { readonly kind: 'unknown-name'; readonly name: string };

/** More steps than this are not followed. */
const mostPlacements = 4000;
const deepestStage = 8;

export function placed(files: ScriptFiles, placement: Placement): ScriptFiles {
  const count = (files?.count ?? 0) + 1;
  const newest = files?.placed;
  if (newest?.kind === 'unknown' && placement.kind === 'unknown' && isWithin(placement.place, newest.place))
    return files;
  if (count > mostPlacements) return { placed: { kind: 'unknown', place: '/' }, before: undefined, count: 1 };
  return { placed: placement, before: files, count };
}

export const overwritten = (files: ScriptFiles, place: string): ScriptFiles =>
  placed(files, { kind: 'unknown', place });

/** The repository that scripts are read from, and the Dockerfile that names them. */
export interface ScriptSources {
  readonly dockerfile: string;
  readonly repository: Repository;
  /** Commands, and characters by the hundred, that may still be looked at in this Dockerfile. */
  readonly budget: { left: number };
}

const mostCommands = 200_000;

export const scriptSources = (dockerfile: string, repository: Repository): ScriptSources => ({
  dockerfile,
  repository,
  budget: { left: mostCommands },
});

/** The text of the script that lies at an absolute path; `undefined` where it is not certainly a file of the repository. */
export function scriptAt(files: ScriptFiles, path: string, sources: ScriptSources, depth = 0): Source | undefined {
  for (let at = files; at; at = at.before) {
    const { placed: placement } = at;
    switch (placement.kind) {
      case 'unknown':
        if (isWithin(path, placement.place)) return undefined;
        break;
      case 'unknown-name':
        if (nameOf(path) === placement.name) return undefined;
        break;
      case 'text':
        if (path === placement.place) return placement.text;
        break;
      case 'stage': {
        if (!isWithin(path, placement.to) && path !== placement.asFile) break;
        if (/[*?[]/.test(placement.source) || depth > deepestStage) return undefined;
        const inner = path === placement.asFile ? placement.source : inSource(placement, path);
        const found = inner === undefined ? undefined : scriptAt(placement.files, inner, sources, depth + 1);
        // The stage may hold more than what is known here.
        return found;
      }
      case 'context': {
        const found = inContext(placement, path, sources);
        if (found !== 'elsewhere') return found;
      }
    }
  }
  return undefined;
}

const inSource = ({ source, to }: { readonly source: string; readonly to: string }, path: string): string =>
  join('/', `${source}/${path.slice(to === '/' ? 1 : to.length + 1)}`);

/** What a copy of the build context put at `path`: `elsewhere` when it put nothing there, `undefined` when nobody knows. */
function inContext(
  { source, to, asFile }: Extract<Placement, { readonly kind: 'context' }>,
  path: string,
  { dockerfile, repository }: ScriptSources,
): Source | 'elsewhere' | undefined {
  if (path !== asFile && !isWithin(path, to)) return 'elsewhere';
  const pattern = /[*?[]/.test(source);
  const texts = new Map<string, Source>();
  let sourceFound = false;
  for (const folder of foldersAbove(dockerfile)) {
    const candidates = pattern ? fromPattern(source, to, path) : fromPath(source, to, asFile, path);
    sourceFound ||= pattern
      ? candidates.length === 0 && namesFilesOnly(source, folder, repository)
      : hasPath(repository, pathIn(folder, source)) || pathsBelow(repository, pathIn(folder, source), 1).length > 0;
    for (const candidate of candidates) {
      const inRepository = pathIn(folder, candidate);
      const text = hasPath(repository, inRepository) ? repository.read(inRepository) : undefined;
      if (text) texts.set(text.text, text);
    }
  }
  const [only] = texts.values();
  if (only) return texts.size === 1 ? only : undefined;
  // What is made before the build may hold anything.
  return sourceFound ? 'elsewhere' : undefined;
}

/** More files than this are not gone through for one pattern. */
const mostMatched = 2000;

/** Whether a pattern fits files of a folder and no folders, whose contents it would lay down as well. */
function namesFilesOnly(source: string, folder: string, repository: Repository): boolean {
  const pattern = source.replace(/^\.?\//, '');
  const above = folderOf(pattern);
  if (/[*?[]/.test(above)) return false;
  const below = pathsBelow(repository, pathIn(folder, above), mostMatched + 1);
  const fits = fitting(pathIn(folder, pattern));
  const depth = pathIn(folder, pattern).split('/').length;
  const found = below.filter((path) => fits.test(path.split('/').slice(0, depth).join('/')));
  return below.length <= mostMatched && found.length > 0 && found.every((path) => path.split('/').length === depth);
}

/** Paths of the context that may have come to lie at `path`. */
function fromPath(source: string, to: string, asFile: string, path: string): readonly string[] {
  const file = path === asFile ? [source] : [];
  return isWithin(path, to) && path !== to
    ? [...file, `${source}/${path.slice(to === '/' ? 1 : to.length + 1)}`]
    : file;
}

function fromPattern(source: string, to: string, path: string): readonly string[] {
  if (parentOf(path) !== to) return [];
  const pattern = source.replace(/^\.?\//, '');
  const folder = folderOf(pattern);
  const candidate = folder === '' ? nameOf(path) : `${folder}/${nameOf(path)}`;
  return !/[*?[]/.test(folder) && fitting(pattern).test(candidate) ? [candidate] : [];
}
