import { describe, expect, test } from '@jest/globals';
import { stunnel } from '../../src/extract/stunnel/stunnel.ts';
import { claims, extractText, placeOf } from '../support/extract-text.ts';

const read = async (text: string, version = '5.75', path = 'stunnel.conf') =>
  (await extractText(stunnel, path, text, { version })).facts;
const only = async (text: string, version?: string, path?: string) => {
  const facts = await read(text, version, path);
  expect(facts).toHaveLength(1);
  return facts[0];
};
const server = (settings: string) =>
  `[https]\naccept = 443\nconnect = 8080\ncert = /etc/stunnel/site.pem\n${settings}\n`;
const client = (settings: string, connect = 'redis.example.com:6380') =>
  `[redis]\nclient = yes\naccept = 127.0.0.1:6379\nconnect = ${connect}\n${settings}\n`;

describe('stunnel as a server', () => {
  test('a service with everything written', async () => {
    const text = server(
      [
        'sslVersionMin = TLSv1.1',
        'sslVersionMax = TLSv1.2',
        'ciphers = ECDHE-RSA-AES128-GCM-SHA256:AES128-SHA',
        'ciphersuites = TLS_AES_128_GCM_SHA256',
        'curves = X25519:P-256',
        'options = NO_TICKET',
        'options = CIPHER_SERVER_PREFERENCE',
        'verifyChain = yes',
        'CAfile = /etc/ca.pem',
      ].join('\n'),
    );
    const fact = await only(text);
    expect(fact?.subject).toBe('service https');
    expect(fact?.data).toEqual({
      kind: 'listener',
      tls: true,
      ports: [443],
      exposure: 'external',
      protocols: ['TLSv1.1', 'TLSv1.2'],
      ciphers: ['ECDHE-RSA-AES128-GCM-SHA256', 'AES128-SHA'],
      suites13: ['TLS_AES_128_GCM_SHA256'],
      groups: ['x25519', 'secp256r1'],
      sessionTickets: false,
      preferServerCiphers: true,
      clientAuth: { mode: 'required', ca: '/etc/ca.pem' },
      certificates: [{ from: 'file', ref: '/etc/stunnel/site.pem' }],
    });
    expect(
      ['protocols', 'ciphers/1', 'ports', 'clientAuth', 'certificates', ''].map((pointer) =>
        placeOf(text, fact, pointer),
      ),
    ).toEqual(['TLSv1.1', 'AES128-SHA', '443', 'yes', '/etc/stunnel/site.pem', 'https']);
  });

  test.each([
    ['5.75', ['TLSv1.2', 'TLSv1.3']],
    ['5.56', ['TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']],
    ['5.05', ['SSLv3', 'TLSv1.0', 'TLSv1.1', 'TLSv1.2']],
  ])('nothing written: the default of %s', async (version, protocols) => {
    const fact = await only(server(''), version);
    // NO_SSLv3 is in force since 5.06 only, and so is what it takes away.
    expect(fact?.data).toMatchObject({ protocols: protocols.filter((one) => one !== 'SSLv3') });
    expect(fact?.defaults.protocols).toEqual({ reason: `the default of stunnel ${version}` });
    expect(fact?.defaults.clientAuth).toBeDefined();
  });

  test('level 0 lets TLS 1.0 in, and is the place to look at', async () => {
    const text = server('securityLevel = 0');
    const fact = await only(text);
    expect(fact?.data).toMatchObject({ protocols: ['TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] });
    expect(placeOf(text, fact, 'protocols')).toBe('0');
    const inString = server('ciphers = ALL:@SECLEVEL=0');
    const other = await only(inString);
    expect(placeOf(inString, other, 'protocols')).toBe('ALL:@SECLEVEL=0');
    expect(other?.data).toMatchObject({ ciphers: expect.arrayContaining(['ADH-AES128-SHA']) });
  });

  test.each([
    ['sslVersion = TLSv1.2', ['TLSv1.2']],
    ['sslVersion = SSLv3', ['SSLv3']],
    ['sslVersionMin = TLSv1\noptions = NO_TLSv1\noptions = NO_TLSv1_1', ['TLSv1.2', 'TLSv1.3']],
    [
      'securityLevel = 0\noptions = NO_TLSv1\noptions = -NO_TLSv1\noptions = NO_TLSv1_1',
      ['TLSv1.0', 'TLSv1.2', 'TLSv1.3'],
    ],
    ['sslVersion = all', ['TLSv1.2', 'TLSv1.3']],
  ])('%j', async (settings, protocols) => {
    expect((await only(server(settings)))?.data).toMatchObject({ protocols });
  });

  test.each([
    ['verify = 0', 'request'],
    ['verify = 1', 'optional'],
    ['verify = 2', 'required'],
    ['verify = 4', 'required'],
    ['requireCert = yes', 'request'],
    ['verifyChain = yes\nrequireCert = no', 'optional'],
    ['verifyPeer = yes\nredirect = 8081', 'optional'],
  ])('client certificates: %j', async (settings, mode) => {
    expect((await only(server(`${settings}\nCAfile = /ca.pem`)))?.data).toMatchObject({ clientAuth: { mode } });
  });

  test('services inherit what stands above the first section, and override it', async () => {
    const text = `cert = /a.pem\nsslVersionMin = TLSv1\n${server('')}[smtp]\naccept = 127.0.0.1:465\nconnect = 25\nprotocol = smtp\nsslVersionMin = TLSv1.2\n`;
    const [https, smtp] = await read(text);
    expect(https?.data).toMatchObject({ protocols: ['TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] });
    expect(placeOf(text, https, 'protocols')).toBe('TLSv1');
    expect(smtp?.data).toMatchObject({
      protocols: ['TLSv1.2', 'TLSv1.3'],
      exposure: 'internal',
      application: 'other',
      certificates: [{ from: 'file', ref: '/a.pem' }],
    });
  });

  test('a name of another service says nothing of versions, which that one has chosen', async () => {
    const text = `${server('')}[blog]\nsni = https:blog.example.com\nconnect = 8081\ncert = /blog.pem\n`;
    const blog = (await read(text))[1];
    expect(blog?.data).toMatchObject({ hosts: ['blog.example.com'], ports: [443] });
    expect(blog?.data).not.toHaveProperty('protocols');
  });

  test('a file without sections is run by inetd', async () => {
    expect((await only('cert = /a.pem\nconnect = 25\nsslVersion = TLSv1\n'))?.data).toMatchObject({
      kind: 'listener',
      protocols: ['TLSv1.0'],
    });
  });
});

describe('stunnel as a client', () => {
  test('nothing is verified unless something says so', async () => {
    const text = client('CAfile = /etc/ca.pem');
    const fact = await only(text);
    expect(fact?.data).toMatchObject({
      kind: 'upstream',
      target: 'redis.example.com:6380',
      tls: true,
      exposure: 'external',
      verify: { chain: false, hostname: false },
      ca: '/etc/ca.pem',
    });
    expect(fact?.defaults['verify/chain']).toBeDefined();
    expect(placeOf(text, fact, 'verify/chain')).toBe('redis');
  });

  test.each([
    ['verify = 0', { chain: false, hostname: false }],
    ['verify = 1', { chain: true, hostname: false }],
    ['verify = 2\ncheckHost = redis.example.com', { chain: true, hostname: true }],
    ['verifyPeer = yes', { chain: true, hostname: true }],
    ['verifyChain = yes\nverify = 0', { chain: false, hostname: false }],
    ['requireCert = yes', { chain: false, hostname: false }],
  ])('%j', async (settings, verify) => {
    expect((await only(client(settings)))?.data).toMatchObject({ verify });
  });

  test('a written switch is the place to look at', async () => {
    const text = client('verify = 0');
    expect(placeOf(text, await only(text), 'verify/chain')).toBe('0');
  });

  test('shared keys take the place of certificates', async () => {
    expect((await only(client('PSKsecrets = /etc/psk')))?.unknown).toContain('verify');
  });

  test.each([
    ['8443', 'internal'],
    ['localhost:8443', 'internal'],
    ['redis:6379', 'private'],
    ['2001:db8::1:443', 'external'],
  ])('connect = %s is %s', async (connect, exposure) => {
    expect((await only(client('', connect)))?.data).toMatchObject({ exposure });
  });

  test('through a proxy the host behind it counts', async () => {
    const fact = await only(client('protocol = connect\nprotocolHost = api.example.com:443', '127.0.0.1:3128'));
    expect(fact?.data).toMatchObject({ target: 'api.example.com:443', exposure: 'external' });
  });
});

describe('what stays silent', () => {
  test('a client or server that a template decides', async () => {
    expect(await read('[redis]\nclient = ${CLIENT}\naccept = 1\nconnect = ${HOST}:1\n')).toEqual([]);
    const text =
      '{% if verify %}\nverifyChain = yes\n{% endif %}\n[a]\nclient = yes\naccept = 1\nconnect = {{ host }}:1\n';
    const fact = await only(text, undefined, 'stunnel.conf.j2');
    expect(fact?.unknown).toEqual(expect.arrayContaining(['target', 'exposure', 'verify']));
  });

  test('a file of a folder leaves its globals elsewhere', async () => {
    const fact = await only(client('').replace('client', ';client'), undefined, 'stunnel/conf.d/redis.conf').catch(
      () => undefined,
    );
    expect(fact).toBeUndefined();
    expect((await only(client(''), undefined, 'stunnel/conf.d/redis.conf'))?.unknown).toEqual(
      expect.arrayContaining(['protocols', 'ciphers', 'verify/chain']),
    );
  });

  test('files of other programs', async () => {
    expect(await read('[program:stunnel]\ncommand = stunnel\n')).toEqual([]);
    expect(claims(stunnel, 'tools/stunnel.rh.init', 'connect')).toBe(false);
    expect(claims(stunnel, 'etc/nginx/nginx.conf', 'accept connect')).toBe(false);
    expect(claims(stunnel, 'roles/x/templates/stunnel.conf.j2', 'connect = 1')).toBe(true);
    expect(claims(stunnel, 'etc/stunnel/redis.conf', 'accept = 1')).toBe(true);
  });
});
