import type { Source } from '../../core/source.ts';
import type { Repository, Unit } from '../../core/technology.ts';
import { documentsOf } from './documents.ts';
import { families } from './families.ts';
import type { Explanation } from './kind.ts';
import { type Build, type Builds, buildsOf } from './kustomize/builds.ts';
import { type KubernetesObject, objectsIn } from './objects.ts';

/** What a unit is part of, beside its files. */
export interface Surroundings {
  /** What the unit builds; it is a file alone otherwise. */
  readonly build: Build | undefined;
  /** The objects of a kind in the files that explain it; those of a file alone may be among them, those of a build are not. */
  readonly explaining: (groupKind: string) => readonly KubernetesObject[];
  /** Whether this unit is the first of the run to say something that others may say too. Always the same answer. */
  readonly isFirst: (what: string) => boolean;
}

const surroundings = new WeakMap<Unit, Surroundings>();

/** What `units` found out about a unit; one that it did not make is a file alone. */
export const surroundingsOf = (unit: Unit): Surroundings =>
  surroundings.get(unit) ?? { build: undefined, explaining: () => [], isFirst: () => true };

/**
 * One unit for each build of kustomize, with all the files that go into it, and one for each other file; each with the
 * files that explain it: those that hold a kind that explains one of its kinds. What goes into other builds of the
 * same files explains nothing: two overlays of one base are two worlds.
 */
export function units(claimed: readonly Source[], repository: Repository): readonly Unit[] {
  const builds = buildsOf(claimed, repository);
  const around = aroundKinds(
    claimed.filter(({ path, held }) => held || !builds.patches.has(path)),
    repository,
  );
  const saidFirst = new Map<string, Unit>();
  const unitOf = (sources: readonly [Source, ...Source[]], build: Build | undefined): Unit => {
    const own = new Set(sources);
    const explaining = (groupKind: string): readonly KubernetesObject[] =>
      build
        ? around(sources)(groupKind).filter(
            ({ root: { source } }) => !own.has(source) && isOutside(source, build, builds),
          )
        : around(sources)(groupKind);
    const unit: Unit = { sources, repository };
    const isFirst = (what: string): boolean => {
      const first = saidFirst.get(what);
      if (first === undefined) saidFirst.set(what, unit);
      return first === undefined || first === unit;
    };
    surroundings.set(unit, { build, explaining, isFirst });
    return unit;
  };
  const built = new Map(builds.roots.map((build) => [build.root, build]));
  return claimed.flatMap((source) => {
    const build = built.get(source);
    if (build) return [unitOf([source, ...build.sources.slice(1)], build)];
    return !source.held && builds.reaching.has(source.path) ? [] : [unitOf([source], undefined)];
  });
}

type Lookup = (groupKind: string) => readonly KubernetesObject[];

/**
 * For files: the objects of a kind in those files that hold a kind which explains one of theirs. Files that name the same
 * kinds share one look-up, so that a thousand manifests around a thousand others cost no more than both.
 */
function aroundKinds(sources: readonly Source[], repository: Repository): (of: readonly Source[]) => Lookup {
  const holding = sourcesByKind(sources);
  const explainingOf = once(({ kind, says }: Explanation): readonly Source[] =>
    (holding.get(kind) ?? []).filter(({ text }) => says === undefined || says.test(text)),
  );
  const byKinds = new Map<string, Lookup>();
  return (of) => {
    const named = [...new Set(of.flatMap((source) => [...kindsNamedIn(source)]))].filter((kind) =>
      explanations.has(kind),
    );
    const key = named.sort().join(' ');
    const known = byKinds.get(key);
    if (known) return known;
    const explaining = new Set(named.flatMap((kind) => explanations.get(kind) ?? []));
    const files = [...new Set([...explaining].flatMap(explainingOf))];
    const lookup: Lookup = once((groupKind: string) =>
      files.flatMap((source) => objectsByKind(source, repository).get(groupKind) ?? []),
    );
    byKinds.set(key, lookup);
    return lookup;
  };
}

/** A function that remembers its answers. */
function once<K, V>(answer: (key: K) => V): (key: K) => V {
  const answers = new Map<K, V>();
  return (key) => {
    const known = answers.get(key);
    if (known !== undefined) return known;
    const found = answer(key);
    answers.set(key, found);
    return found;
  };
}

/** Whether a file is of another world than a build, but not of one that has a file in common with it. */
function isOutside({ path, held }: Source, build: Build, { reaching }: Builds): boolean {
  const others = held ? undefined : reaching.get(path);
  if (!others) return true;
  const siblings = siblingsOf(build, reaching);
  return [...others].some((other) => !siblings.has(other));
}

const siblings = new WeakMap<Build, ReadonlySet<Build>>();

/** A build, and those that share a file with it. */
function siblingsOf(build: Build, reaching: Builds['reaching']): ReadonlySet<Build> {
  const known = siblings.get(build);
  if (known) return known;
  const found = new Set([build, ...build.sources.flatMap(({ path }) => [...(reaching.get(path) ?? [])])]);
  siblings.set(build, found);
  return found;
}

/** What explains a kind, by its name. */
const explanations = new Map<string, readonly Explanation[]>();
for (const family of families) {
  for (const [kind, ones] of Object.entries(family.explainedBy ?? {}))
    explanations.set(kind, [...(explanations.get(kind) ?? []), ...ones]);
}

function sourcesByKind(sources: readonly Source[]): ReadonlyMap<string, readonly Source[]> {
  const holding = new Map<string, Source[]>();
  for (const source of sources) {
    for (const kind of kindsNamedIn(source)) {
      const others = holding.get(kind);
      if (others) others.push(source);
      else holding.set(kind, [source]);
    }
  }
  return holding;
}

const kinds = new WeakMap<Source, ReadonlySet<string>>();

/** The kinds that a text names, as far as one can tell without reading it. */
function kindsNamedIn(source: Source): ReadonlySet<string> {
  const known = kinds.get(source);
  if (known) return known;
  const names = source.text.matchAll(/\bkind["']?[ \t]*:[ \t]*["']?(\w+)/g);
  const found = new Set([...names].map(([, kind = '']) => kind));
  kinds.set(source, found);
  return found;
}

/**
 * Looks up the objects of a kind: those of the build, and those of the unit's other files that are not called like one
 * of them; or all of the unit's files where nothing is built.
 */
export function knownIn(unit: Unit): (groupKind: string) => readonly KubernetesObject[] {
  const { build, explaining } = surroundingsOf(unit);
  return once((groupKind) => {
    const own = build
      ? build.objects().filter((object) => groupKindOf(object) === groupKind)
      : unit.sources.flatMap((source) => objectsByKind(source, unit.repository).get(groupKind) ?? []);
    if (!build) return joinedWith(own, explaining(groupKind));
    const taken = new Set(own.map(nameIn));
    const others = explaining(groupKind).filter((object) => object.name === undefined || !taken.has(nameIn(object)));
    return others.length === 0 ? own : [...own, ...others];
  });
}

/** The shared list itself where it has the file's own objects: what is found out about it then serves every file. */
function joinedWith(
  own: readonly KubernetesObject[],
  explaining: readonly KubernetesObject[],
): readonly KubernetesObject[] {
  if (own.length === 0 || own.every((object) => explaining.includes(object))) return explaining;
  return [...own, ...explaining.filter((object) => !own.includes(object))];
}

const groupKindOf = ({ group, kind }: KubernetesObject): string => `${group}/${kind}`;

const nameIn = ({ namespace = '', name = '' }: KubernetesObject): string => `${namespace}/${name}`;

const read = new WeakMap<Source, ReadonlyMap<string, readonly KubernetesObject[]>>();

/** The objects of a file by `group/Kind`, read once. */
function objectsByKind(source: Source, repository: Repository): ReadonlyMap<string, readonly KubernetesObject[]> {
  const before = read.get(source);
  if (before) return before;
  const objects = new Map<string, KubernetesObject[]>();
  for (const object of objectsIn(documentsOf(source, repository).documents, false)) {
    const others = objects.get(groupKindOf(object));
    if (others) others.push(object);
    else objects.set(groupKindOf(object), [object]);
  }
  read.set(source, objects);
  return objects;
}
