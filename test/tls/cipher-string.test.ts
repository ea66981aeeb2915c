import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { evaluateCipherString } from '../../src/tls/cipher-string.ts';
import { allSuites, cipherSuite } from '../../src/tls/suites.ts';

/** What the installed OpenSSL selects, without PSK and SRP; its security level is lifted so that it hides nothing. */
function openssl(text: string): readonly string[] {
  try {
    const out = execFileSync('openssl', ['ciphers', '-tls1_2', '--', `${text}:@SECLEVEL=0`], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return out.trim().split(':').filter((name) => name !== '' && !name.startsWith('TLS_') && !/PSK|SRP/.test(name));
  } catch {
    return [];
  }
}

/** The part of the answer that the installed build can give: it lacks RC4, 3DES and the like. */
const built = new Set(allSuites().filter(({ order }) => order !== undefined).map(({ openssl: name }) => name));
const ours = (text: string): readonly string[] => evaluateCipherString(`${text}:@SECLEVEL=0`).suites.filter((name) => built.has(name));

const wellKnown = [
  'HIGH:!aNULL:!MD5',
  'DEFAULT',
  'DEFAULT:!aNULL:!eNULL:!EXP',
  'ALL',
  'ALL:!aNULL:!ADH:!eNULL:!LOW:!EXP:RC4+RSA:+HIGH:+MEDIUM',
  'EECDH+AESGCM:EDH+AESGCM',
  'ECDHE+AESGCM:ECDHE+CHACHA20:DHE+AESGCM',
  'EECDH+CHACHA20:EECDH+AES128:RSA+AES128:EECDH+AES256:RSA+AES256:EECDH+3DES:RSA+3DES:!MD5',
  'ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-GCM-SHA384',
  'ECDH+AESGCM:DH+AESGCM:ECDH+AES256:DH+AES256:ECDH+AES128:DH+AES:RSA+AESGCM:RSA+AES:!aNULL:!MD5:!DSS',
  'HIGH:MEDIUM:+3DES:!aNULL',
  'ALL:!kRSA:!SRP:!kDHd:!DSS:!aNULL:!eNULL:!EXPORT:!DES:!3DES:!MD5:!PSK:!RC4:!ADH:!LOW@STRENGTH',
  'HIGH:!aNULL:!SSLv2:!DH:!kDHEPSK',
  'AES128:AES256:!SHA1',
  'kEECDH+aRSA+AES:-SHA1:SHA384:+AES128:@STRENGTH',
  'high:no-such-suite:ECDHE-RSA-AES128-GCM-SHA256',
  'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  'COMPLEMENTOFDEFAULT:!eNULL',
  'ECDHE-RSA-AES128-GCM-SHA256 ECDHE-RSA-AES256-GCM-SHA384,AES128-SHA',
];

describe('OpenSSL cipher strings', () => {
  test.each(wellKnown)('%s selects what openssl ciphers selects', (text) => {
    expect(ours(text)).toEqual(openssl(text));
  });

  test('random strings select what openssl ciphers selects', () => {
    const name = fc.constantFrom(
      ...['ALL', 'HIGH', 'AES', 'AES128', 'AES256', 'AESGCM', 'AESCCM', 'CHACHA20', 'ECDHE', 'kECDHE', 'ECDH', 'DHE', 'kDHE', 'DH', 'ADH'],
      ...['AECDH', 'RSA', 'kRSA', 'aRSA', 'aNULL', 'eNULL', 'ECDSA', 'aDSS', 'SHA1', 'SHA256', 'SHA384', 'CAMELLIA', 'CAMELLIA128', 'ARIA', 'TLSv1.2', 'SSLv3'],
      ...['ECDHE-RSA-AES128-GCM-SHA256', 'AES128-SHA', 'DHE-RSA-AES256-SHA256', 'nonsense'],
    );
    const item = fc.tuple(fc.constantFrom('', '', '', '!', '-', '+'), fc.array(name, { minLength: 1, maxLength: 3 })).map(([operator, names]) => operator + names.join('+'));
    const list = fc.array(fc.oneof({ weight: 8, arbitrary: item }, { weight: 1, arbitrary: fc.constant('@STRENGTH') }), { minLength: 1, maxLength: 7 });
    const runs = Number(process.env['TLSLINT_CIPHER_RUNS'] ?? 300);
    fc.assert(
      fc.property(list, fc.boolean(), (items, fromDefault) => {
        const text = [...(fromDefault ? ['DEFAULT'] : []), ...items].join(':');
        expect(ours(text)).toEqual(openssl(text));
      }),
      { numRuns: runs },
    );
  }, 60_000);

  test('suites that builds leave out count where the file asks for them', () => {
    expect(evaluateCipherString('HIGH:RC4-SHA').suites).toContain('RC4-SHA');
    expect(evaluateCipherString('HIGH:3DES').suites).toContain('DES-CBC3-SHA');
    expect(evaluateCipherString('RC4+RSA:!MD5:!EXPORT').suites).toEqual(['RC4-SHA']);
    expect(evaluateCipherString('HIGH:MEDIUM').suites.filter((name) => /RC4|DES/.test(name))).toEqual([]);
    expect(evaluateCipherString('RC4-SHA:DES-CBC3-SHA:!RC4').suites).toEqual(['DES-CBC3-SHA']);
    expect(evaluateCipherString('EECDH+3DES:!3DES').suites).toEqual([]);
  });

  test('says which item brought a suite in', () => {
    const text = 'ECDHE+AESGCM:AES128-SHA';
    const item = evaluateCipherString(text).broughtInBy.get('AES128-SHA');
    expect(text.slice(item?.start, item?.end)).toBe('AES128-SHA');
  });

  test('reads the security level and what it hides', () => {
    expect(evaluateCipherString('ALL:@SECLEVEL=0').securityLevel).toBe(0);
    expect(evaluateCipherString('AES128-SHA:ECDHE-RSA-AES128-GCM-SHA256@SECLEVEL=3').suites).toEqual(['ECDHE-RSA-AES128-GCM-SHA256']);
  });

  test('no text makes it throw', () => {
    fc.assert(fc.property(fc.string(), (text) => void evaluateCipherString(text)));
  });
});

describe('cipher suites', () => {
  test.each([
    ['ECDHE-RSA-AES128-GCM-SHA256', 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'],
    ['TLS_RSA_WITH_RC4_128_SHA', 'TLS_RSA_WITH_RC4_128_SHA'],
    ['DES-CBC3-SHA', 'TLS_RSA_WITH_3DES_EDE_CBC_SHA'],
    ['TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305', 'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256'],
  ])('%s is %s', (name, iana) => {
    expect(cipherSuite(name)?.iana).toBe(iana);
  });
});
