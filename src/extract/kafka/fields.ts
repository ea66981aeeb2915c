import type { Listener, ProtocolVersion, Upstream } from '../../core/fact.ts';
import { byDefault, composite, type Field, unknown, written } from '../../core/fact-builder.ts';
import type { VersionEvidence } from '../../core/technology.ts';
import { spanOfWord, type Word } from '../../formats/word.ts';
import { protocolRange } from '../../tls/protocols.ts';
import { type ProtocolsField, suiteListField } from '../dialects/openssl-fields.ts';
import { certificateFileField, protocolListField, textField, usableSuites } from '../dialects/setting-fields.ts';
import { isSince } from '../versions.ts';
import { filled, firstOf, listOf, type Settings } from './settings.ts';

/** Finds a setting such as `ssl.enabled.protocols` for one listener or client: with its prefixes, nearest first. */
export type Lookup = (name: string) => Word | undefined;

export const lookupWith =
  (settings: Settings, ...prefixes: readonly string[]): Lookup =>
  (name) =>
    firstOf(settings, ...prefixes.map((prefix) => `${prefix}${name}`)) ?? settings.absent;

/**
 * `ssl.enabled.protocols`. Default: TLS 1.2 and 1.3 since 2.6, TLS 1.2 in 2.5, and TLS 1.0 to 1.2 before (observed
 * with kafka-clients 2.4.1, 2.5.1 and 2.6.3). `evidence` undefined: the program is another, and its default is not known.
 */
export function protocolsOf(look: Lookup, evidence: VersionEvidence | undefined): ProtocolsField {
  const word = filled(look('ssl.enabled.protocols'));
  if (word) return protocolListField(listOf(word), word);
  if (!evidence) return unknown;
  const { version, reason, guessed } = evidence;
  const newest: ProtocolVersion = isSince({ version }, '2.6') ? 'TLSv1.3' : 'TLSv1.2';
  const oldest: ProtocolVersion = isSince({ version }, '2.5') ? 'TLSv1.2' : 'TLSv1.0';
  return byDefault(protocolRange(oldest, newest), `the default of ${reason}`, guessed);
}

/** `ssl.cipher.suites`, by Java's names. Without it the Java release decides. */
export function ciphersOf(look: Lookup, protocols: ProtocolsField): Field<readonly string[]> | undefined {
  const word = filled(look('ssl.cipher.suites'));
  if (!word) return undefined;
  return word.unknown ? unknown : suiteListField(usableSuites(listOf(word)), spanOfWord(word), protocols);
}

type ClientAuth = NonNullable<Listener['clientAuth']>;
const modes: Readonly<Record<string, ClientAuth['mode']>> = {
  none: 'none',
  requested: 'optional',
  required: 'required',
  true: 'required',
  false: 'none',
};

/** `ssl.client.auth`; REST services also say `ssl.client.authentication`. */
export function clientAuthOf(look: Lookup): Field<ClientAuth> {
  const word = filled(look('ssl.client.authentication')) ?? filled(look('ssl.client.auth'));
  if (!word) return byDefault({ mode: 'none' }, 'Kafka asks for no client certificate unless ssl.client.auth is set');
  const mode = word.unknown ? undefined : modes[word.text.toLowerCase()];
  const ca = filled(look('ssl.truststore.location'));
  const named = mode !== 'none' && ca && !ca.unknown ? { ca: ca.text } : {};
  return mode ? written({ mode, ...named }, spanOfWord(word)) : unknown;
}

export function certificatesOf(look: Lookup): Field<NonNullable<Listener['certificates']>> | undefined {
  const inline = filled(look('ssl.keystore.certificate.chain'));
  if (inline && !inline.unknown) return written([{ from: 'inline' }], spanOfWord(inline));
  return certificateFileField(filled(look('ssl.keystore.location')));
}

/**
 * A Java client always verifies the chain. Names are checked unless `ssl.endpoint.identification.algorithm` is empty;
 * before 2.0 that was the default (observed with kafka-clients 1.1.1). An engine of one's own may do anything.
 */
export function verifyOf(
  look: Lookup,
  { version, reason, guessed }: VersionEvidence,
): Field<NonNullable<Upstream['verify']>> {
  if (filled(look('ssl.engine.factory.class'))) return unknown;
  const algorithm = look('ssl.endpoint.identification.algorithm');
  const hostname = !algorithm
    ? byDefault(isSince({ version }, '2.0'), `the default of ${reason}`, guessed)
    : algorithm.unknown
      ? unknown
      : written(algorithm.text !== '', spanOfWord(algorithm));
  return composite<NonNullable<Upstream['verify']>>({
    chain: byDefault(true, 'Kafka always verifies the chain'),
    hostname,
  });
}

/** What an upstream says beside its target. */
export function connectionFields(look: Lookup, evidence: VersionEvidence) {
  const protocols = protocolsOf(look, evidence);
  return {
    verify: verifyOf(look, evidence),
    protocols,
    ciphers: ciphersOf(look, protocols),
    ca: textField(filled(look('ssl.truststore.location'))),
    clientCertificate: textField(filled(look('ssl.keystore.location'))),
  };
}
