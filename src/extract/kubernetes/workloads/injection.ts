import type { Workload } from '../../../core/fact.ts';
import { type Field, unknown, written } from '../../../core/fact-builder.ts';
import { scalar, spanOfNode, type YamlNode, type YamlScalar } from '../../../formats/yaml-tree.ts';
import type { KindContext } from '../kind.ts';
import type { KubernetesObject } from '../objects.ts';

/** Labels and annotations by which a pod asks for a proxy of a mesh or refuses it: the key, and the values of each. */
interface Switch {
  readonly key: string;
  readonly on: RegExp;
  readonly off: RegExp;
}

/**
 * On pods. Sources: Istio 1.30, Installing the Sidecar ("sidecar.istio.io/inject", label before annotation); Linkerd 2,
 * Automatic Proxy Injection; Kuma 2, Data plane on Kubernetes; Consul on Kubernetes, Annotations and Labels.
 */
const podSwitches: readonly Switch[] = [
  { key: 'sidecar.istio.io/inject', on: /^true$/i, off: /^false$/i },
  { key: 'istio.io/dataplane-mode', on: /^ambient$/, off: /^none$/ },
  { key: 'linkerd.io/inject', on: /^(enabled|ingress)$/, off: /^disabled$/ },
  { key: 'kuma.io/sidecar-injection', on: /^(enabled|true)$/, off: /^(disabled|false)$/ },
  { key: 'consul.hashicorp.com/connect-inject', on: /^true$/i, off: /^false$/i },
];

/** On namespaces: what their pods get unless they say otherwise. */
const namespaceSwitches: readonly Switch[] = [
  { key: 'istio-injection', on: /^enabled$/, off: /^disabled$/ },
  { key: 'istio.io/rev', on: /./, off: /^$/ },
  { key: 'istio.io/dataplane-mode', on: /^ambient$/, off: /^none$/ },
  { key: 'linkerd.io/inject', on: /^(enabled|ingress)$/, off: /^disabled$/ },
  { key: 'kuma.io/sidecar-injection', on: /^(enabled|true)$/, off: /^(disabled|false)$/ },
];

/**
 * Whether a pod has a proxy of a mesh before it: by its own word, else by its namespace's. `excluded` only where the
 * pod itself refuses; `undefined` where nobody says anything.
 */
export function injectionOf(
  object: KubernetesObject,
  pod: YamlNode,
  known: KindContext['known'],
): Field<NonNullable<Workload['mesh']>> | undefined {
  const own = saidBy(pod, podSwitches);
  if (own) return written(own.mesh, spanOfNode(own.at));
  if (object.namespace === undefined) return unknown;
  const namespace = known('/Namespace').find(({ name }) => name === object.namespace);
  const inherited = namespace && saidBy(namespace.root, namespaceSwitches);
  return inherited?.mesh === 'member' ? written('member', spanOfNode(inherited.at)) : undefined;
}

interface Said {
  readonly mesh: NonNullable<Workload['mesh']>;
  readonly at: YamlScalar;
}

function saidBy(node: YamlNode, switches: readonly Switch[]): Said | undefined {
  for (const { key, on, off } of switches) {
    const said = labelOrAnnotation(node, key);
    if (said && on.test(said.value)) return { mesh: 'member', at: said };
    if (said && off.test(said.value)) return { mesh: 'excluded', at: said };
  }
  return undefined;
}

const labelOrAnnotation = (node: YamlNode, key: string): YamlScalar | undefined =>
  scalar(node, 'metadata', 'labels', key) ?? scalar(node, 'metadata', 'annotations', key);
