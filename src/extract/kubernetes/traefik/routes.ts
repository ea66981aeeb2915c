import type { Fact, Route } from '../../../core/fact.ts';
import { buildFact, byDefault, type Field, unknown, written } from '../../../core/fact-builder.ts';
import { items, scalar, spanOfNode, text, type YamlNode } from '../../../formats/yaml-tree.ts';
import { methodsOfRule } from '../../dialects/traefik-rules.ts';
import type { KindContext } from '../kind.ts';
import { headOf, type KubernetesObject, labelOf, qualified } from '../objects.ts';
import { hostsFieldOf, routesOf } from './hosts.ts';
import { attachedIn, redirectIn } from './middleware.ts';
import { referenceIn } from './references.ts';

/** A `route` for each rule of an IngressRoute, at its own listener or at those of its parents. */
export function routeFacts(object: KubernetesObject, context: KindContext): readonly Fact<Route>[] {
  const listeners = listenersOf(object);
  const routes = routesOf(object);
  if (listeners.length === 0) return [];
  return routes.map((route, index) => {
    const rule = scalar(route, 'match');
    const methods = rule && methodsOfRule(rule.value);
    const services = servicesOf(object, route);
    const subject = routes.length === 1 ? labelOf(object) : `rule ${index + 1} of ${labelOf(object)}`;
    return buildFact<Route>(
      { technology: 'traefik', subject, self: rule ? spanOfNode(rule) : headOf(object) },
      { kind: 'route', listeners, ...(services.length > 0 && { services }) },
      {
        hosts: hostsFieldOf([route]),
        methods: rule && methods ? written(methods, spanOfNode(rule)) : undefined,
        redirectsToHttps: redirects(object, route, context),
      },
    );
  });
}

function listenersOf(object: KubernetesObject): readonly string[] {
  const parents = items(object.root, 'spec', 'parentRefs').flatMap((node) => referenceIn(object, node) ?? []);
  if (parents.length > 0) return parents.map(({ name, namespace }) => `IngressRoute ${qualified(namespace, name)}`);
  return object.name === undefined ? [] : [labelOf(object)];
}

/** The Services behind a rule, `shop/web:8080`. Traefik's own services stand for others. */
const servicesOf = (object: KubernetesObject, route: YamlNode): readonly string[] =>
  items(route, 'services').flatMap((node) => {
    const service = serviceName(object, node);
    return service === undefined ? [] : [service];
  });

/** What a reference to a Service names; `undefined` for Traefik's own kinds. */
export function serviceName(object: KubernetesObject, node: YamlNode): string | undefined {
  const reference = referenceIn(object, node);
  if (!reference || (text(node, 'kind') ?? 'Service') !== 'Service' || reference.name.includes('@')) return undefined;
  const port = text(node, 'port');
  return `${qualified(reference.namespace, reference.name)}${port === undefined ? '' : `:${port}`}`;
}

function redirects(object: KubernetesObject, route: YamlNode, context: KindContext): Field<boolean> {
  const redirect = redirectIn(attachedIn(object, items(route, 'middlewares'), context));
  if (redirect === 'unknown' || object.fragment) return unknown;
  return redirect ? written(true, redirect) : byDefault(false, 'no middleware of the rule redirects');
}
