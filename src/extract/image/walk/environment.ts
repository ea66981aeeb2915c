import type { DockerfileInstruction } from '../../../formats/dockerfile.ts';
import { concernsClients } from './client-places.ts';
import type { Variables } from './expand.ts';
import type { TrustFiles } from './trust-files.ts';
import { isWithin } from './trust-files.ts';

/** Variables that name a bundle. Sources: OpenSSL, Go crypto/x509, curl, requests, Node.js and git documentation. */
const bundleVariables =
  /^(?:SSL_CERT_FILE|SSL_CERT_DIR|CURL_CA_BUNDLE|REQUESTS_CA_BUNDLE|AWS_CA_BUNDLE|GIT_SSL_CAINFO|NODE_EXTRA_CA_CERTS)$/;

/** The paths that the environment names as bundles: what is inherited and what the instructions set at any point. */
export function bundlePlaces(
  inherited: Variables,
  instructions: readonly DockerfileInstruction[] = [],
): readonly string[] {
  const written = instructions
    .filter(({ keyword }) => keyword === 'ENV')
    .flatMap(({ pairs }) => pairs)
    .map(({ name, value }) => [name.value, value?.value] as const);
  return [...inherited, ...written].flatMap(([name, value]) =>
    bundleVariables.test(name) && value
      ? value.split(':').filter((path) => path.startsWith('/') && !path.includes('$'))
      : [],
  );
}

/**
 * Absence is a proof: it does not hold where the environment names a place that somebody will mount, or where the
 * program is told about a bundle that lies elsewhere. `named`: what `bundlePlaces` says of the environment.
 */
export function withEnvironment(
  verdict: 'present' | 'absent' | 'unknown',
  files: TrustFiles,
  environment: Variables,
  named: readonly string[],
  instructions: readonly DockerfileInstruction[],
): 'present' | 'absent' | 'unknown' {
  if (verdict !== 'absent') return verdict;
  for (const [name, value] of environment)
    if (bundleVariables.test(name) && (value === undefined || value.includes('$'))) return 'unknown';
  if (named.some((place) => !concernsClients(place))) return 'unknown';
  const told = instructions
    .filter(({ keyword }) => keyword === 'ENTRYPOINT' || keyword === 'CMD' || keyword === 'ENV')
    .flatMap(({ words }) => words.map(({ value }) => value));
  const elsewhere = [...files.bundles].filter((path) =>
    told.some((word) => word.includes(path) || namesFolder(word, path)),
  );
  return elsewhere.length > 0 ? 'unknown' : verdict;
}

/** Whether a word ends in a folder that holds the path: `--ca-path=/certs`. */
const namesFolder = (word: string, path: string): boolean => {
  const folder = /(\/[\w./-]+)$/.exec(word)?.[1]?.replace(/\/$/, '');
  return folder !== undefined && folder !== '' && isWithin(path, folder);
};
