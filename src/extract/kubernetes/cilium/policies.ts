import type { Fact, Listener, Mesh, Upstream } from '../../../core/fact.ts';
import { buildFact, byDefault, type Field, unknown, written } from '../../../core/fact-builder.ts';
import { get, items, keyOf, scalar, spanOfNode, type YamlNode } from '../../../formats/yaml-tree.ts';
import type { KindContext, KindExtractor } from '../kind.ts';
import { type KubernetesObject, labelOf, qualified } from '../objects.ts';
import { booleanIn, labelsField, settingAt, spanIn } from '../settings.ts';
import { ciliumSetting } from './config.ts';

/**
 * A network policy of Cilium: rules that ask for authentication, a `mesh` fact each, and ports at which Cilium ends TLS
 * to look inside. Authentication happens beside the connection, whose data is encrypted only by WireGuard or IPsec; which
 * of them is on stands in `cilium-config`. Mode `disabled` is what holds without the block.
 * Source: cilium/cilium 1.18, pkg/policy/api/rule.go, l4.go; Cilium documentation, Mutual Authentication.
 */
export const networkPolicy: KindExtractor = (object, context) => {
  const specs = [get(object.root, 'spec'), ...items(object.root, 'specs')].filter((spec) => spec !== undefined);
  const rules = specs.flatMap((spec) =>
    (['ingress', 'egress'] as const).flatMap((direction) =>
      items(spec, direction).map((rule) => ({ spec, rule, direction })),
    ),
  );
  return {
    facts: rules.flatMap(({ spec, rule, direction }) => [
      ...(direction === 'ingress' ? authentication(object, spec, rule, context) : []),
      ...items(rule, 'toPorts').flatMap((ports) => interception(object, ports)),
    ]),
    diagnostics: [],
  };
};

function authentication(
  object: KubernetesObject,
  spec: YamlNode,
  rule: YamlNode,
  context: KindContext,
): readonly Fact<Mesh>[] {
  const mode = scalar(rule, 'authentication', 'mode');
  if (mode?.value !== 'required') return [];
  const labels = settingAt(object, spec, 'endpointSelector', 'matchLabels');
  const numbers = items(rule, 'toPorts')
    .flatMap((ports) => items(ports, 'ports'))
    .map((port) => scalar(port, 'port'));
  const known = numbers.flatMap((port) => (port && /^\d+$/.test(port.value) ? [Number(port.value)] : []));
  const key = keyOf(rule, 'toPorts');
  return [
    buildFact<Mesh>(
      { technology: 'cilium', subject: labelOf(object), self: spanOfNode(mode) },
      {
        kind: 'mesh',
        scope: key ? 'port' : 'workload',
        ...(object.namespace !== undefined && { namespace: object.namespace }),
      },
      {
        mode: encryptedMode(mode, context),
        selector: labels.state === 'absent' ? undefined : labelsField(labels),
        ports: key && (known.length === numbers.length && known.length > 0 ? written(known, spanOfNode(key)) : unknown),
      },
    ),
  ];
}

function encryptedMode(mode: YamlNode, context: KindContext): Field<NonNullable<Mesh['mode']>> {
  const switches = ['enable-wireguard', 'enable-ipsec', 'enable-ztunnel'].map((key) => ciliumSetting(context, key));
  if (switches.some((one) => one && booleanIn(one) === true)) return written('strict', spanOfNode(mode));
  if (switches.some((one) => one === undefined || one.state === 'unknown')) return unknown;
  const off = switches.find((one) => one?.state === 'written');
  const span = off && spanIn(off);
  const reason = 'Cilium authenticates peers, and encrypts nothing, without WireGuard or IPsec';
  return span ? written('disabled', span) : byDefault('disabled', reason, true);
}

/** `terminatingTLS` shows a certificate to clients inside; `originatingTLS` goes on to the real server. */
function interception(object: KubernetesObject, ports: YamlNode): readonly Fact[] {
  const ended = keyOf(ports, 'terminatingTLS');
  const opened = keyOf(ports, 'originatingTLS');
  return [
    ...(ended ? [endedFact(object, ports, spanOfNode(ended))] : []),
    ...(opened ? [openedFact(object, ports, spanOfNode(opened))] : []),
  ];
}

function endedFact(object: KubernetesObject, ports: YamlNode, self: Fact['self']): Fact<Listener> {
  const name = secretIn(ports, 'terminatingTLS');
  return buildFact<Listener>(
    { technology: 'cilium', subject: `TLS that ${labelOf(object)} ends`, self },
    { kind: 'listener', tls: true, exposure: 'internal', application: 'http' },
    { certificates: name && written([{ from: 'secret', ref: name.ref }], name.span) },
  );
}

function openedFact(object: KubernetesObject, ports: YamlNode, self: Fact['self']): Fact<Upstream> {
  const name = secretIn(ports, 'originatingTLS');
  return buildFact<Upstream>(
    { technology: 'cilium', subject: `TLS that ${labelOf(object)} opens`, self },
    { kind: 'upstream', tls: true },
    { ca: name && written(`Secret ${name.ref}`, name.span), exposure: unknown, verify: unknown },
  );
}

function secretIn(ports: YamlNode, block: string) {
  const name = scalar(ports, block, 'secret', 'name');
  const namespace = scalar(ports, block, 'secret', 'namespace');
  return name && { ref: qualified(namespace?.value, name.value), span: spanOfNode(name) };
}
