import fc from 'fast-check';
import { sometimes } from '../core/arbitraries.ts';
import type { Flaw } from '../core/backend.ts';
import type { RandomConfigurations } from '../core/suite.ts';
import { makeCaddyfile } from './random-caddyfile.ts';
import { makeJson } from './random-json.ts';

export type Protocol = 'tls1.2' | 'tls1.3';

/** What the `tls` directives of a site, or a connection policy, set. */
export interface Settings {
  readonly certificates: readonly ('rsa' | 'ecdsa')[];
  readonly protocols?: readonly Protocol[] | undefined;
  readonly ciphers?: readonly string[] | undefined;
  readonly curves?: readonly string[] | undefined;
  readonly clientAuth?: { readonly mode?: string | undefined; readonly pool: 'none' | 'file' | 'old' } | undefined;
  readonly alpn: boolean;
}

export type Hsts = { readonly seconds: number; readonly way: 'line' | 'block' | 'deferred' | 'path' | 'deleted' };

export interface Site {
  /** Before `.oracle.test`; `*` is a wildcard, the empty one is for every name. */
  readonly host: string;
  /** Further names of its own. */
  readonly aliases: number;
  readonly scheme: '' | 'https://';
  readonly settings: Settings | 'internal' | 'none';
  readonly hsts?: Hsts | undefined;
  readonly style: Style;
}

export interface Style {
  readonly place: 'inline' | 'snippet' | 'file';
  readonly quote: '' | '"' | '`';
  readonly comments: boolean;
  /** Lines continued with a backslash. */
  readonly continued: boolean;
  /** The settings in as many `tls` directives as there are certificates. */
  readonly split: boolean;
}

export interface Upstream {
  readonly flaw: Flaw;
  readonly https: boolean;
  readonly skipsVerification: boolean;
  readonly roots: 'own' | 'old' | 'system';
  readonly named: boolean;
}

/** The sites of one port. */
export interface Configuration {
  readonly json: boolean;
  readonly plain: boolean;
  readonly autoHttps: string;
  readonly defaultSni: boolean;
  readonly isHttpsPort: boolean;
  readonly sites: readonly Site[];
  readonly upstreams: readonly Upstream[];
  /** What the same site does over plain HTTP. */
  readonly onHttpPort?: string | undefined;
}

const suites = [
  'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA',
  'TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA',
  'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA',
  'TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA',
  'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
  'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
  'TLS_AES_128_GCM_SHA256',
  'TLS_CHACHA20_POLY1305_SHA256',
];

/** Something for RSA and for ECDSA certificates is always in it, or nothing but TLS 1.3. */
const ciphers = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .shuffledSubarray(suites)
      .map((list) => [...list, 'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA', 'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA']),
  },
  { weight: 1, arbitrary: fc.constant(['TLS_AES_256_GCM_SHA384']) },
);

/** Always with the curve of the ECDSA certificate: Go does not use it in TLS 1.2 without. */
const curves = fc
  .shuffledSubarray(['x25519mlkem768', 'x25519', 'secp256r1', 'secp384r1', 'secp521r1'])
  .map((list) => [...new Set([...list, 'secp256r1'])]);

const settings: fc.Arbitrary<Settings> = fc.record({
  certificates: fc.constantFrom<Settings['certificates']>(['rsa', 'ecdsa'], ['rsa', 'ecdsa'], ['rsa'], ['ecdsa'], []),
  protocols: sometimes(
    fc.constantFrom<readonly Protocol[]>(
      ['tls1.2'],
      ['tls1.3'],
      ['tls1.2', 'tls1.2'],
      ['tls1.2', 'tls1.3'],
      ['tls1.3', 'tls1.3'],
    ),
  ),
  ciphers: sometimes(ciphers),
  curves: sometimes(curves),
  clientAuth: sometimes(
    fc.record({
      mode: sometimes(fc.constantFrom('request', 'require', 'verify_if_given', 'require_and_verify')),
      pool: fc.constantFrom('none' as const, 'file' as const, 'old' as const),
    }),
  ),
  alpn: fc.boolean(),
});

const style: fc.Arbitrary<Style> = fc.record({
  place: fc.constantFrom('inline' as const, 'snippet' as const, 'file' as const),
  quote: fc.constantFrom('' as const, '"' as const, '`' as const),
  comments: fc.boolean(),
  continued: fc.boolean(),
  split: fc.boolean(),
});

const site: fc.Arbitrary<Site> = fc.record({
  host: fc.constantFrom('one', 'two', 'three', '*', ''),
  aliases: fc.nat({ max: 2 }),
  scheme: fc.constantFrom('' as const, 'https://' as const),
  settings: fc.oneof(
    { weight: 5, arbitrary: settings },
    { weight: 1, arbitrary: fc.constant('internal' as const) },
    { weight: 2, arbitrary: fc.constant('none' as const) },
  ),
  hsts: sometimes(
    fc.record({
      seconds: fc.constantFrom(0, 300, 31536000),
      way: fc.constantFrom('line' as const, 'block' as const, 'deferred' as const, 'path' as const, 'deleted' as const),
    }),
  ),
  style,
});

const upstream: fc.Arbitrary<Upstream> = fc
  .record({
    flaw: fc.constantFrom<Flaw>('sound', 'untrusted', 'wrong-name', 'expired'),
    https: fc.boolean(),
    skipsVerification: fc.boolean(),
    roots: fc.constantFrom('own' as const, 'old' as const, 'system' as const),
    named: fc.boolean(),
  })
  // The system trusts none of the backends: nothing could be learnt of a sound one.
  .map((one) => (one.flaw === 'sound' && !one.skipsVerification ? { ...one, roots: 'own' as const } : one));

const configuration: fc.Arbitrary<Configuration> = fc.record({
  json: fc.boolean(),
  plain: fc.boolean().chain((plain) => (plain ? fc.boolean() : fc.constant(false))),
  autoHttps: fc.constantFrom('disable_redirects', 'disable_redirects', 'off', 'disable_redirects disable_certs'),
  defaultSni: fc.boolean(),
  isHttpsPort: fc.boolean(),
  sites: fc.uniqueArray(site, { minLength: 1, maxLength: 4, selector: ({ host }) => host }),
  upstreams: fc.array(upstream, { maxLength: 2 }),
  onHttpPort: sometimes(
    fc.constantFrom(
      'redir https://{host}{uri}',
      'redir * https://{host}{uri} 308',
      'respond "here"',
      '@plain {\nprotocol http\n}\nredir @plain https://{host}{uri} permanent\nrespond "here"',
      'route {\nrespond "here"\nredir https://{host}{uri}\n}',
      'handle /.well-known/* {\nrespond "x"\n}\nhandle {\nredir https://{host}{uri}\n}',
      'handle /a/* {\nrespond "x"\n}\nhandle {\nrespond "here"\n}',
    ),
  ),
});

/** Caddyfiles and JSON, by the first of the configurations, which also decides the global options. */
export const random: RandomConfigurations<Configuration> = {
  configuration,
  together: 4,
  make: (world, configurations) =>
    configurations[0]?.json ? makeJson(world, configurations) : makeCaddyfile(world, configurations),
};

/** The names of a site, the first of which is what it is probed as. */
export const namesOf = ({ host, aliases }: Site): readonly string[] =>
  host === ''
    ? []
    : [
        `${host}.oracle.test`,
        ...Array.from(
          { length: aliases },
          (_none, index) => `alias${index}-of-${host.replace('*', 'any')}.oracle.test`,
        ),
      ];
