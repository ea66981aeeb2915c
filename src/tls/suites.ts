import { data as rows } from '../../data/cipher-suites.tsv';
import type { Policy } from '../core/rule.ts';

/**
 * What is known of a cipher suite: IANA TLS parameters, and OpenSSL 3.0's own list for order and keywords (a default
 * build, `openssl ciphers -v ALL:COMPLEMENTOFALL`, read 2026-11).
 */
export interface CipherSuite {
  readonly iana: string;
  readonly openssl: string | undefined;
  /** GnuTLS and Go names, and other spellings. */
  readonly others: readonly string[];
  /** Oldest protocol version that can negotiate it; TLSv1.3 for the 1.3 suites. */
  readonly protocol: string;
  readonly keyExchange: string;
  readonly authentication: string;
  readonly forwardSecrecy: boolean;
  readonly aead: boolean;
  readonly strength: string;
  /** Tokens such as `rc4`, `cbc`, `export`, `anonymous`, `null-encryption`, `md5-mac`, `64-bit-block`. */
  readonly reasons: readonly string[];
  /** Place in the order of a default OpenSSL build; absent for a suite that such a build lacks. */
  readonly order: number | undefined;
  readonly bits: number;
  /** The keywords of OpenSSL cipher strings that select it. */
  readonly keywords: readonly string[];
  /** The highest security level (SSL_CTX_set_security_level(3)) that still allows it. */
  readonly maximumSecurityLevel: number;
}

let table: readonly CipherSuite[] | undefined;
let byName: ReadonlyMap<string, CipherSuite> | undefined;

/** Every suite of the table. */
export function allSuites(): readonly CipherSuite[] {
  table ??= rows.map(suiteOf);
  return table;
}

/** The suite of this IANA, OpenSSL, GnuTLS or Go name, or alias; `undefined` for a name that no table has. */
export function cipherSuite(name: string): CipherSuite | undefined {
  byName ??= new Map(
    [...allSuites()]
      .reverse()
      .flatMap((suite) => [...suite.others, suite.openssl ?? suite.iana, suite.iana].map((alias) => [alias, suite] as const)),
  );
  return byName.get(name);
}

/** Whether a recorded session can be read by whoever gets the server's key later (RFC 9325, section 4.1). */
export function lacksForwardSecrecy(name: string): boolean {
  const suite = cipherSuite(name);
  return suite !== undefined && suite.protocol !== 'TLSv1.3' && !suite.forwardSecrecy;
}

/** RC4 (RFC 7465), 3DES and other 64-bit blocks (RFC 9325, section 4.1), no encryption, export, anonymous, MD5. */
const broken = ['rc4', 'rc2', 'des', '64-bit-block', 'null-encryption', 'export', 'anonymous', 'md5-mac'];

/** Whether a suite is broken, or uses CBC where the policy forbids it. */
export function isWeakSuite(name: string, { forbidsCbc }: Policy): boolean {
  const reasons = cipherSuite(name)?.reasons ?? [];
  return reasons.some((reason) => broken.includes(reason) || (forbidsCbc && reason === 'cbc'));
}

function suiteOf(row: readonly string[]): CipherSuite {
  const [iana = '', openssl = '-', others = '-', protocol = '', keyExchange = '', authentication = ''] = row;
  const [forwardSecrecy, aead, strength = '', reasons = '-', order, bits, keywords = '-', level] = row.slice(6);
  return {
    iana,
    openssl: openssl === '-' ? undefined : openssl,
    others: list(others),
    protocol,
    keyExchange,
    authentication,
    forwardSecrecy: forwardSecrecy === 'yes',
    aead: aead === 'yes',
    strength,
    reasons: list(reasons),
    order: number(order),
    bits: number(bits) ?? 0,
    keywords: list(keywords),
    maximumSecurityLevel: number(level) ?? 0,
  };
}

const list = (cell: string): readonly string[] => (cell === '-' ? [] : cell.split(','));
const number = (cell: string | undefined): number | undefined => (cell === undefined || cell === '-' ? undefined : Number(cell));
