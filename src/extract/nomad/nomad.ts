import type { Technology } from '../../core/technology.ts';

/**
 * Nomad agents: a `listener` for the HTTP API and one for RPC where `tls` switches TLS on there, and an `upstream` for
 * the other agents, for Consul and for Vault where the agent talks TLS to them.
 * Source: Nomad documentation 1.10, "tls Block", "consul Block", "vault Block"; hashicorp/nomad 2.0.5,
 * `helper/tlsutil/config.go` (read 2026-11).
 */
export const nomad: Technology = {
  name: 'nomad',
  claims: (file) =>
    /\.hcl(?:\.\w+)*$|(?:nomad|(?:^|\/)(?:config|server|client|tls|base)[\w.-]*)[^/]*\.json(?:\.\w+)*$/i.test(
      file.path,
    ) &&
    (file.hasWord('verify_https_client') ||
      file.hasWord('verify_server_hostname') ||
      file.hasWord('verify_ssl') ||
      file.hasWord('tls_skip_verify') ||
      (file.hasWord('tls') && file.hasWord('rpc'))),
  extract: async (unit) => (await import('./reading.ts')).readNomad(unit),
};
