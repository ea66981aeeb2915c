import { describe, expect, test } from '@jest/globals';
import { hitch } from '../../src/extract/hitch/hitch.ts';
import { claims, extractText, placeOf } from '../support/extract-text.ts';

const read = async (text: string, version = '1.8.0', path = 'hitch.conf') =>
  (await extractText(hitch, path, text, { version })).facts;
const only = async (text: string, version?: string, path?: string) => {
  const facts = await read(text, version, path);
  expect(facts).toHaveLength(1);
  return facts[0];
};
const simple = (settings: string) => `frontend = "[*]:443"\npem-file = "/etc/hitch/site.pem"\n${settings}\n`;

describe('hitch', () => {
  test('everything written', async () => {
    const text = simple(
      'tls-protos = TLSv1.2 TLSv1.0\nciphers = "ECDHE+AESGCM:AES128-SHA"\nciphersuites = "TLS_AES_128_GCM_SHA256"\necdh-curve = "X25519:prime256v1"\nprefer-server-ciphers = on\nclient-verify = required\nclient-verify-ca = "/ca.pem"',
    );
    const fact = await only(text);
    expect(fact).toMatchObject({ technology: 'hitch', subject: 'frontend [*]:443' });
    expect(fact?.data).toEqual({
      kind: 'listener',
      tls: true,
      ports: [443],
      exposure: 'external',
      protocols: ['TLSv1.0', 'TLSv1.2'],
      ciphers: [
        'ECDHE-ECDSA-AES256-GCM-SHA384',
        'ECDHE-RSA-AES256-GCM-SHA384',
        'ECDHE-ECDSA-AES128-GCM-SHA256',
        'ECDHE-RSA-AES128-GCM-SHA256',
        'AES128-SHA',
      ],
      suites13: ['TLS_AES_128_GCM_SHA256'],
      groups: ['x25519', 'secp256r1'],
      preferServerCiphers: true,
      clientAuth: { mode: 'required', ca: '/ca.pem' },
      certificates: [{ from: 'file', ref: '/etc/hitch/site.pem' }],
    });
    expect(
      ['protocols/0', 'ciphers/4', 'clientAuth', 'certificates/0', ''].map((pointer) => placeOf(text, fact, pointer)),
    ).toEqual(['TLSv1.0', 'AES128-SHA', 'required', '/etc/hitch/site.pem', '[*]:443']);
  });

  test.each([
    ['1.8.0', ['TLSv1.2', 'TLSv1.3']],
    ['1.4.8', ['TLSv1.1', 'TLSv1.2']],
    ['1.3.1', ['TLSv1.0', 'TLSv1.1', 'TLSv1.2']],
  ])('the default protocols of %s', async (version, protocols) => {
    const fact = await only(simple(''), version);
    expect(fact?.data).toMatchObject({ protocols, clientAuth: { mode: 'none' }, preferServerCiphers: false });
    expect(fact?.defaults.protocols).toEqual({ reason: `the default of hitch ${version}` });
  });

  test.each([
    ['tls = on', ['TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']],
    ['ssl = on', ['SSLv3', 'TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']],
    ['tls = off', ['TLSv1.2', 'TLSv1.3']],
  ])('%s', async (setting, protocols) => {
    expect((await only(simple(setting)))?.data).toMatchObject({ protocols });
  });

  test('a frontend block overrides the file; a text takes it as it is', async () => {
    const text = `tls-protos = TLSv1.3
ciphers = "AES128-SHA"
pem-file = { cert = "/a.pem" private-key = "/a.key" }
frontend = { host = "127.0.0.1" port = "8443" tls-protos = TLSv1.2 client-verify = optional client-verify-ca = "/ca.pem" }
frontend = "[::1]:9443"
`;
    const [block, plain] = await read(text);
    expect(block?.data).toMatchObject({
      ports: [8443],
      exposure: 'internal',
      protocols: ['TLSv1.2'],
      ciphers: ['AES128-SHA'],
      clientAuth: { mode: 'optional', ca: '/ca.pem' },
      certificates: [{ from: 'file', ref: '/a.pem' }],
    });
    expect(placeOf(text, block, 'ports')).toBe('8443');
    expect(plain?.data).toMatchObject({ ports: [9443], exposure: 'internal', protocols: ['TLSv1.3'], ciphers: [] });
  });

  test('without a frontend it listens on port 8443; Varnish Enterprise writes the same', async () => {
    const fact = await only('pem-file = "/a.pem"\n', '1.8.0', 'varnish/tls.cfg');
    expect(fact).toMatchObject({ technology: 'varnish', data: { ports: [8443] } });
  });

  test('silent: DHE needs parameters that only the PEM file can hold', async () => {
    expect((await only(simple('ciphers = "EDH+AESGCM:ECDHE-RSA-AES128-GCM-SHA256"')))?.data).toMatchObject({
      ciphers: ['ECDHE-RSA-AES128-GCM-SHA256'],
    });
  });

  test('silent: templates, and settings of single certificates', async () => {
    const fact = await only(
      'frontend = "[*]:{{ port }}"\ntls-protos = {{ protos }}\npem-file = "/a.pem"\nciphers = "$C"\n',
    );
    expect(fact?.unknown).toEqual(expect.arrayContaining(['ports', 'exposure', 'protocols', 'ciphers']));
    const single = simple('').replace('"/etc/hitch/site.pem"', '{ cert = "/a.pem" client-verify = required }');
    expect((await only(single))?.unknown).toContain('clientAuth');
  });

  test('silent: files of others', async () => {
    expect(await read('[Unit]\nfrontend\n')).toEqual([]);
    expect(claims(hitch, 'haproxy/haproxy.cfg', 'frontend')).toBe(false);
    expect(claims(hitch, 'etc/hitch/hitch.conf', 'pem-file')).toBe(true);
  });
});
