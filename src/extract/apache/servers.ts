import { byDefault, type Field, unknown, written } from '../../core/fact-builder.ts';
import type { Span } from '../../core/source.ts';
import { spanOfWord, type Word } from '../../formats/word.ts';
import { readListenAddress } from '../dialects/listen-address.ts';
import type { Setting } from './expand.ts';
import { firmly, gathered, inForce, type Level, mayHide, own, ownNames } from './settings.ts';
import { literal } from './words.ts';

/** One address of a virtual host, or of the main server. */
export interface Address {
  /** Virtual hosts with the same key share a socket; `undefined` when the address cannot be known. */
  readonly key: string | undefined;
  /** Empty for every port. */
  readonly ports: readonly number[];
  readonly internal: boolean | undefined;
  readonly span: Span;
}

/** The main server or a virtual host. */
export interface Server {
  readonly level: Level;
  /** `undefined` for the main server. */
  readonly head: Setting | undefined;
  readonly hosts: readonly Word[];
  readonly addresses: readonly Address[];
  /** What `SSLEngine` and `Listen` make of its connections, before others on the address have their say. */
  readonly engine: Field<boolean>;
}

/** Addresses of a server that have the same first virtual host. */
export interface Socket {
  readonly addresses: readonly Address[];
  /** The first virtual host of the addresses, whose settings hold before the name that the client asks for is known. */
  readonly first: Server;
  readonly tls: Field<boolean>;
}

/** A server with what it shares settled. */
export interface SettledServer extends Server {
  readonly secure: readonly Socket[];
  readonly plain: readonly Address[];
  /** TLS or not: that cannot be seen. */
  readonly undecided: readonly Address[];
}

/**
 * The servers of a main file or a fragment. Of the virtual hosts on one address the first decides whether connections
 * are TLS (observed on 2.4.71: `SSLEngine on` of a later one has no effect).
 */
export function serversOf(top: Level): readonly SettledServer[] {
  const listens = listensOf(top);
  const hosts = withoutTakenPorts(own(top, 'virtualhost').map((head) => virtualHost(head, top, listens)));
  const main = mainServer(top, listens, hosts);
  const servers = main ? [main, ...hosts] : hosts;
  const firsts = new Map<string, Server>();
  for (const server of servers)
    for (const { key } of server.addresses) if (key !== undefined && !firsts.has(key)) firsts.set(key, server);
  return servers.map((server) => settled(server, firsts, top.open));
}

/** A virtual host of every port answers on those only that no other one is for. */
function withoutTakenPorts(hosts: readonly Server[]): readonly Server[] {
  const taken = new Set(hosts.flatMap(({ addresses }) => addresses.flatMap(({ key }) => key ?? [])));
  return hosts.map((server) => ({
    ...server,
    addresses: server.addresses.map((address) =>
      address.key?.endsWith(':*')
        ? {
            ...address,
            ports: address.ports.filter((port) => !taken.has(address.key?.replace(/\*$/, `${port}`) ?? '')),
          }
        : address,
    ),
  }));
}

function settled(server: Server, firsts: ReadonlyMap<string, Server>, isFragment: boolean): SettledServer {
  const sockets = new Map<Server, Address[]>();
  for (const address of server.addresses) {
    const { key } = address;
    const first = key === undefined || isFragment ? server : (firsts.get(key) ?? server);
    const same = sockets.get(first);
    if (same) same.push(address);
    else sockets.set(first, [address]);
  }
  const all = [...sockets].map(([first, addresses]): Socket => ({ first, addresses, tls: first.engine }));
  const where = (tls: boolean | undefined): readonly Socket[] =>
    all.filter(({ first: { engine } }) => ('value' in engine ? engine.value : undefined) === tls);
  const addressesOf = (some: readonly Socket[]): readonly Address[] => some.flatMap(({ addresses }) => addresses);
  return {
    ...server,
    secure: where(true),
    plain: addressesOf(where(false)),
    undecided: addressesOf(where(undefined)),
  };
}

interface Listen {
  /** `*` for every address. */
  readonly host: string;
  readonly port: number;
  /** The protocol is https, written or by the port's number. */
  readonly secure: boolean;
  readonly span: Span;
  readonly internal: boolean;
}

interface Listens {
  readonly all: readonly Listen[];
  /** Further ones may be in files that cannot be seen. */
  readonly open: boolean;
}

/** `Listen [address:]port [protocol]`: the protocol of port 443 is https, of others http (mpm_common, Listen). */
function listensOf(top: Level): Listens {
  const all = own(top, 'listen').flatMap(({ words: [address, protocol] }): readonly Listen[] => {
    const place = readListenAddress(literal(address) ?? '');
    const port = place?.ports[0];
    if (!address || !place || port === undefined) return [];
    const secure = protocol ? protocol.text.toLowerCase() === 'https' : port === 443;
    const span = spanOfWord(protocol ?? address);
    return [{ host: hostOf(place.host), port, secure, span, internal: place.exposure === 'internal' }];
  });
  return { all, open: mayHide(top, 'listen') || own(top, 'listen').some(({ words: [word] }) => word?.unknown) };
}

const hostOf = (host: string): string => (host === '' ? '*' : host.toLowerCase());

function virtualHost(head: Setting, top: Level, listens: Listens): Server {
  const level: Level = { items: head.inner ?? [], outer: top, open: false };
  const addresses = head.words.map((word) => addressOf(word, listens));
  return { level, head, hosts: hostsOf(level), addresses, engine: engineOf(level, addresses, listens) };
}

/** The main server answers what no virtual host is for. It is of interest where it speaks TLS: `SSLEngine` says so. */
function mainServer(top: Level, { all }: Listens, hosts: readonly Server[]): Server | undefined {
  const engine = writtenEngine(top);
  if (!engine) return undefined;
  const taken = new Set(hosts.flatMap(({ addresses }) => addresses.flatMap(({ key }) => key ?? [])));
  const covered = (host: string, port: number): boolean => taken.has(`${host}:${port}`) || taken.has(`${host}:*`);
  const addresses = all
    .filter(({ host, port }) => !covered('*', port) && !covered(host, port))
    .map(({ port, span, internal }) => ({ key: `main:${port}`, ports: [port], internal, span }));
  return addresses.length === 0 ? undefined : { level: top, head: undefined, hosts: hostsOf(top), addresses, engine };
}

/** `optional`, the upgrade of RFC 2817, begins in plain text, and is no longer supported. */
function writtenEngine(level: Level): Field<boolean> | undefined {
  const found = level.outer ? firmly(level, 'sslengine') : inForce(level, 'sslengine');
  if (found.state !== 'written') return undefined;
  const [word] = found.setting.words;
  const value = literal(word)?.toLowerCase();
  return word && value !== undefined && /^(?:on|off|optional)$/.test(value)
    ? written(value === 'on', spanOfWord(word))
    : unknown;
}

/** Directives of httpd's core. A virtual host with none of them shares the main server's protocol. */
const core =
  /^(?:server\w+|documentroot|directory\w*|location\w*|files\w*|errorlog\w*|loglevel|errordocument|protocols?)$/;

/**
 * `SSLEngine on`. Without it, a virtual host with a certificate speaks TLS all the same where its very address is listened
 * on for https (ssl_engine_init.c; listen.c; observed on 2.4.71).
 */
function engineOf(level: Level, addresses: readonly Address[], { all, open }: Listens): Field<boolean> {
  const engine = writtenEngine(level);
  if (engine) return engine;
  const ports = addresses.flatMap((address) => address.ports);
  const known = addresses.every(({ key }) => key !== undefined) && ports.length > 0;
  if (!known || mayHide({ ...level, open: false }, 'sslengine')) return unknown;
  const listen = addresses
    .flatMap(({ key }) => all.filter(({ host, port }) => key === `${host}:${port}`))
    .find(({ secure }) => secure);
  const inherited = inForce(level, 'sslengine').state;
  if (listen) {
    const certified = gathered(level, 'sslcertificatefile').settings.length > 0;
    const own = [...ownNames(level)].some((name) => core.test(name));
    return inherited === 'absent' && certified && own ? written(true, listen.span) : unknown;
  }
  // A main server that speaks TLS would leave no port for plain HTTP; nobody sets it for those.
  const usual = ports.every((port) => port === 80 || port === 8080);
  const heard = ports.every((port) => all.some((one) => one.port === port));
  if (!usual && (inherited === 'unknown' || (open && !heard))) return unknown;
  return byDefault(false, 'a virtual host speaks plain HTTP unless SSLEngine is on');
}

/** `*:443`, `_default_:443`, `192.0.2.1:443`, `[::1]:443`, `*`, `name:443`; `:*` is every port. */
function addressOf(word: Word, { all, open }: Listens): Address {
  const span = spanOfWord(word);
  const text = literal(word)
    ?.replace(/^_default_/i, '*')
    .replace(/:\*$/, '');
  const place = text === undefined ? undefined : readListenAddress(/^\d+$/.test(text) ? `*:${text}` : text);
  if (!place) return { key: undefined, ports: [], internal: undefined, span };
  const host = hostOf(place.host);
  const [port] = place.ports;
  const here = all.filter((listen) => port === undefined || listen.port === port);
  const onlyInternal = host === '*' && !open && here.length > 0 && here.every(({ internal }) => internal);
  return {
    key: `${host}:${port ?? '*'}`,
    ports: port === undefined ? (open ? [] : [...new Set(all.map((listen) => listen.port))]) : [port],
    internal: onlyInternal || place.exposure === 'internal',
    span,
  };
}

/** `ServerName [scheme://]name[:port]` and `ServerAlias name …`. */
function hostsOf(level: Level): readonly Word[] {
  const [name] = own(level, 'servername').at(-1)?.words ?? [];
  return [...(name ? [withoutSchemeAndPort(name)] : []), ...own(level, 'serveralias').flatMap(({ words }) => words)];
}

function withoutSchemeAndPort(name: Word): Word {
  const [, scheme = '', host = name.text] = /^(https?:\/\/)?([^:/]*)(?::\d+)?$/i.exec(name.text) ?? [];
  const exact = name.text.length === name.range.end - name.range.start;
  const start = name.range.start + scheme.length;
  return { ...name, text: host, range: exact ? { start, end: start + host.length } : name.range };
}
