import { type Certificate, type Fact, type Listener, spanAt } from '../core/fact.ts';
import { byQualifiedName } from './names.ts';
import { secretsOf } from './secret-sources.ts';

/** Says of a certificate that stands in a Secret which listeners serve it, and that others here are issued automatically. */
export function linkServed(facts: readonly Fact[]): readonly Fact[] {
  if (!facts.some(isInSecret)) return facts;
  const listeners = facts
    .filter(isListener)
    .flatMap((listener) => secretsOf(listener.data).map((ref) => ({ listener, ref })));
  if (listeners.length === 0) return facts;
  const serving = byQualifiedName(listeners, ({ ref }) => ref);
  const issued = facts.find(
    ({ data, subject }) => data.kind === 'issuance' && data.secret !== undefined && data.issuer !== subject,
  );
  return facts.map((fact) => {
    if (!isInSecret(fact)) return fact;
    const served = serving((fact.data.holder ?? '').slice('Secret '.length)).slice(0, mostShown);
    const [first] = served;
    if (!first) return fact;
    return {
      ...fact,
      related: [
        ...fact.related,
        ...served.map(({ listener }) => ({
          span: spanAt(listener, 'certificates'),
          phrase: `${listener.subject} serves it`,
        })),
        ...(issued
          ? [{ span: issued.self, phrase: `${issued.subject} has its certificate issued automatically` }]
          : []),
      ],
    };
  });
}

const mostShown = 3;

const isListener = (fact: Fact): fact is Fact<Listener> => fact.data.kind === 'listener';
const isInSecret = (fact: Fact): fact is Fact<Certificate> =>
  fact.data.kind === 'certificate' && fact.data.use === 'server' && (fact.data.holder ?? '').startsWith('Secret ');
