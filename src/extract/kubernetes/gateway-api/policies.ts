import type { Listener } from '../../../core/fact.ts';
import type { Fields } from '../../../core/fact-builder.ts';
import { loadBalancerSettings } from '../aws/load-balancer-configuration.ts';
import { frontendTlsSettings } from '../azure/frontend-tls-policy.ts';
import { clientTrafficSettings } from '../envoy-gateway/client-traffic-policy.ts';
import { gkeGatewaySettings } from '../gke/gateway-policy.ts';
import type { KindContext } from '../kind.ts';
import type { ListenerPlace } from './attachment.ts';
import { istioOptions } from './istio-options.ts';

/** What the policies and options of an implementation say about a listener; each of them answers for its own product. */
export function policiesFor(place: ListenerPlace, context: KindContext): Fields<Listener> {
  return {
    ...istioOptions(place),
    ...clientTrafficSettings(place, context),
    ...gkeGatewaySettings(place, context),
    ...loadBalancerSettings(place, context),
    ...frontendTlsSettings(place, context),
  };
}
