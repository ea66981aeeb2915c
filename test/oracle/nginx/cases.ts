import type { NamedCase, OracleCase, World } from '../core/oracle-case.ts';
import { ffdhe2048 } from './diffie-hellman.ts';
import { httpBlock, nginxConf } from './server.ts';

const one = 'one.oracle.test';
const two = 'two.oracle.test';

const certificates = ({ certificates: { rsa, ecdsa } }: World): string =>
  `ssl_certificate ${rsa.chain}; ssl_certificate_key ${rsa.key};
    ssl_certificate ${ecdsa.chain}; ssl_certificate_key ${ecdsa.key};`;

/** A case of one main file with an `http` block, and what else belongs to it. */
const http = (
  content: (world: World) => string,
  compares: readonly string[],
  rest: (world: World) => Partial<OracleCase> = () => ({}),
): ((world: World) => OracleCase) => {
  return (world) => {
    const { files, ...others } = rest(world);
    return { files: { 'nginx.conf': nginxConf(httpBlock(content(world))), ...files }, compares, ...others };
  };
};

/** A server of the main port. */
const server = (world: World, name: string, settings: string, parameters = 'ssl'): string => `  server {
    listen 127.0.0.1:${world.port()} ${parameters};
    server_name ${name};
    ${settings}
    location = / { return 200 "here"; }
  }`;

/** One server with both certificates and these settings. */
const alone = (settings: string, compares: readonly string[] = ['protocols']): ((world: World) => OracleCase) =>
  http((world) => server(world, one, `${certificates(world)}\n    ${settings}`), compares);

/** Two servers that share a port; the first is the default one. */
const shared = (first: string, second: string, compares: readonly string[]): ((world: World) => OracleCase) =>
  http(
    (world) =>
      `  ${certificates(world)}\n${server(world, one, first, 'ssl default_server')}\n${server(world, two, second)}`,
    compares,
  );

/** A server that takes early data, with what stands in it; `{backend}` is where requests go. */
const early = (settings: string, method: 'GET' | 'POST' = 'GET', outside = ''): ((world: World) => OracleCase) => {
  return (world) => {
    const backend = world.backend();
    const filled = (text: string): string => text.replaceAll('{backend}', `http://127.0.0.1:${backend.port}`);
    const text = `${certificates(world)}\n    ssl_protocols TLSv1.2 TLSv1.3;\n    ${filled(settings)}`;
    return {
      files: { 'nginx.conf': nginxConf(httpBlock(`${filled(outside)}\n${server(world, one, text)}`)) },
      early: [{ port: world.port(), serverName: one, method, backend }],
      compares: ['earlyData/enabled', 'earlyData'],
    };
  };
};

/** With single-use tickets the one question is whether the same bytes get through again. */
const onlyReplays =
  (make: (world: World) => OracleCase) =>
  (world: World): OracleCase => ({ ...make(world), compares: ['earlyData'] });

const allFlaws = ['sound', 'untrusted', 'wrong-name', 'expired'] as const;
const oldVersions = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;

/** A plain server that passes requests on to backends with each flaw, and with each version. */
const upstream = (settings: string, compares: readonly string[], outside = ''): ((world: World) => OracleCase) => {
  return (world) => {
    const backends = [
      ...allFlaws.map((flaw) => world.tlsBackend({ flaw })),
      ...oldVersions.map((version) => world.tlsBackend({ version })),
    ];
    const filled = (text: string): string => text.replaceAll('{root}', world.certificates.root);
    const locations = backends.map(
      ({ port }, index) => `    location /to/${index} { proxy_pass https://localhost:${port}; ${filled(settings)} }`,
    );
    const text = `${filled(outside)}\n  server {\n    listen 127.0.0.1:${world.port()};\n${locations.join('\n')}\n  }`;
    return {
      files: { 'nginx.conf': nginxConf(httpBlock(text)) },
      passes: backends.map((backend, index) => ({
        port: world.port(),
        tls: false,
        path: `/to/${index}`,
        backend,
      })),
      compares,
    };
  };
};

const listener = ['protocols', 'ciphers'];

export const cases: readonly NamedCase[] = [
  {
    name: 'nothing written: the defaults',
    make: alone('', ['tls', 'protocols', 'ciphers', 'clientAuth/mode', 'hsts/maxAgeSeconds', 'preferServerCiphers']),
  },
  { name: 'two versions', make: alone('ssl_protocols TLSv1.2 TLSv1.3;') },
  { name: 'a gap between versions stays a gap', make: alone('ssl_protocols TLSv1 TLSv1.2;') },
  { name: 'ssl_protocols twice on one level adds up', make: alone('ssl_protocols TLSv1.2; ssl_protocols TLSv1.3;') },
  { name: 'only obsolete versions', make: alone('ssl_protocols SSLv3 TLSv1 TLSv1.1;', listener) },
  {
    name: 'a server replaces what http says',
    make: http(
      (world) =>
        `  ssl_protocols TLSv1 TLSv1.2;\n${server(world, one, `${certificates(world)} ssl_protocols TLSv1.3;`)}`,
      ['protocols'],
    ),
  },
  {
    name: 'a server inherits what http says',
    make: http(
      (world) =>
        `  ssl_protocols TLSv1.1 TLSv1.2;\n  ssl_ciphers AES128-SHA:ECDHE-ECDSA-AES256-SHA;\n${server(world, one, certificates(world))}`,
      listener,
    ),
  },
  {
    name: 'the default server decides the versions: newer ones',
    make: shared('ssl_protocols TLSv1.2 TLSv1.3;', 'ssl_protocols TLSv1.2;', ['protocols']),
  },
  {
    name: 'the default server decides the versions: older ones',
    make: shared('ssl_protocols TLSv1.2;', 'ssl_protocols TLSv1 TLSv1.3;', ['protocols']),
  },
  {
    name: 'the default server may stand last',
    make: http(
      (world) =>
        `  ${certificates(world)}\n${server(world, two, 'ssl_protocols TLSv1.3;')}\n${server(world, one, 'ssl_protocols TLSv1.1;', 'default_server ssl')}`,
      ['protocols'],
    ),
  },
  {
    name: 'cipher suites belong to each server',
    make: shared('ssl_ciphers ECDHE-RSA-AES128-GCM-SHA256;', 'ssl_ciphers AES256-SHA:ECDHE-ECDSA-CHACHA20-POLY1305;', [
      'ciphers',
    ]),
  },
  {
    name: 'cipher strings with every operator',
    make: alone('ssl_ciphers "ALL:!aNULL:-SHA1:+AESGCM:kRSA+AES128:!CAMELLIA:@STRENGTH";', listener),
  },
  {
    name: 'a security level in the cipher string',
    make: http(
      ({ certificates: { ecdsa }, port }) =>
        `  server { listen 127.0.0.1:${port()} ssl; ssl_certificate ${ecdsa.chain}; ssl_certificate_key ${ecdsa.key}; ssl_protocols TLSv1.2; ssl_ciphers HIGH:!aNULL:@SECLEVEL=3; }`,
      ['ciphers'],
    ),
  },
  {
    name: 'anonymous suites, where they are asked for',
    make: alone('ssl_protocols TLSv1 TLSv1.2; ssl_ciphers ADH:AECDH:@SECLEVEL=0;', ['ciphers']),
  },
  {
    name: 'finite field groups without parameters are inert',
    make: alone('ssl_ciphers DHE-RSA-AES128-SHA:ECDHE-RSA-AES128-SHA;', ['ciphers']),
  },
  {
    name: 'finite field groups with parameters',
    make: http(
      (world) =>
        server(
          world,
          one,
          `${certificates(world)} ssl_dhparam dh.pem; ssl_ciphers DHE-RSA-AES128-SHA:ECDHE-RSA-AES128-SHA;`,
        ),
      ['ciphers'],
      () => ({ files: { 'dh.pem': ffdhe2048 } }),
    ),
  },
  {
    name: 'the server prefers its own order',
    make: alone('ssl_prefer_server_ciphers on; ssl_ciphers ECDHE-RSA-AES128-SHA:ECDHE-RSA-AES256-SHA;', [
      'preferServerCiphers',
    ]),
  },
  { name: 'named groups', make: alone('ssl_protocols TLSv1.3; ssl_ecdh_curve X25519:secp384r1;', ['groups']) },
  {
    name: 'named groups by command',
    make: alone('ssl_protocols TLSv1.3; ssl_conf_command Groups P-521:x448;', ['groups']),
  },
  {
    name: 'suites of TLS 1.3',
    make: alone(
      'ssl_protocols TLSv1.2 TLSv1.3; ssl_conf_command Ciphersuites TLS_AES_128_GCM_SHA256:TLS_AES_128_CCM_SHA256;',
      ['suites13'],
    ),
  },
  {
    name: 'commands narrow what ssl_protocols allows',
    make: alone(
      'ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3; ssl_conf_command MinProtocol TLSv1.1; ssl_conf_command MaxProtocol TLSv1.2;',
    ),
  },
  {
    name: 'a command removes a version',
    make: alone('ssl_protocols TLSv1.1 TLSv1.2 TLSv1.3; ssl_conf_command Protocol -TLSv1.2;'),
  },
  {
    name: 'a command adds a version',
    make: alone('ssl_protocols TLSv1.2; ssl_conf_command Protocol TLSv1.1,+TLSv1.3;'),
  },
  {
    name: 'a cipher string by command',
    make: alone('ssl_ciphers HIGH; ssl_conf_command CipherString AES128-SHA256;', ['ciphers']),
  },
  {
    name: 'client certificates are required',
    make: http(
      (world) =>
        server(
          world,
          one,
          `${certificates(world)} ssl_verify_client on; ssl_verify_depth 3; ssl_client_certificate ${world.certificates.root};`,
        ),
      ['clientAuth/mode'],
    ),
  },
  {
    name: 'client certificates are optional',
    make: http(
      (world) =>
        server(
          world,
          one,
          `${certificates(world)} ssl_verify_client optional; ssl_client_certificate ${world.certificates.root};`,
        ),
      ['clientAuth/mode'],
    ),
  },
  {
    name: 'client certificates are taken unverified',
    make: alone('ssl_protocols TLSv1.2; ssl_verify_client optional_no_ca;', ['clientAuth/mode']),
  },
  {
    name: 'a server that rejects the handshake beside one that does not',
    make: http(
      (world) =>
        `${server(world, '_', 'ssl_reject_handshake on; ssl_protocols TLSv1.2;', 'ssl default_server')}\n${server(world, two, certificates(world))}`,
      ['protocols'],
    ),
  },
  {
    name: 'one ssl makes the whole address TLS',
    make: http(
      (world) => `  ${certificates(world)}\n${server(world, one, '', '')}\n${server(world, two, '', 'ssl')}`,
      ['tls', 'protocols'],
    ),
  },
  {
    name: 'a port without ssl is plaintext, certificate or not',
    make: http((world) => server(world, one, certificates(world), ''), ['tls']),
  },
  {
    name: 'ssl on, as old files write it',
    make: http((world) => server(world, one, `ssl on; ${certificates(world)}`, ''), ['tls', 'protocols']),
  },
  {
    name: 'one certificate with its chain',
    make: http(
      ({ certificates: { ecdsa }, port }) =>
        `  server { listen 127.0.0.1:${port()} ssl; ssl_certificate ${ecdsa.chain}; ssl_certificate_key ${ecdsa.key}; }`,
      ['certificates', 'ciphers'],
    ),
  },
  {
    name: 'one certificate without its chain',
    make: http(
      ({ certificates: { rsa }, port }) =>
        `  server { listen 127.0.0.1:${port()} ssl; ssl_protocols TLSv1.3; ssl_certificate ${rsa.alone}; ssl_certificate_key ${rsa.key}; }`,
      ['certificates'],
    ),
  },
  {
    name: 'HSTS',
    make: alone('add_header Strict-Transport-Security "max-age=31536000; includeSubDomains" always;', [
      'hsts/maxAgeSeconds',
    ]),
  },
  {
    name: 'HSTS from http, where the server sends no header of its own',
    make: http(
      (world) => `  add_header Strict-Transport-Security max-age=600;\n${server(world, one, certificates(world))}`,
      ['hsts/maxAgeSeconds'],
    ),
  },
  {
    name: 'HSTS from http is lost where the server sends another header',
    make: http(
      (world) =>
        `  add_header Strict-Transport-Security max-age=600;\n${server(world, one, `${certificates(world)} add_header X-Other 1;`)}`,
      ['hsts/maxAgeSeconds'],
    ),
  },
  {
    name: 'plain HTTP that sends everybody on, beside TLS',
    make: http(
      (world) =>
        `  ${certificates(world)}\n  server { listen 127.0.0.1:${world.port('plain')}; server_name ${one}; return 301 https://$host$request_uri; }\n${server(world, one, '')}`,
      ['redirectsToHttps'],
    ),
  },
  {
    name: 'plain HTTP that sends everybody on but the certificate authority',
    make: http(
      (world) =>
        `  ${certificates(world)}\n  server {
    listen 127.0.0.1:${world.port('plain')};
    server_name ${one};
    location /.well-known/acme-challenge/ { root html; }
    location / { rewrite ^ https://$host$request_uri? permanent; }
  }\n${server(world, one, '')}`,
      ['redirectsToHttps'],
    ),
  },
  {
    name: 'included files, globs and comments',
    make: http(
      () => '  include parts/tls.conf; # ssl_protocols TLSv1;\n  include parts/sites/*.conf;',
      listener,
      (world) => ({
        files: {
          'parts/tls.conf': `# versions
ssl_protocols TLSv1.2 # TLSv1
  TLSv1.3;
ssl_ciphers 'ECDHE-RSA-AES128-GCM-SHA256:AES128-GCM-SHA256';`,
          'parts/sites/a.conf': server(world, one, `${certificates(world)} # ssl_ciphers ALL;`),
        },
      }),
    ),
  },
  { name: 'early data off by default', make: early('location / { proxy_pass {backend}; }') },
  { name: 'early data that goes to a backend', make: early('ssl_early_data on; location / { proxy_pass {backend}; }') },
  { name: 'early data with POST', make: early('ssl_early_data on; location / { proxy_pass {backend}; }', 'POST') },
  {
    name: 'early data without TLS 1.3',
    make: early('ssl_conf_command MaxProtocol TLSv1.2; ssl_early_data on; location / { proxy_pass {backend}; }'),
  },
  {
    name: 'early data that is marked for the backend',
    make: early('ssl_early_data on; proxy_set_header Early-Data $ssl_early_data; location / { proxy_pass {backend}; }'),
  },
  {
    name: 'the mark is lost where a location sets another header',
    make: early(
      'ssl_early_data on; proxy_set_header Early-Data $ssl_early_data; location / { proxy_set_header Host x; proxy_pass {backend}; }',
    ),
  },
  {
    name: 'early data that is rejected with 425',
    make: early('ssl_early_data on; if ($ssl_early_data) { return 425; } location / { proxy_pass {backend}; }'),
  },
  {
    name: 'early data that is rejected by a map',
    make: early(
      'ssl_early_data on; if ($replayable) { return 425; } location / { proxy_pass {backend}; }',
      'POST',
      'map "$request_method:$ssl_early_data" $replayable { default 0; "~^(?!GET).*:1$" 1; }',
    ),
  },
  {
    name: 'early data with single-use tickets, which need a cache',
    make: onlyReplays(
      early('ssl_early_data on; ssl_conf_command Options AntiReplay; location / { proxy_pass {backend}; }'),
    ),
  },
  {
    name: 'early data with single-use tickets and a cache',
    make: onlyReplays(
      early(
        'ssl_early_data on; ssl_session_cache shared:tls:1m; ssl_conf_command Options AntiReplay; location / { proxy_pass {backend}; }',
      ),
    ),
  },
  { name: 'early data for files only', make: early('ssl_early_data on; root html;') },
  {
    name: 'early data is decided by the default server',
    make: (world) => {
      const backend = world.backend();
      const pass = `location / { proxy_pass http://127.0.0.1:${backend.port}; }`;
      return {
        ...shared('ssl_protocols TLSv1.3;', `ssl_protocols TLSv1.3; ssl_early_data on; ${pass}`, [
          'earlyData/enabled',
          'earlyData',
        ])(world),
        early: [{ port: world.port(), serverName: two, backend }],
      };
    },
  },
  { name: 'upstreams by default', make: upstream('', ['tls', 'verify/chain', 'verify/hostname', 'protocols']) },
  {
    name: 'upstreams that are verified',
    make: upstream('proxy_ssl_verify on; proxy_ssl_trusted_certificate {root}; proxy_ssl_verify_depth 3;', [
      'tls',
      'verify/chain',
      'verify/hostname',
    ]),
  },
  {
    name: 'upstreams that are verified, as http says',
    make: upstream(
      'proxy_ssl_name any.oracle.test; proxy_ssl_server_name on;',
      ['tls', 'verify/chain', 'verify/hostname'],
      'proxy_ssl_verify on; proxy_ssl_trusted_certificate {root}; proxy_ssl_verify_depth 3;',
    ),
  },
  {
    name: 'a location switches verification off again',
    make: upstream(
      'proxy_ssl_verify off;',
      ['tls', 'verify/chain', 'verify/hostname'],
      'proxy_ssl_verify on; proxy_ssl_trusted_certificate {root}; proxy_ssl_verify_depth 3;',
    ),
  },
  { name: 'versions towards upstreams', make: upstream('proxy_ssl_protocols TLSv1.1 TLSv1.3;', ['protocols']) },
  {
    name: 'versions towards upstreams, by command',
    make: upstream('proxy_ssl_protocols TLSv1 TLSv1.1 TLSv1.2; proxy_ssl_conf_command MinProtocol TLSv1.2;', [
      'protocols',
    ]),
  },
  {
    name: 'stream with TLS on both sides',
    make: (world) => {
      const backends = allFlaws.map((flaw) => world.tlsBackend({ flaw }));
      const servers = backends.map(
        ({ port }, index) => `  server {
    listen 127.0.0.1:${world.port(`${index}`)} ssl;
    ssl_protocols TLSv1.2;
    ssl_ciphers AES128-SHA:ECDHE-ECDSA-AES128-GCM-SHA256;
    proxy_ssl on;
    ${index % 2 === 0 ? '' : `proxy_ssl_verify on; proxy_ssl_verify_depth 2; proxy_ssl_name localhost; proxy_ssl_trusted_certificate ${world.certificates.root};`}
    proxy_pass 127.0.0.1:${port};
  }`,
      );
      return {
        files: { 'nginx.conf': nginxConf(`stream {\n  ${certificates(world)}\n${servers.join('\n')}\n}`) },
        passes: backends.map((backend, index) => ({ port: world.port(`${index}`), tls: true, backend })),
        compares: ['protocols', 'ciphers', 'tls', 'verify/chain', 'verify/hostname'],
      };
    },
  },
  {
    name: 'mail with TLS from the start',
    make: (world) => ({
      files: {
        'nginx.conf': nginxConf(
          `mail {\n  auth_http 127.0.0.1:9/;\n  ${certificates(world)}\n  ssl_protocols TLSv1.1 TLSv1.2;\n  server { listen 127.0.0.1:${world.port()} ssl; protocol imap; ssl_ciphers AES128-SHA; }\n}`,
        ),
      },
      compares: ['protocols', 'ciphers'],
    }),
  },
];
