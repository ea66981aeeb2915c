import type { Fact, Listener, ProtocolVersion, Upstream } from '../../../core/fact.ts';
import { buildFact, type Field, type Fields, unknown, written } from '../../../core/fact-builder.ts';
import {
  entries,
  items,
  scalar,
  spanOfNode,
  text,
  type YamlNode,
  type YamlScalar,
} from '../../../formats/yaml-tree.ts';
import { parseProtocol, protocolRange } from '../../../tls/protocols.ts';
import type { KindExtractor } from '../kind.ts';
import { headOf, type KubernetesObject, labelOf } from '../objects.ts';
import { settingAt, suiteListField } from '../settings.ts';

/**
 * An EnvoyPatchPolicy: JSON patches of Envoy's own configuration. Read are the `tls_params` that they set, for a listener
 * or for a cluster; what else they change is not known. Source: Envoy Gateway 1.9,
 * api/v1alpha1/envoypatchpolicy_types.go; Envoy, TlsParameters.
 */
export const envoyPatchPolicy: KindExtractor = (object) => ({
  facts: items(object.root, 'spec', 'jsonPatches').flatMap((patch) => factsOf(object, patch)),
  diagnostics: [],
});

function factsOf(object: KubernetesObject, patch: YamlNode): readonly Fact<Listener | Upstream>[] {
  const name = scalar(patch, 'name');
  const head = {
    technology: 'envoy-gateway',
    subject: name ? `${labelOf(object)} on ${name.value}` : labelOf(object),
    self: name ? spanOfNode(name) : headOf(object),
  };
  const isListener = /\.Listener$/.test(text(patch, 'type') ?? '');
  const isCluster = /\.Cluster$/.test(text(patch, 'type') ?? '');
  return parametersOf(object, patch).flatMap((fields): readonly Fact<Listener | Upstream>[] => {
    if (isListener) return [buildFact<Listener>(head, { kind: 'listener' }, { tls: unknown, ...fields })];
    return isCluster ? [buildFact<Upstream>(head, { kind: 'upstream' }, { tls: unknown, ...fields })] : [];
  });
}

type Parameters = Pick<Fields<Listener> & Fields<Upstream>, 'protocols' | 'ciphers'>;

/** `tls_params` inside the value, or one of its fields as the value of a path that ends in it. */
function parametersOf(object: KubernetesObject, patch: YamlNode): readonly Parameters[] {
  const value = settingAt(object, patch, 'operation', 'value');
  if (value.state !== 'written') return [];
  const path = text(patch, 'operation', 'path') ?? text(patch, 'operation', 'jsonPath') ?? '';
  if (/tls_?minimum_?protocol_?version$/i.test(path) && value.node.kind === 'scalar')
    return [{ protocols: between(value.node, undefined) }];
  if (/cipher_?suites$/i.test(path)) return [{ ciphers: suiteListField(value) }];
  const blocks = /tls_?params$/i.test(path) ? [value.node] : blocksIn(value.node, deepest);
  return blocks.map((block) => ({
    protocols: protocolsIn(block),
    ciphers: suiteListField(either(object, block, 'cipher_suites', 'cipherSuites')),
  }));
}

const deepest = 16;

function blocksIn(node: YamlNode, depth: number): readonly YamlNode[] {
  if (depth === 0) return [];
  if (node.kind === 'sequence') return node.items.flatMap((item) => blocksIn(item, depth - 1));
  return entries(node).flatMap(({ key, value }) =>
    /^tls_?params$/i.test(key.value) ? [value] : blocksIn(value, depth - 1),
  );
}

const either = (object: KubernetesObject, node: YamlNode, first: string, second: string) => {
  const found = settingAt(object, node, first);
  return found.state === 'absent' ? settingAt(object, node, second) : found;
};

function protocolsIn(block: YamlNode): Field<readonly ProtocolVersion[]> {
  const least = scalar(block, 'tls_minimum_protocol_version') ?? scalar(block, 'tlsMinimumProtocolVersion');
  const most = scalar(block, 'tls_maximum_protocol_version') ?? scalar(block, 'tlsMaximumProtocolVersion');
  return least ? between(least, most) : unknown;
}

function between(least: YamlScalar, most: YamlScalar | undefined): Field<readonly ProtocolVersion[]> {
  const oldest = parseProtocol(least.value);
  const newest = most ? parseProtocol(most.value) : 'TLSv1.3';
  return oldest && newest ? written(protocolRange(oldest, newest), spanOfNode(least)) : unknown;
}
