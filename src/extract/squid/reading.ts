import type { CertificateReference, Fact, Listener, Upstream } from '../../core/fact.ts';
import { buildFact, byDefault, composite, type Field, unknown, written } from '../../core/fact-builder.ts';
import { type Source, type Span, spanOf } from '../../core/source.ts';
import type { Extraction, Unit, VersionEvidence, Versions } from '../../core/technology.ts';
import { parseSquid, type SquidDirective, type SquidFile } from '../../formats/squid.ts';
import { spanOfWord, type Word } from '../../formats/word.ts';
import { reachOf } from '../../tls/reach.ts';
import { usesFiniteField } from '../../tls/suites.ts';
import { readListenAddress } from '../dialects/listen-address.ts';
import { cipherStringField } from '../dialects/openssl-fields.ts';
import { flagOf, type Options, optionsOf, protocolsOf } from './options.ts';

interface Reading {
  readonly source: Source;
  readonly file: SquidFile;
  /** Another file, or a template, may say more. */
  readonly open: boolean;
  readonly version: VersionEvidence;
  /** What `sslproxy_cert_error` makes of every verification; `undefined` where it says nothing. */
  readonly errors: Field<NonNullable<Upstream['verify']>> | undefined;
}

/** What one file says. */
export function readSquid({ sources: [source] }: Unit, versions: Versions): Extraction {
  const file = parseSquid(source);
  const inFolder = /(?:^|\/)[^/]*\.d\/[^/]+$/.test(source.held?.name ?? source.path);
  const open = file.open || inFolder || named(file, 'include').length > 0;
  const reading: Reading = { source, file, open, version: versions('squid', source.path), errors: errorsPass(file) };
  const outgoing = outgoingUpstream(reading);
  return {
    facts: [
      ...file.directives.flatMap((directive) => [...port(directive, reading), ...peer(directive, reading)]),
      ...(outgoing ? [outgoing] : []),
    ],
    diagnostics: [],
  };
}

const named = ({ directives }: SquidFile, ...names: readonly string[]): readonly SquidDirective[] =>
  directives.filter(({ name }) => names.includes(name));

const spanOfName = (source: Source, { nameRange: { start, end } }: SquidDirective): Span => spanOf(source, start, end);

/** `https_port`, and `http_port` with `ssl-bump`, where TLS begins after CONNECT. */
function port(directive: SquidDirective, { source, version }: Reading): readonly Fact<Listener>[] {
  const [address, ...words] = directive.arguments;
  const options = optionsOf(words);
  const bumps = options.get('ssl-bump');
  const secure = directive.name === 'https_port';
  if (!address || !(secure || (directive.name === 'http_port' && bumps))) return [];
  const where = address.unknown ? undefined : readListenAddress(address.text);
  const protocols = protocolsOf(options, false, version);
  const cipher = options.get('cipher');
  const accelerates = ['accel', 'defaultsite', 'vhost'].some((name) => options.has(name));
  return [
    buildFact<Listener>(
      { technology: 'squid', subject: `${directive.name} ${address.text}`, self: spanOfName(source, directive) },
      { kind: 'listener' },
      {
        ports: where ? written(where.ports, spanOfWord(address)) : unknown,
        exposure: where ? written(where.exposure, spanOfWord(address)) : unknown,
        ...(secure && { tls: written(true, spanOfName(source, directive)), clientAuth: clientAuthOf(options) }),
        // The site behind an accelerator may send the header itself.
        ...(secure && accelerates && { application: written('http' as const, spanOfWord(address)), hsts: unknown }),
        protocols,
        ...(cipher && { ciphers: cipherStringField(cipher, protocols, { unusable: unusableAt(options) }) }),
        ...(!bumps && { certificates: certificatesOf(options) }),
      },
    ),
  ];
}

/** DHE needs `tls-dh` (observed on 5.7); ECDHE works without, whatever squid.conf.documented says. */
const unusableAt =
  (options: Options) =>
  (suite: string): boolean =>
    !options.has('dh') && !options.has('dhparams') && usesFiniteField(suite);

function certificatesOf(options: Options): Field<readonly CertificateReference[]> | undefined {
  const file = options.get('cert');
  if (!file) return undefined;
  return file.unknown ? unknown : written([{ from: 'file', ref: file.text }], spanOfWord(file));
}

/** `clientca` asks for a certificate and refuses connections without one, unless a flag says otherwise. */
function clientAuthOf(options: Options): Field<NonNullable<Listener['clientAuth']>> {
  const ca = options.get('clientca');
  if (!ca) return byDefault({ mode: 'none' }, 'Squid asks for no client certificate unless clientca is set');
  if (ca.unknown || options.get('flags')?.unknown) return unknown;
  const delayed = flagOf(options, 'DELAYED_AUTH') ?? flagOf(options, 'DONT_VERIFY_PEER');
  const mode = delayed ? 'none' : flagOf(options, 'CONDITIONAL_AUTH') ? 'optional' : 'required';
  return written({ mode, ...(mode !== 'none' && { ca: ca.text }) }, spanOfWord(ca));
}

/** `cache_peer host parent 443 0 tls`: without `ssl` or `tls` the connection is plain, and says nothing here. */
function peer(directive: SquidDirective, { source, version, errors }: Reading): readonly Fact<Upstream>[] {
  const [host, , port, , ...words] = directive.arguments;
  const on = words.find(({ text }) => /^(?:ssl|tls)(?:$|[a-z-]+=)/.test(text));
  if (directive.name !== 'cache_peer' || !host || !port || !on) return [];
  const options = optionsOf(words);
  const known = !host.unknown && !port.unknown;
  const domain = options.get('domain');
  const fields = towards(options, version, false);
  return [
    buildFact<Upstream>(
      { technology: 'squid', subject: `cache_peer ${host.text}`, self: spanOfName(source, directive) },
      { kind: 'upstream' },
      {
        target: known ? written(`${host.text}:${port.text}`, spanOfWord(host)) : unknown,
        tls: on.unknown ? unknown : written(true, spanOfWord(on)),
        exposure: host.unknown ? unknown : written(reachOf(host.text), spanOfWord(host)),
        ...(domain && !domain.unknown && { serverName: written(domain.text, spanOfWord(domain)) }),
        ...fields,
        verify: errors ?? fields.verify,
      },
    ),
  ];
}

/** What is the same for a peer and for all other servers. */
function towards(options: Options, version: VersionEvidence, open: boolean) {
  const protocols = protocolsOf(options, open, version);
  const cipher = options.get('cipher');
  const ca = options.get('cafile') ?? options.get('capath');
  const certificate = options.get('cert');
  return {
    verify: verifyOf(options, open),
    protocols,
    ...(cipher && { ciphers: cipherStringField(cipher, protocols) }),
    ...(ca && { ca: ca.unknown ? unknown : written(ca.text, spanOfWord(ca)) }),
    ...(certificate && {
      clientCertificate: certificate.unknown ? unknown : written(certificate.text, spanOfWord(certificate)),
    }),
  };
}

function verifyOf(options: Options, open: boolean): Field<NonNullable<Upstream['verify']>> {
  if (options.get('flags')?.unknown) return unknown;
  const noPeer = flagOf(options, 'DONT_VERIFY_PEER');
  const checked = open ? unknown : byDefault(true, 'Squid verifies servers unless told not to');
  return composite<NonNullable<Upstream['verify']>>({
    chain: noPeer ? written(false, spanOfWord(noPeer)) : checked,
    // DONT_VERIFY_DOMAIN says it does not, and yet a peer of another name was refused (5.7).
    hostname: noPeer ? written(false, spanOfWord(noPeer)) : flagOf(options, 'DONT_VERIFY_DOMAIN') ? unknown : checked,
  });
}

/** `sslproxy_…`, as Squid 3 had it, and `sslproxy_cert_error`, which lets bad certificates pass. */
const oldNames: ReadonlyMap<string, string> = new Map([
  ['sslproxy_flags', 'flags'],
  ['sslproxy_options', 'options'],
  ['sslproxy_version', 'version'],
  ['sslproxy_cipher', 'cipher'],
  ['sslproxy_cafile', 'cafile'],
  ['sslproxy_capath', 'capath'],
  ['sslproxy_client_certificate', 'cert'],
]);

/** Every connection that Squid opens to an origin server, however many lines describe it. */
function outgoingUpstream({ source, file, open, version, errors }: Reading): Fact<Upstream> | undefined {
  const current = named(file, 'tls_outgoing_options');
  const old = file.directives.filter(({ name }) => oldNames.has(name));
  const allowed = named(file, 'sslproxy_cert_error').filter(({ arguments: [action] }) => action?.text === 'allow');
  const [first] = [...current, ...old, ...allowed];
  if (!first || current.some(({ arguments: [word] }) => word?.text === 'disable')) return undefined;
  const options = new Map([
    ...old.flatMap(({ name, arguments: [value] }): [string, Word][] => {
      const option = oldNames.get(name);
      return option && value ? [[option, value]] : [];
    }),
    ...optionsOf(current.flatMap(({ arguments: words }) => words)),
  ]);
  const fields = towards(options, version, open);
  return buildFact<Upstream>(
    { technology: 'squid', subject: 'connections to origin servers', self: spanOfName(source, first) },
    { kind: 'upstream', tls: true },
    {
      ...fields,
      exposure: byDefault('external', 'Squid connects to whatever its clients ask for'),
      verify: errors ?? fields.verify,
    },
  );
}

/**
 * `sslproxy_cert_error`, for peers as well (observed on 5.7): the first line counts that fits a request. `allow all` in
 * front accepts everything, another `allow` accepts some sites.
 */
function errorsPass(file: SquidFile): Field<NonNullable<Upstream['verify']>> | undefined {
  const lines = named(file, 'sslproxy_cert_error');
  const [action, scope, more] = lines[0]?.arguments ?? [];
  if (!lines.some(({ arguments: [word] }) => word?.text === 'allow')) return undefined;
  if (action?.text === 'deny' && scope?.text === 'all') return undefined;
  if (action?.text !== 'allow' || scope?.text !== 'all' || more || action.unknown) return unknown;
  return composite<NonNullable<Upstream['verify']>>({
    chain: written(false, spanOfWord(scope)),
    hostname: written(false, spanOfWord(scope)),
  });
}
