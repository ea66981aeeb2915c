import type { KindFamily } from '../kind.ts';

/** Cilium. */
export const ciliumFamily: KindFamily = { kinds: {} };
