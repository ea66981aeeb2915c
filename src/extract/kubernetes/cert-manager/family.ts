import type { KindExtractor, KindFamily } from '../kind.ts';
import { podTemplatePaths } from '../workloads/pod-templates.ts';
import { certificate } from './certificate.ts';
import { certificateVolumes } from './csi-volumes.ts';
import { gatewayRequests } from './gateway-shim.ts';
import { ingressRequests } from './ingress-shim.ts';
import { externalIssuer, issuer } from './issuer.ts';

/**
 * Issuers of other groups, by `group/Kind`. Sources: the CRDs of cert-manager/aws-privateca-issuer, smallstep/step-issuer,
 * cert-manager/google-cas-issuer, cloudflare/origin-ca-issuer, Keyfactor/ejbca-cert-manager-issuer,
 * Keyfactor/command-cert-manager-issuer, Skyscanner/kms-issuer.
 */
const externalIssuers = [
  'awspca.cert-manager.io/AWSPCAClusterIssuer',
  'awspca.cert-manager.io/AWSPCAIssuer',
  'cas-issuer.jetstack.io/GoogleCASClusterIssuer',
  'cas-issuer.jetstack.io/GoogleCASIssuer',
  'cert-manager.k8s.cloudflare.com/ClusterOriginIssuer',
  'cert-manager.k8s.cloudflare.com/OriginIssuer',
  'cert-manager.skyscanner.net/KMSIssuer',
  'certmanager.step.sm/StepClusterIssuer',
  'certmanager.step.sm/StepIssuer',
  'command-issuer.keyfactor.com/ClusterIssuer',
  'command-issuer.keyfactor.com/Issuer',
  'ejbca-issuer.keyfactor.com/ClusterIssuer',
  'ejbca-issuer.keyfactor.com/Issuer',
  'jetstack.io/VenafiClusterIssuer',
  'jetstack.io/VenafiIssuer',
];

const each = (kinds: readonly string[], reader: KindExtractor) =>
  Object.fromEntries(kinds.map((kind) => [kind, [reader]]));

/** cert-manager and its issuers. */
export const certManagerFamily: KindFamily = {
  kinds: {
    ...each(externalIssuers, externalIssuer),
    ...each(Object.keys(podTemplatePaths), certificateVolumes),
    'cert-manager.io/Certificate': [certificate],
    'cert-manager.io/ClusterIssuer': [issuer],
    'cert-manager.io/Issuer': [issuer],
    'extensions/Ingress': [ingressRequests],
    'gateway.networking.k8s.io/Gateway': [gatewayRequests],
    'gateway.networking.k8s.io/ListenerSet': [gatewayRequests],
    'gateway.networking.x-k8s.io/XListenerSet': [gatewayRequests],
    'networking.k8s.io/Ingress': [ingressRequests],
  },
};
