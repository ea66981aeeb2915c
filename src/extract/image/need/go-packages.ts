import type { Source } from '../../../core/source.ts';
import type { Repository } from '../../../core/technology.ts';
import { folderOf, hasPath, pathIn, pathsBelow, pathsEnding } from '../walk/repository-paths.ts';
import type { ProgramQuestion } from './evidence.ts';
import { linesFor, targetsOf } from './go-build-lines.ts';
import { isBuilt, namedForElsewhere } from './go-code.ts';

/** Files of one folder that are read at most. */
const mostFiles = 200;
/** Modules of one repository that are known. */
const mostModules = 200;

/** A module of the repository, or the sources of a time without modules. */
export interface Module {
  /** Its folder in the repository. */
  readonly root: string;
  /** What `module` in go.mod says. */
  readonly path: string;
  readonly repository: Repository;
}

/** The nearest module; without a go.mod the sources of old, which lay in GOPATH, if they hold one program. */
export function moduleOf({ folders, repository, byNameOnly, builds, names }: ProgramQuestion): Module | undefined {
  const root = folders.find((folder) => hasPath(repository, pathIn(folder, 'go.mod')));
  if (root !== undefined) return moduleAt(root, repository);
  if (byNameOnly) return undefined;
  for (const folder of folders) {
    const module: Module = { root: folder, path: '', repository };
    const mains = allMains(module);
    if (mains.length === 0) continue;
    const told = builds.length > 0 || namedMains({ names }, module).length > 0;
    return mains.length === 1 || told ? module : undefined;
  }
  return undefined;
}

/** Whether the program comes from a module that is not this one: `go install github.com/other/tool@latest`. */
export function buildsElsewhere({ builds, names }: ProgramQuestion, { path }: Module): boolean {
  return builds
    .filter(({ tool }) => tool === 'go')
    .flatMap(({ words }) => words)
    .some(
      (word) =>
        word?.includes('@') && !word.startsWith(path) && names.some((name) => word.split('@')[0]?.endsWith(`/${name}`)),
    );
}

/** The folders of the main packages that the program may be built from. */
export function mainFolders(
  { builds, names, dockerfile, mains: given }: ProgramQuestion,
  module: Module,
): readonly string[] {
  if (given) return given.filter((folder) => mainIn(folder, module) !== undefined);
  const written = builds
    .filter(({ tool }) => tool === 'go')
    .map(({ words, folder }) => ({ ...targetsOf(words), folder }))
    .filter(
      ({ output, packages }, _index, all) => all.length === 1 || names.some((name) => isOutput(output, packages, name)),
    );
  const named = written.flatMap(({ packages, folder }) =>
    packages.flatMap((one) => packageOf(one, folder, module) ?? []),
  );
  if (named.length > 0) return [...new Set(named)];
  const byName = namedOrBuilt({ names }, module);
  if (byName.length > 0) return byName;
  const mains = allMains(module);
  // `server-linux-amd64` is built from `cmd/server`.
  const byPrefix = mains.filter((folder) => {
    const last = folder.split('/').at(-1) ?? '';
    return last.length > 2 && names.some((name) => /^[-_.]/.test(name.slice(last.length)) && name.startsWith(last));
  });
  if (byPrefix.length > 0) return byPrefix;
  // A Dockerfile that lies beside a program is that program's.
  const own = folderOf(dockerfile);
  const beside = mains.filter((folder) => own !== module.root && folder === own);
  return beside.length > 0 ? beside : mains;
}

/** The main packages that are called like the program, else those that the repository says it is built from. */
export function namedOrBuilt({ names }: Pick<ProgramQuestion, 'names'>, module: Module): readonly string[] {
  const named = namedMains({ names }, module);
  if (named.length > 0) return named;
  const built = linesFor(names, module.repository).flatMap(({ packages, folder }) =>
    packages.flatMap((one) => packageOf(one, `/${folder}`, module) ?? []),
  );
  return [...new Set(built)];
}

/** The main packages that are called like the program, or the module's own if the module is. */
function namedMains({ names }: Pick<ProgramQuestion, 'names'>, module: Module): readonly string[] {
  const mains = allMains(module);
  const byName = mains.filter((folder) => names.includes(folder.split('/').at(-1) ?? ''));
  if (byName.length > 0) return byName;
  const last =
    module.path
      .replace(/\/v\d+$/, '')
      .split('/')
      .at(-1) ?? '';
  // Without a module, the program of the root is called like the folder in GOPATH that it lay in: by any name.
  const isOwn = module.path === '' ? names.length > 0 : names.includes(last);
  return isOwn ? mains.filter((folder) => folder === module.root) : [];
}

/** Whether a build makes a program of this name: by `-o`, else by its package. */
function isOutput(output: string | undefined, packages: readonly string[], name: string): boolean {
  const file = output?.split('/').at(-1);
  if (file !== undefined && file !== '' && file !== '.') return file === name;
  return packages.some(
    (one) =>
      one === '.' ||
      one
        .replace(/\/?[\w.-]*\.go$/, '')
        .split('/')
        .at(-1) === name,
  );
}

/** The repository's folder of a package argument, tried below the module and below parts of the working folder. */
function packageOf(argument: string, folder: string | undefined, module: Module): string | undefined {
  const plain = argument.replace(/\/?[\w.-]*\.go$/, '') || '.';
  if (plain.includes('...')) return undefined;
  if (module.path !== '' && plain.startsWith(module.path))
    return mainIn(pathIn(module.root, plain.slice(module.path.length + 1)), module);
  const parts = (folder ?? '/').split('/').filter((part) => part !== '');
  for (let from = 0; from <= parts.length; from++) {
    const found = mainIn(pathIn(module.root, `${parts.slice(from).join('/')}/${plain}`), module);
    if (found !== undefined) return found;
  }
  return undefined;
}

const noTags: ReadonlySet<string> = new Set();

const mainIn = (folder: string, { repository }: Module): string | undefined =>
  sourcesIn(folder, repository, noTags).some(({ text }) => /^package main\b/m.test(text)) ? folder : undefined;

const knownMains = new WeakMap<Repository, Map<string, readonly string[]>>();

/** Every folder of the module with a main package, at most a few dozen looked at. */
function allMains(module: Module): readonly string[] {
  const known = knownMains.get(module.repository) ?? new Map<string, readonly string[]>();
  knownMains.set(module.repository, known);
  const mains = known.get(module.root) ?? foundMains(module);
  known.set(module.root, mains);
  return mains;
}

function foundMains(module: Module): readonly string[] {
  const { repository, root } = module;
  const folders = pathsEnding(repository, '.go', root)
    .filter(
      (path) =>
        !path.endsWith('_test.go') &&
        (/(?:^|\/)(?:main\.go|cmd\/.+\.go)$/.test(path) || !path.includes('/', root === '' ? 0 : root.length + 1)) &&
        !/(?:^|\/)(?:vendor|testdata|examples?|third_party|hack|tools?|scripts?)\//.test(path),
    )
    .map(folderOf);
  return [...new Set(folders)].slice(0, 40).filter((folder) => mainIn(folder, module) !== undefined);
}

/** The Go files of a folder that are compiled for Linux with these tags; none that a generator wrote. */
export function sourcesIn(folder: string, repository: Repository, tags: ReadonlySet<string>): readonly Source[] {
  return pathsBelow(repository, folder, Number.POSITIVE_INFINITY)
    .filter((path) => path.endsWith('.go') && !path.includes('/', folder === '' ? 0 : folder.length + 1))
    .filter((path) => !namedForElsewhere(path) && !/\.pb(?:\.gw)?\.go$|(?:^|\/)zz_generated[^/]*$/.test(path))
    .slice(0, mostFiles)
    .flatMap((path) => repository.read(path) ?? [])
    .filter(({ text }) => isBuilt(text, tags));
}

/** The tags that the builds give: `-tags "netgo slim"`, `-tags=netgo,slim`. */
export const tagsOf = (builds: ProgramQuestion['builds']): ReadonlySet<string> =>
  new Set(
    builds
      .flatMap(({ words }) =>
        words.map((word, index) =>
          /^--?tags$/.test(words[index - 1] ?? '') ? word : /^--?tags=(.*)$/.exec(word ?? '')?.[1],
        ),
      )
      .flatMap((value) => value?.split(/[\s,"']+/) ?? [])
      .filter((tag) => tag !== ''),
  );

/** The repository's folder of an imported package; `undefined` where the repository has no module for it. */
export function folderOfImport(imported: string, module: Module): string | undefined {
  const { path, root, repository } = module;
  if (path !== '') {
    const holds = (one: string): boolean => imported === one || imported.startsWith(`${one}/`);
    // Several modules in one repository, tied by `replace` or go.work. Source: Go modules reference, "replace directive".
    const [nearest] = [module, ...modulesOf(repository)]
      .filter((one) => one.path !== '' && holds(one.path))
      .toSorted((a, b) => b.path.length - a.path.length);
    return nearest && pathIn(nearest.root, imported.slice(nearest.path.length + 1));
  }
  // GOPATH: `github.com/owner/name/store` is the folder `store`; `shop/store` is that, or the folder of this name.
  const parts = imported.split('/');
  const [host = ''] = parts;
  if (standard.has(host)) return undefined;
  const depths = host.includes('.') ? [3] : [0, 1];
  return depths
    .map((depth) => parts.slice(depth).join('/'))
    .filter((below) => below !== '')
    .map((below) => pathIn(root, below))
    .find((folder) => pathsBelow(repository, folder, 1).length > 0);
}

/** How the standard library's import paths begin. Source: golang/go, src, Go 1.25. */
const standard: ReadonlySet<string> = new Set(
  (
    'archive bufio bytes C cmp compress container context crypto database debug embed encoding errors expvar flag fmt go ' +
    'hash html image index io iter log maps math mime net os path plugin reflect regexp runtime slices sort strconv ' +
    'strings structs sync syscall testing text time unicode unique unsafe weak'
  ).split(' '),
);

const knownModules = new WeakMap<Repository, readonly Module[]>();

/** The modules of a repository, but for those that only its tests and examples have. */
function modulesOf(repository: Repository): readonly Module[] {
  const known = knownModules.get(repository);
  if (known) return known;
  const modules = pathsEnding(repository, '/go.mod', '')
    .filter((path) => !/(?:^|\/)(?:vendor|testdata|examples?)\//.test(path))
    .slice(0, mostModules)
    .flatMap((path) => moduleAt(folderOf(path), repository) ?? []);
  knownModules.set(repository, modules);
  return modules;
}

function moduleAt(root: string, repository: Repository): Module | undefined {
  const manifest = repository.read(pathIn(root, 'go.mod'));
  return manifest && { root, path: /^module\s+"?([^\s"]+)/m.exec(manifest.text)?.[1] ?? '', repository };
}
