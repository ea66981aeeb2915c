import type { KindFamily } from '../kind.ts';

/** Contour. */
export const contourFamily: KindFamily = { kinds: {} };
