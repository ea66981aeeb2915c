import type { Fact, Listener } from '../../core/fact.ts';
import { buildFact, unknown, written } from '../../core/fact-builder.ts';
import type { Related } from '../../core/finding.ts';
import { spanOfWord } from '../../formats/word.ts';
import { optionInForce } from '../dialects/haproxy-options.ts';
import { readBindAddress } from './addresses.ts';
import type { Bind } from './binds.ts';
import { answerOf, type Route, type RouteFinder } from './http-rules.ts';
import { forgetsSsl } from './listeners.ts';

/** Where a browser ends up that was given a bare name, also in a container that may not open port 80. */
const portsForVisitors = [80, 8080];

/**
 * A bind line that speaks plain HTTP. Whether it serves what belongs behind TLS is said only where the same backends are
 * there over TLS too, and for the usual port: elsewhere TLS may end in front of HAProxy, or a port of its own is meant
 * for something else. In TCP mode a port without `ssl` passes on what it gets, TLS included, and there is no fact.
 */
export function plainListener(bind: Bind, secure: readonly Bind[], routes: RouteFinder): readonly Fact<Listener>[] {
  const { proxy, address, line } = bind;
  const forgotten = forgetsSsl(bind);
  if (bind.tls.state !== 'absent' || (proxy.mode !== 'http' && !forgotten)) return [];
  const { ports, exposure } = readBindAddress(address);
  const route = routes(proxy);
  const answer = proxy.mode === 'http' ? answerOf(route) : undefined;
  const twin = secure.find((other) => other.proxy === proxy || sharesBackend(route, routes(other.proxy)));
  const visited =
    ports !== undefined && 'value' in ports && ports.value.some((port) => portsForVisitors.includes(port));
  const behindProxy = optionInForce(bind.options, ['accept-proxy'], line.branch).state !== 'absent';
  const serves = answer === 'serves' && twin !== undefined && visited && !behindProxy && line.branch.length === 0;
  const redirects = answer === 'redirects' ? true : serves || (forgotten && proxy.mode === 'http') ? false : undefined;
  const certificate = bind.certificates[0]?.certificate ?? address;
  const application = proxy.mode === 'http' ? 'http' : 'other';
  const related: readonly Related[] =
    serves && twin.proxy !== proxy ? [{ span: spanOfWord(twin.line.keyword), phrase: 'served over TLS here' }] : [];
  return [
    buildFact<Listener>(
      {
        technology: 'haproxy',
        subject: `bind ${address.text} in ${proxy.title}`,
        self: spanOfWord(line.keyword),
        related,
      },
      {
        kind: 'listener',
        ...(proxy.mode !== undefined && { application }),
        ...(redirects !== undefined && { redirectsToHttps: redirects }),
      },
      {
        ports,
        tls: written(false, spanOfWord(forgotten ? certificate : address)),
        exposure,
        ...(redirects === undefined && { redirectsToHttps: unknown }),
        ...(proxy.mode === undefined && { application: unknown }),
      },
    ),
  ];
}

const sharesBackend = (one: Route, other: Route): boolean =>
  other.front.mode === 'http' && (one.backends ?? []).some((backend) => other.backends?.includes(backend));
