import type { KindFamily } from '../kind.ts';

/** F5's NGINX Ingress Controller and NGINX Gateway Fabric. */
export const nginxIngressControllerFamily: KindFamily = { kinds: {} };
