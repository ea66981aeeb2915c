import type { Fact, Listener, Upstream } from '../../core/fact.ts';
import { buildFact, byDefault, type Field, unknown, written } from '../../core/fact-builder.ts';
import type { Extraction, Unit, VersionEvidence, Versions } from '../../core/technology.ts';
import { partOfWord, spanOfWord, type Word } from '../../formats/word.ts';
import { readListenAddress } from '../dialects/listen-address.ts';
import { reachField, textField } from '../dialects/setting-fields.ts';
import { certificatesOf, ciphersOf, clientAuthOf, connectionFields, lookupWith, protocolsOf } from './fields.ts';
import { filled, firstOf, isTls, listOf, type Settings, securityProtocol, settingsOf } from './settings.ts';

/** What one properties file says; nothing, and no diagnostics, for the files of other programs. */
export function readKafka({ sources: [source] }: Unit, versions: Versions): Extraction {
  const settings = settingsOf(source);
  const version = versions('kafka', source.path);
  const facts = [
    ...listenersOf(settings, version),
    ...interBroker(settings, version),
    ...settings.keys.flatMap((key) => client(settings, key, version)),
  ];
  return { facts, diagnostics: facts.length > 0 ? settings.diagnostics : [] };
}

/** `listeners=SSL://:9093,INTERNAL://host:9094`; each name stands for a security protocol. */
function listenersOf(settings: Settings, version: VersionEvidence): readonly Fact<Listener>[] {
  const listeners = filled(settings.get('listeners'));
  if (!listeners || listeners.unknown) return [];
  return listOf(listeners).flatMap((entry) => {
    const [, name, address] = /^([\w.-]+):\/\/(.*)$/.exec(entry.text) ?? [];
    return name === undefined || address === undefined ? [] : [listener(settings, { entry, name, address }, version)];
  });
}

interface Entry {
  readonly entry: Word;
  readonly name: string;
  readonly address: string;
}

function listener(settings: Settings, { entry, name, address }: Entry, version: VersionEvidence): Fact<Listener> {
  const protocol = securityProtocol(settings, name);
  const rest = /^https?$/i.test(name);
  const place = spanOfWord(partOfWord(entry, { start: 0, end: name.length }));
  const where = readListenAddress(address);
  const about = { technology: 'kafka', subject: `listener ${name}`, self: spanOfWord(entry) };
  const base = { kind: 'listener', application: rest ? 'http' : 'other' } as const;
  const common = {
    ports: where && where.ports.length > 0 ? written(where.ports, spanOfWord(entry)) : unknown,
    exposure: where ? written(where.exposure, spanOfWord(entry)) : unknown,
  };
  if (protocol === undefined) return buildFact<Listener>(about, base, { ...common, tls: unknown });
  if (!isTls(protocol)) {
    return buildFact<Listener>(about, base, {
      ...common,
      tls: written(false, place),
      ...(rest && { redirectsToHttps: unknown }),
    });
  }
  const own = rest ? ['listeners.https.', ''] : [`listener.name.${name.toLowerCase()}.`, ''];
  const look = lookupWith(settings, ...own);
  const protocols = protocolsOf(look, rest ? undefined : version);
  return buildFact<Listener>(about, base, {
    ...common,
    tls: written(true, place),
    protocols,
    ciphers: ciphersOf(look, protocols),
    clientAuth: clientAuthOf(look),
    certificates: certificatesOf(look),
    hsts: rest ? unknown : undefined,
  });
}

/** `security.inter.broker.protocol`, or the listener that `inter.broker.listener.name` names. */
function interBroker(settings: Settings, version: VersionEvidence): readonly Fact<Upstream>[] {
  const word = firstOf(settings, 'inter.broker.listener.name', 'security.inter.broker.protocol');
  if (!word || word.unknown) return [];
  const protocol = securityProtocol(settings, word.text);
  if (protocol === undefined || !isTls(protocol)) return [];
  return [
    buildFact<Upstream>(
      { technology: 'kafka', subject: 'the other brokers', self: spanOfWord(word) },
      { kind: 'upstream' },
      {
        tls: written(true, spanOfWord(word)),
        exposure: byDefault('private', 'brokers of a cluster talk to each other inside its network'),
        ...connectionFields(lookupWith(settings, `listener.name.${word.text.toLowerCase()}.`, ''), version),
      },
    ),
  ];
}

/** A client for each `security.protocol`, whatever stands in front of it. */
function client(settings: Settings, key: string, version: VersionEvidence): readonly Fact<Upstream>[] {
  const [, prefix] = /^((?:.*\.)?)security\.protocol$/.exec(key) ?? [];
  const protocol = prefix === undefined ? undefined : filled(settings.get(key));
  if (prefix === undefined || !protocol) return [];
  const targets = bootstrapServers(settings, prefix);
  const known = !protocol.unknown && /^(?:SASL_)?(?:PLAINTEXT|SSL)$/i.test(protocol.text);
  const about = {
    technology: 'kafka',
    subject: prefix === '' ? 'the Kafka brokers' : `the Kafka brokers of ${prefix.replace(/\.$/, '')}`,
    self: spanOfWord(protocol),
  };
  const fields = {
    target: textField(targets),
    exposure: targets ? reachField(listOf(targets)) : unknown,
    tls: tlsField(protocol, known),
  };
  if (known && !isTls(protocol.text)) return [buildFact<Upstream>(about, { kind: 'upstream' }, fields)];
  return [
    buildFact<Upstream>(
      about,
      { kind: 'upstream' },
      { ...fields, ...connectionFields(lookupWith(settings, prefix), version) },
    ),
  ];
}

const tlsField = (protocol: Word, known: boolean): Field<boolean> =>
  known ? written(isTls(protocol.text), spanOfWord(protocol)) : unknown;

const bootstrapServers = (settings: Settings, prefix: string): Word | undefined =>
  filled(
    firstOf(
      settings,
      `${prefix}bootstrap.servers`,
      `${prefix}bootstrap-servers`,
      `${prefix.replace(/properties\.$/, '')}bootstrap-servers`,
      'spring.kafka.bootstrap-servers',
      'bootstrap.servers',
    ),
  );
