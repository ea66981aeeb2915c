import type { KindFamily } from '../kind.ts';
import { ingress } from './ingress.ts';

/** Ingresses, whoever serves them. */
export const ingressFamily: KindFamily = {
  kinds: { 'networking.k8s.io/Ingress': [ingress], 'extensions/Ingress': [ingress] },
  explainedBy: { Ingress: [{ kind: 'IngressClass' }] },
};
