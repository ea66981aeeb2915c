import { data as privateNames } from '../../data/private-names.yaml';

/** Who can get between the two ends of a connection. */
export type Reach = 'internal' | 'private' | 'external';

/** RFC 1918, RFC 4193. */
const privateAddress = /^(?:10\.[\d.]+|192\.168\.[\d.]+|172\.(?:1[6-9]|2\d|3[01])\.[\d.]+|\[f[cd][\da-f:]+\])$/i;

/**
 * A name without a domain, a placeholder for one, or one with an ending that is delegated to nobody: top-level domains are letters alone, or `xn--` and
 * more (RFC 3696, section 2), so that `shop.kube-system` is a Service and its namespace.
 */
function isPrivateName(name: string): boolean {
  if (/^[\w-]+$/.test(name) || /[<>{}\s]/.test(name)) return true;
  if (/\.(?!xn--)[a-z0-9]*[-_][\w-]*$/.test(name)) return true;
  return privateNames.endings.some((ending) => name.endsWith(`.${ending}`));
}

/** Loopback and unix sockets (RFC 6761, section 6.3; RFC 5735, section 3). */
const internalHost = /^(?:unix:.*|localhost|ip6-localhost|.+\.localhost|127(?:\.\d{1,3}){1,3}|\[?::1\]?)$/i;

/**
 * `internal`: this machine, where nobody can stand in between · `private`: somebody inside the network can ·
 * `external`: anybody on the way can. `host` may carry a port.
 */
export function reachOf(host: string): Reach {
  const name = /^(?:unix:|::)/.test(host) ? host : host.replace(/:[\w-]+$/, '');
  if (internalHost.test(name)) return 'internal';
  return privateAddress.test(name) || isPrivateName(name.toLowerCase().replace(/\.$/, '')) ? 'private' : 'external';
}

/** The widest of several: a connection is as exposed as its most exposed target. */
export const widestReach = (reaches: readonly Reach[]): Reach | undefined =>
  (['external', 'private', 'internal'] as const).find((reach) => reaches.includes(reach));
