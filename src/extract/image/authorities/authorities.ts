import type { Image } from '../../../core/fact.ts';
import { composite, type Field, written } from '../../../core/fact-builder.ts';
import type { Related } from '../../../core/finding.ts';
import type { Source, Span } from '../../../core/source.ts';
import type { Repository } from '../../../core/technology.ts';
import type { Stage } from '../walk/stages.ts';
import { untrustedAuthorities } from './own-authorities.ts';
import { lostAuthorities, unfoundTrust } from './trust-in-force.ts';
import { unprovenAuthorities } from './unproven-authorities.ts';

type Authorities = NonNullable<Image['authorities']>;

/**
 * What is wrong with the authorities that an image is given; `undefined` where nothing is. A finding stands at the first
 * that is not trusted; `related` shows the others beside it.
 */
export function authoritiesOf(
  stage: Stage,
  source: Source,
  repository: Repository,
): { readonly field: Field<Authorities>; readonly related: readonly Related[] } | undefined {
  const untrusted = [...untrustedAuthorities(stage, source, repository), ...lostAuthorities(stage)].toSorted(
    (a, b) => weightOf(a.authority.how) - weightOf(b.authority.how),
  );
  const unproven = unprovenAuthorities(stage, source);
  const unfound = unfoundTrust(stage, source, repository).toSorted(
    (a, b) => Number(a.trust.how === 'replaced') - Number(b.trust.how === 'replaced'),
  );
  if (untrusted.length + unproven.length + unfound.length === 0) return undefined;
  return {
    field: composite<Authorities>({
      untrusted: listed(untrusted.map(({ authority, span }) => ({ value: authority, span }))),
      unproven: listed(unproven.map(({ authority, span }) => ({ value: authority, span }))),
      unfound: listed(unfound.map(({ trust, span }) => ({ value: trust, span }))),
    }),
    related: untrusted.slice(1).map(({ authority, span }) => ({
      span,
      phrase: `nor does it trust ${authority.what}: ${authority.repair}`,
      about: 'authorities/untrusted',
    })),
  };
}

/** What certainly fails comes first. */
const weightOf = (how: NonNullable<Authorities['untrusted']>[number]['how']): number =>
  how === 'skipped' || how === 'binary' ? 0 : 1;

function listed<T>(found: readonly { readonly value: T; readonly span: Span }[]): Field<readonly T[]> | undefined {
  const [first] = found;
  if (!first) return undefined;
  return written(
    found.map(({ value }) => value),
    first.span,
    Object.fromEntries(found.map(({ span }, index) => [index, span])),
  );
}
