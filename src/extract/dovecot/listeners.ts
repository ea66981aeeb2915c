import type { CertificateReference, Fact, Listener, ProtocolVersion } from '../../core/fact.ts';
import { buildFact, byDefault, type Field, unknown, written } from '../../core/fact-builder.ts';
import { type Span, spanOf } from '../../core/source.ts';
import type { DovecotStatement } from '../../formats/dovecot.ts';
import { spanOfWord, splitWord, type Word } from '../../formats/word.ts';
import { parseProtocol, protocolRange } from '../../tls/protocols.ts';
import {
  cipherStringField,
  groupListField,
  listItems,
  type ProtocolsField,
  protocolSetField,
  suitesOfString,
} from '../dialects/openssl-fields.ts';
import { isSince } from '../versions.ts';
import { ownSettings, type Scope, setting, spanOfKey, switchOf, wordOf } from './settings.ts';

/** Settings that a server has; any of them makes a scope worth a fact of its own. */
const ofServer =
  /^(?:ssl|ssl_min_protocol|ssl_protocols|ssl_cipher_list|ssl_cipher_suites|ssl_curve_list|ssl_prefer_server_ciphers|ssl_verify_client_cert|ssl_cert|ssl_server_\w+)$/;

/** Blocks whose settings hold for some of the connections. */
const narrowing = /^(?:protocol|local|local_name|remote)$/;

type Block = Extract<DovecotStatement, { kind: 'block' }>;

/** A listener for the scope itself, if it says anything of TLS, and for each block in it that does. */
export function listenersOf(scope: Scope, subject = 'Dovecot'): readonly Fact<Listener>[] {
  const first = ownSettings(scope.statements, '').find(({ key }) => ofServer.test(key));
  const blocks = scope.statements.filter(
    (statement): statement is Block => statement.kind === 'block' && narrowing.test(statement.name),
  );
  return [
    ...(first ? [listener(scope, subject, spanOfKey(scope, first))] : []),
    ...blocks.flatMap((block) =>
      listenersOf({ ...scope, statements: block.body, outer: scope }, `${block.name} ${block.argument}`).map(
        (fact) => ({
          ...fact,
          self: spanOf(scope.source, block.range.start, block.range.end),
        }),
      ),
    ),
  ];
}

function listener(scope: Scope, subject: string, self: Span): Fact<Listener> {
  const head = { technology: 'dovecot', subject, self };
  const base: Listener = { kind: 'listener', application: 'other', exposure: 'external' };
  const ssl = wordOf(scope, 'ssl');
  if (ssl?.unknown) return buildFact<Listener>(head, base, { tls: unknown });
  if (ssl?.text === 'no') return buildFact<Listener>(head, base, { tls: written(false, spanOfWord(ssl)) });
  const protocols = protocolsOf(scope);
  const suites13 = wordOf(scope, 'ssl_cipher_suites');
  const curves = wordOf(scope, 'ssl_curve_list');
  return buildFact<Listener>(head, base, {
    tls: ssl?.text === 'required' ? written(true, spanOfWord(ssl)) : undefined,
    protocols,
    ciphers: ciphersOf(scope, protocols),
    suites13: suites13 && suites13.text !== '' ? listOf(suites13) : undefined,
    groups: curves && curves.text !== '' ? groupListField(listItems(curves), spanOfWord(curves)) : undefined,
    preferServerCiphers: preferenceOf(scope),
    clientAuth: clientAuthOf(scope),
    certificates: certificatesOf(scope),
  });
}

const listOf = (word: Word): Field<readonly string[]> =>
  word.unknown
    ? unknown
    : written(
        listItems(word).map(({ text }) => text),
        spanOfWord(word),
      );

/**
 * `ssl_min_protocol` since 2.3; `ssl_protocols` before, a list of exclusions or of versions. `ANY` is TLS 1.0, the oldest
 * that a default OpenSSL has, and `LATEST` TLS 1.3 (iostream-openssl-common.c). Default: TLS 1.2 since 2.3.15, TLS 1.0
 * before (doveconf -d of 2.3.19; changelog).
 */
function protocolsOf(scope: Scope): ProtocolsField {
  const oldest = setting(scope, 'ssl_min_protocol');
  const list = setting(scope, 'ssl_protocols');
  const translated = oldest !== undefined || (!scope.version.guessed && isSince(scope.version, '2.3'));
  const later = list && (!oldest || list.keyRange.start > oldest.keyRange.start);
  if (list && !translated) return protocolList(list.value);
  const floor = later ? lowestOf(list.value) : undefined;
  if (floor) return floor;
  if (oldest) {
    const version = oldest.value.unknown ? undefined : versionNamed(oldest.value.text);
    return version ? written(protocolRange(version, 'TLSv1.3'), spanOfWord(oldest.value)) : unknown;
  }
  if (!scope.whole) return unknown;
  const { reason, guessed } = scope.version;
  const lower = isSince(scope.version, '2.3.15') ? 'TLSv1.2' : 'TLSv1.0';
  return byDefault(protocolRange(lower, 'TLSv1.3'), `the default of ${reason}`, guessed);
}

/**
 * 2.3 takes the oldest version of a list for `ssl_min_protocol`. A list that names SSL 2 or TLS 1.3, whatever it says of
 * them, is an error to it and counts for nothing (doveconf of 2.3.19).
 */
function lowestOf(list: Word): ProtocolsField | undefined {
  if (/\b(?:SSLv2|TLSv1\.3)\b/.test(list.text)) return undefined;
  const field = protocolList(list);
  const [lowest] = 'value' in field ? field.value : [];
  return lowest ? written(protocolRange(lowest, 'TLSv1.3'), spanOfWord(list)) : field;
}

const versionNamed = (name: string): ProtocolVersion | undefined =>
  /^any$/i.test(name) ? 'TLSv1.0' : /^latest$/i.test(name) ? 'TLSv1.3' : parseProtocol(name);

/** `!SSLv2 !SSLv3`, or versions one by one. SSL 2 is on only where it is named: no supported library has it. */
function protocolList(list: Word): ProtocolsField {
  const items = splitWord(list, /[\s,:]+/).map((word) => ({
    word,
    excluded: word.text.startsWith('!'),
    version: parseProtocol(word.text.replace(/^!/, '')),
  }));
  if (list.unknown || items.some(({ version }) => version === undefined)) return unknown;
  const excluded = new Set(items.filter((item) => item.excluded).map(({ version }) => version));
  const named = items.flatMap(({ word, version, ...item }) =>
    version && !item.excluded && !excluded.has(version) ? [[version, spanOfWord(word)] as const] : [],
  );
  if (named.length > 0) return protocolSetField(new Map(named), spanOfWord(list));
  return written(
    protocolRange('SSLv3', 'TLSv1.3').filter((version) => !excluded.has(version)),
    spanOfWord(list),
  );
}

/** doveconf -d of 2.3.19 and ssl-settings.c of 2.4.4. */
const defaultCiphers = 'ALL:!kRSA:!SRP:!kDHd:!DSS:!aNULL:!eNULL:!EXPORT:!DES:!3DES:!MD5:!PSK:!RC4:!ADH:!LOW@STRENGTH';

function ciphersOf(scope: Scope, protocols: ProtocolsField): Field<readonly string[]> {
  const string = wordOf(scope, 'ssl_cipher_list');
  if (string) return cipherStringField(string, protocols);
  if (!scope.whole) return unknown;
  return byDefault(suitesOfString(defaultCiphers, protocols), `${defaultCiphers}, the default of Dovecot`);
}

/** `ssl_prefer_server_ciphers = yes` in 2.3, `ssl_server_prefer_ciphers = server` in 2.4. */
function preferenceOf(scope: Scope): Field<boolean> | undefined {
  const word = wordOf(scope, 'ssl_server_prefer_ciphers', 'ssl_prefer_server_ciphers');
  if (!word) return undefined;
  return word.unknown ? unknown : written(/^(?:server|yes)$/.test(word.text), spanOfWord(word));
}

/** Asked for by one setting, demanded by another. `any-cert` (2.4) takes certificates that no known authority signed. */
function clientAuthOf(scope: Scope): Field<NonNullable<Listener['clientAuth']>> {
  const asks = wordOf(scope, 'ssl_server_request_client_cert', 'ssl_verify_client_cert');
  const demands = switchOf(scope, 'auth_ssl_require_client_cert');
  if (!asks)
    return scope.whole ? byDefault({ mode: 'none' }, 'Dovecot asks for no client certificate unless told to') : unknown;
  if (asks.unknown) return unknown;
  const ca = wordOf(scope, 'ssl_server_ca_file', 'ssl_ca');
  const mode = asks.text === 'no' ? 'none' : asks.text === 'any-cert' ? 'request' : demands ? 'required' : 'optional';
  return written({ mode, ...(ca && !ca.unknown && ca.text !== '' && { ca: ca.text }) }, spanOfWord(asks));
}

/** `ssl_cert = </path` in 2.3, `ssl_server_cert_file = /path` in 2.4; a second one for another kind of key. */
function certificatesOf(scope: Scope): Field<readonly CertificateReference[]> | undefined {
  const files = [
    setting(scope, 'ssl_server_cert_file', 'ssl_cert'),
    setting(scope, 'ssl_server_alt_cert_file', 'ssl_alt_cert'),
  ].flatMap((file) =>
    file && file.value.text !== '' && (file.fromFile || file.key.endsWith('_file')) ? [file.value] : [],
  );
  const [first] = files;
  if (!first) return undefined;
  if (files.some((file) => file.unknown)) return unknown;
  return written(
    files.map(({ text }): CertificateReference => ({ from: 'file', ref: text })),
    spanOfWord(first),
    Object.fromEntries(files.map((file, index) => [String(index), spanOfWord(file)])),
  );
}
