import type { NamedCase, OracleCase, World } from '../core/oracle-case.ts';
import { haproxyCfg } from './server.ts';

type Make = (world: World) => OracleCase;

const one = 'one.oracle.test';

/** Both certificates; the first one is for clients that send no name. */
const both = ({ certificates: { rsa, ecdsa } }: World): string => `crt ${rsa.bundle} crt ${ecdsa.bundle}`;

/** A frontend that answers by itself, with one bind line; `{root}` is the root certificate. */
const alone =
  (options: string, compares: readonly string[] = ['protocols'], global = '', rules = ''): Make =>
  (world) => {
    const filled = options.replaceAll('{root}', world.certificates.root);
    return {
      files: {
        'haproxy.cfg': haproxyCfg(
          `frontend www
  bind 127.0.0.1:${world.port()} ssl ${both(world)} ${filled}
  ${rules}
  http-request return status 200`,
          global,
        ),
      },
      compares,
    };
  };

/** A crt-list beside a bind line with options of its own; `{rsa}` and `{ecdsa}` are the certificates. */
const listed =
  (list: string, options: string, compares: readonly string[], global = ''): Make =>
  (world) => {
    const { rsa, ecdsa, root } = world.certificates;
    const filled = list.replaceAll('{rsa}', rsa.bundle).replaceAll('{ecdsa}', ecdsa.bundle).replaceAll('{root}', root);
    return {
      files: {
        'haproxy.cfg': haproxyCfg(
          `frontend www
  bind 127.0.0.1:${world.port()} ssl crt-list ${world.folder}/parts/crt-list.txt ${options}
  http-request return status 200`,
          global,
        ),
        'parts/crt-list.txt': filled,
      },
      compares,
    };
  };

const allFlaws = ['sound', 'untrusted', 'wrong-name', 'expired'] as const;
const oldVersions = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;

interface Upstream {
  /** Options of each server line; `{root}` is the root certificate, `{client}` a client's. */
  readonly options: string;
  readonly compares: readonly string[];
  readonly global?: string;
  /** Lines of each backend before its server. */
  readonly before?: string;
  readonly defaults?: string;
}

/** A plain frontend with a backend for each flaw and each version. */
const upstream =
  ({ options, compares, global = '', before = '', defaults = '' }: Upstream): Make =>
  (world) => {
    const { root, client } = world.certificates;
    const fill = (text: string): string => text.replaceAll('{root}', root).replaceAll('{client}', client.bundle);
    const backends = [
      ...allFlaws.map((flaw) => world.tlsBackend({ flaw })),
      ...oldVersions.map((version) => world.tlsBackend({ version })),
    ];
    const routes = backends.map((_backend, index) => `  use_backend b${index} if { path /to/${index} }`);
    const sections = backends.map(
      ({ port }, index) => `backend b${index}\n  ${fill(before)}\n  server s 127.0.0.1:${port} ${fill(options)}`,
    );
    return {
      files: {
        'haproxy.cfg': haproxyCfg(
          `${fill(defaults)}
frontend www
  bind 127.0.0.1:${world.port()}
${routes.join('\n')}
${sections.join('\n')}`,
          fill(global),
        ),
      },
      passes: backends.map((backend, index) => ({
        port: world.port(),
        tls: false,
        host: one,
        path: `/to/${index}`,
        backend,
      })),
      compares,
    };
  };

/** A frontend that takes early data and passes requests on. */
const early =
  (options: string, rules: string, method: 'GET' | 'POST' = 'GET', mode = 'http'): Make =>
  (world) => {
    const backend = world.backend();
    return {
      files: {
        'haproxy.cfg': haproxyCfg(`frontend www
  mode ${mode}
  bind 127.0.0.1:${world.port()} ssl ${both(world)} ${options}
  ${rules}
  default_backend app
backend app
  mode ${mode}
  server s 127.0.0.1:${backend.port}`),
      },
      early: [{ port: world.port(), method, backend }],
      compares: ['earlyData/enabled', 'earlyData'],
    };
  };

/** Plain HTTP beside TLS. */
const plain =
  (rules: string, backendRules = '', compares = ['redirectsToHttps']): Make =>
  (world) => ({
    files: {
      'haproxy.cfg': haproxyCfg(`frontend www
  bind 127.0.0.1:${world.port('plain')}
  bind 127.0.0.1:${world.port()} ssl ${both(world)}
${rules}
  default_backend app
backend app
${backendRules}
  server s 127.0.0.1:${world.backend().port}`),
    },
    compares,
  });

const verification = ['tls', 'verify/chain', 'verify/hostname'];

export const cases: readonly NamedCase[] = [
  {
    name: 'nothing written: the defaults',
    make: alone('', ['tls', 'protocols', 'ciphers', 'suites13', 'clientAuth/mode']),
  },
  { name: 'an oldest version', make: alone('ssl-min-ver TLSv1.0') },
  { name: 'a newest version', make: alone('ssl-max-ver TLSv1.2') },
  { name: 'a newest version below the default oldest one', make: alone('ssl-max-ver TLSv1.1') },
  { name: 'both bounds', make: alone('ssl-min-ver TLSv1.1 ssl-max-ver TLSv1.2', ['protocols', 'ciphers']) },
  { name: 'one version by force', make: alone('force-tlsv11') },
  { name: 'a bound after force', make: alone('force-tlsv10 ssl-max-ver TLSv1.2') },
  { name: 'force after a bound', make: alone('ssl-min-ver TLSv1.0 force-tlsv13') },
  { name: 'no-sslv3 alone opens nothing', make: alone('no-sslv3') },
  { name: 'no-tlsv10 and no-tlsv11 are redundant', make: alone('no-tlsv10 no-tlsv11') },
  { name: 'no-tlsv13', make: alone('no-tlsv13') },
  { name: 'no-tlsv12 leaves 1.3', make: alone('no-tlsv12') },
  { name: 'switches beside a bound are ignored', make: alone('ssl-min-ver TLSv1.0 no-tlsv10 no-tlsv13') },
  {
    name: 'the bind line wins over global',
    make: alone('ssl-min-ver TLSv1.2', ['protocols'], 'ssl-default-bind-options ssl-min-ver TLSv1.0'),
  },
  {
    name: 'bounds of both levels add up',
    make: alone('ssl-max-ver TLSv1.2', ['protocols'], 'ssl-default-bind-options ssl-min-ver TLSv1.1'),
  },
  {
    name: 'lines of global add up',
    make: alone(
      '',
      ['protocols'],
      'ssl-default-bind-options ssl-min-ver TLSv1.0\nssl-default-bind-options ssl-max-ver TLSv1.1',
    ),
  },
  {
    name: 'force in global, a bound on the line',
    make: alone('ssl-min-ver TLSv1.1', ['protocols'], 'ssl-default-bind-options force-tlsv12'),
  },
  {
    name: 'switches of both levels add up',
    make: alone('no-tlsv10', ['protocols'], 'ssl-default-bind-options no-tlsv13'),
  },
  {
    name: 'a bound in global makes switches of the line void',
    make: alone('no-tlsv13', ['protocols'], 'ssl-default-bind-options ssl-min-ver TLSv1.1'),
  },
  {
    name: 'global after the frontend comes too late',
    make: (world) => ({
      files: {
        'haproxy.cfg': `defaults
  mode http
  timeout client 3s
  timeout connect 3s
  timeout server 3s
frontend www
  bind 127.0.0.1:${world.port()} ssl ${both(world)}
  http-request return status 200
global
  ssl-default-bind-options ssl-min-ver TLSv1.0
  ssl-default-bind-ciphers AES128-SHA
`,
      },
      compares: ['protocols', 'ciphers'],
    }),
  },
  {
    name: 'a cipher string',
    make: alone('ciphers ECDHE+AESGCM:AES128-SHA:!ECDSA', ['ciphers', 'preferServerCiphers']),
  },
  {
    name: 'a cipher string of global',
    make: alone('', ['ciphers'], 'ssl-default-bind-ciphers AES256-SHA:ECDHE-RSA-AES128-SHA256'),
  },
  {
    name: 'the last cipher string of global',
    make: alone(
      '',
      ['ciphers'],
      'ssl-default-bind-ciphers ALL\nssl-default-bind-ciphers AES256-SHA:ECDHE-RSA-AES128-SHA256',
    ),
  },
  {
    name: 'a cipher string of the line wins',
    make: alone('ciphers AES128-SHA', ['ciphers'], 'ssl-default-bind-ciphers AES256-SHA'),
  },
  { name: 'DHE without parameters', make: alone('ciphers DHE-RSA-AES128-SHA:ECDHE-RSA-AES128-SHA', ['ciphers']) },
  {
    name: 'DHE with a size of its parameters',
    make: alone('ciphers DHE-RSA-AES128-SHA:ECDHE-RSA-AES128-SHA', ['ciphers'], 'tune.ssl.default-dh-param 2048'),
  },
  {
    name: 'the client may choose',
    make: alone('prefer-client-ciphers ciphers AES128-SHA:AES256-SHA', ['preferServerCiphers']),
  },
  {
    name: 'the client may choose, as global says',
    make: alone(
      'ciphers AES128-SHA:AES256-SHA',
      ['preferServerCiphers'],
      'ssl-default-bind-options prefer-client-ciphers',
    ),
  },
  {
    name: 'suites of TLS 1.3',
    make: alone('ciphersuites TLS_AES_128_GCM_SHA256:TLS_AES_128_CCM_SHA256', ['suites13']),
  },
  {
    name: 'suites of TLS 1.3 of global',
    make: alone('', ['suites13'], 'ssl-default-bind-ciphersuites TLS_CHACHA20_POLY1305_SHA256'),
  },
  { name: 'named groups', make: alone('curves X25519:secp384r1', ['groups']) },
  { name: 'named groups of global', make: alone('', ['groups'], 'ssl-default-bind-curves P-521:X448') },
  { name: 'ecdhe', make: alone('ecdhe secp384r1', ['groups']) },
  { name: 'curves win over ecdhe', make: alone('ecdhe secp384r1 curves X25519', ['groups']) },
  {
    name: 'curves of global win over ecdhe',
    make: alone('ecdhe secp384r1', ['groups'], 'ssl-default-bind-curves X25519'),
  },
  { name: 'client certificates are required', make: alone('verify required ca-file {root}', ['clientAuth/mode']) },
  { name: 'client certificates are optional', make: alone('verify optional ca-file {root}', ['clientAuth/mode']) },
  { name: 'client certificates are not asked for', make: alone('verify none ca-file {root}', ['clientAuth/mode']) },
  {
    name: 'any client certificate will do',
    make: alone('verify required ca-file {root} ca-ignore-err all crt-ignore-err all', ['clientAuth/mode']),
  },
  {
    name: 'errors of the leaf are ignored',
    make: alone('verify optional ca-file {root} crt-ignore-err all', ['protocols']),
  },
  {
    name: 'errors of its issuers are ignored',
    make: alone('verify optional ca-file {root} ca-ignore-err all', ['clientAuth/mode']),
  },
  { name: 'the certificates of the system', make: alone('verify required ca-file @system-ca', ['protocols']) },
  {
    name: 'HSTS',
    make: alone(
      '',
      ['hsts/maxAgeSeconds'],
      '',
      'http-after-response set-header Strict-Transport-Security "max-age=31536000; includeSubDomains"',
    ),
  },
  {
    name: 'HSTS over TLS only',
    make: alone(
      '',
      ['hsts/maxAgeSeconds'],
      '',
      'http-after-response add-header strict-transport-security max-age=600;\\ preload if { ssl_fc }',
    ),
  },
  {
    name: 'HSTS of the backend',
    make: (world) => {
      const backend = world.backend();
      return {
        files: {
          'haproxy.cfg': haproxyCfg(`frontend www
  bind 127.0.0.1:${world.port()} ssl ${both(world)}
  default_backend app
backend app
  http-response set-header Strict-Transport-Security max-age=777
  server s 127.0.0.1:${backend.port}`),
        },
        compares: ['hsts/maxAgeSeconds'],
      };
    },
  },
  {
    name: 'one certificate with its chain',
    make: ({ certificates: { ecdsa }, port }) => ({
      files: {
        'haproxy.cfg': haproxyCfg(
          `frontend www\n  bind 127.0.0.1:${port()} ssl crt ${ecdsa.bundle}\n  http-request return status 200`,
        ),
      },
      compares: ['certificates', 'ciphers'],
    }),
  },
  {
    name: 'a certificate below crt-base',
    make: ({ certificates: { rsa }, port }) => {
      const slash = rsa.bundle.lastIndexOf('/');
      return {
        files: {
          'haproxy.cfg': haproxyCfg(
            `frontend www\n  bind 127.0.0.1:${port()} ssl crt ${rsa.bundle.slice(slash + 1)}\n  http-request return status 200`,
            `crt-base ${rsa.bundle.slice(0, slash)}`,
          ),
        },
        compares: ['certificates'],
      };
    },
  },
  {
    name: 'several bind lines, each with its own settings',
    make: (world) => ({
      files: {
        'haproxy.cfg': haproxyCfg(
          `frontend www
  bind 127.0.0.1:${world.port('a')} ssl ${both(world)} ssl-min-ver TLSv1.3
  bind 127.0.0.1:${world.port('b')},127.0.0.1:${world.port('c')} ssl ${both(world)} force-tlsv10 # ssl-min-ver TLSv1.2
  bind 127.0.0.1:${world.port('d')} crt ${world.certificates.rsa.bundle}
  http-request return status 200`,
          'ssl-default-bind-options ssl-min-ver TLSv1.1',
        ),
      },
      compares: ['protocols', 'tls'],
    }),
  },
  {
    name: 'quotes and escapes',
    make: (world) => ({
      files: {
        'haproxy.cfg': haproxyCfg(
          `frontend "www"
  bind '127.0.0.1':${world.port()} "ssl" ${both(world)} ssl\\x2dmin-ver "TLSv1"'.1' ciphers AES128-SHA:"AES256-SHA"#:ALL
  http-request return status 200`,
        ),
      },
      compares: ['protocols', 'ciphers'],
    }),
  },
  {
    name: 'crt without ssl is plaintext',
    make: (world) => ({
      files: {
        'haproxy.cfg': haproxyCfg(
          `frontend www\n  bind 127.0.0.1:${world.port()} ${both(world)}\n  http-request return status 200`,
        ),
      },
      compares: ['tls', 'redirectsToHttps'],
    }),
  },
  {
    name: 'TCP mode with TLS',
    make: (world) => ({
      files: {
        'haproxy.cfg': haproxyCfg(
          `listen db
  mode tcp
  bind 127.0.0.1:${world.port()} ssl ${both(world)} ssl-min-ver TLSv1.1 ciphers AES128-SHA
  server s 127.0.0.1:${world.backend().port}`,
        ),
      },
      compares: ['protocols', 'ciphers', 'clientAuth/mode'],
    }),
  },
  {
    name: 'peers with TLS',
    make: (world) => ({
      files: {
        'haproxy.cfg': haproxyCfg(
          `peers cluster
  default-bind ssl ${both(world)} ssl-min-ver TLSv1.1
  bind 127.0.0.1:${world.port()} ssl-max-ver TLSv1.2
  server localhost`,
          'localpeer localhost',
        ),
      },
      compares: ['protocols'],
    }),
  },
  {
    name: 'brackets of a crt-list open old versions for their names',
    make: listed('{rsa} other.oracle.test\n{ecdsa} [ssl-min-ver TLSv1.0] old.oracle.test\n', 'ssl-min-ver TLSv1.2', [
      'protocols',
    ]),
  },
  {
    name: 'brackets of a crt-list close versions for their names',
    make: listed(
      '{rsa} other.oracle.test\n{ecdsa} [alpn h2 ssl-min-ver TLSv1.3] new.oracle.test !x.oracle.test\n',
      '',
      ['protocols'],
    ),
  },
  {
    name: 'a newest version in brackets',
    make: listed('{rsa} other.oracle.test\n{ecdsa} [ssl-max-ver TLSv1.2] a.oracle.test\n', 'ssl-min-ver TLSv1.1', [
      'protocols',
    ]),
  },
  {
    name: 'brackets beside switches of the bind line',
    make: listed('{rsa} other.oracle.test\n{ecdsa} [ssl-min-ver TLSv1.0] a.oracle.test\n', 'no-tlsv13', ['protocols']),
  },
  {
    name: 'suites in brackets',
    make: listed(
      '{ecdsa} other.oracle.test\n{rsa} [ciphers AES128-SHA ciphersuites TLS_AES_128_GCM_SHA256] a.oracle.test\n',
      'ciphers ECDHE+AESGCM',
      ['ciphers', 'suites13'],
    ),
  },
  {
    name: 'groups in brackets',
    make: listed(
      '{ecdsa} other.oracle.test\n{rsa} [curves X25519 ssl-min-ver TLSv1.2] a.oracle.test\n',
      'curves secp384r1',
      ['groups'],
    ),
  },
  {
    name: 'client certificates in brackets',
    make: listed('{ecdsa} other.oracle.test\n{rsa} [verify required ca-file {root}] a.oracle.test\n', '', [
      'clientAuth/mode',
    ]),
  },
  {
    name: 'brackets switch client certificates off',
    make: (world) =>
      listed(
        '{ecdsa} other.oracle.test\n{rsa} [verify none] a.oracle.test\n',
        `verify required ca-file ${world.certificates.root}`,
        ['clientAuth/mode'],
      )(world),
  },
  {
    name: 'brackets of the first line count for those who send no name',
    make: listed(
      '# first\n{rsa} [ciphers AES128-SHA verify optional ca-file {root} ssl-min-ver TLSv1.0 curves X25519] a.oracle.test\n{ecdsa} other.oracle.test\n',
      'ciphers AES256-SHA curves secp384r1',
      ['protocols', 'ciphers', 'clientAuth/mode', 'groups'],
    ),
  },
  {
    name: 'a wildcard in a crt-list',
    make: listed('{ecdsa} other.oracle.test\n{rsa} [ssl-min-ver TLSv1.1] *.oracle.test\n', '', ['protocols']),
  },
  { name: 'plain HTTP beside TLS', make: plain('', '', ['tls']) },
  { name: 'everybody is sent on to https', make: plain('  http-request redirect scheme https unless { ssl_fc }') },
  { name: 'everybody is sent on, old spelling', make: plain('  redirect scheme https code 301 if !{ ssl_fc }') },
  {
    name: 'everybody is sent on by a named condition',
    make: plain(
      '  acl secure ssl_fc\n  acl challenge path_beg /.well-known/acme-challenge/\n  redirect scheme https if !secure !challenge',
    ),
  },
  {
    name: 'everybody is sent on to a place',
    make: plain(`  http-request redirect location https://www.example.com%[path] if ! { ssl_fc }`),
  },
  { name: 'everybody is sent on by the backend', make: plain('', '  redirect scheme https if !{ ssl_fc }') },
  {
    name: 'a server by default is refused without ca-file, so verification is off',
    make: upstream({ options: 'ssl verify none', compares: verification }),
  },
  {
    name: 'a server that is verified, its name unchecked',
    make: upstream({ options: 'ssl ca-file {root}', compares: verification }),
  },
  {
    name: 'verifyhost',
    make: upstream({ options: 'ssl verify required ca-file {root} verifyhost localhost', compares: verification }),
  },
  {
    name: 'sni',
    make: upstream({ options: 'ssl verify required ca-file {root} sni str(localhost)', compares: verification }),
  },
  {
    name: 'sni from the request',
    make: upstream({ options: 'ssl verify required ca-file {root} sni req.hdr(host)', compares: verification }),
  },
  {
    name: 'verifyhost without verification',
    make: upstream({ options: 'ssl verify none verifyhost localhost sni str(localhost)', compares: verification }),
  },
  {
    name: 'verification switched off in global',
    make: upstream({ options: 'ssl', global: 'ssl-server-verify none', compares: verification }),
  },
  {
    name: 'verification switched off in global, on on the line',
    make: upstream({
      options: 'ssl verify required ca-file {root}',
      global: 'ssl-server-verify none',
      compares: verification,
    }),
  },
  {
    name: 'default-server',
    make: upstream({
      options: '',
      before: 'default-server ssl verify none ssl-max-ver TLSv1.2',
      compares: verification,
    }),
  },
  {
    name: 'the server line wins over default-server',
    make: upstream({
      options: 'verify required sni str(localhost)',
      before: 'default-server ssl verify none ca-file {root}',
      compares: verification,
    }),
  },
  { name: 'no-ssl', make: upstream({ options: 'no-ssl', before: 'default-server ssl verify none', compares: [] }) },
  {
    name: 'default-server of defaults',
    make: upstream({
      options: '',
      defaults:
        'defaults web\n  mode http\n  timeout connect 3s\n  timeout client 3s\n  timeout server 3s\n  default-server ssl ca-file {root}\ndefaults more from web',
      compares: verification,
    }),
  },
  { name: 'TLS of health checks alone', make: upstream({ options: 'check-ssl verify none', compares: [] }) },
  {
    name: 'versions towards servers',
    make: upstream({ options: 'ssl verify none ssl-min-ver TLSv1.1 ssl-max-ver TLSv1.2', compares: ['protocols'] }),
  },
  {
    name: 'a newest version towards servers',
    make: upstream({ options: 'ssl verify none ssl-max-ver TLSv1.1', compares: ['protocols'] }),
  },
  {
    name: 'one version towards servers by force',
    make: upstream({ options: 'ssl verify none force-tlsv13', compares: ['protocols'] }),
  },
  {
    name: 'versions towards servers by switches',
    make: upstream({ options: 'ssl verify none no-sslv3 no-tlsv10 no-tlsv11', compares: ['protocols'] }),
  },
  {
    name: 'versions towards servers of global',
    make: upstream({
      options: 'ssl verify none ssl-max-ver TLSv1.2',
      global: 'ssl-default-server-options ssl-min-ver TLSv1.1',
      compares: ['protocols'],
    }),
  },
  {
    name: 'a client certificate',
    make: upstream({ options: 'ssl ca-file {root} crt {client}', compares: verification }),
  },
  { name: 'early data off by default', make: early('', '') },
  { name: 'early data', make: early('allow-0rtt alpn h2,http/1.1', '') },
  { name: 'early data without ALPN', make: early('allow-0rtt', '') },
  { name: 'early data with POST', make: early('allow-0rtt alpn http/1.1', '', 'POST') },
  { name: 'early data without TLS 1.3', make: early('allow-0rtt ssl-max-ver TLSv1.2', '') },
  {
    name: 'early data that waits for the handshake',
    make: early('allow-0rtt alpn http/1.1', 'http-request wait-for-handshake'),
  },
  {
    name: 'early data of unsafe methods waits',
    make: early('allow-0rtt alpn http/1.1', 'http-request wait-for-handshake if !METH_GET', 'POST'),
  },
  {
    name: 'early data that is rejected with 425',
    make: early('allow-0rtt alpn http/1.1', 'http-request deny deny_status 425 if { ssl_fc_has_early }'),
  },
  {
    name: 'early data in brackets has no effect',
    make: (world) => {
      const { rsa, ecdsa } = world.certificates;
      const backend = world.backend();
      return {
        files: {
          'haproxy.cfg': haproxyCfg(`frontend www
  bind 127.0.0.1:${world.port()} ssl crt-list ${world.folder}/crt-list.txt
  default_backend app
backend app
  server s 127.0.0.1:${backend.port}`),
          'crt-list.txt': `${rsa.bundle} [allow-0rtt ssl-min-ver TLSv1.2] a.oracle.test\n${ecdsa.bundle} b.oracle.test\n`,
        },
        early: [
          { port: world.port(), backend },
          { port: world.port(), serverName: 'a.oracle.test', backend },
        ],
        compares: ['earlyData/enabled'],
      };
    },
  },
  { name: 'early data in TCP mode', make: early('allow-0rtt', '', 'GET', 'tcp') },
];
