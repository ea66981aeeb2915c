import type { VersionEvidence } from '../../core/technology.ts';
import { type KeyValue, type KeyValues, lastEntry } from '../../formats/key-values.ts';
import type { Word } from '../../formats/word.ts';

export interface Scope {
  readonly settings: KeyValues;
  /** Whether what is not written has its default. */
  readonly whole: boolean;
  readonly version: VersionEvidence;
}

/** The last entry of a name counts; case does not matter. */
export const entryOf = ({ settings }: Scope, name: string): KeyValue | undefined =>
  lastEntry(settings.entries, (key) => key.toLowerCase() === name, settings.branching);

export const wordOf = (scope: Scope, name: string): Word | undefined => entryOf(scope, name)?.value;

/** A boolean as PostgreSQL spells it: `on`, `yes`, `true`, `1` and their beginnings (manual, 20.1.1). */
export function booleanOf({ text, unknown }: Word): boolean | undefined {
  if (unknown) return undefined;
  if (/^(?:on|t|tr|tru|true|y|ye|yes|1)$/i.test(text)) return true;
  return /^(?:of|off|f|fa|fal|fals|false|n|no|0)$/i.test(text) ? false : undefined;
}
