import type { Fact, Listener, Upstream } from '../../../core/fact.ts';
import { buildFact, byDefault, composite, type Fields, unknown, written } from '../../../core/fact-builder.ts';
import { spanOfNode } from '../../../formats/yaml-tree.ts';
import { exposureOf } from '../host-names.ts';
import { classNode, classOf } from '../ingress/ingress-class.ts';
import { hostsOfIngress, servicesOfIngress } from '../ingress-hosts.ts';
import type { ControllerReading, Owner } from '../kind.ts';
import { headOf, type KubernetesObject, labelOf } from '../objects.ts';
import { annotation, booleanIn, scalarIn, settingAt, spanIn, textField, textIn } from '../settings.ts';

const prefix = 'appgw.ingress.kubernetes.io/';
const technology = 'application-gateway';

/**
 * An Ingress of the Application Gateway Ingress Controller. With a certificate there is a plain HTTP listener only where
 * `ssl-redirect` asks for one that redirects. Versions and suites are the gateway's, or those of a profile in Azure.
 * Source: Azure/application-gateway-kubernetes-ingress master (2026-03), docs/annotations.md,
 * pkg/appgw/ingress_rules.go (processIngressRuleWithTLS).
 */
export function applicationGateway(object: KubernetesObject, owner: Owner): ControllerReading {
  const redirect = annotation(object, `${prefix}ssl-redirect`);
  const span = spanIn(redirect);
  const redirects = booleanIn(redirect) === true && span ? written(true, span) : unknown;
  const fields: Fields<Listener> = { protocols: unknown, ciphers: unknown, clientAuth: unknown, hsts: unknown };
  const installed = installedListeners(object, fields, redirects);
  return {
    technology,
    listener: fields,
    redirect: redirects,
    plaintext: { tls: written(false, headOf(object)), redirectsToHttps: unknown },
    ...(installed && { listeners: installed }),
    upstreams: upstreams(object, owner),
    diagnostics: [],
  };
}

/** `appgw-ssl-certificate`, a certificate of the gateway itself, counts where the Ingress has no `spec.tls`. */
function installedListeners(
  object: KubernetesObject,
  fields: Fields<Listener>,
  redirectsToHttps: ControllerReading['redirect'],
): readonly Fact<Listener>[] | undefined {
  const certificate = scalarIn(annotation(object, `${prefix}appgw-ssl-certificate`));
  if (!certificate || settingAt(object, object.root, 'spec', 'tls').state === 'written') return undefined;
  const span = spanOfNode(certificate);
  const secured = listener(object, {
    ports: written([443], span),
    tls: written(true, span),
    certificates: written([{ from: 'managed', ref: certificate.value }], span),
    ...fields,
  });
  if (redirectsToHttps.origin !== 'written') return [secured];
  const plain = { ports: written([80], span), tls: written(false, redirectsToHttps.span), redirectsToHttps };
  return [secured, listener(object, plain)];
}

function listener(object: KubernetesObject, fields: Fields<Listener>): Fact<Listener> {
  const hosts = hostsOfIngress(object);
  const named = classNode(object);
  const privately = annotation(object, `${prefix}use-private-ip`);
  const span = spanIn(privately);
  return buildFact<Listener>(
    { technology, subject: labelOf(object), self: headOf(object) },
    { kind: 'listener', application: 'http', ...(object.name !== undefined && { name: labelOf(object) }) },
    {
      hosts,
      exposure:
        booleanIn(privately) === true && span
          ? written('internal', span)
          : exposureOf(hosts, [classOf(object)], named ? spanOfNode(named) : headOf(object)),
      ...fields,
    },
  );
}

/**
 * `backend-protocol: https`: the gateway checks the backend's certificate by the public authorities, or by
 * `appgw-trusted-root-certificate` (Microsoft, "Overview of TLS termination and end to end TLS with Application Gateway").
 */
function upstreams(object: KubernetesObject, { guessed }: Owner): readonly Fact<Upstream>[] {
  const protocol = annotation(object, `${prefix}backend-protocol`);
  const span = spanIn(protocol);
  if (!span || textIn(protocol)?.toLowerCase() !== 'https') return [];
  const verified = byDefault(true, 'Application Gateway v2 verifies the certificates of its backends', guessed);
  const roots = textField(annotation(object, `${prefix}appgw-trusted-root-certificate`));
  return servicesOfIngress(object).map((service) =>
    buildFact<Upstream>(
      { technology, subject: `${labelOf(object)} to ${service}`, self: span },
      { kind: 'upstream', service, target: service, exposure: 'private' },
      {
        tls: written(true, span),
        verify: composite({ chain: verified, hostname: verified }),
        ca: roots ?? byDefault('system', 'public authorities, where no trusted root is named', guessed),
        serverName: textField(annotation(object, `${prefix}backend-hostname`)),
      },
    ),
  );
}
