import type { Source } from '../../core/source.ts';
import type { Extraction, Repository, Unit, Versions } from '../../core/technology.ts';
import { type ApacheEntry, parseApache } from '../../formats/apache.ts';
import { siblingsOf, unitsByInclusion } from '../dialects/include-units.ts';
import { includeReader } from '../dialects/included-files.ts';
import { readsLikeApache } from './claims.ts';
import { defaultsOf } from './defaults.ts';
import { directoriesOf } from './directories.ts';
import { expand } from './expand.ts';
import { apacheIncludes } from './includes.ts';
import { listenersOf } from './listeners.ts';
import { upstreamsOf } from './upstreams.ts';
import { literal } from './words.ts';

/** Main files with what they include, and fragments that none includes. */
export const unitsOf = (claimed: readonly Source[], repository: Repository): readonly Unit[] =>
  unitsByInclusion(claimed.filter(readsLikeApache), repository, {
    isRoot: isMain,
    includesIn: (source) => includesIn(parseApache(source).entries),
    habits: apacheIncludes,
  });

/** What a main file with its includes, or a fragment, says. */
export function readApache({ sources, repository }: Unit, versions: Versions): Extraction {
  const [root] = sources;
  if (!readsLikeApache(root)) return { facts: [], diagnostics: [] };
  const evidence = versions('httpd', root.path);
  const includes = includeReader(root, siblingsOf(root, sources), repository, apacheIncludes);
  const top = { items: expand(root, { includes, version: evidence.version }), outer: undefined, open: !isMain(root) };
  const defaults = defaultsOf(evidence);
  return {
    facts: [...listenersOf(top, root, defaults), ...upstreamsOf(top, defaults), ...directoriesOf(top)],
    diagnostics: sources.flatMap((source) => parseApache(source).diagnostics),
  };
}

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

/** What `Include` names, at any depth. */
const includesIn = (entries: readonly ApacheEntry[]): readonly string[] =>
  entries.flatMap((entry) => {
    if (entry.kind === 'hole') return [];
    if (entry.body) return includesIn(entry.body);
    return /^include(?:optional)?$/.test(entry.name) ? (literal(entry.words[0]) ?? []) : [];
  });
