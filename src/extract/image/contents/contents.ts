import type { Image } from '../../../core/fact.ts';
import { type Field, written } from '../../../core/fact-builder.ts';
import type { Related } from '../../../core/finding.ts';
import type { Source } from '../../../core/source.ts';
import { spanOf } from '../../../core/source.ts';
import type { Repository } from '../../../core/technology.ts';
import { isLocal } from '../../dialects/verification-calls.ts';
import { authoritiesOf } from '../authorities/authorities.ts';
import { rootOf } from '../walk/lineage.ts';
import type { Stage } from '../walk/stages.ts';
import { endedBase } from './ended-bases.ts';
import { keysOf, type PlacedKey } from './image-keys.ts';
import { loweredFloor } from './tls-floor.ts';

type Written<K extends keyof Image> = ReturnType<typeof written<NonNullable<Image[K]>>>;

interface Contents {
  readonly fields: {
    readonly keys?: Written<'keys'>;
    readonly floor?: Written<'floor'>;
    readonly authorities?: Field<NonNullable<Image['authorities']>>;
    readonly ended?: Written<'ended'>;
  };
  readonly related: readonly Related[];
}

/** What an image carries beside its bundle that concerns TLS. Nothing is said of images for tests and examples. */
export function contentsOf(stage: Stage, source: Source, repository: Repository): Contents {
  if (isTrial(source.path)) return { fields: {}, related: [] };
  // What weighs most comes first. A committed key is a finding where it is committed.
  const keys = keysOf(stage, source, repository).toSorted((a, b) => weightOf(a) - weightOf(b));
  const floor = loweredFloor(stage, source);
  const authorities = authoritiesOf(stage, source, repository);
  const root = rootOf(stage);
  const ended = endedBase(root.base);
  const [firstKey] = keys;
  const [firstFloor] = floor;
  const { range } = root.image ?? root.start;
  const fields = {
    ...(firstKey && {
      keys: written(
        keys.map(({ key }) => key),
        firstKey.span,
        Object.fromEntries(keys.map(({ span }, index) => [index, span])),
      ),
    }),
    ...(firstFloor && {
      floor: written(
        floor.map(({ how }) => how),
        firstFloor.span,
        Object.fromEntries(floor.map(({ span }, index) => [index, span])),
      ),
    }),
    ...(authorities && { authorities: authorities.field }),
    ...(ended && { ended: written(ended, spanOf(source, range.start, range.end)) }),
  };
  return { fields, related: authorities?.related ?? [] };
}

const weightOf = ({ key }: PlacedKey): number => (key.origin === 'committed' ? 2 : key.development ? 1 : 0);

const isTrial = (path: string): boolean =>
  isLocal(path) ||
  /(?:^|\/)(?:examples?|samples?|demos?|docs?|tutorials?|hack|specs?|mocks?|integration|molecule|playground)\//i.test(
    path,
  ) ||
  /[._-](?:dev|devel|development|local|tests?|e2e|ci)(?:[._-][^/]*)?$/i.test(path);
