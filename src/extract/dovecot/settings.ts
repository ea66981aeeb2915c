import type { Source, Span } from '../../core/source.ts';
import { spanOf } from '../../core/source.ts';
import type { VersionEvidence } from '../../core/technology.ts';
import type { DovecotStatement } from '../../formats/dovecot.ts';
import type { Word } from '../../formats/word.ts';

export type Setting = Extract<DovecotStatement, { kind: 'setting' }>;

/** The settings of a file or a block, and of what it stands in. */
export interface Scope {
  readonly source: Source;
  readonly statements: readonly DovecotStatement[];
  readonly outer: Scope | undefined;
  /** Whether what is not written has its default: a main file that includes nothing and is no template. */
  readonly whole: boolean;
  readonly branching: boolean;
  readonly version: VersionEvidence;
}

/**
 * The setting in force of the first of `names` that is written: the last one of the block itself, else of the outer one.
 * The blocks `ssl_server { }` and `ssl_client { }` (2.4) are part of what they stand in.
 */
export function setting(scope: Scope, ...names: readonly string[]): Setting | undefined {
  const own = ownSettings(scope.statements, '');
  for (const name of names) {
    const found = own.filter(({ key }) => key === name);
    const last = found.at(-1);
    if (last && scope.branching && found.some(({ value }) => value.text !== last.value.text))
      return { ...last, value: { ...last.value, unknown: true } };
    if (last) return last;
  }
  return scope.outer && setting(scope.outer, ...names);
}

/** Settings with their full names, without those of blocks that hold for a part of the connections. */
export const ownSettings = (statements: readonly DovecotStatement[], prefix: string): readonly Setting[] =>
  statements.flatMap((statement): readonly Setting[] => {
    if (statement.kind === 'setting') {
      const key = statement.key.startsWith('ssl') || prefix === '' ? statement.key : `${prefix}_${statement.key}`;
      return [{ ...statement, key }];
    }
    const merged = statement.kind === 'block' && /^ssl_(?:server|client)$/.test(statement.name);
    return merged ? ownSettings(statement.body, statement.name) : [];
  });

export const wordOf = (scope: Scope, ...names: readonly string[]): Word | undefined => setting(scope, ...names)?.value;

/** The value of a switch; `undefined` where it is absent or cannot be known. */
export function switchOf(scope: Scope, ...names: readonly string[]): boolean | undefined {
  const word = wordOf(scope, ...names);
  return !word || word.unknown ? undefined : /^(?:yes|y|1|true|on)$/i.test(word.text);
}

export const spanOfKey = (scope: Scope, { keyRange }: Setting): Span =>
  spanOf(scope.source, keyRange.start, keyRange.end);
