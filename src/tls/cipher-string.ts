import type { Range } from '../core/source.ts';
import { allSuites, type CipherSuite, cipherSuite } from './suites.ts';

/** What an OpenSSL cipher string selects, in order of preference. */
export interface CipherSelection {
  /**
   * TLS 1.2 and older suites by OpenSSL name, in order. Suites that default builds leave out (RC4, 3DES, EXPORT) are
   * in it where an item asks for them in particular, unless the string removes them: what is written counts, whatever
   * the newest build makes of it. PSK and SRP suites are left out: no web server sets what they need. So are suites
   * above the security level that the string sets.
   */
  readonly suites: readonly string[];
  /** The item of the string that first brought each suite in: offsets into the string. */
  readonly broughtInBy: ReadonlyMap<string, Range>;
  readonly securityLevel: number | undefined;
  /** Items that OpenSSL skips: names that it does not know. */
  readonly unknownItems: readonly Range[];
}

interface Entry {
  readonly suite: CipherSuite;
  readonly name: string;
  active: boolean;
}

/** The list that OpenSSL works on: active suites in order of preference, the others around them. */
interface State {
  entries: Entry[];
  readonly broughtInBy: Map<string, Range>;
}

/** Evaluates as `openssl ciphers` does: openssl-ciphers(1), "CIPHER LIST FORMAT", and ssl_ciph.c. Never throws. */
export function evaluateCipherString(text: string): CipherSelection {
  const state: State = { entries: initialEntries(), broughtInBy: new Map() };
  const unknownItems: Range[] = [];
  let securityLevel: number | undefined;
  for (const [index, item] of itemsOf(text).entries()) {
    if (item.text === '@STRENGTH') sortByStrength(state);
    else if (item.text.startsWith('@')) securityLevel = levelOf(item.text) ?? securityLevel;
    else if (item.text === 'DEFAULT' && index === 0) applyDefault(state, item);
    else if (!apply(state, item)) unknownItems.push({ start: item.start, end: item.end });
  }
  const chosen = state.entries.filter(
    ({ active, suite }) => active && usable(suite) && suite.maximumSecurityLevel >= (securityLevel ?? 0),
  );
  return { suites: chosen.map(({ name }) => name), broughtInBy: state.broughtInBy, securityLevel, unknownItems };
}

interface Item extends Range {
  readonly text: string;
}

const itemsOf = (text: string): readonly Item[] =>
  [...text.matchAll(/[^:,;\s@]+|@[^:,;\s@]*/g)].map(({ 0: item, index }) => ({ text: item, start: index, end: index + item.length }));

const levelOf = (item: string): number | undefined => {
  const level = /^@SECLEVEL=([0-5])$/.exec(item)?.[1];
  return level === undefined ? undefined : Number(level);
};

const usable = ({ keywords, keyExchange, authentication }: CipherSuite): boolean =>
  !keywords.some((keyword) => /PSK|SRP/.test(keyword)) && !/PSK|SRP|KRB5/.test(keyExchange + authentication);

function initialEntries(): Entry[] {
  return [...allSuites()]
    .filter((suite) => suite.openssl !== undefined && suite.keywords.length > 0)
    .sort((a, b) => (a.order ?? Number.POSITIVE_INFINITY) - (b.order ?? Number.POSITIVE_INFINITY) || 0)
    .map((suite) => ({ suite, name: suite.openssl ?? suite.iana, active: false }));
}

/** `ALL:!COMPLEMENTOFDEFAULT:!eNULL` (openssl-ciphers(1), OpenSSL 3.0). */
function applyDefault(state: State, item: Item): void {
  add(state, item, ({ keywords }) => keywords.includes('DEFAULT'));
  state.entries = state.entries.filter(({ active, suite }) => active || suite.order === undefined);
}

/** Applies one item; false where OpenSSL knows no such name. */
function apply(state: State, item: Item): boolean {
  const [, operator = '', names = ''] = /^([!+-]?)(.*)$/s.exec(item.text) ?? [];
  const conditions = names.split('+').map(selector);
  if (conditions.some((condition) => condition === undefined)) return false;
  const named = names.split('+').some(asksForWhatBuildsLack);
  const matches = (suite: CipherSuite): boolean => conditions.every((condition) => condition?.(suite));
  switch (operator) {
    case '!':
      state.entries = state.entries.filter(({ suite }) => !matches(suite));
      return true;
    case '-':
      remove(state, matches);
      return true;
    case '+':
      moveToEnd(state, matches);
      return true;
    default:
      add(state, item, (suite) => matches(suite) && (suite.order !== undefined || named));
      return true;
  }
}

function add(state: State, item: Item, matches: (suite: CipherSuite) => boolean): void {
  const chosen = state.entries.filter(({ active, suite }) => !active && matches(suite));
  for (const entry of chosen) {
    entry.active = true;
    if (!state.broughtInBy.has(entry.name)) state.broughtInBy.set(entry.name, { start: item.start, end: item.end });
  }
  state.entries = [...state.entries.filter((entry) => !chosen.includes(entry)), ...chosen];
}

/** Removed suites go to the head of the list, where a later item that adds them finds them first. */
function remove(state: State, matches: (suite: CipherSuite) => boolean): void {
  const chosen = state.entries.filter(({ active, suite }) => active && matches(suite));
  for (const entry of chosen) {
    entry.active = false;
    state.broughtInBy.delete(entry.name);
  }
  state.entries = [...chosen, ...state.entries.filter((entry) => !chosen.includes(entry))];
}

function moveToEnd(state: State, matches: (suite: CipherSuite) => boolean): void {
  const chosen = state.entries.filter(({ active, suite }) => active && matches(suite));
  state.entries = [...state.entries.filter((entry) => !chosen.includes(entry)), ...chosen];
}

function sortByStrength(state: State): void {
  const active = state.entries.filter((entry) => entry.active).sort((a, b) => b.suite.bits - a.suite.bits);
  state.entries = [...state.entries.filter((entry) => !entry.active), ...active];
}

/** Other spellings of keywords (openssl-ciphers(1), "CIPHER STRINGS"). */
const aliases: ReadonlyMap<string, string> = new Map(Object.entries({
  kEECDH: 'kECDHE',
  EECDH: 'ECDHE',
  kEDH: 'kDHE',
  EDH: 'DHE',
  SHA: 'SHA1',
  TLSv1: 'TLSv1.0',
  DSS: 'aDSS',
  ECDSA: 'aECDSA',
  NULL: 'eNULL',
  EXP: 'EXPORT',
  EXPORT40: 'EXPORT',
  EXPORT56: 'EXPORT',
}));
const sizes: ReadonlyMap<string, RegExp> = new Map(Object.entries({
  CAMELLIA128: /CAMELLIA128/,
  CAMELLIA256: /CAMELLIA256/,
  ARIA128: /ARIA128/,
  ARIA256: /ARIA256/,
}));
const computed: ReadonlyMap<string, (suite: CipherSuite) => boolean> = new Map([
  ['ALL', ({ keywords }) => !keywords.includes('eNULL')],
  ['COMPLEMENTOFALL', ({ keywords }) => keywords.includes('eNULL')],
  ['COMPLEMENTOFDEFAULT', ({ keywords }) => !keywords.includes('DEFAULT') && !keywords.includes('eNULL')],
]);

/** Keywords that say "this, although builds leave it out"; `ALL`, `HIGH` or `MEDIUM` do not. */
const asksForWhatBuildsLack = (name: string): boolean =>
  /^(RC4|RC2|3DES|DES|IDEA|SEED|LOW|EXP|EXPORT|EXPORT40|EXPORT56|MD5)$/.test(name) || cipherSuite(name)?.openssl !== undefined;

/** What a keyword or a suite's name selects; `undefined` for a name that OpenSSL does not know. Case matters. */
function selector(name: string): ((suite: CipherSuite) => boolean) | undefined {
  const exact = cipherSuite(name);
  if (exact?.openssl === name || (exact && exact.others.includes(name) && exact.openssl !== undefined && !name.startsWith('TLS_'))) {
    return (suite) => suite.iana === exact.iana;
  }
  const rule = computed.get(name);
  if (rule) return rule;
  const size = sizes.get(name);
  if (size) return ({ openssl }) => openssl !== undefined && size.test(openssl);
  const keyword = aliases.get(name) ?? name;
  if (!keywordsInUse().has(keyword) || keyword === 'DEFAULT') return undefined;
  return ({ keywords }) => keywords.includes(keyword);
}

let keywords: ReadonlySet<string> | undefined;
function keywordsInUse(): ReadonlySet<string> {
  keywords ??= new Set(allSuites().flatMap((suite) => suite.keywords));
  return keywords;
}
