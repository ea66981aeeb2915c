import { data } from '../../../data/trust-clients.yaml';
import type { Source } from '../../core/source.ts';
import { hasPath, pathsBelow } from './context-files.ts';
import type { Need, ProgramQuestion } from './evidence.ts';
import { evidenceAt, undecided } from './evidence.ts';
import { join } from './trust-files.ts';

/** Manifests of a workspace that are looked at. */
const mostManifests = 100;

/**
 * Whether a Rust program looks for the system's roots: what Cargo.lock says that its crate reaches.
 * `undefined` when the repository has no manifest for it.
 */
export function rustNeed({ folders, builds, names, repository }: ProgramQuestion): Need | undefined {
  const root = folders.find((folder) => hasPath(repository, pathIn(folder, 'Cargo.toml')));
  if (root === undefined) return undefined;
  const lock = folders.flatMap((folder) => repository.read(pathIn(folder, 'Cargo.lock')) ?? [])[0];
  if (!lock) return undecided;
  const crates = cratesOf(lock.text);
  const wanted = builds
    .filter(({ tool }) => tool === 'cargo')
    .flatMap(({ words }) => words.filter((_word, index) => /^(?:-p|--package|--bin)$/.test(words[index - 1] ?? '')));
  const own = crates.filter(({ external }) => !external).map(({ name }) => name);
  const named = own.filter((name) =>
    [...wanted, ...names].some((one) => one?.replaceAll('_', '-') === name.replaceAll('_', '-')),
  );
  const start = named.length > 0 ? named : own.length === 1 ? own : [];
  if (start.length === 0) return undecided;
  const reached = reachedFrom(start, crates);
  const builtin = data.rust.builtin.find((name) => reached.has(name));
  const native = data.rust.native.find((name) => reached.has(name));
  if (builtin) return native ? undecided : { need: 'builtin', evidence: [crateEvidence(lock, builtin)] };
  if (!native) return { need: 'none', evidence: [] };
  const manifests = pathsBelow(repository, root, 20_000)
    .filter((path) => /(?:^|\/)Cargo\.toml$/.test(path))
    .slice(0, mostManifests);
  for (const path of manifests) {
    const manifest = repository.read(path);
    const name = /^\s*name\s*=\s*"([^"]+)"/m.exec(manifest?.text ?? '')?.[1];
    if (!manifest || name === undefined || !reached.has(name)) continue;
    const client = dependenciesOf(manifest.text).find((one) => data.rust.clients.includes(one.name));
    if (client) {
      const evidence = evidenceAt(
        manifest,
        client.start,
        client.start + client.name.length,
        `depends on ${client.name}`,
      );
      return { need: 'evident', evidence: [evidence, crateEvidence(lock, native)] };
    }
  }
  return undecided;
}

const pathIn = (folder: string, name: string): string => join(`/${folder}`, `./${name}`).slice(1);

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

function reachedFrom(start: readonly string[], crates: readonly Crate[]): ReadonlySet<string> {
  const dependencies = new Map<string, string[]>();
  for (const crate of crates)
    dependencies.set(crate.name, [...(dependencies.get(crate.name) ?? []), ...crate.dependencies]);
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
