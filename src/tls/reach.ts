/** Who can get between the two ends of a connection. */
export type Reach = 'internal' | 'private' | 'external';

/**
 * Names and addresses inside a network: RFC 1918, RFC 4193, RFC 6762 (`local`), RFC 8375 (`home.arpa`), ICANN's
 * reservation of `internal` (2024-07), Kubernetes service names, and a name without a domain.
 */
const privateHost =
  /^(?:[\w-]+|.+\.(?:svc|cluster\.local|local|internal|intranet|lan|localdomain|home\.arpa)|10\.[\d.]+|192\.168\.[\d.]+|172\.(?:1[6-9]|2\d|3[01])\.[\d.]+|\[f[cd][\da-f:]+\])\.?$/i;

/** Loopback and unix sockets (RFC 6761, section 6.3; RFC 5735, section 3). */
const internalHost = /^(?:unix:.*|localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/i;

/**
 * `internal`: this machine, where nobody can stand in between · `private`: somebody inside the network can ·
 * `external`: anybody on the way can. `host` may carry a port.
 */
export function reachOf(host: string): Reach {
  const name = host.startsWith('unix:') ? host : host.replace(/:[\w-]+$/, '');
  if (internalHost.test(name)) return 'internal';
  return privateHost.test(name) ? 'private' : 'external';
}

/** The widest of several: a connection is as exposed as its most exposed target. */
export const widestReach = (reaches: readonly Reach[]): Reach | undefined =>
  (['external', 'private', 'internal'] as const).find((reach) => reaches.includes(reach));
