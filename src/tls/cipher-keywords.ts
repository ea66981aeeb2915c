import { allSuites, type CipherSuite, cipherSuite, hasForwardSecrecy } from './suites.ts';

/** What a name in a cipher string stands for. */
export type Selects = (suite: CipherSuite) => boolean;

/**
 * The suites that `name` selects, exact names included; `undefined` for a name that OpenSSL does not know. Case
 * matters. IANA names count, as they do since OpenSSL 3.2; those of TLS 1.3 are not known in cipher strings.
 */
export function selectorNamed(name: string): Selects | undefined {
  const exact = exactSuite(name);
  return exact ? (suite) => suite === exact : keywords.get(name);
}

const exactSuite = (name: string): CipherSuite | undefined => {
  const suite = cipherSuite(name);
  return suite && suite.openssl.length > 0 && (suite.iana === name || suite.openssl.includes(name)) ? suite : undefined;
};

/**
 * Whether an item of these names (`EECDH+3DES`) asks for `suite` in particular. Default builds leave obsolete ciphers
 * out, and their security level, which is never below 1, keeps NULL encryption and anonymous suites away. `HIGH` or
 * `ALL` do not ask for these, and do not get them; `3DES`, `ADH` or the suite's own name do.
 */
export const asksFor = (names: readonly string[], suite: CipherSuite): boolean =>
  names.some((name) => exactSuite(name) === suite) ||
  ((!anonymous(suite) || names.some((name) => anonymousKeywords.has(name))) &&
    (!exportGrade(suite) || names.some((name) => exportKeywords.has(name))) &&
    (!obsolete(suite) || names.some((name) => obsoleteKeywords.has(name) || exportKeywords.has(name))));

const obsolete: Selects = ({ build, encryption }) => build !== 'default' || encryption === 'NULL';
const anonymousKeywords: ReadonlySet<string> = new Set(['aNULL', 'ADH', 'AECDH']);
const exportKeywords: ReadonlySet<string> = new Set(['EXP', 'EXPORT', 'EXPORT40', 'EXPORT56']);
const obsoleteKeywords: ReadonlySet<string> = new Set([
  ...['RC4', 'RC2', '3DES', 'DES', 'IDEA', 'SEED', 'MD5', 'LOW'],
  ...['eNULL', 'NULL', 'COMPLEMENTOFALL'],
]);

/** Bits of security, as OpenSSL counts them (`strength_bits` in s3_lib.c). */
export function strengthBits({ encryption }: CipherSuite): number {
  if (encryption === 'NULL') return 0;
  if (encryption.includes('-40')) return 40;
  if (/-56|^DES/.test(encryption)) return 56;
  if (encryption.startsWith('3DES')) return 112;
  return /256|^CHACHA20/.test(encryption) ? 256 : 128;
}

/** Whether a security level lets a suite pass: SSL_CTX_set_security_level(3), OpenSSL 3.0. */
export function allowedAtLevel(suite: CipherSuite, level: number): boolean {
  if (level === 0) return true;
  return (
    strengthBits(suite) >= (minimumBits[level] ?? 256) &&
    suite.authentication !== 'anonymous' &&
    suite.mac !== 'MD5' &&
    (level < 2 || !suite.encryption.startsWith('RC4')) &&
    (level < 3 || hasForwardSecrecy(suite)) &&
    (level < 4 || suite.mac !== 'SHA1')
  );
}
const minimumBits: readonly number[] = [0, 80, 112, 128, 192, 256];

const exchange =
  (name: string): Selects =>
  ({ keyExchange }) =>
    keyExchange === name;
const authenticated =
  (name: string): Selects =>
  ({ authentication }) =>
    authentication === name;
const encrypted =
  (pattern: RegExp): Selects =>
  ({ encryption }) =>
    pattern.test(encryption);
const mac =
  (name: string): Selects =>
  (suite) =>
    suite.mac === name;
const since =
  (version: string): Selects =>
  ({ protocol }) =>
    protocol === version;
const both =
  (...conditions: readonly Selects[]): Selects =>
  (suite) =>
    conditions.every((condition) => condition(suite));
const not =
  (condition: Selects): Selects =>
  (suite) =>
    !condition(suite);

const withoutEncryption = encrypted(/^NULL/);
const anonymous = authenticated('anonymous');
const exportGrade: Selects = ({ iana }) => iana.includes('EXPORT');
const low = both(encrypted(/^DES/), not(exportGrade));
const medium = both(encrypted(/^(?:RC[24]|3DES|IDEA|SEED)/), not(exportGrade));
const none: Selects = () => false;

/** What `DEFAULT` holds: AES (but no CCM) and ChaCha20, with a server that proves itself by RSA or ECDSA. */
export const isDefault: Selects = both(
  ({ build }) => build === 'default',
  encrypted(/^(?:AES-\d+-(?:GCM|CBC)|CHACHA20)/),
  not(anonymous),
  not(authenticated('DSS')),
);

/**
 * The keywords of openssl-ciphers(1), "CIPHER STRINGS", as `cipher_aliases` in ssl_ciph.c of 3.0 defines them, and
 * those of 1.0.2 for export and low-grade suites. `SHA256` and the like mean the MAC, not the hash of an AEAD suite.
 */
const keywords: ReadonlyMap<string, Selects> = new Map<string, Selects>([
  ['ALL', not(withoutEncryption)],
  ['COMPLEMENTOFALL', withoutEncryption],
  ['COMPLEMENTOFDEFAULT', both(not(isDefault), not(withoutEncryption))],
  ...spelled(['kRSA', 'RSA'], exchange('RSA')),
  ...spelled(['kDHE', 'kEDH', 'DH'], exchange('DHE')),
  ...spelled(['DHE', 'EDH'], both(exchange('DHE'), not(anonymous))),
  ...spelled(['kECDHE', 'kEECDH', 'ECDH'], exchange('ECDHE')),
  ...spelled(['ECDHE', 'EECDH'], both(exchange('ECDHE'), not(anonymous))),
  ['ADH', both(exchange('DHE'), anonymous)],
  ['AECDH', both(exchange('ECDHE'), anonymous)],
  ['aNULL', anonymous],
  ['aRSA', authenticated('RSA')],
  ...spelled(['aECDSA', 'ECDSA'], authenticated('ECDSA')),
  ...spelled(['aDSS', 'DSS'], authenticated('DSS')),
  ...spelled(['eNULL', 'NULL'], withoutEncryption),
  ['AES', encrypted(/^AES/)],
  ['AES128', encrypted(/^AES-128/)],
  ['AES256', encrypted(/^AES-256/)],
  ['AESGCM', encrypted(/^AES-\d+-GCM$/)],
  ['AESCCM', encrypted(/^AES-\d+-CCM/)],
  ['AESCCM8', encrypted(/^AES-\d+-CCM8$/)],
  ['CHACHA20', encrypted(/^CHACHA20/)],
  ...spelled(['ARIA', 'ARIAGCM'], encrypted(/^ARIA/)),
  ['ARIA128', encrypted(/^ARIA-128/)],
  ['ARIA256', encrypted(/^ARIA-256/)],
  ['CAMELLIA', encrypted(/^CAMELLIA/)],
  ['CAMELLIA128', encrypted(/^CAMELLIA-128/)],
  ['CAMELLIA256', encrypted(/^CAMELLIA-256/)],
  ['CBC', encrypted(/-CBC$/)],
  ['3DES', encrypted(/^3DES/)],
  ['DES', encrypted(/^DES/)],
  ['RC4', encrypted(/^RC4/)],
  ['RC2', encrypted(/^RC2/)],
  ['IDEA', encrypted(/^IDEA/)],
  ['SEED', encrypted(/^SEED/)],
  ['MD5', mac('MD5')],
  ...spelled(['SHA1', 'SHA'], mac('SHA1')),
  ['SHA256', mac('SHA256')],
  ['SHA384', mac('SHA384')],
  ['SSLv3', since('SSLv3')],
  ...spelled(['TLSv1', 'TLSv1.0'], since('TLSv1.0')),
  ['TLSv1.2', since('TLSv1.2')],
  ['HIGH', both(not(withoutEncryption), not(exportGrade), not(low), not(medium))],
  ['MEDIUM', medium],
  ['LOW', low],
  ...spelled(['EXP', 'EXPORT', 'EXPORT40'], exportGrade),
  ['EXPORT56', none],
  ['FIPS', both(encrypted(/^(?:AES-\d+-(?:GCM|CBC)|3DES)/), not(exportGrade))],
  // Suites that a web server cannot use without a callback of its own, or without an engine for GOST.
  ...spelled(['PSK', 'kPSK', 'kDHEPSK', 'kECDHEPSK', 'kRSAPSK', 'aPSK', 'SRP', 'kSRP', 'aSRP'], none),
  ...spelled(['kGOST', 'kGOST18', 'aGOST', 'aGOST01', 'aGOST12', 'GOST94', 'GOST89MAC', 'GOST12'], none),
]);

function spelled(names: readonly string[], selects: Selects): readonly (readonly [string, Selects])[] {
  return names.map((name) => [name, selects]);
}

/**
 * The suites that cipher strings choose from, in OpenSSL's order. PSK and SRP are left out, as no web server sets what
 * they need, and so are static Diffie-Hellman keys, for which nobody issues certificates.
 */
export const selectableSuites = (): readonly CipherSuite[] =>
  allSuites().filter(({ build, keyExchange }) => build !== undefined && /^(?:RSA|DHE|ECDHE)$/.test(keyExchange));
