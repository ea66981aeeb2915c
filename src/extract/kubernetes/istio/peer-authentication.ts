import type { Fact, Mesh } from '../../../core/fact.ts';
import { buildFact, type Field, type Fields, unknown, written } from '../../../core/fact-builder.ts';
import type { Span } from '../../../core/source.ts';
import { entries, get, keyOf, spanOfNode, type YamlScalar } from '../../../formats/yaml-tree.ts';
import { isSince } from '../../versions.ts';
import { type KindExtractor, nothing } from '../kind.ts';
import { headOf, type KubernetesObject, labelOf } from '../objects.ts';
import { fieldFrom, labelsField, type Setting, settingAt } from '../settings.ts';
import { rootNamespaces } from './root-namespace.ts';
import { istioVersion } from './version.ts';

/**
 * A PeerAuthentication: a `mesh` fact for its scope, and one for each port that it treats otherwise. A mode that is
 * UNSET, or not there, is inherited from the next wider policy: the fact has no `mode` then, and none is unknown. What
 * Istio passes over makes a fact with `inert` and without a mode: a selector in the root namespace, and ports in a policy
 * without a selector. Source: Istio 1.31, pilot/pkg/security/authn/policy_applier.go, ComposePeerAuthentication;
 * pilot/pkg/serviceregistry/ambient/authorization.go, convertPeerAuthentication.
 */
export const peerAuthentication: KindExtractor = (object, { known }) => {
  const selector = settingAt(object, object.root, 'spec', 'selector', 'matchLabels');
  const selects = selector.state === 'written' && selector.node.kind === 'mapping' && selector.node.entries.length > 0;
  const inRoot = object.namespace !== undefined && rootNamespaces(known).has(object.namespace);
  const scope = selects ? 'workload' : inRoot ? 'mesh' : 'namespace';
  const policy: Policy = {
    object,
    scope,
    selector: selects || selector.state === 'unknown' ? labelsField(selector) : undefined,
  };
  if (selects && inRoot) return { facts: [ignoredSelector(policy)], diagnostics: [] };
  const ports = portEntries(object);
  const counts = selects || selector.state === 'unknown';
  const ofPorts = counts ? ports.map((port) => portFact(policy, port)) : ignoredPorts(policy, ports);
  const wide = get(object.root, 'spec', 'mtls') || ports.length === 0 || !counts;
  return { facts: [...(wide ? [scopeFact(policy)] : []), ...ofPorts], diagnostics: [] };
};

/**
 * Policies of the API that Istio 1.6 removed: nothing reads them any more.
 * Source: Istio 1.6 change notes, "Removed support for v1alpha1 authentication policies" (authentication.istio.io).
 */
export const formerPolicy: KindExtractor = (object, context) => {
  if (!isSince(istioVersion(context, object.root.source.path), '1.6.0')) return nothing;
  const scope = object.kind === 'MeshPolicy' ? 'mesh' : 'namespace';
  const inert = written('Istio reads no authentication.istio.io objects since 1.6', headOf(object));
  const head = { technology: 'istio', subject: labelOf(object), self: headOf(object) };
  return { facts: [buildFact<Mesh>(head, { kind: 'mesh', scope }, { inert })], diagnostics: [] };
};

interface Policy {
  readonly object: KubernetesObject;
  readonly scope: Mesh['scope'];
  readonly selector: Field<Readonly<Record<string, string>>> | undefined;
}

interface PortEntry {
  readonly key: YamlScalar;
  readonly mode: Setting;
}

/** `port_level_mtls` is the proto's own spelling, which Istio reads as well. */
function portEntries(object: KubernetesObject): readonly PortEntry[] {
  return entries(object.root, 'spec', portsKey(object)).map(({ key, value }) => ({
    key,
    mode: settingAt(object, value, 'mode'),
  }));
}

const portsKey = ({ root }: KubernetesObject): string =>
  keyOf(get(root, 'spec'), 'port_level_mtls') ? 'port_level_mtls' : 'portLevelMtls';

const scopeFact = (policy: Policy): Fact<Mesh> =>
  meshFact(policy, labelOf(policy.object), headOf(policy.object), policy.scope, {
    mode: modeOf(settingAt(policy.object, policy.object.root, 'spec', 'mtls', 'mode')),
  });

const portFact = (policy: Policy, { key, mode }: PortEntry): Fact<Mesh> =>
  meshFact(policy, `port ${key.value} of ${labelOf(policy.object)}`, spanOfNode(key), 'port', {
    mode: modeOf(mode),
    ports: numberOf(key) === undefined ? unknown : written([Number(key.value)], spanOfNode(key)),
  });

const numberOf = ({ value }: YamlScalar): number | undefined => (/^\d+$/.test(value) ? Number(value) : undefined);

function ignoredSelector(policy: Policy): Fact<Mesh> {
  const key = keyOf(get(policy.object.root, 'spec'), 'selector');
  const span = key ? spanOfNode(key) : headOf(policy.object);
  return meshFact(policy, labelOf(policy.object), headOf(policy.object), 'workload', {
    inert: written(
      `Istio passes over a policy with a selector in its root namespace, ${policy.object.namespace}`,
      span,
    ),
  });
}

function ignoredPorts(policy: Policy, ports: readonly PortEntry[]): readonly Fact<Mesh>[] {
  const key = keyOf(get(policy.object.root, 'spec'), portsKey(policy.object));
  if (!key || ports.length === 0) return [];
  const numbers = ports.flatMap((port) => numberOf(port.key) ?? []);
  const subject = `${key.value} of ${labelOf(policy.object)}`;
  return [
    meshFact(policy, subject, spanOfNode(key), 'port', {
      ports: numbers.length === ports.length ? written(numbers, spanOfNode(key)) : unknown,
      inert: written('modes of ports count only in a policy with a selector', spanOfNode(key)),
    }),
  ];
}

const meshFact = (
  { object, selector }: Policy,
  subject: string,
  self: Span,
  scope: Mesh['scope'],
  fields: Fields<Mesh>,
): Fact<Mesh> =>
  buildFact<Mesh>(
    { technology: 'istio', subject, self },
    { kind: 'mesh', scope, ...(object.namespace !== undefined && { namespace: object.namespace }) },
    { selector, ...fields },
  );

/** Proto enums are read by name or number. */
const modes: Readonly<Record<string, NonNullable<Mesh['mode']>>> = {
  STRICT: 'strict',
  PERMISSIVE: 'permissive',
  DISABLE: 'disabled',
  '1': 'disabled',
  '2': 'permissive',
  '3': 'strict',
};

function modeOf(setting: Setting): Field<NonNullable<Mesh['mode']>> | undefined {
  const mode = fieldFrom(setting, (value) => (/^(UNSET|0)$/.test(value) ? 'unset' : modes[value]));
  if (mode?.origin !== 'written') return mode && unknown;
  return mode.value === 'unset' ? undefined : written(mode.value, mode.span);
}
