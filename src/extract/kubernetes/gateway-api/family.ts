import type { KindFamily } from '../kind.ts';

/** Gateway API. */
export const gatewayApiFamily: KindFamily = { kinds: {} };
