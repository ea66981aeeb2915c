import type { Listener } from '../../core/fact.ts';
import { type Field, unknown, written } from '../../core/fact-builder.ts';
import type { Span } from '../../core/source.ts';
import { boolean, spanOfNode, type YamlMapping, type YamlNode } from '../../formats/yaml-tree.ts';
import { elementsAt, itemsAt, messageAt, nodeAt, scalarAt, settingAt, textAt, typeOf } from './messages.ts';

/** What becomes of requests over plain HTTP; `unknown` where it cannot be seen. */
export type Answer = { readonly kind: 'redirects'; readonly span: Span } | { readonly kind: 'serves' | 'unknown' };

/**
 * Whether every request is sent on to https: `require_tls` of a virtual host, or `redirect` of its routes. Routes are
 * tried in order. Refusals, ACME challenges and health checks are harmless.
 * Source: Envoy API v3, config.route.v3.VirtualHost, RedirectAction and RouteMatch.
 */
export function answerOf(manager: YamlNode | undefined): Answer {
  const hosts = elementsAt(manager, 'route_config', 'virtual_hosts');
  if (hosts.open || hosts.items.length === 0) return { kind: 'unknown' };
  const answers = hosts.items.map(answerOfHost);
  if (answers.some((answer) => answer?.kind === 'unknown')) return { kind: 'unknown' };
  if (answers.some((answer) => answer?.kind === 'serves'))
    return rewritten(manager) ? { kind: 'unknown' } : { kind: 'serves' };
  return answers.find((answer) => answer !== undefined) ?? { kind: 'unknown' };
}

/** Filters that answer by programs of their own. */
const rewritten = (manager: YamlNode | undefined): boolean =>
  itemsAt(manager, 'http_filters').some((filter) =>
    /lua|wasm|golang|ext_proc|oauth|dynamic_modules/i.test(
      textAt(filter, 'name') ?? typeOf(messageAt(filter, 'typed_config')) ?? '',
    ),
  );

/** `undefined`: nothing there that matters. */
function answerOfHost(host: YamlNode): Answer | undefined {
  const required = settingAt(host, 'require_tls');
  if (required.state === 'unknown') return { kind: 'unknown' };
  const requirement = scalarAt(host, 'require_tls');
  if (requirement && /^(ALL|EXTERNAL_ONLY|1|2)$/.test(requirement.value))
    return { kind: 'redirects', span: spanOfNode(requirement) };
  const { items, open } = elementsAt(host, 'routes');
  if (open || settingAt(host, 'matcher').state !== 'absent') return { kind: 'unknown' };
  const answers: Answer[] = [];
  for (const route of items) {
    const answer = answerOfRoute(route);
    if (answer) answers.push(answer);
    if (answer && answer.kind !== 'serves' && coversAll(route)) break;
  }
  return answers.find(({ kind }) => kind === 'unknown') ?? answers.find(({ kind }) => kind === 'serves') ?? answers[0];
}

function answerOfRoute(route: YamlNode): Answer | undefined {
  const redirect = settingAt(route, 'redirect');
  if (redirect.state === 'unknown') return { kind: 'unknown' };
  if (redirect.state === 'written') {
    const https = scalarAt(redirect.node, 'https_redirect');
    if (https && boolean(https) === true) return { kind: 'redirects', span: spanOfNode(https) };
    const scheme = scalarAt(redirect.node, 'scheme_redirect');
    if (scheme?.value.toLowerCase() === 'https') return { kind: 'redirects', span: spanOfNode(scheme) };
    // To another path or host, over whatever scheme was asked for.
    return { kind: isHarmless(route) ? 'unknown' : 'serves' };
  }
  if (settingAt(route, 'direct_response').state !== 'absent') return undefined;
  if (settingAt(route, 'route').state === 'written') return isHarmless(route) ? undefined : { kind: 'serves' };
  return { kind: 'unknown' };
}

const pathOf = (route: YamlNode): string | undefined =>
  ['prefix', 'path', 'path_separated_prefix']
    .map((field) => textAt(route, 'match', field))
    .find((path) => path !== undefined);

/** ACME challenges (RFC 8555, section 8.3), and what probes ask for. */
const isHarmless = (route: YamlNode): boolean =>
  /^\/\.well-known\/|^\/(?:health|healthz|healthcheck|ready|readyz|live|livez|ping|status)\b/i.test(
    pathOf(route) ?? '',
  );

/** A route for every request, without further conditions. */
function coversAll(route: YamlNode): boolean {
  const match = messageAt(route, 'match');
  return match !== undefined && !match.open && match.entries.length === 1 && pathOf(route) === '/';
}

/** The clusters that the routes lead to. */
export function routedClusters(manager: YamlNode | undefined): ReadonlySet<string> {
  const routes = itemsAt(manager, 'route_config', 'virtual_hosts').flatMap((host) => itemsAt(host, 'routes'));
  const names = routes.flatMap((route) => [
    textAt(route, 'route', 'cluster'),
    ...itemsAt(route, 'route', 'weighted_clusters', 'clusters').map((cluster) => textAt(cluster, 'name')),
  ]);
  return new Set(names.filter((name) => name !== undefined));
}

type Hsts = NonNullable<Listener['hsts']>;

/**
 * The Strict-Transport-Security header that `response_headers_to_add` or the header mutation filter sends; the shortest
 * of several. Unknown without one: what stands behind the proxy may send it.
 */
export function hstsOf(manager: YamlNode | undefined): Field<Hsts> {
  const configuration = messageAt(manager, 'route_config');
  const hosts = itemsAt(configuration, 'virtual_hosts');
  const levels = [
    ...(configuration ? [configuration] : []),
    ...hosts,
    ...hosts.flatMap((host) => itemsAt(host, 'routes')),
  ];
  const mutations = itemsAt(manager, 'http_filters').flatMap((filter) =>
    itemsAt(filter, 'typed_config', 'mutations', 'response_mutations').flatMap(
      (mutation) => nodeAt(mutation, 'append') ?? [],
    ),
  );
  const options = [...levels.flatMap((level) => itemsAt(level, 'response_headers_to_add')), ...mutations];
  const found = options.flatMap(hstsIn);
  return found.sort((a, b) => a.value.maxAgeSeconds - b.value.maxAgeSeconds)[0] ?? unknown;
}

function hstsIn(option: YamlNode): readonly Extract<Field<Hsts>, { origin: 'written' }>[] {
  if (textAt(option, 'header', 'key')?.toLowerCase() !== 'strict-transport-security') return [];
  const value = scalarAt(option, 'header', 'value');
  const seconds = value && /max-age\s*=\s*"?(\d{1,12})/i.exec(value.value)?.[1];
  if (!value || seconds === undefined) return [];
  const field = written<Hsts>(
    { maxAgeSeconds: Number(seconds), includeSubDomains: /includesubdomains/i.test(value.value) },
    spanOfNode(value),
  );
  return field.origin === 'written' ? [field] : [];
}

/** What the filters of a chain are. */
export interface Filters {
  /** The HTTP connection manager's configuration. */
  readonly manager: YamlMapping | undefined;
  readonly application: 'http' | 'other' | undefined;
  /** Bytes are passed on as they are: what they are is for both ends to know. */
  readonly passesOn: boolean;
}

/** The network filters of a chain. */
export function filtersOf(chain: YamlNode): Filters {
  const { items, open } = elementsAt(chain, 'filters');
  const managers = items.filter((filter) => isKind(filter, /http_connection_manager|\.HttpConnectionManager$/));
  const [first] = managers;
  if (first) {
    const manager = messageAt(first, 'typed_config') ?? messageAt(first, 'config');
    const unwrapped = /\.TypedStruct$/.test(typeOf(manager) ?? '') ? messageAt(manager, 'value') : manager;
    return { manager: unwrapped, application: 'http', passesOn: false };
  }
  const passesOn = items.some((filter) => isKind(filter, /tcp_proxy|sni_|\.TcpProxy$|reverse_tunnel/i));
  return { manager: undefined, application: open || items.length === 0 ? undefined : 'other', passesOn };
}

const isKind = (filter: YamlNode, kind: RegExp): boolean =>
  kind.test(textAt(filter, 'name') ?? '') || kind.test(typeOf(messageAt(filter, 'typed_config')) ?? '');
