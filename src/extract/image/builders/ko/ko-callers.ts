import type { Repository } from '../../../../core/technology.ts';
import { isOpen } from '../../callers/build-call.ts';
import { isTaskFile } from '../../callers/task-files.ts';
import type { Module } from '../../need/go-packages.ts';
import { folderOfImport } from '../../need/go-packages.ts';
import { folderOf, pathIn } from '../../walk/repository-paths.ts';

const mostFiles = 400;
const script = /(?:^|\/)(?:[\w.-]+\.sh|\.envrc)$/;
const workflow = /(?:^|\/)(?:\.github\/workflows\/[^/]+|\.gitlab-ci|cloudbuild|\.circleci\/config)\.ya?ml$/;

const cache = new WeakMap<Repository, Map<string, readonly string[]>>();

/** The texts of files that may call ko. */
function textsOf(repository: Repository, kind: 'scripts' | 'manifests'): readonly string[] {
  const known = cache.get(repository) ?? new Map<string, readonly string[]>();
  cache.set(repository, known);
  const before = known.get(kind);
  if (before) return before;
  const wanted = (path: string): boolean =>
    kind === 'scripts'
      ? isTaskFile(path) || script.test(path) || workflow.test(path)
      : /\.ya?ml$/.test(path) && !/(?:^|\/)(?:vendor|node_modules|third_party|testdata)\//.test(path);
  const texts = repository.paths
    .filter(wanted)
    .slice(0, mostFiles)
    .flatMap((path) => repository.read(path)?.text ?? [])
    .filter((text) => /\bko\b|KO_/i.test(text));
  known.set(kind, texts);
  return texts;
}

/** What `KO_DEFAULTBASEIMAGE` is set to; `undefined` for a value that is computed. */
export const basesOfEnvironment = (repository: Repository): readonly (string | undefined)[] =>
  textsOf(repository, 'scripts').flatMap((text) =>
    [...text.matchAll(/\bKO_DEFAULTBASEIMAGE[ \t]*(?:[:?+]?=|:)[ \t]*["']?([^\s"']*)/g)].map(([, value = '']) =>
      value === '' || isOpen(value) || value.includes('$') ? undefined : value,
    ),
  );

/** The folders of main packages that scripts and manifests have ko build: `ko build ./cmd/app`, `image: ko://…`. */
export function programsOf(config: string, module: Module, repository: Repository): readonly string[] {
  const own = folderOf(config);
  const written = [
    ...textsOf(repository, 'scripts').flatMap((text) =>
      [...text.matchAll(/\bko\)?[ \t]+(?:build|publish|run)\b([^\n|&;#]{0,500})/gi)].flatMap(([, words = '']) =>
        words.split(/\s+/),
      ),
    ),
    ...textsOf(repository, 'manifests').flatMap((text) =>
      [...text.matchAll(/\bko:\/\/([\w./-]+)/g)].map(([, path = '']) => path),
    ),
  ];
  const folders = written.flatMap((word) => {
    if (/^\.{1,2}(?:\/[\w./-]*)?$/.test(word) && !word.includes('...')) return [pathIn(own, word)];
    if (module.path === '' || !(word === module.path || word.startsWith(`${module.path}/`))) return [];
    return folderOfImport(word, module) ?? [];
  });
  return [...new Set(folders)].slice(0, 50);
}
