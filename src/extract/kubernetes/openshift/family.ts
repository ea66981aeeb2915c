import type { KindFamily } from '../kind.ts';

/** OpenShift. */
export const openshiftFamily: KindFamily = { kinds: {} };
