import type { Fact, Upstream } from '../../../core/fact.ts';
import { buildFact, type Field, type Fields, unknown, written } from '../../../core/fact-builder.ts';
import type { Span } from '../../../core/source.ts';
import { entries, spanOfNode } from '../../../formats/yaml-tree.ts';
import { defaultsOf } from '../../dialects/traefik-defaults.ts';
import { defaultTransportFields, transportFields } from '../../dialects/traefik-transports.ts';
import { type KindContext, type KindExtractor, nothing } from '../kind.ts';
import { type KubernetesObject, labelOf, qualified } from '../objects.ts';
import { annotation, type Setting, textIn } from '../settings.ts';
import { resolved } from './references.ts';
import { transportOf } from './servers-transport.ts';
import { staticFor } from './static.ts';

const prefix = 'traefik.ingress.kubernetes.io/';

/** One of Traefik's annotations; the case of what stands after the prefix does not count. */
export function traefikAnnotation(object: KubernetesObject, name: string): Setting {
  const wanted = `${prefix}${name}`.toLowerCase();
  const key = entries(object.root, 'metadata', 'annotations').findLast(
    ({ key: one }) => one.value.toLowerCase() === wanted,
  );
  return annotation(object, key?.key.value ?? wanted);
}

/**
 * A Service whose annotations ask Traefik for TLS towards it, as Ingresses use them.
 * Source: Traefik 3.7, pkg/provider/kubernetes/ingress/annotations.go, ServiceIng; kubernetes.go, getProtocol.
 */
export const traefikService: KindExtractor = (object, context) => {
  const scheme = traefikAnnotation(object, 'service.serversscheme');
  if (scheme.state !== 'written' || textIn(scheme)?.toLowerCase() !== 'https' || object.name === undefined)
    return nothing;
  const self = spanOfNode(scheme.node);
  const secured = {
    subject: `Traefik to ${labelOf(object)}`,
    target: qualified(object.namespace, object.name),
    tls: written(true, self),
    self,
  };
  return { facts: [towardsService(secured, object, context)], diagnostics: [] };
};

/** A Service that Traefik speaks TLS to. */
export interface Secured {
  readonly subject: string;
  readonly target: string;
  readonly tls: Field<boolean>;
  readonly self: Span;
}

/** Its `upstream`, with the transport that the annotations of `service` name; unknown where the Service is not here. */
export const towardsService = (
  { subject, target, tls, self }: Secured,
  service: KubernetesObject | undefined,
  context: KindContext,
): Fact<Upstream> =>
  buildFact<Upstream>(
    { technology: 'traefik', subject, self },
    { kind: 'upstream', exposure: 'private', target, service: target },
    { tls, ...(service ? transportFor(service, context) : { verify: unknown, protocols: unknown }) },
  );

/** `shop-internal@kubernetescrd` names a ServersTransport; without the annotation Traefik's own default holds. */
function transportFor(service: KubernetesObject, context: KindContext): Fields<Upstream> {
  const named = traefikAnnotation(service, 'service.serverstransport');
  const name = textIn(named);
  if (named.state === 'unknown') return { verify: unknown, protocols: unknown };
  const defaults = defaultsOf(context.versions('traefik', service.root.source.path));
  if (name === undefined || /^default@internal$/i.test(name)) {
    const flags = staticFor(service, context)?.transport;
    return flags ? transportFields(flags, defaults) : defaultTransportFields(defaults);
  }
  const found = resolved({ name, namespace: undefined }, 'ServersTransport', service, context);
  return found ? transportOf(found, context) : { verify: unknown, protocols: unknown };
}
