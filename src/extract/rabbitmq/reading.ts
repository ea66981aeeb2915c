import type { Fact, Listener, ProtocolVersion } from '../../core/fact.ts';
import { buildFact, byDefault, type Field, unknown, written } from '../../core/fact-builder.ts';
import type { Source } from '../../core/source.ts';
import type { Extraction, Unit, VersionEvidence, Versions } from '../../core/technology.ts';
import { spanOfWord, type Word } from '../../formats/word.ts';
import { parseYaml } from '../../formats/yaml.ts';
import { scalar, sourceOfScalar, text } from '../../formats/yaml-tree.ts';
import { readListenAddress } from '../dialects/listen-address.ts';
import { type ProtocolsField, suiteListField } from '../dialects/openssl-fields.ts';
import { certificateFileField, flagOf, protocolListField, usableSuites } from '../dialects/setting-fields.ts';
import { isSince } from '../versions.ts';
import { type Settings, settingsOf } from './settings.ts';
import { upstreamsOf } from './upstreams.ts';

/** What one configuration file says, or each configuration that a cluster in a manifest is given. */
export function readRabbitmq({ sources: [source] }: Unit, versions: Versions): Extraction {
  const version = versions('rabbitmq', source.path);
  const name = source.held?.name ?? source.path;
  if (!/\.ya?ml(?:\.\w+)*$/i.test(name)) return readConfiguration(source, version);
  const read = parseYaml(source)
    .documents.filter((document) => text(document, 'kind') === 'RabbitmqCluster')
    .flatMap((document) =>
      ['additionalConfig', 'advancedConfig'].flatMap((key) => scalar(document, 'spec', 'rabbitmq', key) ?? []),
    )
    .map((node) => readConfiguration(sourceOfScalar(node), version));
  return {
    facts: read.flatMap(({ facts }) => facts),
    diagnostics: read.flatMap(({ diagnostics }) => diagnostics),
  };
}

function readConfiguration(source: Source, version: VersionEvidence): Extraction {
  const settings = settingsOf(source);
  const facts = [
    ...sockets.flatMap((socket) => socketListeners(settings, socket, version)),
    ...interfaces.flatMap((one) => interfaceListener(settings, one, version)),
    ...upstreamsOf(settings),
  ];
  // A file of another program under a name that RabbitMQ uses has nothing to be said about.
  return { facts, diagnostics: facts.length > 0 ? settings.diagnostics : [] };
}

/** Listeners that share `ssl_options`. */
const sockets = [
  { subject: 'AMQP', listeners: 'listeners.ssl' },
  { subject: 'MQTT', listeners: 'mqtt.listeners.ssl' },
  { subject: 'STOMP', listeners: 'stomp.listeners.ssl' },
  { subject: 'streams', listeners: 'stream.listeners.ssl' },
] as const;

/** Interfaces over HTTP, each with options of its own. */
const interfaces = [
  {
    subject: 'the management interface',
    port: 'management.ssl.port',
    ip: 'management.ssl.ip',
    options: 'management.ssl',
  },
  {
    subject: 'the management interface',
    port: 'management.listener.port',
    ip: 'management.listener.ip',
    options: 'management.listener.ssl_opts',
    flag: 'management.listener.ssl',
  },
  { subject: 'metrics', port: 'prometheus.ssl.port', ip: 'prometheus.ssl.ip', options: 'prometheus.ssl' },
  { subject: 'MQTT over WebSockets', port: 'web_mqtt.ssl.port', ip: 'web_mqtt.ssl.ip', options: 'web_mqtt.ssl' },
  { subject: 'STOMP over WebSockets', port: 'web_stomp.ssl.port', ip: 'web_stomp.ssl.ip', options: 'web_stomp.ssl' },
] as const;

function socketListeners(
  settings: Settings,
  { subject, listeners }: (typeof sockets)[number],
  version: VersionEvidence,
): readonly Fact<Listener>[] {
  const off = settings.get(listeners);
  if (off && !off.unknown && off.text === 'none') return [];
  const addresses = settings.all(listeners);
  const [first] = addresses;
  if (first) {
    return [
      buildFact<Listener>(
        { technology: 'rabbitmq', subject, self: spanOfWord(first) },
        { kind: 'listener', application: 'other' },
        {
          ...whereOf(addresses, first),
          tls: written(true, spanOfWord(first)),
          ...optionFields(settings, 'ssl_options', version),
        },
      ),
    ];
  }
  // The listeners may be in another file; what is written for them is known.
  const settled = settings.get('ssl_options.certfile') ?? settings.all('ssl_options.versions')[0];
  if (
    listeners !== 'listeners.ssl' ||
    !settled ||
    sockets.some((socket) => settings.all(socket.listeners).length > 0)
  ) {
    return [];
  }
  return [
    buildFact<Listener>(
      { technology: 'rabbitmq', subject: 'the TLS listeners', self: spanOfWord(settled) },
      { kind: 'listener', application: 'other' },
      { tls: unknown, exposure: unknown, ...optionFields(settings, 'ssl_options', version) },
    ),
  ];
}

function whereOf(addresses: readonly Word[], first: Word) {
  if (addresses.some((address) => address.unknown)) return { ports: unknown, exposure: unknown };
  const read = addresses.flatMap(({ text }) => readListenAddress(text) ?? []);
  if (read.length < addresses.length) return { ports: unknown, exposure: unknown };
  const internal = read.every(({ exposure }) => exposure === 'internal');
  return {
    ports: written(
      read.flatMap(({ ports }) => ports),
      spanOfWord(first),
    ),
    exposure: written<'internal' | 'external'>(internal ? 'internal' : 'external', spanOfWord(first)),
  };
}

interface Interface {
  readonly subject: string;
  readonly port: string;
  readonly ip: string;
  readonly options: string;
  /** What says that it is TLS at all. */
  readonly flag?: string;
}

function interfaceListener(
  settings: Settings,
  { subject, port, ip, options, flag }: Interface,
  version: VersionEvidence,
): readonly Fact<Listener>[] {
  const number = settings.get(port);
  const said = flag === undefined ? number : settings.get(flag);
  if (!said || (flag !== undefined && flagOf(said) === false)) return [];
  const address = settings.get(ip);
  const read = address && !address.unknown ? readListenAddress(address.text) : undefined;
  return [
    buildFact<Listener>(
      { technology: 'rabbitmq', subject, self: spanOfWord(number ?? said) },
      { kind: 'listener', application: 'http' },
      {
        ports: number && (number.unknown ? unknown : written([Number(number.text)], spanOfWord(number))),
        exposure: !address
          ? byDefault('external', 'RabbitMQ listens on every address unless told otherwise')
          : read
            ? written(read.exposure, spanOfWord(address))
            : unknown,
        tls: said.unknown ? unknown : written(true, spanOfWord(said)),
        hsts: unknown,
        ...optionFields(settings, options, version),
      },
    ),
  ];
}

function optionFields(settings: Settings, options: string, version: VersionEvidence) {
  const protocols = protocolsOf(settings, options, version);
  const ciphers = settings.all(`${options}.ciphers`);
  const [first] = ciphers;
  return {
    protocols,
    ciphers: first && suiteListField(usableSuites(ciphers), spanOfWord(first), protocols),
    clientAuth: clientAuthOf(settings, options),
    certificates: certificateFileField(settings.get(`${options}.certfile`)),
  };
}

/**
 * `versions` of the listener, else of Erlang's `ssl` application, else what the Erlang release enables: TLS 1.2 and 1.3
 * since OTP 23, which RabbitMQ 3.9 and newer need ("Erlang Version Requirements").
 */
function protocolsOf(
  settings: Settings,
  options: string,
  { version, reason, guessed }: VersionEvidence,
): ProtocolsField {
  const own = settings.all(`${options}.versions`);
  const versions = own.length > 0 ? own : settings.all('ssl_app.versions');
  const [first] = versions;
  if (first) return protocolListField(versions, first);
  if (settings.open || settings.get(`${options}.versions`)?.unknown || !isSince({ version }, '3.9')) return unknown;
  const modern: readonly ProtocolVersion[] = ['TLSv1.2', 'TLSv1.3'];
  return byDefault(modern, `what Erlang enables for ${reason}`, guessed);
}

/** `verify_peer` asks for a certificate; without `fail_if_no_peer_cert` those that have none get in. */
function clientAuthOf(settings: Settings, options: string): Field<NonNullable<Listener['clientAuth']>> {
  const verify = settings.get(`${options}.verify`);
  const fail = settings.get(`${options}.fail_if_no_peer_cert`);
  const ca = settings.get(`${options}.cacertfile`);
  if (!verify && settings.open) return unknown;
  if (!verify) return byDefault({ mode: 'none' }, 'RabbitMQ asks for no client certificate unless verify_peer is set');
  if (verify.unknown || fail?.unknown) return unknown;
  if (verify.text !== 'verify_peer') return written({ mode: 'none' }, spanOfWord(verify));
  const required = flagOf(fail) === true;
  const named = ca && !ca.unknown ? { ca: ca.text } : {};
  return written({ mode: required ? 'required' : 'optional', ...named }, spanOfWord(required && fail ? fail : verify));
}
