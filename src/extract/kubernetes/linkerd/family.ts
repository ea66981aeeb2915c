import type { KindExtractor, KindFamily } from '../kind.ts';
import { podTemplatePaths } from '../workloads/pod-templates.ts';
import { namespaceAnnotations, podAnnotations } from './annotations.ts';
import { identityArguments, linkerdConfig } from './control-plane.ts';
import { authorizationPolicy, server, serverAuthorization } from './policies.ts';

const workloads: Readonly<Record<string, readonly KindExtractor[]>> = Object.fromEntries(
  Object.keys(podTemplatePaths).map((kind) => [
    kind,
    kind === 'apps/Deployment' ? [podAnnotations, identityArguments] : [podAnnotations],
  ]),
);

/** Linkerd. */
export const linkerdFamily: KindFamily = {
  kinds: {
    ...workloads,
    '/ConfigMap': [linkerdConfig],
    '/Namespace': [namespaceAnnotations],
    'policy.linkerd.io/AuthorizationPolicy': [authorizationPolicy],
    'policy.linkerd.io/Server': [server],
    'policy.linkerd.io/ServerAuthorization': [serverAuthorization],
  },
  explainedBy: {
    AuthorizationPolicy: [{ kind: 'Server', says: /policy\.linkerd\.io/ }],
    ServerAuthorization: [{ kind: 'Server', says: /policy\.linkerd\.io/ }],
  },
};
