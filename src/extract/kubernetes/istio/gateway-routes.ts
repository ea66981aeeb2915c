import type { Listener } from '../../../core/fact.ts';
import { type Field, unknown, written } from '../../../core/fact-builder.ts';
import { entries, get, items, lookUp, spanOfNode, type YamlNode, type YamlScalar } from '../../../formats/yaml-tree.ts';
import type { KindContext } from '../kind.ts';
import { type KubernetesObject, qualified } from '../objects.ts';
import { overlap, withoutNamespace } from './hosts.ts';
import { gatewayName } from './virtual-service.ts';

export const virtualServiceKind = 'networking.istio.io/VirtualService';

/** The VirtualServices that route what a server of a Gateway accepts, or may do so: templates decide for some. */
export const routesOf = (
  gateway: KubernetesObject,
  server: YamlNode,
  { known }: KindContext,
): readonly KubernetesObject[] =>
  known(virtualServiceKind).filter((routes) => isAttached(routes, gateway) && sharesHost(routes, server));

function isAttached(routes: KubernetesObject, { name, namespace }: KubernetesObject): boolean {
  const gateways = lookUp(routes.root, 'spec', 'gateways');
  const own = items(routes.root, 'spec', 'http').flatMap((entry) =>
    items(entry, 'match').flatMap((match) => items(match, 'gateways')),
  );
  if (gateways.state === 'absent' && own.length === 0) return routes.fragment;
  if (gateways.state === 'unknown' || name === undefined) return true;
  const named = [...(gateways.state === 'present' ? items(gateways.node) : []), ...own];
  return named.some(
    (item) => item.kind !== 'scalar' || isSame(gatewayName(item.value, routes.namespace), namespace, name),
  );
}

/** Where either side leaves its namespace to others, the names alone are compared. */
function isSame(written: string, namespace: string | undefined, name: string): boolean {
  if (namespace === undefined || !written.includes('/')) return written.slice(written.lastIndexOf('/') + 1) === name;
  return written === qualified(namespace, name);
}

function sharesHost(routes: KubernetesObject, server: YamlNode): boolean {
  const theirs = textsIn(items(routes.root, 'spec', 'hosts'));
  const ours = textsIn(items(server, 'hosts')).map(withoutNamespace);
  if (theirs.length === 0 || ours.length === 0) return true;
  return theirs.some((their) => ours.some((our) => overlap(their, our)));
}

const textsIn = (nodes: readonly YamlNode[]): readonly string[] =>
  nodes.flatMap((node) => (node.kind === 'scalar' ? [node.value] : []));

/** Some route of a VirtualService sends requests on to another address; in a template, perhaps. */
export const redirects = ({ root }: KubernetesObject): boolean =>
  /\bredirect["']?\s*:/.test(root.source.text.slice(root.range.start, root.range.end));

/**
 * The header that routes add, where every one of them adds it: the shortest counts. Otherwise the programs behind the
 * gateway decide. Source: Istio 1.31, networking/v1alpha3/virtual_service.proto, Headers.HeaderOperations.
 */
export function hstsOf(routing: readonly KubernetesObject[]): Field<NonNullable<Listener['hsts']>> {
  const routes = routing.flatMap(({ root }) => items(root, 'spec', 'http'));
  const headers = routes.map(strictTransportSecurity);
  const known = headers.filter((header): header is Header => header !== undefined);
  const shortest = known.reduce<Header | undefined>(
    (least, one) => (least && least.maxAgeSeconds <= one.maxAgeSeconds ? least : one),
    undefined,
  );
  if (!shortest || known.length < headers.length) return unknown;
  const { maxAgeSeconds, includeSubDomains, node } = shortest;
  return written({ maxAgeSeconds, includeSubDomains }, spanOfNode(node));
}

interface Header {
  readonly maxAgeSeconds: number;
  readonly includeSubDomains: boolean;
  readonly node: YamlScalar;
}

function strictTransportSecurity(route: YamlNode): Header | undefined {
  const response = get(route, 'headers', 'response');
  const node = ['set', 'add']
    .flatMap((operation) => entries(response, operation))
    .find(({ key }) => key.value.toLowerCase() === 'strict-transport-security')?.value;
  if (node?.kind !== 'scalar') return undefined;
  const [, seconds] = /max-age\s*=\s*"?(\d+)/i.exec(node.value) ?? [];
  return seconds === undefined
    ? undefined
    : { maxAgeSeconds: Number(seconds), includeSubDomains: /includeSubDomains/i.test(node.value), node };
}
