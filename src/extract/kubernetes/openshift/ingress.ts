import type { Fact, Upstream } from '../../../core/fact.ts';
import { buildFact, byDefault, composite, unknown, written } from '../../../core/fact-builder.ts';
import { spanOfNode } from '../../../formats/yaml-tree.ts';
import { servicesOfIngress } from '../ingress-hosts.ts';
import type { ControllerReading, Owner } from '../kind.ts';
import { headOf, type KubernetesObject, labelOf } from '../objects.ts';
import { annotation, scalarIn, textIn } from '../settings.ts';
import { defaultProfile } from './tls-profile.ts';

/**
 * An Ingress that OpenShift turns into Routes: edge unless `route.openshift.io/termination` says otherwise, and with plain
 * HTTP redirected. Source: openshift/route-controller-manager main (2026-08), pkg/route/ingress/ingress.go
 * (tlsConfigForIngress).
 */
export function openshiftIngress(object: KubernetesObject, owner: Owner): ControllerReading {
  const termination = annotation(object, 'route.openshift.io/termination');
  const passes = textIn(termination) === 'passthrough';
  return {
    technology: 'openshift',
    listener: passes
      ? {
          tls: unknown,
          protocols: unknown,
          ciphers: unknown,
          certificates: unknown,
          clientAuth: unknown,
          hsts: unknown,
        }
      : { ...(object.fragment ? { protocols: unknown } : defaultProfile()), clientAuth: unknown, hsts: unknown },
    redirect: object.fragment
      ? unknown
      : byDefault(true, 'OpenShift redirects plain HTTP of an Ingress that has TLS', owner.guessed),
    plaintext: {
      tls: termination.state === 'absent' ? written(false, headOf(object)) : unknown,
      redirectsToHttps: unknown,
    },
    upstreams: reencrypted(object),
    diagnostics: [],
  };
}

/** Verified by `destination-ca-certificate-secret`, or by the authority of the cluster's services and their names. */
function reencrypted(object: KubernetesObject): readonly Fact<Upstream>[] {
  const node = scalarIn(annotation(object, 'route.openshift.io/termination'));
  if (node?.value !== 'reencrypt') return [];
  const secret = scalarIn(annotation(object, 'route.openshift.io/destination-ca-certificate-secret'));
  const span = spanOfNode(node);
  return servicesOfIngress(object).map((service) =>
    buildFact<Upstream>(
      { technology: 'openshift', subject: `${labelOf(object)} to ${service}`, self: span },
      { kind: 'upstream', service, target: service, exposure: 'private' },
      {
        tls: written(true, span),
        verify: composite({
          chain: byDefault(true, 'an OpenShift router verifies the backends of a reencrypt Route'),
          hostname: byDefault(
            secret === undefined,
            secret
              ? 'with an authority of its own an OpenShift router checks no name'
              : "an OpenShift router checks the Service's name",
          ),
        }),
        ...(secret && {
          ca: written(`Secret ${object.namespace ?? ''}/${secret.value}`.replace(' /', ' '), spanOfNode(secret)),
        }),
      },
    ),
  );
}
