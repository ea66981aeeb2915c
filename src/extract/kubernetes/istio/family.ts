import type { KindFamily } from '../kind.ts';
import { destinationRule } from './destination-rule.ts';
import { istioGateway } from './gateway.ts';
import { meshConfig, meshConfigMap } from './mesh-config.ts';
import { peerAuthentication } from './peer-authentication.ts';

/** Istio. */
export const istioFamily: KindFamily = {
  kinds: {
    '/ConfigMap': [meshConfigMap],
    'install.istio.io/IstioOperator': [meshConfig],
    'networking.istio.io/DestinationRule': [destinationRule],
    'networking.istio.io/Gateway': [istioGateway],
    'sailoperator.io/Istio': [meshConfig],
    'security.istio.io/PeerAuthentication': [peerAuthentication],
  },
  explainedBy: { Gateway: [{ kind: 'VirtualService' }] },
};
