import type { Candidate, Technology } from '../../core/technology.ts';

/**
 * Vault and OpenBao servers, agents and proxies: a `listener` for each `listener "tcp"`, an `upstream` for each storage,
 * service registration or seal that opens TLS, and for the server that an agent talks to. Also where a chart's values
 * hold such a configuration. Source: Vault documentation 1.20, "TCP listener", "Consul storage backend", "Transit seal",
 * "Vault Agent"; hashicorp/vault `internalshared/listenerutil/listener.go`.
 */
export const vault: Technology = {
  name: 'vault',
  claims: (file) =>
    (/\.hcl(?:\.\w+)*$/i.test(file.path) && speaksOfVault(file)) ||
    (/(?:vault|openbao|(?:^|\/)(?:config|local|server|agent|proxy)[\w.-]*)[^/]*\.json(?:\.\w+)*$/i.test(file.path) &&
      speaksOfVault(file)) ||
    (/\.ya?ml$/i.test(file.path) && file.hasWord('listener "tcp"')),
  extract: async (unit) => (await import('./reading.ts')).readVault(unit),
};

const speaksOfVault = (file: Candidate): boolean =>
  (file.hasWord('listener') && file.hasWord('tcp')) || file.hasWord('tls_skip_verify');
