import { type Field, unknown, written } from '../../core/fact-builder.ts';
import { spanOfNode, type YamlNode } from '../../formats/yaml-tree.ts';
import { type Reach, reachOf, widestReach } from '../../tls/reach.ts';
import { elementsAt, itemsAt, nodeAt, scalarAt, settingAt, textAt } from './messages.ts';

/** Where a listener listens. */
export interface ListenerAddress {
  readonly ports: Field<readonly number[]> | undefined;
  readonly exposure: Field<'external' | 'internal'>;
  /** `0.0.0.0:8443`, for people. */
  readonly label: string | undefined;
}

/**
 * `address` and `additional_addresses` of a listener. Source: Envoy API v3, config.core.v3.Address: a socket, a pipe, or
 * a listener inside Envoy.
 */
export function listenerAddress(listener: YamlNode): ListenerAddress {
  const address = settingAt(listener, 'address');
  if (address.state !== 'written') {
    const inside = settingAt(listener, 'internal_listener').state === 'written';
    return { ports: undefined, exposure: inside ? internalAt(listener) : unknown, label: undefined };
  }
  const socket = nodeAt(address.node, 'socket_address');
  if (!socket) {
    const inside = nodeAt(address.node, 'pipe') ?? nodeAt(address.node, 'envoy_internal_address');
    return { ports: undefined, exposure: inside ? internalAt(inside) : unknown, label: textAt(inside, 'path') };
  }
  const more = itemsAt(listener, 'additional_addresses').flatMap(
    (one) => nodeAt(one, 'address', 'socket_address') ?? [],
  );
  const sockets = [socket, ...more];
  const ports = sockets.map((one) => scalarAt(one, 'port_value'));
  const [first] = ports;
  const numbers = ports.flatMap((port) => (port && /^\d+$/.test(port.value) ? [Number(port.value)] : []));
  const host = scalarAt(socket, 'address');
  return {
    ports: first && numbers.length === ports.length ? written([...new Set(numbers)], spanOfNode(first)) : unknown,
    exposure: exposureOf(sockets),
    label: host && first ? `${host.value}:${first.value}` : undefined,
  };
}

const internalAt = (node: YamlNode): Field<'internal'> => written('internal', spanOfNode(node));

/** A listener is as exposed as the most exposed of its addresses. */
function exposureOf(sockets: readonly YamlNode[]): Field<'external' | 'internal'> {
  const hosts = sockets.map((socket) => scalarAt(socket, 'address'));
  const outer = hosts.find((host) => host && reachOf(bracketed(host.value)) !== 'internal');
  if (outer) return written('external', spanOfNode(outer));
  const [first] = hosts;
  return first && hosts.every((host) => host) ? written('internal', spanOfNode(first)) : unknown;
}

const bracketed = (host: string): string => (host.includes(':') && !host.startsWith('[') ? `[${host}]` : host);

/** What a cluster connects to. */
export interface ClusterTarget {
  readonly target: Field<string> | undefined;
  readonly exposure: Field<Reach>;
}

/**
 * The endpoints of a cluster, in `load_assignment` or, in the version 2 API, in `hosts`. Unknown where a discovery service
 * or a template names them.
 */
export function clusterTarget(cluster: YamlNode): ClusterTarget {
  const { addresses, open } = endpointsOf(cluster);
  const known = addresses.flatMap((address) => locationOf(address) ?? []);
  const widest = widestReach(known.map(({ reach }) => reach));
  const farthest = known.find(({ reach }) => reach === widest);
  const complete = !open && known.length === addresses.length && known.length > 0;
  if (!farthest || !widest) return { target: undefined, exposure: unknown };
  const span = spanOfNode(farthest.node);
  return {
    target: written(farthest.target, span),
    exposure: complete || widest === 'external' ? written(widest, span) : unknown,
  };
}

interface Endpoints {
  readonly addresses: readonly YamlNode[];
  /** There may be more. */
  readonly open: boolean;
}

function endpointsOf(cluster: YamlNode): Endpoints {
  const old = elementsAt(cluster, 'hosts');
  const localities = elementsAt(cluster, 'load_assignment', 'endpoints');
  const groups = localities.items.map((locality) => elementsAt(locality, 'lb_endpoints'));
  const addresses = groups
    .flatMap(({ items }) => items)
    .map((endpoint) => nodeAt(endpoint, 'endpoint', 'address') ?? endpoint);
  const open = old.open || localities.open || groups.some((group) => group.open);
  return { addresses: [...old.items, ...addresses], open };
}

interface Location {
  readonly node: YamlNode;
  readonly target: string;
  readonly reach: Reach;
}

function locationOf(address: YamlNode): Location | undefined {
  const host = scalarAt(address, 'socket_address', 'address');
  const port = textAt(address, 'socket_address', 'port_value');
  if (host) {
    const name = bracketed(host.value);
    return { node: host, target: port === undefined ? name : `${name}:${port}`, reach: reachOf(name) };
  }
  const path = scalarAt(address, 'pipe', 'path');
  if (path) return { node: path, target: `unix:${path.value}`, reach: 'internal' };
  const inside = nodeAt(address, 'envoy_internal_address');
  return inside && { node: inside, target: 'a listener of the same Envoy', reach: 'internal' };
}
