import type { Repository } from '../../core/technology.ts';
import { parseHcl } from '../../formats/hcl.ts';
import type { HclBody } from '../../formats/hcl-tree.ts';
import { itemsNamed, nameOf } from '../../formats/hcl-tree.ts';
import { parseYaml } from '../../formats/yaml.ts';
import { entries, items, text } from '../../formats/yaml-tree.ts';
import { foldersAbove } from './context-files.ts';

/**
 * What stands in for an image or stage of that name, in lower case: an image reference, or `undefined` for a folder,
 * another target, and what only the build knows. Source: docker buildx build, `--build-context`; Bake file reference,
 * `target.contexts`; Compose build specification, `additional_contexts`.
 */
export type NamedContexts = ReadonlyMap<string, string | undefined>;

const bakeFile = /(?:^|\/)docker-bake[\w.-]*\.(?:hcl|json)$/;
const composeFile = /(?:^|\/)(?:docker-)?compose[\w.-]*\.ya?ml$/;
const scripts =
  /(?:^|\/)(?:Makefile|GNUmakefile|[\w-]+\.mk|Taskfile\.ya?ml|justfile)$|(?:^|\/)\.github\/workflows\/[^/]+\.ya?ml$/;

const mostFiles = 200;
const cache = new WeakMap<Repository, ReadonlyMap<string, readonly (readonly [string, string])[]>>();

/** The contexts that callers in the Dockerfile's folder, in those above it, and in workflows name. */
export function namedContexts(dockerfile: string, repository: Repository): NamedContexts {
  let byFolder = cache.get(repository);
  if (!byFolder) {
    byFolder = readContexts(repository);
    cache.set(repository, byFolder);
  }
  const contexts = new Map<string, string | undefined>();
  for (const folder of [...foldersAbove(dockerfile), '.github/workflows']) {
    for (const [name, value] of byFolder.get(folder) ?? []) {
      const key = name.toLowerCase();
      const image = /^docker-image:\/\/([^${}]+)$/.exec(value)?.[1];
      // Callers that disagree leave it open.
      contexts.set(key, contexts.has(key) && contexts.get(key) !== image ? undefined : image);
    }
  }
  return contexts;
}

function readContexts(repository: Repository): ReadonlyMap<string, readonly (readonly [string, string])[]> {
  const byFolder = new Map<string, (readonly [string, string])[]>();
  const paths = repository.paths.filter((path) => bakeFile.test(path) || composeFile.test(path) || scripts.test(path));
  for (const path of paths.slice(0, mostFiles)) {
    const source = repository.read(path);
    if (!source || !/context/.test(source.text)) continue;
    const found = bakeFile.test(path) && path.endsWith('.hcl') ? inBake(parseHcl(source).body) : inText(source.text);
    if (composeFile.test(path)) found.push(...inCompose(parseYaml(source).documents[0]));
    if (bakeFile.test(path) && path.endsWith('.json')) {
      for (const { value } of entries(parseYaml(source).documents[0], 'target'))
        for (const { key, value: to } of entries(value, 'contexts')) found.push([key.value, text(to) ?? '']);
    }
    const folder = path.slice(0, Math.max(path.lastIndexOf('/'), 0));
    byFolder.set(folder, [...(byFolder.get(folder) ?? []), ...found]);
  }
  return byFolder;
}

/** `target "app" { contexts = { base = "docker-image://debian:12" } }`. */
function inBake(body: HclBody): (readonly [string, string])[] {
  const found: (readonly [string, string])[] = [];
  for (const target of itemsNamed(body, 'target')) {
    if (target.kind !== 'block') continue;
    for (const item of itemsNamed(target.body, 'contexts')) {
      const inner = item.kind === 'block' ? item.body : item.value.kind === 'object' ? item.value.body : undefined;
      for (const one of inner?.items ?? []) {
        const value = one.kind === 'attribute' && one.value.kind === 'scalar' ? one.value.word : undefined;
        found.push([nameOf(one).text, value && !value.unknown ? value.text : '']);
      }
    }
  }
  return found;
}

/** `additional_contexts`, as a mapping or as a list of `name=value`. */
function inCompose(document: Parameters<typeof entries>[0]): (readonly [string, string])[] {
  return entries(document, 'services').flatMap(({ value: service }) => [
    ...entries(service, 'build', 'additional_contexts').map(
      ({ key, value }) => [key.value, text(value) ?? ''] as const,
    ),
    ...items(service, 'build', 'additional_contexts').flatMap((item) => inPair(text(item) ?? '')),
  ]);
}

/** `--build-context name=value`, and the lines of `build-contexts: |` in a workflow. */
const inText = (written: string): (readonly [string, string])[] => [
  ...[...written.matchAll(/--build-context[= ]["']?([\w./:-]+=[^\s"']+)/g)].flatMap(([, pair = '']) => inPair(pair)),
  ...[...written.matchAll(/\bbuild-contexts:\s*\|?([^\n]*(?:\n[ \t]+[\w./:-]+=[^\n]*)*)/g)].flatMap(([, lines = '']) =>
    lines.split('\n').flatMap((line) => inPair(line.trim())),
  ),
];

function inPair(pair: string): (readonly [string, string])[] {
  const equals = pair.indexOf('=');
  return equals > 0 ? [[pair.slice(0, equals), pair.slice(equals + 1)]] : [];
}
