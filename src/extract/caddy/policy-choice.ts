import type { Policy } from './model.ts';

/** What one site adds to the connection policies of a socket. */
export interface SitePolicies<T> {
  readonly owner: T;
  /** The names that its policies are for; empty for every name. */
  readonly hosts: readonly string[];
  /** It has names that are not known. */
  readonly hidden: boolean;
  /** In the order of its `tls` directives. */
  readonly policies: readonly Policy[];
  /** It has at least one directive of its own. */
  readonly hasDirective: boolean;
  /** One of its names is the default server name. */
  readonly isDefault: boolean;
  /** There may be more directives than are seen. */
  readonly open: boolean;
}

/** The policies that hold for a name. */
export interface Choice<T> {
  /** The one that wins first; empty where Caddy's defaults hold; `undefined` where it cannot be known. */
  readonly policies: readonly Policy[] | undefined;
  /** The site that wrote them. */
  readonly from?: T;
}

/** A connection policy: the first one with the name that a client asks for decides. */
interface Entry<T> {
  readonly owner: T;
  readonly hosts: readonly string[];
  /** What is joined in it, the one that wins first. */
  readonly policies: readonly Policy[];
}

/**
 * The policies in force for a name of the site `owner`: often its own; for a site that sets nothing those of a wildcard
 * or a catch-all on the same socket. The steps are those of Caddy 2.11, caddyconfig/httpcaddyfile/httptype.go, which
 * handshakes with 2.11.7 confirmed: they are told apart only where sites share a socket.
 */
export function chosenPolicies<T>(
  sites: readonly SitePolicies<T>[],
  owner: T,
  host: string | undefined,
  shielded: boolean,
): Choice<T> {
  const own = sites.find((site) => site.owner === owner);
  const effective = own?.policies.filter((policy) => policy.effective) ?? [];
  if (host === undefined || !own) {
    if (own && effective.length > 0) return { policies: effective, from: own.owner };
    const others = sites.some((site) => site !== own && site.policies.some((policy) => policy.effective));
    return { policies: own?.open || others ? undefined : [] };
  }
  if (own.open && effective.length === 0) return { policies: undefined };
  const entries = joined(withShields(inOrder(sites), shielded));
  const entry = entries.find(({ hosts }) => hosts.length === 0 || hosts.some((pattern) => covers(pattern, host)));
  return entry ? { policies: entry.policies, from: entry.owner } : { policies: [] };
}

/**
 * Sites in the order in which Caddy looks through their policies: those with wildcards after those without, longer
 * names first, those for every name at the end.
 */
function inOrder<T>(sites: readonly SitePolicies<T>[]): readonly SitePolicies<T>[] {
  const rank = ({ hosts }: SitePolicies<T>): readonly [number, number] => {
    const longest = Math.max(0, ...hosts.map((host) => host.replaceAll('*', '').length));
    return [hosts.length === 0 ? 2 : hosts.some((host) => host.includes('*')) ? 1 : 0, -longest];
  };
  return sites
    .map((site) => ({ site, rank: rank(site) }))
    .sort((a, b) => a.rank[0] - b.rank[0] || a.rank[1] - b.rank[1])
    .map(({ site }) => site);
}

/**
 * One entry for each directive that sets something. In front of a wildcard that asks for client certificates stands a
 * copy of that entry which does not, for the names below it that set nothing themselves.
 */
function withShields<T>(sites: readonly SitePolicies<T>[], shielded: boolean): readonly Entry<T>[] {
  const entries: Entry<T>[] = [];
  const setNothing: string[] = [];
  for (const { owner, hosts, hidden, policies, hasDirective, isDefault } of sites) {
    if (hidden) continue;
    if (!hasDirective) setNothing.push(...hosts.filter((host) => !host.includes('*')));
    for (const [index, policy] of policies.entries()) {
      // The default name counts as one more name with each directive.
      const defaults = isDefault && hosts.length > 0 ? Array.from({ length: index + 1 }, () => '') : [];
      if (policy.effective) entries.push({ owner, hosts: [...defaults, ...[...hosts].sort()], policies: [policy] });
      else setNothing.push(...hosts);
    }
  }
  if (!shielded) return entries;
  const shields = new Map<Entry<T>, string[]>();
  for (const host of setNothing) {
    const asking = entries.find(
      ({ hosts, policies: [policy] }) =>
        policy?.clientAuth && hosts.some((name) => name.includes('*') && covers(name, host)),
    );
    if (asking) shields.set(asking, [...(shields.get(asking) ?? []), host]);
  }
  return entries.flatMap((entry) => {
    const hosts = shields.get(entry);
    if (!hosts) return [entry];
    const policies = entry.policies.map((policy) => ({ ...policy, clientAuth: undefined }));
    return [{ owner: entry.owner, hosts: [...new Set(hosts)].sort(), policies }, entry];
  });
}

/** Equal neighbours become one entry for the names of both; entries for the same names become one. */
function joined<T>(entries: readonly Entry<T>[]): readonly Entry<T>[] {
  const list = [
    ...entries.filter(({ hosts }) => hosts.length > 0),
    ...entries.filter(({ hosts }) => hosts.length === 0),
  ];
  for (let at = 0; at < list.length; at++) {
    for (let other = 0; other < list.length; other++) {
      const [one, two] = [list[at], list[other]];
      if (!one || !two || at === other) continue;
      const sameHosts = one.hosts.join() === two.hosts.join();
      const sameSettings = settingsOf(one) === settingsOf(two);
      const neighbours = at === other - 1 && one.hosts.length > 0 && two.hosts.length > 0;
      if (!sameHosts && !(neighbours && sameSettings)) continue;
      if (!sameSettings) list[at] = { ...one, policies: [...one.policies, ...two.policies] };
      else if (!sameHosts) list[at] = { ...one, hosts: [...one.hosts, ...two.hosts] };
      list.splice(other, 1);
      at--;
      break;
    }
  }
  return list;
}

const settingsOf = <T>({ policies }: Entry<T>): string =>
  policies.map(({ settings, clientAuth }) => `${settings}|${clientAuth?.settings ?? ''}`).join('\n');

/** Whether a name, label by label from the left, is one that the pattern's asterisks stand for (certmagic, MatchWildcard). */
export function covers(pattern: string, host: string): boolean {
  if (pattern === host) return true;
  const labels = host.split('.');
  return labels.some((_label, index) => pattern === [...labels.fill('*', 0, index + 1)].join('.'));
}
