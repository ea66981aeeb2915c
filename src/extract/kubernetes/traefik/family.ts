import type { KindFamily } from '../kind.ts';

/** Traefik's resources, and what it makes of an Ingress. */
export const traefikFamily: KindFamily = { kinds: {} };
