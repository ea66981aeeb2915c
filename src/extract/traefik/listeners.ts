import type { Fact, Listener } from '../../core/fact.ts';
import { buildFact, type Field, unknown, written } from '../../core/fact-builder.ts';
import type { Span } from '../../core/source.ts';
import { spanOfNode } from '../../formats/yaml-tree.ts';
import type { TraefikDefaults } from '../dialects/traefik-defaults.ts';
import { isBroken, serves, unwrittenOptions, writtenOptions } from '../dialects/traefik-options.ts';
import { flagField, keyAt, settingAt } from '../dialects/traefik-settings.ts';
import { exposureOf, portsField } from './entry-point-fields.ts';
import { certificatesOf, hstsOf } from './middlewares.ts';
import {
  type Configuration,
  type EntryPoint,
  entryPointsFor,
  isUdp,
  type Named,
  type Router,
  resolve,
  spanOfKey,
} from './model.ts';
import { plainListeners } from './plain-listeners.ts';
import { isPassthrough, routerTls } from './router-tls.ts';

/**
 * A listener for each option set that is written or in force, for each router that serves TLS, and for what is served
 * without.
 *
 * Option sets hold the versions and suites, since theirs are the lines to change; routers hold what they add. A TLS
 * connection whose name no router asks for gets the options named `default`, on every entry point.
 */
export function listeners(configuration: Configuration, defaults: TraefikDefaults): readonly Fact<Listener>[] {
  const uses = usesOf(configuration);
  const bySet = usesBySet(uses, configuration);
  const usesOfRouter = grouped(uses, ({ router }) => router);
  return [
    ...[...configuration.optionSets.values()].flat().flatMap((set) => optionFacts(set, bySet, configuration, defaults)),
    ...unwrittenDefault(uses, configuration, defaults),
    ...configuration.entryPoints.filter((entryPoint) => entryPoint.redirects).map(redirectFact),
    ...configuration.routers.flatMap((router) =>
      routerFact(router, usesOfRouter.get(router) ?? [], configuration, defaults),
    ),
    ...plainListeners(configuration),
  ];
}

/** A router that serves TLS on an entry point, and the options that it names there. */
interface Use {
  readonly router: Router;
  readonly entryPoint: EntryPoint;
  readonly options: string;
  /** The options that it names itself, whatever wins. */
  readonly named: string;
  /** The names for which these options are chosen; empty where another set wins, or the rule has no name. */
  readonly hosts: readonly string[];
}

/**
 * Options are chosen by the name in the handshake. Routers of one entry point and name that disagree both get the
 * options named `default`, for all their names, and so does a router without a name (Traefik 3.7,
 * pkg/server/aggregator.go).
 */
function usesOf(configuration: Configuration): readonly Use[] {
  const uses = configuration.routers.flatMap((router) =>
    (entryPointsFor(router, configuration) ?? []).flatMap((entryPoint): readonly Use[] => {
      const named = optionsNamed(router, entryPoint);
      if (named === undefined) return [];
      const options = router.protocol === 'http' && router.hosts?.length === 0 ? 'default' : named;
      return [{ router, entryPoint, options, named, hosts: router.hosts ?? [] }];
    }),
  );
  const chosen = new Map<string, Set<string>>();
  const placesOf = ({ entryPoint, hosts }: Use): readonly string[] => hosts.map((host) => `${entryPoint.name} ${host}`);
  for (const use of uses) {
    if (use.router.protocol !== 'http') continue;
    for (const place of placesOf(use)) chosen.set(place, (chosen.get(place) ?? new Set()).add(use.options));
  }
  const disagrees = (use: Use): boolean =>
    use.router.protocol === 'http' && placesOf(use).some((place) => (chosen.get(place)?.size ?? 0) > 1);
  return uses.map((use) => (disagrees(use) ? { ...use, options: 'default', hosts: [] } : use));
}

/** The qualified name of the options of a router that serves TLS; `undefined` where it does not, or nobody can tell. */
function optionsNamed(router: Router, entryPoint: EntryPoint): string | undefined {
  if (routerTls(router, entryPoint) !== true || isPassthrough(router)) return undefined;
  const own = settingAt(router.node, 'tls');
  const holder = own.state === 'absent' ? settingAt(entryPoint.node, 'http', 'tls') : own;
  const options = holder.state === 'present' ? settingAt(holder.node, 'options') : undefined;
  if (options?.state === 'unknown') return undefined;
  const name = options?.state === 'present' && options.node.kind === 'scalar' ? options.node.value : '';
  if (name === '' || name === 'default') return 'default';
  return name.includes('@') ? name : `${name}@${router.part.provider}`;
}

const usesBySet = (
  uses: readonly Use[],
  configuration: Configuration,
): ReadonlyMap<Named | undefined, readonly Use[]> => grouped(uses, (use) => setOf(use, use.options, configuration));

const setOf = ({ router }: Use, options: string, { optionSets }: Configuration): Named | undefined =>
  options === 'default' ? resolve(optionSets, 'default@file', router.part) : resolve(optionSets, options, router.part);

function grouped<T, K>(all: readonly T[], keyOf: (item: T) => K): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>();
  for (const item of all) {
    const known = groups.get(keyOf(item));
    if (known) known.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}

const flagIsOn = (set: Named, name: string): boolean => {
  const flag = flagField(settingAt(set.node, name));
  return flag?.origin === 'written' && flag.value;
};

/** One fact for each group of names that the set serves on the same entry points; one without names where it serves none. */
function optionFacts(
  set: Named,
  uses: ReadonlyMap<Named | undefined, readonly Use[]>,
  configuration: Configuration,
  defaults: TraefikDefaults,
): readonly Fact<Listener>[] {
  const fields = writtenOptions(set.node, defaults);
  const self = spanOfKey(set);
  const fact = (hosts: readonly string[], entryPoints: readonly EntryPoint[]): Fact<Listener> =>
    buildFact<Listener>(
      { technology: 'traefik', subject: `TLS options ${set.name}`, self },
      { kind: 'listener', ...exposureOf(entryPoints), ...(hosts.length > 0 && { hosts }) },
      {
        tls: serves(set.node, defaults) ? written(true, self) : unknown,
        ports: portsField(entryPoints),
        ...fields,
      },
    );
  if (set.name === 'default' && !flagIsOn(set, 'sniStrict')) return [fact([], entryPointsOf(configuration))];
  const mine = uses.get(set) ?? [];
  const byHosts = new Map<string, { readonly hosts: readonly string[]; readonly entryPoints: EntryPoint[] }>();
  for (const entryPoint of new Set(mine.map((use) => use.entryPoint))) {
    const hosts = [...new Set(mine.flatMap((use) => (use.entryPoint === entryPoint ? use.hosts : [])))];
    const group = byHosts.get(hosts.join(' ')) ?? { hosts, entryPoints: [] };
    group.entryPoints.push(entryPoint);
    byHosts.set(hosts.join(' '), group);
  }
  const groups = [...byHosts.values()].filter(({ hosts }) => hosts.length > 0);
  return groups.length > 0 ? groups.map(({ hosts, entryPoints }) => fact(hosts, entryPoints)) : [fact([], [])];
}

/**
 * The options named `default` where nobody writes them and something is served over TLS: they are in force for every
 * other name. Placed at the first use.
 */
function unwrittenDefault(
  uses: readonly Use[],
  configuration: Configuration,
  defaults: TraefikDefaults,
): readonly Fact<Listener>[] {
  if (configuration.mayHideObjects || configuration.optionSets.has('default')) return [];
  const entryPoint = configuration.entryPoints.find(({ tls }) => tls);
  const use = uses.find(({ options }) => options === 'default') ?? uses[0];
  const key = entryPoint ? keyAt(entryPoint.node, 'http', 'tls') : use && keyAt(use.router.node, 'tls');
  const head = key ?? entryPoint?.key ?? use?.router.key;
  if (!head) return [];
  const self = spanOfNode(head);
  const entryPoints = entryPointsOf(configuration);
  return [
    buildFact<Listener>(
      { technology: 'traefik', subject: 'TLS options default', self },
      { kind: 'listener', ...exposureOf(entryPoints) },
      { tls: written(true, self), ports: portsField(entryPoints), ...unwrittenOptions(defaults) },
    ),
  ];
}

/** Each takes TLS with the options named `default`, whether or not a router answers then. */
const entryPointsOf = ({ entryPoints }: Configuration): readonly EntryPoint[] =>
  entryPoints.filter((entryPoint) => !isUdp(entryPoint));

/** A router that serves TLS, with what it adds to its options. Where these serve nothing, nor does it. */
function routerFact(
  router: Router,
  uses: readonly Use[],
  configuration: Configuration,
  defaults: TraefikDefaults,
): readonly Fact<Listener>[] {
  const entryPoints = entryPointsFor(router, configuration);
  const secured = entryPoints?.filter((entryPoint) => routerTls(router, entryPoint) === true);
  const tls = secured ? secured.length > 0 : routerTls(router, undefined) === true;
  if (!tls || isPassthrough(router)) return [];
  const self = spanOfKey(router);
  if (uses.some((use) => isLeftOut(use, configuration))) return [];
  const sets = uses.map((use) => setOf(use, use.options, configuration));
  const answers = !sets.some((set) => set && !serves(set.node, defaults));
  return [
    buildFact<Listener>(
      { technology: 'traefik', subject: `router ${router.name}`, self },
      { kind: 'listener', application: router.protocol === 'http' ? 'http' : 'other', ...exposureOf(secured ?? []) },
      {
        tls: answers ? written(true, placeOfTls(router, self)) : unknown,
        hosts: hostsField(router),
        ports: portsField(secured ?? []),
        certificates: certificatesOf(router, secured ?? [], configuration),
        ...(router.protocol === 'http' && { hsts: hstsOf(router, secured, configuration) }),
      },
    ),
  ];
}

/** Traefik leaves out a router that names options which it cannot build, also where others would be used. */
const isLeftOut = (use: Use, configuration: Configuration): boolean => {
  const named = setOf(use, use.named, configuration);
  return named !== undefined && isBroken(named.node);
};

const placeOfTls = (router: Router, self: Span): Span => {
  const key = keyAt(router.node, 'tls');
  return key ? spanOfNode(key) : self;
};

function hostsField(router: Router): Field<readonly string[]> | undefined {
  if (router.hosts === undefined) return unknown;
  const rule = settingAt(router.node, 'rule');
  return router.hosts.length > 0 && rule.state === 'present' ? written(router.hosts, spanOfNode(rule.node)) : undefined;
}

/** An entry point whose routers are never asked: it sends every request on to https. */
function redirectFact(entryPoint: EntryPoint): Fact<Listener> {
  const self = spanOfKey(entryPoint);
  const to = settingAt(entryPoint.node, 'http', 'redirections', 'entryPoint', 'to');
  return buildFact<Listener>(
    { technology: 'traefik', subject: `entry point ${entryPoint.name}`, self },
    { kind: 'listener', application: 'http', tls: false, ...exposureOf([entryPoint]) },
    {
      ports: portsField([entryPoint]),
      redirectsToHttps: written(true, to.state === 'present' ? spanOfNode(to.node) : self),
    },
  );
}
