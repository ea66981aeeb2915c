import type { Candidate, Technology } from '../../core/technology.ts';

/**
 * etcd members: a `listener` for clients and one for peers, and an `upstream` for the peers. Reads the configuration
 * file, and what unit files, environment files and pods give as flags and variables.
 * Source: etcd 3.6 documentation, "Configuration options", "Transport security model"; etcd-io/etcd 3.7.1,
 * `client/pkg/transport/listener.go` (read 2026-11). Observed on 3.4.23: TLS 1.2 and 1.3 are on, and a CA makes a client
 * certificate necessary.
 */
export const etcd: Technology = {
  name: 'etcd',
  claims: (file) =>
    (/\.ya?ml(?:\.\w+)*$/i.test(file.path) &&
      (file.hasWord('client-transport-security') || file.hasWord('peer-transport-security') || givesFlags(file))) ||
    (/\.service(?:\.\w+)*$/i.test(file.path) && file.hasWord('etcd') && (givesFlags(file) || givesVariables(file))) ||
    (/(?:^|\/)[^/]*etcd[^/]*$/i.test(file.path) &&
      !/\.(?:go|py|js|ts|sh|md|rst|txt)$/i.test(file.path) &&
      givesVariables(file)),
  extract: async (unit) => (await import('./reading.ts')).readEtcd(unit),
};

const givesFlags = (file: Candidate): boolean =>
  file.hasWord('etcd') &&
  (file.hasWord('--listen-client-urls') || file.hasWord('--client-cert-auth') || file.hasWord('--peer-auto-tls'));

/** `ETCD_CERT_FILE` and `ETCD_ENDPOINTS` alone are what clients are told. */
const givesVariables = (file: Candidate): boolean =>
  file.hasWord('ETCD_LISTEN_CLIENT_URLS') ||
  file.hasWord('ETCD_LISTEN_PEER_URLS') ||
  file.hasWord('ETCD_PEER_CERT_FILE');
