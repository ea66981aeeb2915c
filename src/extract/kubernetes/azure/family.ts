import type { KindFamily } from '../kind.ts';

/** Application Gateway Ingress Controller, and Application Gateway for Containers. */
export const azureFamily: KindFamily = { kinds: {} };
