import type { Certificates } from '../core/certificates.ts';
import type { NamedCase, OracleCase, World } from '../core/oracle-case.ts';
import { noPort } from './server.ts';

const one = 'one.oracle.test';
const two = 'two.oracle.test';

export type Json = { readonly [key: string]: unknown };

/** A JSON configuration around the servers of a case. */
export const caddyJson = (servers: Json, { rsa, ecdsa }: Certificates, tlsApp: Json = {}): string =>
  JSON.stringify(
    {
      admin: { disabled: true, config: { persist: false } },
      logging: { logs: { default: { level: 'ERROR' } } },
      apps: {
        http: { http_port: noPort, servers },
        tls: {
          certificates: {
            load_files: [
              { certificate: rsa.chain, key: rsa.key, tags: ['rsa'] },
              { certificate: ecdsa.chain, key: ecdsa.key, tags: ['ecdsa'] },
            ],
          },
          automation: { policies: [{ issuers: [{ module: 'internal' }] }] },
          ...tlsApp,
        },
        pki: { certificate_authorities: { local: { install_trust: false } } },
      },
    },
    undefined,
    '\t',
  );

export const listenOn = (port: number): readonly string[] => [`127.0.0.1:${port}`];
const respond = { handler: 'static_response', body: 'here' };
const routeFor = (hosts: readonly string[], ...handle: readonly Json[]): Json => ({
  match: [{ host: hosts }],
  handle,
  terminal: true,
});

const server = (world: World, more: Json, port = 'main'): Json => ({
  listen: listenOn(world.port(port)),
  automatic_https: { disable_redirects: true },
  routes: [routeFor([one, two], respond)],
  ...more,
});

const make =
  (
    servers: (world: World) => Json,
    compares: readonly string[],
    rest: (world: World) => Partial<OracleCase> = () => ({}),
  ): NamedCase['make'] =>
  (world) => ({ files: { 'caddy.json': caddyJson(servers(world), world.certificates) }, compares, ...rest(world) });

/** One server with these connection policies. */
const policies = (list: (world: World) => readonly Json[], compares: readonly string[]): NamedCase['make'] =>
  make((world) => ({ web: server(world, { tls_connection_policies: list(world) }) }), compares);

const clientAuth = (settings: (certificates: Certificates) => Json): NamedCase['make'] =>
  policies(({ certificates }) => [{ client_authentication: settings(certificates) }], ['clientAuth/mode']);

export const jsonCases: readonly NamedCase[] = [
  {
    name: 'JSON: no policies, a name in a route',
    make: make(
      (world) => ({ web: server(world, {}) }),
      ['tls', 'protocols', 'ciphers', 'groups', 'clientAuth/mode', 'hsts/maxAgeSeconds'],
    ),
  },
  {
    name: 'JSON: everything in a policy',
    make: policies(
      () => [
        {
          protocol_min: 'tls1.2',
          protocol_max: 'tls1.2',
          cipher_suites: ['TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA', 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256'],
        },
      ],
      ['protocols', 'ciphers'],
    ),
  },
  { name: 'JSON: a newest version alone', make: policies(() => [{ protocol_max: 'tls1.2' }], ['protocols']) },
  { name: 'JSON: curves', make: policies(() => [{ curves: ['secp384r1', 'x25519'] }], ['groups']) },
  {
    name: 'JSON: the obsolete version that nobody can have',
    make: policies(() => [{ protocol_min: 'tls1.0' }], ['tls']),
  },
  {
    name: 'JSON: the first policy with the name wins',
    make: policies(
      () => [
        { match: { sni: [one] }, protocol_min: 'tls1.3' },
        { match: { sni: ['*.oracle.test'] }, protocol_max: 'tls1.2' },
        { protocol_min: 'tls1.3' },
      ],
      ['protocols'],
    ),
  },
  {
    name: 'JSON: what stands behind a policy for every name is never reached',
    make: policies(
      () => [{ protocol_max: 'tls1.2' }, { match: { sni: [one] }, protocol_min: 'tls1.3' }],
      ['protocols'],
    ),
  },
  {
    name: 'JSON: certificates by tag',
    make: policies(() => [{ certificate_selection: { any_tag: ['rsa'] } }], ['certificates']),
  },
  {
    name: 'JSON: client certificates, mode require',
    make: clientAuth(({ root }) => ({ mode: 'require', trusted_ca_certs_pem_files: [root] })),
  },
  {
    name: 'JSON: client certificates, a pool',
    make: clientAuth(({ root }) => ({ ca: { provider: 'file', pem_files: [root] } })),
  },
  {
    name: 'JSON: client certificates, the old list',
    make: clientAuth(({ root }) => ({ trusted_ca_certs_pem_files: [root] })),
  },
  {
    name: 'JSON: client certificates, if given',
    make: clientAuth(({ root }) => ({ mode: 'verify_if_given', trusted_ca_certs_pem_files: [root] })),
  },
  { name: 'JSON: client certificates, nothing said', make: clientAuth(() => ({})) },
  {
    name: 'JSON: when a server is TLS',
    make: make(
      (world) => ({
        off: server(world, { automatic_https: { disable: true } }, 'off'),
        nameless: server(world, { routes: [{ handle: [respond] }] }, 'nameless'),
        skipped: server(world, { automatic_https: { skip: [one, two], disable_redirects: true } }, 'skipped'),
        empty: server(world, { tls_connection_policies: [] }, 'empty'),
        policy: server(world, { automatic_https: { disable: true }, tls_connection_policies: [{}] }, 'policy'),
      }),
      ['tls'],
    ),
  },
  {
    name: 'JSON: headers in nested routes',
    make: make(
      (world) => ({
        web: server(world, {
          routes: [
            routeFor([one], {
              handler: 'subroute',
              routes: [
                {
                  handle: [{ handler: 'headers', response: { set: { 'Strict-Transport-Security': ['max-age=77'] } } }],
                },
                { match: [{ path: ['/x'] }], handle: [respond] },
                { handle: [respond] },
              ],
            }),
          ],
        }),
      }),
      ['hsts/maxAgeSeconds'],
    ),
  },
  {
    name: 'JSON: upstreams, verified and not',
    make: (world) => {
      const flaws = ['sound', 'untrusted', 'wrong-name'] as const;
      const settings = [
        { insecure_skip_verify: true },
        { ca: { provider: 'file', pem_files: [world.certificates.root] }, server_name: 'localhost' },
        { root_ca_pem_files: [world.certificates.root], insecure_skip_verify: false },
      ];
      const routes = settings.flatMap((tls, number) =>
        flaws.map((flaw) => {
          const backend = world.tlsBackend({ flaw });
          const handler = {
            handler: 'reverse_proxy',
            transport: { protocol: 'http', tls },
            upstreams: [{ dial: `localhost:${backend.port}` }],
          };
          return { backend, path: `/${number}/${flaw}`, handler };
        }),
      );
      const web = {
        listen: listenOn(world.port()),
        automatic_https: { disable: true },
        routes: routes.map(({ path, handler }) => ({ match: [{ path: [path] }], handle: [handler] })),
      };
      return {
        files: { 'caddy.json': caddyJson({ web }, world.certificates) },
        passes: routes.map(({ backend, path }) => ({ port: world.port(), tls: false, path, backend })),
        compares: ['tls', 'verify/chain', 'verify/hostname'],
      };
    },
  },
];
