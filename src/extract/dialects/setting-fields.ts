import type { CertificateReference, ProtocolVersion } from '../../core/fact.ts';
import { byDefault, type Field, unknown, written } from '../../core/fact-builder.ts';
import type { VersionEvidence } from '../../core/technology.ts';
import { spanOfWord, type Word } from '../../formats/word.ts';
import { sourceOfScalar, type YamlScalar } from '../../formats/yaml-tree.ts';
import { parseProtocol, protocolRange } from '../../tls/protocols.ts';
import { type Reach, reachOf, widestReach } from '../../tls/reach.ts';
import { cipherSuite } from '../../tls/suites.ts';
import { type ProtocolsField, protocolSetField } from './openssl-fields.ts';

/** A YAML or JSON scalar as a word: a part of it knows its own place. */
export function wordOfScalar(node: YamlScalar): Word {
  return {
    text: node.value,
    source: sourceOfScalar(node),
    range: { start: 0, end: node.value.length },
    unknown: false,
  };
}

/** Yes or no, as Go, Java, YAML and Erlang write it; `undefined` for what cannot be known. */
export function flagOf(word: Word | undefined): boolean | undefined {
  if (!word || word.unknown) return undefined;
  if (/^(?:true|t|yes|on|1)$/i.test(word.text)) return true;
  return /^(?:false|f|no|off|0|)$/i.test(word.text) ? false : undefined;
}

/** A flag that is written or left at its default. */
export function flagField(word: Word | undefined, fallback: boolean, reason: string): Field<boolean> {
  if (!word) return byDefault(fallback, reason);
  const flag = flagOf(word);
  return flag === undefined ? unknown : written(flag, spanOfWord(word));
}

/** Versions listed one by one, each with its place. Unknown where one is no version. */
export function protocolListField(items: readonly Word[], whole: Word): ProtocolsField {
  if (whole.unknown || items.some((item) => item.unknown)) return unknown;
  const versions = items.map((item) => [parseProtocol(item.text), spanOfWord(item)] as const);
  const on = versions.flatMap(([version, span]) => (version ? [[version, span] as const] : []));
  return on.length < versions.length ? unknown : protocolSetField(new Map(on), spanOfWord(whole));
}

/** What holds where a bound is not written. */
export interface DefaultRange {
  /** `undefined` where it depends on what is not known. */
  readonly oldest: ProtocolVersion | undefined;
  readonly newest: ProtocolVersion;
  /** Whose default it is: a product, or the release that was found. */
  readonly evidence: Pick<VersionEvidence, 'reason' | 'guessed'>;
}

/**
 * The versions between two bounds, as programs in Go take them. `fallback` undefined: what an absent bound means is not
 * known. Unknown, too, where the bounds leave nothing, which such programs refuse.
 */
export function protocolRangeField(
  oldest: Word | undefined,
  newest: Word | undefined,
  fallback: DefaultRange | undefined,
): ProtocolsField {
  const lower = boundOf(oldest, fallback?.oldest);
  const upper = boundOf(newest, fallback?.newest);
  const place = oldest ?? newest;
  if (!lower || !upper) return unknown;
  const versions = protocolRange(lower, upper);
  if (place) return versions.length > 0 ? written(versions, spanOfWord(place)) : unknown;
  const { reason, guessed } = fallback?.evidence ?? { reason: 'the program', guessed: true };
  return byDefault(versions, `the default of ${reason}`, guessed);
}

function boundOf(word: Word | undefined, fallback: ProtocolVersion | undefined): ProtocolVersion | undefined {
  if (!word || word.text === '') return word?.unknown ? undefined : fallback;
  return word.unknown ? undefined : parseProtocol(word.text);
}

/**
 * The suites of a list that a server can use: nobody issues the certificates that static Diffie-Hellman keys need
 * (RFC 9325, section 4.1), so that these suites of the lists in product documentation are never negotiated.
 */
export const usableSuites = (items: readonly Word[]): readonly Word[] =>
  items.filter(({ text }) => !/^(?:EC)?DH$/.test(cipherSuite(text)?.keyExchange ?? ''));

/** One file that holds a certificate; absent where none is named. */
export function certificateFileField(file: Word | undefined): Field<readonly CertificateReference[]> | undefined {
  if (!file || (file.text === '' && !file.unknown)) return undefined;
  return file.unknown ? unknown : written([{ from: 'file', ref: file.text }], spanOfWord(file));
}

/** A text as it is written; absent where it is empty. */
export function textField(word: Word | undefined): Field<string> | undefined {
  if (!word || (word.text === '' && !word.unknown)) return undefined;
  return word.unknown ? unknown : written(word.text, spanOfWord(word));
}

/**
 * Who can stand between a client and these targets, which may have a scheme, a port and a path. Unknown where one is.
 */
export function reachField(targets: readonly Word[]): Field<Reach> {
  if (targets.some((target) => target.unknown)) return unknown;
  const widest = widestReach(targets.map(({ text }) => reachOf(hostOf(text))));
  const [first] = targets;
  return widest && first ? written(widest, spanOfWord(first)) : unknown;
}

/** The host, and port, of a URL or an address. */
export const hostOf = (address: string): string =>
  address
    .replace(/^[a-z][a-z\d+.-]*:\/\//i, '')
    .replace(/^[^@/?#]*@/, '')
    .replace(/[/?#].*$/, '');
