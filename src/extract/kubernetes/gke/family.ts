import type { KindFamily } from '../kind.ts';
import { gkeService } from './backend-config.ts';
import { gkeIngress } from './ingress.ts';

/** Google Kubernetes Engine: Ingress, Gateway and Services. */
export const gkeFamily: KindFamily = {
  kinds: { '/Service': [gkeService] },
  controllers: { gke: gkeIngress },
  explainedBy: {
    Gateway: [{ kind: 'GCPGatewayPolicy' }],
    Ingress: [
      { kind: 'FrontendConfig' },
      { kind: 'BackendConfig', says: /strict-transport-security/i },
      { kind: 'Service', says: /cloud\.google\.com\/backend-config/ },
    ],
  },
};
