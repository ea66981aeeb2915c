import type { Fact, Image } from '../../core/fact.ts';
import { buildFact, unknown, written } from '../../core/fact-builder.ts';
import type { Related } from '../../core/finding.ts';
import type { Source } from '../../core/source.ts';
import { spanOf } from '../../core/source.ts';
import type { Extraction, Repository } from '../../core/technology.ts';
import { parseDockerfile } from '../../formats/dockerfile.ts';
import type { BuiltStage } from './callers/builds.ts';
import { builtStages } from './callers/builds.ts';
import { callersOf } from './callers/callers.ts';
import { contentsOf } from './contents/contents.ts';
import { failedCopies, relatedCopies, wantedBy } from './failed-copies.ts';
import { fixOf, shownFix } from './fix.ts';
import type { Need } from './need/evidence.ts';
import { missesBundle, undecided } from './need/evidence.ts';
import { unlessMounted } from './need/mounted.ts';
import { needOf } from './need/need.ts';
import type { Program } from './need/program.ts';
import { programOf } from './need/program.ts';
import { isTrial } from './trials.ts';
import { shown } from './walk/expand.ts';
import type { Stage } from './walk/stages.ts';

/** The images that a Dockerfile builds. */
export function imagesOf(source: Source, repository: Repository): Extraction {
  const file = parseDockerfile(source);
  return {
    facts: builtStages(source, file, repository)
      .filter(({ stage, stages }) => isRunnable(stage, stages, source, repository))
      .map((built) => imageOf(built, source, repository)),
    diagnostics: file.diagnostics,
  };
}

/** The last stage; those that a caller names; those that start something and that no other stage uses. */
function isRunnable(stage: Stage, stages: readonly Stage[], source: Source, repository: Repository): boolean {
  if (stage.index === stages.length - 1) return true;
  if (stages.some((other) => other.parent === stage)) return false;
  const starts = stage.instructions.some(({ keyword }) => keyword === 'ENTRYPOINT' || keyword === 'CMD');
  const used = stages.some(({ copies }) => copies.some(({ from }) => from === stage));
  if (starts && !used) return true;
  return stage.name !== undefined && !used && callersOf(source.path, repository).targets.has(stage.name.toLowerCase());
}

function imageOf(
  { stage, stages, caBundle, exported }: BuiltStage,
  source: Source,
  repository: Repository,
): Fact<Image> {
  const final = stage.index === stages.length - 1;
  const program = programOf(stage);
  const asked = caBundle === 'absent' && !isTrial(source.path);
  const failed = failedCopies(stage, source);
  const seen = asked ? needOfBuilt(stage, program, exported, source, repository) : undecided;
  const need = asked ? wantedBy(failed, source, seen) : undecided;
  const contents = contentsOf(stage, source, repository);
  const { start, image } = stage;
  const self = spanOf(source, start.keywordRange.start, start.keywordRange.end);
  const place = image ? spanOf(source, image.range.start, image.range.end) : self;
  return buildFact<Image>(
    {
      technology: 'dockerfile',
      subject: stage.name ? `stage ${stage.name}` : final ? 'the final stage' : `stage ${stage.index}`,
      self,
      related: [
        ...relatedCopies(failed),
        ...contents.related,
        ...relatedStages(stage, stages, source),
        ...seen.evidence.map(({ span, phrase }): Related => ({ span, phrase, about: 'caBundle' })),
      ],
    },
    {
      kind: 'image',
      stage: stage.name ?? String(stage.index),
      base: shown(stage.base),
      final,
      evidence: need.evidence.map((one) => `${one.place} ${one.phrase}`),
      ...(missesBundle(need) && {
        fix: failed.find(({ repair }) => repair !== undefined)?.repair ?? shownFix(fixOf(stage, stages, source)),
      }),
    },
    {
      ...contents.fields,
      base: written(shown(stage.base), place),
      caBundle: caBundle === 'unknown' ? unknown : written(caBundle, place),
      entrypoint: program ? written(program.shown, startSpan(stage, source) ?? self) : undefined,
      // Asked only where it matters: where the bundle is missing.
      needsBundle:
        caBundle !== 'absent'
          ? undefined
          : need.need === undefined
            ? unknown
            : written(need.need, startSpan(stage, source) ?? self),
    },
  );
}

function needOfBuilt(
  stage: Stage,
  program: Program | undefined,
  exported: boolean,
  source: Source,
  repository: Repository,
): Need {
  if (exported) return { need: 'export', evidence: [] };
  return unlessMounted(source.path, repository, () => needOf(stage, program, source, repository));
}

function startSpan({ entrypoint, command }: Stage, source: Source): ReturnType<typeof spanOf> | undefined {
  const instruction = entrypoint ?? command;
  return instruction && spanOf(source, instruction.keywordRange.start, instruction.keywordRange.end);
}

/** Stages that have a bundle to copy. */
function relatedStages(stage: Stage, stages: readonly Stage[], source: Source): readonly Related[] {
  if (stage.caBundle !== 'absent') return [];
  const donor = stages.slice(0, stage.index).findLast(({ caBundle, image }) => caBundle === 'present' && image);
  if (!donor?.image) return [];
  const { start, end } = donor.image.range;
  const name = donor.name ?? String(donor.index);
  return [
    {
      span: spanOf(source, start, end),
      phrase: `this stage has a bundle to copy: COPY --from=${name}`,
      about: 'caBundle',
    },
  ];
}
