import type { Fact, Listener, Upstream } from '../../core/fact.ts';
import { buildFact, byDefault, composite, type Field, unknown, written } from '../../core/fact-builder.ts';
import type { Extraction, Unit } from '../../core/technology.ts';
import { parseRedis, type RedisDirective, type RedisFile } from '../../formats/redis.ts';
import { spanOfWord, splitWord, type Word } from '../../formats/word.ts';
import { parseProtocol, protocolRange } from '../../tls/protocols.ts';
import { reachOf } from '../../tls/reach.ts';
import { cipherStringField, type ProtocolsField, protocolSetField } from '../dialects/openssl-fields.ts';
import { suites13Field } from '../dialects/suites13-field.ts';

/** What one file says. One that says nothing of TLS may be of another program, and is not complained about. */
export function readRedis({ sources: [source] }: Unit): Extraction {
  const file = parseRedis(source);
  const lookup = lookupIn(file);
  const scope: Scope = { lookup, whole: !file.branching && !lookup('include') };
  const facts = [...listenersOf(scope), masterOf(scope)].filter((fact) => fact !== undefined);
  return { facts, diagnostics: facts.length > 0 ? file.diagnostics : [] };
}

type Lookup = (name: string) => RedisDirective | undefined;

interface Scope {
  readonly lookup: Lookup;
  /** Whether what is not written has its default. */
  readonly whole: boolean;
}

/** The last directive of a name counts; where branches of a template disagree, its value is not known. */
function lookupIn({ directives, branching }: RedisFile): Lookup {
  const text = (directive: RedisDirective): string => directive.arguments.map((word) => word.text).join(' ');
  return (name) => {
    const found = directives.filter((directive) => directive.name === name);
    const last = found.at(-1);
    if (!last || !branching || found.every((directive) => text(directive) === text(last))) return last;
    return { ...last, arguments: last.arguments.map((word) => ({ ...word, unknown: true })) };
  };
}

const argument = ({ lookup }: Scope, name: string): Word | undefined => lookup(name)?.arguments[0];

/** The TLS port, and the other one, which stays open unless it is set to 0 (redis.conf, "TLS/SSL"). */
function listenersOf(scope: Scope): readonly Fact<Listener>[] {
  const tlsPort = scope.lookup('tls-port');
  const value = tlsPort?.arguments[0];
  if (!tlsPort || !value || value.text === '0') return [];
  const self = spanOfWord(tlsPort.nameWord);
  const protocols = protocolsOf(scope);
  const ciphers = argument(scope, 'tls-ciphers');
  const suites13 = argument(scope, 'tls-ciphersuites');
  const encrypted = buildFact<Listener>(
    { technology: 'redis', subject: `TLS port ${value.unknown ? '' : value.text}`.trimEnd(), self },
    { kind: 'listener', application: 'other' },
    {
      ports: portIn(value),
      exposure: exposureOf(scope),
      tls: value.unknown ? unknown : written(true, spanOfWord(value)),
      protocols,
      ciphers: ciphers && ciphers.text !== '' ? cipherStringField(ciphers, protocols) : undefined,
      suites13: suites13 && suites13.text !== '' ? suites13Field(suites13) : undefined,
      preferServerCiphers: preferenceOf(scope),
      clientAuth: clientAuthOf(scope),
      certificates: certificatesOf(scope),
    },
  );
  const plain = argument(scope, 'port');
  if (!plain || plain.unknown || !/^[1-9]\d*$/.test(plain.text)) return [encrypted];
  const inClear = buildFact<Listener>(
    { technology: 'redis', subject: `port ${plain.text}`, self: spanOfWord(plain) },
    { kind: 'listener', application: 'other' },
    { ports: portIn(plain), exposure: exposureOf(scope), tls: written(false, spanOfWord(plain)) },
  );
  return [encrypted, inClear];
}

const portIn = (port: Word): Field<readonly number[]> =>
  !port.unknown && /^\d+$/.test(port.text) ? written([Number(port.text)], spanOfWord(port)) : unknown;

/**
 * `tls-protocols "TLSv1.2 TLSv1.3"`, one argument with blanks in it, case apart; with two arguments, or commas, the server
 * does not start (observed on 7.0.15). Default: TLS 1.2 and 1.3, since TLS came with 6.0 (tls.c).
 */
function protocolsOf(scope: Scope): ProtocolsField {
  const [list, more] = scope.lookup('tls-protocols')?.arguments ?? [];
  if (more || list?.unknown) return unknown;
  if (!list || list.text.trim() === '')
    return scope.whole || list
      ? byDefault(protocolRange('TLSv1.2', 'TLSv1.3'), 'TLS 1.2 and 1.3 are the default of Redis and Valkey')
      : unknown;
  const items = splitWord(list, /\s+/);
  const versions = items.flatMap((item) => {
    const version = parseProtocol(item.text);
    return version ? [[version, spanOfWord(item)] as const] : [];
  });
  return versions.length === items.length ? protocolSetField(new Map(versions), spanOfWord(list)) : unknown;
}

function preferenceOf(scope: Scope): Field<boolean> | undefined {
  const word = argument(scope, 'tls-prefer-server-ciphers');
  if (!word) return undefined;
  return word.unknown ? unknown : written(word.text.toLowerCase() === 'yes', spanOfWord(word));
}

/** `tls-auth-clients`: certificates are required unless it says `no` or `optional`. */
function clientAuthOf(scope: Scope): Field<NonNullable<Listener['clientAuth']>> {
  const word = argument(scope, 'tls-auth-clients');
  const authority = argument(scope, 'tls-ca-cert-file');
  const ca = authority && !authority.unknown && authority.text !== '' ? { ca: authority.text } : {};
  if (word?.unknown) return unknown;
  if (!word)
    return scope.whole
      ? byDefault({ mode: 'required', ...ca }, 'Redis requires client certificates unless told otherwise')
      : unknown;
  const mode = ({ no: 'none', optional: 'optional', yes: 'required' } as const)[word.text.toLowerCase()];
  return mode ? written({ mode, ...ca }, spanOfWord(word)) : unknown;
}

function certificatesOf(scope: Scope): Field<NonNullable<Listener['certificates']>> | undefined {
  const file = argument(scope, 'tls-cert-file');
  if (!file || file.text === '') return undefined;
  return file.unknown ? unknown : written([{ from: 'file', ref: file.text }], spanOfWord(file));
}

/** `bind 127.0.0.1 -::1`: a hyphen lets the address be missing. Without the directive every address is served. */
function exposureOf({ lookup }: Scope): Field<'internal' | 'external'> | undefined {
  const bind = lookup('bind');
  const [first] = bind?.arguments ?? [];
  if (!bind || !first) return undefined;
  if (bind.arguments.some((word) => word.unknown)) return unknown;
  const internal = bind.arguments.every(({ text }) => reachOf(text.replace(/^-/, '')) === 'internal');
  return written(internal ? 'internal' : 'external', spanOfWord(first));
}

/**
 * `replicaof host port` (`slaveof` before 5): with `tls-replication` the master's certificate must chain to the
 * authorities of `tls-ca-cert-file`, whatever `tls-auth-clients` says. Nothing makes a replica look at its name (tls.c of
 * 7.0.15), so nothing is said of that.
 */
function masterOf(scope: Scope): Fact<Upstream> | undefined {
  const directive = scope.lookup('replicaof') ?? scope.lookup('slaveof');
  const [host] = directive?.arguments ?? [];
  const word = argument(scope, 'tls-replication');
  if (!directive || !host || !word || word.unknown || /^no$/i.test(host.text)) return undefined;
  const on = word.text.toLowerCase() === 'yes';
  const authority = argument(scope, 'tls-ca-cert-file');
  const reason = 'Redis checks that the master has a certificate of its authority';
  return buildFact<Upstream>(
    {
      technology: 'redis',
      subject: host.unknown ? 'the master' : `master ${host.text}`,
      self: spanOfWord(directive.nameWord),
    },
    { kind: 'upstream' },
    {
      target: host.unknown ? unknown : written(host.text, spanOfWord(host)),
      exposure: host.unknown ? unknown : written(reachOf(host.text), spanOfWord(host)),
      tls: written(on, spanOfWord(word)),
      verify: on ? composite<NonNullable<Upstream['verify']>>({ chain: byDefault(true, reason) }) : undefined,
      ca: on && authority && !authority.unknown ? written(authority.text, spanOfWord(authority)) : undefined,
    },
  );
}
