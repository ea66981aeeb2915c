import type { KindFamily } from '../kind.ts';

/** Consul on Kubernetes. */
export const consulFamily: KindFamily = { kinds: {} };
