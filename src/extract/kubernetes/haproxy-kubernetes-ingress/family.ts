import type { KindFamily } from '../kind.ts';
import { haproxyTechConfigMap } from './config-map.ts';
import { haproxyKubernetesIngress } from './ingress.ts';
import { global, serverSettings } from './resources.ts';
import { annotatedService } from './service.ts';
import { frontend, tcp } from './tcp.ts';

const globals = { kind: 'Global', says: /haproxy\.org/ };
const configMaps = { kind: 'ConfigMap', says: /\bhaproxy-(kubernetes-ingress|configmap)\b|\bkubernetes-ingress\b/ };

/** HAProxy Technologies' Kubernetes Ingress Controller. */
export const haproxyKubernetesIngressFamily: KindFamily = {
  kinds: {
    '/ConfigMap': [haproxyTechConfigMap],
    '/Service': [annotatedService],
    'ingress.v3.haproxy.org/Global': [global],
    'ingress.v1.haproxy.org/Global': [global],
    'core.haproxy.org/Global': [global],
    'ingress.v3.haproxy.org/Defaults': [serverSettings],
    'ingress.v1.haproxy.org/Defaults': [serverSettings],
    'core.haproxy.org/Defaults': [serverSettings],
    'ingress.v3.haproxy.org/Backend': [serverSettings],
    'ingress.v1.haproxy.org/Backend': [serverSettings],
    'core.haproxy.org/Backend': [serverSettings],
    'ingress.v3.haproxy.org/TCP': [tcp],
    'ingress.v1.haproxy.org/TCP': [tcp],
    'ingress.v3.haproxy.org/Frontend': [frontend],
  },
  controllers: { 'haproxy-kubernetes-ingress': haproxyKubernetesIngress },
  explainedBy: {
    Ingress: [configMaps],
    Service: [configMaps, { kind: 'Ingress', says: /haproxy\.(org|com)\/server-ca/ }],
    Backend: [globals],
    Defaults: [globals],
  },
};
