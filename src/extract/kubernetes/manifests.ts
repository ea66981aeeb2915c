import type { Extraction, Unit, Versions } from '../../core/technology.ts';
import { documentsOf } from './documents.ts';
import { families } from './families.ts';
import { type Controller, joined, type KindContext, type KindExtractor } from './kind.ts';
import { objectsIn } from './objects.ts';
import { inlinePatchesOf, isKustomization, isPatch, knownIn, units } from './surroundings.ts';

/** What is read of each kind, by `group/Kind` without the version. */
const kinds = new Map<string, readonly KindExtractor[]>();
for (const family of families) {
  for (const [kind, readers] of Object.entries(family.kinds)) kinds.set(kind, [...(kinds.get(kind) ?? []), ...readers]);
}

const controllers: Readonly<Record<string, Controller>> = Object.fromEntries(
  families.flatMap((family) => Object.entries(family.controllers ?? {})),
);

/** What one manifest says; a unit also holds the files that explain it. */
function readManifests(unit: Unit, versions: Versions): Extraction {
  const [source] = unit.sources;
  const file = documentsOf(source, unit.repository);
  const context: KindContext = { versions, controllers, known: knownIn(unit) };
  const extractions = objectsIn(file.documents, isPatch(unit)).flatMap((object) =>
    (kinds.get(`${object.group}/${object.kind}`) ?? []).map((read) => read(object, context)),
  );
  const { facts, diagnostics, nested } = joined(extractions);
  const patches = isKustomization(source.path) && !source.held ? inlinePatchesOf(source) : [];
  return { facts, diagnostics: [...file.diagnostics, ...diagnostics], nested: [...(nested ?? []), ...patches] };
}

/** Both halves of reading manifests, loaded together. */
export const manifests = { units, read: readManifests };
