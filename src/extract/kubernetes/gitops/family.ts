import type { KindFamily } from '../kind.ts';
import { argoCdConfigMap, argoCdSecret } from './argo-cd.ts';
import { knativeNetwork } from './knative.ts';
import { strimziKafka } from './strimzi.ts';
import { operatorKinds } from './switches.ts';

/** Argo CD, Flux and other operators. */
export const gitopsFamily: KindFamily = {
  kinds: {
    ...operatorKinds,
    '/ConfigMap': [argoCdConfigMap, knativeNetwork],
    '/Secret': [argoCdSecret],
    'kafka.strimzi.io/Kafka': [strimziKafka],
  },
};
