import type { Source } from '../../core/source.ts';
import type { Extraction, Repository, Unit, Versions } from '../../core/technology.ts';
import { type ApacheEntry, parseApache } from '../../formats/apache.ts';
import { readsLikeApache } from './claims.ts';
import { defaultsOf } from './defaults.ts';
import { directoriesOf } from './directories.ts';
import { expand } from './expand.ts';
import { includeReader } from './includes.ts';
import { listenersOf } from './listeners.ts';
import { upstreamsOf } from './upstreams.ts';
import { literal } from './words.ts';

/**
 * Main files with what they include; then fragments that include others; then the fragments that are left, each by
 * itself.
 */
export function unitsOf(claimed: readonly Source[], repository: Repository): readonly Unit[] {
  const sources = claimed.filter(readsLikeApache);
  const includes = new Map(sources.map((source) => [source, includedBy(source, sources, repository)]));
  const covered = new Set<string>();
  const units: Unit[] = [];
  const add = (source: Source): void => {
    const files = includes.get(source) ?? [];
    for (const file of [source, ...files]) covered.add(identity(file));
    units.push({ sources: [source, ...files], repository });
  };
  const namedBy = (some: readonly Source[]): ReadonlySet<string> =>
    new Set(some.flatMap((source) => (includes.get(source) ?? []).map(identity)));
  const mains = sources.filter(isMain);
  const innerMains = namedBy(mains);
  for (const main of mains) if (!innerMains.has(identity(main))) add(main);
  const fragments = sources.filter((source) => !covered.has(identity(source)));
  const inner = namedBy(fragments);
  for (const fragment of fragments) if (!inner.has(identity(fragment))) add(fragment);
  // What is left names each other in a circle.
  for (const fragment of fragments) if (!covered.has(identity(fragment))) add(fragment);
  return units;
}

/** What a main file with its includes, or a fragment, says. */
export function readApache({ sources, repository }: Unit, versions: Versions): Extraction {
  const [root] = sources;
  if (!readsLikeApache(root)) return { facts: [], diagnostics: [] };
  const evidence = versions('httpd', root.path);
  const includes = includeReader(root, siblingsOf(root, sources), repository);
  const top = { items: expand(root, { includes, version: evidence.version }), outer: undefined, open: !isMain(root) };
  const defaults = defaultsOf(evidence);
  return {
    facts: [...listenersOf(top, root, defaults), ...upstreamsOf(top, defaults), ...directoriesOf(top)],
    diagnostics: sources.flatMap((source) => parseApache(source).diagnostics),
  };
}

const identity = ({ path, held }: Source): string => (held ? `${path}\0${held.holder}\0${held.name}` : path);

const siblingsOf = (source: Source, sources: readonly Source[]): readonly Source[] =>
  source.held ? sources.filter(({ path, held }) => path === source.path && held?.holder === source.held?.holder) : [];

/** Modules that a main file loads at the least; a distribution's `ssl.conf` may load one. */
const fewestModules = 3;

/** Whether a file is what httpd is started with: it has what no other file sets. */
function isMain(source: Source): boolean {
  const names = namesIn(parseApache(source).entries);
  return (
    names.has('serverroot') ||
    (names.get('loadmodule') ?? 0) >= fewestModules ||
    (names.has('pidfile') && names.has('user'))
  );
}

/** How often each directive stands in a file, inside conditions too. */
function namesIn(entries: readonly ApacheEntry[], found = new Map<string, number>()): Map<string, number> {
  for (const entry of entries) {
    if (entry.kind === 'hole') continue;
    found.set(entry.name, (found.get(entry.name) ?? 0) + 1);
    if (entry.body) namesIn(entry.body, found);
  }
  return found;
}

const mostFiles = 2000;

/** Every file that a file includes, itself or through others. */
function includedBy(source: Source, sources: readonly Source[], repository: Repository): readonly Source[] {
  const read = includeReader(source, siblingsOf(source, sources), repository);
  const found = new Map<string, Source>();
  const waiting = [source];
  for (let next = waiting.pop(); next && found.size < mostFiles; next = waiting.pop()) {
    for (const file of includesIn(parseApache(next).entries).flatMap(read)) {
      if (file === source || found.has(identity(file))) continue;
      found.set(identity(file), file);
      waiting.push(file);
    }
  }
  return [...found.values()];
}

/** What `Include` names, at any depth. */
const includesIn = (entries: readonly ApacheEntry[]): readonly string[] =>
  entries.flatMap((entry) => {
    if (entry.kind === 'hole') return [];
    if (entry.body) return includesIn(entry.body);
    return /^include(?:optional)?$/.test(entry.name) ? (literal(entry.words[0]) ?? []) : [];
  });
