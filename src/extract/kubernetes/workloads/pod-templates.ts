import { get, type YamlMapping, type YamlNode } from '../../../formats/yaml-tree.ts';
import type { KubernetesObject } from '../objects.ts';

/** Where each kind of workload holds its pod template, by `group/Kind`. A Pod is one itself. */
export const podTemplatePaths: Readonly<Record<string, readonly string[]>> = {
  '/Pod': [],
  '/ReplicationController': ['spec', 'template'],
  'apps/DaemonSet': ['spec', 'template'],
  'apps/Deployment': ['spec', 'template'],
  'apps/ReplicaSet': ['spec', 'template'],
  'apps/StatefulSet': ['spec', 'template'],
  'apps.openshift.io/DeploymentConfig': ['spec', 'template'],
  'argoproj.io/Rollout': ['spec', 'template'],
  'batch/CronJob': ['spec', 'jobTemplate', 'spec', 'template'],
  'batch/Job': ['spec', 'template'],
  'extensions/DaemonSet': ['spec', 'template'],
  'extensions/Deployment': ['spec', 'template'],
  'serving.knative.dev/Service': ['spec', 'template'],
};

/** The mapping with a pod's `metadata` and `spec`; `undefined` where a template decides or the object has none. */
export function podTemplateOf({ root, group, kind }: KubernetesObject): YamlMapping | undefined {
  const path = podTemplatePaths[`${group}/${kind}`];
  const found: YamlNode | undefined = path && get(root, ...path);
  return found?.kind === 'mapping' ? found : undefined;
}
