import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { evaluateCipherString } from '../../src/tls/cipher-string.ts';
import { allSuites } from '../../src/tls/suites.ts';
import { opensslSelections, opensslVersion } from './openssl.ts';

/**
 * What the installed build can answer about: it lacks RC4, 3DES and the like. OpenSSL 3.2 moved the CCM suites with a
 * short tag to MEDIUM and below every security level but 0, so these are compared with 3.0 and 3.1 only.
 */
const [major, minor] = opensslVersion();
const newer = major > 3 || (major === 3 && minor >= 2);
const comparable = new Set(
  allSuites()
    .filter(({ build, encryption }) => build === 'default' && !(newer && encryption.endsWith('CCM8')))
    .flatMap(({ openssl }) => openssl),
);
const compared = (names: readonly string[]): readonly string[] => names.filter((name) => comparable.has(name));

/** The strings for which OpenSSL selects something else, or in another order. */
const differences = (strings: readonly string[], selected = opensslSelections(strings)) =>
  strings.flatMap((text, index) => {
    const [ours, theirs] = [evaluateCipherString(text).suites, selected[index] ?? []].map((names) =>
      compared(names).join(':'),
    );
    return ours === theirs ? [] : [{ text, ours, theirs }];
  });

const wellKnown = readFileSync(new URL('cipher-strings.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'));

const keywords = `
  ALL HIGH MEDIUM COMPLEMENTOFALL AES AES128 AES256 AESGCM AESCCM AESCCM8 CHACHA20 CBC ARIA ARIAGCM ARIA128 ARIA256
  CAMELLIA CAMELLIA128 CAMELLIA256 ECDHE EECDH kECDHE kEECDH ECDH DHE EDH kDHE kEDH DH ADH AECDH RSA kRSA aRSA aNULL
  eNULL NULL ECDSA aECDSA aDSS DSS SHA1 SHA SHA256 SHA384 MD5 TLSv1.2 TLSv1.0 TLSv1 SSLv3 PSK kPSK SRP RC4 3DES EXP`
  .trim()
  .split(/\s+/);
const names = [
  'ECDHE-RSA-AES128-GCM-SHA256',
  'AES128-SHA',
  'DHE-RSA-AES256-SHA256',
  'NULL-MD5',
  'AECDH-AES128-SHA',
  'nonsense',
];

describe('compared with openssl ciphers', () => {
  test('strings that people use', () => {
    expect(wellKnown.length).toBeGreaterThan(150);
    const strings = wellKnown.map((text) => (text.includes('@SECLEVEL') ? text : `${text}:@SECLEVEL=0`));
    expect(differences(strings)).toEqual([]);
  });

  test.each([1, 2, 3, 5])('security level %i', (level) => {
    const strings = ['ALL:COMPLEMENTOFALL', 'DEFAULT', 'AES128:@STRENGTH', 'aRSA'].map(
      (text) => `${text}:@SECLEVEL=${level}`,
    );
    expect(differences(strings)).toEqual([]);
  });

  test('without a level in the string, what only level 0 allows is selected where an item asks for it', () => {
    const strings = ['ALL', 'HIGH', 'kEECDH+aRSA:kEDH', 'DEFAULT', 'SHA256:aRSA', 'ALL:!RSA'];
    const atLevel1 = opensslSelections(strings.map((text) => `${text}:@SECLEVEL=1`));
    expect(differences(strings, atLevel1)).toEqual([]);
  });

  test('random strings', () => {
    const name = fc.constantFrom(...keywords, ...names);
    const operator = fc.constantFrom('', '', '', '!', '-', '+');
    const item = fc
      .tuple(operator, fc.array(name, { minLength: 1, maxLength: 3 }))
      .map(([sign, names]) => sign + names.join('+'));
    const command = fc.constantFrom('@STRENGTH', '@SECLEVEL=1', '@SECLEVEL=2', '@SECLEVEL=3', 'COMPLEMENTOFDEFAULT');
    const run = fc.constantFrom('HIGH!kRSA', 'AES@STRENGTH', 'ALL!aNULL!SHA1', 'kDHE!ADH@STRENGTH', 'nonsense!AES');
    const separator = fc.constantFrom(':', ':', ':', ',', ' ', ';');
    const any = fc.oneof(
      { weight: 12, arbitrary: item },
      { weight: 1, arbitrary: command },
      { weight: 1, arbitrary: run },
    );
    const rest = fc
      .array(fc.tuple(any, separator), { minLength: 1, maxLength: 7 })
      .map((parts) => parts.flat().join(''));
    const string = fc
      .tuple(fc.constantFrom('', '', 'DEFAULT:', 'DEFAULT!RSA:', 'HIGH:'), rest)
      .map(([start, text]) => (text.includes('@SECLEVEL') ? start + text : `${start}${text}@SECLEVEL=0`));
    const strings = fc.sample(string, Number(process.env.TLSLINT_CIPHER_RUNS ?? 300));
    expect(differences(strings)).toEqual([]);
  });
});
