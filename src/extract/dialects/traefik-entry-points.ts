import type { YamlNode } from '../../formats/yaml-tree.ts';
import { type ListenAddress, readListenAddress } from './listen-address.ts';
import { isOn, nodeAt, settingAt, textAt } from './traefik-settings.ts';

/** What an entry point of the static configuration says. */
export interface EntryPointSettings {
  readonly address: ListenAddress | undefined;
  /** `http.tls`: what holds for its routers without settings of their own. `undefined`: not known. */
  readonly tls: boolean | undefined;
  /** `http.redirections`: every request that no router of higher priority takes is sent on to https. */
  readonly redirects: boolean;
}

/** Reads the entry points of one Traefik, which must all be there: a redirection names another one. */
export function describedEntryPoints<T extends { readonly name: string; readonly node: YamlNode }>(
  all: readonly T[],
): readonly (T & EntryPointSettings)[] {
  const names = new Set(all.map(({ name }) => name.toLowerCase()));
  return all.map((named) => {
    const address = textAt(named.node, 'address')?.replace(/\/(?:tcp|udp)$/i, '');
    return {
      ...named,
      address: address === undefined ? undefined : readListenAddress(address),
      tls: isOn(settingAt(named.node, 'http', 'tls')),
      redirects: redirects(named.node, names),
    };
  });
}

/**
 * To a port or an entry point that exists. The scheme is https unless another one is written; a lower priority lets
 * routers answer first (Traefik 3.7, pkg/provider/traefik/internal.go, redirection).
 */
function redirects(entryPoint: YamlNode, names: ReadonlySet<string>): boolean {
  const redirection = nodeAt(entryPoint, 'http', 'redirections', 'entryPoint');
  const to = textAt(redirection, 'to')?.toLowerCase();
  if (to === undefined || textAt(redirection, 'priority') !== undefined) return false;
  const exists = /^:\d+$/.test(to) || names.has(to);
  return exists && (textAt(redirection, 'scheme') ?? 'https').toLowerCase() === 'https';
}
