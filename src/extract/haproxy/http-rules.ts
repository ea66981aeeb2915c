import type { EarlyDataMitigation, Listener } from '../../core/fact.ts';
import { byDefault, type Field, unknown, written } from '../../core/fact-builder.ts';
import { type HaproxyLine, holdsFor } from '../../formats/haproxy.ts';
import type { HaproxyWord } from '../../formats/haproxy-words.ts';
import { spanOfWord } from '../../formats/word.ts';
import { type Circumstances, conditionOf } from './conditions.ts';
import type { ProxySection } from './configuration.ts';

/** The sections that a request may end up in. */
export interface Route {
  readonly front: ProxySection;
  /** `undefined` where one of them cannot be known. */
  readonly backends: readonly ProxySection[] | undefined;
}

/** Says where the requests of a section go. */
export type RouteFinder = (front: ProxySection) => Route;

/** The backends that `default_backend` and `use_backend` name. A `listen` has its servers itself. */
export function routeFinder(proxies: readonly ProxySection[]): RouteFinder {
  const known = new Map<ProxySection, Route>();
  const byName = new Map(
    proxies.flatMap((proxy) =>
      /^(?:backend|listen)$/.test(proxy.section.kind) ? [[proxy.section.name?.text, proxy] as const] : [],
    ),
  );
  return (front) => {
    const before = known.get(front);
    if (before) return before;
    const route = routeOf(front, (name) => byName.get(name));
    known.set(front, route);
    return route;
  };
}

function routeOf(front: ProxySection, named: (name: string) => ProxySection | undefined): Route {
  const names = front.lines.flatMap(({ keyword, arguments: words }) => {
    if (keyword.text === 'default_backend') return words[0] ?? [];
    if (keyword.text !== 'use_backend') return [];
    // Where ACME challenges go tells nothing about the other requests.
    const answersChallenges = conditionOf(words, front.lines)({ secure: false }) === false;
    return answersChallenges ? [] : (words[0] ?? []);
  });
  const backends = names.map(({ text, unknown: hidden }) =>
    hidden || text.startsWith('%[') ? undefined : named(text),
  );
  const own = front.section.kind === 'listen' && hasServers(front) ? [front] : [];
  const known = backends.filter((backend) => backend !== undefined);
  return { front, backends: front.open || known.length < backends.length ? undefined : [...own, ...new Set(known)] };
}

const hasServers = ({ lines }: ProxySection): boolean =>
  lines.some(({ keyword }) => /^server(?:-template)?$/.test(keyword.text));

/** What becomes of a request over plain HTTP; `undefined` where it cannot be seen. */
export type Answer = 'redirects' | 'serves' | undefined;

/** Whether every request over plain HTTP is sent on to https, be it by the frontend or by all of its backends. */
export function answerOf({ front, backends }: Route): Answer {
  const direct = answerIn(front);
  if (direct !== 'none') return direct;
  if (!backends || front.open) return undefined;
  const answers = backends.map((backend) => (backend === front ? 'serves' : answerIn(backend)));
  if (answers.length === 0 || answers.includes(undefined)) return undefined;
  if (answers.every((answer) => answer === 'redirects')) return 'redirects';
  return answers.includes('redirects') ? undefined : 'serves';
}

/** What the rules of one section come to: `http-request` rules in their order, then `redirect` ones. */
function answerIn(proxy: ProxySection): Answer | 'none' {
  const rules = ['http-request', 'redirect'].flatMap((name) =>
    proxy.lines.filter(({ keyword }) => keyword.text === name),
  );
  let partly = false;
  for (const line of rules) {
    const redirects = goesToHttps(line);
    const action = line.keyword.text === 'http-request' ? (line.arguments[0]?.text ?? '') : '';
    const answers = /^(?:return|use-service)$/.test(action);
    if (!redirects && !answers && !/^(?:deny|reject|tarpit)$/.test(action)) continue;
    const held = applies(line, proxy, { secure: false });
    if (held === true) return partly ? undefined : redirects ? 'redirects' : action === 'return' ? 'serves' : undefined;
    // Refusing some requests serves nothing.
    if (held === undefined && (redirects || answers)) partly = true;
  }
  return partly || proxy.open ? undefined : 'none';
}

/** `redirect scheme https`, `http-request redirect location https://…` (configuration manual, 4.2, redirect). */
function goesToHttps({ keyword, arguments: words }: HaproxyLine): boolean {
  const rule = keyword.text === 'redirect' ? words : keyword.text === 'http-request' ? words.slice(1) : [];
  if (keyword.text === 'http-request' && words[0]?.text !== 'redirect') return false;
  const [kind, target] = rule;
  if (kind?.text === 'scheme') return target?.unknown === true || target?.text.toLowerCase() === 'https';
  return /^(?:location|prefix)$/.test(kind?.text ?? '') && /^https:\/\//i.test(target?.text ?? '');
}

/** Whether a rule applies; its branch has to be one that is taken for sure. */
function applies(line: HaproxyLine, proxy: ProxySection, circumstances: Circumstances): boolean | undefined {
  if (holdsFor(line.branch, proxy.section.head.branch) !== 'certain') return undefined;
  return conditionOf(line.arguments, proxy.lines)(circumstances);
}

type Hsts = NonNullable<Listener['hsts']>;

/**
 * The header that the frontend, or each of its backends, sets for every response over TLS. Without one it is not known
 * that none is sent: the servers behind may send it.
 */
export function hstsOf({ front, backends }: Route): Field<Hsts> {
  const own = hstsIn(front);
  if (own !== 'none') return own;
  const behind = (backends ?? []).map(hstsIn);
  const [first] = behind;
  return first && first !== 'none' && behind.every((field) => sameHeader(field, first)) ? first : unknown;
}

const sameHeader = (field: Field<Hsts> | 'none', other: Field<Hsts>): boolean =>
  field !== 'none' &&
  field.origin === 'written' &&
  other.origin === 'written' &&
  field.value.maxAgeSeconds === other.value.maxAgeSeconds;

function hstsIn(proxy: ProxySection): Field<Hsts> | 'none' {
  const headers = proxy.lines.flatMap((line) => {
    const value = headerValue(line);
    return value ? [{ line, value }] : [];
  });
  const last = headers.at(-1);
  if (!last) return 'none';
  const known = !last.value.unknown && !last.value.text.includes('%[');
  if (!known || applies(last.line, proxy, { secure: true }) !== true) return unknown;
  const seconds = /max-age\s*=\s*"?(\d+)/i.exec(last.value.text)?.[1];
  return written(
    { maxAgeSeconds: Number(seconds ?? 0), includeSubDomains: /includesubdomains/i.test(last.value.text) },
    spanOfWord(last.value),
  );
}

/** `http-response set-header Name value`; `rspadd Name:\ value` before 2.1. */
function headerValue({ keyword, arguments: words }: HaproxyLine): HaproxyWord | undefined {
  const [action, name, value] = words;
  if (keyword.text === 'rspadd') return /^strict-transport-security:/i.test(action?.text ?? '') ? action : undefined;
  if (!/^http-(?:after-)?response$/.test(keyword.text) || !/^(?:set|add)-header$/.test(action?.text ?? ''))
    return undefined;
  return name?.text.toLowerCase() === 'strict-transport-security' ? value : undefined;
}

/**
 * What stops replayed early data. Where HAProxy waits for the handshake by itself, that does (`waits`). In HTTP mode it
 * says `Early-Data: 1` to the server by itself (http_process_req_common() in http_ana.c), which nobody decided and few
 * servers heed, so that alone it counts for nothing; rules may wait for the handshake or answer 425. In TCP mode there is nothing of the kind. Source: configuration manual, allow-0rtt and
 * wait-for-handshake; RFC 8470, section 5.
 */
export function mitigationsOf(proxy: ProxySection, waits: boolean | undefined): Field<readonly EarlyDataMitigation[]> {
  const byItself: readonly EarlyDataMitigation[] = [
    ...(waits ? (['waits-for-handshake'] as const) : []),
    ...(proxy.mode === 'http' ? (['header-forwarded'] as const) : []),
  ];
  const found = proxy.lines.flatMap((line) => {
    const mitigation = mitigationIn(line, proxy);
    return mitigation ? [{ mitigation, span: spanOfWord(line.keyword) }] : [];
  });
  const [first] = found;
  if (first) return written([...new Set([...found.map(({ mitigation }) => mitigation), ...byItself])], first.span);
  if (waits) return byDefault(byItself, 'HAProxy passes nothing on before the handshake is complete');
  if (waits === false && proxy.mode === 'http' && !proxy.open)
    return byDefault(
      [],
      'HAProxy marks such requests with Early-Data: 1, which stops nothing unless the server heeds it',
    );
  const mentioned = proxy.lines.some(({ arguments: words }) => words.some(({ text }) => text.includes('early')));
  if (waits === undefined || proxy.mode !== 'tcp' || proxy.open || mentioned) return unknown;
  return byDefault([], 'nothing is written about replays');
}

function mitigationIn(line: HaproxyLine, proxy: ProxySection): EarlyDataMitigation | undefined {
  const { keyword, arguments: words } = line;
  const [action] = words;
  if (keyword.text !== 'http-request' || !action) return undefined;
  const unsafe = applies(line, proxy, { secure: true, early: true, safeMethod: false });
  if (unsafe !== true) return undefined;
  if (action.text === 'wait-for-handshake') {
    const everything = applies(line, proxy, { secure: true, early: true, safeMethod: true });
    return everything === true ? 'waits-for-handshake' : 'safe-methods-only';
  }
  const refuses = /^(?:deny|return)$/.test(action.text) && words.some(({ text }) => text === '425');
  return refuses ? 'rejected-425' : undefined;
}
