import type { KindFamily } from '../kind.ts';
import { podTemplatePaths } from './pod-templates.ts';
import { service } from './service.ts';
import { workload } from './workload.ts';

/** What runs, and the Services that lead to it. */
export const workloadsFamily: KindFamily = {
  kinds: {
    ...Object.fromEntries(Object.keys(podTemplatePaths).map((kind) => [kind, [workload]])),
    '/Service': [service],
  },
  explainedBy: Object.fromEntries(
    Object.keys(podTemplatePaths).map((kind) => [
      kind.slice(kind.indexOf('/') + 1),
      [{ kind: 'Namespace', says: /istio|linkerd|kuma/ }],
    ]),
  ),
};
