import type { KindFamily } from '../kind.ts';
import { ciliumIngress } from './ingress.ts';
import { networkPolicy } from './policies.ts';

const config = { kind: 'ConfigMap', says: /\bcilium-config\b/ };

/** Cilium. */
export const ciliumFamily: KindFamily = {
  kinds: {
    'cilium.io/CiliumClusterwideNetworkPolicy': [networkPolicy],
    'cilium.io/CiliumNetworkPolicy': [networkPolicy],
  },
  controllers: { cilium: ciliumIngress },
  explainedBy: {
    CiliumClusterwideNetworkPolicy: [config],
    CiliumNetworkPolicy: [config],
    Ingress: [config],
  },
};
