import type { Fact, Upstream } from '../../core/fact.ts';
import { buildFact, byDefault, unknown, written } from '../../core/fact-builder.ts';
import { type NginxDirective, spanOfArgument } from '../../formats/nginx.ts';
import { type Reach, reachOf, widestReach } from '../../tls/reach.ts';
import { flag, literal } from '../dialects/nginx-settings.ts';
import { type UpstreamPrefix, upstreamFields } from '../dialects/nginx-upstream.ts';
import type { Context } from './contexts.ts';
import type { NginxDefaults } from './defaults.ts';
import { innerScope, lookupFrom, own, type Scope } from './scope.ts';

/** The directives that open TLS when their URL has this scheme, and the names of the settings that go with them. */
const passes: ReadonlyMap<string, { readonly scheme: string; readonly prefix: UpstreamPrefix }> = new Map([
  ['proxy_pass', { scheme: 'https', prefix: 'proxy_' }],
  ['grpc_pass', { scheme: 'grpcs', prefix: 'grpc_' }],
  ['uwsgi_pass', { scheme: 'suwsgi', prefix: 'uwsgi_' }],
]);

const inheriting = ['server', 'location', 'if', 'limit_except'];

/** One fact for each place that passes requests or connections on over TLS. */
export function upstreamsOf(context: Context, defaults: NginxDefaults): readonly Fact<Upstream>[] {
  if (context.family === 'mail') return [];
  return below(context.scope).flatMap((scope) =>
    scope.directives.flatMap((directive) => {
      const target = targetOf(directive, scope, context);
      return target ? [upstream(target, scope, context, defaults)] : [];
    }),
  );
}

/** A scope and the blocks in it that may pass something on. */
const below = (scope: Scope): readonly Scope[] => [
  scope,
  ...scope.directives
    .filter(({ name, block }) => block && inheriting.includes(name))
    .flatMap((inner) => below(innerScope(inner, scope))),
];

interface Target {
  readonly directive: NginxDirective;
  readonly prefix: UpstreamPrefix;
  /** Host and port; `undefined` when a variable or a template holds it. */
  readonly address: string | undefined;
}

/** `proxy_pass https://…` and its like; in `stream`, `proxy_pass` where `proxy_ssl` is on. */
function targetOf(directive: NginxDirective, scope: Scope, { family }: Context): Target | undefined {
  const pass = passes.get(directive.name);
  const [argument] = directive.arguments;
  if (!pass || !argument) return undefined;
  const { prefix } = pass;
  if (family === 'stream') {
    const on = directive.name === 'proxy_pass' ? flag(lookupFrom(scope), 'proxy_ssl') : undefined;
    return on?.origin === 'written' && on.value ? { directive, prefix, address: literal(argument) } : undefined;
  }
  const [, scheme, address = ''] = /^(\w+):\/\/(unix:[^:]*|[^/?]*)/i.exec(argument.value) ?? [];
  if (scheme?.toLowerCase() !== pass.scheme) return undefined;
  const known = !argument.templated && !/\$[\w{]|\{\{|<%|@@\w+@@/.test(address);
  return { directive, prefix, address: known ? address : undefined };
}

function upstream(
  { directive, prefix, address }: Target,
  scope: Scope,
  context: Context,
  defaults: NginxDefaults,
): Fact<Upstream> {
  const [argument] = directive.arguments;
  const span = argument ? spanOfArgument(directive, argument) : undefined;
  const self = span ?? { file: directive.source.path, start: directive.start, end: directive.end };
  const exposure = address === undefined ? undefined : exposureOf(address, context);
  return buildFact<Upstream>(
    { technology: 'nginx', subject: `upstream ${address ?? argument?.value ?? ''}`, self },
    { kind: 'upstream' },
    {
      target: address === undefined ? unknown : written(address, self),
      tls: written(true, self),
      exposure: exposure === undefined ? unknown : written(exposure, self),
      ...upstreamFields(lookupFrom(scope), prefix, {
        verify: byDefault(false, `nginx verifies no upstream certificate unless ${prefix}ssl_verify is on`),
        protocols: defaults.protocols,
        ciphers: defaults.upstreamCiphers,
      }),
    },
  );
}

/** Loopback, a unix socket, or a group of nothing else. A short name may be a group in a file that is not there. */
function exposureOf(address: string, { scope }: Context): Reach | undefined {
  const group = own(scope, 'upstream').find(({ arguments: [name] }) => name?.value === address);
  if (!group) {
    const mayBeGroup = /^[\w-]+$/.test(address) && (scope.name === 'fragment' || scope.mayHide('upstream'));
    return mayBeGroup ? undefined : reachOf(address);
  }
  const members = own(innerScope(group, scope), 'server').map(({ arguments: [server] }) => literal(server));
  if (members.length === 0 || members.includes(undefined)) return undefined;
  return widestReach(members.map((member) => reachOf(member ?? '')));
}
