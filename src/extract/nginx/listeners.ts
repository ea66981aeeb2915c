import type { Fact, Listener, ProtocolVersion } from '../../core/fact.ts';
import { buildFact, byDefault, type Field, type Fields, unknown, written } from '../../core/fact-builder.ts';
import type { Related } from '../../core/finding.ts';
import { type NginxDirective, spanOfName } from '../../formats/nginx.ts';
import { passesOn } from '../dialects/nginx-early-data.ts';
import {
  certificatesOf,
  clientAuthOf,
  hasDhParameters,
  hstsOf,
  preferenceOf,
  staplingOf,
  ticketsOf,
} from '../dialects/nginx-listener.ts';
import { ciphersOf, groupsOf, protocolsOf, writtenSuites13 } from '../dialects/nginx-protocols.ts';
import { flag, type Lookup, literal } from '../dialects/nginx-settings.ts';
import type { Context } from './contexts.ts';
import type { NginxDefaults } from './defaults.ts';
import { earlyDataOf } from './early-data.ts';
import type { Listen } from './listen.ts';
import { answerOf } from './redirects.ts';
import { innerScope, lookupFrom, own, type Scope } from './scope.ts';
import { hostsField, type Server, serversIn, shareHost } from './servers.ts';

/** The listeners of one `http`, `stream` or `mail` block, or of a fragment of one. */
export function listenersOf(context: Context, defaults: NginxDefaults): readonly Fact<Listener>[] {
  const servers = serversIn(context.scope, context.family);
  const secure = servers.filter((server) => speaksTls(server, context));
  return [
    ...secure.filter(answers).map((server) => secureListener(server, context, defaults)),
    ...(context.family === 'http' ? servers.flatMap((server) => plainListener(server, secure)) : []),
    ...settingsForOthers(context),
  ];
}

/** Some of its addresses are TLS, or may be and it says how; `starttls` for mail. */
const speaksTls = ({ scope, secure, undecided }: Server, { family }: Context): boolean =>
  secure.length > 0 ||
  (undecided.length > 0 &&
    (lookupFrom(scope)('ssl_certificate').state === 'written' || own(scope, 'ssl_protocols').length > 0)) ||
  (family === 'mail' && startTls(scope) !== undefined);

/** A server that rejects every handshake accepts nothing, whatever else is written in it (ssl_reject_handshake). */
function answers({ scope }: Server): boolean {
  const rejects = flag(lookupFrom(scope), 'ssl_reject_handshake');
  return !(rejects?.origin === 'written' && rejects.value);
}

/** `starttls only` makes TLS the rule, `starttls on` an offer (ngx_mail_ssl_module). */
function startTls(scope: Scope): 'on' | 'only' | undefined {
  const setting = lookupFrom(scope)('starttls');
  const value = setting.state === 'written' ? literal(setting.directives[0].arguments[0]) : undefined;
  return value === 'on' || value === 'only' ? value : undefined;
}

function secureListener(server: Server, context: Context, defaults: NginxDefaults): Fact<Listener> {
  const { scope, byAddress, secure, undecided } = server;
  const look = lookupFrom(scope);
  const first = lookupFrom(byAddress);
  const protocols = protocolsOf(defaults.protocolsByServer ? look : first, '', defaults.protocols);
  const early = context.family === 'http' ? earlyDataOf(scope, byAddress, protocols) : undefined;
  const listens = secure.length > 0 ? secure : undecided;
  return buildFact<Listener>(
    {
      technology: 'nginx',
      subject: subjectOf(server, listens),
      self: headSpan(scope),
      related: [...sharedSocket(server, defaults), ...(early?.related ?? [])],
    },
    { kind: 'listener', application: context.family === 'http' ? 'http' : 'other' },
    {
      hosts: hostsField(server),
      ports: portsField(listens),
      tls: tlsField(listens),
      exposure: exposureField(scope, listens),
      protocols,
      ciphers: ciphersOf(look, '', protocols, hasDhParameters(look), defaults.ciphers),
      suites13: suites13Of(first, protocols, defaults),
      groups: groupsOf(first),
      preferServerCiphers: preferenceOf(look) ?? byDefault(false, 'nginx leaves the choice of the suite to the client'),
      sessionTickets: ticketsOf(look) ?? byDefault(true, 'nginx issues session tickets unless told not to'),
      ocspStapling:
        context.family === 'http'
          ? (staplingOf(look) ?? byDefault(false, 'nginx staples no OCSP response unless told to'))
          : undefined,
      clientAuth:
        clientAuthOf(look) ?? byDefault({ mode: 'none' }, 'nginx asks for no client certificate unless told to'),
      certificates: certificatesOf(look),
      earlyData: early?.field,
      hsts: context.family === 'http' ? hstsField(scope) : undefined,
    },
  );
}

const headSpan = ({ head }: Scope) => (head ? spanOfName(head) : { file: '', start: 0, end: 0 });

function subjectOf({ hosts, byAddress, scope }: Server, listens: readonly Listen[]): string {
  const [host] = hosts;
  if (host !== undefined) return `server ${host}`;
  const port = listens.flatMap(({ ports }) => ports)[0];
  if (port === undefined) return 'server without a name';
  return byAddress === scope && listens.some(({ isDefault }) => isDefault)
    ? `default server of port ${port}`
    : `server on port ${port}`;
}

const sharedSocket = ({ scope, byAddress }: Server, { protocolsByServer }: NginxDefaults): readonly Related[] =>
  scope === byAddress || !byAddress.head
    ? []
    : aboutEach(byAddress.head, protocolsByServer ? ['earlyData'] : ['protocols', 'earlyData']);

const aboutEach = (head: NginxDirective, pointers: readonly string[]): readonly Related[] =>
  pointers.map((about) => ({
    span: spanOfName(head),
    phrase: 'the default server of the address decides what is settled before the name is known',
    about,
  }));

function portsField(listens: readonly Listen[]): Field<readonly number[]> | undefined {
  if (listens.some(({ key }) => key === undefined)) return unknown;
  const ports = [...new Set(listens.flatMap((listen) => listen.ports))];
  const span = listens[0]?.span;
  if (ports.length === 0) return undefined;
  return span ? written(ports, span) : byDefault(ports, 'the port of a server without listen');
}

function tlsField(listens: readonly Listen[]): Field<boolean> {
  const [first] = listens;
  if (!first || first.tls === undefined) return unknown;
  return first.span
    ? written(first.tls, first.span)
    : byDefault(first.tls, 'a server without listen speaks plain HTTP on port 80');
}

function exposureField(scope: Scope, listens: readonly Listen[]): Field<'external' | 'internal'> | undefined {
  if (listens.length === 0 || listens.some(({ internal }) => internal === undefined)) return unknown;
  const [first] = listens;
  return written(listens.every(({ internal }) => internal) ? 'internal' : 'external', first?.span ?? headSpan(scope));
}

function suites13Of(
  look: Lookup,
  protocols: Field<readonly ProtocolVersion[]> | undefined,
  { suites13 }: NginxDefaults,
): Field<readonly string[]> | undefined {
  const own = writtenSuites13(look);
  if (own || !protocols || !('value' in protocols)) return own;
  return byDefault(protocols.value.includes('TLSv1.3') ? suites13 : [], 'OpenSSL decides, where nginx is told nothing');
}

/**
 * The header of the server's own level. Without one it is known that none is sent only where the server answers from
 * files: an application behind it, or a location with headers of its own, may send it.
 */
function hstsField(scope: Scope): Field<NonNullable<Listener['hsts']>> | undefined {
  const look = lookupFrom(scope);
  const found = hstsOf(look);
  if (found) return found;
  if (!answersFromFiles(scope)) return unknown;
  return byDefault({ maxAgeSeconds: 0 }, 'nginx sends no Strict-Transport-Security unless told to');
}

function answersFromFiles(scope: Scope): boolean {
  if (scope.mayHide('location') || scope.mayHide('proxy_pass')) return false;
  if (scope.directives.some(passesOn) || (scope.name !== 'server' && own(scope, 'add_header').length > 0)) return false;
  if (scope.directives.some(({ name }) => name === 'more_set_headers')) return false;
  return scope.directives
    .filter(({ name, block }) => block && /^(?:location|if)$/.test(name))
    .every((inner) => answersFromFiles(innerScope(inner, scope)));
}

/** Where a browser ends up that was given a bare name, also in a container that may not open port 80. */
const portsForVisitors = [80, 8080];

/**
 * A server that speaks plain HTTP. Whether it serves what belongs behind TLS is said only where the same file set
 * serves the same name over TLS too, and for the usual port: elsewhere TLS may end in front of nginx, or a port of its
 * own is meant for something else.
 */
function plainListener(server: Server, secure: readonly Server[]): readonly Fact<Listener>[] {
  const { scope, plain, hosts } = server;
  if (plain.length === 0) return [];
  const answer = answerOf(scope);
  const visited = plain.some(({ ports }) => ports.some((port) => portsForVisitors.includes(port)));
  const twin = secure.find((other) => other.scope === scope || shareHost(other.hosts, hosts));
  const serves = answer === 'serves' && twin && visited && !plain.some(({ conditional }) => conditional);
  const redirects = answer === 'redirects' ? true : serves ? false : undefined;
  const related =
    redirects === false && twin?.scope.head && twin.scope !== scope
      ? [{ span: spanOfName(twin.scope.head), phrase: 'served over TLS here' }]
      : [];
  return [
    buildFact<Listener>(
      {
        technology: 'nginx',
        subject: subjectOf({ ...server, byAddress: scope }, plain),
        self: headSpan(scope),
        related,
      },
      { kind: 'listener', application: 'http', ...(redirects !== undefined && { redirectsToHttps: redirects }) },
      {
        hosts: hostsField(server),
        ports: portsField(plain),
        tls: tlsField(plain),
        exposure: exposureField(scope, plain),
        ...(redirects === undefined && { redirectsToHttps: unknown }),
      },
    ),
  ];
}

/**
 * What an `http` block or a fragment sets for servers in files that are not there. Only what is written: nothing else
 * is known of them.
 */
function settingsForOthers({ scope, family, subject }: Context): readonly Fact<Listener>[] {
  const forOthers = scope.name === 'fragment' ? own(scope, 'server').length === 0 : scope.mayHide('server');
  if (!forOthers) return [];
  const look: Lookup = (name) => (own(scope, name).length > 0 ? lookupFrom(scope)(name) : { state: 'absent' });
  const protocols = protocolsOf(look, '', undefined);
  const enabled = flag(look, 'ssl_early_data');
  const fields: Fields<Listener> = {
    protocols,
    ciphers: ciphersOf(look, '', protocols, hasDhParameters(look), undefined),
    suites13: writtenSuites13(look),
    groups: groupsOf(look),
    sessionTickets: ticketsOf(look),
    clientAuth: clientAuthOf(look),
    earlyData: enabled && unknown,
  };
  if (!Object.values(fields).some((field) => field?.origin === 'written')) return [];
  const first = scope.directives.find(({ name }) => name.startsWith('ssl_'));
  const head = scope.head ?? first;
  if (!head) return [];
  return [
    buildFact<Listener>(
      { technology: 'nginx', subject, self: spanOfName(head) },
      { kind: 'listener', application: family === 'http' ? 'http' : 'other' },
      fields,
    ),
  ];
}
