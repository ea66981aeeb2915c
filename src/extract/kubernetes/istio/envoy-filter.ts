import type { Fact, Listener, Upstream } from '../../../core/fact.ts';
import { buildFact, composite, type Field, type Fields, unknown, written } from '../../../core/fact-builder.ts';
import {
  get,
  items,
  keyOf,
  scalar,
  spanOfNode,
  text,
  type YamlMapping,
  type YamlNode,
} from '../../../formats/yaml-tree.ts';
import { parseProtocol, protocolRange } from '../../../tls/protocols.ts';
import { reachOf } from '../../../tls/reach.ts';
import type { KindExtractor } from '../kind.ts';
import { type KubernetesObject, labelOf } from '../objects.ts';
import { type Setting, settingAt, suiteListField } from '../settings.ts';

/** How deep Envoy's messages are followed. */
const deepest = 30;

/**
 * An EnvoyFilter: what its patches write of Envoy's TLS contexts, a `listener` or an `upstream` each. A patch is merged
 * into what Istio makes, so that nothing follows from what it leaves out.
 * Source: Istio 1.31, networking/v1alpha3/envoy_filter.proto; Envoy API v3, extensions.transport_sockets.tls.v3.
 */
export const envoyFilter: KindExtractor = (object) => ({
  facts: items(object.root, 'spec', 'configPatches').flatMap((patch) => {
    const value = get(patch, 'patch', 'value');
    const place = {
      isUpstream: text(patch, 'applyTo') === 'CLUSTER',
      service: text(patch, 'match', 'cluster', 'service'),
    };
    return value ? contextsIn(value, deepest).flatMap((context) => contextFact(object, context, place)) : [];
  }),
  diagnostics: [],
});

/** The mappings that hold TLS settings: a `common_tls_context`, in either spelling. */
function contextsIn(node: YamlNode, depth: number): readonly YamlMapping[] {
  if (depth === 0) return [];
  if (node.kind === 'sequence') return node.items.flatMap((item) => contextsIn(item, depth - 1));
  if (node.kind !== 'mapping') return [];
  const inner = node.entries.flatMap(({ value }) => contextsIn(value, depth - 1));
  return commonOf(node) ? [node, ...inner] : inner;
}

const commonOf = (node: YamlNode) => get(node, 'common_tls_context') ?? get(node, 'commonTlsContext');

/** What a patch is for. */
interface Place {
  readonly isUpstream: boolean;
  readonly service: string | undefined;
}

/** Who can stand between a proxy and a cluster that the patch does not name: somebody inside the network, at least. */
function contextFact(object: KubernetesObject, context: YamlMapping, { isUpstream, service }: Place): readonly Fact[] {
  const common = commonOf(context);
  const key = keyOf(context, 'common_tls_context') ?? keyOf(context, 'commonTlsContext');
  if (!common || !key) return [];
  const type = text(context, '@type');
  const head = { technology: 'istio', subject: `TLS in ${labelOf(object)}`, self: spanOfNode(key) };
  const parameters = get(common, 'tls_params') ?? get(common, 'tlsParams');
  const settings = { protocols: protocolsOf(parameters), ciphers: ciphersOf(object, parameters) };
  if (type === undefined ? isUpstream : type.endsWith('UpstreamTlsContext')) {
    const fields: Fields<Upstream> = { ...settings, verify: composite({ chain: chainOf(common) }) };
    const base: Upstream = {
      kind: 'upstream',
      tls: true,
      exposure: service === undefined ? 'private' : reachOf(service),
      ...(service !== undefined && { target: service }),
    };
    return [buildFact<Upstream>(head, base, fields)];
  }
  return [buildFact<Listener>(head, { kind: 'listener', tls: true }, settings)];
}

/** Both spellings of a field: the proto's and that of its JSON form. */
const either = (node: YamlNode | undefined, name: string) =>
  scalar(node, name) ??
  scalar(
    node,
    name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
  );

/** The least version that is written; the greatest is 1.3 unless it says otherwise. */
function protocolsOf(parameters: YamlNode | undefined): Field<NonNullable<Listener['protocols']>> {
  const least = either(parameters, 'tls_minimum_protocol_version');
  const most = either(parameters, 'tls_maximum_protocol_version');
  const lower = least && parseProtocol(least.value);
  const upper = most ? parseProtocol(most.value) : 'TLSv1.3';
  return least && lower && upper ? written(protocolRange(lower, upper), spanOfNode(least)) : unknown;
}

function ciphersOf(object: KubernetesObject, parameters: YamlNode | undefined): Field<readonly string[]> {
  if (!parameters) return unknown;
  const name = keyOf(parameters, 'cipherSuites') ? 'cipherSuites' : 'cipher_suites';
  const setting: Setting = settingAt(object, parameters, name);
  return (setting.state === 'absent' ? undefined : suiteListField(setting)) ?? unknown;
}

/** `ACCEPT_UNTRUSTED` takes a certificate of anybody. */
function chainOf(common: YamlNode): Field<boolean> {
  const validation =
    get(common, 'validation_context') ??
    get(common, 'validationContext') ??
    get(common, 'combined_validation_context', 'default_validation_context') ??
    get(common, 'combinedValidationContext', 'defaultValidationContext');
  const trust = either(validation, 'trust_chain_verification');
  return trust?.value === 'ACCEPT_UNTRUSTED' ? written(false, spanOfNode(trust)) : unknown;
}
