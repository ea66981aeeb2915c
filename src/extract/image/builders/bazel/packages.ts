import type { Source } from '../../../../core/source.ts';
import type { Repository } from '../../../../core/technology.ts';
import type { StarlarkCall, StarlarkFile } from '../../../../formats/starlark.ts';
import { argumentOf, parseStarlark } from '../../../../formats/starlark.ts';
import { folderOf, foldersAbove, hasPath, pathIn } from '../../walk/repository-paths.ts';

/** A package: one BUILD file. */
export interface BazelPackage {
  readonly source: Source;
  readonly file: StarlarkFile;
  /** Its folder in the repository. */
  readonly folder: string;
  /** The folder of its workspace. */
  readonly root: string;
}

/** A target: a call with a name in a BUILD file. */
export interface Target {
  readonly call: StarlarkCall;
  readonly package: BazelPackage;
}

const workspaceFiles = ['MODULE.bazel', 'WORKSPACE.bazel', 'WORKSPACE'];

export function packageOf(source: Source, repository: Repository): BazelPackage {
  const folder = folderOf(source.path);
  const root =
    foldersAbove(source.path).find((one) => workspaceFiles.some((name) => hasPath(repository, pathIn(one, name)))) ??
    '';
  return { source, file: parseStarlark(source), folder, root };
}

/** The target that a label of a package names; `undefined` for one of another repository, and for one that is not found. */
export function targetOf(label: string, from: BazelPackage, repository: Repository): Target | undefined {
  if (/^@{1,2}[^/@]/.test(label)) return undefined;
  const [, folder, name] = /^@{0,2}\/\/([^:]*)(?::(.+))?$/.exec(label) ?? [];
  if (folder === undefined) return targetNamed(label.replace(/^:/, ''), from);
  const place = pathIn(from.root, folder);
  for (const file of ['BUILD.bazel', 'BUILD']) {
    const source = repository.read(pathIn(place, file));
    if (source) return targetNamed(name ?? folder.split('/').at(-1) ?? '', packageOf(source, repository));
  }
  return undefined;
}

function targetNamed(name: string, from: BazelPackage): Target | undefined {
  const call = from.file.calls.find((one) => !one.nested && nameOfTarget(one, from.file) === name);
  return call && { call, package: from };
}

export const nameOfTarget = (call: StarlarkCall, file: StarlarkFile): string | undefined =>
  stringOf(call, 'name', file);

/** A string argument, or `undefined` where there is none or it is computed. */
export function stringOf(call: StarlarkCall, key: string, file: StarlarkFile): string | undefined {
  const value = argumentOf(call, key, file);
  return value?.kind === 'string' && !value.word.unknown ? value.word.text : undefined;
}

/** The strings of a list argument; none where it is left out, `undefined` where it is computed. */
export function listOf(call: StarlarkCall, key: string, file: StarlarkFile): readonly string[] | undefined {
  const value = argumentOf(call, key, file);
  if (!value) return call.open ? undefined : [];
  if (value.kind !== 'list') return undefined;
  const texts = value.items.flatMap((item) => (item.kind === 'string' && !item.word.unknown ? [item.word.text] : []));
  return texts.length === value.items.length ? texts : undefined;
}

/** Whether a rule of this name is loaded from a repository whose name holds `from`. */
export const isLoaded = (rule: string, from: RegExp, { calls }: StarlarkFile): boolean =>
  calls.some(
    ({ name, positional }) =>
      name === 'load' &&
      positional[0]?.kind === 'string' &&
      from.test(positional[0].word.text) &&
      positional.slice(1).some((value) => value.kind === 'string' && value.word.text === rule),
  );

const mostFiles = 300;
const pulls = new WeakMap<Repository, ReadonlyMap<string, string | undefined>>();

/**
 * The images that are pulled, by the name of the repository that each becomes; `undefined` where several of one name
 * disagree or where it is computed.
 */
export function pulledImages(repository: Repository): ReadonlyMap<string, string | undefined> {
  const known = pulls.get(repository);
  if (known) return known;
  const images = new Map<string, string | undefined>();
  const paths = repository.paths.filter((path) =>
    /(?:^|\/)(?:[\w.-]*MODULE\.bazel|WORKSPACE(?:\.bazel)?|[\w.-]+\.bzl)$/.test(path),
  );
  for (const path of paths.slice(0, mostFiles)) {
    const source = repository.read(path);
    if (!source || !/\bpull\b|_pull\b/.test(source.text)) continue;
    const file = parseStarlark(source);
    for (const call of file.calls) {
      if (!/(?:^|\.)pull$|^(?:oci|container)_pull$/.test(call.name)) continue;
      const name = stringOf(call, 'name', file);
      if (name === undefined) continue;
      const reference = referenceOf(call, file);
      images.set(name, images.has(name) && images.get(name) !== reference ? undefined : reference);
    }
  }
  pulls.set(repository, images);
  return images;
}

function referenceOf(call: StarlarkCall, file: StarlarkFile): string | undefined {
  const registry = stringOf(call, 'registry', file);
  const repository = stringOf(call, 'repository', file);
  const image = stringOf(call, 'image', file) ?? (registry && repository ? `${registry}/${repository}` : undefined);
  if (image === undefined) return undefined;
  const tag = stringOf(call, 'tag', file);
  const digest = stringOf(call, 'digest', file);
  return `${image}${tag ? `:${tag}` : ''}${digest ? `@${digest}` : ''}`;
}
