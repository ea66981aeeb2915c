import type { Fact, Mesh } from '../../../core/fact.ts';
import { buildFact, type Field, unknown, written } from '../../../core/fact-builder.ts';
import type { Span } from '../../../core/source.ts';
import { entries, get, keyOf, lookUp, spanOfNode } from '../../../formats/yaml-tree.ts';
import type { KindExtractor } from '../kind.ts';
import { headOf, type KubernetesObject, labelOf } from '../objects.ts';
import { fieldFrom, type Setting, settingAt } from '../settings.ts';

/** Istio's root namespace unless `meshConfig.rootNamespace` names another. */
const rootNamespace = 'istio-system';

/**
 * A PeerAuthentication: a `mesh` fact for its scope, and one for each port that it treats otherwise. A policy with a
 * selector in the root namespace, and ports without a selector, have no effect and make no fact.
 * Source: Istio 1.30, security/v1beta1/peer_authentication.proto; pilot/pkg/security/authn/policy_applier.go.
 */
export const peerAuthentication: KindExtractor = (object) => {
  const selector = lookUp(object.root, 'spec', 'selector', 'matchLabels');
  const selects = selector.state === 'present' && selector.node.kind === 'mapping' && selector.node.entries.length > 0;
  const inRoot = object.namespace === rootNamespace;
  if (selects && inRoot) return { facts: [], diagnostics: [] };
  const scope = selects ? 'workload' : inRoot ? 'mesh' : 'namespace';
  const ports = selects || selector.state === 'unknown' || object.fragment ? portFacts(object) : [];
  const mtls = get(object.root, 'spec', 'mtls');
  return { facts: [...(mtls || ports.length === 0 ? [scopeFact(object, scope)] : []), ...ports], diagnostics: [] };
};

const scopeFact = (object: KubernetesObject, scope: Mesh['scope']): Fact<Mesh> =>
  meshFact(labelOf(object), headOf(object), scope, modeOf(settingAt(object, object.root, 'spec', 'mtls', 'mode')));

function portFacts(object: KubernetesObject): readonly Fact<Mesh>[] {
  const key = ['portLevelMtls', 'port_level_mtls'].find((name) => keyOf(get(object.root, 'spec'), name));
  return entries(object.root, 'spec', key ?? 'portLevelMtls').map(({ key: port, value }) => {
    const mode = modeOf(settingAt(object, value, 'mode'));
    const number = /^\d+$/.test(port.value) ? written([Number(port.value)], spanOfNode(port)) : unknown;
    return meshFact(`port ${port.value} of ${labelOf(object)}`, spanOfNode(port), 'port', mode, number);
  });
}

const meshFact = (
  subject: string,
  self: Span,
  scope: Mesh['scope'],
  mode: Field<NonNullable<Mesh['mode']>>,
  ports?: Field<readonly number[]>,
): Fact<Mesh> => buildFact<Mesh>({ technology: 'istio', subject, self }, { kind: 'mesh', scope }, { mode, ports });

/** Proto enums are read by name or number; `UNSET` and nothing inherit from a policy that stands elsewhere. */
const modes: Readonly<Record<string, NonNullable<Mesh['mode']>>> = {
  STRICT: 'strict',
  PERMISSIVE: 'permissive',
  DISABLE: 'disabled',
  '1': 'disabled',
  '2': 'permissive',
  '3': 'strict',
};

const modeOf = (setting: Setting): Field<NonNullable<Mesh['mode']>> =>
  fieldFrom(setting, (value) => modes[value]) ?? unknown;
