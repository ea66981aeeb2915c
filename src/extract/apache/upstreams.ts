import type { Fact, Upstream } from '../../core/fact.ts';
import { buildFact, byDefault, composite, type Field, unknown, written } from '../../core/fact-builder.ts';
import { wildcard } from '../../formats/wildcard.ts';
import { spanOfWord, type Word } from '../../formats/word.ts';
import { reachOf } from '../../tls/reach.ts';
import { cipherStringField, type ProtocolsField } from '../dialects/openssl-fields.ts';
import { hasFlag } from './content.ts';
import type { ApacheDefaults } from './defaults.ts';
import type { Item, Setting } from './expand.ts';
import { protocolsOf } from './protocols.ts';
import { flag, inForce, type Level, mayHide, own, ownNames, text } from './settings.ts';

/** One fact for each place that passes requests on over TLS: of the main server and of each virtual host. */
export function upstreamsOf(top: Level, defaults: ApacheDefaults): readonly Fact<Upstream>[] {
  const hosts = own(top, 'virtualhost').map(({ inner }): Level => ({ items: inner ?? [], outer: top, open: false }));
  return [top, ...hosts].flatMap((server) =>
    targetsIn(server.items, undefined).flatMap((target) => upstream(target, server, hosts, defaults)),
  );
}

interface Target {
  /** `https://host:port/path`, or what of it is written out. */
  readonly url: Word;
  /** The group that it is a member of. */
  readonly group: string | undefined;
}

const schemes = /^(?:https|wss|h2):\/\//i;

/** What requests are passed on to, in a server or its sections. */
function targetsIn(items: readonly Item[], group: string | undefined): readonly Target[] {
  return items.flatMap((item): readonly Target[] => {
    if (item.kind === 'hole' || item.name === 'virtualhost') return [];
    if (item.inner) return targetsIn(item.inner, item.name === 'proxy' ? item.words[0]?.text : group);
    const url = targetOf(item);
    return url ? [{ url, group: item.name === 'balancermember' ? group : undefined }] : [];
  });
}

/**
 * The URL of `ProxyPass [path] URL`, `ProxyPassMatch`, `BalancerMember [balancer://name] URL`, `RewriteRule pattern URL [P]`
 * and `SetHandler "proxy:URL"` (mod_proxy, mod_rewrite), where it asks for TLS.
 */
function targetOf(setting: Setting): Word | undefined {
  const { name, words } = setting;
  const found = (words: readonly Word[]): Word | undefined => words.find(({ text }) => schemes.test(afterPipe(text)));
  switch (name) {
    case 'proxypass':
    case 'proxypassmatch':
    case 'balancermember':
      return found(words.slice(0, 2));
    case 'rewriterule':
      return hasFlag(setting, 'P', 'proxy') ? found(words.slice(1, 2)) : undefined;
    case 'sethandler':
      return words[0] && schemes.test(words[0].text.replace(/^proxy:/i, '')) ? words[0] : undefined;
    default:
      return undefined;
  }
}

/** `unix:/path|https://localhost/`: the part that names the protocol. */
const afterPipe = (url: string): string => url.slice(url.lastIndexOf('|') + 1);

/** Host and port; `undefined` when a variable, a back-reference or a template holds it. */
function addressOf({ text }: Word): string | undefined {
  if (/^unix:/i.test(text)) return /^[^|]*/.exec(text)?.[0];
  const address = /^\w+:\/\/([^/?]*)/.exec(text.replace(/^proxy:/i, ''))?.[1] ?? '';
  return address === '' || /[$%{}<>@]/.test(address) ? undefined : address;
}

function upstream(
  { url, group }: Target,
  server: Level,
  hosts: readonly Level[],
  defaults: ApacheDefaults,
): readonly Fact<Upstream>[] {
  const known = addressOf(url);
  const address = url.unknown && known !== undefined && /\{\{|<%|\$\{/.test(known) ? undefined : known;
  const { level, checks } = levelFor(server, hosts, group ?? url.text.replace(/^proxy:/i, ''), address !== undefined);
  const engine = flag(level, 'sslproxyengine');
  // Without it httpd answers 500 and connects to nobody.
  if (!engine || (engine.origin === 'written' && !engine.value)) return [];
  const self = spanOfWord(url);
  const protocols = protocolsOf(level, 'sslproxyprotocol', defaults);
  return [
    buildFact<Upstream>(
      { technology: 'apache', subject: `upstream ${address ?? url.text}`, self },
      { kind: 'upstream' },
      {
        target: address === undefined ? unknown : written(address, self),
        tls: written(true, self),
        exposure: address === undefined ? unknown : written(reachOf(address), self),
        verify: composite<NonNullable<Upstream['verify']>>({ chain: chainOf(level), hostname: hostnameOf(checks) }),
        ca: text(level, 'sslproxycacertificatefile') ?? text(level, 'sslproxycacertificatepath'),
        clientCertificate: text(level, 'sslproxymachinecertificatefile'),
        protocols,
        ciphers: ciphersOf(level, protocols, defaults),
      },
    ),
  ];
}

/**
 * `SSLProxyVerify`: `none` by default. `optional` checks as `require` does, as a server always shows a certificate
 * (observed on 2.4.71); `optional_no_ca` takes any.
 */
function chainOf(level: Level): Field<boolean> {
  const verify = text(level, 'sslproxyverify');
  if (!verify) return byDefault(false, 'Apache verifies no upstream certificate unless SSLProxyVerify says so');
  if (verify.origin !== 'written') return unknown;
  return written(/^(?:require|optional)$/i.test(verify.value), verify.span);
}

/**
 * The certificate's names are checked where `SSLProxyCheckPeerName` is on, which it is unless it or `SSLProxyCheckPeerCN`
 * is off; its common name where the latter is on (ssl_engine_io.c; observed on 2.4.71). Whatever becomes of the chain.
 */
function hostnameOf(level: Level): Field<boolean> {
  const name = flag(level, 'sslproxycheckpeername');
  const commonName = flag(level, 'sslproxycheckpeercn');
  if (!name) return commonName ?? byDefault(true, 'Apache checks the name of an upstream unless told not to');
  const named = 'value' in name && !name.value && commonName;
  return named && (!('value' in named) || named.value) ? named : name;
}

function ciphersOf(level: Level, protocols: ProtocolsField, defaults: ApacheDefaults): Field<readonly string[]> {
  const found = inForce(level, 'sslproxyciphersuite', ({ words }) => words.length === 1 || words[0]?.text === 'SSL');
  const string = found.state === 'written' ? found.setting.words.at(-1) : undefined;
  if (string) return cipherStringField(string, protocols, { appended: defaults.appendedCiphers });
  if (found.state !== 'absent' || !('value' in protocols)) return unknown;
  return byDefault(defaults.ciphers(protocols), 'DEFAULT, as Apache leaves the list to OpenSSL');
}

interface Governing {
  readonly level: Level;
  /** For what is looked at after the handshake: `SSLProxyCheckPeerName` and its like. */
  readonly checks: Level;
}

/**
 * The level whose settings are for a URL: the last `<Proxy>` section that is for it and holds a directive of mod_ssl, else
 * the server. Such a section inherits from the server that it stands in, and from no other section. One of the main server
 * is shared by the virtual hosts: which names to check, where it is still open, the last of them that says it decides,
 * whichever serves the request (ssl_engine_init.c, ssl_proxy_section_post_config; observed on 2.4.71). Where it cannot be seen whether a section is for
 * the URL, everything is unknown.
 */
function levelFor(server: Level, hosts: readonly Level[], url: string, known: boolean): Governing {
  let governing: Governing = { level: server, checks: server };
  for (const home of server.outer ? [server.outer, server] : [server]) {
    for (const section of home.items) {
      if (section.kind === 'hole' || !/^proxy(?:match)?$/.test(section.name)) continue;
      const inside: Level = { items: section.inner ?? [], outer: home, open: false };
      const sets = [...ownNames(inside)].some((name) => name.startsWith('ssl'));
      if (!sets && !mayHide(inside, 'sslproxyverify')) continue;
      const applies = isFor(section, url, known);
      if (applies)
        governing = { level: inside, checks: home.outer ? inside : { ...inside, outer: followedBy(home, hosts) } };
      if (applies === undefined) governing = { level: anything, checks: anything };
    }
  }
  return governing;
}

const anything: Level = { items: [{ kind: 'hole', sets: undefined }], outer: undefined, open: false };

/** The main server, and behind it the virtual hosts, the last one first. */
const followedBy = (main: Level, hosts: readonly Level[]): Level => ({
  ...main,
  outer: hosts.reduce<Level | undefined>((outer, { items }) => ({ items, outer, open: false }), undefined),
});

/** `undefined` where it cannot be told. */
function isFor({ name, words: [pattern, more] }: Setting, url: string, known: boolean): boolean | undefined {
  if (!pattern || pattern.unknown) return undefined;
  const text = more ? more.text : pattern.text;
  if (name === 'proxymatch' || pattern.text === '~') {
    // Without repetition a regular expression cannot take long.
    return known && /^\^?(?:[\w/:-]|\\?\.)+\$?$/.test(text) ? new RegExp(text).test(url) : undefined;
  }
  if (text === '*') return true;
  const scheme = /^\w+:\/\//.exec(text)?.[0];
  if (scheme !== undefined && !url.startsWith(scheme)) return false;
  if (!known) return undefined;
  return /[*?[]/.test(text) ? wildcard(text, url) : url.startsWith(text) || `${url}/`.startsWith(text);
}
