import type { Word } from '../../formats/word.ts';
import {
  boolean,
  entries,
  get,
  items,
  keyOf,
  lookUp,
  text,
  type YamlEntry,
  type YamlNode,
} from '../../formats/yaml-tree.ts';
import { wordAt, wordOf, wordsAt } from './json-words.ts';
import { type Answer, type Behaviour, isFixed, type ReverseProxy } from './model.ts';
import { covers } from './policy-choice.ts';

/** A handler that requests for some hosts reach; `always`: every one of them does. */
interface Reached {
  readonly handler: YamlNode;
  readonly always: boolean;
}

const deepestRoute = 40;

/**
 * The handlers of the routes that are for `hosts`, in the order in which they run, up to the first that answers every
 * request.
 */
function handlersFor(routes: readonly YamlNode[], hosts: readonly string[]): readonly Reached[] {
  const reached = handlersIn(routes, hosts, true, 0);
  const end = reached.findIndex(({ handler, always }) => always && answers(handler));
  return end === -1 ? reached : reached.slice(0, end + 1);
}

function handlersIn(
  routes: readonly YamlNode[],
  hosts: readonly string[],
  always: boolean,
  depth: number,
): readonly Reached[] {
  if (depth > deepestRoute) return [];
  const reached: Reached[] = [];
  // Whether every request gets this far: one that some route has answered does not.
  let allLeft = always;
  for (const route of routes) {
    const fit = fits(route, hosts);
    if (fit === 'never') continue;
    const here = allLeft && fit === 'always';
    const before = reached.length;
    for (const handler of items(route, 'handle')) {
      const inner = text(handler, 'handler') === 'subroute' ? items(handler, 'routes') : undefined;
      reached.push(...(inner ? handlersIn(inner, hosts, here, depth + 1) : [{ handler, always: here }]));
    }
    const ends = boolean(get(route, 'terminal')) === true;
    if (fit === 'always' && ends) break;
    if (ends || reached.slice(before).some(({ handler }) => answers(handler))) allLeft = false;
  }
  return reached;
}

const answers = (handler: YamlNode): boolean =>
  /^(?:static_response|file_server|reverse_proxy|error)$/.test(text(handler, 'handler') ?? '');

function fits(route: YamlNode, hosts: readonly string[]): 'always' | 'sometimes' | 'never' {
  const match = lookUp(route, 'match');
  if (match.state === 'absent') return 'always';
  if (match.state === 'unknown' || match.node.kind !== 'sequence') return 'sometimes';
  const sets = match.node.items;
  if (sets.length === 0) return 'always';
  const verdicts = sets.map((set): 'always' | 'sometimes' | 'never' => {
    const names = wordsAt(set, 'host').map((word) => word.text.toLowerCase());
    const only = set.kind === 'mapping' && set.entries.every(isHostOrEveryPath);
    if (only && names.length === 0) return 'always';
    if (names.length > 0 && hosts.length > 0) {
      const held = hosts.filter((host) => names.some((name) => covers(name, host)));
      if (held.length === 0) return 'never';
      return only && held.length === hosts.length ? 'always' : 'sometimes';
    }
    return 'sometimes';
  });
  if (verdicts.includes('always')) return 'always';
  return verdicts.every((verdict) => verdict === 'never') ? 'never' : 'sometimes';
}

/** Matchers that leave it to the host: `host` itself, and what every request of a plaintext listener passes. */
const isHostOrEveryPath = ({ key, value }: YamlEntry): boolean =>
  key.value === 'host' ||
  (key.value === 'path' && items(value).some((path) => path.kind === 'scalar' && /^\/?\*$/.test(path.value))) ||
  (key.value === 'protocol' && value.kind === 'scalar' && value.value === 'http');

/** Handlers that send no header of their own making (Caddy 2.11, modules/caddyhttp). */
const plainHandlers =
  /^(?:headers|static_response|file_server|encode|rewrite|vars|authentication|error|map|request_body|templates|push|log_append|tracing|acme_server|metrics)$/;

export function behaviourOf(server: YamlNode, hosts: readonly string[]): Behaviour {
  const reached = handlersFor(items(server, 'routes'), hosts);
  const values = reached.flatMap(({ handler, always }) => (always ? hstsSetBy(handler) : []));
  const mentions = reached.reduce((sum, { handler }) => sum + hstsMentions(handler), 0);
  const hsts = values.at(-1);
  const unseen = lookUp(server, 'routes').state === 'unknown';
  return {
    hsts: hsts && mentions === values.length ? hsts : undefined,
    mayVaryHsts:
      unseen || mentions > 0 || reached.some(({ handler }) => !plainHandlers.test(text(handler, 'handler') ?? '')),
    answer: unseen ? undefined : answerOf(reached),
  };
}

const isHsts = (name: string): boolean => name.toLowerCase() === 'strict-transport-security';

function hstsSetBy(handler: YamlNode): readonly Word[] {
  if (text(handler, 'handler') !== 'headers' || get(handler, 'response', 'require')) return [];
  return entries(handler, 'response', 'set')
    .filter(({ key }) => isHsts(key.value))
    .flatMap(({ value }) => (value.kind === 'sequence' ? (wordOf(value.items[0]) ?? []) : []));
}

function hstsMentions(handler: YamlNode): number {
  const named = ['set', 'add', 'replace'].flatMap((operation) => entries(handler, 'response', operation));
  const deleted = wordsAt(handler, 'response', 'delete');
  return named.filter(({ key }) => isHsts(key.value)).length + deleted.filter((word) => isHsts(word.text)).length;
}

/** The first handler that answers every request decides; one that answers some leaves it open. */
function answerOf(reached: readonly Reached[]): Answer {
  for (const { handler, always } of reached) {
    const answer = answerOfHandler(handler);
    if (answer === 'none') continue;
    return always ? answer : undefined;
  }
  return undefined;
}

function answerOfHandler(handler: YamlNode): Answer | 'none' {
  const name = text(handler, 'handler') ?? '';
  if (/^(?:reverse_proxy|file_server)$/.test(name)) return 'serves';
  if (name === 'error') return 'redirects';
  if (name !== 'static_response') return plainHandlers.test(name) ? 'none' : undefined;
  const target = entries(handler, 'headers').find(({ key }) => key.value.toLowerCase() === 'location')?.value;
  const [location] = target?.kind === 'sequence' ? target.items : [];
  const code = text(handler, 'status_code') ?? '200';
  if (location?.kind === 'scalar' && /^3\d\d$/.test(code))
    return /^https:\/\//i.test(location.value) ? 'redirects' : 'serves';
  if (boolean(get(handler, 'abort')) === true || /^[45]\d\d$/.test(code)) return 'redirects';
  return /^\d+$/.test(code) ? 'serves' : undefined;
}

/** Names in the host matchers of a server's routes: what automatic HTTPS gets certificates for. */
export const hostsOf = (server: YamlNode): readonly Word[] =>
  items(server, 'routes').flatMap((route) => items(route, 'match').flatMap((set) => wordsAt(set, 'host')));

/** The proxies of a server that open TLS, wherever they stand in its routes. */
export function proxiesOf(server: YamlNode): readonly ReverseProxy[] {
  const seen = new Set<YamlNode>();
  const found: ReverseProxy[] = [];
  const waiting: YamlNode[] = [server];
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    if (node.kind === 'sequence') waiting.push(...[...node.items].reverse());
    if (node.kind !== 'mapping') continue;
    if (text(node, 'handler') === 'reverse_proxy') found.push(...proxyOf(node));
    waiting.push(...node.entries.map(({ value }) => value).reverse());
  }
  return found;
}

function proxyOf(node: YamlNode): readonly ReverseProxy[] {
  const settings = get(node, 'transport', 'tls');
  const transport = get(node, 'transport');
  const tls = wordOf(keyOf(transport, 'tls'));
  const head = wordAt(node, 'handler');
  if (!settings || !tls || !head) return [];
  const except = wordsAt(settings, 'except_ports').map((port) => port.text);
  const targets = items(node, 'upstreams').flatMap((upstream) => wordAt(upstream, 'dial') ?? []);
  const source = wordAt(node, 'dynamic_upstreams', 'source');
  const skips = wordAt(settings, 'insecure_skip_verify');
  return [
    {
      head,
      tls,
      targets: [
        ...targets
          .filter((target) => !except.includes(/:(\d+)$/.exec(target.text)?.[1] ?? ''))
          .map((target) => ({ ...target, unknown: !isFixed(target) })),
        ...(source ? [dynamicTarget(node, source)] : []),
      ],
      skipsVerification: skips && !skips.unknown && skips.text === 'true' ? skips : undefined,
      serverName: wordAt(settings, 'server_name'),
      ca: wordsAt(settings, 'ca', 'pem_files')[0] ?? wordsAt(settings, 'root_ca_pem_files')[0],
      clientCertificate: wordAt(settings, 'client_certificate_file') ?? wordAt(settings, 'client_certificate_automate'),
      open: skips?.unknown === true || (settings.kind === 'mapping' && settings.open),
    },
  ];
}

function dynamicTarget(node: YamlNode, source: Word): Word {
  const name = wordAt(node, 'dynamic_upstreams', 'name');
  return name && /^(?:a|srv)$/.test(source.text) && isFixed(name) ? name : { ...(name ?? source), unknown: true };
}
