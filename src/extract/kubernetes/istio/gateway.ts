import type { Fact, Listener } from '../../../core/fact.ts';
import { buildFact, byDefault, type Field, type Fields, unknown, written } from '../../../core/fact-builder.ts';
import { entries, get, items, keyOf, scalar, spanOfNode, text, type YamlNode } from '../../../formats/yaml-tree.ts';
import { reachOf } from '../../../tls/reach.ts';
import { exposureOf } from '../host-names.ts';
import type { KindContext, KindExtractor } from '../kind.ts';
import { headOf, type KubernetesObject, labelOf } from '../objects.ts';
import { booleanField, fieldFrom, listField, settingAt } from '../settings.ts';
import { hstsOf, redirects, routesOf } from './gateway-routes.ts';
import { withoutNamespace } from './hosts.ts';
import { field } from './protocols.ts';
import { serverTls } from './server-tls.ts';

/**
 * One `listener` for each server of a Gateway; VirtualServices refer to it as `Gateway shop/public`. Source: Istio 1.31,
 * networking/v1alpha3/gateway.proto, Server.
 */
export const istioGateway: KindExtractor = (object, context) => {
  const servers = items(object.root, 'spec', 'servers');
  return { facts: servers.map((server) => listener(object, server, servers, context)), diagnostics: [] };
};

function listener(
  object: KubernetesObject,
  server: YamlNode,
  servers: readonly YamlNode[],
  context: KindContext,
): Fact<Listener> {
  const port = text(server, 'port', 'number');
  const portName = text(server, 'port', 'name') ?? port;
  const protocol = text(server, 'port', 'protocol')?.toUpperCase();
  const self = spanOfNode(keyOf(server, 'port') ?? server);
  const hosts = withoutNamespaces(listField(settingAt(object, server, 'hosts')));
  const isHttp = protocol !== undefined && /^(HTTPS?|GRPC(-WEB)?|HTTP2)$/.test(protocol);
  return buildFact<Listener>(
    {
      technology: 'istio',
      subject: port === undefined ? labelOf(object) : `${labelOf(object)} port ${port}`,
      self,
    },
    {
      kind: 'listener',
      ...(object.name !== undefined && portName !== undefined && { name: `${labelOf(object)}#${portName}` }),
      ...(protocol !== undefined && { application: isHttp ? 'http' : 'other' }),
    },
    {
      hosts,
      ports: fieldFrom(settingAt(object, server, 'port', 'number'), (value) =>
        /^\d+$/.test(value) ? [Number(value)] : undefined,
      ),
      exposure: boundTo(server) ?? inward(object) ?? exposureOf(hosts, servedBy(object), headOf(object)),
      ...(protocol === 'HTTPS' || protocol === 'TLS' || (!isHttp && endsTls(server))
        ? { ...serverTls(object, server, context), hsts: hstsOf(routesOf(object, server, context)) }
        : plain(object, server, servers, context)),
    },
  );
}

function withoutNamespaces(hosts: Field<readonly string[]> | undefined): Field<readonly string[]> | undefined {
  return hosts?.origin === 'written' ? { ...hosts, value: hosts.value.map(withoutNamespace) } : hosts;
}

/** A server bound to the loopback address or to a unix socket is for the gateway's own pod. */
function boundTo(server: YamlNode): Field<'internal'> | undefined {
  const bind = scalar(server, 'bind');
  return bind && reachOf(bind.value.replace(/^unix:\/\//, 'unix:')) === 'internal'
    ? written('internal', spanOfNode(bind))
    : undefined;
}

/** Gateways on the way out, and those between clusters, are called by members of the mesh only. */
const inward = (object: KubernetesObject): Field<'internal'> | undefined =>
  servedBy(object).some((name) => /(^|[^a-z])egress|east-?west/i.test(name ?? ''))
    ? written('internal', headOf(object))
    : undefined;

const servedBy = (object: KubernetesObject): readonly (string | undefined)[] => [
  object.name,
  ...entries(object.root, 'spec', 'selector').map(({ value }) => (value.kind === 'scalar' ? value.value : undefined)),
];

/**
 * Plain HTTP. `httpsRedirect` sends it on to https; a VirtualService can as well. Beside a server that ends TLS for the
 * same hosts, and with no redirecting VirtualService in the repository, it is served as it is.
 */
function plain(
  object: KubernetesObject,
  server: YamlNode,
  servers: readonly YamlNode[],
  context: KindContext,
): Fields<Listener> {
  const tls = get(server, 'tls');
  const protocol = scalar(server, 'port', 'protocol') ?? server;
  const redirect = tls ? booleanField(field(object, tls, 'httpsRedirect')) : undefined;
  const isPlain = protocol !== server;
  const also = servers.some((other) => other !== server && sameHosts(server, other) && endsTls(other));
  const reason = 'an Istio gateway redirects only with tls.httpsRedirect or a VirtualService that does';
  return {
    tls: isPlain ? written(false, spanOfNode(protocol)) : unknown,
    redirectsToHttps:
      redirect ??
      (also &&
      !routesOf(object, server, context).some(redirects) &&
      !object.fragment &&
      server.kind === 'mapping' &&
      !server.open
        ? byDefault(false, reason, true)
        : unknown),
  };
}

const endsTls = (server: YamlNode): boolean =>
  /^(SIMPLE|MUTUAL|OPTIONAL_MUTUAL|ISTIO_MUTUAL)$/.test(text(server, 'tls', 'mode') ?? '');

const sameHosts = (a: YamlNode, b: YamlNode): boolean => hostList(a) === hostList(b);
const hostList = (server: YamlNode): string =>
  items(server, 'hosts')
    .map((host) => (host.kind === 'scalar' ? host.value : ''))
    .sort()
    .join(' ');
