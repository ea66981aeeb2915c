import type { KindFamily } from '../kind.ts';

/** Argo CD, Flux and other operators. */
export const gitopsFamily: KindFamily = { kinds: {} };
