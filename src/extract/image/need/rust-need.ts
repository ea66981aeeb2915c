import { data } from '../../../../data/trust-clients.yaml';
import type { Source } from '../../../core/source.ts';
import { folderOf, hasPath, pathIn, pathsEnding } from '../walk/repository-paths.ts';
import type { Need, ProgramQuestion } from './evidence.ts';
import { evidenceAt, undecided } from './evidence.ts';
import { needOfManifest } from './rust-manifest-need.ts';
import type { RustPackage } from './rust-sources.ts';
import { addressesOf, usesClient } from './rust-sources.ts';

/** Manifests of a workspace that are looked at. */
const mostManifests = 100;

/**
 * Whether a Rust program looks for the system's roots: what Cargo.lock says that its crate reaches.
 * `undefined` when the repository has no manifest for it.
 */
export function rustNeed({ folders, builds, names, repository, byNameOnly }: ProgramQuestion): Need | undefined {
  const root = folders.find((folder) => hasPath(repository, pathIn(folder, 'Cargo.toml')));
  if (root === undefined) return undefined;
  const workspace = folders.find((folder) => hasPath(repository, pathIn(folder, 'Cargo.lock')));
  const lock = workspace === undefined ? undefined : repository.read(pathIn(workspace, 'Cargo.lock'));
  if (workspace === undefined || !lock)
    return byNameOnly ? undefined : withoutLock({ folders, builds, names, repository }, root);
  const manifests = manifestsBelow(workspace.length < root.length ? workspace : root, repository);
  const crates = cratesOf(lock.text);
  const wanted = builds
    .filter(({ tool }) => tool === 'cargo')
    .flatMap(({ words }) => words.filter((_word, index) => /^(?:-p|--package|--bin)$/.test(words[index - 1] ?? '')));
  const own = crates.filter(({ external }) => !external).map(({ name }) => name);
  const isWanted = (name: string): boolean =>
    [...wanted, ...names].some((one) => one?.replaceAll('_', '-') === name.replaceAll('_', '-'));
  const byCrate = own.filter(isWanted);
  const byProgram = manifests.filter(({ programs }) => programs.some(isWanted)).map(({ name }) => name);
  const named = byCrate.length > 0 ? byCrate : byProgram;
  const start = named.length > 0 ? named : own.length === 1 && !byNameOnly ? own : [];
  if (start.length === 0) return byNameOnly ? undefined : undecided;
  const reached = reachedFrom(start, crates);
  const builtin = data.rust.builtin.find((name) => reached.has(name));
  const native = data.rust.native.find((name) => reached.has(name));
  if (builtin && !native) return { need: 'builtin', evidence: [crateEvidence(lock, builtin)] };
  if (!native) return { need: 'none', evidence: [] };
  for (const { name, source: manifest } of manifests) {
    if (!reached.has(name)) continue;
    const client = dependenciesOf(manifest.text).find(
      ({ name: dependency }) =>
        data.rust.clients.includes(dependency) &&
        (!builtin || (start.includes(name) && readsSystemRoots(dependency, crates))),
    );
    // Its own dependency is taken at its word; that of a crate below, if the program's sources come to it.
    if (
      client &&
      (start.includes(name) ||
        usesClient(client.name, packagesOf(start, manifests), packagesOf(undefined, manifests), repository))
    ) {
      const evidence = evidenceAt(
        manifest,
        client.start,
        client.start + client.name.length,
        `depends on ${client.name}`,
      );
      const own = packagesOf(
        manifests.map((one) => one.name).filter((one) => reached.has(one)),
        manifests,
      );
      return weighed(client.name, own, repository, [evidence, crateEvidence(lock, native)]);
    }
  }
  return undecided;
}

/** The lock file is not committed: the package of the program's name, or the only one, says which client it asks for. */
function withoutLock(
  { folders, builds, names, repository }: Pick<ProgramQuestion, 'folders' | 'builds' | 'names' | 'repository'>,
  root: string,
): Need {
  if (builds.some(({ tool }) => tool === 'cargo') === false) return undecided;
  const top =
    folders.find((folder) => /^\[workspace\]/m.test(repository.read(pathIn(folder, 'Cargo.toml'))?.text ?? '')) ?? root;
  const manifests = manifestsBelow(top, repository);
  const isNamed = (name: string): boolean =>
    names.some((one) => one.replaceAll('_', '-') === name.replaceAll('_', '-'));
  const named = manifests.filter(({ name, programs }) => isNamed(name) || programs.some(isNamed));
  const [chosen, ...others] = named.length > 0 ? named : manifests;
  if (!chosen || others.length > 0) return undecided;
  const need = needOfManifest(chosen.source, repository.read(pathIn(top, 'Cargo.toml')));
  return need.need === 'evident'
    ? weighed('reqwest', packagesOf([chosen.name], manifests), repository, need.evidence)
    : need;
}

/** A client for any address is evident where the sources name a public one; else its user may give it one, or may not. */
function weighed(
  client: string,
  packages: readonly RustPackage[],
  repository: ProgramQuestion['repository'],
  evidence: Need['evidence'],
): Need {
  if (!data.rust.addressed.includes(client)) return { need: 'evident', evidence };
  const addresses = addressesOf(client, packages, repository);
  if (addresses === 'plain' || addresses === 'types') return undecided;
  return { need: addresses === 'given' ? 'configured' : 'evident', evidence };
}

const packagesOf = (names: readonly string[] | undefined, manifests: readonly Manifest[]): readonly RustPackage[] =>
  manifests
    .filter(({ name }) => names === undefined || names.includes(name))
    .map(({ name, source }) => ({ name, folder: folderOf(source.path) }));

interface Manifest {
  readonly source: Source;
  /** The package's. */
  readonly name: string;
  /** `[[bin]]` targets with a name of their own. */
  readonly programs: readonly string[];
}

/** The packages of a workspace. Source: Cargo book, "Cargo Targets". */
const manifestsBelow = (root: string, repository: ProgramQuestion['repository']): readonly Manifest[] =>
  pathsEnding(repository, '/Cargo.toml', root)
    .slice(0, mostManifests)
    .flatMap((path) => {
      const source = repository.read(path);
      const name = /^\[package\][^[]*?^\s*name\s*=\s*"([^"]+)"/m.exec(source?.text ?? '')?.[1];
      if (!source || name === undefined) return [];
      const programs = [...source.text.matchAll(/^\[\[bin\]\][^[]*?^\s*name\s*=\s*"([^"]+)"/gm)];
      return [{ source, name, programs: programs.map(([, program = '']) => program) }];
    });

interface Crate {
  readonly name: string;
  /** It comes from a registry or from git, not from the workspace. */
  readonly external: boolean;
  readonly dependencies: readonly string[];
}

/** The crates of a lock file. Source: Cargo book, "Cargo.toml vs Cargo.lock", lock file versions 3 and 4. */
function cratesOf(lock: string): readonly Crate[] {
  return lock
    .split('[[package]]')
    .slice(1)
    .map((entry) => ({
      name: /^name = "([^"]+)"/m.exec(entry)?.[1] ?? '',
      external: /^source = /m.test(entry),
      dependencies: [...(/^dependencies = \[([^\]]*)\]/m.exec(entry)?.[1] ?? '').matchAll(/"([^" ]+)/g)].map(
        ([, name = '']) => name,
      ),
    }));
}

/**
 * Whether a client is built with the system's roots and none of its own, where other crates of the program bring some:
 * reqwest 0.13, or 0.12 with native-tls or rustls-tls-native-roots. Two versions of it may differ.
 */
function readsSystemRoots(client: string, crates: readonly Crate[]): boolean {
  const [crate, ...others] = crates.filter(({ name }) => name === client);
  const uses = (names: readonly string[]): boolean => names.some((name) => crate?.dependencies.includes(name));
  return crate !== undefined && others.length === 0 && uses(data.rust.native) && !uses(data.rust.builtin);
}

/** rustls-platform-verifier takes webpki-root-certs along for Android. */
const forOtherSystems = (crate: string, dependency: string): boolean =>
  crate === 'rustls-platform-verifier' && dependency === 'webpki-root-certs';

function reachedFrom(start: readonly string[], crates: readonly Crate[]): ReadonlySet<string> {
  const dependencies = new Map<string, string[]>();
  for (const { name, dependencies: more } of crates) {
    const needed = more.filter((dependency) => !forOtherSystems(name, dependency));
    dependencies.set(name, [...(dependencies.get(name) ?? []), ...needed]);
  }
  const reached = new Set(start);
  for (const name of reached) for (const dependency of dependencies.get(name) ?? []) reached.add(dependency);
  return reached;
}

function crateEvidence(lock: Source, name: string): Need['evidence'][number] {
  const at = Math.max(lock.text.indexOf(`name = "${name}"`), 0);
  return evidenceAt(lock, at, at + `name = "${name}"`.length, `holds ${name}`);
}

/** The names under `[dependencies]`, also for one target; not those for tests and build scripts. */
function dependenciesOf(manifest: string): readonly { readonly name: string; readonly start: number }[] {
  const found: { name: string; start: number }[] = [];
  let inside = false;
  let offset = 0;
  for (const line of manifest.split('\n')) {
    const section = /^\s*\[([^\]]+)\]/.exec(line)?.[1]?.trim();
    if (section !== undefined) {
      inside = /(?:^|\.)dependencies$/.test(section);
      const single = /(?:^|\.)dependencies\.([\w-]+)$/.exec(section)?.[1];
      if (single) found.push({ name: single, start: offset + line.indexOf(single) });
    } else if (inside) {
      const name = /^\s*([\w-]+)\s*(?:\.[\w-]+\s*)?=/.exec(line)?.[1];
      if (name) found.push({ name, start: offset + line.indexOf(name) });
    }
    offset += line.length + 1;
  }
  return found;
}
