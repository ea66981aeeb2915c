import type { Repository } from '../../../core/technology.ts';
import { concernsClients } from './client-places.ts';
import { foldersAbove, hasPath, pathIn, pathsBelow } from './repository-paths.ts';
import { isBundleName, join, noFiles, parentOf, type TrustFiles } from './trust-files.ts';

/** More files below a copied folder are not looked at. */
const mostFiles = 4000;
/** A file with this many certificates holds public roots; one with fewer, a company's own. */
const bundleSize = 20;

/** What a path of the build context is in the repository, with what it puts below `to`. */
export type ContextPath =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'folder'; readonly files: TrustFiles }
  /** Made before the build, or not committed. */
  | { readonly kind: 'missing' };

/**
 * Looks a COPY source up. The build context is not written in a Dockerfile: its folder and those above it are tried,
 * the nearest first. `extra`: paths that the environment names as bundles.
 */
export function contextPath(
  source: string,
  to: string,
  dockerfile: string,
  repository: Repository,
  extra: readonly string[],
): ContextPath {
  for (const folder of foldersAbove(dockerfile)) {
    const path = pathIn(folder, source);
    if (hasPath(repository, path)) return { kind: 'file', path };
    const below = pathsBelow(repository, path, mostFiles + 1);
    if (below.length > mostFiles) return { kind: 'folder', files: { ...noFiles, doubts: new Set([to]) } };
    if (below.length > 0) {
      const prefix = path === '' ? 0 : path.length + 1;
      return {
        kind: 'folder',
        files: trustBelow(below, (one) => join(to, `./${one.slice(prefix)}`), repository, extra),
      };
    }
  }
  return { kind: 'missing' };
}

const mayHoldCertificates = /cert|trust|(?:^|[/._-])cas?(?:[/._-]|$)|\.(?:pem|crt|cer)$/i;

function trustBelow(
  paths: readonly string[],
  target: (path: string) => string,
  repository: Repository,
  extra: readonly string[],
): TrustFiles {
  const bundles = new Set<string>();
  const doubts = new Set<string>();
  for (const path of paths) {
    const place = target(path);
    if (!concernsClients(place, extra)) {
      // A later stage may copy it on.
      if (mayHoldCertificates.test(path)) doubts.add(place);
      continue;
    }
    const holds = certificatesIn(path, repository);
    if (holds === 'bundle') bundles.add(place);
    else if (holds === 'some') doubts.add(place);
  }
  // A list of files may leave some of them out: .dockerignore.
  const maybeFolders = new Set(paths.map((path) => parentOf(target(path))));
  return { ...noFiles, bundles, doubts, maybeFolders };
}

/** What a committed file holds: a public bundle, by its name or its size; some certificates, or perhaps some; none. */
export function certificatesIn(path: string, repository: Repository): 'bundle' | 'some' | 'none' {
  if (isBundleName(`/${path}`)) return 'bundle';
  const text = repository.read(path)?.text;
  if (text === undefined) return 'some';
  const count = text.split(/-----BEGIN (?:TRUSTED )?CERTIFICATE-----/).length - 1;
  return count >= bundleSize ? 'bundle' : count > 0 ? 'some' : 'none';
}
