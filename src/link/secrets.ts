import type { CertificateReference, Fact, Listener } from '../core/fact.ts';
import { type Sources, type SourcesOf, secretsOf, sourcesBySecret } from './secret-sources.ts';
import { withUncoveredHosts } from './uncovered-hosts.ts';
import { isDeployed } from './worlds.ts';

/**
 * Gives each listener whose certificate is in a Secret what fills the Secret, and the hosts that its certificate does not
 * name. A name without a namespace may be of any.
 *
 * A Secret is `missing` only in a repository that is evidently whole: listeners refer to at least three Secrets that are made
 * here, and at least four in five of the other references are to such. A Secret whose name is encrypted may be any, so that
 * none is missing then; tests and samples are not whole; what a chart or its values name, its user makes; and what cannot be
 * the name of a Secret is a gap that somebody fills.
 */
export function linkSecrets(facts: readonly Fact[]): readonly Fact[] {
  const listeners = facts.filter(hasSecret);
  if (listeners.length === 0) return facts;
  const sourcesOf = sourcesBySecret(facts);
  const hidden = facts.some(({ data, unknown }) => data.kind === 'secret' && unknown.includes('name'));
  const whole = hidden ? undefined : wholeness(listeners, sourcesOf);
  return facts.map((fact) => {
    if (!hasSecret(fact)) return fact;
    return withUncoveredHosts(resolved(fact, sourcesOf, whole), sourcesOf);
  });
}

/** How many Secrets that listeners refer to are made here, in a repository that evidently makes what it needs. */
interface Whole {
  readonly made: number;
  readonly all: number;
}

function wholeness(listeners: readonly Fact<Listener>[], sourcesOf: SourcesOf): Whole | undefined {
  const uses = listeners.filter(isDeployed).flatMap(({ data, self }) =>
    secretsOf(data)
      .filter(isName)
      .map((reference) => ({ reference, place: `${self.file}\0${self.start}\0${reference}` })),
  );
  const references = new Map(uses.map(({ reference, place }) => [place, reference]));
  const made = [...references.values()].filter((reference) => isMade(sourcesOf(reference, undefined)));
  const distinct = new Set(made).size;
  return distinct >= 3 && made.length >= 0.8 * (references.size - 1)
    ? { made: distinct, all: new Set(references.values()).size }
    : undefined;
}

/** What can be the name of a Secret, its namespace before it (RFC 1123, subdomains in lower case). */
const isName = (reference: string): boolean =>
  /^([a-z0-9]([a-z0-9-]*[a-z0-9])?\/)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(reference);

const hasSecret = (fact: Fact): fact is Fact<Listener> =>
  fact.data.kind === 'listener' && secretsOf(fact.data).length > 0;

const isMade = ({ requests, certificates, providers }: Sources): boolean =>
  requests.length + certificates.length + providers.length > 0;

function resolved(listener: Fact<Listener>, sourcesOf: SourcesOf, whole: Whole | undefined): Fact<Listener> {
  const certificates = listener.data.certificates?.map((certificate) => {
    const { from, ref } = certificate;
    const state =
      from === 'secret' && ref !== undefined
        ? (stateOf(sourcesOf(ref, listener.build)) ?? (whole && isMissing(listener, ref) ? 'missing' : undefined))
        : undefined;
    return state ? { ...certificate, resolved: state } : certificate;
  });
  if (!certificates) return listener;
  const missing = certificates.filter((one) => one.resolved === 'missing');
  const span = listener.spans.certificates ?? listener.self;
  return {
    ...listener,
    data: { ...listener.data, certificates },
    related: [
      ...listener.related,
      ...missing.map(({ ref }) => ({
        span,
        phrase: `nothing here makes the Secret ${ref}; of ${whole?.all} that listeners use, ${whole?.made} are made here`,
        about: 'certificates',
      })),
    ],
  };
}

function stateOf({ requests, certificates, providers }: Sources): CertificateReference['resolved'] {
  if (requests.length > 0) return 'issuance';
  if (certificates.length > 0 || providers.some(({ data }) => data.provider === 'committed')) return 'committed';
  return providers.length > 0 ? 'provided' : undefined;
}

const isMissing = (listener: Fact<Listener>, reference: string): boolean => isName(reference) && isDeployed(listener);
