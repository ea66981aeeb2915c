import type { Fact, Listener, Upstream } from '../../../core/fact.ts';
import { buildFact, type Fields, written } from '../../../core/fact-builder.ts';
import { parseYaml } from '../../../formats/yaml.ts';
import { get, keyOf, scalar, sourceOfScalar, spanOfNode, type YamlNode } from '../../../formats/yaml-tree.ts';
import type { KindContext, KindExtractor } from '../kind.ts';
import { type KubernetesObject, labelOf } from '../objects.ts';
import { booleanIn, listField, suiteListField } from '../settings.ts';
import { field, protocolsBetween } from './protocols.ts';

/** `meshConfig` of an IstioOperator, or of an Istio resource of the Sail operator. */
export const meshConfig: KindExtractor = (object, context) => ({
  facts: [get(object.root, 'spec', 'meshConfig'), get(object.root, 'spec', 'values', 'meshConfig')].flatMap((config) =>
    config ? meshFacts(object, config, context) : [],
  ),
  diagnostics: [],
});

/** The ConfigMap `istio` holds the mesh's configuration as YAML in its key `mesh`. */
export const meshConfigMap: KindExtractor = (object, context) => {
  const text = scalar(object.root, 'data', 'mesh');
  if (!text || !/^istio(-|$)/.test(object.name ?? '')) return { facts: [], diagnostics: [] };
  const { documents } = parseYaml(sourceOfScalar(text));
  return { facts: documents.flatMap((config) => meshFacts(object, config, context)), diagnostics: [] };
};

/** Source: Istio 1.30, mesh/v1alpha1/config.proto, MeshConfig: meshMTLS, tlsDefaults, enableAutoMtls. */
function meshFacts(object: KubernetesObject, config: YamlNode, context: KindContext): readonly Fact[] {
  return [
    ...(['meshMTLS', 'tlsDefaults'] as const).flatMap((key) => tlsConfig(object, config, key, context)),
    ...withoutAutomatic(object, config),
  ];
}

const names = { meshMTLS: 'mutual TLS', tlsDefaults: 'TLS from outside' } as const;

function tlsConfig(
  object: KubernetesObject,
  config: YamlNode,
  key: keyof typeof names,
  { versions }: KindContext,
): readonly Fact<Listener>[] {
  const block = get(config, key);
  const name = keyOf(config, key);
  if (!block || !name) return [];
  const fields: Fields<Listener> = {
    protocols: protocolsBetween(
      field(object, block, 'minProtocolVersion'),
      { state: 'absent' },
      versions('istio', object.root.source.path),
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
