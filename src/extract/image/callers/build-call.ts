import type { Repository } from '../../../core/technology.ts';
import { folderOf, hasPath } from '../walk/repository-paths.ts';
import { join, nameOf } from '../walk/trust-files.ts';

/** One build of a Dockerfile that a file of the repository asks for. */
export interface BuildCall {
  /** The file that asks. */
  readonly caller: string;
  /** The Dockerfile's path in the repository; `undefined` where that cannot be told. */
  readonly dockerfile: string | undefined;
  /** What the Dockerfile's file is called, where that is known. */
  readonly fileName: string | undefined;
  /** `last`: no target is named · `unknown`: a template names it. */
  readonly target: { readonly name: string } | 'last' | 'unknown';
  /** Build arguments; `undefined` for a value that only the caller's surroundings know. */
  readonly args: ReadonlyMap<string, string | undefined>;
  /** What stands in for an image or a stage: a reference such as `docker-image://debian:12`, or ''. */
  readonly contexts: readonly (readonly [string, string])[];
  /** Nothing but files come of it: nobody runs the image. */
  readonly exports: boolean;
}

/** What a caller writes; `undefined` is what it leaves out, `null` what cannot be read. */
export interface WrittenCall {
  readonly context?: string | null | undefined;
  readonly dockerfile?: string | null | undefined;
  readonly target?: string | null | undefined;
  readonly args?: ReadonlyMap<string, string | undefined>;
  readonly contexts?: readonly (readonly [string, string])[];
  /** Where the result goes. */
  readonly outputs?: readonly (string | null)[];
}

/** Text that is filled in before it counts. */
export const isOpen = (text: string): boolean => /\$[{(\w]|\{\{|\{%|<</.test(text);

export const openAsNull = (text: string | undefined): string | null | undefined =>
  text !== undefined && isOpen(text) ? null : text;

/** `NAME=value` pairs; a name alone, and a value with a template in it, are unknown. */
export function pairsOf(lines: readonly string[]): ReadonlyMap<string, string | undefined> {
  const args = new Map<string, string | undefined>();
  for (const line of lines) {
    const [, name, value] = /^\s*([A-Za-z_]\w*)(?:=(.*?))?\s*$/.exec(line) ?? [];
    if (name !== undefined) args.set(name, value === undefined || isOpen(value) ? undefined : value);
  }
  return args;
}

/** Whether an `--output` gives files rather than an image. Source: docker buildx build, `--output`. */
const isExport = (output: string | null): boolean =>
  output !== null && (/(?:^|,)\s*type=(?:local|tar)\b/.test(output) || (output !== '' && !output.includes('=')));

/** What a caller in `caller` builds. A context is looked for below the caller's folder, then below the root. */
export function callOf(caller: string, written: WrittenCall, repository: Repository): BuildCall {
  const { context = '.', dockerfile = 'Dockerfile', target, args = new Map(), contexts = [], outputs = [] } = written;
  const folder = caller.startsWith('.github/') ? '' : folderOf(caller);
  const found =
    context === null || dockerfile === null || isOpen(`${context}${dockerfile}`) || /^\w+:\/\/|^git@/.test(context)
      ? undefined
      : [`/${folder}/${context}/${dockerfile}`, `/${folder}/${dockerfile}`, `/${context}/${dockerfile}`]
          .map((path) => join('/', path).slice(1))
          .find((path) => hasPath(repository, path));
  return {
    caller,
    dockerfile: found,
    fileName: dockerfile === null || isOpen(dockerfile) ? undefined : nameOf(dockerfile),
    target:
      target === null ? 'unknown' : target === undefined || target === '' ? 'last' : { name: target.toLowerCase() },
    args,
    contexts,
    exports: outputs.length > 0 && outputs.every(isExport),
  };
}

/** Whether a call may build this Dockerfile: it names it, or cannot be told and lies in its folder or above. */
export function concerns(call: BuildCall, dockerfile: string): boolean {
  if (call.dockerfile !== undefined) return call.dockerfile === dockerfile;
  // A file that is not committed may be a copy of one that is: `Dockerfile` of `Dockerfile.production`.
  if (call.fileName !== undefined && !nameOf(dockerfile).startsWith(call.fileName)) return false;
  return isAround(call.caller, dockerfile);
}

/** Whether a caller lies in the Dockerfile's folder, above it, or among the workflows. */
export function isAround(caller: string, dockerfile: string): boolean {
  const folder = folderOf(caller);
  return folder === '' || folder === '.github/workflows' || dockerfile.startsWith(`${folder}/`);
}
