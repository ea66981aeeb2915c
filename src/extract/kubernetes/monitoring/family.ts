import type { KindFamily } from '../kind.ts';

/** Prometheus Operator and other monitoring. */
export const monitoringFamily: KindFamily = { kinds: {} };
