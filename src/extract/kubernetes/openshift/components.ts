import type { Fact, Listener, Secret } from '../../../core/fact.ts';
import {
  buildFact,
  byDefault,
  composite,
  type Field,
  type Fields,
  unknown,
  written,
} from '../../../core/fact-builder.ts';
import { get, items, keyOf, scalar, spanOfNode } from '../../../formats/yaml-tree.ts';
import { type KindExtractor, nothing } from '../kind.ts';
import { headOf, type KubernetesObject, labelOf, qualified } from '../objects.ts';
import { annotation, fieldFrom, scalarIn, settingAt, textField } from '../settings.ts';
import { type Profile, profileOf } from './tls-profile.ts';

const technology = 'openshift';

/**
 * An IngressController: what its routers accept for every Route. Source: openshift/api main (2026-08),
 * operator/v1/types_ingresscontroller.go.
 */
export const ingressController: KindExtractor = (object) => {
  const domain = scalar(object.root, 'spec', 'domain');
  const scope = settingAt(object, object.root, 'spec', 'endpointPublishingStrategy', 'loadBalancer', 'scope');
  return only(
    listener(object, {
      hosts: domain ? written([`*.${domain.value}`], spanOfNode(domain)) : undefined,
      exposure: fieldFrom(scope, (value) => (value === 'Internal' ? 'internal' : 'external')) ?? unknown,
      clientAuth: clientAuthOf(object),
      certificates: secretNamed(object, 'openshift-ingress', 'defaultCertificate', 'name'),
    }),
  );
};

/** Required or Optional, by the authority of a ConfigMap in openshift-config. */
function clientAuthOf(object: KubernetesObject): Field<NonNullable<Listener['clientAuth']>> {
  const policy = settingAt(object, object.root, 'spec', 'clientTLS', 'clientCertificatePolicy');
  const node = scalarIn(policy);
  if (!node || node.value === '')
    return policy.state === 'unknown'
      ? unknown
      : byDefault({ mode: 'none' }, 'an OpenShift router asks for client certificates only with spec.clientTLS');
  const authority = scalar(object.root, 'spec', 'clientTLS', 'clientCA', 'name');
  return composite<NonNullable<Listener['clientAuth']>>({
    mode: written(node.value === 'Required' ? 'required' : 'optional', spanOfNode(node)),
    ca: authority && written(`ConfigMap openshift-config/${authority.value}`, spanOfNode(authority)),
  });
}

/**
 * The API server of a cluster: its profile, its named certificates, and the authority of its clients' certificates, which
 * are asked for and not required. Source: openshift/api main (2026-08), config/v1/types_apiserver.go.
 */
export const apiServer: KindExtractor = (object) => {
  const authority = textField(settingAt(object, object.root, 'spec', 'clientCA', 'name'));
  const named = items(object.root, 'spec', 'servingCerts', 'namedCertificates').flatMap(
    (one) => scalar(one, 'servingCertificate', 'name') ?? [],
  );
  const [first] = named;
  return only(
    listener(object, {
      clientAuth: composite<NonNullable<Listener['clientAuth']>>({
        mode: byDefault('optional', 'the API server asks for client certificates and takes other credentials as well'),
        ca: authority,
      }),
      certificates: first
        ? written(
            named.map(({ value }) => ({ from: 'secret', ref: qualified('openshift-config', value) })),
            spanOfNode(first),
            Object.fromEntries(named.map((node, index) => [String(index), spanOfNode(node)])),
          )
        : unknown,
    }),
  );
};

/**
 * A KubeletConfig, where it says something about TLS: it changes the kubelets of a pool. Source: openshift/api main
 * (2026-08), machineconfiguration/v1/types.go.
 */
export const kubeletConfig: KindExtractor = (object) =>
  get(object.root, 'spec', 'tlsSecurityProfile') ? only(listener(object, { exposure: unknown })) : nothing;

const only = (fact: Fact<Listener>) => ({ facts: [fact], diagnostics: [] });

function listener(object: KubernetesObject, fields: Fields<Listener>): Fact<Listener> {
  const profile = keyOf(get(object.root, 'spec'), 'tlsSecurityProfile');
  const self = profile ? spanOfNode(profile) : headOf(object);
  return buildFact<Listener>(
    { technology, subject: labelOf(object), self },
    { kind: 'listener', application: object.kind === 'IngressController' ? 'http' : 'other' },
    {
      tls: written(true, self),
      ...(object.kind === 'IngressController' ? routerProfile(object) : profileOf(object)),
      ...fields,
    },
  );
}

/** Routers do not speak TLS 1.0, whatever the profile (openshift/cluster-ingress-operator, deployment.go, SSL_MIN_VERSION). */
function routerProfile(object: KubernetesObject): Profile {
  const profile = profileOf(object);
  const { protocols } = profile;
  if (protocols?.origin !== 'written') return profile;
  return { ...profile, protocols: { ...protocols, value: protocols.value.filter((one) => one !== 'TLSv1.0') } };
}

function secretNamed(
  object: KubernetesObject,
  namespace: string,
  ...path: readonly string[]
): Field<NonNullable<Listener['certificates']>> {
  const node = scalar(object.root, 'spec', ...path);
  return node ? written([{ from: 'secret', ref: qualified(namespace, node.value) }], spanOfNode(node)) : unknown;
}

/**
 * A Service whose certificate the cluster issues into a Secret of the same namespace. Source: openshift/service-ca-operator,
 * pkg/controller/api/api.go.
 */
export const servingCertificate: KindExtractor = (object) => {
  const node = [
    'service.beta.openshift.io/serving-cert-secret-name',
    'service.alpha.openshift.io/serving-cert-secret-name',
  ]
    .map((key) => scalarIn(annotation(object, key)))
    .find((found) => found !== undefined);
  if (!node || node.value === '') return nothing;
  const span = spanOfNode(node);
  const fact = buildFact<Secret>(
    { technology, subject: labelOf(object), self: span },
    { kind: 'secret', name: qualified(object.namespace, node.value), provider: 'platform' },
    { name: written(qualified(object.namespace, node.value), span) },
  );
  return { facts: [fact], diagnostics: [] };
};
