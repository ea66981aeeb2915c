import type { Fact, Listener } from '../../core/fact.ts';
import { buildFact, byDefault, type Field, unknown, written } from '../../core/fact-builder.ts';
import type { Related } from '../../core/finding.ts';
import type { Source, Span } from '../../core/source.ts';
import { spanOfWord, type Word } from '../../formats/word.ts';
import type { ApacheDefaults } from './defaults.ts';
import { hstsOf } from './headers.ts';
import { listenerProtocols, setsProtocols } from './protocols.ts';
import { answerOf } from './redirects.ts';
import { type Address, type Server, type SettledServer, type Socket, serversOf } from './servers.ts';
import { gathered, inForce, type Level, own } from './settings.ts';
import { ciphersOf, settingsOf } from './tls-settings.ts';
import { literal } from './words.ts';

/** The listeners of a main file with what it includes, or of a fragment. */
export function listenersOf(top: Level, source: Source, defaults: ApacheDefaults): readonly Fact<Listener>[] {
  const servers = serversOf(top);
  const secure = servers.filter(speaksTls);
  return [
    ...secure.flatMap((server) => socketsOf(server).map((socket) => secureListener(server, socket, defaults))),
    ...servers.flatMap((server) => plainListener(server, secure)),
    ...settingsForOthers(top, source, secure, defaults),
  ];
}

/** Some of its addresses are TLS, or may be and it says how. */
const speaksTls = ({ secure, undecided, level, head }: SettledServer): boolean =>
  secure.length > 0 ||
  (undecided.length > 0 &&
    head !== undefined &&
    ['sslcertificatefile', 'sslprotocol'].some((name) => own(level, name).length > 0));

/** The sockets on which a server speaks TLS; else those on which it may. */
const socketsOf = (server: SettledServer): readonly Socket[] =>
  server.secure.length > 0 ? server.secure : [{ addresses: server.undecided, first: server, tls: unknown }];

function secureListener(
  server: SettledServer,
  { first, addresses, tls }: Socket,
  defaults: ApacheDefaults,
): Fact<Listener> {
  // A virtual host whose own engine is off has nothing to switch to.
  const switches = !('value' in server.engine) || server.engine.value;
  const level = switches ? server.level : first.level;
  const byName = first.head === server.head || (defaults.protocolsByName && setsProtocols(level));
  const protocols = isMute(first, defaults)
    ? listenerProtocols(first.level, [first.level], defaults)
    : listenerProtocols(byName ? level : first.level, [first.level, level], defaults);
  const settings = settingsOf(level, first.level, protocols, defaults);
  return buildFact<Listener>(
    {
      technology: 'apache',
      subject: subjectOf(server, addresses),
      self: headSpan(server),
      related: sharedSocket(server, first, byName),
    },
    { kind: 'listener', application: 'http' },
    {
      hosts: hostsField(server),
      ports: portsField(addresses),
      tls,
      exposure: exposureField(addresses),
      ...settings,
      // Which certificates will do, the two servers then decide together.
      clientAuth: switches ? settings.clientAuth : unknown,
      hsts: hstsOf(server.level, switches),
    },
  );
}

/** Whether a server's commands leave no version on, so that no client gets as far as naming another server. */
function isMute({ level }: Server, defaults: ApacheDefaults): boolean {
  const protocols = listenerProtocols(level, [level], defaults);
  return 'value' in protocols && protocols.value.length === 0;
}

function headSpan({ head, engine, addresses }: Server): Span {
  if (head) return head.self;
  return engine.origin === 'written' ? engine.span : (addresses[0]?.span ?? { file: '', start: 0, end: 0 });
}

function subjectOf({ head, hosts }: Server, addresses: readonly Address[]): string {
  const host = hosts.map(literal).find((name) => name !== undefined);
  if (!head) return 'main server';
  if (host !== undefined) return `virtual host ${host}`;
  const port = addresses.flatMap(({ ports }) => ports)[0];
  return port === undefined ? 'virtual host without a name' : `virtual host on port ${port}`;
}

function hostsField({ hosts }: Server): Field<readonly string[]> | undefined {
  const [first] = hosts;
  const named = hosts.filter((host) => !host.unknown);
  if (!first) return undefined;
  if (named.length === 0) return unknown;
  return written(
    named.map((host) => host.text),
    spanOfWord(first),
    Object.fromEntries(named.map((host, index) => [String(index), spanOfWord(host)])),
  );
}

function portsField(addresses: readonly Address[]): Field<readonly number[]> | undefined {
  const ports = [...new Set(addresses.flatMap((address) => address.ports))];
  const [first] = addresses;
  if (addresses.some(({ key }) => key === undefined)) return unknown;
  return first && ports.length > 0 ? written(ports, first.span) : undefined;
}

function exposureField(addresses: readonly Address[]): Field<'external' | 'internal'> {
  const [first] = addresses;
  if (!first || addresses.some(({ internal }) => internal === undefined)) return unknown;
  return written(addresses.every(({ internal }) => internal) ? 'internal' : 'external', first.span);
}

const sharedSocket = (server: Server, first: Server, byName: boolean): readonly Related[] =>
  first.head === server.head || !first.head
    ? []
    : (byName ? ['groups'] : ['protocols', 'groups']).map((about) => ({
        span: headSpan(first),
        phrase: 'the first virtual host of the address decides what is settled before the name is known',
        about,
      }));

/** Why it is plain: what it says itself, or what the first virtual host of the address does. */
const plainTls = ({ engine }: Server): Field<boolean> =>
  'value' in engine && !engine.value
    ? engine
    : byDefault(false, 'the first virtual host of the address speaks plain HTTP');

/** Where a browser ends up that was given a bare name, also in a container that may not open port 80. */
const portsForVisitors = [80, 8080];

/**
 * A virtual host that speaks plain HTTP. Whether it serves what belongs behind TLS is said only where the same files
 * serve the same name over TLS too, and for the usual port: elsewhere TLS may end in front of Apache.
 */
function plainListener(server: SettledServer, secure: readonly SettledServer[]): readonly Fact<Listener>[] {
  const { plain, level, head, hosts } = server;
  if (!head || plain.length === 0) return [];
  const answer = answerOf(level);
  const visited = plain.some(({ ports }) => ports.some((port) => portsForVisitors.includes(port)));
  const twin = secure.find((other) => other.head === head || shareHost(other.hosts, hosts));
  const serves = answer === 'serves' && twin && visited && !head.conditional && !twin.head?.conditional;
  const redirects = answer === 'redirects' ? true : serves ? false : undefined;
  return [
    buildFact<Listener>(
      {
        technology: 'apache',
        subject: subjectOf(server, plain),
        self: head.self,
        related:
          redirects === false && twin?.head && twin.head !== head
            ? [{ span: twin.head.self, phrase: 'served over TLS here' }]
            : [],
      },
      { kind: 'listener', application: 'http', ...(redirects !== undefined && { redirectsToHttps: redirects }) },
      { hosts: hostsField(server), ports: portsField(plain), tls: plainTls(server), exposure: exposureField(plain) },
    ),
  ];
}

const shareHost = (some: readonly Word[], others: readonly Word[]): boolean =>
  some.some((one) =>
    others.some((other) => !one.unknown && !other.unknown && (covers(one, other) || covers(other, one))),
  );

function covers({ text: pattern }: Word, { text: host }: Word): boolean {
  const name = host.toLowerCase();
  const wanted = pattern.toLowerCase();
  return wanted === name || (wanted.startsWith('*.') && name.endsWith(wanted.slice(1)));
}

/**
 * What the top of a file sets for virtual hosts that are elsewhere: a snippet that others include, the settings of a
 * distribution's `ssl.conf`; also where an include that is not there may set it again before a virtual host inherits it.
 * Only what is written is there.
 */
function settingsForOthers(
  top: Level,
  source: Source,
  secure: readonly SettledServer[],
  defaults: ApacheDefaults,
): readonly Fact<Listener>[] {
  const alone: Level = { items: top.items.filter(({ kind }) => kind === 'setting'), outer: undefined, open: false };
  const isForOthers = (...names: readonly string[]): boolean =>
    names.some((name) => own(alone, name).length > 0) &&
    secure.every(({ level }) => names.some((name) => inForce(level, name).state === 'unknown'));
  const protocols = isForOthers('sslprotocol') ? listenerProtocols(alone, [alone], defaults) : undefined;
  const ciphers = isForOthers('sslciphersuite') ? ciphersOf(alone, protocols ?? unknown, defaults) : undefined;
  const [head] = own(alone, protocols ? 'sslprotocol' : 'sslciphersuite');
  const mayServeOthers = top.open || gathered(top, 'virtualhost').open;
  if (!head || (!protocols && !ciphers) || !mayServeOthers) return [];
  const { self } = head;
  return [
    buildFact<Listener>(
      { technology: 'apache', subject: source.held?.name ?? self.file.slice(self.file.lastIndexOf('/') + 1), self },
      { kind: 'listener' },
      {
        tls: written(true, self),
        ...(protocols && { protocols: protocols.origin === 'written' ? protocols : unknown }),
        ...(ciphers && { ciphers: ciphers.origin === 'written' ? ciphers : unknown }),
      },
    ),
  ];
}
