import type { Technology } from '../../core/technology.ts';

/**
 * Consul agents: a `listener` for the HTTPS API where it has a port, one for gRPC over TLS, one for the servers' RPC,
 * and an `upstream` for the servers. Reads the `tls` block of 1.12 and newer, and the keys of older releases.
 * Source: Consul documentation 1.21, "TLS configuration parameters for Consul agent configuration files"; hashicorp/consul
 * `agent/config/builder.go` and `tlsutil/config.go`.
 */
export const consul: Technology = {
  name: 'consul',
  products: [
    { name: 'consul', stable: '1.22.0', images: ['hashicorp/consul', 'consul', 'hashicorp/consul-enterprise'] },
  ],
  claims: (file) =>
    /\.hcl(?:\.\w+)*$|(?:consul|(?:^|\/)(?:config|server|client|agent|tls|ssl|default)[\w.-]*)[^/]*\.json(?:\.\w+)*$/i.test(
      file.path,
    ) &&
    (file.hasWord('verify_incoming') ||
      file.hasWord('verify_outgoing') ||
      file.hasWord('internal_rpc') ||
      (file.hasWord('https') && file.hasWord('ports'))),
  extract: async (unit, versions) => (await import('./reading.ts')).readConsul(unit, versions),
};
