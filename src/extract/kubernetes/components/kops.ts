import type { Fact, Trust } from '../../../core/fact.ts';
import { buildFact, written } from '../../../core/fact-builder.ts';
import { get, keyOf, spanOfNode } from '../../../formats/yaml-tree.ts';
import { flagsOfFields } from '../../dialects/component-flags.ts';
import { componentFacts } from '../../dialects/control-plane.ts';
import type { KindExtractor } from '../kind.ts';
import { type KubernetesObject, labelOf } from '../objects.ts';
import { booleanIn, settingAt, textIn } from '../settings.ts';
import { signingFacts } from './signing.ts';

/** Components of a kOps cluster, and the field that describes each. */
const components = {
  'kube-apiserver': 'kubeAPIServer',
  'kube-controller-manager': 'kubeControllerManager',
  'kube-scheduler': 'kubeScheduler',
  kubelet: 'kubelet',
} as const;

/**
 * A kOps Cluster. kOps adds arguments of its own, so that what is absent is not known. Source: kops,
 * pkg/apis/kops/v1alpha2/componentconfig.go.
 */
export const kopsCluster: KindExtractor = (object) => {
  const version = textIn(settingAt(object, object.root, 'spec', 'kubernetesVersion'))?.replace(/^v/, '');
  const facts = Object.entries(components).flatMap(([program, field]) => {
    const config = get(object.root, 'spec', field);
    const key = keyOf(get(object.root, 'spec'), field);
    if (!config || !key) return [];
    const flags = flagsOfFields(config, spanOfNode(key), true);
    const place = {
      technology: 'kubernetes',
      subject: `${program} of ${labelOf(object)}`,
      ...(version !== undefined && { kubernetes: version }),
    };
    return [...componentFacts(program, flags, place), ...signingFacts(program, flags, place)];
  });
  return { facts: [...facts, ...metricsServer(object)], diagnostics: [] };
};

/** `metricsServer.insecure`: the API server does not check who answers for the metrics API. */
function metricsServer(object: KubernetesObject): readonly Fact<Trust>[] {
  const config = get(object.root, 'spec', 'metricsServer');
  const insecure = config && settingAt(object, config, 'insecure');
  const key = keyOf(config, 'insecure');
  if (!insecure || !key || insecure.state !== 'written' || booleanIn(insecure) !== true) return [];
  const source = `metrics.k8s.io of ${labelOf(object)}`;
  return [
    buildFact<Trust>(
      { technology: 'kubernetes', subject: source, self: spanOfNode(key) },
      { kind: 'trust', source, verify: false },
      { verify: written(false, spanOfNode(insecure.node)) },
    ),
  ];
}
