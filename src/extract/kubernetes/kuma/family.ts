import type { KindFamily } from '../kind.ts';
import { externalService, meshExternalService } from './external-services.ts';
import { meshGateway } from './gateway.ts';
import { mesh } from './mesh.ts';
import { meshIdentity, meshTls, meshTrust } from './policies.ts';

/** Kuma and Kong Mesh. */
export const kumaFamily: KindFamily = {
  kinds: {
    'kuma.io/ExternalService': [externalService],
    'kuma.io/Mesh': [mesh],
    'kuma.io/MeshExternalService': [meshExternalService],
    'kuma.io/MeshGateway': [meshGateway],
    'kuma.io/MeshIdentity': [meshIdentity],
    'kuma.io/MeshTLS': [meshTls],
    'kuma.io/MeshTrust': [meshTrust],
  },
  explainedBy: { Mesh: [{ kind: 'MeshIdentity' }] },
};
