import fc from 'fast-check';
import { sometimes } from '../core/arbitraries.ts';
import type { Flaw } from '../core/backend.ts';
import type { OracleCase, Pass, World } from '../core/oracle-case.ts';
import type { RandomConfigurations } from '../core/suite.ts';
import { entryPoint, staticYaml } from './server.ts';

/** Settings of an option set, by name, each as text or as a list. */
type Settings = Readonly<Record<string, string | readonly string[] | undefined>>;

interface OptionSet {
  readonly settings: Settings;
  readonly clientAuth: { readonly type: string | undefined; readonly withAuthorities: boolean } | undefined;
  readonly style: Style;
}

interface Style {
  /** In a TOML file of its own. */
  readonly toml: boolean;
  readonly quote: '"' | "'";
  readonly upperCase: boolean;
  readonly comment: boolean;
}

interface Router {
  /** Which of the entry point's option sets; one that does not exist breaks the router. `own`: no set named. */
  readonly options: 'first' | 'second' | 'default' | 'own' | undefined;
  readonly qualified: boolean;
  /** Of three names, so that routers meet. */
  readonly hosts: readonly number[];
  readonly byPath: boolean;
  readonly hsts: 'seconds' | 'custom' | 'chain' | undefined;
}

interface Transport {
  readonly flags: Settings;
  readonly withRoots: boolean;
  readonly backend: { readonly flaw: Flaw } | { readonly version: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3' };
  /** The service names the transport. */
  readonly named: boolean;
}

/** An entry point with its routers, option sets and a server behind it. */
interface Configuration {
  readonly entryTls: 'first' | 'own' | undefined;
  readonly entryHsts: boolean;
  readonly sets: readonly [OptionSet, OptionSet];
  /** The options named `default`; those of the first configuration count. */
  readonly byDefault: OptionSet | undefined;
  readonly routers: readonly Router[];
  readonly transport: Transport | undefined;
}

const versions = ['VersionTLS10', 'VersionTLS11', 'VersionTLS12', 'VersionTLS13'] as const;
const suites = [
  ...['TLS_RSA_WITH_RC4_128_SHA', 'TLS_RSA_WITH_3DES_EDE_CBC_SHA', 'TLS_RSA_WITH_AES_128_CBC_SHA256'],
  ...['TLS_RSA_WITH_AES_256_GCM_SHA384', 'TLS_ECDHE_ECDSA_WITH_RC4_128_SHA', 'TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA'],
  ...['TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256', 'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA'],
  ...['TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384', 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256'],
  ...[
    'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305',
    'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
    'TLS_AES_128_GCM_SHA256',
  ],
] as const;
const groups = ['CurveP256', 'secp384r1', 'CurveP521', 'X25519', 'x25519mlkem768', 'SecP384r1MLKEM1024'] as const;

const style: fc.Arbitrary<Style> = fc.record({
  toml: fc.boolean(),
  quote: fc.constantFrom('"' as const, "'" as const),
  upperCase: fc.boolean(),
  comment: fc.boolean(),
});

const version = fc.oneof(
  { arbitrary: fc.constantFrom(...versions), weight: 9 },
  fc.constantFrom('TLS11', 'VersionTLS9', ''),
);

/** A list that works for RSA and ECDSA certificates and every version; now and then one that is odd. */
const suiteList = fc.oneof(
  {
    arbitrary: fc
      .shuffledSubarray([...suites])
      .map((list) => [
        ...new Set([...list, 'TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA', 'TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA']),
      ]),
    weight: 6,
  },
  fc.shuffledSubarray([...suites]),
  fc.constant(['ECDHE-RSA-AES128-GCM-SHA256']),
);

const optionSet: fc.Arbitrary<OptionSet> = fc.record({
  settings: fc.record({
    minVersion: sometimes(version),
    maxVersion: sometimes(version),
    cipherSuites: sometimes(suiteList),
    curvePreferences: sometimes(fc.shuffledSubarray([...groups])),
    sniStrict: sometimes(fc.constantFrom('true', 'false')),
    disableSessionTickets: sometimes(fc.constantFrom('true', 'false')),
    preferServerCipherSuites: sometimes(fc.constantFrom('true', 'false')),
  }),
  clientAuth: sometimes(
    fc.record({
      type: fc.option(
        fc.constantFrom(
          ...['NoClientCert', 'RequestClientCert', 'RequireAnyClientCert'],
          ...['VerifyClientCertIfGiven', 'RequireAndVerifyClientCert'],
        ),
        { nil: undefined },
      ),
      withAuthorities: fc.boolean(),
    }),
  ),
  style,
});

const router: fc.Arbitrary<Router> = fc.record({
  options: fc.constantFrom(undefined, 'first', 'second', 'default', 'own'),
  qualified: fc.boolean(),
  hosts: fc.oneof({ arbitrary: fc.shuffledSubarray([0, 1, 2], { minLength: 1 }), weight: 5 }, fc.constant([])),
  byPath: fc.boolean(),
  hsts: fc.constantFrom(undefined, undefined, 'seconds', 'custom', 'chain'),
});

const transport: fc.Arbitrary<Transport> = fc.record({
  flags: fc.record({
    insecureSkipVerify: sometimes(fc.constantFrom('true', 'false')),
    serverName: sometimes(fc.constantFrom('localhost', 'one.oracle.test')),
    minVersion: sometimes(fc.constantFrom(...versions)),
    maxVersion: sometimes(fc.constantFrom(...versions)),
    disableHTTP2: sometimes(fc.constantFrom('true', 'false')),
  }),
  withRoots: fc.boolean(),
  backend: fc.oneof(
    fc.constantFrom<Flaw>('sound', 'untrusted', 'wrong-name', 'expired').map((flaw) => ({ flaw })),
    fc
      .constantFrom('TLSv1' as const, 'TLSv1.1' as const, 'TLSv1.2' as const, 'TLSv1.3' as const)
      .map((only) => ({ version: only })),
  ),
  named: fc.boolean(),
});

const configuration: fc.Arbitrary<Configuration> = fc.record({
  entryTls: fc.constantFrom(undefined, 'first', 'own'),
  entryHsts: fc.boolean(),
  sets: fc.tuple(optionSet, optionSet),
  byDefault: sometimes(optionSet),
  routers: fc.array(router, { minLength: 1, maxLength: 3 }),
  transport: sometimes(transport),
});

export const random: RandomConfigurations<Configuration> = { configuration, together: 5, make };

function make(world: World, configurations: readonly Configuration[]): OracleCase {
  const files: Record<string, string> = {};
  const passes: Pass[] = [];
  const options = new Map<string, string>();
  const define = (name: string, set: OptionSet): void => {
    if (set.style.toml) files[`dynamic/${name}.toml`] = tomlSet(name, set, world);
    else options.set(name, yamlSet(name, set, world));
  };
  // Requests for servers must come in, whatever the other options are.
  options.set('pass', '    pass: { sniStrict: false }');
  const [first] = configurations;
  if (first?.byDefault) define('default', first.byDefault);
  const http: string[] = [];
  const services: string[] = [];
  const transports: string[] = [];
  const points = configurations.map((each, index) => {
    const name = `e${index}`;
    for (const [place, set] of each.sets.entries()) define(`${name}-${place}`, set);
    for (const [place, item] of each.routers.entries()) {
      if (item.options !== undefined || each.entryTls !== undefined) http.push(routerLine(name, place, item, each));
    }
    if (each.transport) {
      const backend = world.tlsBackend(each.transport.backend);
      const host = `pass.${name}.oracle.test`.replace(`.${name}`, `-${name}`);
      http.push(
        `    pass-${name}: { rule: "Host(\`${host}\`)", entryPoints: [${name}], service: s-${name}, tls: { options: pass } }`,
      );
      const reference = each.transport.named || isTrusted(each.transport) ? `serversTransport: t-${name}, ` : '';
      services.push(
        `    s-${name}: { loadBalancer: { ${reference}servers: [{ url: "https://localhost:${backend.port}" }] } }`,
      );
      transports.push(`    t-${name}: { ${transportSettings(each.transport, world)} }`);
      passes.push({ port: world.port(name), tls: true, host, path: '/', backend });
    }
    const tls =
      each.entryTls === 'first' ? `tls: { options: ${name}-0@file }` : each.entryTls === 'own' ? 'tls: {}' : '';
    const middlewares = each.entryHsts ? 'middlewares: [seconds@file]' : '';
    const inner = [tls, middlewares].filter((text) => text !== '').join(', ');
    return entryPoint(world, name, inner === '' ? '' : `http: { ${inner} }`);
  });
  // One router over TLS, so that the options named default are in force whatever else there is.
  http.push('    always: { rule: "Host(`always.oracle.test`)", entryPoints: [e0], service: ping@internal, tls: {} }');
  const { rsa, ecdsa } = world.certificates;
  const site = `http:
  routers:
${http.join('\n')}
${block('services', services)}${block('serversTransports', transports)}  middlewares:
    seconds: { headers: { stsSeconds: 3600 } }
    custom: { headers: { stsSeconds: 60, customResponseHeaders: { Strict-Transport-Security: "max-age=7200" } } }
    chain: { chain: { middlewares: [custom, seconds] } }
tls:
  certificates:
    - { certFile: ${rsa.chain}, keyFile: ${rsa.key} }
    - { certFile: ${ecdsa.chain}, keyFile: ${ecdsa.key} }
${options.size > 0 ? `  options:\n${[...options.values()].join('\n')}` : ''}
`;
  return {
    files: { 'traefik.yml': staticYaml(world, points), 'dynamic/site.yml': site, ...files },
    passes,
    compares: [],
  };
}

const block = (name: string, lines: readonly string[]): string =>
  lines.length > 0 ? `  ${name}:\n${lines.join('\n')}\n` : '';

function routerLine(
  point: string,
  place: number,
  { options, qualified, hosts, byPath, hsts }: Router,
  { entryHsts }: Configuration,
): string {
  // HSTS is looked for at `/`: a router that sends it has a name to itself, so that it is the one that answers there.
  const own = hsts ? [`h${place}`] : hosts.map((host) => `n${host}`);
  const names = own.map((name) => `Host(\`${name}-${point}.oracle.test\`)`).join(' || ');
  const path = `PathPrefix(\`/${hsts || entryHsts ? '' : place}\`)`;
  const rule = names === '' ? path : byPath ? `(${names}) && ${path}` : names;
  const suffix = qualified ? '@file' : '';
  const set = { first: `${point}-0${suffix}`, second: `${point}-1${suffix}`, default: 'default', own: '' };
  const tls = options === undefined ? '' : options === 'own' ? ', tls: {}' : `, tls: { options: ${set[options]} }`;
  const middlewares = hsts ? `, middlewares: [${hsts}${suffix}]` : '';
  return `    r-${point}-${place}: { rule: "${rule}", entryPoints: [${point}], service: ping@internal${tls}${middlewares} }`;
}

const spelled = (name: string, { upperCase }: Style): string => (upperCase ? name.toUpperCase() : name);

function settingsOf({ settings, clientAuth }: OptionSet, world: World): Settings {
  return {
    ...settings,
    ...(clientAuth?.type !== undefined && { 'clientAuth.clientAuthType': clientAuth.type }),
    ...(clientAuth?.withAuthorities && { 'clientAuth.caFiles': [world.certificates.root] }),
  };
}

function yamlSet(name: string, set: OptionSet, world: World): string {
  const { style: written } = set;
  const { quote } = written;
  const lines: string[] = [`    ${name}:`];
  let holder = '';
  for (const [key, value] of Object.entries(settingsOf(set, world))) {
    if (value === undefined) continue;
    const [outer = '', inner] = key.split('.');
    if (inner !== undefined && holder !== outer) lines.push(`      ${spelled(outer, written)}:`);
    holder = inner === undefined ? '' : outer;
    const text =
      typeof value === 'string'
        ? /^(?:true|false)$/.test(value)
          ? value
          : `${quote}${value}${quote}`
        : `[${value.map((item) => `${quote}${item}${quote}`).join(', ')}]`;
    const indent = inner === undefined ? '      ' : '        ';
    lines.push(
      `${indent}${spelled(inner ?? outer, written)}: ${text}${written.comment ? ' # minVersion: VersionTLS10' : ''}`,
    );
  }
  if (lines.length === 1) lines.push('      sniStrict: false');
  return lines.join('\n');
}

function tomlSet(name: string, set: OptionSet, world: World): string {
  const { style: written } = set;
  const { quote } = written;
  const lines = Object.entries(settingsOf(set, world)).flatMap(([key, value]): readonly string[] => {
    if (value === undefined) return [];
    const text =
      typeof value === 'string'
        ? /^(?:true|false)$/.test(value)
          ? value
          : `${quote}${value}${quote}`
        : `[\n${value.map((item) => `  ${quote}${item}${quote},\n`).join('')}]`;
    const spelledKey = key
      .split('.')
      .map((part) => spelled(part, written))
      .join('.');
    return [`  ${spelledKey} = ${text}${written.comment ? ' # minVersion = "VersionTLS10"' : ''}`];
  });
  const body = lines.length > 0 ? lines : ['  sniStrict = false'];
  return `# [tls.options.x]\n[tls.options.${name}]\n${body.join('\n')}\n`;
}

/** A backend that passes when it is asked as the facts say: nothing else but what is tested may keep it from that. */
const isTrusted = ({ backend }: Transport): boolean => 'version' in backend || backend.flaw === 'sound';

function transportSettings(transport: Transport, world: World): string {
  const { flags, withRoots } = transport;
  const { minVersion, maxVersion, ...others } = flags;
  // Without a minimum it is TLS 1.2; a minimum without a maximum makes Traefik 3.7 throw the transport away.
  const isRange =
    maxVersion === undefined ? minVersion === undefined : String(minVersion ?? 'VersionTLS12') <= String(maxVersion);
  const used = isTrusted(transport) && !isRange ? others : flags;
  const written = Object.entries(used).flatMap(([key, value]) => (value === undefined ? [] : [`${key}: ${value}`]));
  const roots = withRoots || isTrusted(transport) ? [`rootCAs: [${world.certificates.root}]`] : [];
  return [...written, ...roots].join(', ') || 'disableHTTP2: false';
}
