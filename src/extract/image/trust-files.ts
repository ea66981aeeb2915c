/**
 * What is known of the CA bundles in a file system: files that certainly hold one, and places where there may be one.
 * The same questions serve a final stage, a builder, and a root tree below `/rootfs` that is copied out later.
 */
export interface TrustFiles {
  /** Absolute paths. */
  readonly bundles: ReadonlySet<string>;
  /** Absolute paths of what a step that is not understood may have written: the path itself or anything below it. */
  readonly doubts: ReadonlySet<string>;
}

export const noFiles: TrustFiles = { bundles: new Set(), doubts: new Set() };

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
const bundleFolders: readonly string[] = [
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

const bundleNames =
  /^(?:ca-certificates\.(?:crt|pem)|ca-bundle(?:\.trust)?\.(?:crt|pem)|cacerts?\.pem|tls-ca-bundle\.pem)$/;

/** Whether a path is called what bundles are called: a build that copies it fails unless it is there. */
export const isBundleName = (path: string): boolean => {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return bundleNames.test(name) || (name === 'cert.pem' && /\/(?:ssl|tls|ssl1\.1)\/cert\.pem$/.test(path));
};

/** Whether a TLS client looks at this path, or below it, or for it. `extra`: paths that the environment names. */
export const concernsClients = (path: string, extra: readonly string[] = []): boolean =>
  [...bundleFiles, ...bundleFolders, ...extra].some((place) => isWithin(place, path) || isWithin(path, place));

/** Whether a path is a folder that clients read, or holds one. */
export const isClientFolder = (path: string): boolean => bundleFolders.some((folder) => isWithin(folder, path));

/**
 * `present` where a client finds a bundle, `unknown` where it may, `absent` where it certainly finds none. `extra`:
 * files and folders that SSL_CERT_FILE and SSL_CERT_DIR name.
 */
export function verdictOf(files: TrustFiles, extra: readonly string[]): 'present' | 'absent' | 'unknown' {
  for (const path of files.bundles) if (isRead(path, extra)) return 'present';
  for (const doubt of files.doubts) if (concernsClients(doubt, extra)) return 'unknown';
  return 'absent';
}

const isRead = (path: string, extra: readonly string[]): boolean =>
  bundleFiles.includes(path) ||
  rareFiles.includes(path) ||
  extra.includes(path) ||
  bundleFolders.includes(parentOf(path)) ||
  extra.includes(parentOf(path));

export const withBundles = (files: TrustFiles, paths: readonly string[]): TrustFiles =>
  paths.length === 0 ? files : { ...files, bundles: new Set([...files.bundles, ...paths]) };

/** More places than this count as the whole file system. */
const mostDoubts = 500;

export function withDoubt(files: TrustFiles, path: string): TrustFiles {
  if (files.doubts.has('/') || files.doubts.has(path)) return files;
  const everywhere = path === '/' || files.doubts.size >= mostDoubts;
  return { ...files, doubts: everywhere ? new Set(['/']) : new Set([...files.doubts, path]) };
}

/** After `rm -rf path`. */
export function without(files: TrustFiles, path: string): TrustFiles {
  const kept = (paths: ReadonlySet<string>): ReadonlySet<string> =>
    new Set([...paths].filter((one) => !isWithin(one, path)));
  return { bundles: kept(files.bundles), doubts: kept(files.doubts) };
}

/**
 * What lies at `from` in `source`, laid down at `to`. A folder's contents come to lie in `to`; a file comes to lie at
 * `to`, or in it where `to` is a folder (`intoFolder`). `certainlyFile`: `from` is known to be a file.
 */
export function copied(
  source: TrustFiles,
  from: string,
  to: string,
  { intoFolder, certainlyFile }: { readonly intoFolder: boolean; readonly certainlyFile: boolean },
): TrustFiles {
  const asFile = intoFolder ? join(to, nameOf(from)) : to;
  const bundles: string[] = [];
  const doubts: string[] = [];
  if (isBundleName(from)) return { bundles: new Set([asFile]), doubts: new Set() };
  for (const path of source.bundles) {
    if (path === from) bundles.push(asFile);
    else if (isWithin(path, from)) bundles.push(join(to, path.slice(from === '/' ? 1 : from.length + 1)));
  }
  for (const path of source.doubts) {
    if (isWithin(from, path)) doubts.push(certainlyFile ? asFile : to);
    else if (isWithin(path, from)) doubts.push(join(to, path.slice(from === '/' ? 1 : from.length + 1)));
  }
  return { bundles: new Set(bundles), doubts: new Set(doubts) };
}

export const merged = (a: TrustFiles, b: TrustFiles): TrustFiles => {
  let files = withBundles(a, [...b.bundles]);
  for (const doubt of b.doubts) files = withDoubt(files, doubt);
  return files;
};

/** Whether `path` is `folder` or lies below it. */
export const isWithin = (path: string, folder: string): boolean =>
  path === folder || folder === '/' || path.startsWith(`${folder}/`);

export const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
export const parentOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), 0)) || '/';

/** An absolute, normalised path; `path` is taken relative to `folder` unless it is absolute. */
export function join(folder: string, path: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith('/') ? path : `${folder}/${path}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}
