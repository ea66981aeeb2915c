import type { Fact, Listener, ProtocolVersion } from '../../core/fact.ts';
import { buildFact, byDefault, type Field, unknown, written } from '../../core/fact-builder.ts';
import { spanOfWord, type Word } from '../../formats/word.ts';
import { parseProtocol, protocolRange } from '../../tls/protocols.ts';
import { cipherSuite } from '../../tls/suites.ts';
import { groupListField, suiteListField } from '../dialects/openssl-fields.ts';
import type { CaddyDefaults } from './defaults.ts';
import { type CaddyListener, type ClientAuth, isFixed, type Policy } from './model.ts';

type Settled<T> = { readonly value: T; readonly policy: Policy };

/** The fact about one listener, whichever way it was written. */
export function listenerFact(listener: CaddyListener, defaults: CaddyDefaults): Fact<Listener> {
  const { tls, behaviour, twin } = listener;
  const head = {
    technology: 'caddy',
    subject: listener.subject,
    self: listener.self,
    related: twin ? [{ span: twin, phrase: 'served over TLS here' }] : [],
  };
  const common = { hosts: listener.hosts, ports: listener.ports, tls, exposure: listener.exposure };
  if (tls.origin === 'written' && !tls.value) {
    const redirects =
      behaviour.answer === 'redirects' ? true : behaviour.answer === 'serves' && twin ? false : undefined;
    return buildFact<Listener>(
      head,
      { kind: 'listener', application: 'http', ...(redirects !== undefined && { redirectsToHttps: redirects }) },
      { ...common, ...(redirects === undefined && { redirectsToHttps: unknown }) },
    );
  }
  const protocols = protocolsOf(listener, defaults);
  const clientAuth = clientAuthOf(listener);
  return buildFact<Listener>(
    head,
    { kind: 'listener', application: 'http' },
    {
      ...common,
      protocols,
      ciphers: ciphersOf(listener, protocols, defaults),
      suites13: suites13Of(protocols, defaults),
      groups: groupsOf(listener, defaults),
      clientAuth,
      certificates: listener.certificates,
      sessionTickets: ticketsOf(listener, clientAuth, defaults),
      earlyData: listener.withoutHttp3
        ? byDefault({ enabled: false, mitigations: [] }, 'Caddy takes early data over HTTP/3 only')
        : undefined,
      hsts: hstsOf(listener),
    },
  );
}

/** The first value that a policy sets; `unknown` where one that sets none may hide it. */
function firstSet<T>(
  { policies }: CaddyListener,
  read: (policy: Policy) => T | undefined,
): Settled<T> | 'unknown' | undefined {
  if (!policies) return 'unknown';
  for (const policy of policies) {
    const value = read(policy);
    if (value !== undefined) return { value, policy };
    if (policy.open) return 'unknown';
  }
  return undefined;
}

/** `protocols min max`: TLS 1.2 and 1.3 are all there is (Caddy 2, modules/caddytls/values.go). */
function protocolsOf(listener: CaddyListener, { protocols, reason }: CaddyDefaults): Field<readonly ProtocolVersion[]> {
  const minimum = firstSet(listener, (policy) => policy.minimum);
  const maximum = firstSet(listener, (policy) => policy.maximum);
  if (minimum === 'unknown' || maximum === 'unknown') return unknown;
  const word = minimum?.value ?? maximum?.value;
  const oldest = versionIn(minimum?.value, 'TLSv1.2');
  const newest = versionIn(maximum?.value, 'TLSv1.3');
  if (!oldest || !newest) return unknown;
  const versions = protocolRange(oldest, newest);
  const without12 = oldest === 'TLSv1.2' ? ruledOut12(listener) : undefined;
  if (without12) {
    const left = versions.filter((version) => version !== 'TLSv1.2');
    return written(left, spanOfWord(without12));
  }
  return word ? written(versions, spanOfWord(word)) : byDefault(protocols, reason);
}

/** Suites or groups that are for TLS 1.3 alone leave nothing that TLS 1.2 could agree on (observed on 2.11.7). */
function ruledOut12(listener: CaddyListener): Word | undefined {
  const ciphers = firstSet(listener, ({ ciphers: words }) => (words.length > 0 ? words : undefined));
  const curves = firstSet(listener, (policy) => (policy.curves.length > 0 ? policy.curves : undefined));
  const suites = ciphers && ciphers !== 'unknown' ? ciphers.value : [];
  const groups = curves && curves !== 'unknown' ? curves.value : [];
  if (suites.every(({ text }) => cipherSuite(text)?.protocol === 'TLSv1.3')) return suites[0] ?? hybridIn(groups);
  return hybridIn(groups);
}

/** The first of groups that are all hybrids with ML-KEM, which TLS 1.2 does not have (draft-ietf-tls-ecdhe-mlkem). */
const hybridIn = (groups: readonly Word[]): Word | undefined =>
  groups.every(({ text }) => /mlkem/i.test(text)) ? groups[0] : undefined;

/** `undefined` for a variable, and for a version with which Caddy refuses to start. */
function versionIn(word: Word | undefined, otherwise: ProtocolVersion): ProtocolVersion | undefined {
  if (!word) return otherwise;
  const version = isFixed(word) ? parseProtocol(word.text) : undefined;
  return version === 'TLSv1.2' || version === 'TLSv1.3' ? version : undefined;
}

function ciphersOf(
  listener: CaddyListener,
  protocols: Field<readonly ProtocolVersion[]>,
  { ciphers, accepts }: CaddyDefaults,
): Field<readonly string[]> {
  const set = firstSet(listener, ({ ciphers: words }) => (words.length > 0 ? words : undefined));
  const only13 = 'value' in protocols && !protocols.value.includes('TLSv1.2');
  if (set === 'unknown') return unknown;
  if (!set) return byDefault(only13 ? [] : ciphers, "Caddy's own list");
  const [first] = set.value;
  if (!first || set.value.some((word) => !isFixed(word) || !accepts(word.text))) return unknown;
  return suiteListField(set.value, spanOfWord(first), protocols);
}

function suites13Of(
  protocols: Field<readonly ProtocolVersion[]>,
  { suites13 }: CaddyDefaults,
): Field<readonly string[]> | undefined {
  if (!('value' in protocols)) return unknown;
  return byDefault(protocols.value.includes('TLSv1.3') ? suites13 : [], "Go's TLS library has no setting for them");
}

function groupsOf(listener: CaddyListener, { groups }: CaddyDefaults): Field<readonly string[]> {
  const set = firstSet(listener, ({ curves }) => (curves.length > 0 ? curves : undefined));
  if (set === 'unknown') return unknown;
  const [first] = set?.value ?? [];
  if (!set || !first) return groups;
  return set.value.every(isFixed) ? groupListField(set.value, spanOfWord(first)) : unknown;
}

type Mode = NonNullable<Listener['clientAuth']>['mode'];

/**
 * `require` asks for some certificate and checks none: whoever makes one for himself gets in, so that it counts as a
 * request (Caddy 2.11, modules/caddytls/connpolicy.go: tls.RequireAnyClientCert).
 */
const modes: Readonly<Record<string, Mode>> = {
  request: 'request',
  require: 'request',
  verify_if_given: 'optional',
  require_and_verify: 'required',
};

function clientAuthOf(listener: CaddyListener): Field<NonNullable<Listener['clientAuth']>> {
  const none = byDefault({ mode: 'none' as const }, 'Caddy asks for no client certificate unless told to');
  const set = firstSet(listener, ({ clientAuth }) => clientAuth);
  if (set === 'unknown') return unknown;
  if (!set) return none;
  const { head, mode, trust, ca, verifier, open } = set.value;
  if (open && !(mode && isFixed(mode))) return unknown;
  const value = modeOf(set.value);
  if (!value) return unknown;
  const span = spanOfWord(mode ?? trust ?? verifier ?? head);
  const authority = value === 'none' || !ca ? undefined : ca;
  if (authority && !isFixed(authority)) return written({ mode: value }, span, { mode: span });
  return written({ mode: value, ...(authority && { ca: authority.text }) }, span, {
    mode: span,
    ...(authority && { ca: spanOfWord(authority) }),
  });
}

function modeOf({ mode, trust, verifier }: ClientAuth): Mode | undefined {
  if (!mode) return trust ? 'required' : verifier ? undefined : 'none';
  if (!isFixed(mode)) return undefined;
  const value = modes[mode.text];
  // A module of its own decides which certificates will do.
  return verifier && value === 'request' ? undefined : value;
}

/** Go issues session tickets unless told not to; with client authentication Caddy tells it. */
function ticketsOf(
  { ticketsOff }: CaddyListener,
  clientAuth: Field<NonNullable<Listener['clientAuth']>>,
  { ticketsOffWithClientAuth }: CaddyDefaults,
): Field<boolean> {
  if (ticketsOff) return isFixed(ticketsOff) ? written(ticketsOff.text !== 'true', spanOfWord(ticketsOff)) : unknown;
  if (clientAuth.origin === 'unknown') return unknown;
  const asks = clientAuth.origin === 'written';
  return asks && ticketsOffWithClientAuth
    ? byDefault(false, 'Caddy issues no session tickets where it asks for client certificates')
    : byDefault(true, 'Caddy issues session tickets unless told not to');
}

function hstsOf({
  behaviour: { hsts, mayVaryHsts, answer },
}: CaddyListener): Field<NonNullable<Listener['hsts']>> | undefined {
  if (hsts) {
    if (!isFixed(hsts)) return unknown;
    const seconds = /max-age\s*=\s*"?(\d+)/i.exec(hsts.text)?.[1];
    const includeSubDomains = /includesubdomains/i.test(hsts.text);
    return written({ maxAgeSeconds: Number(seconds ?? 0), includeSubDomains }, spanOfWord(hsts));
  }
  if (mayVaryHsts) return unknown;
  // A site that only sends its visitors to another one is not where they stay.
  if (answer === 'redirects') return undefined;
  return byDefault({ maxAgeSeconds: 0 }, 'Caddy sends no Strict-Transport-Security unless told to');
}
