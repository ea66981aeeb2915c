import type { Listener } from '../../../core/fact.ts';
import type { Span } from '../../../core/source.ts';
import { get, items, scalar, spanOfNode, text, type YamlNode } from '../../../formats/yaml-tree.ts';
import { hstsOf } from '../hsts.ts';
import type { KubernetesObject } from '../objects.ts';
import { qualified } from '../objects.ts';
import { listField, settingAt } from '../settings.ts';
import { referenceAt } from './references.ts';

export const rulesOf = ({ root }: KubernetesObject): readonly YamlNode[] => items(root, 'spec', 'rules');

/** `spec.hostnames`; empty where it is for every host of its listeners, `undefined` where it cannot be known. */
export function hostnamesOf(route: KubernetesObject): readonly string[] | undefined {
  const hosts = settingAt(route, route.root, 'spec', 'hostnames');
  if (hosts.state === 'absent') return [];
  const field = listField(hosts);
  return field?.origin === 'written' ? field.value : undefined;
}

/** What a route does with requests that reach it over plain HTTP. */
export type Verdict = 'redirects' | 'serves' | 'unknown';

/**
 * Whether every rule of a route does nothing but send requests on to https, or answers ACME challenges (v1
 * HTTPRouteRule: a rule with a redirect has no backends). A rule that neither redirects nor has a backend serves nothing.
 */
export function verdictOf(route: KubernetesObject): Verdict {
  const rules = settingAt(route, route.root, 'spec', 'rules');
  if (rules.state !== 'written' || rules.node.kind !== 'sequence') return 'unknown';
  const verdicts = rules.node.items.map(verdictOfRule);
  if (verdicts.includes('serves')) return 'serves';
  return rules.node.open || verdicts.length === 0 || verdicts.includes('unknown') ? 'unknown' : 'redirects';
}

function verdictOfRule(rule: YamlNode): Verdict {
  if (rule.kind !== 'mapping') return 'unknown';
  if (redirectIn(rule) || isChallenge(rule)) return 'redirects';
  return items(rule, 'backendRefs').length > 0 && !rule.open ? 'serves' : 'unknown';
}

/** The `https` of a rule's redirect. */
const redirectIn = (rule: YamlNode): YamlNode | undefined =>
  items(rule, 'filters')
    .filter((filter) => text(filter, 'type') === 'RequestRedirect')
    .map((filter) => scalar(filter, 'requestRedirect', 'scheme'))
    .find((scheme) => scheme?.value.toLowerCase() === 'https');

const isChallenge = (rule: YamlNode): boolean => {
  const paths = items(rule, 'matches').map((match) => text(match, 'path', 'value'));
  return paths.length > 0 && paths.every((path) => path?.startsWith('/.well-known/acme-challenge') === true);
};

/** Where a route's redirect to https stands. */
export const redirectOf = (route: KubernetesObject): YamlNode | undefined =>
  rulesOf(route)
    .map(redirectIn)
    .find((node) => node !== undefined);

/** The methods that every rule of an HTTPRoute is limited to; `undefined` where one takes any. gRPC is all POST. */
export function methodsOf(route: KubernetesObject): readonly string[] | undefined {
  if (route.kind === 'GRPCRoute') return ['POST'];
  const perRule = rulesOf(route).map((rule) => items(rule, 'matches').map((match) => text(match, 'method')));
  const all = perRule.flatMap((methods) => (methods.length === 0 ? [undefined] : methods));
  const known = all.filter((method): method is string => method !== undefined);
  return known.length > 0 && known.length === all.length
    ? [...new Set(known.map((one) => one.toUpperCase()))]
    : undefined;
}

/** The Services that a route's rules send requests to: `shop/web:8080`. */
export const servicesOf = (route: KubernetesObject): readonly string[] => [
  ...new Set(
    rulesOf(route).flatMap((rule) =>
      items(rule, 'backendRefs').flatMap((node) => {
        const { kind, group, name, namespace, port } = referenceAt(route, node, '', 'Service');
        if (kind !== 'Service' || group !== '' || name === undefined) return [];
        return [`${qualified(namespace, name)}${port === undefined ? '' : `:${port}`}`];
      }),
    ),
  ),
];

/** The Strict-Transport-Security header that every rule with a backend sends, the shortest of them. */
export function hstsOfRoute(
  route: KubernetesObject,
): { readonly value: NonNullable<Listener['hsts']>; readonly span: Span } | undefined {
  const serving = rulesOf(route).filter((rule) => items(rule, 'backendRefs').length > 0);
  const headers = serving.map(hstsOfRule);
  const known = headers.filter((header) => header !== undefined);
  const [shortest] = [...known].sort((a, b) => a.value.maxAgeSeconds - b.value.maxAgeSeconds);
  return known.length === headers.length ? shortest : undefined;
}

const hstsOfRule = (rule: YamlNode) =>
  items(rule, 'filters')
    .filter((filter) => text(filter, 'type') === 'ResponseHeaderModifier')
    .flatMap((filter) => {
      const modifier = get(filter, 'responseHeaderModifier');
      return [...items(modifier, 'set'), ...items(modifier, 'add')];
    })
    .filter((header) => text(header, 'name')?.toLowerCase() === 'strict-transport-security')
    .flatMap((header) => {
      const node = scalar(header, 'value');
      const value = node && hstsOf(node.value);
      return node && value ? [{ value, span: spanOfNode(node) }] : [];
    })
    .at(-1);
