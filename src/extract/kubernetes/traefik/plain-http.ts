import type { Listener } from '../../../core/fact.ts';
import { byDefault, type Field, unknown, written } from '../../../core/fact-builder.ts';
import type { Related } from '../../../core/finding.ts';
import { items, scalar, text } from '../../../formats/yaml-tree.ts';
import type { KindContext } from '../kind.ts';
import { headOf, type KubernetesObject } from '../objects.ts';
import type { RouterPlace } from './entry-points.ts';
import { hostsOfRoute, routesOf } from './hosts.ts';
import { attachedIn, redirectIn } from './middleware.ts';
import { isSame, knownObjects, specAt } from './objects.ts';

interface Answer {
  readonly redirectsToHttps: NonNullable<Field<NonNullable<Listener['redirectsToHttps']>>>;
  readonly related: readonly Related[];
}

/**
 * Whether an IngressRoute that answers plain HTTP only sends requests on to https. That it does not is said only where
 * the entry points are known not to redirect by themselves, no other router may redirect first, and the same site is
 * there over TLS, or this is the port for https.
 */
export function answerOf(object: KubernetesObject, places: readonly RouterPlace[], context: KindContext): Answer {
  const redirecting = places.map(({ known }) => known?.redirect);
  const [redirect] = redirecting;
  if (redirect && redirecting.every((one) => one !== undefined))
    return { redirectsToHttps: written(true, redirect), related: [] };
  const routes = routesOf(object).filter((route) => !isChallenge(text(route, 'match') ?? ''));
  const verdicts = routes.map((route) => redirectIn(attachedIn(object, items(route, 'middlewares'), context)));
  const [first] = verdicts;
  if (verdicts.every((one) => one !== undefined && one !== 'unknown') && first !== undefined && first !== 'unknown')
    return { redirectsToHttps: written(true, first), related: [] };
  const settled =
    !object.fragment &&
    verdicts.length > 0 &&
    !verdicts.includes('unknown') &&
    places.every(({ known }) => known !== undefined && known.redirect === undefined) &&
    !redirectsElsewhere(object, context);
  const twin = settled
    ? securedTwin(
        object,
        routes.flatMap((route) => hostsOfRoute(route) ?? []),
        context,
      )
    : undefined;
  const ports = places.flatMap(({ known }) => known?.ports ?? []);
  if (!settled || (!twin && !ports.includes(443))) return { redirectsToHttps: unknown, related: [] };
  return {
    redirectsToHttps: byDefault(false, 'Traefik redirects only with a middleware, or where its entry point does'),
    related: twin ? [{ span: headOf(twin), phrase: 'served over TLS here' }] : [],
  };
}

/** A rule for what ACME authorities ask. */
const isChallenge = (rule: string): boolean => rule.includes('/.well-known/acme-challenge');

/** Another IngressRoute for any host, or with a priority, that redirects: it may take requests first. */
const redirectsElsewhere = (object: KubernetesObject, context: KindContext): boolean =>
  knownObjects(context, 'IngressRoute').some(
    (other) =>
      !isSame(other, object) &&
      routesOf(other).some((route) => {
        const hosts = hostsOfRoute(route);
        const first = hosts === undefined || hosts.length === 0 || scalar(route, 'priority') !== undefined;
        return first && redirectIn(attachedIn(other, items(route, 'middlewares'), context)) !== undefined;
      }),
  );

/** An IngressRoute that serves one of these hosts over TLS. */
const securedTwin = (
  object: KubernetesObject,
  hosts: readonly string[],
  context: KindContext,
): KubernetesObject | undefined =>
  knownObjects(context, 'IngressRoute').find(
    (other) =>
      !isSame(other, object) &&
      specAt(other, 'tls').state === 'written' &&
      routesOf(other).some((route) => (hostsOfRoute(route) ?? []).some((host) => hosts.includes(host))),
  );
