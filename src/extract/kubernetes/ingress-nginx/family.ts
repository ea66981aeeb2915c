import { controllerExplanations } from '../ingress/controller-flags.ts';
import type { KindFamily } from '../kind.ts';
import { ingressNginx } from './annotations.ts';
import { ingressNginxConfigMap } from './config-map.ts';

/** The community's ingress-nginx controller. */
export const ingressNginxFamily: KindFamily = {
  kinds: { '/ConfigMap': [ingressNginxConfigMap] },
  controllers: { 'ingress-nginx': ingressNginx },
  explainedBy: {
    Ingress: [
      { kind: 'ConfigMap', says: /\b(ssl|hsts|ingress-nginx|allow-snippet-annotations|no-tls-redirect-locations)/ },
      ...controllerExplanations(/ingress-nginx\/controller|nginx-ingress-controller/),
    ],
  },
};
