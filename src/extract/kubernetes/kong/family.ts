import type { KindFamily } from '../kind.ts';

/** Kong Ingress Controller. */
export const kongFamily: KindFamily = { kinds: {} };
