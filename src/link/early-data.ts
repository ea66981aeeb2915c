import { type EarlyDataMitigation, type Fact, type Listener, type Route, spanAt } from '../core/fact.ts';
import type { Related } from '../core/finding.ts';
import { groupedBy, ofBuild } from './cluster.ts';

/** Methods that change nothing, so that a request may be repeated (RFC 9110, section 9.2.1). */
const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

/** At most so many routes are named beside a listener. */
const named = 3;

/**
 * What stands behind a listener that takes early data: routes that accept requests which change something are named
 * beside it. Routes that take only safe methods, all of them, are what stops a replay from doing harm (RFC 8470,
 * section 4); where the others lead through a content delivery network, its rules on early data count first. A listener without a name stands for every one of its technology, and so do its routes.
 */
export function linkEarlyData(facts: readonly Fact[]): readonly Fact[] {
  if (!facts.some(isAtRisk)) return facts;
  const routes = facts.filter(isRoute);
  const byListener = groupedBy(
    routes.flatMap((route) => route.data.listeners.map((listener) => ({ listener, route }))),
    ({ listener }) => listener,
  );
  const behind = ({ data, technology, build }: Fact<Listener>): readonly Fact<Route>[] => {
    if (data.name === undefined)
      return ofBuild(
        routes.filter((route) => route.technology === technology),
        build,
      );
    const object = data.name.replace(/#.*$/, '');
    const attached = [...new Set([data.name, object])].flatMap((name) => byListener.get(name) ?? []);
    return ofBuild(
      attached.map(({ route }) => route),
      build,
    );
  };
  return facts.map((fact) => (isAtRisk(fact) ? withRoutes(fact, behind(fact)) : fact));
}

const isRoute = (fact: Fact): fact is Fact<Route> => fact.data.kind === 'route';

/** It takes early data, and nothing is known to stop replays. */
const isAtRisk = (fact: Fact): fact is Fact<Listener> =>
  fact.data.kind === 'listener' &&
  fact.data.earlyData?.enabled === true &&
  fact.data.earlyData.mitigations?.length === 0;

function withRoutes(listener: Fact<Listener>, routes: readonly Fact<Route>[]): Fact<Listener> {
  const serving = routes.filter(({ data }) => data.redirectsToHttps !== true);
  const changing = serving.filter(({ data }) => unsafeMethods(data).length > 0 || data.methods === undefined);
  if (serving.length === 0) return listener;
  const delivered = changing.filter(({ data }) => data.delivered === true);
  if (changing.length === 0) return mitigated(listener, 'safe-methods-only', serving);
  if (delivered.length === changing.length) return mitigated(listener, 'content-delivery-network', delivered);
  const open = changing.filter((route) => !delivered.includes(route));
  return { ...listener, related: [...listener.related, ...open.slice(0, named).map(accepts)] };
}

function mitigated(
  listener: Fact<Listener>,
  mitigation: EarlyDataMitigation,
  [first]: readonly Fact<Route>[],
): Fact<Listener> {
  const { 'earlyData/mitigations': _unneeded, ...defaults } = listener.defaults;
  return {
    ...listener,
    data: { ...listener.data, earlyData: { enabled: true, mitigations: [mitigation] } },
    defaults,
    spans: { ...listener.spans, ...(first && { 'earlyData/mitigations': spanAt(first, 'delivered') }) },
  };
}

const unsafeMethods = ({ methods = [] }: Route): readonly string[] =>
  methods.filter((method) => !safeMethods.has(method.toUpperCase()));

function accepts({ subject, self, data }: Fact<Route>): Related {
  const methods = unsafeMethods(data);
  const what = methods.length > 0 ? methods.join(', ') : 'any method';
  return { span: self, phrase: `${subject} takes requests of ${what} from it` };
}
