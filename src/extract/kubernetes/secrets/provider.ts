import type { Fact, Secret } from '../../../core/fact.ts';
import { buildFact, unknown } from '../../../core/fact-builder.ts';
import type { Span } from '../../../core/source.ts';
import { headOf, type KubernetesObject, labelOf } from '../objects.ts';

/** What fills one Secret. */
export interface Provided {
  readonly technology: string;
  /** `namespace/name`; a name alone may be of any namespace. `undefined` where it is encrypted, too. */
  readonly name: string | undefined;
  readonly provider: Secret['provider'];
  /** Where the Secret is named; the object's head where absent. */
  readonly span?: Span | undefined;
}

/** A `secret`: that an object fills a Secret, not what it puts there. */
export const secretFact = (object: KubernetesObject, { technology, name, provider, span }: Provided): Fact<Secret> =>
  buildFact<Secret>(
    { technology, subject: labelOf(object), self: span ?? headOf(object) },
    { kind: 'secret', name: name ?? '', provider },
    name === undefined ? { name: unknown } : {},
  );
