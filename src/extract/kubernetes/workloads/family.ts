import type { KindFamily } from '../kind.ts';

/** What runs, and the Services that lead to it. */
export const workloadsFamily: KindFamily = { kinds: {} };
