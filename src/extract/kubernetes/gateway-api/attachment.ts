import { text, type YamlNode } from '../../../formats/yaml-tree.ts';
import type { KindContext } from '../kind.ts';
import { nearestTo } from '../nearest.ts';
import type { KubernetesObject } from '../objects.ts';
import { findingBy } from '../remembered.ts';
import { hostListsMeet, mayBeSame, means, parentsOf, type Reference } from './references.ts';
import { hostnamesOf } from './route-rules.ts';

/** A listener of a Gateway or of a ListenerSet. */
export interface ListenerPlace {
  /** The object that it stands in. */
  readonly object: KubernetesObject;
  /** The Gateway: the object itself, or the parent of a ListenerSet where the repository has it. */
  readonly gateway: KubernetesObject | undefined;
  readonly node: YamlNode;
}

/** Routes of HTTP; those of TLS and TCP say nothing about plain HTTP. */
export const httpRouteKinds = ['gateway.networking.k8s.io/HTTPRoute', 'gateway.networking.k8s.io/GRPCRoute'];

/** A route, and whether it is attached for sure: where namespaces are not written it may not be. */
export interface AttachedRoute {
  readonly route: KubernetesObject;
  readonly certain: boolean;
}

const called = findingBy(({ name }) => (name === undefined ? [] : [name]));

/** By the names of the parents. */
const attachedTo = findingBy((route) => parentsOf(route).flatMap(({ name }) => name ?? []));

/**
 * The HTTP routes in the repository that are attached to a listener. Where several objects bear its name (one a cluster),
 * a route is attached to the one that stands nearest to it, and to none where several are as near.
 */
export function routesOf(place: ListenerPlace, { known }: KindContext): readonly AttachedRoute[] {
  const { object } = place;
  const name = object.name ?? '';
  const namesakes = called(known(`${object.group}/${object.kind}`), name).filter(({ namespace }) =>
    mayBeSame(namespace, object.namespace),
  );
  return httpRouteKinds
    .flatMap((kind) => attachedTo(known(kind), name))
    .flatMap((route) => {
      const attachments = parentsOf(route).map((parent) => attachment(route, parent, place));
      if (!attachments.some((one) => one !== 'no')) return [];
      const nearest = nearestTo(route.root.source.path, namesakes);
      if (nearest.length > 1 || nearest.some((one) => one.root.source.path !== object.root.source.path)) return [];
      return [{ route, certain: attachments.includes('yes') }];
    });
}

/**
 * Whether a route is attached to a listener: it asks for it by object, section and port, shares a host with it, and
 * stands in a namespace that may attach (v1 ParentReference, Listener.allowedRoutes: its own where nothing is said).
 */
function attachment(
  route: KubernetesObject,
  parent: Reference,
  { object, node }: ListenerPlace,
): 'yes' | 'perhaps' | 'no' {
  if (!means(parent, object)) return 'no';
  if (parent.sectionName !== undefined && parent.sectionName !== text(node, 'name')) return 'no';
  if (parent.port !== undefined && parent.port !== text(node, 'port')) return 'no';
  const host = text(node, 'hostname');
  const hosts = hostnamesOf(route);
  if (hosts && !hostListsMeet(hosts, host === undefined ? [] : [host])) return 'no';
  const from = text(node, 'allowedRoutes', 'namespaces', 'from') ?? 'Same';
  if (from === 'None' || (from === 'Same' && !mayBeSame(route.namespace, object.namespace))) return 'no';
  // Where no namespace is written but the parent's, that one is likely another than the route's own.
  const isOwn =
    route.namespace === object.namespace &&
    (route.namespace !== undefined || text(parent.node, 'namespace') === undefined);
  return hosts && (from === 'All' || (from === 'Same' && isOwn)) ? 'yes' : 'perhaps';
}
