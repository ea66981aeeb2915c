import { data } from '../../../data/boringssl-cipher-suites.yaml';
import type { Range } from '../../core/source.ts';
import { type CipherSuite, cipherSuite } from '../../tls/suites.ts';

/** A suite that a list selects, and the item that brought it in: offsets into the list's text. */
export interface SelectedSuite {
  readonly name: string;
  readonly broughtInBy: Range;
}

/** What a list selects, in order of preference; items that BoringSSL does not know. */
export interface BoringSelection {
  readonly suites: readonly SelectedSuite[];
  readonly unknownItems: readonly Range[];
}

interface Entry {
  readonly suite: CipherSuite;
  readonly name: string;
  readonly broughtInBy?: Range;
}
type Selects = (entry: Entry) => boolean;

/**
 * Evaluates a cipher list as BoringSSL does (include/openssl/ssl.h, "Cipher suite configuration"): OpenSSL's grammar
 * with fewer keywords, and `[A|B]` for suites of equal preference. Suites that only other libraries know are selected
 * by their own name: Envoy refuses such a list, and older releases of it did not. Never throws.
 */
export function evaluateBoringCiphers(text: string): BoringSelection {
  let entries = initial();
  const unknownItems: Range[] = [];
  for (const { range, operator, names } of itemsOf(text)) {
    const selects = selectorOf(names, operator === '');
    if (operator === '@') {
      if (names[0] === 'STRENGTH') entries = byStrength(entries);
      else unknownItems.push(range);
    } else if (selects) entries = applied(entries, operator, selects, range);
    else {
      const foreign = operator === '' ? foreignEntry(names, range) : undefined;
      if (foreign) entries = [...entries.filter(({ name }) => name !== foreign.name), foreign];
      if (!foreign && !data.preShared.includes(names[0] ?? '')) unknownItems.push(range);
    }
  }
  const suites = entries.flatMap(({ name, broughtInBy }) => (broughtInBy ? [{ name, broughtInBy }] : []));
  return { suites, unknownItems };
}

const initial = (): readonly Entry[] =>
  data.suites.flatMap((name) => {
    const suite = cipherSuite(name);
    return suite ? [{ suite, name }] : [];
  });

/** A suite that BoringSSL does not have. TLS 1.3 suites are none of a list's business. */
function foreignEntry(names: readonly string[], broughtInBy: Range): Entry | undefined {
  const [name = '', ...others] = names;
  const suite = others.length === 0 ? cipherSuite(name) : undefined;
  if (!suite || suite.protocol === 'TLSv1.3' || /PSK|SRP/.test(suite.keyExchange)) return undefined;
  return { suite, name: suite.openssl[0] ?? suite.iana, broughtInBy };
}

interface Item {
  readonly range: Range;
  readonly operator: string;
  /** The parts of `ECDHE+AESGCM`. */
  readonly names: readonly string[];
}

function* itemsOf(text: string): Generator<Item> {
  for (const { 0: item, 1: operator = '', 2: names = '', index } of text.matchAll(
    /([-+!@]?)([^-+!@:;,\s[\]|][^:;,\s[\]|]*)/g,
  )) {
    yield { range: { start: index, end: index + item.length }, operator, names: names.split('+') };
  }
}

/** What a name, or the intersection of several, selects; `undefined` where one is not known. */
function selectorOf(names: readonly string[], adds: boolean): Selects | undefined {
  const [only = ''] = names;
  if (names.length === 1 && isKnown(only)) {
    const suite = cipherSuite(only);
    return (entry) => entry.suite === suite;
  }
  const selectors = names.flatMap((name) => keywords.get(name) ?? []);
  if (selectors.length < names.length) return undefined;
  // Keywords do not bring these in, and remove them all the same.
  const named = !adds || names.includes('3DES');
  return (entry) =>
    (named || !data.namedOnly.includes(entry.name)) && selectors.every((selects) => selects(entry.suite));
}

const isKnown = (name: string): boolean => {
  const suite = cipherSuite(name);
  return (
    suite !== undefined &&
    (suite.iana === name || suite.openssl.includes(name)) &&
    suite.openssl.some((one) => data.suites.includes(one))
  );
};

function applied(entries: readonly Entry[], operator: string, selects: Selects, range: Range): readonly Entry[] {
  const active = (entry: Entry): boolean => entry.broughtInBy !== undefined && selects(entry);
  const rest = entries.filter((entry) => !active(entry));
  switch (operator) {
    case '!':
      return entries.filter((entry) => !selects(entry));
    case '-':
      return [...entries.filter(active).map(({ suite, name }) => ({ suite, name })), ...rest];
    case '+':
      return [...rest, ...entries.filter(active)];
    default: {
      const isNew = (entry: Entry): boolean => !entry.broughtInBy && selects(entry);
      const added = entries.filter(isNew).map((entry) => ({ ...entry, broughtInBy: range }));
      return [...entries.filter((entry) => !isNew(entry)), ...added];
    }
  }
}

const byStrength = (entries: readonly Entry[]): readonly Entry[] => {
  const bits = ({ suite: { encryption } }: Entry): number =>
    /256|CHACHA/.test(encryption) ? 256 : /3DES/.test(encryption) ? 112 : 128;
  return [...entries].sort((a, b) => bits(b) - bits(a));
};

type OfSuite = (suite: CipherSuite) => boolean;
const exchange =
  (name: string): OfSuite =>
  (suite) =>
    suite.keyExchange === name;
const authenticated =
  (name: string): OfSuite =>
  (suite) =>
    suite.authentication === name;
const encrypted =
  (pattern: RegExp): OfSuite =>
  (suite) =>
    pattern.test(suite.encryption);
const since =
  (newest: boolean): OfSuite =>
  (suite) =>
    (suite.protocol === 'TLSv1.2') === newest;
const every: OfSuite = () => true;
const none: OfSuite = () => false;

const keywords: ReadonlyMap<string, OfSuite> = new Map<string, OfSuite>([
  ...spelled(['ALL', 'DEFAULT', 'HIGH', 'FIPS'], every),
  ...spelled(['kRSA', 'RSA'], exchange('RSA')),
  ...spelled(['kECDHE', 'kEECDH', 'ECDH', 'ECDHE', 'EECDH'], exchange('ECDHE')),
  ...spelled(['kPSK', 'aPSK', 'PSK'], none),
  ['aRSA', authenticated('RSA')],
  ...spelled(['aECDSA', 'ECDSA'], authenticated('ECDSA')),
  ['3DES', encrypted(/^3DES/)],
  ['AES128', encrypted(/^AES-128/)],
  ['AES256', encrypted(/^AES-256/)],
  ['AES', encrypted(/^AES/)],
  ['AESGCM', encrypted(/-GCM$/)],
  ['CHACHA20', encrypted(/^CHACHA20/)],
  ...spelled(['SHA1', 'SHA'], (suite) => suite.mac === 'SHA1'),
  ...spelled(['SSLv3', 'TLSv1'], since(false)),
  ['TLSv1.2', since(true)],
]);

function spelled(names: readonly string[], selects: OfSuite): readonly (readonly [string, OfSuite])[] {
  return names.map((name) => [name, selects]);
}
