import type { Fact, Image } from '../../../core/fact.ts';
import { buildFact, byDefault, unknown, written } from '../../../core/fact-builder.ts';
import type { Related } from '../../../core/finding.ts';
import type { Span } from '../../../core/source.ts';
import type { Repository } from '../../../core/technology.ts';
import { endedBase } from '../contents/ended-bases.ts';
import type { Need } from '../need/evidence.ts';
import { missesBundle, undecided } from '../need/evidence.ts';
import { goNeed } from '../need/go-need.ts';
import { isTrial } from '../trials.ts';
import { foldersAbove, pathIn } from '../walk/repository-paths.ts';

/** What is known of an image that a tool builds without a Dockerfile. */
export interface BuiltImage {
  readonly technology: string;
  readonly subject: string;
  readonly self: Span;
  /** What the tool calls it. */
  readonly name: string;
  /** The image that it is built on, or what it is made of; `span` where that is written, else `reason`. */
  readonly base:
    | { readonly reference: string; readonly span: Span }
    | { readonly reference: string; readonly reason: string };
  readonly caBundle: 'present' | 'absent' | 'unknown';
  readonly entrypoint?: { readonly shown: string; readonly span: Span } | undefined;
  /** Asked only where the bundle is missing. */
  readonly need: () => Need;
  /** What to do about a missing bundle. */
  readonly fix: string;
}

/** The fact about such an image, of the same shape as a Dockerfile's. */
export function builtImage(image: BuiltImage): Fact<Image> {
  const { technology, subject, self, name, base, caBundle, entrypoint, fix } = image;
  const need = caBundle === 'absent' && !isTrial(self.file) ? image.need() : undecided;
  const ended = 'span' in base && !isTrial(self.file) ? endedBase(base.reference) : undefined;
  const at = 'span' in base ? base.span : self;
  return buildFact<Image>(
    {
      technology,
      subject,
      self,
      related: need.evidence.map(({ span, phrase }): Related => ({ span, phrase, about: 'caBundle' })),
    },
    {
      kind: 'image',
      stage: name,
      base: base.reference,
      final: true,
      evidence: need.evidence.map((one) => `${one.place} ${one.phrase}`),
      ...(missesBundle(need) && { fix }),
    },
    {
      base: 'span' in base ? written(base.reference, base.span) : byDefault(base.reference, base.reason),
      caBundle:
        caBundle === 'unknown' ? unknown : 'span' in base ? written(caBundle, at) : byDefault(caBundle, base.reason),
      entrypoint: entrypoint && written(entrypoint.shown, entrypoint.span),
      needsBundle:
        caBundle !== 'absent'
          ? undefined
          : need.need === undefined
            ? unknown
            : written(need.need, entrypoint?.span ?? self),
      ended: ended && written(ended, at),
    },
  );
}

/** Whether the Go program of a main package needs a bundle; `folder` is the package's folder in the repository. */
export const needOfGoMain = (folder: string, asking: string, repository: Repository): Need =>
  goNeed({
    dockerfile: asking,
    builds: [],
    names: [],
    folders: foldersAbove(pathIn(folder, 'main.go')),
    repository,
    byNameOnly: false,
    mains: [folder],
  }) ?? undecided;
