import type { KindFamily } from '../kind.ts';

/** Emissary-ingress. */
export const emissaryFamily: KindFamily = { kinds: {} };
