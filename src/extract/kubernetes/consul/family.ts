import type { KindFamily } from '../kind.ts';
import { ingressGateway, terminatingGateway } from './gateways.ts';
import { consulMesh, defaults } from './mesh.ts';

/** Consul on Kubernetes. */
export const consulFamily: KindFamily = {
  kinds: {
    'consul.hashicorp.com/IngressGateway': [ingressGateway],
    'consul.hashicorp.com/Mesh': [consulMesh],
    'consul.hashicorp.com/ProxyDefaults': [defaults],
    'consul.hashicorp.com/ServiceDefaults': [defaults],
    'consul.hashicorp.com/TerminatingGateway': [terminatingGateway],
  },
};
