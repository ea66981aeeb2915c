import { describe, expect, test } from '@jest/globals';
import { namedGroup } from '../../src/tls/groups.ts';
import { compareProtocols, oldestRun, parseProtocol, protocolRange } from '../../src/tls/protocols.ts';

describe('protocol versions', () => {
  test.each([
    ['nginx, Apache', 'TLSv1', 'TLSv1.0'],
    ['nginx', 'TLSv1.3', 'TLSv1.3'],
    ['nginx', 'SSLv2', 'SSLv2'],
    ['HAProxy', 'TLSv1.0', 'TLSv1.0'],
    ['HAProxy', 'SSLv3', 'SSLv3'],
    ['Istio', 'TLSV1_2', 'TLSv1.2'],
    ['Envoy', 'TLSv1_0', 'TLSv1.0'],
    ['Traefik, Kubernetes', 'VersionTLS12', 'TLSv1.2'],
    ['Go', 'VersionSSL30', 'SSLv3'],
    ['Caddy', 'tls1.3', 'TLSv1.3'],
    ['Prometheus', 'TLS11', 'TLSv1.1'],
    ['Vault', 'tls10', 'TLSv1.0'],
    ['Azure', 'TLS1_2', 'TLSv1.2'],
    ['Google Cloud', 'TLS_1_2', 'TLSv1.2'],
    ['GnuTLS', 'VERS-TLS1.1', 'TLSv1.1'],
    ['prose', 'TLS 1.2', 'TLSv1.2'],
    ['a number', '1.2', 'TLSv1.2'],
  ])('%s: %s is %s', (_product, name, version) => {
    expect(parseProtocol(name)).toBe(version);
  });

  test.each([
    'TLS',
    'TLS_AUTO',
    'SSLv23',
    'all',
    'TLSv1.4',
    'TLSv2',
    'DTLSv1.2',
    '2',
    '1',
    '1.20',
    'TLSv1.2 TLSv1.3',
    '$versions',
    '',
  ])('"%s" names no single version', (name) => {
    expect(parseProtocol(name)).toBeUndefined();
  });

  test('their order', () => {
    expect(compareProtocols('SSLv3', 'TLSv1.0')).toBeLessThan(0);
    expect(compareProtocols('TLSv1.3', 'TLSv1.2')).toBeGreaterThan(0);
    expect(protocolRange('TLSv1.1', 'TLSv1.3')).toEqual(['TLSv1.1', 'TLSv1.2', 'TLSv1.3']);
  });
});

describe('key exchange groups', () => {
  test.each([
    ['prime256v1', 'secp256r1'],
    ['P-256', 'secp256r1'],
    ['CurveP384', 'secp384r1'],
    ['GROUP-SECP521R1', 'secp521r1'],
    ['X25519', 'x25519'],
    ['x25519mlkem768', 'X25519MLKEM768'],
    ['GROUP-X25519-MLKEM768', 'X25519MLKEM768'],
    ['ffdhe2048', 'ffdhe2048'],
  ])('%s is %s', (name, iana) => {
    expect(namedGroup(name)).toBe(iana);
  });

  test('an unheard-of name is none', () => {
    expect(['auto', '-', '', 'curve'].map(namedGroup)).toEqual(Array(4).fill(undefined));
  });
});

test.each([
  [['TLSv1.1', 'TLSv1.3'], ['TLSv1.1']],
  [
    ['TLSv1.0', 'TLSv1.1', 'TLSv1.3'],
    ['TLSv1.0', 'TLSv1.1'],
  ],
  [
    ['TLSv1.2', 'TLSv1.3'],
    ['TLSv1.2', 'TLSv1.3'],
  ],
  [[], []],
] as const)('a client told %j offers %j', (versions, offered) => {
  expect(oldestRun(versions)).toEqual(offered);
});
