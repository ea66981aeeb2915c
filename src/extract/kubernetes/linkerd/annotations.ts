import type { Fact, Mesh } from '../../../core/fact.ts';
import type { Field } from '../../../core/fact-builder.ts';
import { get, spanOfNode, type YamlNode } from '../../../formats/yaml-tree.ts';
import { type KindExtractor, nothing } from '../kind.ts';
import { type KubernetesObject, labelOf } from '../objects.ts';
import { labelsField, scalarIn, settingAt } from '../settings.ts';
import { podTemplateOf } from '../workloads/pod-templates.ts';
import { meshFact, modeOfPolicy, portsField } from './mesh-facts.ts';

const prefix = 'config.linkerd.io/';

/**
 * Annotations of a pod template: the policy for ports that no Server selects, and ports that only clients of the mesh may
 * use. Ports that bypass the proxy belong to the workload (`skippedPorts`). Source: Linkerd 2.20, pkg/k8s/labels.go.
 */
export const podAnnotations: KindExtractor = (object) => {
  const pod = podTemplateOf(object);
  if (!pod || isOwn(pod)) return nothing;
  const labels = settingAt(object, pod, 'metadata', 'labels');
  return {
    facts: policyFacts(object, pod, 'workload', labels.state === 'absent' ? undefined : labelsField(labels)),
    diagnostics: [],
  };
};

/** Pods of Linkerd itself and of its extensions come with annotations that their manifests need. */
const isOwn = (pod: YamlNode): boolean =>
  ['linkerd.io/control-plane-component', 'linkerd.io/extension'].some((label) => get(pod, 'metadata', 'labels', label));

/** The same annotations of a namespace, for all of its pods that do not say otherwise. */
export const namespaceAnnotations: KindExtractor = (object) => ({
  facts: policyFacts({ ...object, namespace: object.name }, object.root, 'namespace', undefined),
  diagnostics: [],
});

function policyFacts(
  object: KubernetesObject,
  holder: YamlNode,
  scope: Mesh['scope'],
  selector: Field<Readonly<Record<string, string>>> | undefined,
): readonly Fact<Mesh>[] {
  const at = (name: string) => settingAt(object, holder, 'metadata', 'annotations', `${prefix}${name}`);
  const policy = scalarIn(at('default-inbound-policy'));
  const required = scalarIn(at('proxy-require-identity-inbound-ports'));
  const label = labelOf(object);
  return [
    ...(policy
      ? [
          meshFact(object, `default inbound policy of ${label}`, spanOfNode(policy), scope, {
            mode: modeOfPolicy(at('default-inbound-policy')),
            selector,
          }),
        ]
      : []),
    ...(required
      ? [
          meshFact(object, `ports of ${label} that require an identity`, spanOfNode(required), 'port', {
            mode: { origin: 'written', value: 'strict', span: spanOfNode(required) },
            ports: portsField(at('proxy-require-identity-inbound-ports')),
            selector,
          }),
        ]
      : []),
  ];
}

/**
 * Inbound ports of a pod that bypass the proxy: `config.linkerd.io/skip-inbound-ports`, a list of ports and ranges.
 * `opaque-ports` are no such ports: the proxy encrypts them like any other.
 */
export const skippedPorts = (object: KubernetesObject, pod: YamlNode): Field<readonly number[]> | undefined =>
  portsField(settingAt(object, pod, 'metadata', 'annotations', `${prefix}skip-inbound-ports`));
