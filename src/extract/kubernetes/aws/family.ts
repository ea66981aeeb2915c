import type { KindFamily } from '../kind.ts';

/** AWS Load Balancer Controller, and Services of type LoadBalancer on AWS. */
export const awsFamily: KindFamily = { kinds: {} };
