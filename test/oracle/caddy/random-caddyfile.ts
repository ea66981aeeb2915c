import type { CertificateFiles } from '../core/certificates.ts';
import type { OracleCase, Pass, World } from '../core/oracle-case.ts';
import { type Configuration, namesOf, type Settings, type Site, type Style, type Upstream } from './random.ts';
import { bothCertificates, caddyfile, noPort } from './server.ts';

interface Rendered {
  readonly text: string;
  readonly files: Readonly<Record<string, string>>;
  readonly passes: readonly Pass[];
}

/** One Caddyfile with the sites of every configuration, each on a port of its own. */
export function makeCaddyfile(world: World, configurations: readonly Configuration[]): OracleCase {
  const [first] = configurations;
  const parts = configurations.map((configuration, index) => render(world, configuration, index));
  const loaded = `loaded.oracle.test:${world.port('loaded')} {\n${bothCertificates(world).join('\n')}\n}\n`;
  const beside = first?.onHttpPort;
  const plain = beside ? `http://loaded.oracle.test {\n${beside}\n}\n` : '';
  const options = [
    `auto_https ${first?.autoHttps ?? 'off'}`,
    // A probe without a name would be turned away as soon as one site asks for client certificates.
    'servers {\n\t\tstrict_sni_host insecure_off\n\t}',
    ...(first?.defaultSni ? ['default_sni loaded.oracle.test'] : []),
    ...(first?.isHttpsPort && !first.plain ? [`https_port ${world.port('0')}`] : []),
  ];
  const text = caddyfile(
    [...parts.map((part) => part.text), loaded, plain].join('\n'),
    options.join('\n\t'),
    beside ? world.port('http') : noPort,
  );
  return {
    files: { Caddyfile: text, ...Object.assign({}, ...parts.map(({ files }) => files)) },
    passes: parts.flatMap(({ passes }) => passes),
    compares: [],
  };
}

function render(world: World, { sites, plain, upstreams }: Configuration, index: number): Rendered {
  const snippets: string[] = [];
  const files: Record<string, string> = {};
  const blocks = sites.map((site, number) => {
    const address = addressesOf(site, world.port(String(index)), plain);
    const lines = plain ? [] : tlsLines(world, site);
    const name = `part-${index}-${number}`;
    return `${address} {\n${placed(site.style, name, lines, snippets, files)}\n${hstsLines(site)}\nrespond "here"\n}\n`;
  });
  const proxies = upstreams.map((upstream, number) => proxyOf(world, upstream, `/to/${number}`));
  const port = proxies.length > 0 ? world.port(`proxy-${index}`) : 0;
  const proxy =
    proxies.length > 0 ? `http://localhost:${port} {\n${proxies.map(({ text }) => text).join('\n')}\n}\n` : '';
  return {
    text: [...snippets, ...blocks, proxy].join('\n'),
    files,
    passes: proxies.map(({ backend, path }) => ({ port, tls: false, host: 'localhost', path, backend })),
  };
}

function addressesOf(site: Site, port: number, plain: boolean): string {
  const scheme = plain ? 'http://' : site.scheme;
  const names = namesOf(site).length > 0 ? namesOf(site) : [''];
  return names.map((name) => quoted(`${scheme}${name}:${port}`, site.style)).join(site.style.continued ? ',\n' : ', ');
}

/** In the site itself, in a snippet before it, or in a file. */
function placed(
  style: Style,
  name: string,
  lines: readonly string[],
  snippets: string[],
  files: Record<string, string>,
): string {
  const text = lines.join('\n');
  if (lines.length === 0 || style.place === 'inline') return text;
  if (style.place === 'file') {
    files[`conf/${name}.conf`] = `${text}\n`;
    return `import conf/${name}.*`;
  }
  const [version] = /tls1\.[23]/.exec(text) ?? [];
  snippets.push(`(${name}) {\n${version ? text.replace(version, '{args[0]}') : text}\n}\n`);
  return `import ${name} ${version ?? 'unused'}`;
}

const quoted = (word: string, { quote }: Style): string => `${quote}${word}${quote}`;

function tlsLines(world: World, { settings, style }: Site): readonly string[] {
  if (settings === 'none') return [];
  if (settings === 'internal') return ['tls internal'];
  const [first = [], second = []] =
    style.split && settings.certificates.length > 1 ? halves(settings, style, world) : [all(settings, style, world)];
  const files: readonly (CertificateFiles | undefined)[] =
    settings.certificates.length > 0 ? settings.certificates.map((kind) => world.certificates[kind]) : [undefined];
  return files.flatMap((file, index) => {
    const lines = index === 0 ? first : second;
    if (!file && lines.length === 0) return ['tls internal'];
    const head = file ? `tls ${quoted(file.chain, style)} ${file.key}` : 'tls';
    return lines.length > 0 ? [`${head} {`, ...lines, '}'] : [head];
  });
}

const all = (settings: Settings, style: Style, world: World): readonly string[] =>
  halves(settings, style, world).flat();

/** Client authentication and the protocols; suites and groups. */
function halves(
  { protocols, ciphers, curves, clientAuth, alpn }: Settings,
  style: Style,
  { certificates: { root } }: World,
): readonly (readonly string[])[] {
  const separator = style.continued ? ' \\\n\t' : ' ';
  const comment = style.comments ? ' # tls1.2 { }' : '';
  const line = (name: string, words: readonly string[] | undefined): readonly string[] =>
    words ? [`${[name, ...words.map((word) => quoted(word, style))].join(separator)}${comment}`] : [];
  const pool = { none: [], file: [`trust_pool file ${root}`], old: [`trusted_ca_cert_file ${root}`] };
  const auth = clientAuth
    ? [
        'client_auth {',
        ...line('mode', clientAuth.mode === undefined ? undefined : [clientAuth.mode]),
        ...pool[clientAuth.pool],
        '}',
      ]
    : [];
  return [
    [...auth, ...line('protocols', protocols)],
    [...line('ciphers', ciphers), ...line('curves', curves), ...(alpn ? ['alpn http/1.1'] : [])],
  ];
}

function hstsLines({ hsts, style }: Site): string {
  if (!hsts) return '';
  const value = `"max-age=${hsts.seconds}; includeSubDomains"`;
  const name = style.comments ? 'strict-transport-security' : 'Strict-Transport-Security';
  switch (hsts.way) {
    case 'line':
      return `header ${name} ${value}`;
    case 'block':
      return `header * {\n-Server\n${name} ${value}\n}`;
    case 'deferred':
      return `header >${name} ${value}`;
    case 'path':
      return `header /elsewhere ${name} ${value}`;
    case 'deleted':
      return `header ${name} ${value}\nheader /x* -${name}`;
  }
}

function proxyOf(world: World, upstream: Upstream, path: string) {
  const { flaw, https, skipsVerification, roots, named } = upstream;
  const backend = world.tlsBackend({ flaw });
  const { root } = world.certificates;
  const lines = [
    ...(https ? [] : ['tls']),
    ...(skipsVerification ? ['tls_insecure_skip_verify'] : []),
    ...(roots === 'own' ? [`tls_trust_pool file ${root}`] : roots === 'old' ? [`tls_trusted_ca_certs ${root}`] : []),
    ...(named ? ['tls_server_name any.oracle.test'] : []),
  ];
  const target = `${https ? 'https://' : ''}localhost:${backend.port}`;
  const transport = lines.length > 0 ? ` {\ntransport http {\n${lines.join('\n')}\n}\n}` : '';
  return { backend, path, text: `reverse_proxy ${path} ${target}${transport}` };
}
