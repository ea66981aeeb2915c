import type { Repository } from '../../../core/technology.ts';
import { concerns, isAround } from '../callers/build-call.ts';
import { callingFiles } from '../callers/build-calls.ts';

/**
 * What stands in for an image or stage of that name, in lower case: an image reference, or `undefined` for a folder,
 * another target, and what only the build knows. Source: docker buildx build, `--build-context`; Bake file reference,
 * `target.contexts`; Compose build specification, `additional_contexts`.
 */
export type NamedContexts = ReadonlyMap<string, string | undefined>;

/** The contexts that callers of this Dockerfile name, and scripts in its folder, in those above it, and in workflows. */
export function namedContexts(dockerfile: string, repository: Repository): NamedContexts {
  const contexts = new Map<string, string | undefined>();
  for (const { path, calls, rest } of callingFiles(repository)) {
    const found = [
      ...calls.filter((call) => concerns(call, dockerfile)).flatMap((call) => call.contexts),
      ...(/context/.test(rest) && isAround(path, dockerfile) ? inText(rest) : []),
    ];
    for (const [name, value] of found) {
      const key = name.toLowerCase();
      const image = /^docker-image:\/\/([^${}]+)$/.exec(value)?.[1];
      // Callers that disagree leave it open.
      contexts.set(key, contexts.has(key) && contexts.get(key) !== image ? undefined : image);
    }
  }
  return contexts;
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
