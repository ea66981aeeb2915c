import type { KindFamily } from '../kind.ts';
import { istiodDeployment } from './certificates.ts';
import { serviceMeshControlPlane } from './control-plane.ts';
import { destinationRule } from './destination-rule.ts';
import { envoyFilter } from './envoy-filter.ts';
import { istioGateway } from './gateway.ts';
import { istioOperator, meshConfigMap, sailIstio } from './mesh-config.ts';
import { formerPolicy, peerAuthentication } from './peer-authentication.ts';
import { requestAuthentication } from './request-authentication.ts';
import { rootNamespaceExplanations } from './root-namespace.ts';
import { serviceEntry } from './service-entry.ts';
import { sidecar } from './sidecar.ts';
import { versionExplanations } from './version.ts';
import { virtualService } from './virtual-service.ts';

/** Istio. */
export const istioFamily: KindFamily = {
  kinds: {
    '/ConfigMap': [meshConfigMap],
    'apps/Deployment': [istiodDeployment],
    'authentication.istio.io/MeshPolicy': [formerPolicy],
    'authentication.istio.io/Policy': [formerPolicy],
    'install.istio.io/IstioOperator': [istioOperator],
    'maistra.io/ServiceMeshControlPlane': [serviceMeshControlPlane],
    'networking.istio.io/DestinationRule': [destinationRule],
    'networking.istio.io/EnvoyFilter': [envoyFilter],
    'networking.istio.io/Gateway': [istioGateway],
    'networking.istio.io/ServiceEntry': [serviceEntry],
    'networking.istio.io/Sidecar': [sidecar],
    'networking.istio.io/VirtualService': [virtualService],
    'sailoperator.io/Istio': [sailIstio],
    'security.istio.io/PeerAuthentication': [peerAuthentication],
    'security.istio.io/RequestAuthentication': [requestAuthentication],
  },
  explainedBy: {
    DestinationRule: [{ kind: 'ServiceEntry' }, { kind: 'VirtualService' }, ...versionExplanations],
    Gateway: [{ kind: 'VirtualService' }, ...versionExplanations],
    MeshPolicy: versionExplanations,
    PeerAuthentication: rootNamespaceExplanations,
    ServiceEntry: [{ kind: 'DestinationRule' }],
    Sidecar: versionExplanations,
  },
};
