import type { ProtocolVersion } from '../../core/fact.ts';
import { type Field, unknown, written } from '../../core/fact-builder.ts';
import type { Span } from '../../core/source.ts';
import { spanOfWord, splitWord, type Word } from '../../formats/word.ts';
import { evaluateCipherString } from '../../tls/cipher-string.ts';
import { namedGroup } from '../../tls/groups.ts';
import { compareProtocols } from '../../tls/protocols.ts';
import { cipherSuite } from '../../tls/suites.ts';

export type ProtocolsField = Field<readonly ProtocolVersion[]>;

/** What a product adds to, or leaves out of, the cipher string that somebody writes. */
export interface CipherStringHabits {
  /** Appended to what is written, with its colon: `:!aNULL:!eNULL`. */
  readonly appended?: string;
  /** Suites that the product cannot use, such as DHE without parameters. */
  readonly unusable?: (suite: string) => boolean;
}

/**
 * The TLS 1.2 and older suites that an OpenSSL cipher string selects, each placed at the item that brought it in.
 * Empty where only TLS 1.3 is on; unknown where the string is, or where nothing in it is known.
 */
export function cipherStringField(
  string: Word,
  protocols: ProtocolsField | undefined,
  { appended = '', unusable = () => false }: CipherStringHabits = {},
): Field<readonly string[]> {
  if (onlyNewest(protocols)) return written([], spanOfWord(string));
  if (string.unknown) return unknown;
  const { suites, broughtInBy, unknownItems } = evaluateCipherString(`${string.text}${appended}`);
  const usable = suites.filter((suite) => !unusable(suite));
  if (suites.length === 0 && unknownItems.length > 0) return unknown;
  return written(
    usable,
    spanOfWord(string),
    placesOf(usable, (suite) => spanOfWord(string, broughtInBy.get(suite))),
  );
}

/** The suites that a default cipher string selects; empty where only TLS 1.3 is on. For `byDefault`. */
export function suitesOfString(string: string, protocols: ProtocolsField | undefined): readonly string[] {
  return onlyNewest(protocols) ? [] : evaluateCipherString(string).suites;
}

/**
 * Suites listed one by one, in IANA, Go, Java or OpenSSL spelling, without those of TLS 1.3, which such lists do not
 * govern. Unknown where an item is.
 */
export function suiteListField(
  items: readonly Word[],
  whole: Span,
  protocols: ProtocolsField | undefined,
): Field<readonly string[]> {
  if (onlyNewest(protocols)) return written([], whole);
  if (items.some((item) => item.unknown)) return unknown;
  const older = items.filter(({ text }) => cipherSuite(text)?.protocol !== 'TLSv1.3');
  return listField(older, whole, (text) => text);
}

/** Named groups in any product's spelling, by their IANA names where those are known. */
export function groupListField(items: readonly Word[], whole: Span): Field<readonly string[]> {
  if (items.some((item) => item.unknown)) return unknown;
  return listField(items, whole, (text) => namedGroup(text.replace(/^[?*]+/, '')) ?? text);
}

/** Items separated by colons, commas or blanks. */
export const listItems = (list: Word): readonly Word[] => splitWord(list, /[:,\s]+/);

/** Versions switched on one by one, each with its place, oldest first. */
export function protocolSetField(on: ReadonlyMap<ProtocolVersion, Span>, whole: Span): ProtocolsField {
  const versions = [...on.keys()].sort(compareProtocols);
  return written(
    versions,
    whole,
    placesOf(versions, (version) => on.get(version) ?? whole),
  );
}

function listField(items: readonly Word[], whole: Span, name: (text: string) => string): Field<readonly string[]> {
  return written(
    items.map(({ text }) => name(text)),
    whole,
    Object.fromEntries(items.map((item, index) => [String(index), spanOfWord(item)])),
  );
}

const placesOf = <T>(items: readonly T[], place: (item: T) => Span): Readonly<Record<string, Span>> =>
  Object.fromEntries(items.map((item, index) => [String(index), place(item)]));

const onlyNewest = (protocols: ProtocolsField | undefined): boolean =>
  protocols !== undefined && 'value' in protocols && protocols.value.every((version) => version === 'TLSv1.3');
