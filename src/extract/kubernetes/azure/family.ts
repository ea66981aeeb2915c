import type { KindFamily } from '../kind.ts';
import { applicationGateway } from './application-gateway.ts';
import { azureBackendTlsPolicy } from './backend-tls-policy.ts';
import { keyVaultCertificate } from './key-vault.ts';

/** Application Gateway Ingress Controller, and Application Gateway for Containers. */
export const azureFamily: KindFamily = {
  kinds: {
    'alb.networking.azure.io/BackendTLSPolicy': [azureBackendTlsPolicy],
    'networking.k8s.io/Ingress': [keyVaultCertificate],
  },
  controllers: { 'application-gateway': applicationGateway },
  explainedBy: {
    Gateway: [{ kind: 'FrontendTLSPolicy' }],
    ListenerSet: [{ kind: 'FrontendTLSPolicy' }],
  },
};
