import type { Diagnostic } from '../../core/finding.ts';
import type { Source } from '../../core/source.ts';
import { parseProperties } from '../../formats/properties.ts';
import { splitWord, type Word } from '../../formats/word.ts';

/** The settings of one properties file. */
export interface Settings {
  /** The last value of a key; `undefined` where it is absent, an empty word where it is there and empty. */
  readonly get: (key: string) => Word | undefined;
  readonly keys: readonly string[];
  /** What stands for a key that a template may add: an unknown word, or nothing where the file is as it is. */
  readonly absent: Word | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

export function settingsOf(source: Source): Settings {
  const { properties, diagnostics } = parseProperties(source);
  const branching = /\{%-?\s*(?:if|for)|\{\{-?\s*(?:if|range|with)\b|<%/.test(source.text);
  const values = new Map<string, Word>();
  for (const { key, value } of properties) {
    const before = values.get(key);
    values.set(key, branching && before && before.text !== value.text ? { ...value, unknown: true } : value);
  }
  const absent = branching ? { text: '', source, range: { start: 0, end: 0 }, unknown: true } : undefined;
  return { get: (key) => values.get(key), keys: [...values.keys()], absent, diagnostics };
}

/** The first of several keys that is set, an empty one counting as set. */
export const firstOf = (settings: Settings, ...keys: readonly string[]): Word | undefined =>
  keys.map(settings.get).find((word) => word !== undefined);

/** A value that says something. */
export const filled = (word: Word | undefined): Word | undefined =>
  word && (word.unknown || word.text !== '') ? word : undefined;

export const listOf = (word: Word): readonly Word[] => splitWord(word, /[\s,]+/);

/** The security protocol that a listener's name stands for; `undefined` where that cannot be known. */
export function securityProtocol(settings: Settings, name: string): string | undefined {
  const map = settings.get('listener.security.protocol.map') ?? settings.absent;
  if (map?.unknown) return undefined;
  const mapped = map && listOf(map).find(({ text }) => text.toUpperCase().startsWith(`${name.toUpperCase()}:`));
  const protocol = mapped ? mapped.text.slice(name.length + 1) : map ? '' : name;
  const known = protocol === '' ? name : protocol;
  return /^(?:SASL_)?(?:PLAINTEXT|SSL)$|^https?$/i.test(known) ? known.toUpperCase() : undefined;
}

export const isTls = (protocol: string): boolean => /SSL$|^HTTPS$/i.test(protocol);
