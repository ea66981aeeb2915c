import { describe, expect, test } from '@jest/globals';
import { squid } from '../../src/extract/squid/squid.ts';
import { claims, extractText, placeOf } from '../support/extract-text.ts';

const read = async (text: string, version = '7.2', path = 'squid.conf') =>
  (await extractText(squid, path, text, { version })).facts;
const only = async (text: string, version?: string) => {
  const facts = await read(text, version);
  expect(facts).toHaveLength(1);
  return facts[0];
};
const both = ['TLSv1.2', 'TLSv1.3'];
const all = ['TLSv1.0', 'TLSv1.1', ...both];

describe('ports of Squid', () => {
  test('everything written', async () => {
    const text =
      'https_port 0.0.0.0:443 accel defaultsite=shop.example.com tls-cert="/etc/squid/a.pem" tls-min-version=1.1 options=NO_TLSv1_3,NO_TICKET cipher=AES128-SHA:DHE-RSA-AES128-SHA clientca=/ca.pem sslflags=CONDITIONAL_AUTH\n';
    const fact = await only(text);
    expect(fact?.subject).toBe('https_port 0.0.0.0:443');
    expect(fact?.data).toEqual({
      kind: 'listener',
      tls: true,
      ports: [443],
      exposure: 'external',
      application: 'http',
      protocols: ['TLSv1.1', 'TLSv1.2'],
      ciphers: ['AES128-SHA'],
      clientAuth: { mode: 'optional', ca: '/ca.pem' },
      certificates: [{ from: 'file', ref: '/etc/squid/a.pem' }],
    });
    expect(fact?.unknown).toEqual(['hsts']);
    expect(
      ['protocols', 'ciphers/0', 'clientAuth', 'certificates', 'ports', ''].map((pointer) =>
        placeOf(text, fact, pointer),
      ),
    ).toEqual(['1.1', 'AES128-SHA', '/ca.pem', '/etc/squid/a.pem', '0.0.0.0:443', 'https_port']);
  });

  test.each([
    ['7.2', both],
    ['4.13', all],
  ])('without a bound OpenSSL decides, as it comes with %s', async (version, protocols) => {
    const fact = await only('https_port 443 cert=/a.pem\n', version);
    expect(fact?.data).toMatchObject({ protocols });
    expect(fact?.defaults.protocols).toEqual({ reason: `the default of squid ${version}` });
  });

  test.each([
    ['tls-min-version=1.0', all],
    ['tls-min-version=1.0 options=NO_SSLv3:NO_TLSv1:NO_TLSv1_1', both],
    ['tls-min-version=1.0 options=NO_TLSv1,!NO_TLSv1', all],
    ['version=4', ['TLSv1.0']],
  ])('%s', async (options, protocols) => {
    expect((await only(`https_port 443 tls-cert=/a.pem ${options}`))?.data).toMatchObject({ protocols });
  });

  test.each([
    ['clientca=/ca.pem', { mode: 'required', ca: '/ca.pem' }],
    ['clientca=/ca.pem sslflags=DELAYED_AUTH', { mode: 'none' }],
    ['tls-cafile=/ca.pem', { mode: 'none' }],
  ])('client certificates: %s', async (options, clientAuth) => {
    expect((await only(`https_port 443 tls-cert=/a.pem ${options}`))?.data).toMatchObject({ clientAuth });
  });

  test('a port that intercepts has versions and suites, and no TLS of its own', async () => {
    const fact = await only(
      'http_port 3128 ssl-bump tls-cert=/ca.pem \\\n  tls-min-version=1.0 tls-dh=/dh.pem cipher=DHE-RSA-AES128-SHA\n',
    );
    expect(fact?.data).toMatchObject({ protocols: all, ciphers: ['DHE-RSA-AES128-SHA'] });
    expect(fact?.data).not.toHaveProperty('tls');
    expect(fact?.data).not.toHaveProperty('certificates');
  });
});

describe('what Squid connects to', () => {
  test('origin servers, in words of today', async () => {
    const text =
      'tls_outgoing_options cafile=/ca.pem min-version=1.1\ntls_outgoing_options flags=DONT_VERIFY_PEER cipher=RC4-SHA\n';
    const fact = await only(text);
    expect(fact?.data).toMatchObject({
      kind: 'upstream',
      tls: true,
      exposure: 'external',
      verify: { chain: false, hostname: false },
      ca: '/ca.pem',
      protocols: ['TLSv1.1', ...both],
      ciphers: ['RC4-SHA'],
    });
    expect(placeOf(text, fact, 'verify/chain')).toBe('DONT_VERIFY_PEER');
  });

  test('origin servers, in words of Squid 3', async () => {
    const text = 'sslproxy_flags DONT_VERIFY_PEER\nsslproxy_version 4\n';
    const fact = await only(text);
    expect(fact?.data).toMatchObject({ verify: { chain: false }, protocols: ['TLSv1.0'] });
    expect(placeOf(text, fact, 'protocols')).toBe('4');
  });

  test('certificate errors that pass', async () => {
    const text = 'sslproxy_cert_error allow all\n';
    expect(placeOf(text, await only(text), 'verify/chain')).toBe('all');
    expect(
      (await only('acl old dstdomain .example.com\nsslproxy_cert_error allow old\nsslproxy_cert_error deny all\n'))
        ?.unknown,
    ).toContain('verify');
    expect(await read('sslproxy_cert_error deny all\n')).toEqual([]);
  });

  test('peers', async () => {
    const text =
      'cache_peer app.example.com parent 8443 0 no-query originserver ssl sslflags=DONT_VERIFY_PEER sslcert=/c.pem ssldomain=app.test\ncache_peer 10.0.0.2 parent 443 0 tls\ncache_peer plain.example.com parent 80 0 originserver\n';
    const [open, checked, ...others] = await read(text);
    expect(others).toEqual([]);
    expect(open?.data).toMatchObject({
      target: 'app.example.com:8443',
      tls: true,
      exposure: 'external',
      verify: { chain: false, hostname: false },
      serverName: 'app.test',
      clientCertificate: '/c.pem',
    });
    expect(placeOf(text, open, 'verify/chain')).toBe('DONT_VERIFY_PEER');
    expect(checked?.data).toMatchObject({ exposure: 'private', verify: { chain: true, hostname: true } });
  });
});

describe('what stays silent', () => {
  test('plain proxies, and what is switched off', async () => {
    expect(await read('http_port 3128\ncache_peer 127.0.0.1 parent 8080 0\ntls_outgoing_options disable\n')).toEqual(
      [],
    );
  });

  test('templates, conditions and includes', async () => {
    const fact = await only('https_port {{ port }} tls-cert=/a.pem tls-min-version={{ version }}\n');
    expect(fact?.unknown).toEqual(expect.arrayContaining(['ports', 'exposure', 'protocols']));
    const maybe = await only('if ${process_number} = 1\ntls_outgoing_options flags=DONT_VERIFY_PEER\nendif\n');
    expect(maybe?.unknown).toContain('verify');
    const open = await only('include /etc/squid/conf.d/*.conf\ntls_outgoing_options cafile=/ca.pem\n');
    expect(open?.unknown).toEqual(expect.arrayContaining(['protocols', 'verify/chain']));
  });

  test('files of others', () => {
    expect(claims(squid, 'nginx/proxy.conf', 'https_port')).toBe(false);
    expect(claims(squid, 'squid/squid.conf.j2', 'https_port 443')).toBe(true);
    expect(claims(squid, 'squid/squid.conf', 'http_port 3128')).toBe(false);
  });
});
