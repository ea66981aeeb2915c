import type { Listener } from '../../../core/fact.ts';
import { type Field, type Fields, unknown, written } from '../../../core/fact-builder.ts';
import type { Related } from '../../../core/finding.ts';
import { entries, items, spanOfNode, text } from '../../../formats/yaml-tree.ts';
import type { KindContext } from '../kind.ts';
import { headOf, type KubernetesObject, labelOf } from '../objects.ts';
import { type ListenerPlace, routesOf } from './attachment.ts';
import { implementationOf } from './implementation.ts';
import { hostListsMeet } from './references.ts';
import { hostnamesOf, redirectOf, verdictOf } from './route-rules.ts';

/** What is known of a plain HTTP listener through its routes. */
export interface PlainReading {
  readonly fields: Fields<Listener>;
  readonly related: readonly Related[];
}

/**
 * Whether a plain HTTP listener only sends requests on to https: known where routes in the repository are attached to
 * it and the implementation leaves that to them. It counts as serving only beside a listener of the same Gateway that
 * ends TLS for those hosts; otherwise something in front may end it.
 */
export function plainHttp(place: ListenerPlace, context: KindContext): PlainReading {
  const { gateway } = place;
  const routes = routesOf(place, context);
  const decided = gateway !== undefined && implementationOf(gateway, context).routesDecide;
  if (!decided || routes.length === 0 || routes.some(({ route }) => isAnnotated(route))) return reading(unknown);
  const all = routes.map(({ route }) => route);
  const serving = routes.find(
    ({ route, certain }) => certain && verdictOf(route) === 'serves' && servesInClear(route, gateway, all),
  );
  if (serving) {
    const span = headOf(serving.route);
    return reading(written(false, span), [{ span, phrase: `${labelOf(serving.route)} is served here`, about: 'tls' }]);
  }
  const redirect = all.map(redirectOf).find((node) => node !== undefined);
  const isRedirected = redirect && all.every((route) => verdictOf(route) === 'redirects');
  return reading(isRedirected ? written(true, spanOfNode(redirect)) : unknown);
}

const reading = (redirectsToHttps: Field<boolean>, related: readonly Related[] = []): PlainReading => ({
  fields: { redirectsToHttps },
  related,
});

/** Annotations of implementations that redirect by themselves. */
const isAnnotated = ({ root }: KubernetesObject): boolean =>
  entries(root, 'metadata', 'annotations').some(({ key }) => /https-redirect|ssl-redirect/.test(key.value));

/** Its hosts have TLS on the same Gateway, and no other route redirects the same hosts here: which of them wins is open. */
function servesInClear(
  route: KubernetesObject,
  gateway: KubernetesObject,
  routes: readonly KubernetesObject[],
): boolean {
  const hosts = hostnamesOf(route) ?? [];
  const rivals = routes.some((other) => verdictOf(other) === 'redirects' && coversAll(hostnamesOf(other) ?? [], hosts));
  return !rivals && items(gateway.root, 'spec', 'listeners').some((listener) => endsTlsFor(listener, hosts));
}

/** Whether a route is named for every one of the hosts; one for every host yields to a route that names its own. */
const coversAll = (names: readonly string[], hosts: readonly string[]): boolean =>
  hosts.length === 0 ? names.length === 0 : hosts.every((host) => names.includes(host));

function endsTlsFor(listener: Parameters<typeof text>[0], hosts: readonly string[]): boolean {
  const host = text(listener, 'hostname');
  return (
    text(listener, 'protocol') === 'HTTPS' &&
    text(listener, 'tls', 'mode') !== 'Passthrough' &&
    hostListsMeet(hosts, host === undefined ? [] : [host])
  );
}
