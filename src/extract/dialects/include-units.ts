import type { Source } from '../../core/source.ts';
import type { Repository, Unit } from '../../core/technology.ts';
import { type IncludeHabits, includeReader } from './included-files.ts';

/** How a technology's files include each other. */
export interface Inclusion {
  /** Whether the product is started with this file. */
  readonly isRoot: (source: Source) => boolean;
  /** What its includes name, at any depth of its blocks. */
  readonly includesIn: (source: Source) => readonly string[];
  readonly habits?: IncludeHabits;
}

/** Files of one unit at most. */
const mostFiles = 2000;

/**
 * Main files with what they include; then fragments that include others; then the fragments that are left, each by
 * itself. Files out of one ConfigMap are looked for among each other.
 */
export function unitsByInclusion(
  sources: readonly Source[],
  repository: Repository,
  inclusion: Inclusion,
): readonly Unit[] {
  const includes = new Map(sources.map((source) => [source, includedBy(source, sources, repository, inclusion)]));
  const covered = new Set<string>();
  const units: Unit[] = [];
  const add = (source: Source): void => {
    const files = includes.get(source) ?? [];
    for (const file of [source, ...files]) covered.add(identity(file));
    units.push({ sources: [source, ...files], repository });
  };
  const named = (candidates: readonly Source[]): ReadonlySet<string> =>
    new Set(candidates.flatMap((source) => (includes.get(source) ?? []).map(identity)));
  const roots = sources.filter(inclusion.isRoot);
  const innerRoots = named(roots);
  for (const root of roots) if (!innerRoots.has(identity(root))) add(root);
  const fragments = sources.filter((source) => !covered.has(identity(source)));
  const inner = named(fragments);
  for (const fragment of fragments) if (!inner.has(identity(fragment))) add(fragment);
  // What is left names each other in a circle.
  for (const fragment of fragments) if (!covered.has(identity(fragment))) add(fragment);
  return units;
}

/** The files that come out of the same ConfigMap. */
export const siblingsOf = (source: Source, sources: readonly Source[]): readonly Source[] =>
  source.held ? sources.filter(({ path, held }) => path === source.path && held?.holder === source.held?.holder) : [];

const identity = ({ path, held }: Source): string => (held ? `${path}\0${held.holder}\0${held.name}` : path);

/** Every file that a file includes, itself or through others. */
function includedBy(
  source: Source,
  sources: readonly Source[],
  repository: Repository,
  { includesIn, habits }: Inclusion,
): readonly Source[] {
  const read = includeReader(source, siblingsOf(source, sources), repository, habits);
  const found = new Map<string, Source>();
  const waiting = [source];
  for (let next = waiting.pop(); next && found.size < mostFiles; next = waiting.pop()) {
    for (const file of includesIn(next).flatMap(read)) {
      if (file === source || found.has(identity(file))) continue;
      found.set(identity(file), file);
      waiting.push(file);
    }
  }
  return [...found.values()];
}
