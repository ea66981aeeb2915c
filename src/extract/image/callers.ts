import type { Repository } from '../../core/technology.ts';
import { foldersAbove } from './context-files.ts';

/** What the files that build and run images say about the Dockerfiles near them. */
export interface Callers {
  /** Stages that are named as a target, in lower case. */
  readonly targets: ReadonlySet<string>;
  /** Build arguments that are set. */
  readonly arguments: ReadonlySet<string>;
  /** A volume is mounted where clients look for a bundle, or a variable names one. */
  readonly mountsBundle: boolean;
}

const mostFiles = 400;
const callingFile =
  /(?:^|\/)(?:(?:docker-)?compose[\w.-]*\.ya?ml|docker-bake[\w.-]*\.(?:hcl|json)|skaffold[\w.-]*\.ya?ml|Tiltfile|Makefile|GNUmakefile|[\w-]+\.mk|Taskfile\.ya?ml|justfile|\.goreleaser\.ya?ml)$|(?:^|\/)\.github\/workflows\/[^/]+\.ya?ml$/;

const cache = new WeakMap<Repository, ReadonlyMap<string, Callers>>();

/** What the callers in the Dockerfile's folder, in those above it, and in its workflows say. */
export function callersOf(dockerfile: string, repository: Repository): Callers {
  let known = cache.get(repository);
  if (!known) {
    known = readCallers(repository);
    cache.set(repository, known);
  }
  const found = [...foldersAbove(dockerfile), '.github/workflows'].flatMap((folder) => known.get(folder) ?? []);
  return {
    targets: new Set(found.flatMap(({ targets }) => [...targets])),
    arguments: new Set(found.flatMap((one) => [...one.arguments])),
    mountsBundle: [...known].some(([folder, { mountsBundle }]) => mountsBundle && sharesFolder(folder, dockerfile)),
  };
}

/** Whether a manifest can be about a Dockerfile: one lies in the other's part of the tree. */
function sharesFolder(folder: string, dockerfile: string): boolean {
  const own = dockerfile.slice(0, Math.max(dockerfile.lastIndexOf('/'), 0));
  const [top = ''] = own.split('/');
  return folder === '' || top === '' || folder.split('/')[0] === top || !/^(?:apps|services|cmd|packages)$/.test(top);
}

/** By folder. */
function readCallers(repository: Repository): ReadonlyMap<string, Callers> {
  const byFolder = new Map<string, Callers>();
  const paths = repository.paths.filter((path) => callingFile.test(path) || /\.ya?ml$/.test(path)).slice(0, mostFiles);
  for (const path of paths) {
    const text = repository.read(path)?.text;
    if (text === undefined) continue;
    const calls = callingFile.test(path);
    const folder = path.slice(0, Math.max(path.lastIndexOf('/'), 0));
    const before = byFolder.get(folder);
    byFolder.set(folder, {
      targets: new Set([...(before?.targets ?? []), ...(calls ? targetsIn(text) : [])]),
      arguments: new Set([...(before?.arguments ?? []), ...(calls ? argumentsIn(text) : [])]),
      mountsBundle: Boolean(before?.mountsBundle) || (!path.startsWith('.github/') && mountsBundle(text)),
    });
  }
  return byFolder;
}

const targetsIn = (text: string): readonly string[] =>
  [...text.matchAll(/(?:^|[\s"'])(?:--target[= ]|["']?target["']?\s*[:=]\s*)["']?([\w.-]+)/g)].map(([, name = '']) =>
    name.toLowerCase(),
  );

/** `--build-arg BASE=x`, `args: { BASE: x }`, `- BASE=x`, `BASE = "x"`: every name that is given a value. */
const argumentsIn = (text: string): readonly string[] =>
  /\bargs\b|build-arg/.test(text)
    ? [...text.matchAll(/(?:^|[\s{,"'-])([A-Za-z_]\w*)["']?[ \t]*[:=](?=[ \t]*\S)/g)].map(([, name = '']) => name)
    : [];

const clientFolder = String.raw`\/etc\/(?:ssl(?:\/certs\S*|\/cert\.pem)?|pki\S*?)(?=["'\s:,]|$)`;
const bundleMount = new RegExp(
  String.raw`mountPath:\s*["']?${clientFolder}|target:\s*["']?${clientFolder}|:${clientFolder}|\bSSL_CERT_(?:FILE|DIR)\b`,
);

const mountsBundle = (text: string): boolean => bundleMount.test(text);
