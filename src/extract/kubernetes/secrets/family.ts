import type { KindFamily } from '../kind.ts';

/** What fills Secrets and bundles of roots: trust-manager, External Secrets, Sealed Secrets, CSI drivers. */
export const secretsFamily: KindFamily = { kinds: {} };
