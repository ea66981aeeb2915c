import type { CertificateReference, Fact, Listener } from '../../../core/fact.ts';
import { buildFact, byDefault, type Field, type Fields, unknown, written } from '../../../core/fact-builder.ts';
import { get, items, keyOf, scalar, spanOfNode, type YamlNode } from '../../../formats/yaml-tree.ts';
import { exposureOf } from '../host-names.ts';
import { hstsOf } from '../hsts.ts';
import { joined, type KindContext, type KindExtractor } from '../kind.ts';
import { headOf, type KubernetesObject, labelOf, qualified } from '../objects.ts';
import { listOf, type Setting, settingAt } from '../settings.ts';
import { clientAuthOf } from './client-validation.ts';
import { ciphersFrom, floorFrom, isOn } from './configuration.ts';
import { protocolsBetween } from './protocols.ts';
import { allRoutes, insecurePlace, redirectOf, routeFacts } from './routes.ts';
import { keySets, servicesIn } from './upstreams.ts';

/**
 * An HTTPProxy: the `listener` of its virtual host, and one for plain HTTP, which Contour sends on to https once TLS is
 * configured; a `route` for each of its rules; an `upstream` for each service over TLS. One without a virtual host is
 * included by others and has no listener. Source: Contour 1.33, apis/projectcontour/v1/httpproxy.go;
 * internal/dag/httpproxy_processor.go.
 */
export const httpProxy: KindExtractor = (object, context) => {
  const services = [
    ...items(object.root, 'spec', 'routes').flatMap((route) => items(route, 'services')),
    ...items(object.root, 'spec', 'tcpproxy', 'services'),
  ];
  return joined([
    { facts: listenersOf(object, context), diagnostics: [] },
    { facts: routeFacts(object, context), diagnostics: [] },
    { facts: [...servicesIn(object, services, context), ...keySets(object)], diagnostics: [] },
  ]);
};

function listenersOf(object: KubernetesObject, context: KindContext): readonly Fact<Listener>[] {
  const host = get(object.root, 'spec', 'virtualhost');
  if (!host) return [];
  const tls = settingAt(object, host, 'tls');
  const passthrough = isOn(settingAt(object, host, 'tls', 'passthrough'));
  if (tls.state === 'unknown' || passthrough)
    return [listener(object, passthrough ? 'other' : 'http', { tls: unknown, protocols: unknown, ciphers: unknown })];
  if (tls.state === 'absent') return [listener(object, 'http', plainOnly(object))];
  const isTcp = get(object.root, 'spec', 'tcpproxy') !== undefined;
  const secured = listener(object, isTcp ? 'other' : 'http', securedFields(object, host, tls.node, isTcp, context));
  return isTcp ? [secured] : [secured, listener(object, 'http', besideTls(object, host, context))];
}

function securedFields(
  object: KubernetesObject,
  host: YamlNode,
  tls: YamlNode,
  isTcp: boolean,
  context: KindContext,
): Fields<Listener> {
  const evidence = context.versions('contour', object.root.source.path);
  const at = (name: string): Setting => settingAt(object, tls, name);
  return {
    tls: written(true, spanOfNode(keyOf(host, 'tls') ?? tls)),
    protocols: protocolsBetween(
      at('minimumProtocolVersion'),
      at('maximumProtocolVersion'),
      evidence,
      floorFrom(context, evidence),
    ),
    ciphers: object.fragment ? unknown : ciphersFrom(context, evidence),
    clientAuth: clientAuthOf(object, host, tls),
    certificates: certificatesOf(object, tls),
    ...(!isTcp && { hsts: hstsField(object, context) }),
  };
}

/** `namespace/name`, where another namespace delegates its certificate, or a Secret beside the object. */
function certificatesOf(object: KubernetesObject, tls: YamlNode): Field<readonly CertificateReference[]> {
  const secret = scalar(tls, 'secretName');
  return secret
    ? written([{ from: 'secret', ref: qualified(object.namespace, secret.value) }], spanOfNode(secret))
    : unknown;
}

/** The header that every rule sends; the application may send one where none does. */
function hstsField(object: KubernetesObject, context: KindContext): Field<NonNullable<Listener['hsts']>> {
  const headers = allRoutes(object, context).map((route) => headerOf(route));
  const [first] = headers;
  return first && headers.every((header) => header !== undefined) ? first : unknown;
}

const headerOf = (route: YamlNode): Field<NonNullable<Listener['hsts']>> | undefined =>
  items(route, 'responseHeadersPolicy', 'set')
    .filter((header) => scalar(header, 'name')?.value.toLowerCase() === 'strict-transport-security')
    .flatMap((header) => {
      const node = scalar(header, 'value');
      const value = node && hstsOf(node.value);
      return node && value ? [written(value, spanOfNode(node))] : [];
    })[0];

/** Plain HTTP beside TLS: a redirect, but for the rules that permit it. */
function besideTls(object: KubernetesObject, host: YamlNode, context: KindContext): Fields<Listener> {
  const head = spanOfNode(keyOf(host, 'fqdn') ?? host);
  const insecure = insecurePlace(object, context);
  const redirect = object.fragment
    ? unknown
    : byDefault(true, 'Contour sends plain HTTP on to https where TLS is configured');
  return {
    tls: written(false, insecure ?? head),
    ports: written([80], head),
    redirectsToHttps: insecure ? written(false, insecure) : redirect,
  };
}

/** Without TLS: something in front may end it. */
function plainOnly(object: KubernetesObject): Fields<Listener> {
  const redirects = items(object.root, 'spec', 'routes').map(redirectOf);
  const [first] = redirects;
  const all = first !== undefined && redirects.every((one) => one !== undefined);
  return {
    tls: written(false, headOf(object)),
    ports: written([80], headOf(object)),
    redirectsToHttps: all ? written(true, first) : unknown,
  };
}

function listener(object: KubernetesObject, application: 'http' | 'other', fields: Fields<Listener>): Fact<Listener> {
  const name = scalar(object.root, 'spec', 'virtualhost', 'fqdn');
  const hosts = name ? listOf([name], spanOfNode(name)) : unknown;
  const served =
    scalar(object.root, 'spec', 'ingressClassName') ??
    scalar(object.root, 'metadata', 'annotations', 'projectcontour.io/ingress.class') ??
    scalar(object.root, 'metadata', 'annotations', 'kubernetes.io/ingress.class');
  const self = fields.tls?.origin === 'written' ? fields.tls.span : headOf(object);
  return buildFact<Listener>(
    { technology: 'contour', subject: labelOf(object), self },
    { kind: 'listener', application, ...(object.name !== undefined && { name: labelOf(object) }) },
    { hosts, exposure: exposureOf(hosts, [served?.value], served ? spanOfNode(served) : headOf(object)), ...fields },
  );
}
