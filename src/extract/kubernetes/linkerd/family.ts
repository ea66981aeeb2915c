import type { KindFamily } from '../kind.ts';

/** Linkerd. */
export const linkerdFamily: KindFamily = { kinds: {} };
