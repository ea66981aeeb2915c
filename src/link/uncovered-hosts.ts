import { type Fact, type Listener, spanAt } from '../core/fact.ts';
import type { Related } from '../core/finding.ts';
import { coverage } from './hosts.ts';
import { type Sources, type SourcesOf, secretsOf } from './secret-sources.ts';
import { worldOf } from './worlds.ts';

/**
 * Gives a listener the hosts that its certificates do not name: clients refuse the connection there. Only where every
 * certificate of the listener is known, by its request or as it stands in the repository, and is of the same environment as
 * the listener. Several requests for one Secret count together.
 */
export function withUncoveredHosts(listener: Fact<Listener>, sourcesOf: SourcesOf): Fact<Listener> {
  const hosts = listener.data.hosts?.filter((host) => host !== '' && host !== '*') ?? [];
  const { certificates = [] } = listener.data;
  const references = secretsOf(listener.data);
  if (hosts.length === 0 || references.length !== certificates.length) return listener;
  const known = references.map((reference) => namesOf(sourcesOf(reference, listener.build), listener));
  if (known.some((one) => one === undefined)) return listener;
  const isCovered = coverage(known.flatMap((one) => one?.names ?? []));
  const uncovered = hosts.filter((host) => !isCovered(host));
  const [first] = uncovered;
  if (first === undefined) return listener;
  const index = listener.data.hosts?.indexOf(first) ?? 0;
  return {
    ...listener,
    data: { ...listener.data, uncoveredHosts: uncovered },
    spans: { ...listener.spans, uncoveredHosts: spanAt(listener, `hosts/${index}`) },
    related: [...listener.related, ...known.flatMap((one) => one?.related ?? [])],
  };
}

interface KnownNames {
  readonly names: readonly string[];
  readonly related: readonly Related[];
}

/** The names of the certificate of a Secret; `undefined` where they are not known, or may be others. */
function namesOf({ requests, certificates }: Sources, listener: Fact<Listener>): KnownNames | undefined {
  const about = 'uncoveredHosts';
  const world = worldOf(listener.self.file);
  const asked = requests.filter((request) => worldOf(request.self.file) === world);
  if (asked.length < requests.length || (asked.length === 0 && certificates.length === 0)) return undefined;
  if (asked.length > 0) {
    if (asked.some(({ data, unknown }) => !data.hosts || unknown.some((pointer) => pointer.startsWith('hosts'))))
      return undefined;
    return {
      names: asked.flatMap(({ data }) => data.hosts ?? []),
      related: asked.slice(0, mostShown).map((request) => ({
        span: spanAt(request, 'hosts'),
        phrase: `${request.subject} asks for the certificate, for other hosts`,
        about,
      })),
    };
  }
  const own = certificates.filter((certificate) => worldOf(certificate.self.file) === world);
  if (own.length < certificates.length) return undefined;
  return {
    names: own.flatMap(({ data }) => data.sans),
    related: own.slice(0, mostShown).map((certificate) => ({
      span: certificate.self,
      phrase: `${certificate.subject} is what it shows`,
      about,
    })),
  };
}

const mostShown = 3;
