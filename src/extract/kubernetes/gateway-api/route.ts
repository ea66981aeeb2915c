import type { Route } from '../../../core/fact.ts';
import { buildFact, byDefault, type Field, written } from '../../../core/fact-builder.ts';
import { items, spanOfNode, text } from '../../../formats/yaml-tree.ts';
import { type KindContext, type KindExtractor, nothing } from '../kind.ts';
import { headOf, type KubernetesObject, labelOf } from '../objects.ts';
import { listField, settingAt } from '../settings.ts';
import { gatewayGroup, listenerName, means, parentsOf, type Reference } from './references.ts';
import { methodsOf, redirectOf, servicesOf, verdictOf } from './route-rules.ts';

/**
 * HTTPRoute, GRPCRoute, TLSRoute and TCPRoute: where requests go. A route whose parents are Services is for the mesh
 * and says nothing about listeners. Source: Gateway API v1.6, apis/v1/httproute_types.go, grpcroute_types.go,
 * tlsroute_types.go and tcproute_types.go.
 */
export const route: KindExtractor = (object, context) => {
  const listeners = parentsOf(object).flatMap((parent) => listenersOf(parent, context));
  if (listeners.length === 0) return nothing;
  const methods = object.kind === 'HTTPRoute' || object.kind === 'GRPCRoute' ? methodsOf(object) : undefined;
  const services = servicesOf(object);
  const fact = buildFact<Route>(
    { technology: 'gateway-api', subject: labelOf(object), self: headOf(object) },
    {
      kind: 'route',
      listeners: [...new Set(listeners)],
      ...(methods && { methods }),
      ...(services.length > 0 && { services }),
    },
    { hosts: listField(settingAt(object, object.root, 'spec', 'hostnames')), redirectsToHttps: redirects(object) },
  );
  return { facts: [fact], diagnostics: [] };
};

const parentKinds = ['Gateway', 'ListenerSet', 'XListenerSet'];

/** The listeners that a parent stands for. One named by its port is looked up where the repository has the Gateway. */
function listenersOf(parent: Reference, { known }: KindContext): readonly string[] {
  const { kind, namespace, name, sectionName, port } = parent;
  if (!parentKinds.includes(kind)) return [];
  const whole = listenerName(kind, namespace, name, sectionName);
  if (whole === undefined || sectionName !== undefined || port === undefined) return whole === undefined ? [] : [whole];
  const sections = known(`${gatewayGroup}/Gateway`)
    .filter((gateway) => means(parent, gateway))
    .flatMap((gateway) => items(gateway.root, 'spec', 'listeners'))
    .filter((listener) => text(listener, 'port') === port)
    .flatMap((listener) => text(listener, 'name') ?? []);
  return sections.length > 0
    ? sections.flatMap((section) => listenerName(kind, namespace, name, section) ?? [])
    : [whole];
}

function redirects(object: KubernetesObject): Field<boolean> | undefined {
  if (object.kind !== 'HTTPRoute' || object.fragment) return undefined;
  const verdict = verdictOf(object);
  const node = redirectOf(object);
  if (verdict === 'redirects' && node) return written(true, spanOfNode(node));
  return verdict === 'serves' ? byDefault(false, 'an HTTPRoute answers what it has backends for') : undefined;
}
