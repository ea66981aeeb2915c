import type { Extraction, Unit, Versions } from '../../core/technology.ts';
import { documentsOf } from './documents.ts';
import { families } from './families.ts';
import { type Controller, joined, type KindContext, type KindExtractor } from './kind.ts';
import { inBuild } from './kustomize/facts.ts';
import { type KubernetesObject, objectsIn } from './objects.ts';
import { knownIn, surroundingsOf, units } from './surroundings.ts';

/** What is read of each kind, by `group/Kind` without the version. */
const kinds = new Map<string, readonly KindExtractor[]>();
for (const family of families) {
  for (const [kind, readers] of Object.entries(family.kinds)) kinds.set(kind, [...(kinds.get(kind) ?? []), ...readers]);
}

const controllers: Readonly<Record<string, Controller>> = Object.fromEntries(
  families.flatMap((family) => Object.entries(family.controllers ?? {})),
);

/** What one manifest says, or the objects of one build; a unit also holds the files that explain it. */
function readManifests(unit: Unit, versions: Versions): Extraction {
  const { build, isFirst } = surroundingsOf(unit);
  const context: KindContext = { versions, controllers, known: knownIn(unit) };
  const read = (object: KubernetesObject): Extraction =>
    joined((kinds.get(`${object.group}/${object.kind}`) ?? []).map((reader) => reader(object, context)));
  const files = (build?.sources ?? [unit.sources[0]]).map((source) => documentsOf(source, unit.repository));
  const { facts, diagnostics, nested } = build
    ? joined(build.objects().map((object) => inBuild(object, build.name, read, isFirst)))
    : joined(
        objectsIn(
          files.flatMap(({ documents }) => documents),
          false,
        ).map(read),
      );
  const all = [...files.flatMap((file) => file.diagnostics), ...diagnostics];
  return {
    facts,
    diagnostics: build ? all.filter((diagnostic) => isFirst(JSON.stringify(diagnostic))) : all,
    nested: nested ?? [],
  };
}

/** Both halves of reading manifests, loaded together. */
export const manifests = { units, read: readManifests };
