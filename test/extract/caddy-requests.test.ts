import { describe, expect, test } from '@jest/globals';
import { extract, isIssuance, listener, listeners, site, sliceOf, upstreams } from './caddy-support.ts';

describe('headers and redirects', () => {
  const hsts = async (lines: string) => (await listener(site(lines))).data.hsts;

  test.each([
    'header Strict-Transport-Security "max-age=31536000; includeSubDomains"',
    'header * Strict-Transport-Security "max-age=31536000; includeSubDomains"\nreverse_proxy app:80',
    'header {\n-Server\nstrict-transport-security "max-age=31536000; includeSubDomains"\n}',
    'header >Strict-Transport-Security "max-age=31536000; includeSubDomains"',
  ])('%j', async (lines) => {
    expect(await hsts(lines)).toEqual({ maxAgeSeconds: 31536000, includeSubDomains: true });
  });

  test('none is known only where Caddy itself answers', async () => {
    expect(await hsts('root * /srv\nfile_server')).toEqual({ maxAgeSeconds: 0 });
    expect((await listener(site('file_server'))).defaults.hsts?.reason).toContain('Strict-Transport-Security');
    for (const lines of [
      'reverse_proxy app:80',
      'handle /api/* {\nreverse_proxy app:80\n}\nfile_server',
      'php_server',
      'import common',
      'invoke app',
      'header /x Strict-Transport-Security max-age=1',
      'header Strict-Transport-Security {$HSTS}',
      'header Strict-Transport-Security max-age=1\nheader /y -Strict-Transport-Security',
    ]) {
      expect((await listener(site(lines))).unknown).toContain('hsts');
    }
  });

  test('a site that only redirects says nothing about the header', async () => {
    const fact = await listener(site('redir https://shop.example.org{uri}'));
    expect([fact.data.hsts, fact.unknown]).toEqual([undefined, []]);
  });

  test('a site that refuses some requests is not one that only redirects', async () => {
    expect(await hsts('@bad path /x\nabort @bad\nroot * /srv\nfile_server')).toEqual({ maxAgeSeconds: 0 });
    expect(await hsts('@bad path /x\nabort @bad')).toEqual({ maxAgeSeconds: 0 });
  });

  const plain = async (lines: string, address = 'http://shop.example.com') => {
    const facts = await listeners(`${site(lines, address)}${site('file_server', 'https://shop.example.com')}`);
    return facts.find(({ data }) => data.tls === false);
  };

  test.each([
    'redir https://{host}{uri} permanent',
    '@http protocol http\nredir @http https://{host}{uri}\nfile_server',
    'handle /.well-known/acme-challenge/* {\nfile_server\n}\nhandle {\nredir https://{host}{uri} 308\n}',
    'route {\nredir * https://{host}{uri}\nfile_server\n}',
    'respond 404',
    'abort',
  ])('sends on to https: %j', async (lines) => {
    expect((await plain(lines))?.data.redirectsToHttps).toBe(true);
  });

  test.each([
    'file_server',
    'reverse_proxy app:80',
    'redir /old http://{host}/new\nrespond ok',
    'route {\nrespond ok\nredir https://x\n}',
  ])('serves: %j', async (lines) => {
    const fact = await plain(lines);
    expect(fact?.data.redirectsToHttps).toBe(false);
    expect(fact?.related).toMatchObject([{ phrase: 'served over TLS here' }]);
  });

  test('nothing is said of a site that is not served over TLS, or of what cannot be seen', async () => {
    expect((await plain('file_server', 'http://other.example.com'))?.unknown).toContain('redirectsToHttps');
    expect((await plain('import missing'))?.unknown).toContain('redirectsToHttps');
    expect((await plain('file_server', ':80'))?.unknown).toContain('redirectsToHttps');
    expect(
      (await plain('@x header X-Forwarded-Proto http\nredir @x https://{host}{uri}\nfile_server'))?.unknown,
    ).toContain('redirectsToHttps');
  });

  test('one block for both', async () => {
    const facts = await listeners(site('file_server', 'http://shop.example.com, https://shop.example.com'));
    expect(facts.map(({ data }) => [data.tls, data.redirectsToHttps])).toEqual([
      [false, false],
      [true, undefined],
    ]);
  });
});

describe('exposure', () => {
  test.each([
    ['shop.example.com', 'bind 127.0.0.1 [::1]', 'internal'],
    ['shop.example.com', 'bind unix//run/caddy.sock', 'internal'],
    ['shop.example.com', 'bind 10.0.0.1 127.0.0.1', 'external'],
    ['localhost', '', 'internal'],
    ['localhost, shop.example.com', '', 'external'],
    [':443', '', 'external'],
  ])('%s with %j', async (address, lines, exposure) => {
    expect((await listener(site(lines, address))).data.exposure).toBe(exposure);
  });

  test('names of a private network are neither', async () => {
    for (const address of ['wiki.home.arpa', '10.0.0.5', 'nas', 'nas, localhost'])
      expect((await listener(site('respond ok', address))).unknown).toContain('exposure');
    expect((await listener(site('respond ok', 'nas, shop.example.com'))).data.exposure).toBe('external');
  });

  test('an address from the environment is unknown', async () => {
    expect((await listener(site('bind {$LISTEN}'))).unknown).toContain('exposure');
  });
});

describe('upstreams', () => {
  test('https:// is verified by default', async () => {
    const text = site('reverse_proxy /api/* https://api.example.org:8443 https://10.0.0.1');
    const facts = await upstreams(text);
    expect(facts.map(({ subject, data }) => [subject, data.target, data.tls, data.verify, data.exposure])).toEqual([
      ['upstream api.example.org:8443', 'api.example.org:8443', true, { chain: true, hostname: true }, 'external'],
      ['upstream 10.0.0.1', '10.0.0.1', true, { chain: true, hostname: true }, 'private'],
    ]);
    expect(sliceOf(text, facts[0], 'target')).toBe('api.example.org:8443');
    expect(facts[0]?.defaults['verify/chain']?.reason).toContain('verifies');
  });

  test('verification switched off, at any depth and in a snippet', async () => {
    const text = `(proxy) {\n\treverse_proxy {args[0]} {\n\t\ttransport http {\n\t\t\ttls_insecure_skip_verify\n\t\t}\n\t}\n}\n${site('handle {\nroute {\nimport proxy 10.0.0.1:8443\n}\n}')}`;
    const [fact, ...others] = await upstreams(text);
    expect(others).toEqual([]);
    expect(fact?.data).toMatchObject({ target: '10.0.0.1:8443', verify: { chain: false, hostname: false } });
    expect(sliceOf(text, fact, 'verify/chain')).toBe('tls_insecure_skip_verify');
    expect(sliceOf(text, fact, 'target')).toBe('10.0.0.1:8443');
  });

  test('what a transport sets', async () => {
    const transport =
      'tls\ntls_server_name api.internal\ntls_trust_pool file /etc/ca.pem\ntls_client_auth client.pem client.key\ntls_except_ports 8080';
    const [fact, ...others] = await upstreams(
      site(`reverse_proxy a:8443 b:8080 {\ntransport http {\n${transport}\n}\n}`),
    );
    expect(others).toEqual([]);
    expect(fact?.data).toMatchObject({
      target: 'a:8443',
      serverName: 'api.internal',
      ca: '/etc/ca.pem',
      clientCertificate: 'client.pem',
    });
  });

  test.each([
    'reverse_proxy app:443',
    'reverse_proxy http://app h2c://app:80',
    'php_fastcgi unix//run/php.sock',
    'reverse_proxy app:80 {\ntransport http {\nread_timeout 5s\n}\n}',
  ])('no TLS: %j', async (lines) => {
    expect(await upstreams(site(lines))).toEqual([]);
  });

  test('a place that the environment or the request decides is unknown', async () => {
    const skip = '{\ntransport http {\ntls_insecure_skip_verify\n}\n}';
    for (const target of ['{$BACKEND}', '{env.BACKEND}:443', '{http.request.header.x}']) {
      const [fact] = await upstreams(site(`reverse_proxy ${target} ${skip}`));
      expect(fact?.unknown).toEqual(expect.arrayContaining(['target', 'exposure']));
    }
    const [dynamic] = await upstreams(site('reverse_proxy {\ndynamic a app.internal 443\ntransport http {\ntls\n}\n}'));
    expect(dynamic?.data).toMatchObject({ target: 'app.internal', exposure: 'private' });
  });

  test('a snippet or a named route that nobody uses says nothing', async () => {
    const proxy = 'reverse_proxy https://x.example.com';
    expect(await upstreams(`(a) {\n${proxy}\n}\n&(b) {\n${proxy}\n}\n${site('respond ok')}`)).toEqual([]);
    expect(await upstreams(`&(b) {\n${proxy}\n}\n${site('invoke b')}`)).toHaveLength(1);
  });

  test('Caddy before 2.5 offers TLS 1.0 upstream', async () => {
    const [old] = await upstreams(site('reverse_proxy https://x.example.com'), '2.4.6');
    expect(old?.data.protocols).toContain('TLSv1.0');
  });
});

describe('issuance', () => {
  const staging = 'https://acme-staging-v02.api.letsencrypt.org/directory';
  const issuances = async (text: string, path = 'Caddyfile') =>
    (await extract({ [path]: text })).facts.filter(isIssuance);

  test.each([
    `${site(`tls {\nca ${staging}\n}`, 'shop.acme.org')}`,
    `${site(`tls {\nissuer acme {\ndir ${staging}\n}\n}`, 'shop.acme.org')}`,
    `{\nacme_ca ${staging}\n}\n${site('', 'shop.acme.org')}`,
    `{\ncert_issuer acme ${staging}\n}\n${site('', 'shop.acme.org')}`,
  ])('a staging directory: %j', async (text) => {
    const [fact, ...others] = await issuances(text);
    expect(others).toEqual([]);
    expect(fact?.data).toMatchObject({
      issuer: 'acme-staging-v02.api.letsencrypt.org',
      issuerType: 'acme',
      staging: true,
      hosts: ['shop.acme.org'],
    });
    expect(sliceOf(text, fact, 'staging')).toBe(staging);
  });

  test('none for what automatic HTTPS does by itself, other certificates, plaintext and tests', async () => {
    expect(await issuances(site('', 'shop.acme.org'))).toEqual([]);
    const all = `{\nacme_ca ${staging}\n}\n`;
    for (const text of [
      site('tls a.pem a.key'),
      site('tls internal'),
      site('', 'http://shop.acme.org'),
      site('', 'localhost'),
    ])
      expect(await issuances(all + text)).toEqual([]);
    const [dev] = await issuances(all + site('', 'dev.acme.org'));
    expect(dev?.data.staging).toBeUndefined();
    const [unknown] = await issuances(`{\nacme_ca {$ACME_CA}\n}\n${site('', 'shop.acme.org')}`);
    expect(unknown?.unknown).toContain('staging');
  });
});
