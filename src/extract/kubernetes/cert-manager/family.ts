import type { KindFamily } from '../kind.ts';
import { certificate, certificateAnnotations, issuer } from './cert-manager.ts';

/** cert-manager and its issuers. */
export const certManagerFamily: KindFamily = {
  kinds: {
    'cert-manager.io/Certificate': [certificate],
    'cert-manager.io/ClusterIssuer': [issuer],
    'cert-manager.io/Issuer': [issuer],
    'extensions/Ingress': [certificateAnnotations],
    'networking.k8s.io/Ingress': [certificateAnnotations],
  },
};
