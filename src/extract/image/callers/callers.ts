import type { Repository } from '../../../core/technology.ts';
import { folderOf } from '../walk/repository-paths.ts';
import type { BuildCall } from './build-call.ts';
import { concerns, isAround } from './build-call.ts';
import type { CallingFile } from './build-calls.ts';
import { callingFiles } from './build-calls.ts';
import { isTaskFile } from './task-files.ts';

/** What the files that build and run images say about one Dockerfile. */
export interface Callers {
  /** Its builds, as far as they can be read. */
  readonly calls: readonly BuildCall[];
  /** Stages that are named as a target, in lower case. */
  readonly targets: ReadonlySet<string>;
  /** Build arguments that scripts near it set, to whatever. */
  readonly arguments: ReadonlySet<string>;
  /** A volume is mounted where clients look for a bundle, or a variable names one. */
  readonly mountsBundle: boolean;
}

const mostManifests = 400;
const known = new WeakMap<Repository, Map<string, Callers>>();

/** What the callers in the Dockerfile's folder, in those above it, and in its workflows say; others only if they name it. */
export function callersOf(dockerfile: string, repository: Repository): Callers {
  const before = known.get(repository) ?? new Map<string, Callers>();
  known.set(repository, before);
  const found = before.get(dockerfile) ?? readCallers(dockerfile, repository);
  before.set(dockerfile, found);
  return found;
}

function readCallers(dockerfile: string, repository: Repository): Callers {
  const files = callingFiles(repository);
  const calls = files.flatMap((file) => file.calls).filter((call) => concerns(call, dockerfile));
  const scripts = files.filter(({ path, rest }) => rest !== '' && isAround(path, dockerfile)).map(searched);
  return {
    calls,
    targets: new Set([
      ...calls.flatMap(({ target }) => (typeof target === 'string' ? [] : [target.name])),
      ...scripts.flatMap(({ targets }) => targets),
    ]),
    arguments: new Set(scripts.flatMap((script) => script.arguments)),
    mountsBundle: [...mountingFolders(repository)].some((folder) => sharesFolder(folder, dockerfile)),
  };
}

interface Searched {
  readonly targets: readonly string[];
  readonly arguments: readonly string[];
}

const searches = new WeakMap<CallingFile, Searched>();

/** What a search finds in the text of a file that has no parser. */
function searched(file: CallingFile): Searched {
  const found = searches.get(file) ?? { targets: targetsIn(file.rest), arguments: argumentsIn(file.rest) };
  searches.set(file, found);
  return found;
}

/** Whether a manifest can be about a Dockerfile: one lies in the other's part of the tree. */
function sharesFolder(folder: string, dockerfile: string): boolean {
  const own = folderOf(dockerfile);
  const [top = ''] = own.split('/');
  return folder === '' || top === '' || folder.split('/')[0] === top || !/^(?:apps|services|cmd|packages)$/.test(top);
}

const mounting = new WeakMap<Repository, ReadonlySet<string>>();

/** The folders with a manifest that mounts a bundle. */
function mountingFolders(repository: Repository): ReadonlySet<string> {
  const before = mounting.get(repository);
  if (before) return before;
  const folders = new Set(
    repository.paths
      .filter(
        (path) => (/\.ya?ml$/.test(path) || isTaskFile(path) || bakeFile.test(path)) && !path.startsWith('.github/'),
      )
      .slice(0, mostManifests)
      .filter((path) => bundleMount.test(repository.read(path)?.text ?? ''))
      .map((path) => folderOf(path)),
  );
  mounting.set(repository, folders);
  return folders;
}

const bakeFile = /(?:^|\/)docker-bake[\w.-]*\.(?:hcl|json)$/;

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
