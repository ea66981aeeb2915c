import type { Related } from '../../core/finding.ts';
import type { Source, Span } from '../../core/source.ts';
import { spanOf } from '../../core/source.ts';
import { lineStarts, locate } from '../../core/text.ts';
import type { Evidence, Need } from './need/evidence.ts';
import { evidenceAt } from './need/evidence.ts';
import { isClientFolder } from './walk/client-places.ts';
import type { Stage } from './walk/stages.ts';
import { isBundleName } from './walk/trust-files.ts';

/** A copy of a bundle that helps nobody, as far as its Dockerfile says. */
interface FailedCopy {
  readonly span: Span;
  /** Why, for people. */
  readonly phrase: string;
  /** What to change about it, where that alone helps; a program of the image's own may read any other copy. */
  readonly repair?: string;
}

/** Copies of a bundle to where no client looks, or so that the image's user cannot read it. */
export function failedCopies({ caBundle, copies, unreadable }: Stage, source: Source): readonly FailedCopy[] {
  if (caBundle !== 'absent') return [];
  const lineOf = (offset: number): number => locate(lineStarts(source.text), offset).line;
  const misplaced = copies.flatMap(({ instruction }): readonly FailedCopy[] => {
    const destination = instruction.words.at(-1);
    const bundle = instruction.words.slice(0, -1).some(({ value }) => isBundleName(`/${value}`));
    if (!destination || !bundle || instruction === unreadable?.instruction) return [];
    const { start, end } = destination.range;
    const span = spanOf(source, start, end);
    const { value } = destination;
    if (!isClientFolder(value))
      return [
        {
          span,
          phrase:
            'no client looks for a bundle here; set SSL_CERT_FILE, or copy it to /etc/ssl/certs/ca-certificates.crt',
        },
      ];
    const phrase = `this makes a file called ${value}; end it with a slash`;
    return [{ span, phrase, repair: `end \`${value}\` on line ${lineOf(start)} with a slash` }];
  });
  if (!unreadable) return misplaced;
  const { start, end } = unreadable.instruction.keywordRange;
  const phrase = `this bundle has the mode ${unreadable.mode}, and the image runs as ${unreadable.user}: add --chmod=644`;
  return [
    ...misplaced,
    { span: spanOf(source, start, end), phrase, repair: `add \`--chmod=644\` on line ${lineOf(start)}` },
  ];
}

export const relatedCopies = (failed: readonly FailedCopy[]): readonly Related[] =>
  failed.map(({ span, phrase }) => ({ span, phrase, about: 'caBundle' }));

/** Whoever copies a bundle to where clients look means the program to find it, whatever else is known of that program. */
export function wantedBy(failed: readonly FailedCopy[], source: Source, need: Need): Need {
  if (need.need !== undefined && need.need !== 'unasked' && need.need !== 'configured') return need;
  const meant = failed.filter(({ repair }) => repair !== undefined);
  if (meant.length === 0) return need;
  const seen = meant.map(
    ({ span }): Evidence => evidenceAt(source, span.start, span.end, 'copies a bundle for it that nothing can read'),
  );
  return { need: 'evident', evidence: [...seen, ...need.evidence] };
}
