import type { KindFamily } from '../kind.ts';
import { backend, envoyProxy, securityPolicy } from './backends.ts';
import { clientTrafficPolicy } from './client-traffic-policy.ts';
import { envoyPatchPolicy } from './patch-policy.ts';

/** Envoy Gateway. */
export const envoyGatewayFamily: KindFamily = {
  kinds: {
    'gateway.envoyproxy.io/Backend': [backend],
    'gateway.envoyproxy.io/ClientTrafficPolicy': [clientTrafficPolicy],
    'gateway.envoyproxy.io/EnvoyPatchPolicy': [envoyPatchPolicy],
    'gateway.envoyproxy.io/EnvoyProxy': [envoyProxy],
    'gateway.envoyproxy.io/SecurityPolicy': [securityPolicy],
  },
  explainedBy: {
    Backend: [{ kind: 'EnvoyProxy', says: /\bbackendTLS\b/ }],
    ClientTrafficPolicy: [{ kind: 'Gateway' }, { kind: 'ListenerSet' }],
    Gateway: [{ kind: 'ClientTrafficPolicy' }],
    ListenerSet: [{ kind: 'ClientTrafficPolicy' }],
  },
};
