import type { Fact, Listener } from '../../core/fact.ts';
import { buildFact, type Field, unknown, written } from '../../core/fact-builder.ts';
import { spanOfNode } from '../../formats/yaml-tree.ts';
import { isRedirectToHttps } from '../dialects/traefik-middlewares.ts';
import { settingAt, textAt } from '../dialects/traefik-settings.ts';
import { exposureOf, portsField } from './entry-point-fields.ts';
import { middlewaresOf } from './middlewares.ts';
import { type Configuration, type EntryPoint, entryPointsFor, type Router, spanOfKey } from './model.ts';
import { routerTls } from './router-tls.ts';

/** A listener for each HTTP router that answers without TLS on an entry point that does not redirect by itself. */
export function plainListeners(configuration: Configuration): readonly Fact<Listener>[] {
  const surroundings = { secured: securedHosts(configuration), redirecting: redirectingRouter(configuration) };
  return configuration.routers.flatMap((router) => {
    const plain = plainEntryPoints(router, configuration);
    return plain.length > 0 ? [plainListener(router, plain, configuration, surroundings)] : [];
  });
}

interface Surroundings {
  /** A router that serves a name over TLS, by name. */
  readonly secured: ReadonlyMap<string, Router>;
  readonly redirecting: Router | undefined;
}

const plainEntryPoints = (router: Router, configuration: Configuration): readonly EntryPoint[] =>
  router.protocol === 'tcp'
    ? []
    : (entryPointsFor(router, configuration) ?? []).filter(
        (entryPoint) => !entryPoint.redirects && routerTls(router, entryPoint) === false,
      );

function plainListener(
  router: Router,
  entryPoints: readonly EntryPoint[],
  configuration: Configuration,
  { secured, redirecting }: Surroundings,
): Fact<Listener> {
  const self = spanOfKey(router);
  const twin = router.hosts?.map((host) => secured.get(host)).find((other) => other !== undefined);
  const known = redirecting === undefined || redirecting === router;
  const redirects = answerOf(router, entryPoints, twin !== undefined, known, configuration);
  const rule = settingAt(router.node, 'rule');
  const related = redirects === false && twin ? [{ span: spanOfKey(twin), phrase: 'served over TLS here' }] : [];
  return buildFact<Listener>(
    { technology: 'traefik', subject: `router ${router.name}`, self, related },
    {
      kind: 'listener',
      application: 'http',
      tls: false,
      ...exposureOf(entryPoints),
      ...(typeof redirects === 'boolean' && { redirectsToHttps: redirects }),
    },
    {
      ports: portsField(entryPoints),
      hosts:
        router.hosts && router.hosts.length > 0 && rule.state === 'present'
          ? written(router.hosts, spanOfNode(rule.node))
          : undefined,
      ...(typeof redirects === 'object' && { redirectsToHttps: redirects }),
    },
  );
}

/**
 * Whether the router sends every request on to https. That it does not is said only of a site that is there over TLS as
 * well, or that answers plaintext on the port for https; elsewhere somebody in front may add TLS.
 */
function answerOf(
  router: Router,
  entryPoints: readonly EntryPoint[],
  hasTwin: boolean,
  first: boolean,
  configuration: Configuration,
): boolean | Field<boolean> {
  const middlewares = middlewaresOf(router, entryPoints, configuration);
  if (middlewares.some((middleware) => middleware && isRedirectToHttps(middleware.node))) return true;
  if (middlewares.includes(undefined) || !first) return unknown;
  const ports = entryPoints.flatMap(({ address }) => address?.ports ?? []);
  return (ports.includes(80) && hasTwin) || ports.includes(443) ? false : unknown;
}

/** A router that may take requests of others first, and redirect them: its rule is for any host, or it has a priority. */
const redirectingRouter = (configuration: Configuration): Router | undefined =>
  configuration.routers.find(
    (router) =>
      (textAt(router.node, 'priority') !== undefined || router.hosts === undefined || router.hosts.length === 0) &&
      middlewaresOf(router, [], configuration).some((middleware) => !middleware || isRedirectToHttps(middleware.node)),
  );

const securedHosts = (configuration: Configuration): ReadonlyMap<string, Router> =>
  new Map(
    configuration.routers.flatMap((router) => {
      const isSecure =
        router.protocol === 'http' &&
        (entryPointsFor(router, configuration) ?? []).some((entryPoint) => routerTls(router, entryPoint) === true);
      return isSecure ? (router.hosts ?? []).map((host) => [host, router] as const) : [];
    }),
  );
