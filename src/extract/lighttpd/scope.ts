import type { Range, Source, Span } from '../../core/source.ts';
import { spanOf } from '../../core/source.ts';
import type { VersionEvidence } from '../../core/technology.ts';
import type { Word } from '../../formats/word.ts';
import type { SslCommands } from '../dialects/ssl-conf-commands.ts';
import type { Assignment, Condition, Statement, Value } from './grammar.ts';

/** The settings of a block, and of what it stands in. */
export interface Scope {
  readonly statements: readonly Statement[];
  readonly outer: Scope | undefined;
  /** Whether absence here means the default: a main file, and every include followed. */
  readonly whole: boolean;
  readonly version: VersionEvidence;
}

/** What a key is set to, and where. */
export interface Setting {
  readonly assignment: Assignment;
  readonly value: Value;
}

/** The setting in force: the scope's own, else the outer one's; `+=` adds to what was there. */
export function setting(scope: Scope, key: string): Setting | undefined {
  let found: Setting | undefined;
  for (const assignment of byKey(scope.statements).get(key) ?? []) {
    const before = assignment.operator === '+=' ? (found ?? (scope.outer && setting(scope.outer, key))) : undefined;
    found = { assignment, value: before ? joined(before.value, assignment.value) : assignment.value };
  }
  return found ?? (scope.outer && setting(scope.outer, key));
}

/** What follows from a list of statements, worked out once for each list. */
export function remembered<T>(work: (statements: readonly Statement[]) => T): (statements: readonly Statement[]) => T {
  const results = new WeakMap<readonly Statement[], { readonly result: T }>();
  return (statements) => {
    const before = results.get(statements) ?? { result: work(statements) };
    results.set(statements, before);
    return before.result;
  };
}

const byKey = remembered((statements) => {
  const index = new Map<string, Assignment[]>();
  for (const statement of statements) {
    if (statement.kind !== 'assignment') continue;
    const there = index.get(statement.key);
    if (there) there.push(statement);
    else index.set(statement.key, [statement]);
  }
  return index;
});

function joined(before: Value, added: Value): Value {
  if (before.kind === 'array' && added.kind === 'array')
    return { ...added, entries: [...before.entries, ...added.entries] };
  if (before.kind === 'word') return { kind: 'word', word: { ...before.word, unknown: true } };
  return added.kind === 'word' ? { kind: 'word', word: { ...added.word, unknown: true } } : added;
}

/** The single value of a key; a list where one value belongs is unknown. */
export function wordOf(scope: Scope, key: string): Word | undefined {
  const found = setting(scope, key);
  if (!found) return undefined;
  const { assignment, value } = found;
  return value.kind === 'word'
    ? value.word
    : { text: '', source: assignment.source, range: value.range, unknown: true };
}

export const isEnabled = (word: Word | undefined): boolean =>
  word !== undefined && !word.unknown && /^(?:enable|true|1)$/i.test(word.text);

/**
 * The commands of `ssl.openssl.ssl-conf-cmd`; the last of a name counts. `undefined` where the whole list is unknown.
 */
export function commandsOf(scope: Scope): SslCommands | undefined {
  const value = setting(scope, 'ssl.openssl.ssl-conf-cmd')?.value;
  if (!value) return new Map();
  if (value.kind !== 'array') return undefined;
  return new Map(
    value.entries.flatMap(({ key, value: one }): [string, Word][] =>
      key !== undefined && one.kind === 'word' ? [[key.toLowerCase(), one.word]] : [],
    ),
  );
}

export const conditionsIn: (statements: readonly Statement[]) => readonly Condition[] = remembered((statements) =>
  statements.filter((statement) => statement.kind === 'condition'),
);

/** Every assignment, at any depth. */
export const everyAssignment: (statements: readonly Statement[]) => readonly Assignment[] = remembered((statements) =>
  statements.flatMap((statement) => {
    if (statement.kind === 'assignment') return [statement];
    return statement.kind === 'condition' ? everyAssignment(statement.body) : [];
  }),
);

/** Every assignment that counts under some condition only, apart from those of sockets. */
export const conditionalAssignments = remembered((statements) =>
  conditionsIn(statements).flatMap(({ field, body }) => (field === 'SERVER["socket"]' ? [] : everyAssignment(body))),
);

/** Every assignment that counts for some hosts only. */
export const hostAssignments = remembered((statements) =>
  conditionsIn(statements).flatMap(({ field, body }) => (field === 'HTTP["host"]' ? everyAssignment(body) : [])),
);

export const spanIn = ({ source }: { readonly source: Source }, { start, end }: Range): Span =>
  spanOf(source, start, end);
