import type { Fact, Route } from '../../../core/fact.ts';
import { buildFact, type Field, unknown, written } from '../../../core/fact-builder.ts';
import type { Span } from '../../../core/source.ts';
import {
  get,
  items,
  keyOf,
  scalar,
  spanOfNode,
  text,
  type YamlNode,
  type YamlScalar,
} from '../../../formats/yaml-tree.ts';
import type { KindExtractor } from '../kind.ts';
import { headOf, type KubernetesObject, labelOf, qualified } from '../objects.ts';
import { listField, listOf, settingAt } from '../settings.ts';
import { serviceOf } from './hosts.ts';

/**
 * A VirtualService: one `route` for each entry of `http`, `tls` and `tcp` that gateways serve. Entries for sidecars alone
 * (`mesh`, or no gateway) give none. Source: Istio 1.31, networking/v1alpha3/virtual_service.proto.
 */
export const virtualService: KindExtractor = (object) => ({
  facts: (['http', 'tls', 'tcp'] as const).flatMap((list) =>
    items(object.root, 'spec', list).flatMap((entry, index) => routeFacts(object, list, entry, index)),
  ),
  diagnostics: [],
});

function routeFacts(
  object: KubernetesObject,
  list: 'http' | 'tls' | 'tcp',
  entry: YamlNode,
  index: number,
): readonly Fact<Route>[] {
  const listeners = gatewaysOf(object, entry);
  if (listeners.length === 0) return [];
  const name = text(entry, 'name') ?? `${list}[${index}]`;
  const redirect = get(entry, 'redirect');
  const first = entry.kind === 'mapping' ? entry.entries[0]?.key : undefined;
  return [
    buildFact<Route>(
      { technology: 'istio', subject: `route ${name} of ${labelOf(object)}`, self: spanOfNode(first ?? entry) },
      { kind: 'route', listeners },
      {
        hosts: list === 'tls' ? sniHosts(object, entry) : listField(settingAt(object, object.root, 'spec', 'hosts')),
        methods: list === 'http' ? methodsOf(entry) : undefined,
        redirectsToHttps: redirect && redirectField(redirect),
        services: servicesOf(object, entry),
      },
    ),
  ];
}

/** The gateways of an entry's own conditions, or else those of the whole object, as names of listeners. */
function gatewaysOf(object: KubernetesObject, entry: YamlNode): readonly string[] {
  const own = items(entry, 'match').flatMap((match) => items(match, 'gateways'));
  const names = (own.length > 0 ? own : items(object.root, 'spec', 'gateways')).flatMap((item) =>
    item.kind === 'scalar' && item.value !== 'mesh' ? [`Gateway ${gatewayName(item.value, object.namespace)}`] : [],
  );
  return [...new Set(names)];
}

/** `shop/public`, `public` of the same namespace, or `public.shop.svc.cluster.local`, an older form. */
export function gatewayName(name: string, namespace: string | undefined): string {
  if (name.includes('/')) return name.startsWith('./') ? qualified(namespace, name.slice(2)) : name;
  const [short = name, ofName] = name.split('.');
  return qualified(ofName ?? namespace, short);
}

const sniHosts = (object: KubernetesObject, entry: YamlNode): Field<readonly string[]> | undefined => {
  const [match] = items(entry, 'match');
  const hosts = items(entry, 'match').flatMap((one) => items(one, 'sniHosts'));
  const known = hosts.filter((host): host is YamlScalar => host.kind === 'scalar');
  return match && known.length > 0
    ? listOf(known, spanOfNode(match))
    : listField(settingAt(object, object.root, 'spec', 'hosts'));
};

/** Each condition names its method exactly; otherwise the entry takes others as well. */
function methodsOf(entry: YamlNode): Field<readonly string[]> | undefined {
  const matches = items(entry, 'match');
  const named = matches.map((match) => scalar(match, 'method', 'exact'));
  const known = named.filter((method): method is YamlScalar => method !== undefined);
  const [first] = known;
  if (!first || known.length < matches.length)
    return matches.some((match) => get(match, 'method')) ? unknown : undefined;
  const parts = known.map((method, index): readonly [string, Span] => [String(index), spanOfNode(method)]);
  return written(
    known.map(({ value }) => value.toUpperCase()),
    spanOfNode(first),
    Object.fromEntries(parts),
  );
}

function redirectField(redirect: YamlNode): Field<boolean> {
  const scheme = scalar(redirect, 'scheme');
  return scheme ? written(scheme.value.toLowerCase() === 'https', spanOfNode(scheme)) : unknown;
}

function servicesOf(object: KubernetesObject, entry: YamlNode): Field<readonly string[]> | undefined {
  const destinations = items(entry, 'route').flatMap((route) => get(route, 'destination') ?? []);
  const services = destinations.flatMap((destination) => {
    const host = text(destination, 'host');
    const service = host === undefined ? undefined : serviceOf(host, object.namespace);
    const port = text(destination, 'port', 'number');
    return service === undefined ? [] : [port === undefined ? service : `${service}:${port}`];
  });
  const key = keyOf(entry, 'route');
  return services.length > 0 ? written(services, key ? spanOfNode(key) : headOf(object)) : undefined;
}
