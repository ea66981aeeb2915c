import { type Fact, type Listener, spanAt } from '../core/fact.ts';
import { type SourcesOf, secretsOf } from './secret-sources.ts';
import { worldOfFact } from './worlds.ts';

/**
 * Gives a listener the hosts that its certificates do not name: clients refuse the connection there. Only where every
 * certificate of the listener is known, by its request or as it stands in the repository, and is of the same environment as
 * the listener.
 */
export function withUncoveredHosts(listener: Fact<Listener>, sourcesOf: SourcesOf): Fact<Listener> {
  const { certificates = [], hosts = [] } = listener.data;
  const references = secretsOf(listener.data);
  if (hosts.length === 0 || references.length !== certificates.length) return listener;
  const found = references.map((reference) => sourcesOf(reference, listener.build).names);
  const world = worldOfFact(listener);
  const known = found.flatMap((names) => (names?.world === world ? [names] : []));
  if (known.length < found.length) return listener;
  const uncovered = hosts.filter((host) => host !== '' && host !== '*' && !known.some(({ cover }) => cover(host)));
  const [first] = uncovered;
  if (first === undefined) return listener;
  return {
    ...listener,
    data: { ...listener.data, uncoveredHosts: uncovered },
    spans: { ...listener.spans, uncoveredHosts: spanAt(listener, `hosts/${hosts.indexOf(first)}`) },
    related: [...listener.related, ...known.flatMap(({ related }) => related)],
  };
}
