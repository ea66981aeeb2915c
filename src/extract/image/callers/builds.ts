import type { Source } from '../../../core/source.ts';
import type { Repository } from '../../../core/technology.ts';
import type { DockerfileFile } from '../../../formats/dockerfile.ts';
import type { Variables } from '../walk/expand.ts';
import type { Stage } from '../walk/stages.ts';
import { stagesOf } from '../walk/stages.ts';
import type { BuildCall } from './build-call.ts';
import { callersOf } from './callers.ts';

/** A stage as the repository itself builds it. */
export interface BuiltStage {
  readonly stage: Stage;
  /** All stages of the same build. */
  readonly stages: readonly Stage[];
  /** `unknown` also where its callers build it on bases that disagree. */
  readonly caBundle: Stage['caBundle'];
  /** Whoever builds it takes files out of it, and no image. */
  readonly exported: boolean;
}

/** Callers that choose the base in more ways than this leave it open. */
const mostVariants = 20;

/**
 * The stages of a Dockerfile, each judged with the build arguments that the repository's own callers give it. Where no
 * caller is known to build the file, the defaults count.
 */
export function builtStages(source: Source, file: DockerfileFile, repository: Repository): readonly BuiltStage[] {
  const callers = callersOf(source.path, repository);
  const deciding = decidingArguments(file);
  const known = new Map<string, readonly Stage[]>();
  const builtWith = (given: Variables): readonly Stage[] => {
    const key = JSON.stringify([...given].map(([name, value]) => [name, value ?? null]).toSorted());
    const before = known.get(key);
    if (before) return before;
    const stages =
      known.size < mostVariants
        ? stagesOf(source, file, repository, given)
        : stagesOf(source, file, repository, openOf(deciding));
    known.set(key, stages);
    return stages;
  };
  const defaults = builtWith(new Map());
  return defaults.map((plain) => {
    const { index, name } = plain;
    const last = index === defaults.length - 1;
    const builds = ({ target }: BuildCall): boolean =>
      target === 'unknown' || (target === 'last' ? last : target.name === name?.toLowerCase());
    const own = callers.calls.filter(builds);
    const certain = own.filter((call) => call.dockerfile === source.path);
    const calls = own.length > 0 ? own : callers.calls;
    const variants = calls.map(({ args }) => new Map([...args].filter(([argument]) => deciding.has(argument))));
    const candidates = [...new Set([...(certain.length > 0 ? [] : [defaults]), ...variants.map(builtWith)])];
    const [first = defaults] = candidates;
    const stage = first[index] ?? plain;
    const agreed = candidates.every((stages) => stages[index]?.caBundle === stage.caBundle);
    // A search in scripts finds the name of an argument, not its value.
    const open = [...withInner(file, stage.baseArguments)].some((argument) => callers.arguments.has(argument));
    const hidden = stage.caBundle === 'absent' && open;
    return {
      stage,
      stages: first,
      caBundle: agreed && !hidden ? stage.caBundle : 'unknown',
      exported: certain.length > 0 && certain.every((call) => call.exports),
    };
  });
}

const openOf = (names: ReadonlySet<string>): Variables => new Map([...names].map((name) => [name, undefined] as const));

/** The global arguments that decide about a base. */
const decidingArguments = (file: DockerfileFile): ReadonlySet<string> =>
  withInner(
    file,
    file.instructions.flatMap(({ keyword, words }) => (keyword === 'FROM' ? namesIn(words[0]?.value ?? '') : [])),
  );

const namesIn = (text: string): readonly string[] => [...text.matchAll(/\$\{?(\w+)/g)].map(([, name = '']) => name);

/** Names of arguments, and those that their defaults name. */
function withInner({ instructions }: DockerfileFile, given: readonly string[]): ReadonlySet<string> {
  const first = instructions.findIndex(({ keyword }) => keyword === 'FROM');
  const names = new Set(given);
  const declared = instructions
    .slice(0, Math.max(first, 0))
    .filter(({ keyword }) => keyword === 'ARG')
    .flatMap(({ pairs }) => pairs);
  for (const { name, value } of declared.toReversed())
    if (names.has(name.value)) for (const inner of namesIn(value?.value ?? '')) names.add(inner);
  return names;
}
