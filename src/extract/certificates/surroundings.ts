import type { Span } from '../../core/source.ts';
import type { Contents, FoundCertificate } from './contents.ts';
import { nameOf, stemOf } from './file-names.ts';
import type { ReadKey } from './keys.ts';
import { isIssuedBy, type ParsedCertificate } from './x509.ts';

/** One certificate in its place. */
export interface Placed {
  readonly parsed: ParsedCertificate;
  readonly head: Span;
}

/** The certificates of a run, read. */
export interface ReadRun {
  readonly contents: Contents;
  readonly label: string;
  readonly certificates: readonly Placed[];
  /** Certificates that could not be read. */
  readonly unreadable: readonly FoundCertificate[];
}

/** What a unit holds as a whole: it tells what each of its certificates is for. */
export interface Surroundings {
  readonly runs: readonly ReadRun[];
  readonly keys: readonly ReadKey[];
  /** The certificates that issued this one, among those of the unit. */
  readonly issuersOf: (certificate: ParsedCertificate) => readonly ParsedCertificate[];
  /** Whether it issued another certificate of the unit. */
  readonly issuesOthers: (certificate: ParsedCertificate) => boolean;
  readonly hasKey: (certificate: ParsedCertificate) => boolean;
}

/** Looks at all runs and keys of a unit once, so that every question about neighbours is a look-up. */
export function surroundingsOf(runs: readonly ReadRun[], keys: readonly ReadKey[]): Surroundings {
  const unique = new Map(runs.flatMap((run) => run.certificates.map(({ parsed }) => [parsed.hash, parsed])));
  const byName = new Map<string, ParsedCertificate[]>();
  for (const certificate of unique.values()) {
    const namesakes = byName.get(certificate.name) ?? [];
    byName.set(certificate.name, [...namesakes.slice(0, mostNamesakes - 1), certificate]);
  }
  const issuers = new Map(
    [...unique.values()].map((certificate) => [
      certificate.hash,
      (byName.get(certificate.issuer) ?? []).filter(
        (candidate) => candidate.hash !== certificate.hash && isIssuedBy(certificate, candidate),
      ),
    ]),
  );
  const issuing = new Set([...issuers.values()].flat().map(({ hash }) => hash));
  const keyHashes = new Set(keys.map(({ publicKeyHash }) => publicKeyHash));
  return {
    runs,
    keys,
    issuersOf: ({ hash }) => issuers.get(hash) ?? [],
    issuesOthers: ({ hash }) => issuing.has(hash),
    hasKey: ({ publicKeyHash }) => keyHashes.has(publicKeyHash),
  };
}

/** More authorities of one name than anybody has: the bound keeps a hostile folder from costing squares of time. */
const mostNamesakes = 20;

/**
 * Whether the key that is kept for this certificate belongs to it: in the same file, or in one that differs from it in
 * no more than `cert` and `key`. `undefined` where no key is meant for it, or the key cannot be read.
 */
export function keyMatches(
  run: ReadRun,
  certificate: ParsedCertificate,
  { keys, hasKey }: Surroundings,
): boolean | undefined {
  if (hasKey(certificate)) return true;
  if (!run.contents.dedicated) return undefined;
  const stem = stemOf(nameOf(run.contents.source));
  const own = keys.filter(({ contents: { source, dedicated } }) => {
    const sameFile = source === run.contents.source;
    return sameFile || (dedicated && stemOf(nameOf(source)) === stem);
  });
  const [only, ...others] = own;
  return only?.publicKeyHash !== undefined && others.length === 0 ? false : undefined;
}
