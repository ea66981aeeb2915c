import type { TrustFiles } from './trust-files.ts';
import { isWithin, parentOf, resolved } from './trust-files.ts';

/**
 * Files that TLS clients open. Sources: Go crypto/x509/root_linux.go; rustls/openssl-probe 0.1.6; OpenSSL
 * X509_get_default_cert_file(3) with the OPENSSLDIR of Debian, Alpine and RHEL; curl's configure.
 */
const bundleFiles: readonly string[] = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/tls/cacert.pem',
  '/etc/pki/tls/cert.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/cert.pem',
  '/etc/ssl1.1/cert.pem',
  '/usr/lib/ssl/cert.pem',
  '/var/lib/ca-certificates/ca-bundle.pem',
];
/** Folders whose files they read. */
export const bundleFolders: readonly string[] = [
  '/etc/ssl/certs',
  '/etc/pki/tls/certs',
  '/etc/security/certificates',
  '/system/etc/security/cacerts',
  '/usr/lib/ssl/certs',
];
/** Where programs built by hand look: a bundle there counts, a doubt about `/usr/local` does not. */
const rareFiles: readonly string[] = [
  '/opt/etc/ssl/certs/ca-certificates.crt',
  '/usr/local/ssl/cert.pem',
  '/usr/local/etc/ssl/cert.pem',
  '/usr/local/etc/openssl/cert.pem',
];

/** Whether a TLS client looks at this path, or below it, or for it. `extra`: paths that the environment names. */
export const concernsClients = (path: string, extra: readonly string[] = []): boolean =>
  [...bundleFiles, ...bundleFolders, ...extra].some((place) => isWithin(place, path)) ||
  [...bundleFolders, ...extra].includes(parentOf(path));

/** Whether a path is a folder that clients read, or holds one. */
export const isClientFolder = (path: string): boolean => bundleFolders.some((folder) => isWithin(folder, path));

/**
 * `present` where a client finds a bundle, `unknown` where it may, `absent` where it certainly finds none. `extra`:
 * files and folders that SSL_CERT_FILE and SSL_CERT_DIR name.
 */
export function verdictOf(files: TrustFiles, extra: readonly string[]): 'present' | 'absent' | 'unknown' {
  const paths = new Set([...bundleFiles, ...extra].map((path) => resolved(files, path)));
  const folders = new Set([...bundleFolders, ...extra].map((path) => resolved(files, path)));
  for (const link of files.links.keys()) if (folders.has(parentOf(link))) paths.add(resolved(files, link));
  for (const path of rareFiles) if (files.bundles.has(path)) return 'present';
  for (const path of files.bundles) if (paths.has(path) || folders.has(parentOf(path))) return 'present';
  for (const doubt of files.doubts) {
    if (folders.has(parentOf(doubt))) return 'unknown';
    for (const place of [...paths, ...folders]) if (isWithin(place, doubt)) return 'unknown';
  }
  return 'absent';
}
