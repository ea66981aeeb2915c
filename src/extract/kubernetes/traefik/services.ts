import type { Fact, Upstream } from '../../../core/fact.ts';
import { buildFact, byDefault, type Field, type Fields, unknown, written } from '../../../core/fact-builder.ts';
import { get, items, scalar, spanOfNode, type YamlNode } from '../../../formats/yaml-tree.ts';
import { defaultTransportFields, transportFields } from '../../dialects/traefik-transports.ts';
import type { KindContext, KindExtractor } from '../kind.ts';
import { type KubernetesObject, labelOf } from '../objects.ts';
import { booleanIn, settingAt, textIn } from '../settings.ts';
import { routesOf } from './hosts.ts';
import { defaultsFor } from './objects.ts';
import { resolved } from './references.ts';
import { serviceName } from './routes.ts';
import { transportOf } from './servers-transport.ts';
import { staticFor } from './static.ts';

/** An `upstream` for each service of an IngressRoute that is reached over TLS. */
export const httpServices = (object: KubernetesObject, context: KindContext): readonly Fact<Upstream>[] =>
  routesOf(object).flatMap((route) =>
    items(route, 'services').flatMap((service) =>
      upstream(object, service, schemeOf(object, service), 'ServersTransport', context),
    ),
  );

/** The same for the services that a TraefikService puts together (traefikio/v1alpha1/service.go). */
export const balanced: KindExtractor = (object, context) => {
  const mirroring = get(object.root, 'spec', 'mirroring');
  const services = [
    ...items(object.root, 'spec', 'weighted', 'services'),
    ...items(object.root, 'spec', 'highestRandomWeight', 'services'),
    ...(mirroring ? [mirroring, ...items(mirroring, 'mirrors')] : []),
  ];
  const facts = services.flatMap((service) =>
    upstream(object, service, schemeOf(object, service), 'ServersTransport', context),
  );
  return { facts, diagnostics: [] };
};

/** TCP services with `tls: true`. */
export const tcpServices = (object: KubernetesObject, context: KindContext): readonly Fact<Upstream>[] =>
  routesOf(object).flatMap((route) =>
    items(route, 'services').flatMap((service) => {
      const tls = scalar(service, 'tls');
      const speaks =
        tls && booleanIn(settingAt(object, service, 'tls')) === true ? written(true, spanOfNode(tls)) : undefined;
      return upstream(object, service, speaks, 'ServersTransportTCP', context);
    }),
  );

/**
 * `https` as the scheme; without one, port 443 and ports whose name begins with https mean it too (Traefik 3.7,
 * pkg/provider/kubernetes/crd/kubernetes_http.go, parseServiceProtocol). `undefined`: plain text, or nobody can tell.
 */
function schemeOf(object: KubernetesObject, service: YamlNode): Field<boolean> | undefined {
  const scheme = settingAt(object, service, 'scheme');
  if (scheme.state === 'written')
    return textIn(scheme)?.toLowerCase() === 'https' ? written(true, spanOfNode(scheme.node)) : undefined;
  const port = scalar(service, 'port');
  if (scheme.state === 'unknown' || !port || !/^(443$|https)/.test(port.value)) return undefined;
  return byDefault(true, 'Traefik speaks TLS to port 443 and to ports whose name begins with https');
}

function upstream(
  object: KubernetesObject,
  service: YamlNode,
  tls: Field<boolean> | undefined,
  kind: 'ServersTransport' | 'ServersTransportTCP',
  context: KindContext,
): readonly Fact<Upstream>[] {
  const target = serviceName(object, service);
  const name = scalar(service, 'name');
  if (!tls || target === undefined || !name) return [];
  const place = scalar(service, 'scheme') ?? scalar(service, 'tls') ?? scalar(service, 'port') ?? name;
  return [
    buildFact<Upstream>(
      { technology: 'traefik', subject: `${labelOf(object)} to Service ${target}`, self: spanOfNode(place) },
      { kind: 'upstream', exposure: 'private', target, service: target },
      { tls, ...towards(object, service, kind, context) },
    ),
  ];
}

/** What the transport that the service names says; Traefik's own default verifies. */
function towards(
  object: KubernetesObject,
  service: YamlNode,
  kind: 'ServersTransport' | 'ServersTransportTCP',
  context: KindContext,
): Fields<Upstream> {
  const defaults = defaultsFor(object, context);
  const transport = settingAt(object, service, 'serversTransport');
  if (transport.state === 'unknown' || !defaults) return { verify: unknown, protocols: unknown };
  const name = textIn(transport);
  if (name === undefined || name === '' || /^default@internal$/i.test(name)) {
    const flags = kind === 'ServersTransport' ? staticFor(object, context)?.transport : undefined;
    return flags ? transportFields(flags, defaults) : defaultTransportFields(defaults);
  }
  const found = resolved({ name, namespace: object.namespace }, kind, object, context);
  return found ? transportOf(found, context) : { verify: unknown, protocols: unknown };
}
