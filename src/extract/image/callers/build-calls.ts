import type { Repository } from '../../../core/technology.ts';
import { parseHcl } from '../../../formats/hcl.ts';
import { parseYaml } from '../../../formats/yaml.ts';
import { bakeCalls, bakeTargetsOfHcl, bakeTargetsOfJson } from './bake-calls.ts';
import type { BuildCall } from './build-call.ts';
import { isTaskFile } from './task-files.ts';
import { blanked, composeCalls, goReleaserCalls, skaffoldCalls, workflowCalls } from './yaml-calls.ts';

/** What one file asks to be built, and the rest of its text that only a search can read. */
export interface CallingFile {
  readonly path: string;
  readonly calls: readonly BuildCall[];
  /** With what was read exactly blanked out; the whole text where the format has no parser, or did not parse. */
  readonly rest: string;
}

const kinds = {
  compose: /(?:^|\/)(?:docker-)?compose[\w.-]*\.ya?ml$/,
  bake: /(?:^|\/)docker-bake[\w.-]*\.(?:hcl|json)$/,
  skaffold: /(?:^|\/)skaffold[\w.-]*\.ya?ml$/,
  goReleaser: /(?:^|\/)\.?goreleaser[\w.-]*\.ya?ml$/,
  workflow: /(?:^|\/)\.github\/workflows\/[^/]+\.ya?ml$/,
};

const mostFiles = 400;
const cache = new WeakMap<Repository, readonly CallingFile[]>();

/** Whether a file of this name builds images. */
export const mayCall = (path: string): boolean =>
  isTaskFile(path) || Object.values(kinds).some((kind) => kind.test(path));

/**
 * Every file of a repository that builds Dockerfiles, as far as it can be read. Sources: Compose build specification;
 * Bake file reference; Skaffold v4 schema, `build.artifacts[].docker`; docker/build-push-action, "inputs"; GoReleaser,
 * "Docker" and "Docker v2".
 */
export function callingFiles(repository: Repository): readonly CallingFile[] {
  const known = cache.get(repository);
  if (known) return known;
  const files = repository.paths
    .filter(mayCall)
    .slice(0, mostFiles)
    .flatMap((path) => readCaller(path, repository) ?? []);
  cache.set(repository, files);
  return files;
}

function readCaller(path: string, repository: Repository): CallingFile | undefined {
  const source = repository.read(path);
  if (!source) return undefined;
  const unread: CallingFile = { path, calls: [], rest: source.text };
  if (isTaskFile(path)) return unread;
  if (kinds.bake.test(path) && path.endsWith('.hcl')) {
    const { body, diagnostics } = parseHcl(source);
    const calls = bakeCalls(bakeTargetsOfHcl(body), path, repository);
    return { path, calls, rest: diagnostics.length > 0 ? source.text : '' };
  }
  const { documents, diagnostics } = parseYaml(source);
  if (diagnostics.length > 0) return unread;
  if (kinds.bake.test(path))
    return { path, calls: bakeCalls(bakeTargetsOfJson(documents[0]), path, repository), rest: '' };
  const read = kinds.compose.test(path)
    ? composeCalls
    : kinds.skaffold.test(path)
      ? skaffoldCalls
      : kinds.goReleaser.test(path)
        ? goReleaserCalls
        : workflowCalls;
  const { calls, ranges } = read(documents, path, repository);
  return { path, calls, rest: ranges ? blanked(source.text, ranges) : '' };
}
