import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Fact } from '../../src/core/fact.ts';
import type { Source } from '../../src/core/source.ts';
import { nginx } from '../../src/extract/nginx.ts';
import { extractFiles, linePlaceOf, onlyFact } from '../support/extract-text.ts';

type Files = Readonly<Record<string, string>>;

const extractAll = (files: Files, version = '1.28.0', guessed = false) =>
  extractFiles(nginx, files, { version, guessed });
const extract = (text: string, version?: string) => extractAll({ 'nginx.conf': text }, version);
const listeners = (facts: readonly Fact[]) => facts.filter(({ data }) => data.kind === 'listener');
const only = async (text: string, version?: string): Promise<Fact> => onlyFact((await extract(text, version)).facts);

const http = (lines: string) => `http {\n${lines}\n}\n`;
const server = (lines: string) => http(`server {\n listen 443 ssl;\n ssl_certificate /c.pem;\n${lines}\n}`);

describe('a server that speaks TLS', () => {
  const text = `http {
  ssl_session_tickets off;
  server {
    listen 443 ssl default_server;
    listen [::]:443 ssl;
    server_name shop.example.com *.shop.example.com;
    ssl_certificate /etc/tls/rsa.pem;
    ssl_certificate /etc/tls/ec.pem;
    ssl_protocols TLSv1.3 TLSv1.2;
    ssl_conf_command Ciphersuites TLS_AES_128_GCM_SHA256;
    ssl_ecdh_curve X25519:prime256v1;
    ssl_prefer_server_ciphers on;
    ssl_verify_client optional;
    ssl_client_certificate /etc/tls/clients.pem;
    ssl_stapling on;
    add_header Strict-Transport-Security "max-age=63072000; includeSubDomains" always;
  }
}
`;
  test('with everything written', async () => {
    const fact = await only(text);
    expect(fact.subject).toBe('server shop.example.com');
    expect(fact.data).toMatchObject({
      kind: 'listener',
      application: 'http',
      exposure: 'external',
      tls: true,
      ports: [443],
      hosts: ['shop.example.com', '*.shop.example.com'],
      protocols: ['TLSv1.2', 'TLSv1.3'],
      suites13: ['TLS_AES_128_GCM_SHA256'],
      groups: ['x25519', 'secp256r1'],
      preferServerCiphers: true,
      sessionTickets: false,
      ocspStapling: true,
      clientAuth: { mode: 'optional', ca: '/etc/tls/clients.pem' },
      certificates: [
        { from: 'file', ref: '/etc/tls/rsa.pem' },
        { from: 'file', ref: '/etc/tls/ec.pem' },
      ],
      hsts: { maxAgeSeconds: 63072000, includeSubDomains: true },
      earlyData: { enabled: false, mitigations: [] },
    });
    expect(fact.unknown).toEqual([]);
  });

  test('each value has the place of its token; what http says keeps its line', async () => {
    const fact = await only(text);
    expect(linePlaceOf(text, fact, 'self')).toBe('3:3 server');
    expect(linePlaceOf(text, fact, 'tls')).toBe('4:16 ssl');
    expect(linePlaceOf(text, fact, 'protocols/0')).toBe('9:27 TLSv1.2');
    expect(linePlaceOf(text, fact, 'groups/1')).toBe('11:27 prime256v1');
    expect(linePlaceOf(text, fact, 'sessionTickets')).toBe('2:23 off');
    expect(linePlaceOf(text, fact, 'certificates/1')).toBe('8:21 /etc/tls/ec.pem');
    expect(linePlaceOf(text, fact, 'hsts')).toBe('16:43 max-age=63072000; includeSubDomains');
    expect(linePlaceOf(text, fact, 'hosts/1')).toBe('6:34 *.shop.example.com');
  });

  test('with nothing written', async () => {
    const fact = await only(server(''));
    expect(fact.data).toMatchObject({
      protocols: ['TLSv1.2', 'TLSv1.3'],
      sessionTickets: true,
      preferServerCiphers: false,
      clientAuth: { mode: 'none' },
      hsts: { maxAgeSeconds: 0 },
    });
    expect(fact.defaults.protocols).toEqual({ reason: 'the default of nginx 1.28.0' });
    expect(fact.unknown).toEqual([]);
  });
});

describe('protocol versions', () => {
  const old = ['TLSv1.0', 'TLSv1.1', 'TLSv1.2'];
  test.each([
    ['1.18.0', old],
    ['1.22.1', old],
    ['1.23.4', [...old, 'TLSv1.3']],
    ['1.26', [...old, 'TLSv1.3']],
    ['1.27.2', [...old, 'TLSv1.3']],
    ['1.27.3', ['TLSv1.2', 'TLSv1.3']],
    ['1.27', ['TLSv1.2', 'TLSv1.3']],
    ['1.9.0', ['SSLv3', ...old]],
  ])('the default of %s', async (version, protocols) => {
    expect((await only(server(''), version)).data).toMatchObject({ protocols });
  });

  test.each([
    ['spellings do not depend on case', 'ssl_protocols tlsv1.2 TLSV1;', ['TLSv1.0', 'TLSv1.2']],
    ['lines on one level add up', 'ssl_protocols TLSv1.2;\nssl_protocols TLSv1.3;', ['TLSv1.2', 'TLSv1.3']],
    [
      'a command narrows them',
      'ssl_protocols TLSv1 TLSv1.2 TLSv1.3;\nssl_conf_command MinProtocol TLSv1.2;',
      ['TLSv1.2', 'TLSv1.3'],
    ],
    ['and from above', 'ssl_protocols TLSv1.2 TLSv1.3;\nssl_conf_command maxprotocol TLSv1.2;', ['TLSv1.2']],
    ['or replaces them', 'ssl_protocols TLSv1.2;\nssl_conf_command Protocol "-ALL, TLSv1.3";', ['TLSv1.3']],
  ])('%s', async (_name, lines, protocols) => {
    expect((await only(server(lines))).data).toMatchObject({ protocols });
  });

  test.each([
    ['a variable', 'ssl_protocols $versions;'],
    ['an include that is not here', 'include snippets/tls.conf;'],
    [
      'branches of a template that disagree',
      '{% if old %}\nssl_protocols TLSv1;\n{% else %}\nssl_protocols TLSv1.3;\n{% endif %}',
    ],
  ])('%s is unknown', async (_name, lines) => {
    const fact = await only(server(lines));
    expect(fact.unknown).toContain('protocols');
    expect(fact.data).not.toHaveProperty('protocols');
  });

  test('what a missing include cannot set stays known', async () => {
    const fact = await only(
      http(
        'include mime.types;\nserver { listen 443 ssl; ssl_certificate /c; location / { include fastcgi_params; } }',
      ),
    );
    expect(fact.data).toMatchObject({ protocols: ['TLSv1.2', 'TLSv1.3'] });
  });
});

describe('cipher suites', () => {
  test('none where only TLS 1.3 is on', async () => {
    const fact = await only(server('ssl_protocols TLSv1.3;\nssl_ciphers AES128-SHA;'));
    expect(fact.data).toMatchObject({ ciphers: [] });
  });

  test('a suite points at the part of the string that brings it in', async () => {
    const text = server("ssl_ciphers 'ECDHE-RSA-AES128-GCM-SHA256:AES128-SHA';");
    const fact = await only(text);
    expect(fact.data).toMatchObject({ ciphers: ['ECDHE-RSA-AES128-GCM-SHA256', 'AES128-SHA'] });
    expect(linePlaceOf(text, fact, 'ciphers/1')).toBe('5:42 AES128-SHA');
  });

  test('DHE needs ssl_dhparam', async () => {
    const string = 'ssl_ciphers ECDHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES128-GCM-SHA256;';
    expect((await only(server(string))).data).toMatchObject({ ciphers: ['ECDHE-RSA-AES128-GCM-SHA256'] });
    expect((await only(server(`${string}\nssl_dhparam /dh.pem;`))).data).toMatchObject({
      ciphers: ['ECDHE-RSA-AES128-GCM-SHA256', 'DHE-RSA-AES128-GCM-SHA256'],
    });
  });

  test('the CipherString command wins', async () => {
    const lines = 'ssl_ciphers AES128-SHA;\nssl_conf_command CipherString ECDHE-RSA-AES128-GCM-SHA256;';
    expect((await only(server(lines))).data).toMatchObject({ ciphers: ['ECDHE-RSA-AES128-GCM-SHA256'] });
  });
});

describe('servers that share an address', () => {
  const two = (first: string, second: string) =>
    http(
      `ssl_certificate /c;\nserver { listen 443 ssl; server_name a.example; ${first} }\nserver { listen 443; server_name b.example; ${second} }`,
    );
  const protocolsOf = async (text: string, version?: string) =>
    listeners((await extract(text, version)).facts).map(({ data }) => data.kind === 'listener' && data.protocols);

  test('one that asks for TLS makes all of them speak it', async () => {
    const { facts } = await extract(two('', ''));
    expect(facts.map(({ subject, data }) => [subject, data.kind === 'listener' && data.tls])).toEqual([
      ['server a.example', true],
      ['server b.example', true],
    ]);
  });

  test('before 1.29.2 the default server decides the versions, since then each its own', async () => {
    const text = two('ssl_protocols TLSv1.2;', 'ssl_protocols TLSv1.3;');
    expect(await protocolsOf(text, '1.28.0')).toEqual([['TLSv1.2'], ['TLSv1.2']]);
    expect(await protocolsOf(text, '1.29.2')).toEqual([['TLSv1.2'], ['TLSv1.3']]);
  });

  test('the default server is the one that says so', async () => {
    const text = http(
      'ssl_certificate /c;\nserver { listen 443 ssl; ssl_protocols TLSv1.3; }\nserver { listen 443 ssl default_server; ssl_protocols TLSv1.2; }',
    );
    expect(await protocolsOf(text)).toEqual([['TLSv1.2'], ['TLSv1.2']]);
  });

  test('a wildcard address and a specific one are two sockets', async () => {
    const text = http(
      'ssl_certificate /c;\nserver { listen 443 ssl; ssl_protocols TLSv1.3; }\nserver { listen 10.0.0.1:443 ssl; ssl_protocols TLSv1.2; }',
    );
    expect(await protocolsOf(text)).toEqual([['TLSv1.3'], ['TLSv1.2']]);
  });

  test('client certificates and the header are each server’s own', async () => {
    const { facts } = await extract(two('ssl_verify_client on;', 'add_header Strict-Transport-Security max-age=1;'));
    expect(facts.map(({ data }) => data)).toMatchObject([
      { clientAuth: { mode: 'required' }, hsts: { maxAgeSeconds: 0 } },
      { clientAuth: { mode: 'none' }, hsts: { maxAgeSeconds: 1 } },
    ]);
  });
});

describe('Strict-Transport-Security', () => {
  test.each([
    ['an application behind it may send it', 'location / { proxy_pass http://app; }'],
    ['a location sends headers of its own', 'location / { add_header Strict-Transport-Security max-age=1; }'],
    ['a variable', 'add_header Strict-Transport-Security $hsts;'],
  ])('unknown: %s', async (_name, lines) => {
    expect((await only(server(lines))).unknown).toEqual(['hsts']);
  });

  test('a level with one header of its own inherits none, unless told to merge', async () => {
    const text = (extra: string) =>
      http(
        `add_header Strict-Transport-Security max-age=9;\nserver { listen 443 ssl; ssl_certificate /c; add_header X-A b; ${extra} }`,
      );
    expect((await only(text(''))).data).toMatchObject({ hsts: { maxAgeSeconds: 0 } });
    expect((await only(text('add_header_inherit merge;'), '1.29.3')).data).toMatchObject({
      hsts: { maxAgeSeconds: 9 },
    });
  });
});

describe('plain HTTP', () => {
  const plain = async (lines: string) => {
    const text = http(
      `server { listen 80; server_name a.example; ${lines} }\nserver { listen 443 ssl; server_name a.example; ssl_certificate /c; }`,
    );
    const fact = listeners((await extract(text)).facts).find(
      ({ data }) => data.kind === 'listener' && data.tls === false,
    );
    return fact?.data.kind === 'listener' ? fact.data.redirectsToHttps : 'no fact';
  };

  test.each([
    ['a redirect', 'return 301 https://$host$request_uri;', true],
    ['a redirect without a code', 'return https://a.example;', true],
    ['a rewrite of everything', 'rewrite ^(.*)$ https://a.example$1 permanent;', true],
    [
      'a condition',
      'if ($http_x_forwarded_proto != "https") { return 301 https://$host$uri; } location / { proxy_pass http://x; }',
      true,
    ],
    [
      'ACME beside the redirect',
      'location ^~ /.well-known/acme-challenge/ { root /acme; } location / { return 308 https://$host$request_uri; }',
      true,
    ],
    [
      'a health check beside the redirect',
      'location = /healthz { return 200 ok; } location / { return 301 https://$host$request_uri; }',
      true,
    ],
    ['nothing but a refusal', 'return 444;', true],
    ['content', 'location / { proxy_pass http://app; }', false],
    [
      'one location that is forgotten',
      'location /api { proxy_pass http://app; } location / { return 301 https://a.example; }',
      false,
    ],
    ['files', 'root /srv/www;', false],
    ['a redirect that stays on http', 'return 301 http://www.a.example$request_uri;', false],
    ['a redirect to who knows where', 'return 301 $target;', undefined],
    ['an include that is not here', 'include snippets/redirect.conf;', undefined],
  ])('%s', async (_name, lines, expected) => {
    expect(await plain(lines)).toBe(expected);
  });

  test('unknown where nothing here serves the name over TLS', async () => {
    const fact = await only(http('server { listen 80; server_name a.example; root /srv; }'));
    expect(fact.data).toMatchObject({ tls: false, ports: [80] });
    expect(fact.unknown).toEqual(['redirectsToHttps']);
  });

  test('only this machine reaches it', async () => {
    const { facts } = await extract(
      http('server { listen 127.0.0.1:8080; root /s; }\nserver { listen unix:/run/x.sock; root /s; }'),
    );
    expect(facts.map(({ data }) => data)).toMatchObject([{ exposure: 'internal' }, { exposure: 'internal' }]);
  });
});

describe('early data', () => {
  const early = async (lines: string) => (await only(server(`ssl_early_data on;\n${lines}`))).data;
  const forward = 'proxy_set_header Early-Data $ssl_early_data;';

  test.each([
    ['nothing', 'location / { proxy_pass http://app; }', []],
    ['the header, inherited', `${forward} location / { proxy_pass http://app; }`, ['header-forwarded']],
    [
      'the header, lost to another one',
      `${forward} location / { proxy_set_header Host $host; proxy_pass http://app; }`,
      [],
    ],
    [
      'the parameter of FastCGI',
      'location / { fastcgi_param HTTP_EARLY_DATA $ssl_early_data; fastcgi_pass unix:/php; }',
      ['header-forwarded'],
    ],
    [
      '425 on the server',
      'if ($ssl_early_data) { return 425; } location / { proxy_pass http://app; }',
      ['rejected-425'],
    ],
    ['425 through a map', 'if ($too_early) { return 425; } location / { grpc_pass grpc://app; }', ['rejected-425']],
    [
      '425 in one location of two',
      'location /a { if ($ssl_early_data) { return 425; } proxy_pass http://a; } location / { proxy_pass http://b; }',
      [],
    ],
    [
      'safe methods only',
      'location / { limit_except GET HEAD { deny all; } proxy_pass http://app; }',
      ['safe-methods-only'],
    ],
    ['files', 'location / { root /srv/www; }', ['static-only']],
    [
      'a replay cache, switched on again',
      'ssl_conf_command Options AntiReplay; location / { proxy_pass http://app; }',
      ['anti-replay'],
    ],
  ])('stopped by %s', async (_name, lines, mitigations) => {
    expect(await early(lines)).toMatchObject({ earlyData: { enabled: true, mitigations } });
  });

  test.each([
    ['ssl_session_tickets off;', false],
    ['ssl_conf_command Options -SessionTicket;', false],
    ['ssl_session_tickets off; ssl_session_cache none;', false],
    ['ssl_session_tickets off; ssl_session_cache shared:tls:1m;', true],
    ['ssl_session_cache off;', true],
  ])('needs a session that can be resumed: %s', async (lines, enabled) => {
    expect(await early(`location / { proxy_pass http://app; } ${lines}`)).toMatchObject({ earlyData: { enabled } });
  });

  test('is off without TLS 1.3, and its place is still known', async () => {
    const text = server('ssl_protocols TLSv1.2;\nssl_early_data on;');
    const fact = await only(text);
    expect(fact.data).toMatchObject({ earlyData: { enabled: false } });
    expect(linePlaceOf(text, fact, 'earlyData/enabled')).toBe('6:16 on');
  });

  test('names the location that passes replayable requests on', async () => {
    const text = server('ssl_early_data on;\nlocation / {\nproxy_pass http://app;\n}');
    const fact = await only(text);
    expect(fact.related.map(({ span, phrase }) => [text.slice(span.start, span.end), phrase])).toEqual([
      ['proxy_pass', 'requests that may be replayed are passed on here'],
    ]);
  });

  test('is unknown where an include may hold locations', async () => {
    expect((await only(server('ssl_early_data on;\ninclude apps/*.conf;'))).unknown).toContain('earlyData/mitigations');
  });
});

describe('upstreams', () => {
  const upstreams = async (lines: string, outer = '') => {
    const { facts } = await extract(http(`${outer}\nserver { listen 127.0.0.1:80; ${lines} }`));
    return facts.filter(({ data }) => data.kind === 'upstream');
  };

  test('with everything written', async () => {
    const [fact] = await upstreams(
      `location / {
        proxy_pass https://api.example.com:8443/v1/;
        proxy_ssl_verify on;
        proxy_ssl_trusted_certificate /ca.pem;
        proxy_ssl_server_name on;
        proxy_ssl_name api.example.com;
        proxy_ssl_protocols TLSv1.3;
        proxy_ssl_certificate /client.pem;
      }`,
    );
    expect(fact?.subject).toBe('upstream api.example.com:8443');
    expect(fact?.data).toEqual({
      kind: 'upstream',
      target: 'api.example.com:8443',
      tls: true,
      exposure: 'external',
      verify: { chain: true, hostname: true },
      ca: '/ca.pem',
      serverName: 'api.example.com',
      protocols: ['TLSv1.3'],
      ciphers: [],
      clientCertificate: '/client.pem',
    });
  });

  test('verification is off by default, shown at the URL', async () => {
    const text = http('server { listen 127.0.0.1:80; location / { proxy_pass https://api.example.com; } }');
    const fact = (await extract(text)).facts.find(({ data }) => data.kind === 'upstream');
    expect(fact?.data).toMatchObject({ verify: { chain: false, hostname: false } });
    expect(fact?.defaults['verify/chain']).toEqual({
      reason: 'nginx verifies no upstream certificate unless proxy_ssl_verify is on',
    });
    expect(linePlaceOf(text, fact, 'self')).toBe('2:55 https://api.example.com');
  });

  test.each([
    ['proxy_pass http://api.example.com;', undefined],
    ['proxy_pass $scheme://api.example.com;', undefined],
    ['grpc_pass grpcs://api.example.com;', 'api.example.com'],
    ['uwsgi_pass suwsgi://api.example.com:9;', 'api.example.com:9'],
    ['if ($x) { proxy_pass https://b.example; }', 'b.example'],
  ])('%s', async (line, target) => {
    const [fact] = await upstreams(`location / { ${line} }`);
    expect(fact?.data.kind === 'upstream' ? fact.data.target : undefined).toBe(target);
  });

  test('a variable hides the target, not the TLS', async () => {
    const [fact] = await upstreams('location / { proxy_pass https://$backend/x; proxy_ssl_verify off; }');
    expect(fact?.data).toMatchObject({ tls: true, verify: { chain: false } });
    expect(fact?.unknown).toEqual(['target', 'exposure']);
  });

  test.each([
    ['https://127.0.0.1:8443', '', 'internal'],
    ['https://[::1]:8443', '', 'internal'],
    ['https://unix:/run/app.sock:/x', '', 'internal'],
    ['https://app', 'upstream app { server 127.0.0.1:1; server unix:/x; }', 'internal'],
    ['https://app', 'upstream app { server 127.0.0.1:1; server 10.0.0.9:1; }', 'private'],
    ['https://app', '', 'private'],
    ['https://api.example.com', '', 'external'],
  ])('exposure of %s with "%s"', async (url, outer, exposure) => {
    const [fact] = await upstreams(`location / { proxy_pass ${url}; }`, outer);
    expect(fact?.data).toMatchObject({ exposure });
  });
});

describe('stream and mail', () => {
  test('a stream server terminates TLS and opens it again', async () => {
    const { facts } = await extract(
      'stream { server { listen 6514 ssl; ssl_certificate /c; ssl_protocols TLSv1.1; proxy_pass logs.example.com:6514; proxy_ssl on; } }',
    );
    expect(facts.map(({ data }) => data)).toMatchObject([
      { kind: 'listener', application: 'other', ports: [6514], protocols: ['TLSv1.1'] },
      { kind: 'upstream', target: 'logs.example.com:6514', tls: true, verify: { chain: false } },
    ]);
    expect(facts[0]?.data).not.toHaveProperty('hsts');
    expect(facts[0]?.data).not.toHaveProperty('earlyData');
  });

  test('TLS that is passed through is no listener', async () => {
    expect((await extract('stream { server { listen 443; ssl_preread on; proxy_pass $name; } }')).facts).toEqual([]);
  });

  test('mail with STARTTLS', async () => {
    const fact = await only(
      'mail { ssl_certificate /c; ssl_protocols TLSv1; server { listen 143; protocol imap; starttls on; } }',
    );
    expect(fact.data).toMatchObject({ kind: 'listener', application: 'other', protocols: ['TLSv1.0'] });
  });
});

describe('files that belong together', () => {
  const main = 'events { }\nhttp {\n include mime.types;\n include /etc/nginx/conf.d/*.conf;\n}\n';
  const site = 'ssl_protocols TLSv1.1;\nserver { listen 443 ssl; ssl_certificate /c; server_name a.example; }\n';

  test('a main file is read with the files beside it that it names by where they are installed', async () => {
    const { units, facts } = await extractAll({
      'docker/nginx/nginx.conf': main,
      'docker/nginx/conf.d/site.conf': site,
      'other/conf.d/b.conf': site,
    });
    expect(units.map(({ sources }) => sources.map(({ path }) => path))).toEqual([
      ['docker/nginx/nginx.conf', 'docker/nginx/conf.d/site.conf'],
      ['other/conf.d/b.conf'],
    ]);
    expect(facts[0]?.data).toMatchObject({ protocols: ['TLSv1.1'], clientAuth: { mode: 'none' } });
    expect(facts[0]?.spans.protocols?.file).toBe('docker/nginx/conf.d/site.conf');
  });

  test('templates count under the name that they are rendered to', async () => {
    const { units } = await extractAll({ 'nginx.conf': main, 'conf.d/site.conf.template': site });
    expect(units).toHaveLength(1);
  });

  test('files that include each other are read once and end', async () => {
    const loop = 'server { listen 443 ssl; ssl_certificate /c; include b.conf; include b.conf; include a.conf; }';
    const { facts, units } = await extractAll({ 'nginx/a.conf': loop, 'nginx/b.conf': loop });
    expect(units).toHaveLength(1);
    expect(facts.length).toBeGreaterThan(0);
  });

  test('an http block speaks for the servers of files that are not here', async () => {
    const text = 'http {\n ssl_protocols TLSv1;\n include sites-enabled/*;\n}\n';
    const fact = await only(text);
    expect(fact.subject).toBe('http block');
    expect(fact.data).toEqual({ kind: 'listener', application: 'http', protocols: ['TLSv1.0'] });
    expect((await extract('http {\n ssl_protocols TLSv1;\n}\n')).facts).toEqual([]);
  });

  test('what a fragment leaves out is unknown', async () => {
    const { facts } = await extractAll({ 'sites-available/site': 'server { listen 443 ssl; ssl_certificate /c; }' });
    expect(facts[0]?.unknown).toEqual(
      expect.arrayContaining(['protocols', 'ciphers', 'clientAuth', 'earlyData', 'hsts']),
    );
    expect(facts[0]?.defaults).not.toHaveProperty('protocols');
  });

  test('keys of one ConfigMap are each other’s folder', async () => {
    const held = (name: string, text: string): Source => ({
      path: 'k8s/config.yaml',
      text,
      held: { name, holder: 'ConfigMap web', container: 'config-map' },
    });
    const units = await nginx.units?.([held('nginx.conf', main), held('site.conf', site)], {
      paths: [],
      read: () => undefined,
    });
    expect(units?.map(({ sources }) => sources.map((source) => source.held?.name))).toEqual([
      ['nginx.conf', 'site.conf'],
    ]);
  });
});

describe('which files are claimed', () => {
  const claims = (path: string, text: string) => nginx.claims({ path, hasWord: (word) => text.includes(word) });
  test.each([
    ['deploy/nginx.conf', 'http { }', true],
    ['deploy/nginx.conf.j2', 'server { listen 80; }', true],
    ['nginx/templates/default.conf.template', 'server_name x;', true],
    ['etc/sites-available/shop.example.com', 'server_name x;', true],
    ['conf.d/tls.conf', 'ssl_protocols TLSv1.2;', true],
    ['apache/site.conf', '<VirtualHost *:443>\nSSLProtocol all\nProxyPass / http://x/', false],
    ['haproxy.conf', 'frontend f\n bind :443 ssl crt /x', false],
    ['nginx/Dockerfile', 'RUN echo "server_name x;" > /etc/nginx/conf.d/x.conf', false],
    ['nginx/README.md', 'ssl_protocols TLSv1;', false],
    ['nginx/values.yaml', 'ssl_protocols: x', false],
    ['src/main.c', 'ssl_protocols', false],
  ])('%s', (path, text, expected) => {
    expect(claims(path, text)).toBe(expected);
  });

  test('other programs’ files with the same words give nothing', async () => {
    const { units } = await extractAll({
      'logstash.conf': 'input {\n beats {\n  port => 5044\n  ssl_certificate => "/x.pem"\n }\n}\n',
      'postgresql.conf': "ssl = on\nssl_ciphers = 'HIGH:!aNULL'\n",
      'dovecot/conf.d/10-ssl.conf': 'ssl = yes\nssl_protocols = !SSLv3\n',
    });
    expect(units).toEqual([]);
  });
});

test('a broken line is a diagnostic and hides nothing', async () => {
  const { facts, diagnostics } = await extract(
    'http {\n server {\n  listen 443 ssl\n  ssl_certificate /c;\n  ssl_protocols TLSv1;\n }\n}\n}\n',
  );
  expect(facts[0]?.data).toMatchObject({ tls: true, protocols: ['TLSv1.0'] });
  expect(diagnostics.map(({ code, message }) => `${code}: ${message}`)).toEqual([
    'parse-error: expected ";" after "ssl"',
    'parse-error: unexpected "}": no block is open here',
  ]);
});

test('no text makes it throw, and every place lies inside the file', async () => {
  const pieces = fc.constantFrom(
    'http {',
    'server {',
    '}',
    'listen 443 ssl;',
    'listen',
    ';',
    'ssl_protocols TLSv1 $x;',
    'ssl_ciphers HIGH:!aNULL;',
    'ssl_early_data on;',
    'location / {',
    'proxy_pass https://x;',
    'include *.conf;',
    'include ../../x;',
    'if ($a) {',
    'return 301 https://x;',
    'upstream x {',
    'ssl_conf_command',
    'MinProtocol TLSv1.2;',
    '{{ x }}',
    '{% if %}',
    '"',
    'add_header Strict-Transport-Security',
    'stream {',
    'mail {',
    'starttls on;',
    'proxy_ssl on;',
    '\n',
    'server_name a;',
  );
  await fc.assert(
    fc.asyncProperty(fc.array(pieces, { maxLength: 40 }), async (parts) => {
      const text = parts.join(' ');
      const { facts } = await extractAll({ 'nginx.conf': text, 'a.conf': text });
      for (const fact of facts) {
        for (const { start, end } of [fact.self, ...Object.values(fact.spans)]) {
          expect(start).toBeLessThanOrEqual(end);
          expect(end).toBeLessThanOrEqual(text.length);
        }
      }
    }),
    { numRuns: 60 },
  );
});

test('a server that rejects every handshake accepts nothing', async () => {
  const { facts } = await extract(server('ssl_reject_handshake on; ssl_protocols TLSv1;'));
  expect(listeners(facts)).toEqual([]);
});

test('towards an upstream, versions above a gap are never offered', async () => {
  const text = http('server { location / { proxy_pass https://b.example; proxy_ssl_protocols TLSv1.3 TLSv1.1; } }');
  const { facts } = await extract(text);
  const upstream = facts.find(({ data }) => data.kind === 'upstream');
  expect(upstream?.data).toMatchObject({ protocols: ['TLSv1.1'] });
  expect(text.slice(upstream?.spans['protocols/0']?.start, upstream?.spans['protocols/0']?.end)).toBe('TLSv1.1');
});
