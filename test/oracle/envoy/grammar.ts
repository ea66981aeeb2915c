import fc from 'fast-check';
import { sometimes } from '../core/arbitraries.ts';

/** What may be written in several ways: the values of protocol buffers as JSON. */
export interface Spelling {
  readonly camel: boolean;
  readonly numbers: boolean;
  /** A list of one without its brackets. */
  readonly bare: boolean;
  /** One line in braces, or a line for each value, with comments. */
  readonly lines: boolean;
}

export interface Parameters {
  readonly least: number | undefined;
  readonly most: number | undefined;
  readonly suites: readonly string[] | undefined;
  readonly groups: readonly string[] | undefined;
  readonly fips: boolean;
}

export interface Validation {
  readonly roots: boolean;
  readonly names: boolean;
  readonly pin: 'hash' | 'key' | undefined;
  readonly acceptsUntrusted: boolean | undefined;
  readonly from: 'place' | 'secret' | 'combined' | undefined;
}

export interface Chain {
  readonly parameters: Parameters;
  readonly certificate: 'rsa' | 'ecdsa' | 'both' | 'secret';
  readonly required: boolean | undefined;
  readonly validation: Validation;
  readonly preferClient: boolean | undefined;
  readonly hsts: { readonly at: 'host' | 'configuration' | 'route'; readonly seconds: number } | undefined;
  readonly spelling: Spelling;
}

/** One listener, with a cluster behind a plain one. */
export interface Configuration {
  /** One chain for everybody, or several by name with a default one. */
  readonly chains: readonly Chain[];
  readonly cluster: {
    readonly parameters: Parameters;
    readonly validation: Validation;
    readonly automatic: boolean;
    readonly spelling: Spelling;
  };
  readonly flaw: 'sound' | 'untrusted' | 'wrong-name' | 'expired';
  readonly version: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3' | undefined;
  readonly redirect: 'require_tls' | 'https_redirect' | 'scheme_redirect' | 'none';
}

const spelling = fc.record<Spelling>({
  camel: fc.boolean(),
  numbers: fc.boolean(),
  bare: fc.boolean(),
  lines: fc.boolean(),
});

const suiteItem = fc.constantFrom(
  ...['ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES256-GCM-SHA384', 'ECDHE-RSA-CHACHA20-POLY1305', 'AES128-SHA'],
  ...['AES256-SHA', 'DES-CBC3-SHA', 'ECDHE-RSA-AES128-SHA', 'ECDHE-ECDSA-AES256-SHA', 'ECDHE-RSA-AES128-SHA256'],
  ...[
    'AES128-GCM-SHA256',
    'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
    'TLS_RSA_WITH_AES_256_CBC_SHA',
    'PSK-AES128-CBC-SHA',
  ],
  ...['ALL', 'HIGH', 'kRSA', 'ECDHE', 'EECDH+AESGCM', 'aRSA+kECDHE', 'aECDSA', '3DES', 'AES128', 'AES256', 'AESGCM'],
  ...[
    'CHACHA20',
    'SHA1',
    'SSLv3',
    'TLSv1',
    'TLSv1.2',
    'kRSA+AES',
    'kPSK',
    'RSA',
    'ECDSA',
    'FIPS',
    'SHA',
    'ECDH',
    'PSK',
  ],
);
const equals = fc.constantFrom('[ECDHE-RSA-AES128-GCM-SHA256|ECDHE-RSA-CHACHA20-POLY1305]', '[AES128-SHA|AES256-SHA]');
const removal = fc.constantFrom(
  ...['!kRSA', '-kRSA', '+kRSA', '-AES256', '+AES256', '!3DES', '-SHA1', '+SHA1', '-ECDHE', '+ECDHE', '!AES128-SHA'],
  ...['-AESGCM', '!AESGCM', '-aECDSA', '-aRSA', '+aRSA', '!CHACHA20'],
);
/**
 * Suites of equal preference do not go with operators, and nothing is barred for good that a certificate needs; the
 * end sees to it that every kind of certificate has a suite.
 */
const suites = fc
  .tuple(
    fc.array(suiteItem, { maxLength: 3 }),
    fc.oneof(fc.array(equals, { maxLength: 2 }), fc.array(removal, { maxLength: 3 })),
    fc.array(suiteItem, { maxLength: 2 }),
    fc.boolean(),
  )
  .map(([first, middle, last, joined]) => {
    const all = [
      ...first,
      ...(first.length > 0 ? middle : []),
      ...last,
      'ECDHE-ECDSA-AES128-SHA',
      'ECDHE-RSA-AES256-SHA',
    ];
    return joined ? [all.join(':')] : all;
  });

const groupNames = ['X25519', 'P-256', 'P-384', 'P-521', 'X25519MLKEM768'];
const otherName: Readonly<Record<string, string>> = {
  'P-256': 'prime256v1',
  'P-384': 'secp384r1',
  'P-521': 'secp521r1',
};
const bound = sometimes(fc.integer({ min: 0, max: 4 }));
const parameters = fc
  .record<Parameters>({
    least: bound,
    most: bound,
    suites: sometimes(suites),
    groups: sometimes(
      fc
        .shuffledSubarray(groupNames, { minLength: 1 })
        // The probes' own library has no hybrid group.
        .filter((groups) => groups.join() !== 'X25519MLKEM768')
        .chain((groups) =>
          fc.boolean().map((other) => groups.map((group) => (other ? (otherName[group] ?? group) : group))),
        ),
    ),
    fips: fc.nat(19).map((n) => n === 0),
  })
  .filter(({ least, most, suites, fips }) => {
    // Some version has to be left: the default suites are for TLS 1.2.
    const inOrder = (most || 4) >= (least || 3);
    return inOrder && (fips || suites !== undefined || (most || 4) >= 3);
  });

const validation = fc.record<Validation>({
  roots: fc.boolean(),
  names: fc.boolean(),
  pin: fc.constantFrom<Validation['pin'][]>(undefined, undefined, undefined, 'hash', 'key'),
  acceptsUntrusted: fc.constantFrom<Validation['acceptsUntrusted'][]>(undefined, undefined, false, true),
  from: fc.constantFrom<Validation['from'][]>(undefined, 'place', 'place', 'secret', 'combined'),
});

const chain = fc.record<Chain>({
  parameters,
  certificate: fc.constantFrom<Chain['certificate'][]>('rsa', 'ecdsa', 'both', 'secret'),
  required: sometimes(fc.boolean()),
  validation,
  preferClient: sometimes(fc.boolean()),
  hsts: fc.option(
    fc.record({
      at: fc.constantFrom<('host' | 'configuration' | 'route')[]>('host', 'configuration', 'route'),
      seconds: fc.constantFrom(0, 300, 63072000),
    }),
    { nil: undefined },
  ),
  spelling,
});

/** Anything that Envoy accepts and a probe can tell apart. */
export const configuration = fc.record<Configuration>({
  chains: fc.oneof(
    { weight: 3, arbitrary: fc.tuple(chain) },
    { weight: 1, arbitrary: fc.array(chain, { minLength: 2, maxLength: 3 }) },
  ),
  cluster: fc.record({
    // Before TLS 1.3 the group of the backend's key has to be among the groups.
    parameters: parameters
      .filter(({ most, least }) => (most || 3) >= (least || 3))
      .map((made) => ({
        ...made,
        groups: made.groups && [...made.groups.filter((group) => !/P-256|256v1/.test(group)), 'P-256'],
      })),
    validation,
    automatic: fc.boolean(),
    spelling,
  }),
  flaw: fc.constantFrom<Configuration['flaw'][]>('sound', 'untrusted', 'wrong-name', 'expired'),
  version: fc.constantFrom<Configuration['version'][]>(undefined, undefined, 'TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'),
  redirect: fc.constantFrom<Configuration['redirect'][]>('require_tls', 'https_redirect', 'scheme_redirect', 'none'),
});
