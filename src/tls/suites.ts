import { data as rows } from '../../data/cipher-suites.tsv';
import type { Policy } from '../core/rule.ts';

/**
 * What is known of a cipher suite: a row of data/cipher-suites.tsv.
 *
 * Names are those of the IANA registry "TLS Cipher Suites" and of openssl-ciphers(1). The rows of a default build come
 * first, in the order and with the values that OpenSSL 3.0.19 prints for
 * `openssl ciphers -V -stdname ALL:COMPLEMENTOFALL:@SECLEVEL=0`; the others follow openssl-ciphers(1) of 1.1.1 and of
 * 1.0.2. Read 2026-11, and compared with the mapping table of testssl.sh.
 */
export interface CipherSuite {
  readonly iana: string;
  /** OpenSSL's names for it, the one that it prints first; empty where it has none. */
  readonly openssl: readonly string[];
  /** The OpenSSL that has it: a default build of 3.0, a build with `enable-weak-ssl-ciphers`, or only 1.0.2 and older. */
  readonly build: 'default' | 'optional' | 'removed' | undefined;
  /** Oldest protocol version that can negotiate it, as OpenSSL counts; TLSv1.3 for the 1.3 suites. */
  readonly protocol: string;
  /** `DH` and `ECDH` are the static kinds, whose key is in the certificate. `any` in TLS 1.3. */
  readonly keyExchange: string;
  /** `RSA`, `ECDSA`, `DSS`, `anonymous` … */
  readonly authentication: string;
  /** `AES-128-GCM`, `3DES-CBC`, `RC4-40`, `NULL` … */
  readonly encryption: string;
  /** `AEAD`, `SHA1`, `SHA256`, `SHA384`, `MD5` … */
  readonly mac: string;
}

let table: readonly CipherSuite[] | undefined;
let byName: ReadonlyMap<string, CipherSuite> | undefined;

/** Every suite of the table; those of a default OpenSSL build first, in its order of preference. */
export function allSuites(): readonly CipherSuite[] {
  table ??= rows.map(suiteOf);
  return table;
}

/**
 * The suite of this name, as IANA, OpenSSL, GnuTLS, Go or Java (with `TLS_` or `SSL_`) spell it; `undefined` for a
 * name that no table has.
 */
export function cipherSuite(name: string): CipherSuite | undefined {
  byName ??= new Map(
    allSuites().flatMap((suite) => [suite.iana, ...suite.openssl].map((key) => [canonical(key), suite])),
  );
  return byName.get(canonical(name));
}

/**
 * One spelling for all: GnuTLS leaves `WITH` out and says `ARCFOUR` and `SHA1`, Java's old names begin with `SSL_`, Go
 * and GnuTLS leave the hash of ChaCha20-Poly1305 out, and two IANA names say `PSK_DHE` for `DHE_PSK`. OpenSSL's names,
 * which have hyphens, stay as they are.
 */
const canonical = (name: string): string =>
  /^(?:TLS|SSL)_/i.test(name)
    ? name
        .toUpperCase()
        .replace(/^SSL_/, 'TLS_')
        .replace('_WITH_', '_')
        .replace('_PSK_DHE_', '_DHE_PSK_')
        .replace('_ARCFOUR_', '_RC4_')
        .replace('CHACHA20_POLY1305_SHA256', 'CHACHA20_POLY1305')
        .replace(/_SHA1$/, '_SHA')
    : name;

/** Whether recorded sessions can be read by whoever gets the server's key later (RFC 9325, section 4.1). */
export function lacksForwardSecrecy(name: string): boolean {
  const suite = cipherSuite(name);
  return suite !== undefined && !hasForwardSecrecy(suite);
}

/** Whether it needs a finite-field Diffie-Hellman group, which some servers only have where they are given parameters. */
export const usesFiniteField = (name: string): boolean => /^DHE/.test(cipherSuite(name)?.keyExchange ?? '');

/** Whether the key exchange is ephemeral. */
export const hasForwardSecrecy = ({ keyExchange }: CipherSuite): boolean =>
  /^(?:any|(?:EC)?DHE(?:_PSK)?|SRP|CECPQ1|ECCPWD)$/.test(keyExchange);

/**
 * Whether a suite is broken, or uses CBC where the policy forbids it. Broken are RC4 (RFC 7465), 3DES, DES, IDEA and
 * RC2, whose blocks of 64 bits repeat within one long session (RFC 9325, section 4.1; CVE-2016-2183), no encryption,
 * export keys, no authentication of the server, and MD5.
 */
export function isWeakSuite(name: string, { forbidsCbc }: Policy): boolean {
  const suite = cipherSuite(name);
  if (!suite) return false;
  const { iana, authentication, encryption, mac } = suite;
  return (
    /^(?:RC[24]|3?DES|IDEA|NULL)/.test(encryption) ||
    iana.includes('EXPORT') ||
    authentication === 'anonymous' ||
    mac === 'MD5' ||
    (forbidsCbc && encryption.endsWith('-CBC'))
  );
}

function suiteOf(row: readonly string[]): CipherSuite {
  const [iana = '', openssl = '-', build, protocol = '', keyExchange = '', authentication = ''] = row;
  const [encryption = '', mac = ''] = row.slice(6);
  return {
    iana,
    openssl: openssl === '-' ? [] : openssl.split(','),
    build: build === 'default' || build === 'optional' || build === 'removed' ? build : undefined,
    protocol,
    keyExchange,
    authentication,
    encryption,
    mac,
  };
}
