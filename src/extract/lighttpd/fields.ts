import { data } from '../../../data/lighttpd-defaults.yaml';
import type { CertificateReference, Listener } from '../../core/fact.ts';
import { byDefault, type Field, unknown, written } from '../../core/fact-builder.ts';
import { spanOfWord, type Word } from '../../formats/word.ts';
import { protocolRange } from '../../tls/protocols.ts';
import { cipherStringField, type ProtocolsField, suitesOfString } from '../dialects/openssl-fields.ts';
import {
  commandGroups,
  commandOption,
  commandProtocols,
  commandSuites13,
  type SslCommands,
} from '../dialects/ssl-conf-commands.ts';
import { isSince } from '../versions.ts';
import { commandsOf, conditionalAssignments, hostAssignments, isEnabled, type Scope, wordOf } from './scope.ts';

/** What a socket that speaks TLS does in the handshake. */
export function handshakeFields(scope: Scope) {
  const commands = commandsOf(scope);
  if (!commands)
    return {
      ...{ protocols: unknown, ciphers: unknown, suites13: unknown, groups: unknown },
      ...{ preferServerCiphers: unknown, sessionTickets: unknown },
    };
  const protocols = protocolsOf(scope, commands);
  return {
    protocols,
    ciphers: ciphersOf(scope, commands, protocols),
    suites13: commandSuites13(commands),
    groups: groupsOf(scope, commands),
    preferServerCiphers: preferenceOf(scope, commands),
    sessionTickets:
      commandOption(commands, 'SessionTicket') ?? absent(scope, true, 'lighttpd hands out session tickets'),
  };
}

/** A default of this release, where absence means the default. */
function absent<T>({ whole, version: { reason, guessed } }: Scope, value: T, what?: string): Field<T> {
  return whole ? byDefault(value, what ?? `the default of ${reason}`, what === undefined && guessed) : unknown;
}

const isBefore = ({ version: { version } }: Scope, release: string): boolean => !isSince({ version }, release);
const rowFor = <R extends { readonly since: string }>(rows: readonly R[], scope: Scope): R | undefined =>
  rows.find(({ since }) => !isBefore(scope, since));

/**
 * `MinProtocol`, `MaxProtocol` and `Protocol` of `ssl.openssl.ssl-conf-cmd`, which OpenSSL reads, over the release's own
 * bounds: `Protocol` alone opens nothing older (observed on 1.4.69). Builds with other libraries ignore `Protocol`.
 * Before 1.4.68 `ssl.use-sslv3` lifts the bound.
 */
function protocolsOf(scope: Scope, commands: SslCommands): ProtocolsField {
  const sslv3 = isBefore(scope, data.oldKeysGone) ? wordOf(scope, 'ssl.use-sslv3') : undefined;
  if (sslv3?.unknown) return unknown;
  const own =
    isEnabled(sslv3) && sslv3
      ? written(protocolRange('SSLv3', 'TLSv1.3'), spanOfWord(sslv3))
      : absent(scope, rowFor(data.protocols, scope)?.protocols ?? []);
  return commandProtocols(commands, own) ?? unknown;
}

/**
 * `CipherString`, to which lighttpd appends, else `ssl.cipher-list`, to which it does not (observed on 1.4.69: anonymous
 * suites stay). An empty `CipherString` means HIGH. `SecurityLevel` is lighttpd's own.
 */
function ciphersOf(scope: Scope, commands: SslCommands, protocols: ProtocolsField): Field<readonly string[]> {
  const command = commands.get('cipherstring');
  const list = wordOf(scope, 'ssl.cipher-list');
  const string = command ?? (list && (list.unknown || list.text !== '') ? list : undefined);
  const level = commands.get('securitylevel');
  if (level?.unknown) return unknown;
  if (!string) {
    const own = rowFor(data.ciphers, scope)?.ciphers ?? 'DEFAULT';
    return absent(scope, suitesOfString(own, protocols));
  }
  const atLevel = level ? `:@SECLEVEL=${level.text}` : '';
  if (string !== command) return cipherStringField(string, protocols, { appended: atLevel });
  const appended = `${data.appended}${atLevel}`;
  return cipherStringField(string, protocols, { appended: string.text === '' ? `HIGH${appended}` : appended });
}

function groupsOf(scope: Scope, commands: SslCommands): Field<readonly string[]> | undefined {
  const own = commandGroups(commands);
  const row = rowFor(data.groups, scope);
  return own ?? (row && absent(scope, row.groups));
}

/** `Options ServerPreference`; the server's choice also counts with `ssl.cipher-list`, and always before 1.4.68. */
function preferenceOf(scope: Scope, commands: SslCommands): Field<boolean> {
  const option = commandOption(commands, 'ServerPreference');
  if (option) return option;
  const old = isBefore(scope, data.oldKeysGone);
  const honored = old ? wordOf(scope, 'ssl.honor-cipher-order') : undefined;
  if (honored) return honored.unknown ? unknown : written(isEnabled(honored), spanOfWord(honored));
  const list = wordOf(scope, 'ssl.cipher-list');
  if (list && !list.unknown && list.text !== '') return written(true, spanOfWord(list));
  return absent(scope, old);
}

/**
 * `ssl.verifyclient.enforce` is on unless switched off, once `ssl.verifyclient.activate` is enabled;
 * without it any certificate passes, good or bad (observed on 1.4.69). What only some hosts or paths ask for is not told
 * of the socket.
 */
export function clientAuthOf(scope: Scope): Field<NonNullable<Listener['clientAuth']>> {
  const activate = wordOf(scope, 'ssl.verifyclient.activate');
  if (!activate) {
    const elsewhere = [scope.statements, scope.outer?.statements ?? []].some((statements) =>
      conditionalAssignments(statements).some(({ key }) => key === 'ssl.verifyclient.activate'),
    );
    return elsewhere
      ? unknown
      : absent(scope, { mode: 'none' as const }, 'lighttpd asks for no client certificate unless told to');
  }
  const enforce = wordOf(scope, 'ssl.verifyclient.enforce');
  if (activate.unknown || enforce?.unknown) return unknown;
  if (!isEnabled(activate)) return written({ mode: 'none' }, spanOfWord(activate));
  const ca = wordOf(scope, 'ssl.verifyclient.ca-file') ?? wordOf(scope, 'ssl.ca-file');
  const named = ca && !ca.unknown ? ca : undefined;
  return written(
    { mode: !enforce || isEnabled(enforce) ? 'required' : 'request', ...(named && { ca: named.text }) },
    spanOfWord(activate),
    named && { ca: spanOfWord(named) },
  );
}

/** The socket's own, and those of the hosts that are told apart by name. */
export function certificatesOf(scope: Scope): Field<readonly CertificateReference[]> | undefined {
  const own = wordOf(scope, 'ssl.pemfile');
  const files: readonly Word[] = [
    ...(own ? [own] : []),
    ...[...hostAssignments(scope.statements), ...hostAssignments(scope.outer?.statements ?? [])].flatMap(
      ({ key, value }) => (key === 'ssl.pemfile' && value.kind === 'word' ? [value.word] : []),
    ),
  ];
  const [first] = files;
  if (!first) return undefined;
  if (files.some((word) => word.unknown)) return unknown;
  return written(
    files.map(({ text }) => ({ from: 'file', ref: text })),
    spanOfWord(first),
    Object.fromEntries(files.map((word, index) => [String(index), spanOfWord(word)])),
  );
}

/** `ssl.stapling-file`. */
export function staplingOf(scope: Scope): Field<boolean> {
  const file = wordOf(scope, 'ssl.stapling-file');
  if (!file) return absent(scope, false, 'lighttpd staples no OCSP response unless told where it is');
  return file.unknown ? unknown : written(file.text !== '', spanOfWord(file));
}
