import { type Fact, type Mesh, spanAt, type Upstream, type Workload } from '../core/fact.ts';
import type { Related } from '../core/finding.ts';
import { type Cluster, clusterOf, isWorkload, serviceReference, targetPort } from './cluster.ts';
import { type Decision, type MeshPolicies, meshPoliciesOf } from './mesh-policies.ts';

/**
 * Says of each workload what the mesh's policies make it accept, of each connection to a Service what the other side
 * asks for, and of each policy that weakens a stricter one, which one that is and whom it is for.
 */
export function linkMesh(facts: readonly Fact[]): readonly Fact[] {
  if (!facts.some(({ data }) => data.kind === 'mesh')) return facts;
  const cluster = clusterOf(facts);
  const policies = meshPoliciesOf(facts);
  return facts.map((fact) => {
    if (isWorkload(fact)) return withMode(fact, policies);
    if (isPolicy(fact)) return withSurroundings(withUnusedPorts(fact, cluster), cluster, policies);
    return isToService(fact) ? withPeer(fact, cluster, policies) : fact;
  });
}

const isPolicy = (fact: Fact): fact is Fact<Mesh> => fact.data.kind === 'mesh';
const isToService = (fact: Fact): fact is Fact<Upstream> =>
  fact.data.kind === 'upstream' && fact.data.service !== undefined && fact.data.tls !== undefined;

/**
 * The policy that decides for a workload is shown beside whatever is found about it. The control plane has no proxy, and
 * its servers decide by themselves.
 */
function withMode(workload: Fact<Workload>, policies: MeshPolicies): Fact<Workload> {
  if (workload.data.namespace !== undefined && policies.isRoot(workload.data.namespace)) return workload;
  const decision = modeOfWorkload(workload, policies);
  if (!decision) return workload;
  return {
    ...workload,
    data: { ...workload.data, mtls: decision.mode },
    spans: { ...workload.spans, mtls: workload.self },
    related: [...workload.related, ...decision.because],
  };
}

const modeOfWorkload = ({ data, build }: Fact<Workload>, policies: MeshPolicies, port?: number): Decision | undefined =>
  policies.modeOf({ namespace: data.namespace, labels: data.labels, build }, port);

/** At most so many workloads are named beside a policy. */
const named = 3;

/** A policy that accepts plain text: the stricter one around it, and the workloads that it is for. */
function withSurroundings(policy: Fact<Mesh>, cluster: Cluster, policies: MeshPolicies): Fact<Mesh> {
  const { mode, scope, namespace, selector, inert } = policy.data;
  if (policy.technology !== 'istio' || inert !== undefined || (mode !== 'permissive' && mode !== 'disabled'))
    return policy;
  const around = policies.strictAround(policy);
  const covered = scope === 'mesh' ? [] : cluster.workloadsSelected(namespace, selector, policy.build);
  const related: readonly Related[] = [
    ...(around
      ? [{ span: spanAt(around, 'mode'), phrase: `${around.subject} asks for mutual TLS around it (STRICT)` }]
      : []),
    ...covered
      .slice(0, named)
      .map(({ self, subject }) => ({ span: self, phrase: `${subject} accepts plain text because of it` })),
  ];
  return { ...policy, related: [...policy.related, ...related] };
}

/**
 * `portLevelMtls` counts ports of the workload. A port that none of the selected workloads has, and that a Service before
 * them has, is a Service's port written by mistake, and the exception has no effect.
 */
function withUnusedPorts(policy: Fact<Mesh>, cluster: Cluster): Fact<Mesh> {
  const { scope, ports, namespace, selector, inert } = policy.data;
  const [port] = ports ?? [];
  if (scope !== 'port' || port === undefined || selector === undefined || inert !== undefined) return policy;
  const selected = cluster.workloadsSelected(namespace, selector, policy.build);
  const declared = selected.flatMap(({ data }) => data.ports ?? []);
  if (declared.length === 0 || declared.some(({ number }) => number === port)) return policy;
  const service = cluster
    .servicesBefore(selected)
    .find(({ data }) => data.ports?.some(({ number }) => number === port));
  if (!service) return policy;
  return {
    ...policy,
    data: { ...policy.data, inert: `${port} is a port of ${service.subject}, not of the workload` },
    spans: { ...policy.spans, inert: policy.self },
    related: [...policy.related, { span: service.self, phrase: 'this Service has the port' }],
  };
}

/**
 * What the workloads behind a Service ask for, where all of them, on all ports that the connection may use, ask for the
 * same by policies of this repository. Without the Service's workloads the namespace's policy tells, unless it has exceptions.
 */
function withPeer(upstream: Fact<Upstream>, cluster: Cluster, policies: MeshPolicies): Fact<Upstream> {
  const decision = decisionFor(upstream, cluster, policies);
  if (!decision) return upstream;
  const { mesh = false } = upstream.data;
  return {
    ...upstream,
    data: { ...upstream.data, mesh, peer: decision.mode },
    spans: { ...upstream.spans, peer: spanAt(upstream, 'tls') },
    related: [...upstream.related, ...decision.because.map((one) => ({ ...one, about: 'tls' }))],
  };
}

function decisionFor({ data, build }: Fact<Upstream>, cluster: Cluster, policies: MeshPolicies): Decision | undefined {
  const { name, port } = serviceReference(data.service ?? '');
  // A gateway's own servers decide what it accepts (Istio 1.31, Gateway.servers.tls.mode), not the policy.
  if (/gateway/i.test(name)) return undefined;
  const services = cluster.servicesNamed(name, build);
  const decisions = services.flatMap((service) =>
    cluster.workloadsBehind(service).flatMap((workload): readonly (Decision | undefined)[] => {
      if (workload.data.mesh === 'excluded') return [withoutProxy(workload)];
      const ports = (service.data.ports ?? []).filter(
        (one) => port === undefined || one.name === port || String(one.number) === port,
      );
      if (ports.length === 0) return [modeOfWorkload(workload, policies)];
      return ports.map((one) => modeOfWorkload(workload, policies, targetPort(workload, one)));
    }),
  );
  if (decisions.length > 0) return agreed(decisions);
  const namespace = name.includes('/') ? name.slice(0, name.indexOf('/')) : undefined;
  if (namespace === undefined || policies.isRoot(namespace) || policies.hasExceptions(namespace)) return undefined;
  return policies.modeOf({ namespace, labels: undefined, build });
}

const withoutProxy = (workload: Fact<Workload>): Decision => ({
  mode: 'disabled',
  because: [{ span: spanAt(workload, 'mesh'), phrase: `${workload.subject} has no proxy of the mesh` }],
});

function agreed(decisions: readonly (Decision | undefined)[]): Decision | undefined {
  const [first] = decisions;
  return decisions.every((one) => one?.mode === first?.mode) ? first : undefined;
}
