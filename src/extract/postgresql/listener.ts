import type { Fact, Listener } from '../../core/fact.ts';
import { buildFact, byDefault, type Field, unknown, written } from '../../core/fact-builder.ts';
import { spanOf } from '../../core/source.ts';
import { spanOfWord, splitWord } from '../../formats/word.ts';
import { parseProtocol, protocolRange } from '../../tls/protocols.ts';
import { reachOf } from '../../tls/reach.ts';
import {
  cipherStringField,
  groupListField,
  listItems,
  type ProtocolsField,
  suiteListField,
  suitesOfString,
} from '../dialects/openssl-fields.ts';
import { isSince } from '../versions.ts';
import { booleanOf, entryOf, type Scope, wordOf } from './settings.ts';

/** The server, where its file says anything of TLS. With `ssl` off, which is the default, nothing else has an effect. */
export function listenerOf(scope: Scope): Fact<Listener> | undefined {
  const ssl = entryOf(scope, 'ssl');
  const first = ssl ?? scope.settings.entries.find(({ key, value }) => value && /^ssl_/i.test(key));
  if (!first?.value) return undefined;
  const self = spanOf(first.value.source, first.keyRange.start, first.keyRange.end);
  const tls = ssl?.value ? booleanOf(ssl.value) : scope.whole ? false : undefined;
  const head = { technology: 'postgresql', subject: 'PostgreSQL', self };
  const base: Listener = { kind: 'listener', application: 'other' };
  const common = { ports: portOf(scope), exposure: exposureOf(scope) };
  if (tls === false) {
    const field = ssl?.value ? written(false, spanOfWord(ssl.value)) : byDefault(false, 'ssl is off in PostgreSQL');
    return buildFact<Listener>(head, base, { ...common, tls: field });
  }
  const protocols = protocolsOf(scope);
  const suites13 = wordOf(scope, 'ssl_tls13_ciphers');
  const groups = wordOf(scope, 'ssl_groups') ?? wordOf(scope, 'ssl_ecdh_curve');
  return buildFact<Listener>(head, base, {
    ...common,
    tls: ssl?.value && tls ? written(true, spanOfWord(ssl.value)) : unknown,
    protocols,
    ciphers: ciphersOf(scope, protocols),
    suites13: suites13 && suites13.text !== '' ? suiteNames(suites13) : undefined,
    groups: groups && groups.text !== '' ? groupListField(listItems(groups), spanOfWord(groups)) : undefined,
    preferServerCiphers: preferenceOf(scope),
    clientAuth: clientAuthOf(scope),
    certificates: certificatesOf(scope),
  });
}

const suiteNames = (list: NonNullable<ReturnType<typeof wordOf>>): Field<readonly string[]> =>
  list.unknown ? unknown : suiteListField(listItems(list), spanOfWord(list), undefined);

/**
 * Since 12 `ssl_min_protocol_version` and `ssl_max_protocol_version`. Default: TLS 1.2 since 13 (release notes), TLS 1.0
 * before. SSL 2 and 3 are never on (be-secure-openssl.c).
 */
function protocolsOf(scope: Scope): ProtocolsField {
  const oldest = wordOf(scope, 'ssl_min_protocol_version');
  const newest = wordOf(scope, 'ssl_max_protocol_version');
  if (oldest?.unknown || newest?.unknown) return unknown;
  const upper = newest && newest.text !== '' ? parseProtocol(newest.text) : 'TLSv1.3';
  if (!oldest) {
    if (!scope.whole || !upper) return unknown;
    const { reason, guessed } = scope.version;
    const lower = isSince(scope.version, '13') ? 'TLSv1.2' : 'TLSv1.0';
    return byDefault(protocolRange(lower, upper), `the default of ${reason}`, guessed);
  }
  const lower = parseProtocol(oldest.text);
  return lower && upper ? written(protocolRange(lower, upper), spanOfWord(oldest)) : unknown;
}

/** postgresql.conf.sample of 15 and 18. */
const defaultCiphers = 'HIGH:MEDIUM:+3DES:!aNULL';

function ciphersOf(scope: Scope, protocols: ProtocolsField): Field<readonly string[]> {
  const string = wordOf(scope, 'ssl_ciphers');
  if (string) return cipherStringField(string, protocols);
  if (!scope.whole) return unknown;
  return byDefault(suitesOfString(defaultCiphers, protocols), `${defaultCiphers}, the default of PostgreSQL`);
}

function preferenceOf(scope: Scope): Field<boolean> | undefined {
  const word = wordOf(scope, 'ssl_prefer_server_ciphers');
  const on = word && booleanOf(word);
  return word && (on === undefined ? unknown : written(on, spanOfWord(word)));
}

/** With an authority the server asks for a certificate; pg_hba.conf says who must have one (manual, 18.9.3). */
function clientAuthOf(scope: Scope): Field<NonNullable<Listener['clientAuth']>> {
  const ca = wordOf(scope, 'ssl_ca_file');
  if (ca?.unknown) return unknown;
  if (ca && ca.text !== '') return written({ mode: 'optional', ca: ca.text }, spanOfWord(ca));
  return scope.whole
    ? byDefault({ mode: 'none' }, 'PostgreSQL asks for no client certificate without ssl_ca_file')
    : unknown;
}

function certificatesOf(scope: Scope): Field<NonNullable<Listener['certificates']>> | undefined {
  const file = wordOf(scope, 'ssl_cert_file');
  if (!file || file.text === '') return undefined;
  return file.unknown ? unknown : written([{ from: 'file', ref: file.text }], spanOfWord(file));
}

function portOf(scope: Scope): Field<readonly number[]> | undefined {
  const port = wordOf(scope, 'port');
  return port && /^\d+$/.test(port.text) ? written([Number(port.text)], spanOfWord(port)) : undefined;
}

/** Only this machine by default; images listen everywhere. */
function exposureOf(scope: Scope): Field<'internal' | 'external'> | undefined {
  const addresses = wordOf(scope, 'listen_addresses');
  if (!addresses) return undefined;
  if (addresses.unknown) return unknown;
  const internal = splitWord(addresses, /[\s,]+/).every(({ text }) => reachOf(text) === 'internal');
  return written(internal ? 'internal' : 'external', spanOfWord(addresses));
}
