import { awsFamily } from './aws/family.ts';
import { azureFamily } from './azure/family.ts';
import { certManagerFamily } from './cert-manager/family.ts';
import { ciliumFamily } from './cilium/family.ts';
import { componentsFamily } from './components/family.ts';
import { consulFamily } from './consul/family.ts';
import { contourFamily } from './contour/family.ts';
import { coreFamily } from './core/family.ts';
import { emissaryFamily } from './emissary/family.ts';
import { envoyGatewayFamily } from './envoy-gateway/family.ts';
import { gatewayApiFamily } from './gateway-api/family.ts';
import { gitopsFamily } from './gitops/family.ts';
import { gkeFamily } from './gke/family.ts';
import { haproxyIngressFamily } from './haproxy-ingress/family.ts';
import { haproxyKubernetesIngressFamily } from './haproxy-kubernetes-ingress/family.ts';
import { ingressFamily } from './ingress/family.ts';
import { ingressNginxFamily } from './ingress-nginx/family.ts';
import { istioFamily } from './istio/family.ts';
import type { KindFamily } from './kind.ts';
import { kongFamily } from './kong/family.ts';
import { kumaFamily } from './kuma/family.ts';
import { linkerdFamily } from './linkerd/family.ts';
import { otherMeshesFamily } from './meshes/family.ts';
import { monitoringFamily } from './monitoring/family.ts';
import { nginxIngressControllerFamily } from './nginx-ingress-controller/family.ts';
import { openshiftFamily } from './openshift/family.ts';
import { packagingFamily } from './packaging/family.ts';
import { secretsFamily } from './secrets/family.ts';
import { traefikFamily } from './traefik/family.ts';
import { workloadsFamily } from './workloads/family.ts';

/** What is read of Kubernetes; a product is one folder and one line. */
const products: readonly KindFamily[] = [
  awsFamily,
  azureFamily,
  certManagerFamily,
  ciliumFamily,
  componentsFamily,
  consulFamily,
  contourFamily,
  coreFamily,
  emissaryFamily,
  envoyGatewayFamily,
  gatewayApiFamily,
  gitopsFamily,
  gkeFamily,
  haproxyIngressFamily,
  haproxyKubernetesIngressFamily,
  ingressFamily,
  ingressNginxFamily,
  istioFamily,
  kongFamily,
  kumaFamily,
  linkerdFamily,
  otherMeshesFamily,
  monitoringFamily,
  nginxIngressControllerFamily,
  openshiftFamily,
  secretsFamily,
  traefikFamily,
  workloadsFamily,
];

/** All of them, and the objects that hold values of charts, which the products' readers read. */
export const families: readonly KindFamily[] = [...products, packagingFamily(products)];
