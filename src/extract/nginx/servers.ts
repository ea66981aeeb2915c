import { type Field, unknown, written } from '../../core/fact-builder.ts';
import type { Span } from '../../core/source.ts';
import { spanOfArgument, spanOfArguments } from '../../formats/nginx.ts';
import { firstArgument, literal } from '../dialects/nginx-settings.ts';
import { hiddenListen, type Listen, readListen, withoutListen } from './listen.ts';
import { innerScope, lookupFrom, own, type Scope } from './scope.ts';

/** One `server` block, with what its sockets are shared with settled. */
export interface Server {
  readonly scope: Scope;
  /** Names as written, without catch-alls such as `_`. */
  readonly hosts: readonly string[];
  /** Its addresses on which connections are TLS, on which they are not, and on which a template decides. */
  readonly secure: readonly Listen[];
  readonly plain: readonly Listen[];
  readonly undecided: readonly Listen[];
  /** The server whose settings hold before the name that the client asks for is known; often itself. */
  readonly byAddress: Scope;
}

/**
 * The servers of an `http`, `stream` or `mail` block. A socket is shared by all servers with its address and port: if
 * one of them asks for TLS, all of them speak it, and the one marked `default_server`, else the first, decides what
 * is settled before the client's SNI is read (observed on nginx 1.22.1; ngx_http_core_module, listen).
 */
export function serversIn(context: Scope, family: 'http' | 'stream' | 'mail'): readonly Server[] {
  const scopes = own(context, 'server')
    .filter(({ block, arguments: { length } }) => block && length === 0)
    .map((head) => innerScope(head, context));
  const read = scopes.map((scope) => ({ scope, listens: listensOf(scope, family) }));
  const sockets = new Map<string, { tls: boolean | undefined; first: Scope; chosen: Scope | undefined }>();
  for (const { scope, listens } of read) {
    for (const { key, tls, isDefault } of listens) {
      if (key === undefined) continue;
      const socket = sockets.get(key) ?? { tls: false, first: scope, chosen: undefined };
      socket.tls = socket.tls || tls ? true : socket.tls === undefined || tls === undefined ? undefined : false;
      if (isDefault) socket.chosen ??= scope;
      sockets.set(key, socket);
    }
  }
  return read.map(({ scope, listens }) => {
    const settled = listens.map((listen) => ({
      ...listen,
      tls: listen.key === undefined ? listen.tls : sockets.get(listen.key)?.tls,
    }));
    const secure = settled.filter(({ tls }) => tls === true);
    const deciding = secure.flatMap(({ key }) => {
      const socket = key === undefined ? undefined : sockets.get(key);
      return socket ? [socket.chosen ?? socket.first] : [];
    });
    return {
      scope,
      hosts: hostsOf(scope),
      secure,
      plain: settled.filter(({ tls }) => tls === false),
      undecided: settled.filter(({ tls }) => tls === undefined),
      byAddress: deciding.includes(scope) ? scope : (deciding[0] ?? scope),
    };
  });
}

/**
 * `ssl on` (until 1.25.1) makes all addresses of its server TLS. In a fragment, port 443 of a server with a certificate
 * may be TLS because a server in another file says so.
 */
function listensOf(scope: Scope, family: 'http' | 'stream' | 'mail'): readonly Listen[] {
  const written = own(scope, 'listen').flatMap((directive) => readListen(directive) ?? []);
  const assumed = scope.mayHide('listen') ? [hiddenListen] : family === 'http' ? [withoutListen] : [];
  const listens = written.length > 0 ? written : assumed;
  const look = lookupFrom(scope);
  const on = firstArgument(look('ssl'));
  if (on?.value?.toLowerCase() === 'on') return listens.map((listen) => ({ ...listen, tls: true, span: on.span }));
  const shared = scope.outer?.name === 'fragment' && look('ssl_certificate').state === 'written';
  return shared
    ? listens.map((listen) =>
        listen.tls === false && listen.ports.includes(443) ? { ...listen, tls: undefined } : listen,
      )
    : listens;
}

const hostsOf = (scope: Scope): readonly string[] =>
  own(scope, 'server_name').flatMap(({ arguments: names }) =>
    names.flatMap((name) => {
      const value = literal(name);
      return value === undefined || /^(?:_|-|--|)$/.test(value) || value.startsWith('~') ? [] : [value];
    }),
  );

/** The `hosts` of a fact. */
export function hostsField({ scope, hosts }: Server): Field<readonly string[]> | undefined {
  const [first] = own(scope, 'server_name');
  if (!first) return scope.mayHide('server_name') ? unknown : undefined;
  const all = own(scope, 'server_name').flatMap((directive) =>
    directive.arguments.map((argument) => ({ directive, argument })),
  );
  if (hosts.length === 0 && all.some(({ argument }) => literal(argument) === undefined)) return unknown;
  const named = all.filter(({ argument }) => hosts.includes(argument.value));
  const parts = named.map(({ directive, argument }, index): [string, Span] => [
    String(index),
    spanOfArgument(directive, argument),
  ]);
  return written(
    named.map(({ argument }) => argument.value),
    spanOfArguments(first),
    Object.fromEntries(parts),
  );
}

/** Whether two lists of server names share a name; `*.example.com` and `.example.com` cover what is below. */
export const shareHost = (some: readonly string[], others: readonly string[]): boolean =>
  some.some((one) => others.some((other) => covers(one, other) || covers(other, one)));

function covers(pattern: string, host: string): boolean {
  const name = host.toLowerCase();
  const wanted = pattern.toLowerCase();
  if (wanted === name) return true;
  if (wanted.startsWith('*.')) return name.endsWith(wanted.slice(1));
  if (wanted.startsWith('.')) return name.endsWith(wanted) || name === wanted.slice(1);
  return wanted.endsWith('.*') && name.startsWith(wanted.slice(0, -1));
}
