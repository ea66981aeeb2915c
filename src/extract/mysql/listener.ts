import type { Fact, Listener, ProtocolVersion } from '../../core/fact.ts';
import { buildFact, byDefault, type Field, unknown, written } from '../../core/fact-builder.ts';
import type { Span } from '../../core/source.ts';
import { spanOfWord, splitWord, type Word } from '../../formats/word.ts';
import { parseProtocol, protocolRange } from '../../tls/protocols.ts';
import { reachOf } from '../../tls/reach.ts';
import { cipherStringField, listItems, type ProtocolsField, protocolSetField } from '../dialects/openssl-fields.ts';
import { suites13Field } from '../dialects/suites13-field.ts';
import { isSince } from '../versions.ts';
import { type Option, option, optionName, type Scope, switched } from './options.ts';

const ofTls = /^(?:ssl|ssl-(?:ca|capath|cert|key|cipher)|tls-version|tls-ciphersuites|require-secure-transport)$/;

/** The server, where its sections say anything of TLS. */
export function listenerOf(scope: Scope, place: (entry: Option['entry']) => Span): Fact<Listener> | undefined {
  const first = scope.entries.find(({ key }) => ofTls.test(optionName(key)));
  if (!first) return undefined;
  const head = {
    technology: 'mysql',
    subject: scope.product === 'mariadb' ? 'MariaDB' : 'MySQL',
    self: place(first),
  };
  const base: Listener = { kind: 'listener', application: 'other' };
  const common = { ports: portOf(scope), exposure: exposureOf(scope) };
  const off = switchedOff(scope);
  if (off)
    return buildFact<Listener>(head, base, {
      ...common,
      tls: written(false, off.value ? spanOfWord(off.value) : place(off.entry)),
    });
  const protocols = protocolsOf(scope);
  const ciphers = option(scope, 'ssl-cipher')?.value;
  const suites13 = option(scope, 'tls-ciphersuites')?.value;
  const required = option(scope, 'require-secure-transport');
  return buildFact<Listener>(head, base, {
    ...common,
    tls:
      required && switched(required)
        ? written(true, required.value ? spanOfWord(required.value) : place(required.entry))
        : undefined,
    protocols,
    ciphers: ciphers && ciphers.text !== '' ? cipherStringField(ciphers, protocols) : undefined,
    suites13: suites13 && suites13.text !== '' ? suites13Field(suites13) : undefined,
    clientAuth: clientAuthOf(scope),
    certificates: certificatesOf(scope),
  });
}

/** `skip-ssl`, `ssl=0`, or an empty `tls_version`, which MySQL reads as no TLS at all. */
function switchedOff(scope: Scope): Option | undefined {
  const ssl = option(scope, 'ssl');
  if (ssl && switched(ssl) === false) return ssl;
  const versions = option(scope, 'tls-version');
  return scope.product === 'mysql' && versions && !versions.value?.unknown && (versions.value?.text ?? '') === ''
    ? versions
    : undefined;
}

type DefaultRow = readonly [since: string, oldest: ProtocolVersion | undefined, newest: ProtocolVersion];

/**
 * What each release does by default, newest first. MySQL: reference manuals, "tls_version". MariaDB: observed on
 * 10.11.19; TLS 1.1 went in some release of each branch since 10.4 (MDEV-31369), so that those are not known.
 */
const defaults: Readonly<Record<Scope['product'], readonly DefaultRow[]>> = {
  mysql: [
    ['8.0.28', 'TLSv1.2', 'TLSv1.3'],
    ['8.0.16', 'TLSv1.0', 'TLSv1.3'],
    ['0', 'TLSv1.0', 'TLSv1.2'],
  ],
  mariadb: [
    ['10.11.19', 'TLSv1.2', 'TLSv1.3'],
    ['10.4', undefined, 'TLSv1.3'],
    ['0', 'TLSv1.0', 'TLSv1.2'],
  ],
};

function protocolsOf(scope: Scope): ProtocolsField {
  const list = option(scope, 'tls-version')?.value;
  // MariaDB, which calls it TLSv1.0, does not start with the name that MySQL has for it (observed on 10.11.19).
  if (list && scope.product === 'mariadb' && listItems(list).some(({ text }) => /^TLSv1$/i.test(text))) return unknown;
  if (list) return protocolList(list);
  if (scope.branching || scope.includes) return unknown;
  const [, oldest, newest = 'TLSv1.3'] = defaults[scope.product].find(([since]) => isSince(scope.version, since)) ?? [];
  const { reason, guessed } = scope.version;
  return oldest ? byDefault(protocolRange(oldest, newest), `the default of ${reason}`, guessed) : unknown;
}

/** `TLSv1.2,TLSv1.3`. */
export function protocolList(list: Word): ProtocolsField {
  const items = splitWord(list, /[\s,:]+/);
  const versions = items.flatMap((item) => {
    const version = parseProtocol(item.text);
    return version ? [[version, spanOfWord(item)] as const] : [];
  });
  if (list.unknown || versions.length === 0 || versions.length < items.length) return unknown;
  return protocolSetField(new Map(versions), spanOfWord(list));
}

/** With an authority the server asks for a certificate; accounts say who must have one (`REQUIRE X509`). */
function clientAuthOf(scope: Scope): Field<NonNullable<Listener['clientAuth']>> | undefined {
  const ca = option(scope, 'ssl-ca')?.value;
  if (!ca || ca.text === '') return undefined;
  return ca.unknown ? unknown : written({ mode: 'optional', ca: ca.text }, spanOfWord(ca));
}

function certificatesOf(scope: Scope): Field<NonNullable<Listener['certificates']>> | undefined {
  const file = option(scope, 'ssl-cert')?.value;
  if (!file || file.text === '') return undefined;
  return file.unknown ? unknown : written([{ from: 'file', ref: file.text }], spanOfWord(file));
}

function portOf(scope: Scope): Field<readonly number[]> | undefined {
  const port = option(scope, 'port')?.value;
  return port && /^\d+$/.test(port.text) ? written([Number(port.text)], spanOfWord(port)) : undefined;
}

function exposureOf(scope: Scope): Field<'internal' | 'external'> | undefined {
  const address = option(scope, 'bind-address')?.value;
  if (!address) return undefined;
  if (address.unknown) return unknown;
  const internal = address.text.split(',').every((host) => reachOf(host.trim()) === 'internal');
  return written(internal ? 'internal' : 'external', spanOfWord(address));
}
