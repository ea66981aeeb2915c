import type { KindFamily } from '../kind.ts';

/** HAProxy Technologies' Kubernetes Ingress Controller. */
export const haproxyKubernetesIngressFamily: KindFamily = { kinds: {} };
