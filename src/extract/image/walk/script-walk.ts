import type { Source } from '../../../core/source.ts';
import type { ShellCommand } from '../../../formats/shell.ts';
import { certaintyOf } from './certainty.ts';
import type { Variables } from './expand.ts';
import type { CommandContext, Disk } from './run-step.ts';
import type { ScriptSources } from './script-files.ts';
import type { ScriptValues } from './script-variables.ts';
import { textOf } from './script-variables.ts';

/** What a RUN step runs in. */
export interface RunContext {
  /** WORKDIR; `undefined` when only the build knows it. */
  readonly folder: string | undefined;
  readonly variables: Variables;
  /** Where the text of scripts is read. */
  readonly sources: ScriptSources;
}

/** How sure it is that something runs, seen from outside. */
export type Surety = Pick<CommandContext, 'conditional' | 'mayFail' | 'unnoticed'>;

/** How a script was started. */
export interface Call {
  readonly place: string | undefined;
  readonly positional: readonly (string | undefined)[];
  readonly strict: boolean;
  readonly surety: Surety;
  readonly depth: number;
}

export const certain: Surety = { conditional: false, mayFail: false, unnoticed: false };
export const open: Surety = { conditional: true, mayFail: true, unnoticed: true };

/** A script while it is walked. */
export interface Walk {
  disk: Disk;
  readonly context: RunContext;
  readonly call: Call;
  values: ScriptValues;
  /** Variables that programs see. */
  readonly exported: Set<string>;
  readonly functions: Map<string, readonly ShellCommand[]>;
  /** Folders of the script's own shell and of those inside it. */
  readonly folders: Map<string, string | undefined>;
  /** The texts in it, numbered, with how sure it is that they run. */
  readonly texts: Map<Source, { readonly index: number; readonly surety: Surety }>;
  readonly strict: Set<Source>;
  /** Commands in order of their walk, for what stands behind them. */
  readonly sureties: Map<ShellCommand, Surety>;
  /** The functions that are running. */
  readonly stack: (readonly ShellCommand[])[];
  last: { readonly surety: Surety; readonly folder: string | undefined };
  /** It may have ended before: `[ -f x ] && exit 0`. */
  mayBeOver: boolean;
  over: boolean;
}

export function functionsOf(commands: readonly ShellCommand[]): Map<string, readonly ShellCommand[]> {
  const functions = new Map<string, ShellCommand[]>();
  for (const command of commands) {
    if (command.inFunction === undefined) continue;
    const body = functions.get(command.inFunction) ?? [];
    body.push(command);
    functions.set(command.inFunction, body);
  }
  return functions;
}

const both = (...sureties: readonly Surety[]): Surety => ({
  conditional: sureties.some(({ conditional }) => conditional),
  mayFail: sureties.some(({ mayFail }) => mayFail),
  unnoticed: sureties.some(({ unnoticed }) => unnoticed),
});

/** `exit 1` fails the build: nothing behind it is lost. */
export const isFailure = (code: string | undefined): boolean => code !== undefined && /^[1-9]\d*$/.test(code);

export function suretyOf(walk: Walk, command: ShellCommand, outer: Surety): Surety {
  const { source } = command;
  // The text of `sh -c` runs as surely as the command before, which is the one that runs it.
  const text = walk.texts.get(source) ?? {
    index: walk.texts.size,
    surety: walk.texts.size === 0 ? walk.call.surety : walk.last.surety,
  };
  if (!walk.texts.has(source)) {
    walk.texts.set(source, text);
    walk.folders.set(`${text.index}:`, walk.last.folder);
  }
  const { conditional, mayFail, followed } = certaintyOf(command);
  const own = { conditional, mayFail, unnoticed: mayFail || (followed && !walk.strict.has(source)) };
  return both(own, text.surety, outer, walk.mayBeOver ? open : certain);
}

/** Shells inside shells whose folders are told apart. */
const deepestShell = 20;
export const keyOf = (walk: Walk, { source, shells = [] }: ShellCommand): string =>
  `${walk.texts.get(source)?.index ?? 0}:${shells.slice(0, deepestShell).join('.')}`;

export function folderOf(walk: Walk, { source, shells = [] }: ShellCommand): string | undefined {
  const index = walk.texts.get(source)?.index ?? 0;
  for (let length = Math.min(shells.length, deepestShell); length >= 0; length--) {
    const key = `${index}:${shells.slice(0, length).join('.')}`;
    if (walk.folders.has(key)) return walk.folders.get(key);
  }
  return walk.context.folder;
}

/** Where `cd` leads, also by the script's own folder. */
export function cdTarget(
  walk: Walk,
  command: ShellCommand,
  words: readonly (string | undefined)[],
): string | undefined {
  if (words[1] !== undefined) return words[1] === '-' ? undefined : words[1];
  const written = command.words[1];
  return written ? textOf(written.raw, walk.values) : walk.values.variables.get('HOME');
}

export function noteOptions(
  walk: Walk,
  { source, inFunction }: ShellCommand,
  words: readonly (string | undefined)[],
  { conditional }: Surety,
): void {
  const options = words.slice(1);
  const arguments_ = options.indexOf('--');
  if (arguments_ >= 0 || options.some((word) => word === undefined || !/^[-+]|^[a-z]+$/.test(word)))
    walk.values = {
      ...walk.values,
      positional: conditional || inFunction || arguments_ < 0 ? undefined : options.slice(arguments_ + 1),
    };
  if (options.some((word) => word !== undefined && /^\+[a-z]*e/.test(word))) walk.strict.delete(source);
  if (!options.some((word) => word !== undefined && (/^-[a-z]*e/.test(word) || word === 'errexit'))) return;
  if (!conditional) walk.strict.add(source);
  // It ends at the first failure, and nobody notices.
  if (walk.call.depth > 0 && walk.texts.get(source)?.surety.unnoticed) walk.mayBeOver = true;
}

export function shifted(
  positional: ScriptValues['positional'],
  count: string | undefined,
  { conditional }: Surety,
): ScriptValues['positional'] {
  if (conditional || (count !== undefined && !/^\d+$/.test(count))) return undefined;
  return positional?.slice(Number(count ?? 1));
}

/** The variables that a program sees which a command starts: ENV, ARG, what is exported, and `A=x` before it. */
export function seenVariables({ context, values, exported }: Walk, command: ShellCommand): Variables {
  const own = [...values.variables].filter(([name]) => exported.has(name) || context.variables.has(name));
  const prefixed = command.assignments.map(
    ({ name, value }) => [name, value.value ?? textOf(value.raw, values)] as const,
  );
  return new Map([...own, ...prefixed]);
}
