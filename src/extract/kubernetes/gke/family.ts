import type { KindFamily } from '../kind.ts';

/** Google Kubernetes Engine: Ingress, Gateway and Services. */
export const gkeFamily: KindFamily = { kinds: {} };
