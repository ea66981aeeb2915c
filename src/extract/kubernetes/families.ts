import { certManagerFamily } from './cert-manager/family.ts';
import { coreFamily } from './core/family.ts';
import { ingressFamily } from './ingress/family.ts';
import { ingressNginxFamily } from './ingress-nginx/family.ts';
import { istioFamily } from './istio/family.ts';
import type { KindFamily } from './kind.ts';

/** What is read of Kubernetes; a product is one folder and one line. */
export const families: readonly KindFamily[] = [
  coreFamily,
  ingressFamily,
  ingressNginxFamily,
  istioFamily,
  certManagerFamily,
];
