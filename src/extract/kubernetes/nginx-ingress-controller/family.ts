import { controllerExplanations } from '../ingress/controller-flags.ts';
import type { Explanation, KindFamily } from '../kind.ts';
import { f5ConfigMap } from './config-map.ts';
import { gatewaySnippets } from './gateway-fabric.ts';
import { f5Ingress } from './ingress.ts';
import { policyClients } from './policy-clients.ts';
import { transportServer } from './transport-server.ts';
import { virtualServer } from './virtual-server.ts';
import { virtualServerRoute } from './virtual-server-routes.ts';

const own = /\bk8s\.nginx\.org\b/;

/** The controller's pods and its ConfigMap. */
const controller: readonly Explanation[] = [
  ...controllerExplanations(/nginx(-plus)?-ingress[:@]/),
  { kind: 'ConfigMap', says: /\bnginx-(config|ingress)\b/ },
];
const policies: Explanation = { kind: 'Policy', says: own };

/** F5's NGINX Ingress Controller and NGINX Gateway Fabric. */
export const nginxIngressControllerFamily: KindFamily = {
  kinds: {
    '/ConfigMap': [f5ConfigMap],
    'k8s.nginx.org/VirtualServer': [virtualServer],
    'k8s.nginx.org/VirtualServerRoute': [virtualServerRoute],
    'k8s.nginx.org/TransportServer': [transportServer],
    'k8s.nginx.org/Policy': [policyClients],
    'gateway.nginx.org/SnippetsFilter': [gatewaySnippets],
    'gateway.nginx.org/SnippetsPolicy': [gatewaySnippets],
  },
  controllers: { 'nginx-ingress-controller': f5Ingress },
  explainedBy: {
    Ingress: [...controller, policies, { kind: 'Ingress', says: /nginx\.org\/mergeable-ingress-type/ }],
    VirtualServer: [...controller, policies, { kind: 'GlobalConfiguration', says: own }],
    VirtualServerRoute: [...controller, policies, { kind: 'VirtualServer', says: own }],
    TransportServer: [...controller, { kind: 'GlobalConfiguration', says: own }],
  },
};
