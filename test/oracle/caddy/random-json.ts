import type { OracleCase, Pass, World } from '../core/oracle-case.ts';
import { caddyJson, type Json, listenOn } from './json-cases.ts';
import { type Configuration, namesOf, type Settings, type Site, type Upstream } from './random.ts';

/** One JSON configuration with a server for each configuration. */
export function makeJson(world: World, configurations: readonly Configuration[]): OracleCase {
  const passes: Pass[] = [];
  const servers = configurations.map((configuration, index): Json => {
    const port = world.port(String(index));
    const { plain, autoHttps, upstreams, sites } = configuration;
    const policies = plain ? [] : sites.flatMap((site) => policyOf(world, site));
    const off = plain || autoHttps === 'off';
    return {
      [`server${index}`]: {
        listen: listenOn(port),
        strict_sni_host: false,
        automatic_https: off ? { disable: true } : { disable_redirects: true },
        ...(policies.length > 0 && { tls_connection_policies: policies }),
        routes: sites.map(routeOf),
      },
      ...(upstreams.length > 0 && { [`proxy${index}`]: proxyServer(world, upstreams, `proxy-${index}`, passes) }),
    };
  });
  return {
    files: { 'caddy.json': caddyJson(Object.assign({}, ...servers), world.certificates) },
    passes,
    compares: [],
  };
}

function policyOf({ certificates: { root } }: World, site: Site): readonly Json[] {
  if (site.settings === 'none') return [];
  const names = namesOf(site);
  const match = names.length > 0 ? { match: { sni: names } } : {};
  return [{ ...match, ...(site.settings === 'internal' ? {} : settingsOf(site.settings, root)) }];
}

function settingsOf({ certificates, protocols, ciphers, curves, clientAuth, alpn }: Settings, root: string): Json {
  const [oldest, newest] = protocols ?? [];
  return {
    ...(certificates.length > 0 && { certificate_selection: { any_tag: certificates } }),
    ...(oldest && { protocol_min: oldest }),
    ...(newest && { protocol_max: newest }),
    ...(ciphers && { cipher_suites: ciphers }),
    ...(curves && { curves }),
    ...(clientAuth && {
      client_authentication: {
        ...(clientAuth.mode !== undefined && { mode: clientAuth.mode }),
        ...(clientAuth.pool === 'file' && { ca: { provider: 'file', pem_files: [root] } }),
        ...(clientAuth.pool === 'old' && { trusted_ca_certs_pem_files: [root] }),
      },
    }),
    ...(alpn && { alpn: ['http/1.1'] }),
  };
}

function routeOf(site: Site): Json {
  const names = namesOf(site);
  const { hsts } = site;
  const header = hsts && {
    handler: 'headers',
    response: { set: { 'Strict-Transport-Security': [`max-age=${hsts.seconds}`] }, deferred: hsts.way === 'deferred' },
  };
  const answer = { handler: 'static_response', body: 'here' };
  const inner =
    header && hsts.way === 'path'
      ? [{ match: [{ path: ['/elsewhere'] }], handle: [header] }, { handle: [answer] }]
      : [{ handle: [...(header ? [header] : []), answer] }];
  return {
    ...(names.length > 0 && { match: [{ host: names }] }),
    handle: [{ handler: 'subroute', routes: inner }],
    terminal: true,
  };
}

function proxyServer(world: World, upstreams: readonly Upstream[], port: string, passes: Pass[]): Json {
  const routes = upstreams.map(({ flaw, skipsVerification, roots, named }, index) => {
    const backend = world.tlsBackend({ flaw });
    const path = `/to/${index}`;
    passes.push({ port: world.port(port), tls: false, path, backend });
    const tls = {
      ...(skipsVerification && { insecure_skip_verify: true }),
      ...(roots === 'own' && { ca: { provider: 'file', pem_files: [world.certificates.root] } }),
      ...(roots === 'old' && { root_ca_pem_files: [world.certificates.root] }),
      ...(named && { server_name: 'any.oracle.test' }),
    };
    const handler = {
      handler: 'reverse_proxy',
      transport: { protocol: 'http', tls },
      upstreams: [{ dial: `localhost:${backend.port}` }],
    };
    return { match: [{ path: [path] }], handle: [handler] };
  });
  return { listen: listenOn(world.port(port)), automatic_https: { disable: true }, routes };
}
