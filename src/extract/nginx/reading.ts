import type { Source } from '../../core/source.ts';
import type { Extraction, Repository, Unit, Versions } from '../../core/technology.ts';
import { type NginxDirective, parseNginx } from '../../formats/nginx.ts';
import { literal } from '../dialects/nginx-settings.ts';
import { readsLikeNginx } from './claims.ts';
import { contextsOf, isRoot } from './contexts.ts';
import { defaultsOf } from './defaults.ts';
import { includeReader } from './includes.ts';
import { listenersOf } from './listeners.ts';
import type { Reading } from './scope.ts';
import { upstreamsOf } from './upstreams.ts';

/**
 * Main files with what they include; then fragments that include others; then the fragments that are left, each by
 * itself. Files out of one ConfigMap are looked for among each other.
 */
export function unitsOf(claimed: readonly Source[], repository: Repository): readonly Unit[] {
  const sources = claimed.filter(readsLikeNginx);
  const includes = new Map(sources.map((source) => [source, includedBy(source, sources, repository)]));
  const covered = new Set<string>();
  const units: Unit[] = [];
  const add = (source: Source): void => {
    const files = includes.get(source) ?? [];
    for (const file of [source, ...files]) covered.add(identity(file));
    units.push({ sources: [source, ...files], repository });
  };
  const named = (candidates: readonly Source[]): ReadonlySet<string> =>
    new Set(candidates.flatMap((source) => (includes.get(source) ?? []).map(identity)));
  const roots = sources.filter(isRoot);
  const innerRoots = named(roots);
  for (const root of roots) if (!innerRoots.has(identity(root))) add(root);
  const fragments = sources.filter((source) => !covered.has(identity(source)));
  const inner = named(fragments);
  for (const fragment of fragments) if (!inner.has(identity(fragment))) add(fragment);
  // What is left names each other in a circle.
  for (const fragment of fragments) if (!covered.has(identity(fragment))) add(fragment);
  return units;
}

const identity = ({ path, held }: Source): string => (held ? `${path}\0${held.holder}\0${held.name}` : path);

const siblingsOf = (source: Source, sources: readonly Source[]): readonly Source[] =>
  source.held ? sources.filter(({ path, held }) => path === source.path && held?.holder === source.held?.holder) : [];

/** Every file that a file includes, itself or through others. */
function includedBy(source: Source, sources: readonly Source[], repository: Repository): readonly Source[] {
  const read = includeReader(source, siblingsOf(source, sources), repository);
  const found = new Map<string, Source>();
  const waiting = [source];
  for (let next = waiting.pop(); next && found.size < mostFiles; next = waiting.pop()) {
    for (const file of includesIn(parseNginx(next).directives).flatMap(read)) {
      if (file === source || found.has(identity(file))) continue;
      found.set(identity(file), file);
      waiting.push(file);
    }
  }
  return [...found.values()];
}

const mostFiles = 2000;

/** What `include` names, at any depth. */
const includesIn = (directives: readonly NginxDirective[]): readonly string[] =>
  directives.flatMap((directive) => {
    if (directive.block) return includesIn(directive.block.directives);
    return directive.name === 'include' ? (literal(directive.arguments[0]) ?? []) : [];
  });

/** What a main file with its includes, or a fragment, says. */
export function readNginx({ sources, repository }: Unit, versions: Versions): Extraction {
  const [root] = sources;
  if (!readsLikeNginx(root)) return { facts: [], diagnostics: [] };
  const defaults = defaultsOf(versions('nginx', root.path));
  const reading: Reading = {
    includes: includeReader(root, siblingsOf(root, sources), repository),
    spliced: { count: 0 },
  };
  const contexts = contextsOf(root, reading);
  return {
    facts: contexts.flatMap((context) => [...listenersOf(context, defaults), ...upstreamsOf(context, defaults)]),
    diagnostics: sources.flatMap((source) => parseNginx(source).diagnostics),
  };
}
