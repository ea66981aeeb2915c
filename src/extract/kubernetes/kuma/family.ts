import type { KindFamily } from '../kind.ts';

/** Kuma and Kong Mesh. */
export const kumaFamily: KindFamily = { kinds: {} };
