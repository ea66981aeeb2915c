import type { VersionEvidence, Versions } from '../../core/technology.ts';
import { type KeyValue, type KeyValues, lastEntry } from '../../formats/key-values.ts';
import type { Word } from '../../formats/word.ts';

/** The options of one or several sections. */
export interface Scope {
  readonly entries: readonly KeyValue[];
  readonly branching: boolean;
  /** Whether other files may set what is not written here. */
  readonly includes: boolean;
  readonly product: 'mysql' | 'mariadb';
  readonly version: VersionEvidence;
}

/** An option in force. */
export interface Option {
  readonly entry: KeyValue;
  readonly value: Word | undefined;
  /** `skip-ssl`, `disable-ssl`: the prefix switches it off. */
  readonly negated: boolean;
}

/** Hyphens and underscores are one, and so are an option and its `loose-`, `skip-`, `disable-` and `enable-` forms. */
export const optionName = (key: string): string =>
  key
    .toLowerCase()
    .replaceAll('_', '-')
    .replace(/^loose-/, '')
    .replace(/^(?:skip|disable|enable)-/, '');

/** The last of an option counts. */
export function option({ entries, branching }: Scope, name: string): Option | undefined {
  const entry = lastEntry(entries, (key) => optionName(key) === name, branching);
  if (!entry) return undefined;
  const negated = /^(?:loose[-_])?(?:skip|disable)[-_]/i.test(entry.key);
  return { entry, value: entry.value, negated };
}

/** A switch: on where it stands alone; `undefined` where its value cannot be known. */
export function switched(found: Option): boolean | undefined {
  if (found.negated) return false;
  if (!found.value) return true;
  if (found.value.unknown) return undefined;
  return !/^(?:0|off|false|no)$/i.test(found.value.text);
}

/**
 * Which of the two a file is for: a section or a name that only one has, the images that stand in the repository, and
 * MySQL where nothing tells.
 */
export function productOf(
  { entries }: KeyValues,
  name: string,
  path: string,
  versions: Versions,
): Pick<Scope, 'product' | 'version'> {
  const mysql = versions('mysql', path);
  const mariadb = versions('mariadb', path);
  const named = /mariadb|galera/i.test(name) || entries.some(({ section }) => /mariadb|galera/.test(section));
  const own = entries.some(({ key }) => /^(?:ssl-mode|tls-ciphersuites|admin-|mysqlx)/.test(optionName(key)));
  const isMariadb = named || (!own && mysql.guessed && !mariadb.guessed);
  return isMariadb ? { product: 'mariadb', version: mariadb } : { product: 'mysql', version: mysql };
}
