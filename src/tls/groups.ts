import { data as rows } from '../../data/groups.tsv';

let byName: ReadonlyMap<string, string> | undefined;

/**
 * The IANA name ("TLS Supported Groups", read 2026-11) of a key exchange group, as OpenSSL, Go, Java, BoringSSL,
 * GnuTLS (`GROUP-…`), Traefik or Caddy spell it: `prime256v1`, `P-256` and `CurveP256` are `secp256r1`. Case does not
 * matter. `undefined` for a name that no table has.
 */
export function namedGroup(name: string): string | undefined {
  byName ??= new Map(
    rows.flatMap(([iana = '', spellings = '-']) =>
      [iana, ...(spellings === '-' ? [] : spellings.split(','))].map((key) => [canonical(key), iana]),
    ),
  );
  return byName.get(canonical(name));
}

const canonical = (name: string): string =>
  name
    .toLowerCase()
    .replace(/^group-/, '')
    .replaceAll('-', '');
