import type { NamedCase, OracleCase, World } from '../core/oracle-case.ts';
import { jsonCases } from './json-cases.ts';
import { bothCertificates, caddyfile } from './server.ts';

const one = 'one.oracle.test';
const two = 'two.oracle.test';

/** `tls` directives with a certificate of each kind, the first with a block of these lines. */
const tls = (world: World, lines: readonly string[] = []): string => {
  const [first = '', ...others] = bothCertificates(world);
  const block = lines.length > 0 ? ` {\n${lines.map((line) => `\t\t${line}\n`).join('')}\t}` : '';
  return [first + block, ...others].map((line) => `\t${line}`).join('\n');
};
const at = (world: World, host: string, port = 'main'): string => `${host}:${world.port(port)}`;
const site = (address: string, ...lines: readonly string[]): string => `${address} {\n${lines.join('\n')}\n}\n`;
const ok = '\trespond "here"';

type Make = NamedCase['make'];
const make =
  (
    sites: (world: World) => string,
    compares: readonly string[],
    rest: (world: World) => Partial<OracleCase> = () => ({}),
  ): Make =>
  (world) => ({ files: { Caddyfile: caddyfile(sites(world)) }, compares, ...rest(world) });

/** One site with both certificates and these lines in its `tls` block. */
const alone = (lines: readonly string[], compares: readonly string[] = ['protocols', 'ciphers']): Make =>
  make((world) => site(at(world, one), tls(world, lines), ok), compares);

const filled = (text: string, { certificates: { root, client } }: World): string =>
  text.replaceAll('{root}', root).replaceAll('{client}', client.alone);

const clientAuth = (...lines: readonly string[]): Make =>
  make(
    (world) =>
      site(at(world, one), tls(world, ['client_auth {', ...lines.map((line) => filled(line, world)), '}']), ok),
    ['clientAuth/mode'],
  );

const header = (...lines: readonly string[]): Make =>
  make((world) => site(at(world, one), tls(world), ...lines, ok), ['hsts/maxAgeSeconds']);

/** A site that passes requests on to backends with each flaw and with each version. */
const upstream = (proxy: (port: number, world: World) => string, compares: readonly string[], sound = true): Make =>
  make(
    (world) => world.folder && backendsSite(world, proxy, sound).text,
    compares,
    (world) => ({ ...backendsSite(world, proxy, sound).rest }),
  );

const known = new WeakMap<World, ReturnType<typeof makeBackends>>();
function backendsSite(world: World, proxy: (port: number, world: World) => string, sound: boolean) {
  const found = known.get(world) ?? makeBackends(world, proxy, sound);
  known.set(world, found);
  return found;
}
function makeBackends(world: World, proxy: (port: number, world: World) => string, sound: boolean) {
  const flaws = ['untrusted', 'wrong-name', 'expired'] as const;
  const backends = [
    ...(sound ? [world.tlsBackend()] : []),
    ...flaws.map((flaw) => world.tlsBackend({ flaw })),
    ...(sound ? (['TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const).map((version) => world.tlsBackend({ version })) : []),
  ];
  const handles = backends.map(({ port }, index) => `\thandle /to/${index} {\n${proxy(port, world)}\n\t}`);
  return {
    text: site(`http://${at(world, 'localhost')}`, ...handles),
    rest: {
      passes: backends.map((backend, index) => ({
        port: world.port(),
        tls: false,
        host: 'localhost',
        path: `/to/${index}`,
        backend,
      })),
    },
  };
}

const transport = (upstreams: string, ...lines: readonly string[]): string =>
  `\t\treverse_proxy ${upstreams} {\n\t\t\ttransport http {\n${lines.map((line) => `\t\t\t\t${line}\n`).join('')}\t\t\t}\n\t\t}`;

/** Plain HTTP on the HTTP port beside the same site over TLS. */
const plainBeside =
  (...lines: readonly string[]): Make =>
  (world) => ({
    files: {
      Caddyfile: caddyfile(
        site(`http://${one}`, ...lines) + site(at(world, one), tls(world), ok),
        'auto_https disable_redirects',
        world.port('http'),
      ),
    },
    compares: ['redirectsToHttps'],
  });

const everything = ['tls', 'protocols', 'ciphers', 'suites13', 'groups', 'clientAuth/mode', 'hsts/maxAgeSeconds'];

export const cases: readonly NamedCase[] = [
  { name: 'nothing written: the defaults', make: alone([], everything) },
  { name: 'only TLS 1.3', make: alone(['protocols tls1.3'], ['protocols', 'suites13']) },
  { name: 'only TLS 1.2', make: alone(['protocols tls1.2 tls1.2']) },
  { name: 'an oldest version alone leaves the newest', make: alone(['protocols tls1.2']) },
  {
    name: 'suites, also with CBC',
    make: alone([
      'ciphers TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
    ]),
  },
  {
    name: 'suites of two lines add up',
    make: alone(['ciphers TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', 'ciphers TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256']),
  },
  {
    name: 'ChaCha20 by both of its names',
    make: alone(['ciphers TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256 TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256']),
  },
  {
    name: 'suites of TLS 1.3 in the list change nothing of TLS 1.3',
    make: alone(['ciphers TLS_AES_128_GCM_SHA256 TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'], ['ciphers', 'suites13']),
  },
  {
    name: 'a list with suites of TLS 1.3 alone leaves nothing for TLS 1.2',
    make: alone(['ciphers TLS_AES_128_GCM_SHA256'], ['protocols']),
  },
  {
    // With an ECDSA certificate on a curve that is not listed, TLS 1.2 would depend on which certificate Caddy picks.
    name: 'curves',
    make: make(
      (world) => {
        const { chain, key } = world.certificates.rsa;
        return site(at(world, one), `\ttls ${chain} ${key} {\n\t\tcurves secp384r1 secp521r1\n\t}`, ok);
      },
      ['groups', 'ciphers'],
    ),
  },
  { name: 'curves with the hybrid one', make: alone(['curves x25519mlkem768 secp256r1'], ['groups']) },
  {
    name: 'the hybrid curve alone leaves nothing for TLS 1.2',
    make: alone(['curves x25519mlkem768'], ['groups', 'protocols']),
  },
  { name: 'client certificates: mode request', make: clientAuth('mode request') },
  { name: 'client certificates: mode require takes any', make: clientAuth('mode require') },
  {
    name: 'client certificates: require with a pool takes any',
    make: clientAuth('mode require', 'trust_pool file {root}'),
  },
  { name: 'client certificates: verify_if_given', make: clientAuth('mode verify_if_given', 'trust_pool file {root}') },
  {
    name: 'client certificates: a pool alone is required and verified',
    make: clientAuth('trust_pool file {', '\tpem_file {root}', '}'),
  },
  { name: 'client certificates: the old name of the pool', make: clientAuth('trusted_ca_cert_file {root}') },
  {
    name: 'client certificates: require_and_verify',
    make: clientAuth('mode require_and_verify', 'trust_pool file {root}'),
  },
  { name: 'client certificates: an empty block asks for none', make: clientAuth() },
  {
    name: 'a name without settings has those of a wildcard, but not its client authentication',
    make: make(
      (world) =>
        site(at(world, one), ok) +
        site(
          at(world, '*.oracle.test'),
          tls(world, ['protocols tls1.3', `client_auth {\n\t\t\ttrust_pool file ${world.certificates.root}\n\t\t}`]),
          ok,
        ),
      ['protocols', 'clientAuth/mode'],
    ),
  },
  {
    name: 'settings of a name win over those of a wildcard',
    make: make(
      (world) =>
        site(at(world, '*.oracle.test'), tls(world, ['protocols tls1.3']), ok) +
        site(at(world, two), '\ttls {\n\t\tprotocols tls1.2 tls1.2\n\t}', ok),
      ['protocols'],
    ),
  },
  {
    name: 'a site without a name sets what others leave out',
    make: make(
      (world) =>
        site(
          `:${world.port()}`,
          tls(world, ['ciphers TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA']),
          ok,
        ) +
        site(at(world, one), ok) +
        site(at(world, two), '\ttls internal', ok),
      ['ciphers'],
    ),
  },
  {
    name: 'each site its own settings on one port',
    make: make(
      (world) =>
        site(at(world, one), tls(world, ['protocols tls1.3']), ok) +
        site(
          at(world, two),
          tls(world, ['protocols tls1.2 tls1.2', 'ciphers TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384']),
          ok,
        ),
      ['protocols', 'ciphers'],
    ),
  },
  {
    name: 'one site for two names and two ports',
    make: make(
      (world) => site(`${at(world, one)}, https://${two}:${world.port('other')}`, tls(world, ['protocols tls1.3']), ok),
      ['protocols', 'tls'],
    ),
  },
  {
    name: 'a tls directive that sets nothing leaves no trace beside a wildcard',
    make: make(
      (world) =>
        site(at(world, one), '\ttls internal', ok) +
        site(at(world, '*.oracle.test'), tls(world, ['protocols tls1.3']), ok),
      ['protocols'],
    ),
  },
  {
    name: 'the default server name makes a policy even of a tls directive that sets nothing',
    make: (world) => ({
      files: {
        Caddyfile: caddyfile(
          site(at(world, one), '\ttls internal', ok) +
            site(at(world, '*.oracle.test'), tls(world, ['protocols tls1.3']), ok),
          `auto_https disable_redirects\n\tdefault_sni ${one}`,
        ),
      },
      compares: ['protocols'],
    }),
  },
  {
    name: 'force_automate makes a policy of its own',
    make: make(
      (world) =>
        site(at(world, one), '\ttls force_automate', ok) +
        site(at(world, '*.oracle.test'), tls(world, ['protocols tls1.3']), ok),
      ['protocols'],
    ),
  },
  {
    name: 'the certificate that a site names is the one that it sends',
    make: make(
      (world) =>
        site(at(world, one), `\ttls ${world.certificates.rsa.chain} ${world.certificates.rsa.key}`, ok) +
        site(at(world, two), `\ttls ${world.certificates.ecdsa.chain} ${world.certificates.ecdsa.key}`, ok),
      ['certificates'],
    ),
  },
  {
    name: 'plain HTTP: a port alone, a scheme, the HTTP port',
    make: (world) => ({
      files: {
        Caddyfile: caddyfile(
          site(`:${world.port()}`, ok) +
            site(`http://${at(world, one, 'scheme')}`, ok) +
            site(`${two}:${world.port('http')}`, ok),
          'auto_https disable_redirects',
          world.port('http'),
        ),
      },
      compares: ['tls'],
    }),
  },
  {
    name: 'a port alone is TLS with a tls directive, beside a name, and with https://',
    make: make(
      (world) =>
        site(`:${world.port()}`, tls(world), ok) +
        site(`:${world.port('beside')}`, ok) +
        site(at(world, one, 'beside'), tls(world), ok) +
        site(`https://:${world.port('scheme')}`, ok),
      ['tls'],
    ),
  },
  {
    name: 'auto_https off leaves TLS to names and to tls directives',
    make: (world) => ({
      files: {
        Caddyfile: caddyfile(
          site(at(world, one), tls(world), ok) + site(at(world, two), ok) + site(`:${world.port('plain')}`, ok),
          `auto_https off\n\thttps_port ${world.port('plain')}`,
        ),
      },
      compares: ['tls', 'protocols'],
    }),
  },
  {
    name: 'the HTTPS port is TLS by itself',
    make: (world) => ({
      files: {
        Caddyfile: caddyfile(
          site(`:${world.port()}`, tls(world), ok) + site(one, ok),
          `auto_https disable_redirects\n\thttps_port ${world.port()}`,
        ),
      },
      compares: ['tls', 'protocols'],
    }),
  },
  {
    name: 'the header for every answer',
    make: header('\theader Strict-Transport-Security "max-age=63072000; includeSubDomains"'),
  },
  {
    name: 'the header in a block, deferred, with a colon',
    make: header('\theader {\n\t\t-Server\n\t\t>Strict-Transport-Security: max-age=1000\n\t}'),
  },
  {
    name: 'of two headers the last one written',
    make: header('\theader Strict-Transport-Security max-age=1', '\theader * Strict-Transport-Security max-age=2'),
  },
  { name: 'plain HTTP that redirects', make: plainBeside('\tredir https://{host}{uri} permanent') },
  { name: 'plain HTTP that serves', make: plainBeside(ok) },
  {
    name: 'plain HTTP with a redirect behind what answers, out of route',
    make: plainBeside(ok, '\tredir https://{host}{uri}'),
  },
  {
    name: 'plain HTTP with a redirect behind what answers, in route',
    make: plainBeside('\troute {', ok, '\t\tredir https://{host}{uri}\n\t}'),
  },
  {
    name: 'plain HTTP with handles for challenges and the rest',
    make: plainBeside(
      '\thandle /.well-known/acme-challenge/* {\n\t\trespond "x"\n\t}\n\thandle {\n\t\tredir https://{host}{uri} 308\n\t}',
    ),
  },
  {
    name: 'plain HTTP with a redirect for plain HTTP only',
    make: plainBeside('\t@plain protocol http', '\tredir @plain https://{host}{uri}', ok),
  },
  {
    name: 'snippets with arguments, files, quotes, heredocs and comments',
    make: (world) => ({
      files: {
        Caddyfile: caddyfile(
          `# comment\n(tls) {\n\ttls {\n\t\tprotocols {args[0]} "{args[1]}" # tls1.3\n\t\t{block}\n\t}\n}\nimport sites/*.caddy\n${site(`"${at(world, one)}",\n${at(world, two)}`, tls(world), '\timport "tls" tls1.2 `tls1.2` {\n\t\tciphers \\\n\t\t\tTLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256\n\t}', '\trespond <<END\n\t\ttls internal }\n\t\tEND 200')}`,
        ),
        'sites/three.caddy': site(at(world, 'three.oracle.test'), tls(world), '\timport ../tls13'),
        tls13: 'tls {\n\tprotocols tls1.3\n}\n',
      },
      compares: ['protocols', 'ciphers'],
    }),
  },
  {
    name: 'one site without braces',
    make: (world) => ({
      files: {
        Caddyfile: `https://${at(world, one)}\n\nbind 127.0.0.1\n${tls(world, ['protocols tls1.3']).replaceAll('\n\t', '\n').trim()}\nimport options\n`,
        options: 'header Strict-Transport-Security max-age=5\nrespond ok\n',
      },
      compares: ['protocols', 'hsts/maxAgeSeconds'],
    }),
  },
  {
    name: 'upstream: https:// is verified, against the system',
    make: upstream((port) => `\t\treverse_proxy https://localhost:${port}`, ['verify/chain', 'verify/hostname'], false),
  },
  {
    name: 'upstream: a pool of its own',
    make: upstream(
      (port, world) => transport(`https://localhost:${port}`, `tls_trust_pool file ${world.certificates.root}`),
      ['tls', 'verify/chain', 'verify/hostname', 'protocols'],
    ),
  },
  {
    name: 'upstream: the old name of the pool, tls by a transport',
    make: upstream(
      (port, world) => transport(`localhost:${port}`, 'tls', `tls_trusted_ca_certs ${world.certificates.root}`),
      ['tls', 'verify/chain', 'verify/hostname'],
    ),
  },
  {
    name: 'upstream: verification off',
    make: upstream(
      (port) => transport(`localhost:${port}`, 'tls_insecure_skip_verify'),
      ['tls', 'verify/chain', 'verify/hostname'],
    ),
  },
  {
    name: 'upstream: a server name of its own',
    make: upstream(
      (port, world) =>
        transport(
          `127.0.0.1:${port}`,
          `tls_trust_pool file ${world.certificates.root}`,
          'tls_server_name a.oracle.test',
        ),
      ['tls', 'verify/hostname'],
    ),
  },
  {
    name: 'upstream: ports without TLS, named routes',
    make: (world) => {
      const [secure, plain] = [world.tlsBackend(), world.backend()];
      const proxy = (port: number): string =>
        transport(`localhost:${port}`, 'tls_insecure_skip_verify', `tls_except_ports ${plain.port}`);
      return {
        files: {
          Caddyfile: caddyfile(
            `&(secure) {\n${proxy(secure.port)}\n}\n${site(`http://:${world.port()}`, '\tinvoke /secure secure', `\thandle {\n${proxy(plain.port)}\n\t}`)}`,
          ),
        },
        passes: [
          { port: world.port(), tls: false, path: '/secure', backend: secure },
          { port: world.port(), tls: false, path: '/plain', backend: plain },
        ],
        compares: ['tls'],
      };
    },
  },
  {
    name: 'automatic redirects and a catch-all beside them',
    make: (world) => ({
      files: {
        Caddyfile: caddyfile(
          site(at(world, one), tls(world), ok) + site(`:${world.port('http')}`, ok),
          'ocsp_stapling off',
          world.port('http'),
        ),
      },
      compares: ['tls', 'protocols'],
    }),
  },
  ...jsonCases,
];
