import fc from 'fast-check';
import { cipherString, sometimes, suites13 } from '../core/arbitraries.ts';
import type { Flaw } from '../core/backend.ts';
import type { EarlyPass, OracleCase, Pass, World } from '../core/oracle-case.ts';
import type { RandomConfigurations } from '../core/suite.ts';
import { httpBlock, nginxConf } from './server.ts';

/** Directives of one level, by name, and how they are written. */
interface Level {
  readonly directives: Readonly<Record<string, readonly string[] | undefined>>;
  readonly style: Style;
}

interface Style {
  /** In a file of its own. */
  readonly included: boolean;
  readonly quote: '' | '"' | "'";
  readonly comment: boolean;
  readonly spread: boolean;
}

interface Location {
  readonly level: Level;
  readonly backend: { readonly flaw: Flaw } | { readonly version: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3' };
}

interface Server {
  readonly level: Level;
  readonly locations: readonly Location[];
}

/** An `http` block with one socket, which its servers share. */
interface Configuration {
  readonly http: Level;
  readonly servers: readonly Server[];
  readonly defaultServer: number | undefined;
  readonly earlyData: boolean;
}

const versions = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;
const one = <T extends string>(value: fc.Arbitrary<T>): fc.Arbitrary<readonly string[] | undefined> =>
  sometimes(value.map((text) => [text]));
const versionList = fc.shuffledSubarray([...versions], { minLength: 1 });
const groups = fc.shuffledSubarray(['X25519', 'prime256v1', 'secp384r1', 'P-521', 'x448'], { minLength: 1 });

const style: fc.Arbitrary<Style> = fc.record({
  included: fc.boolean(),
  quote: fc.constantFrom('' as const, '"' as const, "'" as const),
  comment: fc.boolean(),
  spread: fc.boolean(),
});

/** Commands that still leave a version on: the newest bound is never below the oldest one. */
const command = fc.oneof(
  fc
    .constantFrom('MinProtocol', 'minprotocol')
    .chain((name) => fc.constantFrom('TLSv1', 'TLSv1.1', 'TLSv1.2').map((version) => `${name} ${version}`)),
  fc.constantFrom('MaxProtocol TLSv1.2', 'MaxProtocol TLSv1.3', 'maxprotocol TLSv1.3'),
  fc.constantFrom('Protocol -TLSv1.1', 'Protocol TLSv1.3', 'Protocol -TLSv1,TLSv1.2', 'Options PrioritizeChaCha'),
  suites13.map((names) => `Ciphersuites ${names.join(':')}`),
  groups.map((names) => `Groups ${names.join(':')}`),
  cipherString.map((text) => `CipherString "${text}"`),
);

const level = (directives: fc.Arbitrary<Level['directives']>): fc.Arbitrary<Level> => fc.record({ directives, style });

const listenerDirectives = {
  ssl_protocols: sometimes(
    fc.oneof(
      versionList.map((list) => [list.join(' ')]),
      fc.tuple(versionList, versionList).map((lists) => lists.map((list) => list.join(' '))),
    ),
  ),
  ssl_ciphers: one(cipherString),
  ssl_prefer_server_ciphers: one(fc.constantFrom('on', 'off', 'ON')),
  ssl_ecdh_curve: one(groups.map((list) => list.join(':'))),
  ssl_conf_command: sometimes(
    fc.uniqueArray(command, { minLength: 1, maxLength: 3, selector: (text) => text.split(' ')[0]?.toLowerCase() }),
  ),
  ssl_session_tickets: one(fc.constantFrom('on', 'off')),
  add_header: sometimes(
    fc.constantFrom(
      ['Strict-Transport-Security "max-age=31536000; includeSubDomains" always'],
      ['X-Frame-Options DENY', 'strict-transport-security max-age=60'],
      ['X-Frame-Options DENY'],
    ),
  ),
};
const serverDirectives = {
  ...listenerDirectives,
  ssl_verify_client: one(fc.constantFrom('on', 'optional', 'off', 'optional_no_ca')),
};
const upstreamDirectives = {
  proxy_ssl_verify: one(fc.constantFrom('on', 'off')),
  proxy_ssl_name: one(fc.constantFrom('localhost', 'one.oracle.test')),
  proxy_ssl_server_name: one(fc.constantFrom('on', 'off')),
  proxy_ssl_protocols: sometimes(versionList.map((list) => [list.join(' ')])),
};

const backend: fc.Arbitrary<Location['backend']> = fc.oneof(
  fc.constantFrom<Flaw>('sound', 'untrusted', 'wrong-name', 'expired').map((flaw) => ({ flaw })),
  fc.constantFrom(...versions).map((version) => ({ version })),
);

const server: fc.Arbitrary<Server> = fc.record({
  level: level(fc.record({ ...serverDirectives, ...upstreamDirectives })),
  locations: fc.array(fc.record({ level: level(fc.record(upstreamDirectives)), backend }), { maxLength: 2 }),
});

const configuration: fc.Arbitrary<Configuration> = fc.record({
  http: level(fc.record({ ...listenerDirectives, ...upstreamDirectives })),
  servers: fc.array(server, { minLength: 1, maxLength: 3 }),
  defaultServer: fc.option(fc.nat(2), { nil: undefined }),
  earlyData: fc
    .boolean()
    .chain((may) =>
      may ? fc.boolean().chain((does) => (does ? fc.boolean() : fc.constant(false))) : fc.constant(false),
    ),
});

export const random: RandomConfigurations<Configuration> = { configuration, together: 1, make };

function make(world: World, [first]: readonly Configuration[]): OracleCase {
  if (!first) throw new Error('a run has one configuration');
  const files: Record<string, string> = {};
  const passes: Pass[] = [];
  const early: EarlyPass[] = [];
  const { rsa, ecdsa, root } = world.certificates;
  const render = ({ directives, style: written }: Level, indent: string): string => {
    const lines = Object.entries(directives).flatMap(([name, values]) =>
      (values ?? []).map((value) => directive(name, value, written)),
    );
    const text = lines.map((line) => `${indent}${line}`).join('\n');
    if (!written.included || lines.length === 0) return text;
    const path = `parts/part-${Object.keys(files).length}.conf`;
    files[path] = `# what belongs together\n${text}\n`;
    return `${indent}include ${path};`;
  };
  const plain = first.earlyData ? world.backend() : undefined;
  const servers = first.servers.map((each, index) => {
    const name = `s${index}.oracle.test`;
    const locations = each.locations.map((location, place) => {
      const target = world.tlsBackend(location.backend);
      const path = `/to/${place}`;
      passes.push({ port: world.port('plain'), tls: false, host: name, path, backend: target });
      return `    location ${path} {\n${render(location.level, '      ')}\n      proxy_pass https://localhost:${target.port};\n    }`;
    });
    if (plain) {
      locations.push(`    location /early { proxy_pass http://127.0.0.1:${plain.port}; }`);
      early.push({ port: world.port(), serverName: name, backend: plain });
    }
    const isDefault = first.defaultServer === index ? ' default_server' : '';
    return `  server {
    listen 127.0.0.1:${world.port()} ssl${isDefault};
    listen 127.0.0.1:${world.port('plain')};
    server_name ${name};
${render(each.level, '    ')}
    location = / { return 200 "here"; }
${locations.join('\n')}
  }`;
  });
  const http = `${render(first.http, '  ')}
  ssl_certificate ${rsa.chain}; ssl_certificate_key ${rsa.key};
  ssl_certificate ${ecdsa.chain}; ssl_certificate_key ${ecdsa.key};
  ssl_client_certificate ${root}; ssl_verify_depth 3;
  proxy_ssl_trusted_certificate ${root}; proxy_ssl_verify_depth 3;
  ${first.earlyData ? 'ssl_early_data on;' : ''}
${servers.join('\n')}`;
  return { files: { 'nginx.conf': nginxConf(httpBlock(http)), ...files }, passes, early, compares: [] };
}

function directive(name: string, value: string, { quote, comment, spread }: Style): string {
  const single = !/[\s"']/.test(value);
  const argument = single && quote !== '' ? `${quote}${value}${quote}` : value;
  return `${name}${spread ? '\n      ' : ' '}${argument};${comment ? ` # ${name} none;` : ''}`;
}
