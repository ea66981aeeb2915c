import type { KindFamily } from '../kind.ts';
import { virtualGateway, virtualNode } from './app-mesh.ts';
import { osmIngressBackend, osmMeshConfig } from './open-service-mesh.ts';
import { spireConfig } from './spire.ts';

/** Open Service Mesh, AWS App Mesh, SPIRE. */
export const otherMeshesFamily: KindFamily = {
  kinds: {
    '/ConfigMap': [spireConfig],
    'appmesh.k8s.aws/VirtualGateway': [virtualGateway],
    'appmesh.k8s.aws/VirtualNode': [virtualNode],
    'config.openservicemesh.io/MeshConfig': [osmMeshConfig],
    'policy.openservicemesh.io/IngressBackend': [osmIngressBackend],
  },
};
