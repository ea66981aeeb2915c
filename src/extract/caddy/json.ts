import { byDefault, type Field, unknown, written } from '../../core/fact-builder.ts';
import type { Source } from '../../core/source.ts';
import type { Extraction } from '../../core/technology.ts';
import { spanOfWord, type Word } from '../../formats/word.ts';
import { parseYaml } from '../../formats/yaml.ts';
import { boolean, entries, get, lookUp, spanOfNode, type YamlNode, type YamlScalar } from '../../formats/yaml-tree.ts';
import { readListenAddress } from '../dialects/listen-address.ts';
import { isInternalName } from './address.ts';
import type { CaddyDefaults } from './defaults.ts';
import { issuancesOf } from './json-issuance.ts';
import { certificatesOf, type JsonPolicy, policiesOf } from './json-policies.ts';
import { behaviourOf, hostsOf, proxiesOf } from './json-routes.ts';
import { wordAt, wordOf, wordsAt } from './json-words.ts';
import { listenerFact } from './listener-fact.ts';
import { type CaddyListener, isFixed } from './model.ts';
import { exposureOfHosts } from './options.ts';
import { covers } from './policy-choice.ts';
import { upstreamFacts } from './upstream-fact.ts';

/** The JSON configuration: `apps.http` and `apps.tls` (Caddy 2.11, JSON Config Structure). */
export function readCaddyJson(source: Source, defaults: CaddyDefaults): Extraction {
  const { documents, diagnostics } = parseYaml(source);
  const [root] = documents;
  const apps = get(root, 'apps');
  if (!apps || !get(apps, 'http', 'servers')) return { facts: [], diagnostics: apps ? diagnostics : [] };
  const servers = entries(apps, 'http', 'servers').map(({ key, value }) => serverOf(key, value, apps));
  const listeners = servers.flatMap((server) => listenersOf(server, servers, apps));
  return {
    facts: [
      ...listeners.map((listener) => listenerFact(listener, defaults)),
      ...servers.flatMap(({ node }) => proxiesOf(node)).flatMap((proxy) => upstreamFacts(proxy, defaults)),
      ...issuancesOf(apps),
    ],
    diagnostics,
  };
}

interface Listen {
  readonly word: Word;
  /** `undefined`: not known, or a socket without ports. */
  readonly port: number | undefined;
  readonly internal: boolean;
  readonly known: boolean;
}

interface JsonServer {
  readonly name: YamlScalar;
  readonly node: YamlNode;
  readonly secure: readonly Listen[];
  readonly plain: readonly Listen[];
  readonly undecided: readonly Listen[];
  readonly hosts: readonly Word[];
  readonly httpPort: number;
}

function serverOf(name: YamlScalar, node: YamlNode, apps: YamlNode): JsonServer {
  const httpPort = Number(wordAt(apps, 'http', 'http_port')?.text ?? 80);
  const httpsPort = Number(wordAt(apps, 'http', 'https_port')?.text ?? 443);
  const listens = wordsAt(node, 'listen').flatMap(listensOf);
  const hosts = hostsOf(node);
  const tls = speaksTls(node, listens, hosts, httpPort, httpsPort);
  const onHttpPort = (listen: Listen): boolean => listen.known && listen.port === httpPort;
  const others = listens.filter((listen) => !onHttpPort(listen));
  return {
    name,
    node,
    hosts,
    httpPort,
    secure: tls === true ? others : [],
    undecided: tls === undefined ? others : [],
    plain: tls === false ? listens : listens.filter(onHttpPort),
  };
}

/** `:443`, `tcp/127.0.0.1:8000-8010`, `unix//run/site.sock`. A range is read as its ends. */
function listensOf(word: Word): readonly Listen[] {
  if (!isFixed(word)) return [{ word, port: undefined, internal: false, known: false }];
  const text = word.text.replace(/^(?:tcp|udp)[46]?\//, '').replace(/^unix(?:gram|packet)?(?:\+h2c)?\//, 'unix:');
  const address = readListenAddress(text);
  if (!address) return [{ word, port: undefined, internal: false, known: false }];
  const internal = address.exposure === 'internal';
  return address.ports.length > 0
    ? address.ports.map((port) => ({ word, port, internal, known: true }))
    : [{ word, port: undefined, internal, known: true }];
}

/**
 * Connection policies make a server speak TLS, except on the HTTP port; without any, automatic HTTPS does where a route
 * names a host, or where every address has the HTTPS port (modules/caddyhttp/autohttps.go and app.go).
 */
function speaksTls(
  node: YamlNode,
  listens: readonly Listen[],
  hosts: readonly Word[],
  httpPort: number,
  httpsPort: number,
): boolean | undefined {
  const policies = lookUp(node, 'tls_connection_policies');
  if (policies.state === 'unknown') return undefined;
  if (policies.state === 'present') return policies.node.kind === 'sequence' && policies.node.items.length > 0;
  const disabled = boolean(get(node, 'automatic_https', 'disable'));
  if (disabled === true || listens.every(({ port }) => port === httpPort)) return false;
  if (listens.some(({ known }) => !known) || lookUp(node, 'automatic_https', 'disable').state === 'unknown')
    return undefined;
  if (listens.every(({ port }) => port === httpsPort)) return true;
  const skipped = wordsAt(node, 'automatic_https', 'skip').map(({ text }) => text);
  if (hosts.some(({ text }) => !skipped.includes(text))) return true;
  return lookUp(node, 'routes').state === 'unknown' ? undefined : false;
}

function listenersOf(server: JsonServer, servers: readonly JsonServer[], apps: YamlNode): readonly CaddyListener[] {
  const { node, secure, plain, undecided, hosts } = server;
  const listeners: CaddyListener[] = [];
  const policies = policiesOf(node);
  if (secure.length > 0 && policies.length === 0) listeners.push(secureListener(server, undefined, hosts, apps));
  if (secure.length > 0) {
    for (const [index, policy] of policies.entries()) {
      const earlier = policies.slice(0, index).flatMap(({ names, conditional }) => (conditional ? [] : (names ?? [])));
      const own = (policy.names ?? hosts).filter(({ text }) => !earlier.some((name) => covers(name.text, text)));
      if (policy.names && own.length === 0) continue;
      listeners.push(secureListener(server, policy, own, apps));
    }
  }
  if (undecided.length > 0) listeners.push(listenerFor(server, undecided, unknown, hosts));
  if (plain.length > 0) {
    const base = listenerFor(server, plain, written(false, spanOfWord(plain[0]?.word ?? nameOf(server))), hosts);
    listeners.push({ ...base, twin: twinOf(server, servers) });
  }
  return listeners;
}

const nameOf = ({ name }: JsonServer): Word =>
  wordOf(name) ?? { text: '', source: name.source, range: name.range, unknown: true };

function listenerFor(
  server: JsonServer,
  listens: readonly Listen[],
  tls: Field<boolean>,
  hosts: readonly Word[],
): CaddyListener {
  const { name, node } = server;
  const [first] = listens;
  const span = first ? spanOfWord(first.word) : spanOfNode(name);
  const names = hosts.map(({ text }) => text.toLowerCase());
  const known = listens.every((listen) => listen.known);
  const ports = [...new Set(listens.flatMap(({ port }) => port ?? []))];
  const [host] = names;
  return {
    subject: host === undefined ? `server ${name.value}` : `site ${host}`,
    self: spanOfNode(name),
    hosts: hostsField(hosts),
    ports: !known ? unknown : ports.length > 0 ? written(ports, span) : undefined,
    tls,
    exposure: !known
      ? unknown
      : listens.every(({ internal }) => internal)
        ? written('internal', span)
        : exposureOfHosts(names, first?.word ?? nameOf(server)),
    policies: [],
    behaviour: behaviourOf(node, names),
    withoutHttp3: http3IsOff(node),
  };
}

function secureListener(
  server: JsonServer,
  policy: JsonPolicy | undefined,
  hosts: readonly Word[],
  apps: YamlNode,
): CaddyListener {
  const { secure, node } = server;
  const tlsApp = get(apps, 'tls');
  const head = policy?.policy.head ?? secure[0]?.word ?? nameOf(server);
  const base = listenerFor(server, secure, written(true, spanOfWord(head)), hosts);
  return {
    ...base,
    policies: policy ? [policy.policy] : [],
    certificates: (policy && certificatesOf(policy, tlsApp)) ?? automaticCertificates(node, hosts, tlsApp),
    ticketsOff: wordAt(tlsApp, 'session_tickets', 'disabled'),
  };
}

function automaticCertificates(node: YamlNode, hosts: readonly Word[], tlsApp: YamlNode | undefined) {
  if (boolean(get(node, 'automatic_https', 'disable')) || get(node, 'automatic_https', 'skip_certificates'))
    return undefined;
  const names = hosts.map(({ text }) => text);
  // Loaded certificates and policies of automation may be for these names.
  if (names.length === 0 || !hosts.every(isFixed) || tlsApp) return undefined;
  if (names.every(isInternalName))
    return byDefault([{ from: 'managed' as const }], 'automatic HTTPS without a public authority');
  return names.some(isInternalName) ? unknown : byDefault([{ from: 'acme' as const }], 'automatic HTTPS');
}

function hostsField(hosts: readonly Word[]): Field<readonly string[]> | undefined {
  const named = hosts.filter(({ text, unknown: isUnknown }) => isUnknown || text !== '');
  const [first] = named;
  if (!first) return undefined;
  if (!named.every(isFixed)) return unknown;
  return written(
    named.map(({ text }) => text.toLowerCase()),
    spanOfWord(first),
    Object.fromEntries(named.map((host, index) => [String(index), spanOfWord(host)])),
  );
}

const http3IsOff = (server: YamlNode): boolean => {
  const protocols = wordsAt(server, 'protocols');
  return protocols.length > 0 && protocols.every((word) => isFixed(word) && word.text !== 'h3');
};

const portsForVisitors = [80, 8080];

/** A server that serves one of the names over TLS. */
function twinOf(server: JsonServer, servers: readonly JsonServer[]) {
  const { plain, hosts, httpPort } = server;
  if (!plain.some(({ port }) => [httpPort, ...portsForVisitors].includes(port ?? -1))) return undefined;
  const names = hosts.map(({ text }) => text.toLowerCase());
  const twin = servers.find(
    (other) =>
      other.secure.length > 0 &&
      (other === server || other.hosts.some(({ text }) => names.includes(text.toLowerCase()))),
  );
  return twin && spanOfNode(twin.name);
}
