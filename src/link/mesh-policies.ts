import { type Fact, type Mesh, spanAt } from '../core/fact.ts';
import type { Related } from '../core/finding.ts';
import { groupedBy, type Labels, ofBuild, selects } from './cluster.ts';

type Policy = Fact<Mesh>;
export type Mode = NonNullable<Mesh['mode']>;

/** What decides how a workload accepts connections, and the policies that led there, the deciding one first. */
export interface Decision {
  readonly mode: Mode;
  readonly because: readonly Related[];
}

/** Asks which mode holds for a workload, or for one of its ports. */
export interface MeshPolicies {
  /** `undefined` where no policy of this repository decides, or policies disagree, or a template does. */
  readonly modeOf: (of: Place, port?: number) => Decision | undefined;
  /** Whether a namespace holds the control plane, whose own servers decide what they accept. */
  readonly isRoot: (namespace: string) => boolean;
  /** Whether some policy of a namespace is for single workloads or ports. */
  readonly hasExceptions: (namespace: string) => boolean;
  /** The policy that covers the whole mesh, or a whole namespace, and asks for mutual TLS. */
  readonly strictAround: (policy: Policy) => Policy | undefined;
}

/** What policies select by. Without labels only those of the namespace and the mesh count. */
export interface Place {
  readonly namespace: string | undefined;
  readonly labels: Labels | undefined;
  readonly build: string | undefined;
}

/**
 * Istio's order: a port's mode, then the workload's policy, then the namespace's, then the mesh's; a policy that leaves the
 * mode out inherits. Which of two policies of one scope is older no file tells: if they disagree nothing is known.
 * Source: Istio 1.30, security/v1beta1/peer_authentication.proto; pilot/pkg/security/authn/policy_applier.go.
 */
export function meshPoliciesOf(facts: readonly Fact[]): MeshPolicies {
  const policies = facts.filter(isPolicy).filter(({ data, technology }) => technology === 'istio' && !data.inert);
  const wide = policies.filter(({ data }) => data.scope === 'mesh');
  const byNamespace = groupedBy(
    policies.filter(({ data }) => data.scope !== 'mesh'),
    ({ data }) => data.namespace ?? '',
  );
  const inNamespace = (namespace: string | undefined, scope: Mesh['scope']): readonly Policy[] =>
    (byNamespace.get(namespace ?? '') ?? []).filter(({ data }) => data.scope === scope);
  const scopesOf = ({ namespace, labels }: Place, port: number | undefined): readonly (readonly Policy[])[] => {
    const own = (scope: 'port' | 'workload') =>
      inNamespace(namespace, scope).filter(({ data }) => data.selector !== undefined && selects(data.selector, labels));
    return [
      port === undefined ? [] : own('port').filter(({ data }) => data.ports?.includes(port)),
      own('workload'),
      inNamespace(namespace, 'namespace'),
      wide,
    ];
  };
  return {
    modeOf: (place, port) => decide(scopesOf(place, port), place.build),
    isRoot: (namespace) => namespace === 'istio-system' || wide.some(({ data }) => data.namespace === namespace),
    hasExceptions: (namespace) =>
      inNamespace(namespace, 'workload').length > 0 || inNamespace(namespace, 'port').length > 0,
    strictAround: (policy) => {
      const { namespace, scope } = policy.data;
      const around = [
        ...(scope === 'mesh' || scope === 'namespace' ? [] : inNamespace(namespace, 'namespace')),
        ...wide,
      ];
      return ofBuild(around, policy.build).find((one) => one !== policy && one.data.mode === 'strict');
    },
  };
}

const isPolicy = (fact: Fact): fact is Policy => fact.data.kind === 'mesh';

function decide(scopes: readonly (readonly Policy[])[], build: string | undefined): Decision | undefined {
  const inherits: Policy[] = [];
  for (const scope of scopes) {
    const policies = ofBuild(scope, build);
    if (policies.some(({ unknown }) => unknown.includes('mode'))) return undefined;
    const modes = new Set(policies.flatMap(({ data }) => data.mode ?? []));
    if (modes.size > 1) return undefined;
    const [first] = policies.filter(({ data }) => data.mode !== undefined);
    if (first?.data.mode) {
      return { mode: first.data.mode, because: [reason(first), ...inherits.map(reason)] };
    }
    inherits.push(...policies);
  }
  return undefined;
}

const words: Readonly<Record<Mode, string>> = {
  strict: 'asks for mutual TLS (STRICT)',
  permissive: 'accepts plain text as well (PERMISSIVE)',
  disabled: 'switches mutual TLS off (DISABLE)',
};

const reason = (policy: Policy): Related => ({
  span: spanAt(policy, 'mode'),
  phrase: `${policy.subject} ${policy.data.mode ? words[policy.data.mode] : 'leaves the mode to the wider policy'}`,
});
