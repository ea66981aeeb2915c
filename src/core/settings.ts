import type { Severity } from './finding.ts';

/** What a configuration file settles, typed and checked. Paths and globs are relative to the file's folder. */
export interface Settings {
  /** A policy's name. */
  readonly policy: string;
  /** Severity by rule id; `off` silences the rule. */
  readonly rules: Readonly<Record<string, Severity | 'off'>>;
  /** Files never read, in gitignore syntax. */
  readonly ignore: readonly string[];
  /** Later ones win. `files` in gitignore syntax. */
  readonly overrides: readonly {
    readonly files: readonly string[];
    readonly rules: Readonly<Record<string, Severity | 'off'>>;
  }[];
  /** Folders with rule files of the user's own. */
  readonly ruleFolders: readonly string[];
  /** Product versions to judge defaults by: `nginx: 1.24.0`. */
  readonly versions: Readonly<Record<string, string>>;
}
