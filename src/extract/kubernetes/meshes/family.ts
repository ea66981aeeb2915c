import type { KindFamily } from '../kind.ts';

/** Open Service Mesh, AWS App Mesh, SPIRE. */
export const otherMeshesFamily: KindFamily = { kinds: {} };
