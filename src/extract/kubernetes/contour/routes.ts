import type { Fact, Route } from '../../../core/fact.ts';
import { buildFact, byDefault, type Field, unknown, written } from '../../../core/fact-builder.ts';
import type { Span } from '../../../core/source.ts';
import { get, items, scalar, spanOfNode, text, type YamlNode } from '../../../formats/yaml-tree.ts';
import type { KindContext } from '../kind.ts';
import { type KubernetesObject, labelOf } from '../objects.ts';
import { booleanIn, listOf, settingAt } from '../settings.ts';
import { insecureIsDisabled } from './configuration.ts';
import { serviceName } from './upstreams.ts';

const kind = 'projectcontour.io/HTTPProxy';

/** The proxies that one includes, directly and through others, each once. */
function included(object: KubernetesObject, context: KindContext): readonly KubernetesObject[] {
  const found = new Set<KubernetesObject>();
  const visit = (from: KubernetesObject): void => {
    const references = items(from.root, 'spec', 'includes');
    if (references.length === 0) return;
    for (const other of context.known(kind)) {
      if (found.has(other) || !references.some((one) => means(from, one, other))) continue;
      found.add(other);
      visit(other);
    }
  };
  visit(object);
  return [...found];
}

function means(from: KubernetesObject, reference: YamlNode, object: KubernetesObject): boolean {
  const namespace = text(reference, 'namespace') ?? from.namespace;
  return (
    text(reference, 'name') === object.name &&
    (namespace === undefined || object.namespace === undefined || namespace === object.namespace)
  );
}

/** The rules that answer for a virtual host: its own, and those of what it includes. */
export const allRoutes = (object: KubernetesObject, context: KindContext): readonly YamlNode[] =>
  [object, ...included(object, context)].flatMap(({ root }) => items(root, 'spec', 'routes'));

/**
 * Where a rule of a virtual host with TLS answers plain HTTP as it is. Not where Contour's configuration forbids it, nor
 * for what authorities of certificates ask.
 */
export function insecurePlace(object: KubernetesObject, context: KindContext): Span | undefined {
  if (insecureIsDisabled(context)) return undefined;
  const nodes = allRoutes(object, context)
    .filter((route) => !isForAuthorities(route))
    .flatMap((route) => {
      const setting = settingAt(object, route, 'permitInsecure');
      return setting.state === 'written' && booleanIn(setting) === true ? [setting.node] : [];
    });
  const [first] = nodes;
  return first && spanOfNode(first);
}

const isForAuthorities = (route: YamlNode): boolean =>
  items(route, 'conditions').some((condition) =>
    (text(condition, 'prefix') ?? text(condition, 'exact') ?? '').startsWith('/.well-known/'),
  );

/** Where a rule sends requests on to https by itself. */
export function redirectOf(route: YamlNode): Span | undefined {
  const scheme = scalar(route, 'requestRedirectPolicy', 'scheme');
  return scheme?.value === 'https' ? spanOfNode(scheme) : undefined;
}

/** A `route` for each rule, at the listeners of its own virtual host or of those that include it. */
export function routeFacts(object: KubernetesObject, context: KindContext): readonly Fact<Route>[] {
  const roots = rootsOf(object, context);
  const listeners = roots.flatMap((root) => (root.name === undefined ? [] : [labelOf(root)]));
  const routes = items(object.root, 'spec', 'routes');
  if (listeners.length === 0) return [];
  const hosts = hostsOf(roots);
  return routes.map((route, index) => {
    const services = items(route, 'services').flatMap((service) => serviceName(object, service) ?? []);
    const methods = methodsOf(route);
    return buildFact<Route>(
      {
        technology: 'contour',
        subject: routes.length === 1 ? labelOf(object) : `route ${index + 1} of ${labelOf(object)}`,
        self: placeOf(route),
      },
      {
        kind: 'route',
        listeners: [...new Set(listeners)],
        ...(services.length > 0 && { services }),
        ...(methods && { methods }),
      },
      { hosts, redirectsToHttps: redirects(object, route) },
    );
  });
}

function placeOf(route: YamlNode): Span {
  const first = route.kind === 'mapping' ? route.entries[0]?.key : undefined;
  return spanOfNode(first ?? route);
}

/** The proxies with a virtual host that a proxy answers for. */
function rootsOf(object: KubernetesObject, context: KindContext): readonly KubernetesObject[] {
  if (get(object.root, 'spec', 'virtualhost')) return [object];
  return context
    .known(kind)
    .filter(
      (other) =>
        get(other.root, 'spec', 'virtualhost') !== undefined &&
        included(other, context).some(({ name, namespace }) => name === object.name && namespace === object.namespace),
    );
}

function hostsOf(roots: readonly KubernetesObject[]): Field<readonly string[]> | undefined {
  const names = roots.flatMap(({ root }) => scalar(root, 'spec', 'virtualhost', 'fqdn') ?? []);
  const [first] = names;
  return first && listOf(names, spanOfNode(first));
}

/** A rule for one method, by the header that stands for it in HTTP/2: `:method`. */
function methodsOf(route: YamlNode): readonly string[] | undefined {
  const methods = items(route, 'conditions')
    .filter((condition) => text(condition, 'header', 'name') === ':method')
    .map((condition) => text(condition, 'header', 'exact'));
  const known = methods.filter((method): method is string => method !== undefined);
  return known.length > 0 ? known.map((method) => method.toUpperCase()) : undefined;
}

function redirects(object: KubernetesObject, route: YamlNode): Field<boolean> {
  const place = redirectOf(route);
  if (place) return written(true, place);
  return object.fragment ? unknown : byDefault(false, 'a rule of an HTTPProxy answers what it has services for');
}
