import type { Source } from '../../../core/source.ts';
import type { ShellCommand, ShellWord } from '../../../formats/shell.ts';
import { expand, isKnown } from './expand.ts';
import { join, nameOf, parentOf } from './trust-files.ts';

/** What the words of a script stand for. `undefined`: only the build knows. */
export interface ScriptValues {
  readonly variables: Map<string, string | undefined>;
  /** Arrays with literal members. */
  readonly arrays: Map<string, readonly string[]>;
  /** `$1` and on. */
  readonly positional: readonly (string | undefined)[] | undefined;
  /** Where the script lies. */
  readonly place: string | undefined;
}

/** A word's values with the variables put in; unquoted ones are split at blanks. */
export function valuesOf(word: ShellWord, values: ScriptValues): readonly (string | undefined)[] {
  if (word.value !== undefined) return [word.value];
  if (/^"?\$(?:@|\{@\})"?$|^\$\*$/.test(word.raw)) return values.positional ?? [undefined];
  const array = /^"?\$\{(\w+)\[[@*]\]\}"?$/.exec(word.raw)?.[1];
  if (array !== undefined) return values.arrays.get(array) ?? [undefined];
  const quoted = /^"[^"]*"$/.test(word.raw);
  const text = textOf(word.raw, values);
  if (text === undefined) return [undefined];
  return quoted ? [text] : text.split(/\s+/).filter((part) => part !== '');
}

/** The text of a word, or of an assignment's value. */
export function textOf(raw: string, { variables, positional, place }: ScriptValues): string | undefined {
  const folder = ownFolder(raw, place);
  if (folder !== undefined) return folder;
  if (/[`(*?[\]]|\$[@#$!-]|\$\{[!#@]/.test(raw)) return undefined;
  const bare = /^"[^"]*"$/.test(raw) ? raw.slice(1, -1) : raw;
  if (!/\$\{?\d/.test(bare)) return plain(expand(bare, variables));
  const numbered = Array.from(
    { length: 10 },
    (_none, index) => [String(index), index === 0 ? place : positional?.[index - 1]] as const,
  );
  // Behind the last argument they are unset.
  const set = numbered.filter(([index]) => !positional || Number(index) <= positional.length);
  return plain(expand(bare, new Map([...variables, ...set])));
}

const plain = (text: string): string | undefined => (isKnown(text) && !/["'\\]/.test(text) ? text : undefined);

/** `$(dirname "$0")` and `$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)`: the folder of the script itself. */
function ownFolder(raw: string, place: string | undefined): string | undefined {
  if (place === undefined || raw.length > 200 || !raw.includes('dirname')) return undefined;
  const text = raw.replace(/["\s]/g, '');
  const dirname = '\\$\\(dirname(?:--)?(?:\\$0|\\$\\{0\\}|\\$BASH_SOURCE|\\$\\{BASH_SOURCE(?:\\[0\\])?\\})\\)';
  const pattern = new RegExp(
    `^(?:${dirname}|\\$\\(cd(?:--)?${dirname}(?:>/dev/null(?:2>&1)?)?&&pwd(?:-P)?\\))(/[\\w./-]*)?$`,
  );
  const found = pattern.exec(text);
  return found ? join(parentOf(place), `./${found[1] ?? ''}`) : undefined;
}

const declares: ReadonlySet<string> = new Set(['export', 'declare', 'local', 'readonly', 'typeset']);
const sets: ReadonlySet<string> = new Set(['read', 'unset', 'getopts', 'mapfile', 'readarray', 'printf', 'let']);

/** What a command assigns: names, with the text of the value as written; `undefined` for one that it reads or unsets. */
export function assignmentsOf({
  assignments,
  words,
}: ShellCommand): readonly (readonly [string, ShellWord | string | undefined])[] {
  const [first] = words;
  if (!first) return assignments.map(({ name, value }) => [name, value] as const);
  const program = nameOf(first.value ?? '');
  if (sets.has(program))
    return words.slice(1).flatMap(({ raw }) => (/^\w+$/.test(raw) ? [[raw, undefined] as const] : []));
  if (!declares.has(program)) return [];
  return words.slice(1).flatMap(({ raw, value }): readonly (readonly [string, string | undefined])[] => {
    const [, name, written] = /^(\w+)=([\s\S]*)$/.exec(value ?? raw) ?? [];
    return name === undefined ? [] : [[name, written] as const];
  });
}

/** Notes what a command assigns; `certain`: it runs, and in the script's own shell. */
export function withAssignments(values: ScriptValues, command: ShellCommand, certain: boolean): void {
  for (const [name, value] of assignmentsOf(command)) {
    // `A+=x` and `A[1]=x` leave the rest of it.
    const sign = typeof value === 'object' ? command.source.text[value.range.start - 2] : undefined;
    if (sign === '+' || sign === ']') {
      values.arrays.delete(name);
      values.variables.set(name, undefined);
      continue;
    }
    values.arrays.delete(name);
    const raw = typeof value === 'string' ? value : value?.raw;
    const known = typeof value === 'object' && value.value !== undefined ? value.value : undefined;
    const text = !certain || raw === undefined ? undefined : (known ?? textOf(raw, values));
    values.variables.set(name, text);
    const members = certain && raw !== undefined ? membersOf(raw) : undefined;
    if (members) values.arrays.set(name, members);
  }
}

/** `(curl "git" # comment …)`: its members, when all of them are literal. */
function membersOf(raw: string): readonly string[] | undefined {
  if (!raw.startsWith('(') || !raw.endsWith(')')) return undefined;
  const text = raw
    .slice(1, -1)
    .replace(/(^|\s)#[^\n]*/g, '$1')
    .trim();
  const members = text.split(/\s+/).map((member) => member.replace(/^(["'])(.*)\1$/, '$2'));
  return members.every((member) => /^[\w.+:=@%/-]+$/.test(member)) ? members : undefined;
}

/** Variables that loops and functions of a script set: their value is not followed from the beginning. */
export function unsettled(script: Source, commands: readonly ShellCommand[]): readonly string[] {
  const loops = [...script.text.matchAll(/\b(?:for|select)\s+([A-Za-z_]\w*)/g)].map(([, name = '']) => name);
  const inFunctions = commands.filter(({ inFunction }) => inFunction !== undefined);
  return [...loops, ...inFunctions.flatMap((command) => assignmentsOf(command).map(([name]) => name))];
}
