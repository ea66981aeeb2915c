import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { caddy } from '../../src/extract/caddy/caddy.ts';
import { extract, listener, listeners, site, sliceOf } from './caddy-support.ts';

describe('claims', () => {
  test.each([
    'Caddyfile',
    'deploy/Caddyfile.prod',
    'Caddyfile.j2',
    'caddy/caddyfile',
    'sites/blog.caddy',
    'site.caddyfile',
  ])('%s', (path) => {
    expect(caddy.claims({ path, hasWord: () => false })).toBe(true);
  });

  test.each([
    'caddyfile.go',
    'Caddyfile.md',
    'Dockerfile.caddy',
    'docker-compose.caddy',
    'docs/caddyfile/readme.md',
    'a.caddyfiletest',
    'package.json',
  ])('not %s', (path) => {
    expect(caddy.claims({ path, hasWord: () => true })).toBe(false);
  });

  test('JSON by its own keys only', () => {
    const holds = (text: string) => (word: string) => text.includes(word);
    const config = '{ "apps": { "http": { "servers": { "a": { "listen": [], "routes": [ { "handle": [] } ] } } } } }';
    expect(caddy.claims({ path: 'conf/caddy.json', hasWord: holds(config) })).toBe(true);
    expect(caddy.claims({ path: 'pm2.json', hasWord: holds('{ "apps": [ { "name": "web" } ] }') })).toBe(false);
  });
});

describe('when a site is TLS', () => {
  test.each([
    ['example.com', true, 443],
    ['https://example.com:8443', true, 8443],
    ['http://example.com', false, 80],
    ['example.com:80', false, 80],
    [':443', true, 443],
    [':8080', false, 8080],
    ['http://', false, 80],
    ['localhost:9000', true, 9000],
    ['[::1]:8443', true, 8443],
  ])('%s', async (address, tls, port) => {
    const text = site('respond ok', address);
    const fact = await listener(text);
    expect(fact.data).toMatchObject({ tls, ports: [port], application: 'http' });
    expect(sliceOf(text, fact, 'tls')).toBe(address);
  });

  test('a port alone speaks TLS with a tls directive, or beside a site with a name', async () => {
    expect((await listener(site('tls internal', ':8443'))).data.tls).toBe(true);
    const shared = await listeners(`${site('', ':8443')}${site('', 'a.example.com:8443')}`);
    expect(shared.map(({ data }) => data.tls)).toEqual([true, true]);
  });

  test('other ports of HTTP and HTTPS', async () => {
    const text = `{\n\thttp_port 8080\n\thttps_port 8443\n}\n${site('', ':8080')}${site('', 'a.example.com')}${site('', ':8443')}`;
    const facts = await listeners(text);
    expect(facts.map(({ data }) => [data.tls, data.ports])).toEqual([
      [false, [8080]],
      [true, [8443]],
      [true, [8443]],
    ]);
  });

  test('auto_https off leaves TLS to names and tls directives', async () => {
    const text = (address: string, lines = '') => `{\n\tauto_https off\n}\n${site(lines, address)}`;
    expect((await listener(text(':443'))).data.tls).toBe(false);
    expect((await listener(text('a.example.com'))).data).toMatchObject({ tls: true });
    expect((await listener(text('a.example.com'))).data.certificates).toBeUndefined();
    expect((await listener(text(':443', 'tls a.pem a.key'))).data.tls).toBe(true);
  });

  test('what the environment sets is unknown, unless the rest says it', async () => {
    expect((await listener(site('', '{$DOMAIN}'))).unknown).toEqual(expect.arrayContaining(['tls', 'hosts', 'ports']));
    expect((await listener(site('', ':{$PORT}'))).unknown).toEqual(expect.arrayContaining(['tls', 'ports']));
    expect((await listener(site('', 'http://{$DOMAIN}'))).data.tls).toBe(false);
    expect((await listener(site('', 'https://{$DOMAIN:localhost}'))).data.tls).toBe(true);
    expect((await listener(site('tls internal', '{$DOMAIN}'))).data.tls).toBe(true);
    expect((await listener(site('\timport missing', ':8443'))).unknown).toContain('tls');
  });
});

describe('the handshake', () => {
  test('everything written', async () => {
    const text = site(
      '\ttls cert.pem key.pem {\n\t\tprotocols tls1.2 tls1.3\n\t\tciphers TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256\n\t\tcurves x25519 secp384r1\n\t\tclient_auth {\n\t\t\tmode require_and_verify\n\t\t\ttrust_pool file ca.pem\n\t\t}\n\t}',
      'shop.example.com, www.example.com',
    );
    const fact = await listener(text);
    expect(fact.subject).toBe('site shop.example.com');
    expect(fact.data).toMatchObject({
      hosts: ['shop.example.com', 'www.example.com'],
      protocols: ['TLSv1.2', 'TLSv1.3'],
      ciphers: ['TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA', 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'],
      groups: ['x25519', 'secp384r1'],
      clientAuth: { mode: 'required', ca: 'ca.pem' },
      certificates: [{ from: 'file', ref: 'cert.pem' }],
      sessionTickets: false,
      exposure: 'external',
    });
    expect(
      ['protocols', 'ciphers/0', 'groups/1', 'clientAuth/mode', 'clientAuth/ca', 'certificates', 'hosts/1'].map(
        (pointer) => sliceOf(text, fact, pointer),
      ),
    ).toEqual([
      'tls1.2',
      'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA',
      'secp384r1',
      'require_and_verify',
      'ca.pem',
      'cert.pem',
      'www.example.com',
    ]);
  });

  test.each([
    ['2.9.1', ['x25519', 'secp256r1']],
    ['2.10', ['X25519MLKEM768', 'x25519', 'secp256r1']],
  ])('the defaults of %s', async (number, groups) => {
    const fact = await listener(site('respond ok'), number);
    expect(fact.data).toMatchObject({ protocols: ['TLSv1.2', 'TLSv1.3'], groups, clientAuth: { mode: 'none' } });
    expect(fact.data.ciphers).toHaveLength(6);
    expect(Object.keys(fact.defaults)).toEqual(
      expect.arrayContaining(['protocols', 'ciphers', 'groups', 'clientAuth']),
    );
    expect(fact.defaults.groups).toEqual({ reason: `the default of caddy ${number}` });
  });

  test('only TLS 1.3 leaves no older suites', async () => {
    const fact = await listener(site('tls {\nprotocols tls1.3\nciphers TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA\n}'));
    expect(fact.data).toMatchObject({ protocols: ['TLSv1.3'], ciphers: [] });
  });

  test('a version or a suite with which Caddy does not start is unknown', async () => {
    const tls = (line: string, number?: string) => listener(site(`tls {\n${line}\n}`), number);
    expect((await tls('protocols tls1.0')).unknown).toContain('protocols');
    expect((await tls('protocols {$OLDEST}')).unknown).toContain('protocols');
    expect((await tls('ciphers TLS_RSA_WITH_AES_128_GCM_SHA256')).unknown).toContain('ciphers');
    expect((await tls('ciphers TLS_RSA_WITH_AES_128_GCM_SHA256', '2.7.6')).data.ciphers).toEqual([
      'TLS_RSA_WITH_AES_128_GCM_SHA256',
    ]);
  });

  test.each([
    ['mode request', 'request'],
    ['mode require', 'request'],
    ['mode require\ntrust_pool file ca.pem', 'request'],
    ['mode verify_if_given\ntrust_pool file ca.pem', 'optional'],
    ['mode require_and_verify', 'required'],
    ['trust_pool file {\npem_file ca.pem\n}', 'required'],
    ['trusted_ca_cert_file ca.pem', 'required'],
    ['trusted_leaf_cert_file leaf.pem', 'required'],
    ['', 'none'],
  ])('client_auth { %s }', async (lines, mode) => {
    const fact = await listener(site(`tls {\nclient_auth {\n${lines}\n}\n}`));
    expect(fact.data.clientAuth?.mode).toBe(mode);
  });

  test('a verifier of its own is not judged', async () => {
    const fact = await listener(site('tls {\nclient_auth {\nmode require\nverifier leaf file a.pem\n}\n}'));
    expect(fact.unknown).toContain('clientAuth');
  });

  test.each([
    ['shop.example.com', '', [{ from: 'acme' }]],
    ['localhost', '', [{ from: 'managed' }]],
    ['10.0.0.1', '', [{ from: 'managed' }]],
    ['shop.example.com', 'tls internal', [{ from: 'managed' }]],
    ['shop.example.com', 'tls me@example.com', [{ from: 'acme' }]],
    ['shop.example.com', 'tls {\ndns cloudflare {env.TOKEN}\n}', [{ from: 'acme' }]],
  ])('certificates of %s with %j', async (address, lines, certificates) => {
    expect((await listener(site(lines, address))).data.certificates).toEqual(certificates);
  });
});

describe('what the real server showed', () => {
  test('suites for TLS 1.3 alone, or hybrid groups alone, leave nothing for TLS 1.2', async () => {
    const text = site('tls {\nciphers TLS_AES_128_GCM_SHA256\n}');
    const fact = await listener(text);
    expect(fact.data).toMatchObject({ protocols: ['TLSv1.3'], ciphers: [] });
    expect(sliceOf(text, fact, 'protocols')).toBe('TLS_AES_128_GCM_SHA256');
    expect((await listener(site('tls {\ncurves x25519mlkem768\n}'))).data.protocols).toEqual(['TLSv1.3']);
    expect((await listener(site('tls {\ncurves x25519mlkem768 x25519\n}'))).data.protocols).toContain('TLSv1.2');
  });

  test('a client that puts ChaCha20 first gets it: the order is not the server’s alone', async () => {
    expect((await listener(site('respond ok'))).data.preferServerCiphers).toBeUndefined();
  });

  test('names on different ports are different listeners, and only those of the last port keep the settings', async () => {
    const facts = await listeners(site('tls {\nprotocols tls1.3\n}', 'a.example.com:8443, b.example.com:9443'));
    expect(facts.map(({ data: { hosts, ports, protocols } }) => [hosts, ports, protocols])).toEqual([
      [['a.example.com'], [8443], ['TLSv1.2', 'TLSv1.3']],
      [['b.example.com'], [9443], ['TLSv1.3']],
    ]);
  });

  test('a tls directive that the site before has too is joined with it, and the rest is lost', async () => {
    const tls = 'tls a.pem a.key\n';
    const more = `${tls}tls b.pem b.key {\nprotocols tls1.3\n}`;
    const torn = await listeners(site(more, 'a.example.com') + site(tls, 'long.example.com'));
    expect(torn.map(({ data: { protocols } }) => protocols)).toEqual([
      ['TLSv1.2', 'TLSv1.3'],
      ['TLSv1.2', 'TLSv1.3'],
    ]);
    const kept = await listeners(site(more, 'long.example.com') + site(tls, 'a.example.com'));
    expect(kept[0]?.data.protocols).toEqual(['TLSv1.3']);
  });

  test('a name that escapes the client authentication of a wildcard keeps what stands beside it', async () => {
    const wildcard =
      '*.example.com {\ntls a.pem a.key {\nprotocols tls1.3\nclient_auth {\nmode require\n}\n}\ntls b.pem b.key {\ncurves secp384r1\n}\n}\n';
    const [fact] = await listeners(site('', 'a.example.com') + wildcard);
    expect(fact?.data).toMatchObject({ protocols: ['TLSv1.3'], clientAuth: { mode: 'none' } });
    expect(fact?.data.groups).toContain('x25519');
  });
});

describe('several sites on a port', () => {
  const wildcard = site(
    'tls internal {\nprotocols tls1.3\nclient_auth {\nmode require_and_verify\n}\n}',
    '*.example.com',
  );

  test('a site that sets nothing has what a wildcard sets; its own settings win', async () => {
    const facts = await listeners(
      `${site('', 'a.example.com')}${site('tls {\nprotocols tls1.2\n}', 'b.example.com')}${site('', 'c.example.org')}${wildcard}`,
    );
    const found = facts.map(({ subject, data: { protocols, clientAuth } }) => [subject, protocols, clientAuth?.mode]);
    expect(found).toEqual([
      ['site a.example.com', ['TLSv1.3'], 'none'],
      ['site b.example.com', ['TLSv1.2', 'TLSv1.3'], 'none'],
      ['site c.example.org', ['TLSv1.2', 'TLSv1.3'], 'none'],
      ['site *.example.com', ['TLSv1.3'], 'required'],
    ]);
  });

  test('before 2.11.7 a wildcard asked its neighbours for client certificates too', async () => {
    const [fact] = await listeners(`${site('', 'a.example.com')}${wildcard}`, '2.10.2');
    expect(fact?.data.clientAuth?.mode).toBe('required');
  });

  test('a site without a name is for all that set nothing', async () => {
    const facts = await listeners(
      `${site('tls a.pem a.key {\nprotocols tls1.3\n}', ':443')}${site('', 'a.example.com')}${site('', 'b.example.com:8443')}`,
    );
    expect(facts.map(({ data }) => data.protocols)).toEqual([['TLSv1.3'], ['TLSv1.3'], ['TLSv1.2', 'TLSv1.3']]);
    expect(facts[1]?.data.certificates).toEqual([{ from: 'file', ref: 'a.pem' }]);
  });

  test('a value from a snippet stands where it was given', async () => {
    const text = `(secure) {\n\ttls {\n\t\tprotocols {args[0]}\n\t}\n}\n${site('import secure tls1.3', 'a.example.com')}`;
    expect(sliceOf(text, await listener(text), 'protocols')).toBe('tls1.3');
    expect((await listener(text)).spans.protocols?.start).toBe(text.lastIndexOf('tls1.3'));
  });
});

describe('files', () => {
  test('imported files are read where they are imported, and nowhere else', async () => {
    const files = {
      'caddy/Caddyfile': 'import sites/*.caddy\nimport /etc/caddy/snippets/tls\nc.example.com {\n\timport strict\n}\n',
      'caddy/sites/a.caddy': 'a.example.com {\n\troot * /srv\n}\n',
      'caddy/snippets/tls': '(strict) {\n\ttls {\n\t\tprotocols tls1.3\n\t}\n}\n',
    };
    const { facts, units } = await extract(files);
    expect(units.map(({ sources: [first] }) => first.path)).toEqual(['caddy/Caddyfile']);
    expect(facts.map(({ subject, self }) => [subject, self.file])).toEqual([
      ['site a.example.com', 'caddy/sites/a.caddy'],
      ['site c.example.com', 'caddy/Caddyfile'],
    ]);
    expect(facts[1]?.spans.protocols?.file).toBe('caddy/snippets/tls');
  });

  test('a file of directives that nobody imports here tells what it connects to', async () => {
    const { facts } = await extract({
      'proxy.caddy': 'reverse_proxy https://10.0.0.1 {\n\ttransport http {\n\t\ttls_insecure_skip_verify\n\t}\n}\n',
    });
    expect(facts.map(({ data }) => data.kind)).toEqual(['upstream']);
  });

  test('a file for Caddy 1 is left alone', async () => {
    expect((await extract({ Caddyfile: 'example.com {\n\tproxy / localhost:8080\n\ttls off\n}\n' })).facts).toEqual([]);
  });

  test('no text makes it throw', async () => {
    const pieces = fc.constantFrom(
      'a.com',
      ':80',
      'http://',
      '{',
      '}',
      '\n',
      'tls',
      'internal',
      'protocols',
      'client_auth',
      'reverse_proxy',
      'https://x',
      'transport',
      'http',
      'import',
      'header',
      'redir',
      '{$X}',
      '"',
      'handle',
      '*.a.com',
      '{ "apps": {',
      '"http"',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(pieces, { maxLength: 40 }), async (parts) => {
        await extract({ Caddyfile: parts.join(' ') });
      }),
      { numRuns: 60 },
    );
  });
});
