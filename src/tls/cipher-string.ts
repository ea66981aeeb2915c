import type { Range } from '../core/source.ts';
import {
  allowedAtLevel,
  asksFor,
  isDefault,
  type Selects,
  selectableSuites,
  selectorNamed,
  strengthBits,
} from './cipher-keywords.ts';
import { type CipherSuite, cipherSuite } from './suites.ts';

/** What an OpenSSL cipher string selects, in order of preference. */
export interface CipherSelection {
  /**
   * TLS 1.2 and older suites by OpenSSL name. What default builds leave out or keep away (RC4, 3DES, EXPORT, NULL,
   * anonymous) is among them where an item asks for it in particular and none removes it: what is written counts,
   * whatever the newest build makes of it. PSK and SRP suites are not: no web server sets what they need. A security
   * level that the string sets removes what it removes in OpenSSL.
   */
  readonly suites: readonly string[];
  /** The item of the string that brought each of the suites in: offsets into the string. */
  readonly broughtInBy: ReadonlyMap<string, Range>;
  readonly securityLevel: number | undefined;
  /** Items that OpenSSL skips, as it does not know a name in them, or stumbles over. */
  readonly unknownItems: readonly Range[];
}

interface Entry {
  readonly suite: CipherSuite;
  readonly broughtInBy?: Range;
  /** The item asks for this suite in particular. */
  readonly asked?: boolean;
}

/** The list that OpenSSL works on, in order; a suite is selected while its entry says what brought it in. */
type Entries = readonly Entry[];

/** At most so many selections are kept. */
const mostSelections = 100;
const selections = new Map<string, CipherSelection>();

/**
 * Evaluates as OpenSSL 3.0 does: openssl-ciphers(1), "CIPHER LIST FORMAT", and ssl_ciph.c. Never throws.
 *
 * OpenSSL refuses a string that has no usable suite or breaks off in an item; here such an item is among
 * `unknownItems` and the rest counts.
 * A string that a thousand listeners inherit is evaluated once.
 */
export function evaluateCipherString(text: string): CipherSelection {
  const known = selections.get(text);
  if (known) return known;
  const selection = selected(text);
  if (selections.size >= mostSelections) selections.clear();
  selections.set(text, selection);
  return selection;
}

function selected(text: string): CipherSelection {
  const suiteB = suiteBProfiles.find(([name]) => text.startsWith(name));
  if (suiteB) return selectionOf(exactly(suiteB[1], { start: 0, end: text.length }), undefined, []);
  const startsFromDefault = text.startsWith(defaultKeyword);
  let entries: Entries = startsFromDefault ? defaultEntries() : initialEntries();
  let securityLevel: number | undefined;
  const unknownItems: Range[] = [];
  for (const item of itemsOf(text, startsFromDefault ? defaultKeyword.length : 0)) {
    const level = item.operator === '@' ? /^SECLEVEL=([0-5])$/.exec(item.names[0] ?? '')?.[1] : undefined;
    if (item.operator === '@' && item.names[0] === 'STRENGTH') entries = sortedByStrength(entries);
    else if (level !== undefined) securityLevel = Number(level);
    else if (item.selects) entries = applied(entries, item, item.selects);
    else unknownItems.push({ start: item.start, end: item.end });
  }
  return selectionOf(entries, securityLevel, unknownItems);
}

/** Without a level in the string the level of default builds counts, which is 1 or 2, save for what is asked for. */
function selectionOf(
  entries: Entries,
  securityLevel: number | undefined,
  unknownItems: readonly Range[],
): CipherSelection {
  const chosen = entries.flatMap(({ suite, broughtInBy, asked }): [string, Range][] => {
    const inForce = broughtInBy && allowedAtLevel(suite, securityLevel ?? (asked ? 0 : 1));
    return inForce ? [[suite.openssl[0] ?? suite.iana, broughtInBy]] : [];
  });
  return { suites: chosen.map(([name]) => name), broughtInBy: new Map(chosen), securityLevel, unknownItems };
}

const defaultKeyword = 'DEFAULT';
const initialEntries = (): Entries => selectableSuites().map((suite) => ({ suite }));

/** `ALL:!COMPLEMENTOFDEFAULT:!eNULL`, which bars suites for good; what default builds lack can still be asked for. */
const defaultEntries = (): Entries => {
  const suites = selectableSuites();
  const broughtInBy: Range = { start: 0, end: defaultKeyword.length };
  return [
    ...suites.filter(({ build }) => build !== 'default').map((suite) => ({ suite })),
    ...suites.filter(isDefault).map((suite) => ({ suite, broughtInBy })),
  ];
};

/** Keywords that stand for the whole string (SSL_CTX_set_cipher_list(3), RFC 6460). */
const suiteBProfiles: readonly (readonly [string, readonly string[]])[] = [
  ['SUITEB128ONLY', ['ECDHE-ECDSA-AES128-GCM-SHA256']],
  ['SUITEB128C2', ['ECDHE-ECDSA-AES256-GCM-SHA384']],
  ['SUITEB128', ['ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-ECDSA-AES256-GCM-SHA384']],
  ['SUITEB192', ['ECDHE-ECDSA-AES256-GCM-SHA384']],
];

interface Item extends Range {
  readonly operator: string;
  /** The parts of `ECDHE+AESGCM`. */
  readonly names: readonly string[];
  /** What all names select together; `undefined` where one is unknown, or for a command. */
  readonly selects: Selects | undefined;
}

/**
 * The items from `from` on. They need no separator where an operator follows: `HIGH!aNULL@STRENGTH` is three items.
 * After a command or an unknown name everything up to the next separator is lost.
 */
function* itemsOf(text: string, from: number): Generator<Item> {
  const pattern = /([-!+@]?)([\w.=-]+(?:\+[\w.=-]+)*)/y;
  for (let start = from; start < text.length; ) {
    if (isSeparator(text[start])) {
      start += 1;
      continue;
    }
    pattern.lastIndex = start;
    const [written = '', operator = '', joined = ''] = pattern.exec(text) ?? [];
    const names = joined === '' ? [] : joined.split('+');
    const selectors = operator === '@' ? [] : names.map(selectorNamed);
    const known = selectors.filter((selector) => selector !== undefined);
    const understood = known.length === names.length && known.length > 0;
    const end = understood ? start + written.length : endOfItem(text, start);
    yield {
      start,
      end,
      operator,
      names,
      selects: understood ? (suite) => known.every((selects) => selects(suite)) : undefined,
    };
    start = end;
  }
}

const isSeparator = (character: string | undefined): boolean => character !== undefined && /[:,;\s]/.test(character);
const endOfItem = (text: string, start: number): number =>
  start + (/^[^:,;\s]+/.exec(text.slice(start))?.[0].length ?? 1);

function applied(entries: Entries, item: Item, matches: Selects): Entries {
  const isMatch = ({ suite }: Entry): boolean => matches(suite);
  const isActiveMatch = (entry: Entry): boolean => entry.broughtInBy !== undefined && isMatch(entry);
  switch (item.operator) {
    case '!':
      return entries.filter((entry) => !isMatch(entry));
    case '-': {
      // Removed suites go to the head of the list, where a later item that adds them finds them first.
      const [removed, others] = split(entries, isActiveMatch);
      return [...removed.map(({ suite }) => ({ suite })), ...others];
    }
    case '+': {
      const [moved, others] = split(entries, isActiveMatch);
      return [...others, ...moved];
    }
    default:
      return withAdded(entries, item, matches);
  }
}

function withAdded(entries: Entries, { start, end, names }: Item, matches: Selects): Entries {
  const added: Entry[] = [];
  const others: Entry[] = [];
  for (const entry of entries) {
    const { suite, broughtInBy } = entry;
    const asked = matches(suite) && asksFor(names, suite);
    const add = matches(suite) && (asked || suite.build === 'default');
    if (add && !broughtInBy) added.push({ suite, broughtInBy: { start, end }, asked });
    // What an earlier item selected in vain, because of the security level, this one asks for.
    else if (asked && !entry.asked && !allowedAtLevel(suite, 1))
      others.push({ suite, broughtInBy: { start, end }, asked });
    else others.push(entry);
  }
  return [...others, ...added];
}

/** What `@STRENGTH` does: the strongest first, otherwise as before. */
function sortedByStrength(entries: Entries): Entries {
  const [active, others] = split(entries, ({ broughtInBy }) => broughtInBy !== undefined);
  return [...others, ...[...active].sort((a, b) => strengthBits(b.suite) - strengthBits(a.suite))];
}

function split(entries: Entries, matches: (entry: Entry) => boolean): readonly [Entries, Entries] {
  return [entries.filter(matches), entries.filter((entry) => !matches(entry))];
}

const exactly = (names: readonly string[], broughtInBy: Range): Entries =>
  names.flatMap((name) => {
    const suite = cipherSuite(name);
    return suite ? [{ suite, broughtInBy }] : [];
  });
