import { describe, expect, test } from '@jest/globals';
import type { Fact } from '../../src/core/fact.ts';
import { spanAt } from '../../src/core/fact.ts';
import { traefik } from '../../src/extract/traefik/traefik.ts';

const version = (number: string) => () => ({ version: number, reason: `traefik ${number}`, guessed: false });
type Files = Readonly<Record<string, string>>;

async function factsOf(files: Files, number = '3.7.15'): Promise<readonly Fact[]> {
  const sources = Object.entries(files).map(([path, text]) => ({ path, text }));
  const units = (await traefik.units?.(sources, { paths: [], read: () => undefined })) ?? [];
  const extractions = await Promise.all(units.map((unit) => traefik.extract(unit, version(number))));
  return extractions.flatMap(({ facts }) => facts);
}
const subjects = (facts: readonly Fact[]) => facts.map(({ data, subject }) => `${data.kind} ${subject}`);
async function find(files: Files, subject: string, number?: string): Promise<Fact> {
  const facts = await factsOf(files, number);
  const [fact, ...others] = facts.filter((candidate) => candidate.subject === subject);
  if (!fact || others.length > 0) throw new Error(`${subject} is not one of ${subjects(facts).join(', ')}`);
  return fact;
}
const slice = (files: Files, fact: Fact, pointer: string) => {
  const { file, start, end } = spanAt(fact, pointer);
  return files[file]?.slice(start, end);
};

const entryPoints = `entryPoints:
  web:
    address: ":80"
  websecure:
    address: ":443"
providers:
  file: { filename: dynamic.yml }
`;

describe('Traefik: option sets', () => {
  test('versions, suites, groups and client certificates of a YAML file', async () => {
    const files = {
      'dynamic.yml': `tls:
  options:
    old:
      minVersion: VersionTLS10
      maxVersion: "VersionTLS12"
      cipherSuites:
        - TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
        - TLS_RSA_WITH_3DES_EDE_CBC_SHA
        - TLS_AES_128_GCM_SHA256
      curvePreferences: [CurveP256, X25519]
      clientAuth: { caFiles: [/ca.pem], clientAuthType: VerifyClientCertIfGiven }
      disableSessionTickets: true
`,
    };
    const fact = await find(files, 'TLS options old');
    expect(fact.data).toMatchObject({
      kind: 'listener',
      tls: true,
      protocols: ['TLSv1.0', 'TLSv1.1', 'TLSv1.2'],
      ciphers: ['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', 'TLS_RSA_WITH_3DES_EDE_CBC_SHA'],
      groups: ['secp256r1', 'x25519'],
      clientAuth: { mode: 'optional', ca: '/ca.pem' },
      sessionTickets: false,
    });
    expect(slice(files, fact, 'protocols')).toBe('VersionTLS10');
    expect(slice(files, fact, 'ciphers/1')).toBe('TLS_RSA_WITH_3DES_EDE_CBC_SHA');
    expect(slice(files, fact, 'groups/1')).toBe('X25519');
    expect(slice(files, fact, 'self')).toBe('old');
  });

  test('TOML says the same, whatever the case of the keys', async () => {
    const files = {
      'conf/traefik.toml': `[TLS.Options.default]
  minversion = "VersionTLS11"
  ciphersuites = [
    "TLS_RSA_WITH_AES_128_CBC_SHA", # old
  ]
  [TLS.Options.default.ClientAuth]
    cafiles = ["/ca.pem"]
`,
    };
    const fact = await find(files, 'TLS options default');
    expect(fact.data).toMatchObject({
      protocols: ['TLSv1.1', 'TLSv1.2', 'TLSv1.3'],
      ciphers: ['TLS_RSA_WITH_AES_128_CBC_SHA'],
      clientAuth: { mode: 'required', ca: '/ca.pem' },
    });
    expect(slice(files, fact, 'protocols')).toBe('VersionTLS11');
    expect(slice(files, fact, 'ciphers/0')).toBe('TLS_RSA_WITH_AES_128_CBC_SHA');
  });

  test.each([
    ['2.8', 'TLSv1.0'],
    ['2.10', 'TLSv1.0'],
    ['2.11', 'TLSv1.2'],
    ['3.7.15', 'TLSv1.2'],
  ])('a written set without minVersion in %s begins at %s', async (number, oldest) => {
    const fact = await find(
      { 'dynamic.yml': 'tls: { options: { default: { sniStrict: true } } }' },
      'TLS options default',
      number,
    );
    expect(fact.data).toMatchObject({ protocols: expect.arrayContaining([oldest]) });
    expect('protocols' in fact.data && fact.data.protocols?.[0]).toBe(oldest);
    expect(fact.defaults.protocols?.reason).toBe(`the default of traefik ${number}`);
  });

  test.each([
    ['2.8.8', 'TLSv1.0'],
    ['2.9', 'TLSv1.2'],
    ['2.10', 'TLSv1.2'],
    ['3.1', 'TLSv1.2'],
  ])('the options named default that nobody writes, in %s, begin at %s', async (number, oldest) => {
    const files = {
      'traefik.yml': 'entryPoints: { websecure: { address: ":443", http: { tls: {} } } }\nproviders: { docker: {} }\n',
    };
    const fact = await find(files, 'TLS options default', number);
    expect('protocols' in fact.data && fact.data.protocols?.[0]).toBe(oldest);
    expect(slice(files, fact, 'protocols')).toBe('tls');
  });

  test('a version that Traefik does not know counts as not written; a suite that it does not know breaks the set', async () => {
    const odd = await find({ 'dynamic.yml': 'tls: { options: { a: { minVersion: TLS10 } } }' }, 'TLS options a');
    expect(odd.data).toMatchObject({ protocols: ['TLSv1.2', 'TLSv1.3'] });
    expect(odd.spans.protocols).toBeUndefined();
    const broken = await find(
      { 'dynamic.yml': 'tls: { options: { a: { minVersion: VersionTLS10, cipherSuites: [AES] } } }' },
      'TLS options a',
    );
    expect(broken.unknown).toEqual(expect.arrayContaining(['protocols', 'ciphers']));
  });

  test('only TLS 1.3 leaves no older suites, whatever is listed', async () => {
    const files = {
      'dynamic.yml': 'tls: { options: { a: { minVersion: VersionTLS13, cipherSuites: [TLS_RSA_WITH_RC4_128_SHA] } } }',
    };
    expect((await find(files, 'TLS options a')).data).toMatchObject({ protocols: ['TLSv1.3'], ciphers: [] });
  });

  test('an empty list is no list', async () => {
    const yaml = await find(
      { 'dynamic.yml': 'tls: { options: { a: { cipherSuites: [], curvePreferences: [] } } }' },
      'TLS options a',
    );
    expect(yaml.data).toMatchObject({ ciphers: expect.arrayContaining(['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256']) });
    expect(yaml.data).toMatchObject({ groups: expect.arrayContaining(['x25519', 'X25519MLKEM768']) });
    const toml = await find({ 'traefik.toml': '[tls.options.a]\ncurvePreferences = []\n' }, 'TLS options a');
    expect(toml.data).toMatchObject({ protocols: ['TLSv1.2', 'TLSv1.3'] });
  });

  test('a minimum that is written stays, whether or not a suite goes with it', async () => {
    const settings = 'minVersion: VersionTLS10, cipherSuites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]';
    const { data } = await find({ 'dynamic.yml': `tls: { options: { a: { ${settings} } } }` }, 'TLS options a');
    expect(data).toMatchObject({ protocols: ['TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] });
  });

  test.each([
    ['suites of TLS 1.3 only', 'cipherSuites: [TLS_AES_128_GCM_SHA256]', ['TLSv1.3']],
    ['hybrid groups only', 'curvePreferences: [X25519MLKEM768]', ['TLSv1.3']],
    [
      'hybrid groups and a suite without them',
      'curvePreferences: [X25519MLKEM768], cipherSuites: [TLS_RSA_WITH_AES_128_GCM_SHA256, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]',
      ['TLSv1.2', 'TLSv1.3'],
    ],
    ['a maximum below the minimum', 'maxVersion: VersionTLS11', []],
  ])('versions that nothing is left for are not spoken: %s', async (_what, settings, protocols) => {
    const { data } = await find({ 'dynamic.yml': `tls: { options: { a: { ${settings} } } }` }, 'TLS options a');
    expect(data).toMatchObject({ protocols });
  });

  test('an ephemeral suite needs a group of its version', async () => {
    const settings =
      'curvePreferences: [X25519MLKEM768], cipherSuites: [TLS_RSA_WITH_3DES_EDE_CBC_SHA, TLS_ECDHE_RSA_WITH_RC4_128_SHA]';
    const { data } = await find({ 'dynamic.yml': `tls: { options: { a: { ${settings} } } }` }, 'TLS options a');
    expect(data).toMatchObject({ ciphers: ['TLS_RSA_WITH_3DES_EDE_CBC_SHA'] });
  });

  test('options named default are in force as soon as anything is served over TLS', async () => {
    const files = {
      'traefik.yml': entryPoints,
      'dynamic.yml':
        'http: { routers: { a: { rule: "Host(`a.example`)", tls: { options: set } } } }\ntls: { options: { set: {} } }\n',
    };
    expect((await find(files, 'TLS options default', '2.8')).data).toMatchObject({ ports: [80, 443] });
  });

  test('a router whose options serve nothing is not said to serve TLS', async () => {
    const files = {
      'traefik.yml': entryPoints,
      'dynamic.yml':
        'http: { routers: { a: { rule: "Host(`a.example`)", tls: { options: set } } } }\ntls: { options: { set: { maxVersion: VersionTLS11 } } }\n',
    };
    expect((await find(files, 'router a')).unknown).toContain('tls');
  });

  test('a router that names options which Traefik cannot build is left out', async () => {
    const files = {
      'traefik.yml': entryPoints,
      'dynamic.yml':
        'http: { routers: { a: { rule: "PathPrefix(`/`)", tls: { options: set } } } }\ntls: { options: { set: { cipherSuites: [AES] } } }\n',
    };
    expect(subjects(await factsOf(files))).not.toContain('listener router a');
  });

  test('templates and placeholders are unknown', async () => {
    const yaml = await find(
      { 'dynamic.yml': 'tls:\n  options:\n    a:\n      minVersion: "{{ env "MIN" }}"\n' },
      'TLS options a',
    );
    expect(yaml.unknown).toContain('protocols');
    const toml = await find({ 'traefik.toml': '[tls.options.a]\nminVersion = "${MIN}"\n' }, 'TLS options a');
    expect(toml.unknown).toContain('protocols');
  });
});

describe('Traefik: which options serve which names', () => {
  const dynamic = (routers: string) => ({
    'traefik.yml': entryPoints,
    'dynamic.yml': `http:\n  routers:\n${routers}\ntls: { options: { modern: { minVersion: VersionTLS13 }, other: {} } }\n`,
  });

  test('a set holds the names and ports of the routers that name it', async () => {
    const files = dynamic(
      '    a: { rule: "Host(`a.example`) || Host(`b.example`)", entryPoints: [websecure], tls: { options: modern } }',
    );
    expect((await find(files, 'TLS options modern')).data).toMatchObject({
      hosts: ['a.example', 'b.example'],
      ports: [443],
    });
  });

  test('routers of one name that disagree leave it to the options named default', async () => {
    const files = dynamic(
      [
        '    a: { rule: "Host(`a.example`)", entryPoints: [websecure], tls: { options: modern } }',
        '    b: { rule: "Host(`a.example`) && PathPrefix(`/b`)", entryPoints: [websecure], tls: { options: other } }',
      ].join('\n'),
    );
    const { data } = await find(files, 'TLS options modern');
    expect(data).not.toHaveProperty('hosts');
  });

  test('a router without a name cannot choose', async () => {
    const files = dynamic('    a: { rule: "PathPrefix(`/`)", entryPoints: [websecure], tls: { options: modern } }');
    expect((await find(files, 'TLS options modern')).data).not.toHaveProperty('ports');
  });
});

describe('Traefik: routers', () => {
  const site = (routers: string, middlewares = '') => ({
    'traefik.yml': entryPoints,
    'dynamic.yml': `http:\n  routers:\n${routers}\n  middlewares:\n    none: {}\n${middlewares}`,
  });
  const secure = '    site: { rule: "Host(`a.example`)", entryPoints: [websecure], service: s, tls: {} }\n';

  test('HSTS of a headers middleware, also in a chain', async () => {
    const files = site(
      '    site: { rule: "Host(`a.example`)", entryPoints: [websecure], middlewares: [all], tls: {} }',
      '    all: { chain: { middlewares: [secure] } }\n    secure: { headers: { stsSeconds: 3600, stsIncludeSubdomains: true } }\n',
    );
    const fact = await find(files, 'router site');
    expect(fact.data).toMatchObject({ hsts: { maxAgeSeconds: 3600, includeSubDomains: true }, application: 'http' });
    expect(slice(files, fact, 'hsts/maxAgeSeconds')).toBe('3600');
  });

  test('a custom header wins over stsSeconds', async () => {
    const files = site(
      '    site: { rule: "Host(`a.example`)", entryPoints: [websecure], middlewares: [h], tls: {} }',
      '    h: { headers: { stsSeconds: 60, customResponseHeaders: { strict-transport-security: "max-age=120" } } }\n',
    );
    expect((await find(files, 'router site')).data).toMatchObject({ hsts: { maxAgeSeconds: 120 } });
  });

  test('without such a middleware the application may send the header', async () => {
    expect((await find(site(secure), 'router site')).unknown).toContain('hsts');
  });

  test('a router without tls answers plaintext where the same name is there over TLS', async () => {
    const files = site(`${secure}    plain: { rule: "Host(\`a.example\`)", entryPoints: [web], service: s }`);
    const fact = await find(files, 'router plain');
    expect(fact.data).toMatchObject({ tls: false, ports: [80], redirectsToHttps: false, exposure: 'external' });
    expect(fact.related.map(({ span }) => files['dynamic.yml'].slice(span.start, span.end))).toEqual(['site']);
  });

  test('and on the port for https, whatever its number suggests', async () => {
    const files = site('    plain: { rule: "Host(`a.example`)", entryPoints: [websecure], service: s }');
    expect((await find(files, 'router plain')).data).toMatchObject({
      tls: false,
      ports: [443],
      redirectsToHttps: false,
    });
  });

  test.each([
    ['a redirect middleware', '    plain: { rule: "Host(`a.example`)", entryPoints: [web], middlewares: [go] }', true],
    [
      'a middleware of another provider',
      '    plain: { rule: "Host(`a.example`)", entryPoints: [web], middlewares: [x@docker] }',
      undefined,
    ],
    ['another name', '    plain: { rule: "Host(`b.example`)", entryPoints: [web] }', undefined],
    [
      'a router for all names that redirects',
      '    plain: { rule: "Host(`a.example`)", entryPoints: [web] }\n    all: { rule: "HostRegexp(`.+`)", entryPoints: [web], middlewares: [go] }',
      undefined,
    ],
  ])('nothing is said against a router with %s', async (_what, router, redirects) => {
    const files = site(`${secure}${router}`, '    go: { redirectScheme: { scheme: https } }\n');
    const { data } = await find(files, 'router plain');
    expect('redirectsToHttps' in data ? data.redirectsToHttps : undefined).toBe(redirects);
  });

  test('an entry point that redirects answers for its routers; one with http.tls gives them TLS', async () => {
    const files = {
      'traefik.yml': `entryPoints:
  web:
    address: ":80"
    http: { redirections: { entryPoint: { to: websecure } } }
  websecure:
    address: ":443"
    http: { tls: { certResolver: le } }
`,
      'dynamic.yml': 'http: { routers: { app: { rule: "Host(`a.example`)", service: s } } }\n',
    };
    expect(subjects(await factsOf(files))).toEqual([
      'listener TLS options default',
      'listener entry point web',
      'listener router app',
    ]);
    expect((await find(files, 'entry point web')).data).toMatchObject({
      tls: false,
      redirectsToHttps: true,
      ports: [80],
    });
    const router = await find(files, 'router app');
    expect(router.data).toMatchObject({ tls: true, ports: [443], certificates: [{ from: 'acme', ref: 'le' }] });
  });

  test('an entry point that redirects to one that does not exist does not', async () => {
    const files = {
      'traefik.yml': entryPoints.replace('":80"', '":80"\n    http: { redirections: { entryPoint: { to: nowhere } } }'),
    };
    expect(await factsOf(files)).toEqual([]);
  });

  test('TLS that is passed through is none of Traefik\u2019s', async () => {
    const files = {
      'traefik.yml': entryPoints,
      'dynamic.yml':
        'tcp: { routers: { db: { rule: "HostSNI(`db.example`)", entryPoints: [websecure], service: s, tls: { passthrough: true } } } }\n',
    };
    expect(await factsOf(files)).toEqual([]);
  });
});

describe('Traefik: servers', () => {
  const service = (transport: string) => `http:
  services:
    s:
      loadBalancer:
        ${transport}
        servers:
          - url: https://backend.example.net:8443/path
          - url: http://plain.example.net
  serversTransports:
    lax:
      insecureSkipVerify: true
      serverName: other.example.net
    strict:
      rootCAs: [/ca.pem]
`;

  test('the named transport decides', async () => {
    const files = { 'dynamic.yml': service('serversTransport: lax') };
    const fact = await find(files, 'service s');
    expect(fact.data).toMatchObject({
      kind: 'upstream',
      tls: true,
      target: 'backend.example.net:8443',
      verify: { chain: false, hostname: false },
      serverName: 'other.example.net',
      exposure: 'external',
    });
    expect(slice(files, fact, 'verify/chain')).toBe('true');
    expect(files['dynamic.yml'].slice(0, spanAt(fact, 'verify/chain').start)).toMatch(/insecureSkipVerify: $/);
  });

  test('roots of its own are still a check', async () => {
    const fact = await find({ 'dynamic.yml': service('serversTransport: strict@file') }, 'service s');
    expect(fact.data).toMatchObject({ verify: { chain: true, hostname: true }, ca: '/ca.pem' });
    expect(fact.defaults).toHaveProperty('verify/chain');
  });

  test('without a name the static configuration decides; where it is not here, nobody knows', async () => {
    expect((await find({ 'dynamic.yml': service('') }, 'service s')).unknown).toContain('verify');
    const files = {
      'traefik.yml': `${entryPoints}serversTransport: { insecureSkipVerify: true }\n`,
      'dynamic.yml': service(''),
    };
    const fact = await find(files, 'service s');
    expect(fact.data).toMatchObject({ verify: { chain: false } });
    expect(spanAt(fact, 'verify/chain').file).toBe('traefik.yml');
    expect((await find({ 'traefik.yml': entryPoints, 'dynamic.yml': service('') }, 'service s')).data).toMatchObject({
      verify: { chain: true, hostname: true },
    });
  });

  test('a transport that verifies nothing and has no server here is shown by itself, as private', async () => {
    const files = { 'traefik.toml': '[serversTransport]\n  insecureSkipVerify = true\n' };
    const fact = await find(files, 'the default servers transport');
    expect(fact.data).toMatchObject({ kind: 'upstream', tls: true, verify: { chain: false }, exposure: 'private' });
    expect(slice(files, fact, 'verify/chain')).toBe('true');
  });

  test('a transport that verifies and has no server here is nothing to show', async () => {
    expect(await factsOf({ 'traefik.yml': 'serversTransport: { insecureSkipVerify: false }\n' })).toEqual([]);
  });

  test('versions of a transport count since 3.7', async () => {
    const files = {
      'dynamic.yml': service('serversTransport: old').replace(
        'lax:',
        'old:\n      minVersion: VersionTLS10\n      maxVersion: VersionTLS13',
      ),
    };
    const fact = await find(files, 'service s');
    expect(fact.data).toMatchObject({ protocols: ['TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] });
    expect(slice(files, fact, 'protocols')).toBe('VersionTLS10');
    expect((await find(files, 'service s', '3.6.0')).spans.protocols).toBeUndefined();
  });

  test('a transport that 3.7 throws away says nothing: a minimum without a maximum', async () => {
    const files = {
      'dynamic.yml': service('serversTransport: lax').replace(
        'serverName:',
        'minVersion: VersionTLS12\n      serverName:',
      ),
    };
    expect((await find(files, 'service s')).unknown).toEqual(expect.arrayContaining(['verify', 'protocols']));
  });

  test('what providers and authentication services are not verified', async () => {
    const files = {
      'traefik.yml': `providers:
  docker: { endpoint: "tcp://docker.example.net:2376", tls: { insecureSkipVerify: true } }
  consul: { endpoints: ["127.0.0.1:8500"], tls: { insecureSkipVerify: true } }
  redis: { endpoints: ["redis:6379"], tls: { insecureSkipVerify: false } }
http:
  middlewares:
    auth: { forwardAuth: { address: "https://auth.example.net/x", tls: { insecureSkipVerify: true } } }
`,
    };
    const facts = await factsOf(files);
    expect(facts.map(({ subject, data }) => [subject, 'exposure' in data && data.exposure])).toEqual([
      ['provider docker', 'external'],
      ['provider consul', 'internal'],
      ['middleware auth', 'external'],
    ]);
  });
});

describe('Traefik: containers', () => {
  const compose = `services:
  traefik:
    image: traefik:v3.3
    command:
      - --entrypoints.web.address=:80
      - --entryPoints.websecure.address=:443
      - "--entrypoints.websecure.http.tls"
      - --providers.docker
      - --certificatesresolvers.le.acme.caServer=https://acme-staging-v02.api.letsencrypt.org/directory
      - --serverstransport.insecureskipverify
  app:
    image: app
    labels:
      - "traefik.http.routers.app.rule=Host(\`app.example\`)"
      - traefik.http.routers.app.entrypoints=websecure
      - traefik.http.routers.app.middlewares=sts
      - traefik.http.middlewares.sts.headers.stsSeconds=60
      - traefik.http.services.app.loadbalancer.server.scheme=https
      - traefik.http.services.app.loadbalancer.server.port=8443
`;

  test('flags are the static configuration, labels the dynamic one', async () => {
    const files = { 'docker-compose.yml': compose };
    const router = await find(files, 'router app');
    expect(router.data).toMatchObject({ tls: true, hosts: ['app.example'], ports: [443], hsts: { maxAgeSeconds: 60 } });
    expect(slice(files, router, 'self')).toBe('app');
    expect(slice(files, router, 'hsts')).toBe('60');
    expect(slice(files, router, 'ports')).toBe(':443');
    const service = await find(files, 'service app');
    expect(service.data).toMatchObject({ target: 'app:8443', exposure: 'private', verify: { chain: false } });
    expect(slice(files, service, 'verify/chain')).toBe('--serverstransport.insecureskipverify');
    const resolver = await find(files, 'certificates resolver le');
    expect(resolver.data).toMatchObject({ kind: 'issuance', issuerType: 'acme', staging: true });
    expect(slice(files, resolver, 'staging')).toBe('https://acme-staging-v02.api.letsencrypt.org/directory');
  });

  test('a command line, variables and labels as a map', async () => {
    const files = {
      'compose.yaml': `services:
  proxy:
    image: ghcr.io/acme/traefik:v3.1
    command: >
      --entrypoints.websecure.address=:443
      --providers.docker=true
    environment:
      TRAEFIK_SERVERSTRANSPORT_INSECURESKIPVERIFY: "true"
  app:
    labels:
      traefik.http.routers.app.rule: Host(\`app.example\`)
      traefik.http.routers.app.tls: "true"
      traefik.http.routers.app.tls.certresolver: le
`,
    };
    expect((await find(files, 'router app')).data).toMatchObject({
      tls: true,
      ports: [443],
      certificates: [{ ref: 'le' }],
    });
    const transport = await find(files, 'the default servers transport');
    expect(slice(files, transport, 'verify/chain')).toBe('true');
  });

  test('variables of Compose make values unknown', async () => {
    const files = { 'compose.yml': compose.replace('`app.example`', '`${HOST}`').replace('=60', '=${STS}') };
    expect((await find(files, 'router app')).unknown).toEqual(expect.arrayContaining(['hosts', 'hsts']));
  });

  test('arguments of a pod', async () => {
    const files = {
      'traefik.yaml': `apiVersion: apps/v1
kind: Deployment
spec:
  template:
    spec:
      containers:
        - name: traefik
          image: docker.io/traefik:v3.2.0
          args:
            - --providers.kubernetescrd
            - --serversTransport.insecureSkipVerify=true
`,
    };
    const fact = await find(files, 'the default servers transport');
    expect(slice(files, fact, 'verify/chain')).toBe('true');
    expect(await factsOf(files)).toHaveLength(1);
  });

  test('an action with quotes inside quotes does not break a file that Traefik renders first', async () => {
    const text =
      'http:\n  middlewares:\n    auth:\n      forwardAuth:\n        address: "https://{{env "HOST"}}/x"\n        tls: { insecureSkipVerify: true }\n';
    const source = { path: 'traefik/rules/auth.yml', text };
    const unit = { sources: [source] as const, repository: { paths: [], read: () => undefined } };
    const { facts, diagnostics } = await traefik.extract(unit, version('3.7.15'));
    expect(diagnostics).toEqual([]);
    const [fact] = facts;
    expect(fact?.data).toMatchObject({ kind: 'upstream', exposure: 'private', verify: { chain: false } });
    const span = fact && spanAt(fact, 'verify/chain');
    expect(text.slice(span?.start, span?.end)).toBe('true');
  });

  test('other programs with such flags say nothing of Traefik', async () => {
    expect(
      await factsOf({
        'compose.yml': 'services:\n  a:\n    image: app\n    command: ["--tls.insecureSkipVerify=true"]\n',
      }),
    ).toEqual([]);
  });
});

describe('Traefik 1', () => {
  test('entry points hold the settings; the default begins at TLS 1.0', async () => {
    const files = {
      'traefik.toml': `defaultEntryPoints = ["http", "https"]
insecureSkipVerify = true
[entryPoints]
  [entryPoints.http]
  address = ":80"
    [entryPoints.http.redirect]
    entryPoint = "https"
  [entryPoints.https]
  address = ":443"
    [entryPoints.https.tls]
      cipherSuites = ["TLS_RSA_WITH_AES_256_CBC_SHA"]
`,
    };
    const https = await find(files, 'entry point https');
    expect(https.data).toMatchObject({
      tls: true,
      ports: [443],
      protocols: ['TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'],
      ciphers: ['TLS_RSA_WITH_AES_256_CBC_SHA'],
    });
    expect(https.defaults.protocols?.reason).toContain('Traefik 1');
    expect((await find(files, 'entry point http')).data).toMatchObject({ tls: false, redirectsToHttps: true });
    expect((await find(files, 'the servers')).data).toMatchObject({ kind: 'upstream', verify: { chain: false } });
  });
});

describe('Traefik: files and units', () => {
  const claims = (path: string, text: string) => traefik.claims({ path, hasWord: (word) => text.includes(word) });

  test.each([
    ['traefik.yml', ''],
    ['etc/traefik-dynamic.toml', ''],
    ['traefik/conf.d/site.yml', 'http:'],
    ['config/dynamic.yml', 'http: { routers: { a: { entryPoints: [b] } } }'],
    ['rules/groups.toml', '[tls.options.default]\ncurvePreferences = ["X25519"]'],
    ['rules/app.yml', 'http: { routers: { a: { rule: "Host(`a.example`)", service: s } } }'],
    ['rules/headers.yml', 'http: { middlewares: { a: { headers: { stsSeconds: 1 } } } }'],
    ['rules/certificates.toml', '[[tls.certificates]]\ncertFile = "a"\nkeyFile = "b"'],
    ['config/tls.toml', '[tls.options.default]\nminVersion = "VersionTLS12"'],
    ['docker-compose.yml', 'traefik.http.routers.a.tls=true'],
    ['compose.yaml', 'image: traefik\n--entrypoints.web.address=:80'],
    ['deploy.yaml', 'apiVersion kind traefik --entryPoints.web.address'],
    ['traefik/deployment.yaml', 'apiVersion kind traefik --entryPoints.web.address'],
    ['values.yaml', 'additionalArguments: ["--serversTransport.insecureSkipVerify=true"]'],
  ])('reads %s', (path, text) => expect(claims(path, text)).toBe(true));

  test.each([
    ['kubelet.yaml', 'apiVersion: x\nkind: KubeletConfiguration\ntlsMinVersion: VersionTLS12\noptions'],
    ['traefik/ingressroute.yaml', 'apiVersion: traefik.io/v1alpha1\nkind: IngressRoute\nentryPoints'],
    ['compose.yaml', 'image: nginx'],
    ['config.toml', 'insecureSkipVerify = true'],
    ['main.go', 'entryPoints'],
    ['traefik/Cargo.toml', '[package]'],
    ['.github/workflows/traefik.yml', 'services: routers entryPoints'],
    ['values.yaml', 'minVersion: VersionTLS12'],
  ])('leaves %s to others', (path, text) => expect(claims(path, text)).toBe(false));

  test('a dynamic file belongs to the nearest static one', async () => {
    const app = 'http: { routers: { app: { rule: "Host(`a.example`)", service: s, tls: {} } } }\n';
    const files = {
      'a/traefik.yml': 'entryPoints: { one: { address: ":1001" } }\n',
      'b/traefik.yml': 'entryPoints: { two: { address: ":1002" } }\n',
      'b/dynamic/app.yml': app,
    };
    expect((await find(files, 'router app')).data).toMatchObject({ ports: [1002] });
  });

  test('a file of something else gives nothing', async () => {
    expect(await factsOf({ 'traefik/other.yml': 'a: { tls: { insecureSkipVerify: true } }\n' })).toEqual([]);
    expect(await factsOf({ 'traefik/other.toml': '[package]\nname = "x"\n' })).toEqual([]);
  });

  test('a broken statement is a diagnostic and hides nothing else', async () => {
    const source = {
      path: 'traefik.toml',
      text: '[tls.options.a]\nminVersion = VersionTLS10\n[tls.options.b]\nminVersion = "VersionTLS11"\n',
    };
    const unit = { sources: [source] as const, repository: { paths: [], read: () => undefined } };
    const { facts, diagnostics } = await traefik.extract(unit, version('3.7.15'));
    expect(diagnostics.map(({ code }) => code)).toEqual(['parse-error']);
    expect(facts.map(({ subject }) => subject)).toContain('TLS options b');
  });
});
