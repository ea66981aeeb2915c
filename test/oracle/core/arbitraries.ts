import fc from 'fast-check';

/** Items of OpenSSL cipher strings, of every kind of name and operator. All leave something to agree on. */
const cipherItems = fc.constantFrom(
  'ECDHE+AESGCM',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-AES256-SHA384',
  'AES128-SHA',
  'AES256-GCM-SHA384',
  'CAMELLIA256-SHA',
  'kRSA',
  'kEECDH',
  'aECDSA',
  'AES',
  'AESCCM',
  'ARIA',
  'CHACHA20',
  'SHA256',
  'RSA+AES',
  'TLSv1.2',
  'SSLv3',
  '!kRSA',
  '-SHA1',
  '!CAMELLIA',
  '!AESCCM',
  '!ARIA',
  '-AES128',
  '-SHA384',
  '+AES',
  '+kRSA',
  '@STRENGTH',
  'RC4-SHA',
  'NO-SUCH-SUITE',
);

/**
 * An OpenSSL cipher string that selects something for RSA and for ECDSA certificates. Suites without encryption or
 * authentication are always removed: whether they are on depends on the library's security level. A suite for each
 * version is always there: OpenSSL refuses every handshake of a socket whose newest version has none.
 */
export const cipherString: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom('DEFAULT', 'HIGH', 'ALL', 'ECDHE', 'AESGCM:AES'),
    fc.array(cipherItems, { maxLength: 6 }),
    fc.constantFrom(':', ':', ':', ','),
  )
  .map(([first, items, separator]) =>
    [first, ...items, '!aNULL', '!eNULL', 'ECDHE-RSA-AES128-SHA', 'ECDHE-ECDSA-AES128-SHA'].join(separator),
  );

/** Suites of TLS 1.3 that OpenSSL has, at least one, in any order. */
export const suites13: fc.Arbitrary<readonly string[]> = fc.shuffledSubarray(
  [
    'TLS_AES_256_GCM_SHA384',
    'TLS_CHACHA20_POLY1305_SHA256',
    'TLS_AES_128_GCM_SHA256',
    'TLS_AES_128_CCM_SHA256',
    'TLS_AES_128_CCM_8_SHA256',
  ],
  { minLength: 1 },
);

/** `undefined` in about two of three cases: a setting that is left to the level above, or to the default. */
export const sometimes = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(value, { nil: undefined, freq: 2 });
