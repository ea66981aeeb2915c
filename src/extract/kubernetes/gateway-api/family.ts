import type { KindFamily } from '../kind.ts';
import { backendTlsPolicy } from './backend-tls-policy.ts';
import { gateway, listenerSet } from './gateway.ts';
import { route } from './route.ts';

const routed = [{ kind: 'GatewayClass' }, { kind: 'HTTPRoute' }, { kind: 'GRPCRoute' }];

/** Gateway API. */
export const gatewayApiFamily: KindFamily = {
  kinds: {
    'gateway.networking.k8s.io/BackendTLSPolicy': [backendTlsPolicy],
    'gateway.networking.k8s.io/Gateway': [gateway],
    'gateway.networking.k8s.io/GRPCRoute': [route],
    'gateway.networking.k8s.io/HTTPRoute': [route],
    'gateway.networking.k8s.io/ListenerSet': [listenerSet],
    'gateway.networking.k8s.io/TCPRoute': [route],
    'gateway.networking.k8s.io/TLSRoute': [route],
    'gateway.networking.x-k8s.io/XListenerSet': [listenerSet],
  },
  explainedBy: {
    BackendTLSPolicy: [{ kind: 'Gateway', says: /\bclientCertificateRef\b/ }],
    Gateway: [{ kind: 'Gateway' }, ...routed],
    HTTPRoute: [{ kind: 'Gateway' }],
    GRPCRoute: [{ kind: 'Gateway' }],
    TLSRoute: [{ kind: 'Gateway' }],
    TCPRoute: [{ kind: 'Gateway' }],
    ListenerSet: [{ kind: 'Gateway' }, ...routed],
    XListenerSet: [{ kind: 'Gateway' }, ...routed],
  },
};
