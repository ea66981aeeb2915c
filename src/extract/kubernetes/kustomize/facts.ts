import type { Fact } from '../../../core/fact.ts';
import { buildFact, written } from '../../../core/fact-builder.ts';
import type { Source } from '../../../core/source.ts';
import { spanOf } from '../../../core/source.ts';
import type { Extraction } from '../../../core/technology.ts';
import { nothing } from '../kind.ts';
import { headOf, type KubernetesObject, labelOf, qualified } from '../objects.ts';
import type { BuiltObject } from './build.ts';
import { isFileUnderItsName } from './builds.ts';

/**
 * What an object says as part of a build: its facts belong to the build, and where a patch took something away from
 * the object they say so. What is held inside is given by the first build that has it.
 */
export function inBuild(
  object: BuiltObject,
  build: string,
  read: (object: KubernetesObject) => Extraction,
  isFirst: (what: string) => boolean,
): Extraction {
  const { resource } = object;
  const isIncompleteSecret = resource?.generated === 'partly' && object.kind === 'Secret';
  const { facts, diagnostics, nested } = isIncompleteSecret ? madeElsewhere(object) : read(object);
  const removals = (resource?.removals ?? []).map((span) => ({ span, phrase: `changed by this patch in ${build}` }));
  return {
    facts: facts.map((fact): Fact => ({ ...fact, build, related: [...fact.related, ...removals] })),
    diagnostics,
    nested: (nested ?? []).filter((source) => isToBeRead(source, isFirst)),
  };
}

/** A Secret whose content is not all in the repository: somebody puts it there before the build. */
function madeElsewhere(object: KubernetesObject): Extraction {
  const { name, namespace } = object;
  if (name === undefined) return nothing;
  const head = { technology: 'kubernetes', subject: labelOf(object), self: headOf(object) };
  const fact = buildFact(
    head,
    { kind: 'secret', name: qualified(namespace, name), provider: 'template' },
    { name: written(qualified(namespace, name), headOf(object)) },
  );
  return { facts: [fact], diagnostics: [] };
}

/**
 * Whether a source inside an object is read here: not where another build gave it, and not where it is a file of the
 * repository under its own name, which is read as such, unless it holds certificates: those belong to the object then.
 */
function isToBeRead(source: Source, isFirst: (what: string) => boolean): boolean {
  if (isFileUnderItsName(source) && !source.text.includes('-----BEGIN ')) return false;
  const { file, start, end } = spanOf(source, 0, source.text.length);
  const { name = '', holder = '' } = source.held ?? {};
  return isFirst([file, start, end, name, holder, source.text].join('\0'));
}
