import { describe, expect, test } from '@jest/globals';
import type { Policy } from '../../src/core/rule.ts';
import { allSuites, cipherSuite, isWeakSuite, lacksForwardSecrecy } from '../../src/tls/suites.ts';
import { opensslRows } from './openssl.ts';

const policy: Policy = {
  name: 'test',
  title: 'Test',
  source: 'none',
  minimumProtocol: 'TLSv1.2',
  forbidsCbc: false,
  minimumKeyBits: {},
  expiry: { days: 30, fraction: 0.3333 },
};

describe('cipher suites', () => {
  test.each([
    ['OpenSSL', 'ECDHE-RSA-AES128-GCM-SHA256', 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'],
    ['OpenSSL', 'DES-CBC3-SHA', 'TLS_RSA_WITH_3DES_EDE_CBC_SHA'],
    ['OpenSSL, new', 'DHE-RSA-DES-CBC3-SHA', 'TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA'],
    ['OpenSSL, old', 'EDH-RSA-DES-CBC3-SHA', 'TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA'],
    ['IANA', 'TLS_RSA_WITH_RC4_128_SHA', 'TLS_RSA_WITH_RC4_128_SHA'],
    ['IANA', 'TLS_CHACHA20_POLY1305_SHA256', 'TLS_CHACHA20_POLY1305_SHA256'],
    ['Go', 'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305', 'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256'],
    ['GnuTLS', 'TLS_RSA_ARCFOUR_128_SHA1', 'TLS_RSA_WITH_RC4_128_SHA'],
    ['GnuTLS', 'TLS_DH_ANON_AES_128_CBC_SHA1', 'TLS_DH_anon_WITH_AES_128_CBC_SHA'],
    ['GnuTLS', 'TLS_DHE_PSK_AES_256_CCM_8', 'TLS_PSK_DHE_WITH_AES_256_CCM_8'],
    ['Java', 'SSL_RSA_WITH_3DES_EDE_CBC_SHA', 'TLS_RSA_WITH_3DES_EDE_CBC_SHA'],
  ])('%s: %s is %s', (_origin, name, iana) => {
    expect(cipherSuite(name)?.iana).toBe(iana);
  });

  test('a keyword, a protocol or a misspelt name is no suite', () => {
    expect(['AES128', 'TLSv1.2', 'ECDHE-RSA-AES512-GCM-SHA256', ''].map(cipherSuite)).toEqual(Array(4).fill(undefined));
  });

  test('each name is one suite’s', () => {
    const names = allSuites().flatMap(({ iana, openssl }) => [iana, ...openssl]);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    expect(allSuites().filter((suite) => cipherSuite(suite.iana) !== suite)).toEqual([]);
  });

  test('the table says what the installed OpenSSL says of its suites', () => {
    const cell = (text: string): string =>
      text.replace(/^(?:EC)?DH(?=$|EPSK)/, (start) => `${start}E`).replace('EEPSK', 'E_PSK');
    const rows = opensslRows().filter(({ protocol }) => protocol !== 'TLSv1.3');
    expect(rows.length).toBeGreaterThan(140);
    for (const { iana, name, protocol, keyExchange, authentication, encryption, mac } of rows) {
      const suite = cipherSuite(name);
      const bits = /\((\d+)\)/.exec(encryption)?.[1] ?? '';
      expect(suite).toMatchObject({
        iana,
        build: 'default',
        protocol: protocol.replace(/^TLSv1$/, 'TLSv1.0'),
        keyExchange: cell(keyExchange).replace('RSAPSK', 'RSA_PSK'),
        authentication: authentication.replace('None', 'anonymous'),
        mac,
      });
      const cipher = {
        None: 'NULL',
        AES: `AES-${bits}-CBC`,
        AESGCM: `AES-${bits}-GCM`,
        AESCCM: `AES-${bits}-CCM`,
        AESCCM8: `AES-${bits}-CCM8`,
      };
      const others = {
        ARIAGCM: `ARIA-${bits}-GCM`,
        Camellia: `CAMELLIA-${bits}-CBC`,
        'CHACHA20/POLY1305': 'CHACHA20-POLY1305',
      };
      expect(suite?.encryption).toBe(
        new Map(Object.entries({ ...cipher, ...others })).get(encryption.replace(/\(.*/, '')),
      );
    }
  });
});

describe('weak suites', () => {
  test.each([
    'RC4-SHA',
    'TLS_ECDHE_ECDSA_WITH_RC4_128_SHA',
    'DES-CBC3-SHA',
    'TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA',
    'IDEA-CBC-SHA',
    'DES-CBC-SHA',
    'EXP-RC2-CBC-MD5',
    'EXP-DES-CBC-SHA',
    'NULL-SHA256',
    'TLS_SHA256_SHA256',
    'ADH-AES256-GCM-SHA384',
    'AECDH-AES128-SHA',
    'RC4-MD5',
  ])('%s is weak', (name) => {
    expect(isWeakSuite(name, policy)).toBe(true);
  });

  test.each([
    'ECDHE-RSA-AES128-GCM-SHA256',
    'AES128-SHA',
    'AES256-GCM-SHA384',
    'CAMELLIA128-SHA',
    'TLS_AES_128_GCM_SHA256',
    'TLS_AES_128_CCM_8_SHA256',
    'TLS_SUITE_OF_THE_FUTURE',
  ])('%s is not', (name) => {
    expect(isWeakSuite(name, policy)).toBe(false);
  });

  test('CBC is weak where the policy says so', () => {
    expect(isWeakSuite('ECDHE-RSA-AES128-SHA256', { ...policy, forbidsCbc: true })).toBe(true);
    expect(isWeakSuite('ECDHE-RSA-AES128-GCM-SHA256', { ...policy, forbidsCbc: true })).toBe(false);
  });
});

describe('forward secrecy', () => {
  test.each([
    'AES128-SHA',
    'AES256-GCM-SHA384',
    'TLS_RSA_WITH_AES_128_GCM_SHA256',
    'DES-CBC3-SHA',
    'ECDH-RSA-AES128-SHA',
  ])('%s lacks it', (name) => {
    expect(lacksForwardSecrecy(name)).toBe(true);
  });

  test.each([
    'ECDHE-RSA-AES128-SHA',
    'DHE-RSA-AES128-GCM-SHA256',
    'TLS_AES_128_GCM_SHA256',
    'ADH-AES128-SHA',
    'unheard-of',
  ])('%s does not', (name) => {
    expect(lacksForwardSecrecy(name)).toBe(false);
  });
});
