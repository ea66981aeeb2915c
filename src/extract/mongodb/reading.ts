import type { Fact, Listener, ProtocolVersion, Upstream } from '../../core/fact.ts';
import { buildFact, byDefault, composite, type Field, unknown, written } from '../../core/fact-builder.ts';
import type { Extraction, Unit, VersionEvidence, Versions } from '../../core/technology.ts';
import { spanOfWord, splitWord } from '../../formats/word.ts';
import { protocolRange } from '../../tls/protocols.ts';
import { readListenAddress } from '../dialects/listen-address.ts';
import { cipherStringField, type ProtocolsField } from '../dialects/openssl-fields.ts';
import { certificateFileField, flagField, flagOf, textField } from '../dialects/setting-fields.ts';
import { isSince } from '../versions.ts';
import { type Settings, settingsOf } from './settings.ts';

/** What one configuration file says. */
export function readMongodb({ sources: [source] }: Unit, versions: Versions): Extraction {
  const settings = settingsOf(source);
  if (!settings) return { facts: [], diagnostics: [] };
  const { diagnostics } = settings;
  const mode = settings.get('net.tls.mode');
  if (!mode) return { facts: [], diagnostics };
  const server = { technology: 'mongodb', subject: 'the MongoDB server', self: settings.self };
  const base = { kind: 'listener', application: 'other' } as const;
  const where = { ports: portsOf(settings), exposure: exposureOf(settings) };
  if (!mode.unknown && mode.text === 'disabled') {
    const plain = buildFact<Listener>(server, base, { ...where, tls: written(false, spanOfWord(mode)) });
    return { facts: [plain], diagnostics };
  }
  const protocols = protocolsOf(settings, versions('mongodb', source.path));
  const ciphers = settings.get('net.tls.tlsCipherConfig') ?? settings.get('setParameter.opensslCipherConfig');
  const listener = buildFact<Listener>(server, base, {
    ...where,
    // allowTLS and preferTLS take both.
    tls: !mode.unknown && /^require(?:TLS|SSL)$/.test(mode.text) ? written(true, spanOfWord(mode)) : unknown,
    protocols,
    ciphers: ciphers && cipherStringField(ciphers, protocols),
    clientAuth: clientAuthOf(settings),
    certificates: certificateFileField(settings.get('net.tls.certificateKeyFile')),
  });
  return { facts: [listener, ...members(settings, protocols)], diagnostics };
}

/**
 * `disabledProtocols` takes versions away; `none` takes none, and a word that is no version stops the server. Without it
 * TLS 1.0 is off since 4.0. TLS 1.1 is then still on, but the OpenSSL of the systems that 8.0 runs on refuses it: there
 * it is left open.
 */
function protocolsOf(settings: Settings, { version, reason, guessed }: VersionEvidence): ProtocolsField {
  const disabled = settings.get('net.tls.disabledProtocols');
  if (!disabled) {
    if (isSince({ version }, '8.0')) return unknown;
    const oldest = isSince({ version }, '4.0') ? 'TLSv1.1' : 'TLSv1.0';
    return byDefault(protocolRange(oldest, 'TLSv1.3'), `the default of ${reason}`, guessed);
  }
  if (disabled.unknown) return unknown;
  const names = splitWord(disabled, /[\s,]+/).map(
    ({ text }) => disabledNames.get(text) ?? disabledNames.get(text.replace(/^no/, '')),
  );
  if (names.includes(undefined)) return unknown;
  return written(
    protocolRange('TLSv1.0', 'TLSv1.3').filter((known) => !names.includes(known)),
    spanOfWord(disabled),
  );
}

const disabledNames: ReadonlyMap<string, ProtocolVersion | 'none'> = new Map<string, ProtocolVersion | 'none'>([
  ['none', 'none'],
  ['TLS1_0', 'TLSv1.0'],
  ['TLS1_1', 'TLSv1.1'],
  ['TLS1_2', 'TLSv1.2'],
  ['TLS1_3', 'TLSv1.3'],
]);

/** With a CA clients must show a certificate, unless they may come without one or with any. */
function clientAuthOf(settings: Settings): Field<NonNullable<Listener['clientAuth']>> {
  const ca = settings.get('net.tls.CAFile');
  const without =
    settings.get('net.tls.allowConnectionsWithoutCertificates') ?? settings.get('net.tls.weakCertificateValidation');
  const invalid = settings.get('net.tls.allowInvalidCertificates');
  if (!ca) return byDefault({ mode: 'none' }, 'MongoDB asks for no client certificate without a CAFile');
  if (ca.unknown) return unknown;
  const named = { ca: ca.text };
  const lax = [invalid, without].find((word) => word && flagOf(word) !== false);
  if (!lax) return written({ mode: 'required', ...named }, spanOfWord(ca));
  if (flagOf(lax) === undefined) return unknown;
  return written({ mode: lax === invalid ? 'request' : 'optional', ...named }, spanOfWord(lax));
}

/** The other members, which verify each other's chain and names unless told not to. */
function members(settings: Settings, protocols: ProtocolsField): readonly Fact<Upstream>[] {
  const group = ['replication.replSetName', 'replication.replSet', 'sharding.clusterRole', 'sharding.configDB']
    .map(settings.get)
    .find((word) => word !== undefined);
  if (!group) return [];
  const invalid = settings.get('net.tls.allowInvalidCertificates');
  const hostnames = settings.get('net.tls.allowInvalidHostnames');
  const chain = negated(flagField(invalid, false, 'members verify each other unless told not to'));
  const hostname =
    invalid && flagOf(invalid) !== false
      ? chain
      : negated(flagField(hostnames, false, 'members check names unless told not to'));
  return [
    buildFact<Upstream>(
      { technology: 'mongodb', subject: 'the other MongoDB members', self: settings.self },
      { kind: 'upstream' },
      {
        tls: modeIsTls(settings),
        exposure: exposureOfMembers(settings),
        verify: composite<NonNullable<Upstream['verify']>>({ chain, hostname }),
        protocols,
        ca: textField(settings.get('net.tls.clusterCAFile') ?? settings.get('net.tls.CAFile')),
        clientCertificate: textField(settings.get('net.tls.clusterFile') ?? settings.get('net.tls.certificateKeyFile')),
      },
    ),
  ];
}

/** Members open TLS with preferTLS and requireTLS (MongoDB manual, `net.tls.mode`). */
function modeIsTls(settings: Settings): Field<boolean> {
  const mode = settings.get('net.tls.mode');
  if (!mode || mode.unknown) return unknown;
  if (/^(?:require|prefer)/.test(mode.text)) return written(true, spanOfWord(mode));
  return /^allow/.test(mode.text) ? written(false, spanOfWord(mode)) : unknown;
}

const negated = (field: Field<boolean>): Field<boolean> =>
  field.origin === 'written' || field.origin === 'default' ? { ...field, value: !field.value } : unknown;

function portsOf(settings: Settings): Field<readonly number[]> {
  const port = settings.get('net.port');
  if (!port) return byDefault([27017], 'MongoDB listens on port 27017 unless told otherwise');
  return port.unknown || !/^\d+$/.test(port.text) ? unknown : written([Number(port.text)], spanOfWord(port));
}

/** `bindIp` names addresses, separated by commas; without it only this machine is served since 3.6. */
function exposureOf(settings: Settings): Field<'internal' | 'external'> {
  const all = settings.get('net.bindIpAll');
  if (all && flagOf(all) !== false) return flagOf(all) ? written('external', spanOfWord(all)) : unknown;
  const addresses = settings.get('net.bindIp');
  if (!addresses) return byDefault('internal', 'MongoDB serves only this machine unless bindIp is set');
  if (addresses.unknown) return unknown;
  const read = splitWord(addresses, /[\s,]+/).map(({ text }) => readListenAddress(text));
  const internal = read.every((address) => address?.exposure === 'internal');
  return written(internal ? 'internal' : 'external', spanOfWord(addresses));
}

/** Members of one machine are nobody else's business; others talk to each other inside their network. */
function exposureOfMembers(settings: Settings): Field<'internal' | 'private'> {
  const exposure = exposureOf(settings);
  if (exposure.origin === 'written' && exposure.value === 'external') return { ...exposure, value: 'private' };
  return exposure.origin === 'written' ? { ...exposure, value: 'internal' } : unknown;
}
