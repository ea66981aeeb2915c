import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Fact } from '../../src/core/fact.ts';
import { haproxy } from '../../src/extract/haproxy/haproxy.ts';
import { extractFiles, linePlaceOf, onlyFact } from '../support/extract-text.ts';

type Files = Readonly<Record<string, string>>;

async function extractAll(files: Files, version = '3.2.0', guessed = false) {
  const { units, ...rest } = await extractFiles(haproxy, files, { version, guessed });
  return { ...rest, units: units.map((unit) => unit.sources.map(({ path }) => path)) };
}
const extract = (text: string, version?: string) => extractAll({ 'haproxy.cfg': text }, version);

const only = async (text: string, version?: string): Promise<Fact> => onlyFact((await extract(text, version)).facts);

const bind = (options: string, global = '') =>
  `global\n${global}\nfrontend www\n mode http\n bind :443 ssl crt /site.pem ${options}\n`;
const http = (lines: string) => `global\ndefaults\n mode http\n${lines}`;

describe('a bind line with TLS', () => {
  const text = `global
  ca-base /etc/ca
  crt-base /etc/certs
  ssl-default-bind-options no-tls-tickets
  ssl-default-bind-ciphers ECDHE-RSA-AES128-GCM-SHA256:AES128-SHA
  ssl-default-bind-ciphersuites TLS_AES_128_GCM_SHA256
defaults
  mode http
frontend www
  bind *:443,[::]:443 ssl crt site.pem crt /srv/other.pem alpn h2,http/1.1 ssl-min-ver TLSv1.1 curves X25519:P-256 verify optional ca-file clients.pem prefer-client-ciphers # the site
  http-response set-header Strict-Transport-Security "max-age=31536000; includeSubDomains"
`;
  test('says everything that is written', async () => {
    const fact = await only(text);
    expect(fact.subject).toBe('bind *:443,[::]:443 in frontend www');
    expect(fact.data).toEqual({
      kind: 'listener',
      application: 'http',
      exposure: 'external',
      ports: [443],
      tls: true,
      protocols: ['TLSv1.1', 'TLSv1.2', 'TLSv1.3'],
      ciphers: ['ECDHE-RSA-AES128-GCM-SHA256', 'AES128-SHA'],
      suites13: ['TLS_AES_128_GCM_SHA256'],
      groups: ['x25519', 'secp256r1'],
      preferServerCiphers: false,
      clientAuth: { mode: 'optional', ca: '/etc/ca/clients.pem' },
      certificates: [
        { from: 'file', ref: '/etc/certs/site.pem' },
        { from: 'file', ref: '/srv/other.pem' },
      ],
      sessionTickets: false,
      earlyData: { enabled: false, mitigations: [] },
      hsts: { maxAgeSeconds: 31536000, includeSubDomains: true },
    });
  });

  test('each value knows its place', async () => {
    const fact = await only(text);
    expect(linePlaceOf(text, fact, 'self')).toBe('10:3 bind');
    expect(linePlaceOf(text, fact, 'protocols')).toBe('10:88 TLSv1.1');
    expect(linePlaceOf(text, fact, 'ciphers/1')).toBe('5:56 AES128-SHA');
    expect(linePlaceOf(text, fact, 'certificates/1')).toBe('10:44 /srv/other.pem');
    expect(linePlaceOf(text, fact, 'clientAuth/mode')).toBe('10:123 optional');
    expect(linePlaceOf(text, fact, 'hsts')).toBe('11:55 max-age=31536000; includeSubDomains');
    expect(linePlaceOf(text, fact, 'sessionTickets')).toBe('4:28 no-tls-tickets');
  });
});

describe('protocol versions', () => {
  const versions = (oldest: number, newest: number) =>
    ['TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'].slice(oldest, newest + 1);
  test.each([
    ['ssl-min-ver TLSv1.1', '', versions(1, 3), 'TLSv1.1'],
    ['force-tlsv10', '', versions(0, 0), 'force-tlsv10'],
    ['force-tlsv10 ssl-max-ver TLSv1.2', '', versions(0, 2), 'force-tlsv10'],
    ['ssl-max-ver TLSv1.1', '', versions(1, 1), 'TLSv1.1'],
    ['no-tlsv13', '', versions(2, 2), 'no-tlsv13'],
    ['no-sslv3 no-tlsv10 no-tlsv11', '', versions(2, 3), 'no-tlsv11'],
    ['', 'ssl-default-bind-options ssl-min-ver TLSv1.0', versions(0, 3), 'TLSv1.0'],
    ['ssl-min-ver TLSv1.2', 'ssl-default-bind-options ssl-min-ver TLSv1.0', versions(2, 3), 'TLSv1.2'],
    ['ssl-max-ver TLSv1.2', 'ssl-default-bind-options ssl-min-ver TLSv1.1 no-tlsv12', versions(1, 2), 'TLSv1.1'],
    [
      '',
      'ssl-default-bind-options ssl-min-ver TLSv1.0\nssl-default-bind-options ssl-min-ver TLSv1.2',
      versions(2, 3),
      'TLSv1.2',
    ],
  ])('%s with %s', async (options, global, protocols, word) => {
    const configuration = bind(options, global);
    const fact = await only(configuration);
    expect(fact.data).toMatchObject({ protocols });
    const span = fact.spans.protocols;
    expect(configuration.slice(span?.start, span?.end)).toBe(word);
  });

  test.each([
    ['1.7.0', '', ['TLSv1.0', 'TLSv1.1', 'TLSv1.2']],
    ['2.0.3', '', versions(0, 3)],
    ['2.0.3', 'no-sslv3', versions(0, 3)],
    ['2.2.0', '', versions(2, 3)],
    ['3.2.0', 'no-sslv3 no-tlsv10', versions(2, 3)],
  ])('the default of %s with "%s"', async (number, options, protocols) => {
    const fact = await only(bind(options), number);
    expect(fact.data).toMatchObject({ protocols });
    expect(fact.defaults.protocols).toEqual({ reason: `the default of haproxy ${number}` });
  });

  test('a global section counts for the lines after it only', async () => {
    const fact = await only(
      `frontend www\n bind :443 ssl crt /a.pem\nglobal\n ssl-default-bind-options ssl-min-ver TLSv1.0\n`,
    );
    expect(fact.data).toMatchObject({ protocols: versions(2, 3) });
  });

  test('QUIC is TLS 1.3 whatever is written', async () => {
    const fact = await only('global\nfrontend www\n bind quic4@:443 ssl crt /a.pem alpn h3 ssl-min-ver TLSv1.0\n');
    expect(fact.data).toMatchObject({ protocols: ['TLSv1.3'], ciphers: [] });
  });

  test('with TLS 1.3 alone the cipher string has no effect', async () => {
    const fact = await only(bind('ssl-min-ver TLSv1.3 ciphers AES128-SHA'));
    expect(fact.data).toMatchObject({ ciphers: [] });
  });
});

describe('cipher suites', () => {
  test('DHE needs parameters since 2.6', async () => {
    const list = 'ciphers ECDHE-RSA-AES128-SHA:DHE-RSA-AES128-SHA';
    expect((await only(bind(list))).data).toMatchObject({ ciphers: ['ECDHE-RSA-AES128-SHA'] });
    expect((await only(bind(list, 'tune.ssl.default-dh-param 2048'))).data).toMatchObject({
      ciphers: ['ECDHE-RSA-AES128-SHA', 'DHE-RSA-AES128-SHA'],
    });
    expect((await only(bind(list), '2.4.0')).data).toMatchObject({
      ciphers: ['ECDHE-RSA-AES128-SHA', 'DHE-RSA-AES128-SHA'],
    });
  });

  test('the security level of 3.0', async () => {
    const fact = await only(bind('ciphers ECDHE-RSA-AES128-GCM-SHA256:AES128-SHA', 'ssl-security-level 3'));
    expect(fact.data).toMatchObject({ ciphers: ['ECDHE-RSA-AES128-GCM-SHA256'] });
  });
});

describe('client certificates', () => {
  test.each([
    ['verify none', 'none'],
    ['verify required ca-file @system-ca', 'required'],
    ['verify required ca-file /ca.pem ca-ignore-err all crt-ignore-err all', 'request'],
    ['verify optional ca-file /ca.pem ca-ignore-err all', 'request'],
    ['verify required ca-file /ca.pem crt-ignore-err 10,23', 'required'],
  ])('%s', async (options, mode) => {
    expect((await only(bind(options))).data).toMatchObject({ clientAuth: { mode } });
  });
});

test.each(['crt-ignore-err all', 'ca-ignore-err 20', 'crt-ignore-err X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT'])(
  'what %s lets in is not known',
  async (options) => {
    expect((await only(bind(`verify required ca-file /ca.pem ${options}`))).unknown).toContain('clientAuth');
  },
);

test('whose order counts is open where ChaCha20 is among the suites', async () => {
  expect((await only(bind('ciphers ECDHE+AESGCM'))).data).toMatchObject({ preferServerCiphers: true });
  expect((await only(bind('ciphers ECDHE+AESGCM:ECDHE+CHACHA20'))).unknown).toContain('preferServerCiphers');
});

describe('early data', () => {
  const early = (options: string, rules = '', mode = 'http') =>
    `global\nfrontend www\n mode ${mode}\n bind :443 ssl crt /site.pem ${options}\n ${rules}\n default_backend app\n`;
  test.each([
    ['allow-0rtt', '', 'http', true, []],
    ['allow-0rtt', 'http-request wait-for-handshake', 'http', true, ['waits-for-handshake', 'header-forwarded']],
    [
      'allow-0rtt',
      'http-request wait-for-handshake if ! METH_GET',
      'http',
      true,
      ['safe-methods-only', 'header-forwarded'],
    ],
    [
      'allow-0rtt',
      'http-request deny deny_status 425 if { ssl_fc_has_early }',
      'http',
      true,
      ['rejected-425', 'header-forwarded'],
    ],
    ['allow-0rtt alpn http/1.1', '', 'tcp', true, []],
    ['allow-0rtt', '', 'tcp', true, ['waits-for-handshake']],
    ['allow-0rtt no-alpn', '', 'http', true, ['waits-for-handshake', 'header-forwarded']],
    ['allow-0rtt ssl-max-ver TLSv1.2', '', 'http', false, []],
    ['', '', 'http', false, []],
  ])('%s, %s, mode %s', async (options, rules, mode, enabled, mitigations) => {
    expect((await only(early(options, rules, mode))).data).toMatchObject({ earlyData: { enabled, mitigations } });
  });

  test('releases before 2.8 pass nothing on before the handshake is complete', async () => {
    expect((await only(early('allow-0rtt alpn h2'), '2.6.12')).data).toMatchObject({
      earlyData: { enabled: true, mitigations: ['waits-for-handshake', 'header-forwarded'] },
    });
  });
});

describe('crt-list files', () => {
  const main =
    'global\n crt-base /etc/certs\nfrontend www\n bind :443 ssl crt-list /etc/haproxy/crt-list.txt ssl-min-ver TLSv1.2\n';
  const list =
    '# certificates\nsite.pem\nold.pem [alpn h2 ssl-min-ver TLSv1.0 ciphers AES128-SHA] old.example.com !new.old.example.com\n';

  test('brackets override the bind line for their names', async () => {
    const { facts, units, diagnostics } = await extractAll({ 'docker/haproxy.cfg': main, 'docker/crt-list.txt': list });
    expect(units).toEqual([['docker/haproxy.cfg']]);
    expect(diagnostics).toEqual([]);
    expect(facts.map(({ subject }) => subject)).toEqual([
      'bind :443 in frontend www',
      'bind :443 in frontend www for old.example.com',
    ]);
    expect(facts[0]?.data).toMatchObject({
      protocols: ['TLSv1.2', 'TLSv1.3'],
      certificates: [{ ref: '/etc/certs/site.pem' }, { ref: '/etc/certs/old.pem' }],
    });
    expect(facts[1]?.data).toMatchObject({
      hosts: ['old.example.com'],
      protocols: ['TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'],
      ciphers: ['AES128-SHA'],
    });
    const span = facts[1]?.spans.protocols;
    expect([span?.file, list.slice(span?.start, span?.end)]).toEqual(['docker/crt-list.txt', 'TLSv1.0']);
  });

  test('the first line counts for clients without a name; groups and early data come from the bind line', async () => {
    const { facts } = await extractAll({
      'haproxy.cfg': 'global\nfrontend www\n bind :443 ssl crt-list list/crt-list curves P-384\n',
      'list/crt-list': '/a.pem [ciphers AES128-SHA ssl-min-ver TLSv1.1 curves X25519 allow-0rtt] a.example.com\n',
    });
    expect(facts[0]?.data).toMatchObject({
      protocols: ['TLSv1.2', 'TLSv1.3'],
      ciphers: ['AES128-SHA'],
      groups: ['secp384r1'],
      earlyData: { enabled: false },
    });
    expect(facts[1]?.data).toMatchObject({
      protocols: ['TLSv1.1', 'TLSv1.2', 'TLSv1.3'],
      groups: ['secp384r1'],
      earlyData: { enabled: false },
    });
  });

  test('one that is not here leaves unknown what it may change', async () => {
    const { facts } = await extractAll({ 'haproxy.cfg': main });
    expect(facts[0]?.unknown).toEqual(expect.arrayContaining(['certificates', 'ciphers', 'clientAuth']));
    expect(facts[0]?.data).toMatchObject({ protocols: ['TLSv1.2', 'TLSv1.3'] });
  });

  test('one that nothing names says what is in its brackets', async () => {
    const { facts } = await extractAll({ 'crt-list.txt': list });
    expect(facts.map(({ data }) => data)).toEqual([
      {
        kind: 'listener',
        hosts: ['old.example.com'],
        protocols: ['TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'],
        ciphers: ['AES128-SHA'],
      },
    ]);
  });

  test('ssl-f-use lines are one too', async () => {
    const { facts } = await extract(
      'global\nfrontend www\n bind :443 ssl\n ssl-f-use crt /a.pem ssl-min-ver TLSv1.1\n',
    );
    expect(facts.map(({ data }) => ('protocols' in data ? data.protocols?.[0] : undefined))).toEqual([
      'TLSv1.2',
      'TLSv1.1',
    ]);
  });
});

describe('plain HTTP', () => {
  const both = (rules: string, backend = '') =>
    http(
      `frontend www\n bind :80\n bind :443 ssl crt /a.pem\n${rules}\n default_backend app\nbackend app\n${backend}\n server a 10.0.0.1:80\n`,
    );
  const plain = async (text: string) =>
    (await extract(text)).facts.find(({ data }) => 'tls' in data && data.tls === false);

  test.each([
    ['http-request redirect scheme https unless { ssl_fc }', true],
    ['redirect scheme https code 301 if !{ ssl_fc }', true],
    ['acl secure ssl_fc\nredirect scheme https if !secure', true],
    ['acl acme path_beg /.well-known/acme-challenge/\nhttp-request redirect scheme https if !{ ssl_fc } !acme', true],
    ['http-request redirect scheme https unless { ssl_fc } or { path_beg /.well-known/ }', true],
    ['http-request redirect location https://www.example.com%[path] if { dst_port 80 }', true],
    ['http-request redirect scheme https if { hdr(host) -i a.example } !{ ssl_fc }', undefined],
    ['http-request redirect scheme https if { hdr(X-Forwarded-Proto) http }', undefined],
    ['', false],
  ])('beside TLS with "%s"', async (rules, redirects) => {
    const fact = await plain(both(rules));
    expect(fact?.data).toMatchObject({ application: 'http', tls: false });
    expect(fact?.data && 'redirectsToHttps' in fact.data ? fact.data.redirectsToHttps : undefined).toBe(redirects);
  });

  test('a backend may redirect', async () => {
    expect((await plain(both('', 'redirect scheme https if !{ ssl_fc }')))?.data).toMatchObject({
      redirectsToHttps: true,
    });
  });

  test('a rule that answers before the redirect wins', async () => {
    expect(
      (await plain(both('http-request return status 200\nhttp-request redirect scheme https')))?.data,
    ).toMatchObject({
      redirectsToHttps: false,
    });
    const some = both('http-request return status 200 unless { path_beg /app }\nredirect scheme https');
    expect((await plain(some))?.unknown).toContain('redirectsToHttps');
    const refused = both('http-request deny if { src 10.0.0.0/8 }\nhttp-request redirect scheme https');
    expect((await plain(refused))?.data).toMatchObject({ redirectsToHttps: true });
    const legacy = both('redirect scheme https\nhttp-request deny');
    expect((await plain(legacy))?.unknown).toContain('redirectsToHttps');
  });

  test('another frontend serves the same backend over TLS', async () => {
    const text = http(
      'frontend a\n bind :80\n default_backend app\nfrontend b\n bind :443 ssl crt /a.pem\n default_backend app\nbackend app\n server a 10.0.0.1:80\n',
    );
    const fact = await plain(text);
    expect(fact?.data).toMatchObject({ redirectsToHttps: false });
    expect(fact?.related.map(({ phrase }) => phrase)).toEqual(['served over TLS here']);
  });

  test.each([
    ['TLS ends elsewhere', 'frontend a\n bind :80\n default_backend app\nbackend app\n server a 10.0.0.1:80\n'],
    [
      'behind another proxy',
      'frontend a\n bind :80 accept-proxy\n bind :443 ssl crt /a.pem\n default_backend app\nbackend app\n server a 10.0.0.1:80\n',
    ],
    [
      'a port of its own',
      'frontend a\n bind :8404\n bind :443 ssl crt /a.pem\n default_backend app\nbackend app\n server a 10.0.0.1:80\n',
    ],
    [
      'a health check only',
      'frontend a\n bind :80\n monitor-uri /healthz\nfrontend b\n bind :443 ssl crt /a.pem\n default_backend app\nbackend app\n server a 10.0.0.1:80\n',
    ],
  ])('nothing is said where %s', async (_name, lines) => {
    expect((await plain(http(lines)))?.unknown).toContain('redirectsToHttps');
  });

  test('a certificate without ssl is plaintext', async () => {
    const text = http(
      'frontend www\n bind :443 crt /a.pem\n default_backend app\nbackend app\n server a 10.0.0.1:80\n',
    );
    const fact = await only(text);
    expect(fact.data).toMatchObject({ tls: false, redirectsToHttps: false, ports: [443] });
    expect(linePlaceOf(text, fact, 'tls')).toBe('5:16 /a.pem');
  });

  test('TCP that is passed through is none of our business', async () => {
    expect(
      (
        await extract(
          'global\ndefaults\n mode tcp\nlisten k8s\n bind :6443\n server a 10.0.0.1:6443 check check-ssl verify none\n',
        )
      ).facts,
    ).toEqual([]);
  });
});

describe('HSTS', () => {
  const secure = (rules: string, backend = '') =>
    http(
      `frontend www\n bind :443 ssl crt /a.pem\n ${rules}\n default_backend app\nbackend app\n ${backend}\n server a 10.0.0.1:80\n`,
    );
  test.each([
    ['http-response set-header Strict-Transport-Security max-age=600', '', 600],
    ['http-response set-header Strict-Transport-Security "max-age=600" if { ssl_fc }', '', 600],
    ['http-after-response add-header strict-transport-security max-age=63072000;\\ preload', '', 63072000],
    ['rspadd Strict-Transport-Security:\\ max-age=15768000', '', 15768000],
    ['', 'http-response set-header Strict-Transport-Security max-age=300', 300],
  ])('%s%s', async (rules, backend, maxAgeSeconds) => {
    expect((await only(secure(rules, backend))).data).toMatchObject({ hsts: { maxAgeSeconds } });
  });

  test.each([
    ['nothing, since the application may send it', ''],
    ['some hosts only', 'http-response set-header Strict-Transport-Security max-age=600 if { req.hdr(host) a }'],
    ['a computed value', 'http-response set-header Strict-Transport-Security "max-age=%[var(txn.age)]"'],
  ])('unknown: %s', async (_name, rules) => {
    expect((await only(secure(rules))).unknown).toContain('hsts');
  });
});

describe('servers', () => {
  const backend = (lines: string, global = '') => `global\n ${global}\nbackend app\n mode http\n ${lines}\n`;
  test.each([
    ['server a db.example.com:443 ssl verify none', '', false, false, 'external'],
    ['server a 10.0.0.5:443 ssl verify required ca-file /ca.pem', '', true, false, 'private'],
    ['server a 10.0.0.5:443 ssl verify required ca-file /ca.pem sni str(db.example.com)', '', true, true, 'private'],
    ['server a 10.0.0.5:443 ssl ca-file /ca.pem verifyhost db.example.com', '', true, true, 'private'],
    ['server a 127.0.0.1:8443 ssl', 'ssl-server-verify none', false, false, 'internal'],
    ['server a 127.0.0.1:8443 ssl verify required ca-file /ca.pem', 'ssl-server-verify none', true, false, 'internal'],
    ['default-server ssl verify none\n server a app:443', '', false, false, 'private'],
    [
      'default-server ssl verify none\n server a app:443 verify required ca-file /ca.pem sni req.hdr(host)',
      '',
      true,
      true,
      'private',
    ],
    ['server-template web 1-5 web.example.com:443 ssl verify none', '', false, false, 'external'],
    ['server a ipv6@2001:db8::1:443 ssl verify none', '', false, false, 'external'],
    ['server a unix@/run/a.sock ssl verify none', '', false, false, 'internal'],
  ])('%s', async (lines, global, chain, hostname, exposure) => {
    expect((await only(backend(lines, global), '3.2.0')).data).toMatchObject({
      kind: 'upstream',
      tls: true,
      verify: { chain, hostname },
      exposure,
    });
  });

  test('since 3.3 the Host header names the server', async () => {
    const line = 'server a 10.0.0.5:443 ssl ca-file /ca.pem';
    expect((await only(backend(line), '3.3.0')).data).toMatchObject({ verify: { chain: true, hostname: true } });
    expect((await only(backend(`${line} no-sni-auto`), '3.3.0')).data).toMatchObject({ verify: { hostname: false } });
  });

  test('the place is the word that switches verification off', async () => {
    const global = backend('server a 10.0.0.5:443 ssl', 'ssl-server-verify none');
    expect(linePlaceOf(global, await only(global), 'verify/chain')).toBe('2:20 none');
    const line = backend('server a 10.0.0.5:443 ssl verify none');
    expect(linePlaceOf(line, await only(line), 'verify/chain')).toBe('5:35 none');
  });

  test('versions, suites, certificate and names', async () => {
    const text = backend(
      'server a 10.0.0.5:443 ssl ca-file roots.pem crt me.pem sni str(db.example.com)',
      'ca-base /ca\n ssl-default-server-options ssl-min-ver TLSv1.1\n ssl-default-server-ciphers AES128-SHA',
    );
    expect((await only(text)).data).toMatchObject({
      protocols: ['TLSv1.1', 'TLSv1.2', 'TLSv1.3'],
      ciphers: ['AES128-SHA'],
      ca: '/ca/roots.pem',
      clientCertificate: 'me.pem',
      serverName: 'db.example.com',
      target: '10.0.0.5:443',
    });
  });

  test('without a minimum the library decides', async () => {
    const fact = await only(backend('server a 10.0.0.5:443 ssl verify none no-sslv3'));
    expect(fact.unknown).toContain('protocols');
    expect((await only(backend('server a 10.0.0.5:443 ssl verify none force-tlsv10'))).data).toMatchObject({
      protocols: ['TLSv1.0'],
    });
  });

  test.each([
    [
      'peers',
      'global\npeers cluster\n bind :1024 ssl crt /a.pem\n default-server ssl verify none\n server b 10.0.0.2:1024\n',
      2,
    ],
    ['a ring', 'global\nring logs\n server s logs.example.com:6514 ssl verify none\n', 1],
    ['the HTTP client', 'global\n httpclient.ssl.verify none\n', 1],
  ])('%s', async (_name, text, count) => {
    const { facts } = await extract(text);
    expect(facts).toHaveLength(count);
    expect(facts.at(-1)?.data).toMatchObject({ kind: 'upstream', verify: { chain: false } });
  });

  test.each([
    ['a server without TLS', 'server a 10.0.0.1:80 verify none ca-file /x'],
    ['TLS of health checks alone', 'server a 10.0.0.1:80 check check-ssl verify none'],
    ['TLS switched off again', 'default-server ssl verify none\n server a 10.0.0.1:80 no-ssl'],
    ['a section that is switched off', 'disabled\n server a 10.0.0.1:443 ssl verify none'],
  ])('nothing is said about %s', async (_name, lines) => {
    expect((await extract(backend(lines))).facts).toEqual([]);
  });
});

describe('defaults sections', () => {
  test('the last one before counts, or the one that is named', async () => {
    const { facts } = await extract(
      'global\ndefaults web\n mode http\n default-server ssl verify none\ndefaults base from web\n timeout client 1s\ndefaults\n mode tcp\nbackend a\n server a a.example:443\nbackend b from base\n server b b.example:443\n',
    );
    expect(facts.map(({ subject }) => subject)).toEqual(['server b in backend b']);
  });
});

describe('what cannot be known', () => {
  test.each([
    ['a variable', bind('ssl-min-ver "${OLDEST}"'), 'protocols'],
    ['a template', bind('ssl-min-ver {{ oldest }}'), 'protocols'],
    ['options from a template', bind('{{ options }}'), 'protocols'],
    ['an option in a branch of the line', bind('{% if old %}ssl-min-ver TLSv1.0{% endif %}'), 'protocols'],
    [
      'a line in a branch',
      bind('', '.if streq("$OLD",yes)\nssl-default-bind-options ssl-min-ver TLSv1.0\n.endif'),
      'protocols',
    ],
    ['lines from a template', bind('', '{{ extra }}'), 'ciphers'],
    ['lines from another file', bind('', '{% include "tls.cfg" %}'), 'protocols'],
    ['verify from a template', bind('verify {{ verify }}'), 'clientAuth'],
    [
      'a template that decides about ssl',
      'global\nfrontend a\n bind :443 {% if tls %}ssl crt /a.pem{% endif %}\n',
      'tls',
    ],
  ])('%s', async (_name, text, pointer) => {
    expect((await only(text)).unknown).toContain(pointer);
  });

  test('what both ways agree on is known', async () => {
    const text = bind(
      '',
      '.if defined(X)\nssl-default-bind-options ssl-min-ver TLSv1.0\n.endif\nssl-default-bind-options ssl-min-ver TLSv1.1',
    );
    expect((await only(text)).data).toMatchObject({ protocols: ['TLSv1.1', 'TLSv1.2', 'TLSv1.3'] });
  });

  test('in its own branch a setting is certain, in the other it is not there', async () => {
    const { facts } = await extract(
      'global\nfrontend a\n{% if old %}\n bind :443 ssl crt /a.pem ssl-min-ver TLSv1.0\n{% else %}\n bind :443 ssl crt /a.pem\n{% endif %}\n',
    );
    expect(facts.map(({ data }) => ('protocols' in data ? data.protocols?.[0] : undefined))).toEqual([
      'TLSv1.0',
      'TLSv1.2',
    ]);
  });

  test('a fragment leaves to global what it does not say', async () => {
    const { facts } = await extractAll({
      'haproxy/sites/www.cfg':
        'frontend www\n mode http\n bind :443 ssl crt /a.pem\nbackend b\n server a a.example:443 ssl\n',
    });
    expect(facts[0]?.unknown).toEqual(expect.arrayContaining(['protocols', 'ciphers']));
    expect(facts[1]?.unknown).toEqual(expect.arrayContaining(['verify/chain', 'verify/hostname']));
  });
});

describe('files', () => {
  test('a folder that is loaded as one is read as one, after the file beside it', async () => {
    const { units, facts } = await extractAll({
      'etc/haproxy.cfg': 'global\n ssl-default-bind-options ssl-min-ver TLSv1.1\ndefaults\n mode http\n',
      'etc/conf.d/20-b.cfg': 'backend b\n server a a.example:443 ssl verify none\n mode http\n',
      'etc/conf.d/10-a.cfg': 'frontend a\n bind :443 ssl crt /a.pem\n mode http\n default_backend b\n',
    });
    expect(units).toEqual([['etc/haproxy.cfg', 'etc/conf.d/10-a.cfg', 'etc/conf.d/20-b.cfg']]);
    expect(facts[0]?.data).toMatchObject({ protocols: ['TLSv1.1', 'TLSv1.2', 'TLSv1.3'] });
  });

  test('whole configurations in one folder are alternatives', async () => {
    const { units } = await extractAll({
      'haproxy/blue.cfg': 'global\nfrontend a\n bind :443 ssl crt /a.pem\n',
      'haproxy/green.cfg': 'global\nfrontend a\n bind :443 ssl crt /a.pem\n',
    });
    expect(units).toHaveLength(2);
  });

  test('global settings for bind lines in other files', async () => {
    const text =
      'global\n ssl-default-bind-options ssl-min-ver TLSv1.0\n ssl-default-bind-ciphers AES128-SHA\ndefaults\n mode http\n';
    const fact = await only(text);
    expect(fact.data).toEqual({
      kind: 'listener',
      protocols: ['TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'],
      ciphers: ['AES128-SHA'],
    });
    expect(linePlaceOf(text, fact, 'protocols')).toBe('2:39 TLSv1.0');
  });

  test('and they have no effect where nothing listens with TLS', async () => {
    expect(
      (await extract('global\n ssl-default-bind-options ssl-min-ver TLSv1.0\nfrontend a\n mode tcp\n bind :443\n'))
        .facts,
    ).toEqual([]);
  });

  const cfg = 'frontend a\n bind :443\nbackend b\n mode http\n server a b:80\n';
  test.each([
    ['haproxy.cfg', cfg, true],
    ['roles/lb/templates/haproxy.cfg.j2', cfg, true],
    ['docker/haproxy/conf.d/web.cfg', cfg, true],
    ['lb/main.cfg', cfg, true],
    ['lb/crt-list.txt', 'a.pem [alpn h2]\n', true],
    ['setup.cfg', '[metadata]\nname = server backend\n', false],
    ['nginx/haproxy.md', cfg, false],
    ['rsyslog.d/haproxy.conf', '$ModLoad imudp\nlocal2.* /var/log/haproxy.log\n', false],
  ])('%s', async (path, text, claimed) => {
    expect(haproxy.claims({ path, hasWord: (word) => text.includes(word) })).toBe(claimed);
  });

  test('a file of another program with the same words says nothing', async () => {
    const nginx = 'server {\n  listen 80;\n  location / { proxy_pass http://backend; }\n}\n';
    expect(await extractAll({ 'haproxy-test/nginx.conf': nginx })).toEqual({ units: [], facts: [], diagnostics: [] });
    const { facts, diagnostics } = await extractAll({ 'haproxy/app.cfg': 'server = bind to 1\n[frontend]\nbind = "x' });
    expect([facts, diagnostics]).toEqual([[], []]);
  });
});

test('no text makes the reading throw', async () => {
  const pieces = fc.constantFrom(
    'global',
    'frontend a',
    'backend b from c',
    'bind',
    ':443',
    'ssl',
    'crt',
    '/a.pem',
    '\n',
    '{% if x %}',
    '{% endif %}',
    '"',
    "'",
    '\\',
    '$',
    '${A',
    '{',
    '}',
    'if',
    '!',
    'unless',
    'ssl_fc',
    'or',
    'http-request',
    'redirect',
    'scheme https',
    'default_backend b',
    'server a b:1',
    'verify',
    'none',
    'ssl-min-ver',
    '.if',
    '.endif',
    'defaults d from d',
    'ssl-default-bind-options',
    'force-tlsv1',
    'use_backend',
    'acl ssl_fc ssl_fc',
    '#',
    '{{ x }}',
    'crt-list',
    'quic4@',
    'http-response set-header Strict-Transport-Security x',
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(pieces, { maxLength: 60 }).map((parts) => parts.join(' ')),
      async (text) => {
        await extract(text);
      },
    ),
    { numRuns: 60 },
  );
});
