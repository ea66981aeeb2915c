import type { Fact, Listener, Mesh, Upstream } from '../../../core/fact.ts';
import { buildFact } from '../../../core/fact-builder.ts';
import { get, keyOf, spanOfNode, type YamlNode } from '../../../formats/yaml-tree.ts';
import { type KindExtractor, nothing } from '../kind.ts';
import { headOf, type KubernetesObject, labelOf } from '../objects.ts';
import { fieldFrom, settingAt, suiteListField, textIn } from '../settings.ts';
import { protocolsBetween } from './settings.ts';

/**
 * The Mesh of Consul: versions and suites of mutual TLS, for what proxies accept and for what they open.
 * Source: hashicorp/consul-k8s 2.0, control-plane/api/v1alpha1/mesh_types.go.
 */
export const consulMesh: KindExtractor = (object) => ({
  facts: [...incoming(object), ...outgoing(object)],
  diagnostics: [],
});

function incoming(object: KubernetesObject): readonly Fact<Listener>[] {
  const block = directional(object, 'incoming');
  if (!block) return [];
  return [
    buildFact<Listener>(
      { technology: 'consul', subject: `what proxies accept in ${labelOf(object)}`, self: spanOfNode(block.key) },
      { kind: 'listener', tls: true, exposure: 'internal', application: 'other' },
      tlsFields(object, block.node),
    ),
  ];
}

function outgoing(object: KubernetesObject): readonly Fact<Upstream>[] {
  const block = directional(object, 'outgoing');
  if (!block) return [];
  return [
    buildFact<Upstream>(
      { technology: 'consul', subject: `what proxies open in ${labelOf(object)}`, self: spanOfNode(block.key) },
      { kind: 'upstream', tls: true, mesh: true, exposure: 'private' },
      tlsFields(object, block.node),
    ),
  ];
}

function directional(object: KubernetesObject, direction: string) {
  const node = get(object.root, 'spec', 'tls', direction);
  const key = keyOf(get(object.root, 'spec', 'tls'), direction);
  return node && key && { node, key };
}

const tlsFields = (object: KubernetesObject, node: YamlNode) => ({
  protocols: protocolsBetween(settingAt(object, node, 'tlsMinVersion'), settingAt(object, node, 'tlsMaxVersion')),
  ciphers: suiteListField(settingAt(object, node, 'cipherSuites')),
});

const modes: Readonly<Record<string, NonNullable<Mesh['mode']>>> = { strict: 'strict', permissive: 'permissive' };

/**
 * `mutualTLSMode` of ProxyDefaults, for all proxies, or of ServiceDefaults, for one service; an empty one is inherited,
 * in the end strict. Which pods a service has is not said by labels.
 * Source: hashicorp/consul-k8s 2.0, control-plane/api/v1alpha1/shared_types.go, MutualTLSMode.
 */
export const defaults: KindExtractor = (object) => {
  const setting = settingAt(object, object.root, 'spec', 'mutualTLSMode');
  if (setting.state !== 'written' || textIn(setting) === '') return nothing;
  const isWide = object.kind === 'ProxyDefaults';
  const fact = buildFact<Mesh>(
    { technology: 'consul', subject: labelOf(object), self: headOf(object) },
    {
      kind: 'mesh',
      scope: isWide ? 'mesh' : 'workload',
      ...(!isWide && object.namespace !== undefined && { namespace: object.namespace }),
    },
    { mode: fieldFrom(setting, (mode) => modes[mode]), selector: isWide ? undefined : { origin: 'unknown' } },
  );
  return { facts: [fact], diagnostics: [] };
};
