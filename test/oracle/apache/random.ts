import fc from 'fast-check';
import { cipherString, sometimes, suites13 } from '../core/arbitraries.ts';
import type { Flaw } from '../core/backend.ts';
import type { OracleCase, Pass, World } from '../core/oracle-case.ts';
import type { RandomConfigurations } from '../core/suite.ts';
import { httpdConf } from './server.ts';
import { type HeaderTable, type Level, type Line, type Style, type Writer, writerFor } from './writing.ts';

interface Passage {
  readonly way: 'ProxyPass' | 'ProxyPassMatch' | 'RewriteRule' | 'Location' | 'balancer';
  readonly section: { readonly url: 'exact' | 'host' | 'pattern' | 'everything'; readonly level: Level } | undefined;
  readonly backend: { readonly flaw: Flaw } | { readonly version: Version };
}

interface Host {
  readonly engine: 'own' | 'inherited' | 'off' | 'optional';
  readonly level: Level;
  readonly passages: readonly Passage[];
  /** What the same name does over plain HTTP. */
  readonly plain: readonly Line[] | undefined;
}

interface Configuration {
  readonly main: Level;
  readonly mainSection: Level | undefined;
  readonly hosts: readonly [Host, ...Host[]];
  /** Whether the main server's lines stand before or after the virtual hosts. */
  readonly mainFirst: boolean;
  /** Whether the main server says `SSLEngine on`. */
  readonly mainEngine: boolean;
  /** The protocol that the port is listened on for. */
  readonly listens: '' | 'https' | 'http';
  /** The address of the virtual hosts; the port is listened on at 127.0.0.1. */
  readonly address: '*' | '_default_' | '127.0.0.1';
  readonly table: HeaderTable;
}

const versions = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;
type Version = (typeof versions)[number];

const style: fc.Arbitrary<Style> = fc.record({
  place: fc.constantFrom('here', 'here', 'file', 'macro', 'condition'),
  quote: fc.constantFrom('', '"', "'"),
  names: fc.constantFrom('as documented', 'as documented', 'lower case', 'upper case'),
  comment: fc.boolean(),
  spread: fc.boolean(),
  defined: fc.boolean(),
});

const level = (...lines: readonly fc.Arbitrary<readonly Line[] | undefined>[]): fc.Arbitrary<Level> =>
  fc.record({
    lines: fc
      .tuple(...lines)
      .chain((groups) =>
        fc.shuffledSubarray(
          groups.flatMap((group) => group ?? []),
          { minLength: 0 },
        ),
      )
      .map((chosen) => chosen),
    style,
  });

const line = (name: string, ...values: readonly string[]): fc.Arbitrary<readonly Line[] | undefined> =>
  sometimes(fc.constantFrom(...values).map((value): readonly Line[] => [[name, ...value.split(' ')]]));

const protocolWord = fc
  .tuple(fc.constantFrom('', '+', '-', '+', '-'), fc.constantFrom('all', 'ALL', ...versions, 'tlsv1.2', 'TLSV1.3'))
  .map((parts) => parts.join(''));
/** Words that leave at least one version on: httpd refuses to start without. */
const protocolWords = fc
  .tuple(
    fc.array(fc.oneof(protocolWord, fc.constantFrom('-SSLv3', '-sslv2')), { maxLength: 4 }),
    fc.constantFrom('', '+'),
    fc.constantFrom('all', ...versions),
  )
  .map(([words, sign, last]): readonly [string, ...string[]] => {
    const [first, ...rest] = [...words, `${sign}${last}`];
    return [first ?? 'all', ...rest];
  });
const protocolLines = (name: string): fc.Arbitrary<readonly Line[] | undefined> =>
  sometimes(
    fc.array(protocolWords, { minLength: 1, maxLength: 2 }).map((all) => all.map((words): Line => [name, ...words])),
  );

const groups = fc.shuffledSubarray(['X25519', 'prime256v1', 'secp384r1', 'P-521', 'x448'], { minLength: 1 });

/** Commands that still leave a version on: the newest bound is never below the oldest one. */
const command = fc.oneof(
  fc
    .constantFrom('MinProtocol', 'minprotocol')
    .chain((name) => fc.constantFrom('TLSv1', 'TLSv1.1', 'TLSv1.2').map((version) => `${name} ${version}`)),
  fc.constantFrom('MaxProtocol TLSv1.2', 'MaxProtocol TLSv1.3', 'maxprotocol TLSv1.3'),
  fc.constantFrom('Protocol -TLSv1.1', 'Protocol TLSv1.3', 'Protocol -TLSv1,TLSv1.2', 'protocol -TLSv1.2,+TLSv1.1'),
  fc.constantFrom('Options PrioritizeChaCha', 'Options ServerPreference', 'options -SessionTicket'),
  suites13.map((names) => `Ciphersuites ${names.join(':')}`),
  fc.tuple(fc.constantFrom('Groups', 'Curves'), groups).map(([name, list]) => `${name} ${list.join(':')}`),
  cipherString.map((text) => `CipherString ${text}`),
);

const listenerLines = [
  protocolLines('SSLProtocol'),
  sometimes(
    fc
      .tuple(cipherString, fc.boolean())
      .map(([text, tagged]): readonly Line[] => [tagged ? ['SSLCipherSuite', 'SSL', text] : ['SSLCipherSuite', text]]),
  ),
  sometimes(suites13.map((names): readonly Line[] => [['SSLCipherSuite', 'TLSv1.3', names.join(':')]])),
  line('SSLHonorCipherOrder', 'on', 'off', 'On'),
  line('SSLSessionTickets', 'on', 'off'),
  sometimes(
    fc
      .uniqueArray(command, { minLength: 1, maxLength: 3, selector: (text) => text.split(' ')[0]?.toLowerCase() })
      .map((commands) => commands.map((text): Line => ['SSLOpenSSLConfCmd', ...text.split(' ')])),
  ),
  sometimes(
    fc.constantFrom<readonly Line[]>(
      [['Header', 'set', 'Strict-Transport-Security', 'max-age=31536000; includeSubDomains']],
      [
        ['Header', 'set', 'X-Frame-Options', 'DENY'],
        ['Header', 'set', 'strict-transport-security', 'max-age=60'],
      ],
      [['Header', 'set', 'Strict-Transport-Security', 'max-age=600', 'env=HTTPS']],
      [['Header', 'unset', 'Strict-Transport-Security']],
      [['Header', 'setifempty', 'Strict-Transport-Security', 'max-age=5']],
      [['Header', 'set', 'X-Frame-Options', 'DENY']],
    ),
  ),
];
const verifyClient = line('SSLVerifyClient', 'none', 'optional', 'require', 'optional_no_ca');
const upstreamLines = [
  line('SSLProxyVerify', 'none', 'require', 'optional', 'optional_no_ca'),
  line('SSLProxyCheckPeerName', 'on', 'off'),
  line('SSLProxyCheckPeerCN', 'on', 'off'),
  line('SSLProxyCheckPeerExpire', 'on', 'off'),
  protocolLines('SSLProxyProtocol'),
];

const passage: fc.Arbitrary<Passage> = fc.record({
  way: fc.constantFrom('ProxyPass', 'ProxyPassMatch', 'RewriteRule', 'Location', 'balancer'),
  section: fc.option(
    fc.record({ url: fc.constantFrom('exact', 'host', 'pattern', 'everything'), level: level(...upstreamLines) }),
    { nil: undefined },
  ),
  backend: fc.oneof(
    fc.constantFrom<Flaw>('sound', 'untrusted', 'wrong-name', 'expired').map((flaw) => ({ flaw })),
    fc.constantFrom(...versions).map((version) => ({ version })),
  ),
});

const plain = fc.constantFrom<readonly Line[]>(
  [['Redirect', 'permanent', '/', 'https://any.oracle.test/']],
  [['RedirectMatch', '308', '^/?(.*)$', 'https://any.oracle.test/$1']],
  [['RedirectPermanent', '/', 'https://any.oracle.test/']],
  [['Redirect', '/elsewhere', 'https://any.oracle.test/']],
  [
    ['RewriteEngine', 'on'],
    ['RewriteCond', '%{HTTPS}', 'off'],
    ['RewriteRule', '^', 'https://%{HTTP_HOST}%{REQUEST_URI}', '[L,R=301]'],
  ],
  [
    ['RewriteEngine', 'on'],
    ['RewriteCond', '%{REQUEST_URI}', '!^/\\.well-known/'],
    ['RewriteRule', '^/?(.*)$', 'https://any.oracle.test/$1', '[R,L]'],
  ],
  [
    ['RewriteEngine', 'off'],
    ['RewriteRule', '^', 'https://any.oracle.test/', '[R]'],
  ],
  [['DocumentRoot', '/usr/share/apache2/default-site']],
);

const host: fc.Arbitrary<Host> = fc.record({
  engine: fc.constantFrom('own', 'own', 'own', 'own', 'inherited', 'inherited', 'off', 'optional'),
  level: level(...listenerLines, verifyClient, ...upstreamLines),
  passages: fc.array(passage, { maxLength: 2 }),
  plain: fc.option(plain, { nil: undefined }),
});

const configuration: fc.Arbitrary<Configuration> = fc.record({
  main: level(...listenerLines, verifyClient, ...upstreamLines),
  mainSection: fc.option(level(...upstreamLines), { nil: undefined, freq: 6 }),
  hosts: fc
    .array(host, { minLength: 1, maxLength: 3 })
    .map(([first, ...rest]): readonly [Host, ...Host[]] => [
      first ?? { engine: 'own', level: { lines: [], style: bare }, passages: [], plain: undefined },
      ...rest,
    ]),
  mainFirst: fc.boolean(),
  mainEngine: fc.constantFrom(true, true, false),
  listens: fc.constantFrom('', '', 'https', 'http'),
  address: fc.constantFrom('*', '*', '_default_', '127.0.0.1'),
  table: fc.constantFrom('', 'always', 'onsuccess'),
});

const bare: Style = {
  place: 'here',
  quote: '',
  names: 'as documented',
  comment: false,
  spread: false,
  defined: false,
};

export const random: RandomConfigurations<Configuration> = { configuration, together: 1, make };

function make(world: World, [configured]: readonly Configuration[]): OracleCase {
  if (!configured) throw new Error('a run has one configuration');
  const { rsa, ecdsa, root } = world.certificates;
  const writer = writerFor(configured.table);
  const passes: Pass[] = [];
  const main = [
    configured.mainEngine ? 'SSLEngine on' : '',
    `SSLCertificateFile ${rsa.chain}\nSSLCertificateKeyFile ${rsa.key}`,
    `SSLCertificateFile ${ecdsa.chain}\nSSLCertificateKeyFile ${ecdsa.key}`,
    `SSLCACertificateFile ${root}\nSSLVerifyDepth 3`,
    `SSLProxyCACertificateFile ${root}\nSSLProxyVerifyDepth 3`,
    writer.level(configured.main),
    configured.mainSection ? `<Proxy *>\nSSLProxyEngine on\n${writer.level(configured.mainSection)}\n</Proxy>` : '',
  ].join('\n');
  const hosts = configured.hosts.map((each, index) => {
    const name = `s${index}.oracle.test`;
    const passed = each.passages.map((one, place) => {
      const backend = world.tlsBackend(one.backend);
      const path = `/to/${place}/`;
      passes.push({ port: world.port('plain'), tls: false, host: name, path, backend });
      return passageOf(one, `group${index}x${place}`, path, `https://localhost:${backend.port}`, writer);
    });
    const secure = `<VirtualHost ${configured.address}:${world.port()}>
ServerName ${name}
${{ own: 'SSLEngine on', inherited: '', off: 'SSLEngine off', optional: 'SSLEngine optional' }[each.engine]}
${writer.level(each.level)}
</VirtualHost>`;
    const passing = `<VirtualHost *:${world.port('plain')}>
ServerName ${name}
SSLEngine off
SSLProxyEngine on
${writer.level({ ...each.level, lines: each.level.lines.filter(([word]) => word.startsWith('SSLProxy')) })}
${passed.join('\n')}
</VirtualHost>`;
    const unsecured = each.plain
      ? `<VirtualHost *:${world.port('80')}>\nServerName ${name}\nSSLEngine off\n${writer.level({ lines: each.plain, style: bare })}\n</VirtualHost>`
      : '';
    return [secure, passing, unsecured].join('\n');
  });
  const listens = ['main', 'plain', ...(configured.hosts.some((each) => each.plain) ? ['80'] : [])]
    .map((name) => `Listen 127.0.0.1:${world.port(name)} ${name === 'main' ? configured.listens : ''}`)
    .join('\n');
  const parts = configured.mainFirst ? [main, ...hosts] : [...hosts, main];
  const body = [listens, ...parts].join('\n');
  return {
    files: { 'httpd.conf': httpdConf(world.folder, `${writer.head()}\n${body}`), ...writer.files },
    passes,
    compares: [],
  };
}

function passageOf({ way, section }: Passage, group: string, path: string, url: string, writer: Writer): string {
  const inside = section ? writer.level(section.level) : '';
  if (way === 'balancer')
    return `<Proxy balancer://${group}>\nBalancerMember ${url}\n${inside}\n</Proxy>\nProxyPass ${path} balancer://${group}/`;
  const urls = { exact: `"${url}/"`, host: 'https://localhost', pattern: '"https://local*"', everything: '*' };
  const around = section ? `<Proxy ${urls[section.url]}>\n${inside}\n</Proxy>\n` : '';
  const pass = {
    ProxyPass: `ProxyPass ${path} ${url}/`,
    ProxyPassMatch: `ProxyPassMatch ^${path}(.*)$ ${url}/$1`,
    RewriteRule: `RewriteEngine on\nRewriteRule ^${path}(.*)$ ${url}/$1 [P,L]`,
    Location: `<Location ${path}>\nProxyPass "${url}/"\n</Location>`,
  }[way];
  return `${around}${pass}`;
}
