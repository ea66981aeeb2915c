import type { Fact, Upstream } from '../../core/fact.ts';
import { buildFact, unknown, written } from '../../core/fact-builder.ts';
import type { Span } from '../../core/source.ts';
import { spanOfNode, type YamlNode } from '../../formats/yaml-tree.ts';
import { reachOf } from '../../tls/reach.ts';
import type { TraefikDefaults } from '../dialects/traefik-defaults.ts';
import { flagField, isOn, keyAt, nodeAt, settingAt, textAt } from '../dialects/traefik-settings.ts';
import { defaultTransportFields, transportFields } from '../dialects/traefik-transports.ts';
import { type Configuration, type Named, namedAt, resolve, spanOfKey } from './model.ts';
import type { Part } from './parts.ts';

/**
 * An upstream for each server that is reached over TLS, with what its servers transport says; and one for each
 * transport that verifies nothing and whose servers are not written here.
 */
export function upstreams(configuration: Configuration, defaults: TraefikDefaults): readonly Fact<Upstream>[] {
  const globals = globalTransports(configuration);
  const servers = configuration.parts
    .flatMap(serversOf)
    .map((server) => ({ server, transport: transportOf(server, globals, configuration) }));
  const facts = servers.map(({ server, transport }) => serverFact(server, transport, defaults));
  const used = new Set(servers.map(({ transport }) => transport));
  const others = [...globals, ...namedTransports(configuration)].filter((transport) => !used.has(transport));
  return [...facts, ...others.flatMap((transport) => unusedTransport(transport, defaults))];
}

/** A server that a service passes requests on to over TLS. */
interface Server {
  readonly protocol: 'http' | 'tcp';
  readonly service: Named;
  /** `host:port`; `undefined` where it cannot be known. */
  readonly target: string | undefined;
  /** Where it is said that TLS is spoken. */
  readonly place: Span;
  readonly transport: string | undefined;
}

/** The settings towards servers: those of a name, or the default ones of the static configuration. */
interface Transport extends Named {
  readonly protocol: 'http' | 'tcp';
  /** The mapping that holds the TLS settings. */
  readonly tls: YamlNode;
  readonly subject: string;
}

const serversOf = (part: Part): readonly Server[] =>
  (['http', 'tcp'] as const).flatMap((protocol) =>
    namedAt(part, protocol, 'services').flatMap((service): readonly Server[] => {
      const balancer = nodeAt(service.node, 'loadBalancer');
      if (!balancer) return [];
      const transport = textAt(balancer, 'serversTransport');
      const found = part.provider === 'docker' ? labelServers(balancer, part) : fileServers(balancer, protocol);
      return found.map((server) => ({ ...server, protocol, service, transport }));
    }),
  );

type Reached = Pick<Server, 'target' | 'place'>;

/** `servers[].url` with https, or for TCP `servers[].address` with `tls: true`. */
function fileServers(balancer: YamlNode, protocol: 'http' | 'tcp'): readonly Reached[] {
  const servers = nodeAt(balancer, 'servers');
  if (servers?.kind !== 'sequence') return [];
  return servers.items.flatMap((server): readonly Reached[] => {
    if (protocol === 'http') return urlServer(nodeAt(server, 'url'));
    const tls = nodeAt(server, 'tls');
    return tls && isOn(settingAt(server, 'tls')) ? [{ target: textAt(server, 'address'), place: spanOfNode(tls) }] : [];
  });
}

function urlServer(url: YamlNode | undefined): readonly Reached[] {
  if (url?.kind !== 'scalar') return [];
  const [, authority = ''] = /^https:\/\/([^/?#]*)/i.exec(url.value.trim()) ?? [];
  return authority === '' ? [] : [{ target: authority.replace(/^.*@/, ''), place: spanOfNode(url) }];
}

/** Labels describe the one server that the container is. */
function labelServers(balancer: YamlNode, part: Part): readonly Reached[] {
  const server = nodeAt(balancer, 'server');
  const byUrl = urlServer(nodeAt(server, 'url'));
  const scheme = nodeAt(server, 'scheme') ?? nodeAt(server, 'tls');
  const secure = scheme?.kind === 'scalar' && /^(?:https|true)$/i.test(scheme.value);
  if (byUrl.length > 0 || !secure) return byUrl;
  const port = textAt(server, 'port');
  const target = part.container && `${part.container}${port === undefined ? '' : `:${port}`}`;
  return [{ target, place: spanOfNode(scheme) }];
}

/** `unknown`: a name that stands for nothing here, or the default of a static configuration that is not here. */
function transportOf(
  server: Server,
  globals: readonly Transport[],
  configuration: Configuration,
): Transport | 'default' | 'unknown' {
  const { protocol, service, transport } = server;
  if (transport !== undefined && !/^default@internal$/i.test(transport)) {
    const named = resolve(configuration.transports[protocol], transport, service.part);
    return (named && namedTransport(named, protocol)) ?? 'unknown';
  }
  const [global, ...others] = globals.filter((found) => found.protocol === protocol);
  if (global) return others.length === 0 ? global : 'unknown';
  return configuration.whole ? 'default' : 'unknown';
}

const known = new WeakMap<YamlNode, Transport>();

/** The same transport for the same name, each time. */
function remembered(transport: Transport): Transport {
  const earlier = known.get(transport.node);
  if (earlier) return earlier;
  known.set(transport.node, transport);
  return transport;
}

const namedTransport = (named: Named, protocol: 'http' | 'tcp'): Transport =>
  remembered({
    ...named,
    protocol,
    tls: protocol === 'tcp' ? (nodeAt(named.node, 'tls') ?? named.node) : named.node,
    subject: `servers transport ${named.name}`,
  });

const globalTransports = ({ statics }: Configuration): readonly Transport[] =>
  statics.flatMap((part) =>
    (['http', 'tcp'] as const).flatMap((protocol): readonly Transport[] => {
      const name = protocol === 'http' ? 'serversTransport' : 'tcpServersTransport';
      const node = nodeAt(part.root, name);
      const key = keyAt(part.root, name);
      if (!node || !key) return [];
      const tls = protocol === 'tcp' ? (nodeAt(node, 'tls') ?? node) : node;
      return [remembered({ name, key, node, part, protocol, tls, subject: 'the default servers transport' })];
    }),
  );

const namedTransports = ({ transports }: Configuration): readonly Transport[] =>
  (['http', 'tcp'] as const).flatMap((protocol) =>
    [...transports[protocol].values()].flat().map((named) => namedTransport(named, protocol)),
  );

function serverFact(
  { service, target, place }: Server,
  transport: Transport | 'default' | 'unknown',
  defaults: TraefikDefaults,
): Fact<Upstream> {
  return buildFact<Upstream>(
    { technology: 'traefik', subject: `service ${service.name}`, self: place },
    { kind: 'upstream', exposure: target === undefined ? 'external' : reachOf(target) },
    {
      target: target === undefined ? unknown : written(target, place),
      tls: written(true, place),
      ...(transport === 'unknown'
        ? { verify: unknown, protocols: unknown }
        : transport === 'default'
          ? defaultTransportFields(defaults)
          : transportFields(transport.tls, defaults)),
    },
  );
}

/**
 * Where the servers are written elsewhere, in labels or another repository, a transport that verifies nothing is still
 * one: taken for private, since most servers behind a proxy are.
 */
function unusedTransport(transport: Transport, defaults: TraefikDefaults): readonly Fact<Upstream>[] {
  const skip = flagField(settingAt(transport.tls, 'insecureSkipVerify'));
  if (skip?.origin !== 'written' || !skip.value) return [];
  const self = spanOfKey(transport);
  return [
    buildFact<Upstream>(
      { technology: 'traefik', subject: transport.subject, self },
      { kind: 'upstream', exposure: 'private' },
      { tls: written(true, skip.span), ...transportFields(transport.tls, defaults) },
    ),
  ];
}
