import type { Fact, Listener, Route, Upstream } from '../../../core/fact.ts';
import {
  buildFact,
  byDefault,
  composite,
  type Field,
  type Fields,
  unknown,
  written,
} from '../../../core/fact-builder.ts';
import type { Span } from '../../../core/source.ts';
import {
  get,
  items,
  keyOf,
  scalar,
  spanOfNode,
  text,
  type YamlNode,
  type YamlScalar,
} from '../../../formats/yaml-tree.ts';
import { exposureOf } from '../host-names.ts';
import { hstsOf } from '../hsts.ts';
import type { KindContext, KindExtractor } from '../kind.ts';
import { headOf, type KubernetesObject, labelOf, qualified } from '../objects.ts';
import { annotation, listOf, scalarIn, settingAt } from '../settings.ts';
import { embeddedIn } from './embedded.ts';
import { defaultProfile } from './tls-profile.ts';

const technology = 'openshift';

/**
 * A Route: a `listener` for TLS, one for plain HTTP unless the policy closes it, and for `reencrypt` an `upstream`.
 * Source: openshift/api main (2026-08), route/v1/types.go; openshift/router main (2026-08),
 * images/router/haproxy/conf/haproxy-config.template, pkg/router/template/router.go.
 */
export const route: KindExtractor = (object, context) => {
  const tls = settingAt(object, object.root, 'spec', 'tls');
  const facts =
    tls.state === 'written' && tls.node.kind === 'mapping'
      ? secured(object, tls.node, context)
      : [
          tls.state === 'absent'
            ? plain(object, headOf(object), unknown)
            : listener(object, headOf(object), { tls: unknown }),
        ];
  return {
    facts: [...facts, ...routeFact(object)],
    diagnostics: [],
    nested: tls.state === 'written' ? embeddedIn(object, tls.node) : [],
  };
};

function secured(object: KubernetesObject, tls: YamlNode, context: KindContext): readonly Fact<Listener | Upstream>[] {
  const termination = settingAt(object, tls, 'termination');
  const node = scalarIn(termination);
  if (!node || !/^(edge|reencrypt)$/.test(node.value)) {
    const self = spanOfNode(node ?? keyOf(get(object.root, 'spec'), 'tls') ?? tls);
    const opaque = { tls: unknown, protocols: unknown, ciphers: unknown, clientAuth: unknown, hsts: unknown };
    return [listener(object, self, opaque), ...insecure(object, tls)];
  }
  const fact = listener(object, spanOfNode(node), {
    tls: written(true, spanOfNode(node)),
    ...accepted(object, context),
    certificates: certificatesOf(object, tls),
    hsts: hsts(object),
  });
  return [fact, ...insecure(object, tls), ...(node.value === 'reencrypt' ? [backend(object, tls, node)] : [])];
}

/** Versions, suites and client certificates are the router's: those of an IngressController, where the repository has one. */
function accepted(object: KubernetesObject, { known }: KindContext): Fields<Listener> {
  const elsewhere = object.fragment || known('operator.openshift.io/IngressController').length > 0;
  return elsewhere
    ? { protocols: unknown, ciphers: unknown, clientAuth: unknown }
    : {
        ...defaultProfile(),
        clientAuth: byDefault(
          { mode: 'none' },
          'an OpenShift router asks for client certificates only with spec.clientTLS',
        ),
      };
}

/** `insecureEdgeTerminationPolicy`: port 80 is closed unless it says Allow or Redirect. */
function insecure(object: KubernetesObject, tls: YamlNode): readonly Fact<Listener>[] {
  const node = scalarIn(settingAt(object, tls, 'insecureEdgeTerminationPolicy'));
  if (!node || !/^(Allow|Redirect)$/.test(node.value)) return [];
  const span = spanOfNode(node);
  return [plain(object, span, written(node.value === 'Redirect', span))];
}

const plain = (object: KubernetesObject, self: Span, redirectsToHttps: Field<boolean>): Fact<Listener> =>
  listener(object, self, { ports: written([80], self), tls: written(false, self), redirectsToHttps });

function listener(object: KubernetesObject, self: Span, fields: Fields<Listener>): Fact<Listener> {
  const host = scalar(object.root, 'spec', 'host');
  const hosts = host && host.value !== '' ? listOf([host], spanOfNode(host)) : unknown;
  return buildFact<Listener>(
    { technology, subject: labelOf(object), self },
    { kind: 'listener', application: 'http', ...(object.name !== undefined && { name: labelOf(object) }) },
    { hosts, exposure: exposureOf(hosts, [], self), ...fields },
  );
}

/** Inline, or a Secret of the Route's namespace; otherwise the router presents its own. */
function certificatesOf(object: KubernetesObject, tls: YamlNode): Field<NonNullable<Listener['certificates']>> {
  const inline = keyOf(tls, 'certificate');
  if (inline) return written([{ from: 'inline' }], spanOfNode(inline));
  const secret = scalar(tls, 'externalCertificate', 'name');
  return secret
    ? written([{ from: 'secret', ref: qualified(object.namespace, secret.value) }], spanOfNode(secret))
    : unknown;
}

function hsts(object: KubernetesObject): Field<NonNullable<Listener['hsts']>> {
  const header = annotation(object, 'haproxy.router.openshift.io/hsts_header');
  const node = scalarIn(header);
  const value = node && hstsOf(node.value);
  if (node && value) return written(value, spanOfNode(node));
  return header.state === 'absent'
    ? byDefault(
        { maxAgeSeconds: 0 },
        'an OpenShift router sends HSTS only with haproxy.router.openshift.io/hsts_header',
      )
    : unknown;
}

/**
 * `reencrypt` always verifies: by `destinationCACertificate`, and then any name will do; or by the authority of the
 * cluster's services, and then the name of the Service is checked (router.go, VerifyServiceHostname).
 */
function backend(object: KubernetesObject, tls: YamlNode, termination: YamlScalar): Fact<Upstream> {
  const authority = settingAt(object, tls, 'destinationCACertificate');
  const own = scalarIn(authority);
  const span = spanOfNode(termination);
  const [service] = servicesOf(object);
  const port = scalar(object.root, 'spec', 'port', 'targetPort');
  return buildFact<Upstream>(
    { technology, subject: `${labelOf(object)} to its backend`, self: span },
    {
      kind: 'upstream',
      exposure: 'private',
      ...(service !== undefined && {
        target: service,
        service: port && !/^\d+$/.test(port.value) ? `${service}:${port.value}` : service,
      }),
    },
    {
      tls: written(true, span),
      verify: composite({
        chain: byDefault(true, 'an OpenShift router verifies the backends of a reencrypt Route'),
        hostname:
          authority.state === 'unknown'
            ? unknown
            : byDefault(
                own === undefined || own.value.trim() === '',
                own
                  ? 'with destinationCACertificate an OpenShift router checks no name'
                  : "an OpenShift router checks the Service's name",
              ),
      }),
      ...(own && { ca: written('inline', spanOfNode(keyOf(tls, 'destinationCACertificate') ?? own)) }),
    },
  );
}

/** The Services of a Route, of its own namespace. */
const servicesOf = ({ root, namespace }: KubernetesObject): readonly string[] =>
  [get(root, 'spec', 'to'), ...items(root, 'spec', 'alternateBackends')].flatMap((one) => {
    const name = text(one, 'name');
    return name === undefined || (text(one, 'kind') ?? 'Service') !== 'Service' ? [] : [qualified(namespace, name)];
  });

function routeFact(object: KubernetesObject): readonly Fact<Route>[] {
  const services = servicesOf(object);
  if (object.name === undefined || object.fragment || services.length === 0) return [];
  const host = scalar(object.root, 'spec', 'host');
  return [
    buildFact<Route>(
      { technology, subject: labelOf(object), self: headOf(object) },
      { kind: 'route', listeners: [labelOf(object)], services },
      { hosts: host && listOf([host], spanOfNode(host)) },
    ),
  ];
}
