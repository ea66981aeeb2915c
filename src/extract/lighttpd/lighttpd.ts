import type { Fact, Listener, ProtocolVersion } from '../../core/fact.ts';
import { buildFact, byDefault, type Field, unknown, written } from '../../core/fact-builder.ts';
import { type Range, type Source, type Span, spanOf } from '../../core/source.ts';
import type { Technology, VersionEvidence } from '../../core/technology.ts';
import { evaluateCipherString } from '../../tls/cipher-string.ts';
import { parseProtocol, protocolRange } from '../../tls/protocols.ts';
import { compareVersions } from '../versions.ts';
import { parseLighttpd, type Statement, type Value } from './grammar.ts';

/**
 * One `listener` for each socket that speaks TLS: `$SERVER["socket"]` blocks, and the default socket where
 * `ssl.engine` is enabled globally. A file that includes others, or is a fragment itself, does not show what it leaves
 * to them: what is absent there is unknown. Source: lighttpd wiki, "Docs: SSL" and "Configuration: File Syntax".
 */
export const lighttpd: Technology = {
  name: 'lighttpd',
  products: [{ name: 'lighttpd', stable: '1.4.83', images: ['lighttpd', 'sebp/lighttpd', 'rtsp/lighttpd'] }],
  claims: (file) =>
    /(^|\/)lighttpd[^/]*\.conf$|(^|\/)lighttpd\/.*\.conf$/.test(file.path) && file.hasWord('ssl.engine'),
  extract: ({ sources: [source] }, versions) => {
    const { statements, diagnostics } = parseLighttpd(source);
    const version = versions('lighttpd', source.path);
    const global: Scope = { source, statements, outer: undefined, whole: isWhole(statements), version };
    return { facts: listeners(global), diagnostics };
  },
};

/** The settings of a block, and of what it stands in. */
interface Scope {
  readonly source: Source;
  readonly statements: readonly Statement[];
  readonly outer: Scope | undefined;
  /** Whether absence here means the default. */
  readonly whole: boolean;
  readonly version: VersionEvidence;
}

type Condition = Extract<Statement, { kind: 'condition' }>;

function listeners(global: Scope): readonly Fact<Listener>[] {
  const sockets = global.statements.filter((statement): statement is Condition =>
    isCondition(statement, 'SERVER["socket"]'),
  );
  const scopes = sockets.map((socket) => ({ socket, scope: { ...global, statements: socket.body, outer: global } }));
  const engine = settingHere(global, 'ssl.engine');
  return [
    ...(engine && isText(engine.value, 'enable')
      ? [
          listener(
            global,
            'the default socket',
            spanIn(global, engine.keyRange),
            portOf(setting(global, 'server.port')?.value, global),
          ),
        ]
      : []),
    ...scopes
      .filter(({ scope }) => isText(setting(scope, 'ssl.engine')?.value, 'enable'))
      .map(({ socket, scope }) => {
        const address = socket.operand.kind === 'text' ? socket.operand.text : 'unknown';
        return listener(
          scope,
          `socket ${address}`,
          spanIn(scope, socket.range),
          portOf(socket.operand, scope),
          isLoopback(address),
        );
      }),
  ];
}

function listener(
  scope: Scope,
  subject: string,
  self: Span,
  ports: Field<readonly number[]> | undefined,
  internal = false,
): Fact<Listener> {
  const engine = setting(scope, 'ssl.engine');
  const protocols = protocolsOf(scope);
  return buildFact<Listener>(
    { technology: 'lighttpd', subject, self },
    { kind: 'listener', application: 'http', exposure: internal ? 'internal' : 'external' },
    {
      ports,
      tls: engine && written(true, spanIn(scope, engine.value.range)),
      protocols,
      ciphers: ciphersOf(scope, protocols),
      clientAuth: clientAuthOf(scope),
      certificates: certificatesOf(scope),
      hsts: hstsOf(scope),
    },
  );
}

/**
 * `MinProtocol` and `MaxProtocol` of `ssl.openssl.ssl-conf-cmd`; its `Protocol` key is ignored by lighttpd.
 * Default: TLS 1.2 and newer since 1.4.56, TLS 1.3 since 1.4.77; older releases leave TLS 1.0 on (lighttpd NEWS).
 */
function protocolsOf(scope: Scope): Field<readonly ProtocolVersion[]> {
  const oldest = command(scope, 'MinProtocol');
  const newest = command(scope, 'MaxProtocol');
  const upper = newest ? known(newest) : 'TLSv1.3';
  if (!oldest) {
    if (!scope.whole || !upper) return unknown;
    const { version, reason, guessed } = scope.version;
    const lower =
      compareVersions(version, '1.4.77') >= 0
        ? 'TLSv1.3'
        : compareVersions(version, '1.4.56') >= 0
          ? 'TLSv1.2'
          : 'TLSv1.0';
    return byDefault(protocolRange(lower, upper), `the default of ${reason}`, guessed);
  }
  const lower = known(oldest);
  return lower && upper ? written(protocolRange(lower, upper), spanIn(scope, oldest.range)) : unknown;
}

/** `None` sets no bound (SSL_CONF_cmd(3)). */
const known = (value: Value): ProtocolVersion | undefined => {
  if (value.kind !== 'text') return undefined;
  return value.text === 'None' ? 'SSLv3' : parseProtocol(value.text);
};

/** lighttpd appends `:!aNULL:!eNULL:!EXP` to what is written. The defaults are sound since 1.4.68 and not listed here. */
function ciphersOf(scope: Scope, protocols: Field<readonly ProtocolVersion[]>): Field<readonly string[]> | undefined {
  const value = command(scope, 'CipherString') ?? setting(scope, 'ssl.cipher-list')?.value;
  if (!value) return undefined;
  const only13 = 'value' in protocols && protocols.value.every((version) => version === 'TLSv1.3');
  if (only13) return written([], spanIn(scope, value.range));
  if (value.kind !== 'text') return unknown;
  const { suites, broughtInBy } = evaluateCipherString(`${value.text}:!aNULL:!eNULL:!EXP`);
  const parts = suites.map((suite, index): [string, Span] => {
    const item = broughtInBy.get(suite);
    const inside = item && value.range.end - value.range.start === value.text.length;
    return [
      String(index),
      spanIn(
        scope,
        inside ? { start: value.range.start + item.start, end: value.range.start + item.end } : value.range,
      ),
    ];
  });
  return written(suites, spanIn(scope, value.range), Object.fromEntries(parts));
}

/** `ssl.verifyclient.enforce` is on unless switched off, once `ssl.verifyclient.activate` is enabled. */
function clientAuthOf(scope: Scope): Field<NonNullable<Listener['clientAuth']>> | undefined {
  const activate = setting(scope, 'ssl.verifyclient.activate');
  if (!activate)
    return scope.whole
      ? byDefault({ mode: 'none' }, 'lighttpd asks for no client certificate unless told to')
      : unknown;
  if (activate.value.kind !== 'text') return unknown;
  const asks = activate.value.text === 'enable';
  const enforced = !isText(setting(scope, 'ssl.verifyclient.enforce')?.value, 'disable');
  return written({ mode: asks ? (enforced ? 'required' : 'optional') : 'none' }, spanIn(scope, activate.value.range));
}

function certificatesOf(scope: Scope): Field<NonNullable<Listener['certificates']>> | undefined {
  const file = setting(scope, 'ssl.pemfile')?.value;
  if (!file) return undefined;
  return file.kind === 'text' ? written([{ from: 'file', ref: file.text }], spanIn(scope, file.range)) : unknown;
}

/** The header in the socket's block or the file's top level; one that only some hosts or paths send is not known. */
function hstsOf(scope: Scope): Field<NonNullable<Listener['hsts']>> {
  const headers = ['setenv.add-response-header', 'setenv.set-response-header'].flatMap((key) =>
    entriesOf(setting(scope, key)?.value),
  );
  const header = headers.find(({ key }) => key?.toLowerCase() === 'strict-transport-security')?.value;
  if (header?.kind === 'text') {
    const seconds = /max-age\s*=\s*"?(\d+)/i.exec(header.text)?.[1];
    return written(
      { maxAgeSeconds: Number(seconds ?? 0), includeSubDomains: /includesubdomains/i.test(header.text) },
      spanIn(scope, header.range),
    );
  }
  const elsewhere = scope.source.text.toLowerCase().includes('strict-transport-security');
  return scope.whole && !header && !elsewhere
    ? byDefault({ maxAgeSeconds: 0 }, 'lighttpd sends no HSTS header unless told to')
    : unknown;
}

function portOf(value: Value | undefined, scope: Scope): Field<readonly number[]> | undefined {
  const port = value?.kind === 'text' ? /(\d+)$/.exec(value.text)?.[1] : undefined;
  return value && port !== undefined ? written([Number(port)], spanIn(scope, value.range)) : undefined;
}

type Assignment = Extract<Statement, { kind: 'assignment' }>;

/** The last assignment of a key in the scope itself. */
const settingHere = (scope: Scope, key: string): Assignment | undefined =>
  scope.statements.findLast(
    (statement): statement is Assignment => statement.kind === 'assignment' && statement.key === key,
  );

/** The assignment in force: the scope's own, else the outer one's. */
const setting = (scope: Scope, key: string): Assignment | undefined =>
  settingHere(scope, key) ?? (scope.outer && setting(scope.outer, key));

const entriesOf = (value: Value | undefined) => (value?.kind === 'array' ? value.entries : []);

/** The value that `ssl.openssl.ssl-conf-cmd` gives an OpenSSL command, whose names are case-insensitive. */
const command = (scope: Scope, name: string): Value | undefined =>
  entriesOf(setting(scope, 'ssl.openssl.ssl-conf-cmd')?.value).findLast(
    ({ key }) => key?.toLowerCase() === name.toLowerCase(),
  )?.value;

const isText = (value: Value | undefined, text: string): boolean => value?.kind === 'text' && value.text === text;
const isCondition = (statement: Statement, field: string): statement is Condition =>
  statement.kind === 'condition' && statement.field === field;
const isLoopback = (address: string): boolean => /^(127\.|\[::1\]|localhost|\/)/.test(address);
const spanIn = (scope: Scope, { start, end }: Range): Span => spanOf(scope.source, start, end);

/** A main file that includes nothing. */
const isWhole = (statements: readonly Statement[]): boolean =>
  statements.some(
    (statement) => statement.kind === 'assignment' && /^server\.(document-root|modules|port)$/.test(statement.key),
  ) && !statements.some((statement) => statement.kind === 'include');
