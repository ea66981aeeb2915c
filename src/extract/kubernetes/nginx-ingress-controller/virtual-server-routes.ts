import type { Fact, Route, Upstream } from '../../../core/fact.ts';
import { buildFact, type Fields } from '../../../core/fact-builder.ts';
import { get, items, scalar, spanOfNode, text, type YamlNode } from '../../../formats/yaml-tree.ts';
import { readSnippets, type Snippets } from '../ingress/nginx-snippets.ts';
import type { KindContext, KindExtractor } from '../kind.ts';
import { headOf, type KubernetesObject, labelOf, qualified } from '../objects.ts';
import { booleanField, listOf, settingAt } from '../settings.ts';
import { controllerFor, mayBeOn, technology } from './controller.ts';
import { type AttachedPolicy, egressBy, firstWith, placeOfVerification, policiesIn } from './policies.ts';

/**
 * A VirtualServerRoute: what stands behind a part of a VirtualServer's paths, whose Policies it inherits.
 * Source: nginx/kubernetes-ingress 5.5.4, pkg/apis/configuration/v1/types.go, VirtualServerRouteSpec.
 */
export const virtualServerRoute: KindExtractor = (object, context) => {
  const parents = parentsOf(object, context);
  const snippets = readSnippets(
    mayBeOn(controllerFor(object, context), 'enable-snippets')
      ? items(object.root, 'spec', 'subroutes').map(
          (route) => [settingAt(object, route, 'location-snippets'), 'location'] as const,
        )
      : [],
    undefined,
    "F5's controller",
  );
  const listeners = parents.map(({ server }) => labelOf(server));
  return {
    facts: [
      ...(listeners.length > 0 ? routeFact(object, 'subroutes', listeners) : []),
      ...upstreamsIn(object, 'subroutes', inheritedBy(parents, context), context, snippets),
    ],
    diagnostics: snippets.diagnostics,
  };
};

/** The route of a VirtualServer to the Services that it names itself. */
export const routesOfServer = (object: KubernetesObject): readonly Fact<Route>[] =>
  routeFact(object, 'routes', [labelOf(object)]);

/** The Services of a VirtualServer that speak TLS, verified as the Policies of its routes and its own say. */
export const upstreamsOfServer = (
  object: KubernetesObject,
  context: KindContext,
  snippets: Snippets,
): readonly Fact<Upstream>[] =>
  upstreamsIn(object, 'routes', policiesIn(object, items(object.root, 'spec', 'policies'), context), context, snippets);

interface Parent {
  readonly server: KubernetesObject;
  readonly route: YamlNode;
}

/** The VirtualServers that lead to a VirtualServerRoute, with the route that does: `route: shop/cart`. */
function parentsOf(object: KubernetesObject, { known }: KindContext): readonly Parent[] {
  const name = object.name === undefined ? undefined : qualified(object.namespace, object.name);
  return known('k8s.nginx.org/VirtualServer').flatMap((server) =>
    items(server.root, 'spec', 'routes')
      .filter((route) => {
        const reference = text(route, 'route');
        return reference !== undefined && qualified(server.namespace, reference) === name;
      })
      .map((route) => ({ server, route })),
  );
}

/** Policies of the route that leads here win over those of the VirtualServer; none known where no VirtualServer is here. */
function inheritedBy(parents: readonly Parent[], context: KindContext): readonly AttachedPolicy[] | 'unknown' {
  const [parent] = parents;
  if (!parent) return 'unknown';
  return [
    ...policiesIn(parent.server, items(parent.route, 'policies'), context),
    ...policiesIn(parent.server, items(parent.server.root, 'spec', 'policies'), context),
  ];
}

function routeFact(
  object: KubernetesObject,
  list: 'routes' | 'subroutes',
  listeners: readonly string[],
): readonly Fact<Route>[] {
  const used = new Set(items(object.root, 'spec', list).flatMap(passedTo));
  const services = items(object.root, 'spec', 'upstreams').flatMap((upstream) =>
    used.has(text(upstream, 'name') ?? '') ? (serviceOf(object, upstream) ?? []) : [],
  );
  if (object.name === undefined || object.fragment || services.length === 0) return [];
  const host = scalar(object.root, 'spec', 'host');
  return [
    buildFact<Route>(
      { technology, subject: labelOf(object), self: headOf(object) },
      { kind: 'route', listeners, services: [...new Set(services)] },
      { hosts: host && listOf([host], spanOfNode(host)) },
    ),
  ];
}

/** `shop/cart:8443`; a Service of another namespace may be named in full. */
function serviceOf(object: KubernetesObject, upstream: YamlNode): string | undefined {
  const service = text(upstream, 'service');
  const port = text(upstream, 'port');
  if (service === undefined) return undefined;
  return `${qualified(object.namespace, service)}${port === undefined ? '' : `:${port}`}`;
}

/** The upstreams that a route passes requests to, by name. */
function passedTo(route: YamlNode): readonly string[] {
  const actions = [
    route,
    ...items(route, 'splits'),
    ...items(route, 'matches').flatMap((match) => [match, ...items(match, 'splits')]),
  ];
  return actions.flatMap((one) => text(one, 'action', 'pass') ?? text(one, 'action', 'proxy', 'upstream') ?? []);
}

function upstreamsIn(
  object: KubernetesObject,
  list: 'routes' | 'subroutes',
  around: readonly AttachedPolicy[] | 'unknown',
  context: KindContext,
  snippets: Snippets,
): readonly Fact<Upstream>[] {
  const routes = items(object.root, 'spec', list);
  return items(object.root, 'spec', 'upstreams').flatMap((upstream) => {
    const enabled = scalar(upstream, 'tls', 'enable');
    const tls = get(upstream, 'tls') && booleanField(settingAt(object, upstream, 'tls', 'enable'));
    if (!enabled || tls?.origin !== 'written' || !tls.value) return [];
    const name = text(upstream, 'name') ?? '';
    const service = serviceOf(object, upstream);
    const leading = routes.filter((route) => passedTo(route).includes(name));
    const egress = egressOf(object, leading, text(upstream, 'type') === 'grpc', around, context);
    const fields: Fields<Upstream> = { tls, ...egressBy(egress), ...snippets.upstream };
    return [
      buildFact<Upstream>(
        {
          technology,
          subject: `${labelOf(object)} to upstream ${name}`,
          self: placeOfVerification(egress) ?? spanOfNode(enabled),
        },
        { kind: 'upstream', exposure: 'private', ...(service !== undefined && { service, target: service }) },
        fields,
      ),
    ];
  });
}

/**
 * The Policy that verifies an upstream: that of the routes which lead to it, where all have one, else that of what is
 * around. What stands around is written for HTTP only, so that gRPC goes unverified by it
 * (internal/configs/version2/nginx.virtualserver.tmpl).
 */
function egressOf(
  object: KubernetesObject,
  leading: readonly YamlNode[],
  isGrpc: boolean,
  around: readonly AttachedPolicy[] | 'unknown',
  context: KindContext,
): ReturnType<typeof firstWith> {
  const outer = isGrpc ? undefined : around === 'unknown' ? 'unknown' : firstWith(around, 'egressMTLS');
  const own = leading.map(
    (route) => firstWith(policiesIn(object, items(route, 'policies'), context), 'egressMTLS') ?? outer,
  );
  if (own.length === 0) return outer;
  const unverified = own.find((one) => one === undefined);
  return own.includes(undefined) ? unverified : own[0];
}
