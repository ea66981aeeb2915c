import type { KindFamily } from '../kind.ts';

/** Envoy Gateway. */
export const envoyGatewayFamily: KindFamily = { kinds: {} };
