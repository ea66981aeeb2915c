import fc from 'fast-check';
import { cipherString, sometimes, suites13 } from '../core/arbitraries.ts';
import type { Flaw } from '../core/backend.ts';
import type { OracleCase, Pass, World } from '../core/oracle-case.ts';
import type { RandomConfigurations } from '../core/suite.ts';
import { type Bounds, consistent, resolved, versionWords } from './random-versions.ts';
import { haproxyCfg } from './server.ts';

/** How words are written. */
interface Style {
  readonly quote: 'none' | 'double' | 'single' | 'half' | 'hexadecimal';
  readonly blank: ' ' | '  ' | '\t';
  readonly comment: boolean;
}

/** What bind lines, crt-list brackets and `global` have in common. */
interface Tls {
  readonly bounds: Bounds;
  readonly ciphers: string | undefined;
  readonly suites13: readonly string[] | undefined;
  readonly curves: readonly string[] | undefined;
  readonly verify: 'none' | 'optional' | 'required' | undefined;
}

interface Bind {
  readonly tls: Tls;
  readonly ecdhe: string | undefined;
  readonly prefersClient: boolean;
  readonly ignoresErrors: boolean;
  readonly certificates: readonly ('rsa' | 'ecdsa')[];
  /** Lines of a crt-list instead of the certificates. */
  readonly list: readonly { readonly certificate: 'rsa' | 'ecdsa'; readonly brackets: Tls | undefined }[] | undefined;
  readonly twoAddresses: boolean;
  readonly style: Style;
}

interface Server {
  readonly backend: { readonly flaw: Flaw } | { readonly version: (typeof backendVersions)[number] };
  readonly own: ServerOptions;
  readonly before: ServerOptions | undefined;
  readonly style: Style;
}

interface ServerOptions {
  readonly bounds: Bounds;
  readonly verify: 'none' | 'required' | undefined;
  readonly name: string | undefined;
  readonly ciphers: string | undefined;
}

/** One frontend with its bind lines and backends. */
interface Configuration {
  readonly global: Global;
  readonly binds: readonly Bind[];
  readonly servers: readonly Server[];
  readonly mode: 'http' | 'tcp';
  readonly hsts: string | undefined;
  readonly redirect: string | undefined;
}

interface Global {
  readonly tls: Omit<Tls, 'verify'>;
  readonly servers: Bounds;
  readonly serverVerify: 'none' | 'required' | undefined;
  readonly dh: boolean;
  readonly prefersClient: boolean;
  /** Lines that stand in a branch. */
  readonly condition: '0' | '1' | undefined;
  readonly style: Style;
}

const backendVersions = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;
const version = fc.constantFrom<0 | 1 | 2 | 3>(0, 1, 2, 3);
const style: fc.Arbitrary<Style> = fc.record({
  quote: fc.constantFrom('none', 'none', 'double', 'single', 'half', 'hexadecimal'),
  blank: fc.constantFrom(' ', '  ', '\t'),
  comment: fc.boolean(),
});
const bounds: fc.Arbitrary<Bounds> = fc.record({
  oldest: sometimes(version),
  newest: sometimes(version),
  force: fc.option(version, { nil: undefined, freq: 1 }),
  off: sometimes(fc.subarray(['no-sslv3', 'no-tlsv10', 'no-tlsv11', 'no-tlsv12', 'no-tlsv13'] as const)),
});
const curves = fc.shuffledSubarray(['X25519', 'P-256', 'secp384r1', 'P-521', 'X448'], { minLength: 1 });
const tls = {
  bounds,
  ciphers: sometimes(cipherString),
  suites13: sometimes(suites13),
  curves: sometimes(curves),
};
const verify = sometimes(fc.constantFrom('none', 'optional', 'required'));
const certificate = fc.constantFrom('rsa', 'ecdsa');

const bind: fc.Arbitrary<Bind> = fc.record({
  tls: fc.record({ ...tls, verify }),
  ecdhe: sometimes(fc.constantFrom('secp384r1', 'P-256')),
  prefersClient: fc.boolean(),
  ignoresErrors: fc.boolean(),
  certificates: fc.shuffledSubarray(['rsa', 'ecdsa'] as const, { minLength: 1 }),
  list: sometimes(
    fc.array(fc.record({ certificate, brackets: fc.option(fc.record({ ...tls, verify }), { nil: undefined }) }), {
      minLength: 1,
      maxLength: 3,
    }),
  ),
  twoAddresses: fc.boolean(),
  style,
});

const serverOptions: fc.Arbitrary<ServerOptions> = fc.record({
  bounds,
  verify: sometimes(fc.constantFrom('none', 'required')),
  name: sometimes(
    fc.constantFrom('sni str(localhost)', 'verifyhost one.oracle.test', 'sni req.hdr(host)', 'verifyhost localhost'),
  ),
  ciphers: sometimes(cipherString),
});

const server: fc.Arbitrary<Server> = fc.record({
  backend: fc.oneof(
    fc.constantFrom<Flaw>('sound', 'untrusted', 'wrong-name', 'expired').map((flaw) => ({ flaw })),
    fc.constantFrom(...backendVersions).map((only) => ({ version: only })),
  ),
  own: serverOptions,
  before: sometimes(serverOptions),
  style,
});

const configuration: fc.Arbitrary<Configuration> = fc.record({
  global: fc.record({
    tls: fc.record(tls),
    servers: bounds,
    serverVerify: sometimes(fc.constantFrom('none', 'required')),
    dh: fc.boolean(),
    prefersClient: fc.boolean(),
    condition: fc.option(fc.constantFrom('0', '1'), { nil: undefined, freq: 1 }),
    style,
  }),
  binds: fc.array(bind, { minLength: 1, maxLength: 2 }),
  servers: fc.array(server, { maxLength: 2 }),
  mode: fc.constantFrom('http', 'http', 'tcp'),
  hsts: sometimes(
    fc.constantFrom(
      'set-header Strict-Transport-Security "max-age=31536000; includeSubDomains"',
      'add-header strict-transport-security max-age=60 if { ssl_fc }',
      'set-header Strict-Transport-Security max-age=60 unless { ssl_fc }',
      'set-header X-Frame-Options DENY',
    ),
  ),
  redirect: sometimes(
    fc.constantFrom(
      'http-request redirect scheme https unless { ssl_fc }',
      'redirect scheme https code 302 if !{ ssl_fc }',
      'http-request redirect scheme https if { path /elsewhere } !{ ssl_fc }',
      'http-request redirect location https://localhost%[path] if { ssl_fc,not }',
    ),
  ),
});

/** How many frontends share one process, and the first one's `global`. */
export const random: RandomConfigurations<Configuration> = { configuration, together: 3, make };

function make(world: World, configurations: readonly Configuration[]): OracleCase {
  const [first] = configurations;
  if (!first) throw new Error('a run has at least one configuration');
  const { global } = first;
  const files: Record<string, string> = {};
  const passes: Pass[] = [];
  const sections = configurations.map((each, index) => section(each, global, `f${index}`, world, files, passes));
  const main = haproxyCfg(sections.join('\n'), globalLines(global));
  return { files: { 'haproxy.cfg': main, ...files }, passes, compares: [] };
}

function globalLines({
  tls: shared,
  servers,
  serverVerify,
  dh,
  prefersClient,
  condition,
  style: written,
}: Global): string {
  const line = (keyword: string, words: readonly string[]): readonly string[] =>
    words.length > 0 ? [rendered([keyword, ...words], written)] : [];
  const options = [...versionWords(shared.bounds), ...(prefersClient ? ['prefer-client-ciphers'] : [])];
  const half = Math.floor(options.length / 2);
  const whole = options.some((word) => word.startsWith('ssl-'));
  const lines = [
    // One line or two: they add up. A bound stays with its value.
    ...(whole ? line('ssl-default-bind-options', options) : line('ssl-default-bind-options', options.slice(0, half))),
    ...(whole ? [] : line('ssl-default-bind-options', options.slice(half))),
    ...line('ssl-default-bind-ciphers', shared.ciphers === undefined ? [] : [shared.ciphers]),
    ...line('ssl-default-bind-ciphersuites', shared.suites13 ? [shared.suites13.join(':')] : []),
    ...line('ssl-default-bind-curves', shared.curves ? [shared.curves.join(':')] : []),
    ...line('ssl-default-server-options', versionWords(servers)),
    ...line('ssl-server-verify', serverVerify ? [serverVerify] : []),
    ...(dh ? ['tune.ssl.default-dh-param 2048'] : []),
  ];
  const branch = condition === undefined ? [] : [`.if ${condition}`, 'ssl-default-bind-ciphers AES128-SHA', '.endif'];
  return [...branch, ...lines].join('\n');
}

function section(
  { binds, servers, mode, hsts, redirect }: Configuration,
  global: Global,
  name: string,
  world: World,
  files: Record<string, string>,
  passes: Pass[],
): string {
  const lines = binds.map((each, index) => bindLine(each, global, `${name}-${index}`, world, files));
  const plainPort = world.port(`${name}-plain`);
  const app = mode === 'tcp' ? world.backend() : undefined;
  // In TCP mode there is no path to tell backends apart by.
  const reached = mode === 'tcp' ? [] : servers;
  const backends = reached.map((each, index) =>
    backendSection(each, global, `${name}-b${index}`, `/to/${index}`, plainPort, world, passes),
  );
  const routes = reached.map((_each, index) => `use_backend ${name}-b${index} if { path /to/${index} }`);
  const rules =
    mode === 'tcp'
      ? [`default_backend ${name}-app`]
      : [
          ...(redirect && reached.length === 0 ? [redirect] : []),
          ...(hsts ? [`http-after-response ${hsts}`] : []),
          'http-request return status 200 unless { path_beg /to/ }',
          ...routes,
        ];
  return `frontend ${name}
  mode ${mode}
${[...lines, `bind 127.0.0.1:${plainPort}`, ...rules].map((line) => `  ${line}`).join('\n')}
${backends.join('\n')}${app ? `\nbackend ${name}-app\n  mode ${mode}\n  server s 127.0.0.1:${app.port}` : ''}`;
}

function bindLine(each: Bind, global: Global, name: string, world: World, files: Record<string, string>): string {
  const { root } = world.certificates;
  const bundle = (kind: 'rsa' | 'ecdsa'): string => world.certificates[kind].bundle;
  const own = consistent(each.tls.bounds, global.tls.bounds);
  const words: string[] = ['bind', addresses(each, name, world), 'ssl'];
  if (each.list) {
    const range = resolved(own, global.tls.bounds);
    const list = each.list.map(({ certificate: kind, brackets }, index) => {
      const options = brackets && tlsWords({ ...brackets, bounds: within(brackets.bounds, range) }, root).join(' ');
      return `${bundle(kind)} ${options === undefined ? '' : `[${options}] `}h${index}.oracle.test !x.oracle.test`;
    });
    files[`lists/${name}-crt-list.txt`] = `# certificates\n${list.join('\n')}\n\n`;
    words.push('crt-list', `${world.folder}/lists/${name}-crt-list.txt`);
  } else for (const kind of each.certificates) words.push('crt', bundle(kind));
  words.push(...tlsWords({ ...each.tls, bounds: own }, root));
  if (each.ecdhe !== undefined) words.push('ecdhe', each.ecdhe);
  if (each.prefersClient) words.push('prefer-client-ciphers');
  if (each.ignoresErrors) words.push('ca-ignore-err', 'all');
  return rendered(words, each.style);
}

const addresses = ({ twoAddresses }: Bind, name: string, world: World): string =>
  [`127.0.0.1:${world.port(name)}`, ...(twoAddresses ? [`127.0.0.1:${world.port(`${name}-too`)}`] : [])].join(',');

/** Brackets take bounds only, and have to leave something of the bind line's range where one of them is missing. */
function within({ oldest, newest }: Bounds, range: { readonly oldest: number; readonly newest: number }): Bounds {
  const low = oldest ?? range.oldest;
  const high = newest ?? range.newest;
  const none: Bounds = { oldest: undefined, newest: undefined, force: undefined, off: undefined };
  return low <= high ? { ...none, oldest, newest } : none;
}

const tlsWords = (
  { bounds: versions, ciphers: string, suites13: suites, curves: groups, verify: mode }: Tls,
  root: string,
) => [
  ...versionWords(versions),
  ...(string === undefined ? [] : ['ciphers', string]),
  ...(suites ? ['ciphersuites', suites.join(':')] : []),
  ...(groups ? ['curves', groups.join(':')] : []),
  ...(mode ? ['verify', mode, 'ca-file', root] : []),
];

function backendSection(
  { backend, own, before, style: written }: Server,
  global: Global,
  name: string,
  path: string,
  port: number,
  world: World,
  passes: Pass[],
): string {
  const target = world.tlsBackend(backend);
  passes.push({ port, tls: false, host: 'localhost', path, backend: target });
  const { root } = world.certificates;
  const inherited = before && consistent(before.bounds, global.servers, 0);
  const merged = consistent(own.bounds, merge(inherited, global.servers), 0);
  const words = (options: ServerOptions, versions: Bounds): readonly string[] => [
    ...(options.verify ? ['verify', options.verify] : []),
    ...(options.name?.split(' ') ?? []),
    ...(options.ciphers === undefined ? [] : ['ciphers', options.ciphers]),
    // Switches are refused on default-server.
    ...versionWords(options === before ? { ...versions, off: undefined } : versions),
  ];
  const defaultLine =
    before && inherited ? [rendered(['default-server', 'ssl', ...words(before, inherited)], written)] : [];
  const line = rendered(
    ['server', 's', `127.0.0.1:${target.port}`, 'ssl', 'ca-file', root, ...words(own, merged)],
    written,
  );
  return [`backend ${name}`, ...defaultLine, line].join('\n  ');
}

const merge = (inner: Bounds | undefined, outer: Bounds): Bounds => ({
  oldest: inner?.force ?? inner?.oldest ?? outer.force ?? outer.oldest,
  newest: inner?.force ?? inner?.newest ?? outer.force ?? outer.newest,
  force: undefined,
  off: outer.off,
});

/** A line with its words as the style has them; addresses and keywords stay readable. */
function rendered(words: readonly string[], { quote, blank, comment }: Style): string {
  const written = words.map((word, index) => (index < 2 ? word : quoted(word, quote)));
  return `${written.join(blank)}${comment ? ' # ssl-min-ver TLSv1.0 verify none' : ''}`;
}

function quoted(word: string, quote: Style['quote']): string {
  switch (quote) {
    case 'double':
      return `"${word}"`;
    case 'single':
      return `'${word}'`;
    case 'half':
      return `${word.slice(0, 2)}"${word.slice(2)}"`;
    case 'hexadecimal':
      return `\\x${word.charCodeAt(0).toString(16)}${word.slice(1)}`;
    default:
      return word;
  }
}
