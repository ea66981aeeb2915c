import type { KindFamily } from '../kind.ts';
import { traefikIngress } from './annotations.ts';
import { ingressRoute, ingressRouteTcp } from './ingress-route.ts';
import { middleware } from './middleware.ts';
import { inBothGroups } from './objects.ts';
import { serversTransport } from './servers-transport.ts';
import { traefikService } from './service.ts';
import { balanced } from './services.ts';
import { staticExplanations } from './static.ts';
import { tlsOption } from './tls-option.ts';
import { tlsStore } from './tls-store.ts';

const around = ['TLSOption', 'TLSStore', 'Middleware', 'ServersTransport'].map((kind) => ({ kind }));

/** Traefik's own kinds, and Ingresses that it serves. */
export const traefikFamily: KindFamily = {
  kinds: {
    ...inBothGroups({
      IngressRoute: [ingressRoute],
      IngressRouteTCP: [ingressRouteTcp],
      Middleware: [middleware],
      ServersTransport: [serversTransport],
      ServersTransportTCP: [serversTransport],
      TLSOption: [tlsOption],
      TLSStore: [tlsStore],
      TraefikService: [balanced],
    }),
    '/Service': [traefikService],
  },
  controllers: { traefik: traefikIngress },
  explainedBy: {
    IngressRoute: [...around, { kind: 'IngressRoute' }, ...staticExplanations],
    IngressRouteTCP: [...around, { kind: 'ServersTransportTCP' }],
    Middleware: [{ kind: 'Middleware' }],
    TLSOption: [{ kind: 'IngressRoute' }, { kind: 'IngressRouteTCP' }],
    TraefikService: [{ kind: 'ServersTransport' }, ...staticExplanations],
    Service: [{ kind: 'ServersTransport' }],
    Ingress: [
      ...[...around, { kind: 'Service' }].map(({ kind }) => ({ kind, says: /\btraefik\b/ })),
      ...staticExplanations,
    ],
  },
};
