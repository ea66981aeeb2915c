import { controllerExplanations } from '../ingress/controller-flags.ts';
import type { KindFamily } from '../kind.ts';
import { acmeIssuer, acmeRequests } from './acme.ts';
import { haproxyConfigMap } from './config-map.ts';
import { haproxyIngress } from './ingress.ts';
import { annotatedService } from './service.ts';

/** The community's HAProxy Ingress controller. */
export const haproxyIngressFamily: KindFamily = {
  kinds: {
    '/ConfigMap': [haproxyConfigMap, acmeIssuer],
    '/Service': [annotatedService],
    'networking.k8s.io/Ingress': [acmeRequests],
    'extensions/Ingress': [acmeRequests],
  },
  controllers: { 'haproxy-ingress': haproxyIngress },
  explainedBy: {
    Ingress: [
      { kind: 'ConfigMap', says: /\bhaproxy-ingress\b/ },
      ...controllerExplanations(/haproxy-ingress(-controller)?[:@]/),
    ],
  },
};
