import type { Flaw } from '../core/backend.ts';
import type { NamedCase, OracleCase, World } from '../core/oracle-case.ts';
import { entryPoint, staticYaml } from './server.ts';

const one = 'one.oracle.test';
const two = 'two.oracle.test';

const certificateList = ({ certificates: { rsa, ecdsa } }: World): string =>
  [rsa, ecdsa].map(({ chain, key }) => `    - { certFile: ${chain}, keyFile: ${key} }`).join('\n');

/** A router of the entry point `main`. */
const router = (name: string, host: string, tls: string, rest = ''): string =>
  `    ${name}: { rule: "Host(\`${host}\`)", entryPoints: [main], service: ping@internal, tls: ${tls}${rest} }`;

interface Dynamic {
  readonly routers: readonly string[];
  readonly options?: string;
  readonly more?: string;
}

/** A dynamic file with routers, option sets and the certificates of both kinds. */
const dynamic = (world: World, { routers, options = '', more = '' }: Dynamic): string => `http:
  routers:
${routers.join('\n')}
${more}
tls:
  certificates:
${certificateList(world)}
${options === '' ? '' : `  options:\n${options}`}
`;

const yaml = (
  parts: (world: World) => Dynamic,
  compares: readonly string[],
  rest: (world: World) => Partial<OracleCase> = () => ({}),
): ((world: World) => OracleCase) => {
  return (world) => {
    const { files, ...others } = rest(world);
    return {
      files: {
        'traefik.yml': staticYaml(world, [entryPoint(world, 'main')]),
        'dynamic/site.yml': dynamic(world, parts(world)),
        ...files,
      },
      compares,
      ...others,
    };
  };
};

/** One router with an option set of these settings. */
const withOptions = (settings: string, compares: readonly string[] = ['protocols']): ((world: World) => OracleCase) =>
  yaml(() => ({ routers: [router('a', one, '{ options: set }')], options: `    set: ${settings}` }), compares);

/** One router without options, and these for the name `default`. */
const withDefault = (settings: string, compares: readonly string[] = ['protocols']): ((world: World) => OracleCase) =>
  yaml(() => ({ routers: [router('a', one, '{}')], options: `    default: ${settings}` }), compares);

const clientAuth = (settings: (root: string) => string): ((world: World) => OracleCase) =>
  yaml(
    ({ certificates: { root } }) => ({
      routers: [router('a', one, '{ options: set }')],
      options: `    set: { maxVersion: VersionTLS12, clientAuth: ${settings(root)} }`,
    }),
    ['clientAuth/mode'],
  );

const allFlaws = ['sound', 'untrusted', 'wrong-name', 'expired'] as const;

/** A service for each flaw, all with the same transport, asked through the entry point. */
const servers = (
  transport: (world: World) => string,
  compares: readonly string[],
  {
    flaws = allFlaws,
    global = () => '',
    named = 'serversTransport: t',
  }: {
    readonly flaws?: readonly Flaw[];
    readonly global?: (world: World) => string;
    readonly named?: string;
  } = {},
): ((world: World) => OracleCase) => {
  return (world) => {
    const backends = flaws.map((flaw) => ({ flaw, backend: world.tlsBackend({ flaw }) }));
    const routers = backends.map(
      ({ flaw }) =>
        `    ${flaw}: { rule: "Host(\`${one}\`) && PathPrefix(\`/${flaw}\`)", entryPoints: [main], service: ${flaw}, tls: {} }`,
    );
    const services = backends.map(
      ({ flaw, backend }) =>
        `    ${flaw}:\n      loadBalancer:\n        ${named}\n        servers: [{ url: "https://localhost:${backend.port}" }]`,
    );
    const more = `  services:\n${services.join('\n')}\n${transport(world)}`;
    return {
      files: {
        'traefik.yml': staticYaml(world, [entryPoint(world, 'main')], global(world)),
        'dynamic/site.yml': dynamic(world, { routers, more }),
      },
      passes: backends.map(({ flaw, backend }) => ({
        port: world.port('main'),
        tls: true,
        host: one,
        path: `/${flaw}`,
        backend,
      })),
      compares,
    };
  };
};

const transport = (settings: (world: World) => string): ((world: World) => string) => {
  return (world) => `  serversTransports:\n    t: ${settings(world)}`;
};

const verified = ['tls', 'verify/chain', 'verify/hostname'];

const toVersions = (settings: (root: string) => string, compares = ['protocols']): ((world: World) => OracleCase) => {
  return (world) => {
    const backends = (['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const).map((version) => ({
      name: version.replace('.', '-').toLowerCase(),
      backend: world.tlsBackend({ version }),
    }));
    const routers = backends.map(
      ({ name }) =>
        `    ${name}: { rule: "Host(\`${one}\`) && PathPrefix(\`/${name}\`)", entryPoints: [main], service: ${name}, tls: {} }`,
    );
    const services = backends.map(
      ({ name, backend }) =>
        `    ${name}: { loadBalancer: { serversTransport: t, servers: [{ url: "https://localhost:${backend.port}/" }] } }`,
    );
    const more = `  services:\n${services.join('\n')}\n  serversTransports:\n    t: ${settings(world.certificates.root)}`;
    return {
      files: {
        'traefik.yml': staticYaml(world, [entryPoint(world, 'main')]),
        'dynamic/site.yml': dynamic(world, { routers, more }),
      },
      passes: backends.map(({ name, backend }) => ({
        port: world.port('main'),
        tls: true,
        host: one,
        path: `/${name}`,
        backend,
      })),
      compares,
    };
  };
};

const headers = (settings: string, rest = ', middlewares: [h]'): ((world: World) => OracleCase) =>
  yaml(
    () => ({ routers: [router('a', one, '{}', rest)], more: `  middlewares:\n    h: ${settings}` }),
    ['hsts/maxAgeSeconds'],
  );

export const cases: readonly NamedCase[] = [
  {
    name: 'nobody writes options: TLS 1.2 and 1.3 with the default suites and groups',
    make: yaml(() => ({ routers: [router('a', one, '{}')] }), ['protocols', 'ciphers', 'suites13', 'groups']),
  },
  { name: 'an empty set: the minimum of Go', make: withOptions('{ sniStrict: false }', ['protocols', 'ciphers']) },
  {
    name: 'options named default without minVersion',
    make: withDefault('{ sniStrict: false }', ['protocols', 'ciphers']),
  },
  { name: 'minVersion 1.0', make: withOptions('{ minVersion: VersionTLS10 }') },
  { name: 'minVersion 1.1 for default, quoted', make: withDefault('{ minVersion: "VersionTLS11" }') },
  {
    name: 'minVersion 1.3 leaves the suites without effect',
    make: withOptions('{ minVersion: VersionTLS13, cipherSuites: [TLS_RSA_WITH_AES_128_CBC_SHA] }'),
  },
  { name: 'maxVersion 1.2 alone', make: withOptions('{ maxVersion: VersionTLS12 }') },
  { name: 'maxVersion below the default minimum', make: withOptions('{ maxVersion: VersionTLS11 }', []) },
  {
    name: 'minVersion 1.0 and maxVersion 1.1',
    make: withOptions('{ minVersion: VersionTLS10, maxVersion: VersionTLS11 }'),
  },
  {
    name: 'a version in another spelling counts for nothing',
    make: withOptions('{ minVersion: TLS10, maxVersion: versiontls12 }'),
  },
  { name: 'an empty version counts for nothing', make: withOptions('{ minVersion: "" }') },
  { name: 'keys in another case', make: withOptions('{ MINVERSION: VersionTLS11, MaxVERSION: VersionTLS12 }') },
  {
    name: 'suites without forward secrecy, RC4 and 3DES are served when written',
    make: withOptions(
      '{ maxVersion: VersionTLS12, cipherSuites: [TLS_RSA_WITH_RC4_128_SHA, TLS_RSA_WITH_3DES_EDE_CBC_SHA, TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256, TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA] }',
      ['protocols', 'ciphers'],
    ),
  },
  {
    name: 'suites of TLS 1.3 in the list change nothing',
    make: withOptions('{ cipherSuites: [TLS_AES_256_GCM_SHA384, TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384] }', [
      'ciphers',
      'suites13',
    ]),
  },
  {
    name: 'only suites of TLS 1.3 in the list',
    make: withOptions('{ cipherSuites: [TLS_AES_256_GCM_SHA384] }', ['protocols']),
  },
  {
    name: 'the two spellings of ChaCha20',
    make: withOptions(
      '{ cipherSuites: [TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305, TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256] }',
      ['ciphers'],
    ),
  },
  { name: 'an empty list of suites', make: withOptions('{ cipherSuites: [] }', ['protocols']) },
  {
    name: 'suites as one text with commas',
    make: withOptions(
      '{ cipherSuites: "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256" }',
      [],
    ),
  },
  {
    name: 'a suite that Traefik does not know breaks the set',
    make: withOptions('{ cipherSuites: [ECDHE-RSA-AES128-GCM-SHA256] }', []),
  },
  {
    name: 'groups in both spellings',
    make: withOptions('{ curvePreferences: [CurveP384, secp521r1, X25519] }', ['groups']),
  },
  { name: 'a hybrid group alone', make: withOptions('{ curvePreferences: [X25519MLKEM768] }', ['groups']) },
  { name: 'an empty list of groups', make: withOptions('{ curvePreferences: [] }', []) },
  { name: 'authorities without a type oblige clients', make: clientAuth((root) => `{ caFiles: [${root}] }`) },
  {
    name: 'VerifyClientCertIfGiven',
    make: clientAuth((root) => `{ caFiles: [${root}], clientAuthType: VerifyClientCertIfGiven }`),
  },
  {
    name: 'RequireAndVerifyClientCert',
    make: clientAuth((root) => `{ caFiles: [${root}], clientAuthType: RequireAndVerifyClientCert }`),
  },
  {
    name: 'RequestClientCert verifies nothing, even with authorities',
    make: clientAuth((root) => `{ caFiles: [${root}], clientAuthType: RequestClientCert }`),
  },
  { name: 'RequireAnyClientCert verifies nothing', make: clientAuth(() => '{ clientAuthType: RequireAnyClientCert }') },
  {
    name: 'NoClientCert, even with authorities',
    make: clientAuth((root) => `{ caFiles: [${root}], clientAuthType: NoClientCert }`),
  },
  {
    name: 'a type that verifies without authorities breaks the set',
    make: yaml(
      () => ({
        routers: [router('a', one, '{ options: set }')],
        options: '    set: { clientAuth: { clientAuthType: RequireAndVerifyClientCert } }',
      }),
      [],
    ),
  },
  {
    name: 'client authentication for default',
    make: yaml(
      ({ certificates: { root } }) => ({
        routers: [router('a', one, '{}')],
        options: `    default: { clientAuth: { caFiles: ["${root}"] } }`,
      }),
      ['clientAuth/mode'],
    ),
  },
  { name: 'sniStrict with a name', make: withOptions('{ sniStrict: true, minVersion: VersionTLS11 }') },
  { name: 'sniStrict for default', make: withDefault('{ sniStrict: true, minVersion: VersionTLS11 }') },
  {
    name: 'sets do not inherit from default',
    make: yaml(
      () => ({
        routers: [router('a', one, '{ options: set }'), router('b', two, '{}')],
        options:
          '    default: { minVersion: VersionTLS10, cipherSuites: [TLS_RSA_WITH_AES_128_GCM_SHA256] }\n    set: { maxVersion: VersionTLS12 }',
      }),
      ['protocols', 'ciphers'],
    ),
  },
  {
    name: 'two names with two sets on one port',
    make: yaml(
      () => ({
        routers: [router('a', one, '{ options: old }'), router('b', two, '{ options: new }')],
        options: '    old: { minVersion: VersionTLS10 }\n    new: { minVersion: VersionTLS13 }',
      }),
      ['protocols'],
    ),
  },
  {
    name: 'one set for two names of one rule',
    make: yaml(
      () => ({
        routers: [
          '    a: { rule: "Host(`one.oracle.test`) || Host(`two.oracle.test`)", entryPoints: [main], service: ping@internal, tls: { options: old@file } }',
        ],
        options: '    old: { minVersion: VersionTLS11 }',
      }),
      ['protocols'],
    ),
  },
  {
    name: 'routers of one name that disagree fall back to default',
    make: yaml(
      () => ({
        routers: [router('a', one, '{ options: old }'), router('b', one, '{ options: new }', ', priority: 5')],
        options:
          '    default: { maxVersion: VersionTLS12 }\n    old: { minVersion: VersionTLS10 }\n    new: { minVersion: VersionTLS13 }',
      }),
      ['protocols'],
      () => ({ serverNames: [one] }),
    ),
  },
  {
    name: 'a router without a name cannot choose',
    make: yaml(
      () => ({
        routers: [
          '    a: { rule: "PathPrefix(`/`)", entryPoints: [main], service: ping@internal, tls: { options: old } }',
        ],
        options: '    old: { minVersion: VersionTLS10 }',
      }),
      ['protocols'],
    ),
  },
  {
    name: 'a rule with HostRegexp has no name',
    make: yaml(
      () => ({
        routers: [
          '    a: { rule: "HostRegexp(`.+[.]oracle[.]test`)", entryPoints: [main], service: ping@internal, tls: { options: old } }',
        ],
        options: '    old: { minVersion: VersionTLS10 }',
      }),
      ['protocols'],
    ),
  },
  {
    name: 'names are compared without regard to case',
    make: yaml(
      () => ({
        routers: [router('a', 'ONE.oracle.TEST', '{ options: old }')],
        options: '    old: { minVersion: VersionTLS10 }',
      }),
      ['protocols'],
    ),
  },
  {
    name: 'options of the entry point',
    make: (world) => ({
      files: {
        'traefik.yml': staticYaml(world, [entryPoint(world, 'main', 'http: { tls: { options: old@file } }')]),
        'dynamic/site.yml': dynamic(world, {
          routers: ['    a: { rule: "Host(`one.oracle.test`)", entryPoints: [main], service: ping@internal }'],
          options: '    old: { minVersion: VersionTLS10 }',
        }),
      },
      compares: ['protocols'],
    }),
  },
  {
    name: 'the router’s own tls replaces that of its entry point',
    make: (world) => ({
      files: {
        'traefik.yml': staticYaml(world, [entryPoint(world, 'main', 'http: { tls: { options: old@file } }')]),
        'dynamic/site.yml': dynamic(world, {
          routers: [router('a', one, '{ certResolver: none }')],
          options: '    old: { minVersion: VersionTLS10 }',
        }),
      },
      compares: ['protocols'],
    }),
  },
  {
    name: 'a router without entry points is on all of them',
    make: (world) => ({
      files: {
        'traefik.yml': staticYaml(world, [entryPoint(world, 'main'), entryPoint(world, 'other')]),
        'dynamic/site.yml': dynamic(world, {
          routers: ['    a: { rule: "Host(`one.oracle.test`)", service: ping@internal, tls: { options: old } }'],
          options: '    old: { minVersion: VersionTLS10 }',
        }),
      },
      compares: ['protocols'],
    }),
  },
  {
    name: 'a router without entry points is on those marked as default',
    make: (world) => ({
      files: {
        'traefik.yml': staticYaml(world, [entryPoint(world, 'main', 'asDefault: true'), entryPoint(world, 'other')]),
        'dynamic/site.yml': dynamic(world, {
          routers: ['    a: { rule: "Host(`one.oracle.test`)", service: ping@internal, tls: { options: old } }'],
          options: '    old: { minVersion: VersionTLS10 }',
        }),
      },
      compares: ['protocols'],
      serverNames: [one],
    }),
  },
  {
    name: 'tls: true in YAML',
    make: yaml(
      () => ({ routers: [router('a', one, 'true')], options: '    default: { minVersion: VersionTLS11 }' }),
      ['tls', 'protocols'],
    ),
  },
  {
    name: 'empty lists in TOML',
    make: yaml(
      () => ({ routers: [router('a', one, '{ options: none }'), router('b', two, '{ options: old }')] }),
      ['protocols', 'groups'],
      () => ({
        files: {
          'dynamic/tls-options.toml':
            '[tls.options.none]\ncurvePreferences = []\n[tls.options.old]\ncipherSuites = []\n',
        },
      }),
    ),
  },
  {
    name: 'options named default with nothing but an empty list in TOML',
    make: yaml(
      () => ({ routers: [router('a', one, '{}')] }),
      ['protocols', 'groups'],
      () => ({ files: { 'dynamic/tls-options.toml': '[tls.options.default]\n  curvePreferences = [\n]\n' } }),
    ),
  },
  {
    name: 'options named default with nothing but an empty list in YAML',
    make: yaml(
      () => ({ routers: [router('a', one, '{}')], options: '    default: { curvePreferences: [] }' }),
      ['protocols', 'groups'],
    ),
  },
  {
    name: 'options in a file of their own',
    make: yaml(
      () => ({ routers: [router('a', one, '{ options: old }')] }),
      ['protocols'],
      () => ({ files: { 'dynamic/tls-options.yaml': 'tls: { options: { old: { minVersion: VersionTLS10 } } }\n' } }),
    ),
  },
  {
    name: 'options in TOML',
    make: yaml(
      () => ({ routers: [router('a', one, '{ options: old }')] }),
      ['protocols', 'ciphers', 'groups'],
      () => ({
        files: {
          'dynamic/tls-options.toml':
            '# [tls.options.old]\n[tls.options.old] # old\n  minVersion = \'VersionTLS10\'\n  cipherSuites = [ "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", # one\n    "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",\n  ]\n  curvePreferences = ["CurveP256"]\n',
        },
      }),
    ),
  },
  {
    name: 'a static configuration in TOML',
    make: (world) => ({
      files: {
        'traefik.toml': `# ready ${world.port('ready')}\n[entryPoints.main]\naddress = "127.0.0.1:${world.port('main')}"\n[entryPoints.main.http.tls]\noptions = "old@file"\n[providers]\nprovidersThrottleDuration = 0\n[providers.file]\ndirectory = "${world.folder}/dynamic"\n`,
        'dynamic/site.yml': dynamic(world, {
          routers: ['    a: { rule: "Host(`one.oracle.test`)", entryPoints: [main], service: ping@internal }'],
          options: '    old: { minVersion: VersionTLS11 }',
        }),
      },
      compares: ['protocols'],
    }),
  },
  {
    name: 'the one certificate of the default store',
    make: (world) => ({
      files: {
        'traefik.yml': staticYaml(world, [entryPoint(world, 'main')]),
        'dynamic/site.yml': `http:\n  routers:\n${router('a', one, '{}')}\ntls: { stores: { default: { defaultCertificate: { certFile: ${world.certificates.ecdsa.chain}, keyFile: ${world.certificates.ecdsa.key} } } } }\n`,
      },
      compares: ['certificates', 'protocols'],
    }),
  },
  {
    name: 'a certificate without its intermediate',
    make: (world) => ({
      files: {
        'traefik.yml': staticYaml(world, [entryPoint(world, 'main')]),
        'dynamic/site.yml': `http:\n  routers:\n${router('a', one, '{}')}\ntls: { certificates: [{ certFile: ${world.certificates.rsa.alone}, keyFile: ${world.certificates.rsa.key} }] }\n`,
      },
      compares: ['certificates'],
    }),
  },
  {
    name: 'TCP with TLS and options',
    make: (world) => ({
      files: {
        'traefik.yml': staticYaml(world, [entryPoint(world, 'main')]),
        'dynamic/site.yml': `tcp:\n  routers:\n    a: { rule: "HostSNI(\`${one}\`)", entryPoints: [main], service: s, tls: { options: old } }\n  services: { s: { loadBalancer: { servers: [{ address: "127.0.0.1:${world.backend().port}" }] } } }\ntls:\n  certificates:\n${certificateList(world)}\n  options: { old: { minVersion: VersionTLS10 } }\n`,
      },
      compares: ['protocols'],
    }),
  },
  {
    name: 'a TLS 1.3 tunnel passes through beside a terminated name',
    make: (world) => ({
      files: {
        'traefik.yml': staticYaml(world, [entryPoint(world, 'main')]),
        'dynamic/site.yml': `${dynamic(world, { routers: [router('a', one, '{ options: old }')], options: '    old: { minVersion: VersionTLS10 }' })}\ntcp:\n  routers:\n    p: { rule: "HostSNI(\`${two}\`)", entryPoints: [main], service: s, tls: { passthrough: true, options: old } }\n  services: { s: { loadBalancer: { servers: [{ address: "127.0.0.1:${world.tlsBackend().port}" }] } } }\n`,
      },
      compares: ['protocols'],
    }),
  },
  { name: 'HSTS by stsSeconds', make: headers('{ headers: { stsSeconds: 3600 } }') },
  {
    name: 'HSTS of a chain',
    make: headers(
      '{ chain: { middlewares: [inner@file] } }\n    inner: { headers: { stsSeconds: 31536000, stsIncludeSubdomains: true } }',
    ),
  },
  {
    name: 'HSTS as a custom header',
    make: headers('{ headers: { customResponseHeaders: { strict-transport-security: "max-age=120" } } }'),
  },
  {
    name: 'HSTS by stsSeconds and as a custom header',
    make: headers(
      '{ headers: { stsSeconds: 3600, customResponseHeaders: { Strict-Transport-Security: "max-age=120" } } }',
    ),
  },
  {
    name: 'HSTS of two middlewares',
    make: headers('{ headers: { stsSeconds: 60 } }\n    i: { headers: { stsSeconds: 120 } }', ', middlewares: [h, i]'),
  },
  {
    name: 'HSTS of the entry point',
    make: (world) => ({
      files: {
        'traefik.yml': staticYaml(world, [entryPoint(world, 'main', 'http: { middlewares: [h@file] }')]),
        'dynamic/site.yml': dynamic(world, {
          routers: [router('a', one, '{}')],
          more: '  middlewares: { h: { headers: { stsSeconds: 600 } } }',
        }),
      },
      compares: ['hsts/maxAgeSeconds'],
    }),
  },
  {
    name: 'servers are verified with the roots of the transport',
    make: servers(
      transport(({ certificates: { root } }) => `{ rootCAs: [${root}] }`),
      verified,
    ),
  },
  {
    name: 'insecureSkipVerify accepts anything',
    make: servers(
      transport(() => '{ insecureSkipVerify: true }'),
      verified,
    ),
  },
  {
    name: 'insecureSkipVerify wins over roots',
    make: servers(
      transport(({ certificates: { root } }) => `{ rootCAs: [${root}], insecureSkipVerify: true }`),
      verified,
    ),
  },
  {
    name: 'serverName is the name that is checked',
    make: servers(
      transport(({ certificates: { root } }) => `{ rootCAs: [${root}], serverName: ${one} }`),
      verified,
    ),
  },
  {
    name: 'without a transport the system’s roots count',
    make: servers(() => '', ['verify/chain'], { named: 'passHostHeader: true', flaws: ['untrusted'] }),
  },
  {
    name: 'the default transport is insecure',
    make: servers(() => '', verified, {
      named: 'passHostHeader: true',
      global: () => 'serversTransport: { insecureSkipVerify: true }',
    }),
  },
  {
    name: 'the default transport has roots',
    make: servers(() => '', verified, {
      named: 'passHostHeader: true',
      global: ({ certificates: { root } }) => `serversTransport: { rootCAs: [${root}] }`,
    }),
  },
  {
    name: 'a named transport does not inherit from the default one',
    make: servers(
      transport(() => '{ disableHTTP2: true }'),
      ['verify/chain'],
      { flaws: ['untrusted'], global: () => 'serversTransport: { insecureSkipVerify: true }' },
    ),
  },
  { name: 'versions towards servers: the default', make: toVersions((root) => `{ rootCAs: [${root}] }`) },
  {
    name: 'versions towards servers: 1.0 to 1.1',
    make: toVersions((root) => `{ rootCAs: [${root}], minVersion: VersionTLS10, maxVersion: VersionTLS11 }`),
  },
  {
    name: 'versions towards servers: at most 1.2',
    make: toVersions((root) => `{ rootCAs: [${root}], maxVersion: VersionTLS12 }`),
  },
  {
    name: 'versions towards servers: at least 1.0',
    make: toVersions((root) => `{ rootCAs: [${root}], minVersion: VersionTLS10 }`, []),
  },
  {
    name: 'versions towards servers: at least 1.3, verification off',
    make: toVersions(() => '{ insecureSkipVerify: true, minVersion: VersionTLS13 }', []),
  },
];
