import type { ProtocolVersion } from '../../core/fact.ts';
import { byDefault, unknown, written } from '../../core/fact-builder.ts';
import { spanOfWord, splitWord, type Word } from '../../formats/word.ts';
import { compareProtocols, parseProtocol, protocolRange } from '../../tls/protocols.ts';
import type { ProtocolsField } from '../dialects/openssl-fields.ts';
import { isSince } from '../versions.ts';
import { isOn, otherwise, type Scope, setting } from './settings.ts';

/** Which side of Postfix: its server, or its client. */
export type Side = 'smtpd' | 'smtp';

/**
 * The versions where TLS is mandatory: level `encrypt` or higher, or wrapper mode. A server that requires client
 * certificates leaves its library at security level 1, which decides on the default's old versions: OpenSSL 3.0 refuses
 * TLS 1.0 and 1.1 there (observed on 3.7.11; tls_server.c).
 */
export function mandatoryProtocols(scope: Scope, side: Side): ProtocolsField {
  const value = setting(scope, `${side}_tls_mandatory_protocols`);
  if (!value && side === 'smtpd' && isOn(scope, 'smtpd_tls_req_ccert') !== false) return unknown;
  return value ? protocolList(value) : otherwise(scope, defaultProtocols(scope));
}

/**
 * The versions where TLS is opportunistic, if they are worth a word: an old version is better there than the plain text
 * that the peer would otherwise get (RFC 7435), so TLS 1.0 and 1.1 are kept on purpose. SSL 2 and 3 are not (RFC 7568).
 */
export function opportunisticProtocols(scope: Scope, side: Side): ProtocolsField | undefined {
  const value = setting(scope, `${side}_tls_protocols`);
  const versions = value && protocolList(value);
  if (!versions || !('value' in versions)) return versions;
  return versions.value.some((version) => compareProtocols(version, 'TLSv1.0') < 0) ? versions : undefined;
}

/**
 * A list of versions (`tls_proto_mask_lims` in tls_misc.c): `>=TLSv1.2` and `<=` since 3.6, exclusions (`!SSLv2`), or the
 * versions that are on. Separated by commas, blanks and colons; a `>=` that a blank parts from its version bounds
 * nothing, and the version stands alone (observed on 3.7.11). SSL 2, which no supported library has, is on only where
 * it is named.
 */
export function protocolList(list: Word): ProtocolsField {
  if (list.unknown) return unknown;
  const items = splitWord(list, /[\s,:]+/)
    .filter(({ text }) => !/^[<>]=$/.test(text))
    .map(itemOf);
  if (items.some(({ version }) => version === undefined)) return unknown;
  const ofKind = (kind: string) => items.filter((item) => item.kind === kind);
  const named = new Map(ofKind('').map(({ version, word }) => [version, word]));
  const excluded = new Set(ofKind('!').map(({ version }) => version));
  const floor = ofKind('>=').at(-1);
  const ceiling = ofKind('<=').at(-1);
  const versions = protocolRange('SSLv2', 'TLSv1.3').filter(
    (version) =>
      (named.size > 0 ? named.has(version) : version !== 'SSLv2') &&
      !excluded.has(version) &&
      (!floor?.version || compareProtocols(version, floor.version) >= 0) &&
      (!ceiling?.version || compareProtocols(version, ceiling.version) <= 0),
  );
  const parts = versions.flatMap((version, index) => {
    const word = named.get(version) ?? floor?.word;
    return word ? [[String(index), spanOfWord(word)] as const] : [];
  });
  return written(versions, spanOfWord(list), Object.fromEntries(parts));
}

interface Item {
  readonly kind: string;
  readonly version: ProtocolVersion | undefined;
  readonly word: Word;
}

function itemOf(word: Word): Item {
  const [, kind = '', name = ''] = /^(!|>=|<=|)(.*)$/.exec(word.text) ?? [];
  const minor = /^(?:0x)?030([0-4])$/i.exec(name)?.[1];
  const version = minor === undefined ? parseProtocol(name) : protocolRange('SSLv3', 'TLSv1.3')[Number(minor)];
  return { kind, version, word };
}

/**
 * `>=TLSv1` since 3.6, `!SSLv2, !SSLv3` before (postconf -d of 3.7.11; postconf(5)), SSL 3 too before 2.11. Observed on
 * 3.7.11 with OpenSSL 3.0: a submission service without a word on versions negotiates TLS 1.0 and 1.1, because Postfix
 * lowers the library's security level to 0 unless it requires client certificates.
 */
function defaultProtocols({ version: { version, reason, guessed } }: Scope): ProtocolsField {
  const oldest = isSince({ version }, '2.11') ? 'TLSv1.0' : 'SSLv3';
  return byDefault(protocolRange(oldest, 'TLSv1.3'), `the default of ${reason}`, guessed);
}
