import type { KindFamily } from '../kind.ts';
import { kongIngress } from './annotations.ts';
import { kongGateway } from './gateway.ts';
import { kongPlugin } from './plugin.ts';
import { kongService } from './service.ts';
import { tcpIngress } from './tcp-ingress.ts';

const pods = ['Deployment', 'DaemonSet', 'StatefulSet'].map((kind) => ({ kind, says: /\bKONG_[A-Z]/ }));

/** Kong's ingress controller, its plugins, and the gateway's own settings. */
export const kongFamily: KindFamily = {
  kinds: {
    '/Service': [kongService],
    'apps/DaemonSet': [kongGateway],
    'apps/Deployment': [kongGateway],
    'apps/StatefulSet': [kongGateway],
    'configuration.konghq.com/KongClusterPlugin': [kongPlugin],
    'configuration.konghq.com/KongPlugin': [kongPlugin],
    'configuration.konghq.com/TCPIngress': [tcpIngress],
  },
  controllers: { kong: kongIngress },
  explainedBy: {
    Ingress: [...['KongPlugin', 'KongClusterPlugin', 'KongIngress'].map((kind) => ({ kind })), ...pods],
    Service: pods,
    TCPIngress: pods,
  },
};
