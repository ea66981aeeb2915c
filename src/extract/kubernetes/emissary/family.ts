import type { KindFamily } from '../kind.ts';
import { host } from './host.ts';
import { listener, moduleOf } from './listener.ts';
import { mappingRoute } from './mapping.ts';
import { tlsContext } from './tls-context.ts';
import { towardsService } from './upstream.ts';

const contexts = [{ kind: 'TLSContext' }];

/** Emissary-ingress, and Ambassador Edge Stack. */
export const emissaryFamily: KindFamily = {
  kinds: {
    'getambassador.io/AuthService': [towardsService],
    'getambassador.io/Host': [host],
    'getambassador.io/Listener': [listener],
    'getambassador.io/LogService': [towardsService],
    'getambassador.io/Mapping': [towardsService, mappingRoute],
    'getambassador.io/Module': [moduleOf],
    'getambassador.io/RateLimitService': [towardsService],
    'getambassador.io/TCPMapping': [towardsService],
    'getambassador.io/TLSContext': [tlsContext],
    'getambassador.io/TracingService': [towardsService],
  },
  explainedBy: {
    AuthService: contexts,
    Host: contexts,
    Mapping: [...contexts, { kind: 'Host', says: /getambassador\.io/ }],
    RateLimitService: contexts,
    TCPMapping: contexts,
  },
};
