import type { KindFamily } from '../kind.ts';

/** The community's HAProxy Ingress controller. */
export const haproxyIngressFamily: KindFamily = { kinds: {} };
