import type { Fact, Listener, Upstream } from '../../../core/fact.ts';
import { buildFact, type Fields, written } from '../../../core/fact-builder.ts';
import { get, keyOf, spanOfNode, type YamlNode } from '../../../formats/yaml-tree.ts';
import type { KindContext, KindExtractor } from '../kind.ts';
import { type KubernetesObject, labelOf } from '../objects.ts';
import { booleanIn, listField, suiteListField } from '../settings.ts';
import { agentFacts, environmentOfValues, istiodFacts, variablesIn } from './certificates.ts';
import { field, protocolsBetween } from './protocols.ts';
import { meshesIn } from './root-namespace.ts';
import { istioVersion } from './version.ts';

/** An IstioOperator: `meshConfig`, `values` of the charts, and the environment of istiod. */
export const istioOperator: KindExtractor = (object, context) => {
  const spec = get(object.root, 'spec');
  const config = get(spec, 'meshConfig');
  const values = get(spec, 'values');
  const variables = variablesIn(get(spec, 'components', 'pilot', 'k8s'), 'env');
  return {
    facts: [
      ...(config ? meshFacts(object, config, context) : []),
      ...(values ? istioValues(object, values, context).facts : []),
      ...istiodFacts(object, variables),
    ],
    diagnostics: [],
  };
};

/** An Istio resource of the Sail operator: `spec.values` are those of the charts. */
export const sailIstio: KindExtractor = (object, context) => {
  const values = get(object.root, 'spec', 'values');
  return values ? istioValues(object, values, context) : { facts: [], diagnostics: [] };
};

/** The ConfigMap `istio` holds the mesh's configuration as YAML in its key `mesh`. */
export const meshConfigMap: KindExtractor = (object, context) => ({
  facts: meshesIn(object.root, object.name).flatMap((config) => meshFacts(object, config, context)),
  diagnostics: [],
});

/**
 * Values of the charts `istiod` and `istio-discovery`, wherever they stand: `meshConfig`, and the environment of istiod
 * in `pilot.env` or `env`. `object` is what holds them.
 * Source: Istio 1.31, manifests/charts/istio-control/istio-discovery/values.yaml.
 */
export const istioValues = (object: KubernetesObject, values: YamlNode, context: KindContext) => {
  const config = get(values, 'meshConfig');
  return {
    facts: [...(config ? meshFacts(object, config, context) : []), ...istiodFacts(object, environmentOfValues(values))],
    diagnostics: [],
  };
};

/** Source: Istio 1.31, mesh/v1alpha1/config.proto, MeshConfig: meshMTLS, tlsDefaults, enableAutoMtls, defaultConfig. */
function meshFacts(object: KubernetesObject, config: YamlNode, context: KindContext): readonly Fact[] {
  return [
    ...(['meshMTLS', 'tlsDefaults'] as const).flatMap((key) => tlsConfig(object, config, key, context)),
    ...withoutAutomatic(object, config),
    ...agentFacts(object, get(config, 'defaultConfig', 'proxyMetadata')),
  ];
}

const names = { meshMTLS: 'mutual TLS', tlsDefaults: 'TLS from outside' } as const;

function tlsConfig(
  object: KubernetesObject,
  config: YamlNode,
  key: keyof typeof names,
  context: KindContext,
): readonly Fact<Listener>[] {
  const block = get(config, key);
  const name = keyOf(config, key);
  if (!block || !name) return [];
  const fields: Fields<Listener> = {
    protocols: protocolsBetween(
      field(object, block, 'minProtocolVersion'),
      { state: 'absent' },
      istioVersion(context, object.root.source.path),
    ),
    ciphers: suiteListField(field(object, block, 'cipherSuites')),
    groups: key === 'tlsDefaults' ? listField(field(object, block, 'ecdhCurves')) : undefined,
  };
  return [
    buildFact<Listener>(
      { technology: 'istio', subject: `${names[key]} of ${labelOf(object)}`, self: spanOfNode(name) },
      { kind: 'listener', tls: true, exposure: 'internal', application: 'other' },
      fields,
    ),
  ];
}

/** Off, sidecars speak plain text to each other unless a DestinationRule says ISTIO_MUTUAL. */
function withoutAutomatic(object: KubernetesObject, config: YamlNode): readonly Fact<Upstream>[] {
  const automatic = field(object, config, 'enableAutoMtls');
  if (automatic.state !== 'written' || booleanIn(automatic) !== false) return [];
  const span = spanOfNode(automatic.node);
  return [
    buildFact<Upstream>(
      { technology: 'istio', subject: `services without a DestinationRule in ${labelOf(object)}`, self: span },
      { kind: 'upstream' },
      { tls: written(false, span) },
    ),
  ];
}
