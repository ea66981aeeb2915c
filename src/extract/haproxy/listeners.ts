import type { Fact, Listener, ProtocolVersion } from '../../core/fact.ts';
import { buildFact, byDefault, composite, type Field, unknown, written } from '../../core/fact-builder.ts';
import { spanOfWord } from '../../formats/word.ts';
import type { HaproxyDefaults } from '../dialects/haproxy-defaults.ts';
import { chained, optionInForce } from '../dialects/haproxy-options.ts';
import { bindProtocols, entryProtocols, quicProtocols } from '../dialects/haproxy-protocols.ts';
import { readBindAddress } from './addresses.ts';
import type { Bind, BoundCertificate } from './binds.ts';
import { globalOptions, type ProxySection } from './configuration.ts';
import { hstsOf, mitigationsOf, type RouteFinder } from './http-rules.ts';
import {
  certificatesField,
  ciphersOf,
  clientAuthOf,
  groupsOf,
  suites13Of,
  switchOf,
  type TlsLine,
  unlessSwitched,
} from './tls-settings.ts';

/**
 * One fact for a bind line that speaks TLS, and one for each crt-list line that changes something for the clients that
 * ask for its names (ssl_sock_prepare_ctx() and ssl_sock_switchctx_cbk() in ssl_sock.c; observed on 2.6.12).
 */
export function secureListeners(bind: Bind, routes: RouteFinder, defaults: HaproxyDefaults): readonly Fact<Listener>[] {
  const changed = bind.certificates.filter(({ options }) => options?.options.some(changes));
  return [
    listener(bind, undefined, routes, defaults),
    ...changed.map((certificate) => listener(bind, certificate, routes, defaults)),
  ];
}

const changes = ({ keyword }: { readonly keyword: { readonly text: string } }): boolean =>
  /^(?:ssl-(?:min|max)-ver|ciphers|ciphersuites|verify|ca-file)$/.test(keyword.text);

function listener(
  bind: Bind,
  certificate: BoundCertificate | undefined,
  routes: RouteFinder,
  defaults: HaproxyDefaults,
): Fact<Listener> {
  const { proxy, address, certificates, hidden, line } = bind;
  const place = readBindAddress(address);
  const tls = tlsLine(bind, certificate, place.quic, defaults);
  const hosts = (certificate?.hosts ?? []).filter(({ text }) => text !== '*');
  const names = hosts.map(({ text }) => text);
  const [firstHost] = hosts;
  const self = certificate ? spanOfWord(certificate.certificate) : spanOfWord(line.keyword);
  return buildFact<Listener>(
    { technology: 'haproxy', subject: subjectOf(bind, names), self },
    {
      kind: 'listener',
      ...(proxy.mode !== undefined && { application: proxy.mode === 'http' ? 'http' : 'other' }),
    },
    {
      hosts: firstHost && written(names, spanOfWord(firstHost)),
      ports: place.ports,
      tls: bind.tls.state === 'set' ? written(true, spanOfWord(bind.tls.word)) : unknown,
      ...tlsFields(tls, hidden),
      // What brackets say about these has no effect: the bind line's hold for the connection (observed on 2.6.12).
      groups: groupsOf({ ...tls, options: bind.options }),
      earlyData: earlyDataOf({ ...tls, options: bind.options }, bind),
      certificates: certificate
        ? certificatesField([certificate.certificate], tls.global, tls.branch)
        : hidden
          ? unknown
          : certificatesField(
              certificates.map((one) => one.certificate),
              tls.global,
              tls.branch,
            ),
      hsts: proxy.mode === 'http' ? hstsOf(routes(proxy)) : undefined,
      exposure: place.exposure,
      ...(proxy.mode === undefined && { application: unknown }),
    },
  );
}

const subjectOf = ({ address, proxy }: Bind, names: readonly string[]): string =>
  [`bind ${address.text} in ${proxy.title}`, ...names.slice(0, 1)].join(' for ');

/**
 * The settings for clients that ask for one certificate's names; without one, for those that ask for none. The latter
 * get what the first crt-list line says, apart from versions, groups and early data.
 */
function tlsLine(
  bind: Bind,
  certificate: BoundCertificate | undefined,
  quic: boolean,
  defaults: HaproxyDefaults,
): TlsLine {
  const { global } = bind.proxy;
  const { branch } = bind.line;
  const settings = globalOptions(global, 'ssl-default-bind-options');
  const ofLine = bindProtocols({ own: bind.options, global: settings, branch, defaults });
  const added = (certificate ?? bind.certificates[0])?.options;
  return {
    options: added ? chained([bind.options, added]) : bind.options,
    global,
    globalOptions: settings,
    branch,
    defaults,
    protocols: quic
      ? quicProtocols
      : certificate?.options
        ? entryProtocols(ofLine, certificate.options, branch, defaults)
        : ofLine,
  };
}

/** What is a default may be changed by a crt-list that is not there. */
function tlsFields(tls: TlsLine, hidden: boolean) {
  const seen = <T>(field: Field<T>): Field<T> => (hidden && field.origin === 'default' ? unknown : field);
  const ciphers = seen(ciphersOf(tls));
  return {
    protocols: tls.protocols,
    ciphers,
    suites13: seen(suites13Of(tls)),
    preferServerCiphers: preferenceOf(tls, ciphers),
    clientAuth: seen(clientAuthOf(tls)),
    sessionTickets: unlessSwitched(tls, 'no-tls-tickets', 'HAProxy hands out session tickets by default'),
  };
}

/**
 * HAProxy prefers its own order unless `prefer-client-ciphers` is set; but a client that puts ChaCha20 first gets it
 * (SSL_OP_PRIORITIZE_CHACHA), so that with it among the suites neither is true.
 */
function preferenceOf(tls: TlsLine, ciphers: Field<readonly string[]>): Field<boolean> {
  const own = unlessSwitched(tls, 'prefer-client-ciphers', 'HAProxy prefers its own order by default');
  const exact = 'value' in ciphers && !ciphers.value.some((suite) => suite.includes('CHACHA20'));
  return own.origin === 'written' || exact ? own : unknown;
}

type EarlyData = NonNullable<Listener['earlyData']>;

/** `allow-0rtt`; without effect where TLS 1.3 is off. */
function earlyDataOf(tls: TlsLine, { proxy }: Bind): Field<EarlyData> {
  const word = switchOf({ ...tls, globalOptions: { options: [], open: false } }, 'allow-0rtt');
  if (word === 'doubtful') return unknown;
  if (!word) return byDefault({ enabled: false, mitigations: [] }, 'HAProxy accepts no early data unless told to');
  const versions: Field<readonly ProtocolVersion[]> = tls.protocols;
  const off = 'value' in versions && !versions.value.includes('TLSv1.3');
  return composite<EarlyData>({
    enabled: written(!off, spanOfWord(word)),
    mitigations: off
      ? byDefault([], 'there is no early data without TLS 1.3')
      : mitigationsOf(proxy, waitsByItself(tls, proxy.mode)),
  });
}

/** Early data is used at once only by newer releases, and only with ALPN, which is on by default in HTTP mode. */
function waitsByItself({ defaults, options, branch }: TlsLine, mode: ProxySection['mode']): boolean | undefined {
  if (!defaults.usesEarlyData) return true;
  const alpn = optionInForce(options, ['alpn', 'no-alpn'], branch);
  if (alpn.state === 'absent') return mode === undefined ? undefined : mode !== 'http';
  return alpn.state === 'set' ? alpn.setting.keyword.text === 'no-alpn' : undefined;
}

/** Whether a bind line names a certificate without `ssl`: HAProxy accepts that, and speaks plaintext. */
export const forgetsSsl = ({ tls, options, line }: Bind): boolean =>
  tls.state === 'absent' && optionInForce(options, ['crt', 'crt-list', 'default-crt'], line.branch).state === 'set';
