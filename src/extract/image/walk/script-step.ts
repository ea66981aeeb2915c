import type { Source } from '../../../core/source.ts';
import type { ShellCommand } from '../../../formats/shell.ts';
import { parseShell } from '../../../formats/shell.ts';
import { withAptSettings } from './apt-settings.ts';
import type { Variables } from './expand.ts';
import { afterRedirections } from './redirections.ts';
import type { CalledScript, CommandContext, Disk } from './run-step.ts';
import { afterCommand, anywhere, programOf } from './run-step.ts';
import { scriptAt } from './script-files.ts';
import { overwrittenByRedirections } from './script-overwrites.ts';
import { unsettled, valuesOf, withAssignments } from './script-variables.ts';
import type { Call, RunContext, Surety, Walk } from './script-walk.ts';
import {
  cdTarget,
  certain,
  folderOf,
  functionsOf,
  isFailure,
  keyOf,
  noteOptions,
  open,
  seenVariables,
  shifted,
  suretyOf,
} from './script-walk.ts';
import { joinKnown, resolved } from './trust-files.ts';

const deepestCall = 8;
const deepestFunction = 20;
const longestScript = 100_000;

/** The disk after a shell script ran. */
export function afterScript(script: Source, before: Disk, context: RunContext): Disk {
  return walked(script, before, context, {
    place: undefined,
    positional: [],
    strict: endsAtFailure(script.text),
    surety: certain,
    depth: 0,
  }).disk;
}

/** `#!/bin/sh -e`. */
const endsAtFailure = (text: string): boolean => /^#![^\n]*\s-\w*e/.test(text);

/** The disk after a command in exec form. */
export function afterExec(words: readonly (string | undefined)[], before: Disk, context: RunContext): Disk {
  const caller = { context, surety: certain, folder: context.folder, variables: context.variables, depth: 0 };
  const start = (called: CalledScript, disk: Disk): Disk | undefined => started(called, disk, caller)?.disk;
  return afterCommand(words, before, { folder: context.folder, ...certain, start });
}

function walked(script: Source, before: Disk, context: RunContext, call: Call): Walk {
  const commands = parseShell(script);
  const variables = new Map(context.variables);
  for (const name of unsettled(script, commands)) variables.set(name, undefined);
  const walk: Walk = {
    disk: {
      ...before,
      ledger: withAptSettings(script.text, before.ledger),
      scripts: overwrittenByRedirections(script, before.scripts),
    },
    context,
    call,
    values: { variables, arrays: new Map(), positional: call.positional, place: call.place },
    exported: new Set(context.variables.keys()),
    functions: functionsOf(commands),
    folders: new Map(),
    texts: new Map(),
    strict: new Set(),
    sureties: new Map(),
    stack: [],
    last: { surety: call.surety, folder: context.folder },
    mayBeOver: false,
    over: false,
  };
  const root = commands[0]?.source ?? script;
  if (call.strict) {
    walk.strict.add(root);
    walk.mayBeOver = call.surety.unnoticed;
  }
  for (const command of commands) if (command.inFunction === undefined) step(walk, command, certain, 0);
  const surety = (command: ShellCommand): Surety => walk.sureties.get(command) ?? open;
  walk.disk = afterRedirections(
    script,
    commands,
    walk.disk,
    walk.folders.get('0:') ?? context.folder,
    (command) => surety(command).conditional,
  );
  return walk;
}

/** `outer`: how sure it is that the function runs that it stands in. */
function step(walk: Walk, command: ShellCommand, outer: Surety, depth: number): void {
  if (walk.over) return;
  if (--walk.context.sources.budget.left < 0) {
    walk.disk = anywhere(walk.disk);
    walk.over = true;
    return;
  }
  const surety = suretyOf(walk, command, outer);
  walk.sureties.set(command, surety);
  const words = command.words.flatMap((word) => valuesOf(word, walk.values));
  const program = programOf(words[0]);
  const own = (command.shells?.length ?? 0) === 0;
  const folder = folderOf(walk, command);
  walk.last = { surety, folder };
  withAssignments(walk.values, command, !surety.conditional && own);
  if (program === 'export' || program === 'declare')
    for (const { raw } of command.words.slice(1)) walk.exported.add(/^\w*/.exec(raw)?.[0] ?? '');
  switch (program) {
    case 'cd': {
      const target = cdTarget(walk, command, words);
      walk.folders.set(keyOf(walk, command), target === undefined ? undefined : joinKnown(folder, target));
      return;
    }
    case 'set':
      noteOptions(walk, command, words, surety);
      return;
    case 'shift':
      walk.values = { ...walk.values, positional: shifted(walk.values.positional, words[1], surety) };
      return;
    case 'exit':
    case 'return':
      if (own && !isFailure(words[1])) {
        if (surety.conditional) walk.mayBeOver = true;
        else if (program === 'exit' || command.inFunction === undefined) walk.over = true;
      }
      return;
  }
  const body = program === undefined || words[0]?.includes('/') ? undefined : walk.functions.get(program);
  if (body) {
    callFunction(walk, body, words.slice(1), surety, depth);
    return;
  }
  const context: CommandContext = { folder, ...surety, fedTo: programOf(command.consumer?.[0]?.value) };
  const start = (called: CalledScript, disk: Disk): Disk | undefined =>
    startedFrom(walk, command, called, disk, context);
  walk.disk = afterCommand(words, walk.disk, { ...context, start });
  if (program === 'exec' && words.length > 1 && own) {
    if (surety.conditional) walk.mayBeOver = true;
    else if (command.inFunction === undefined) walk.over = true;
  }
}

function callFunction(
  walk: Walk,
  body: readonly ShellCommand[],
  words: readonly (string | undefined)[],
  surety: Surety,
  depth: number,
): void {
  const calls = walk.stack.filter((one) => one === body).length;
  // It calls itself: what its body does is known by then, whatever the arguments.
  if (calls > 1) return;
  if (depth > deepestFunction) {
    walk.disk = anywhere(walk.disk);
    return;
  }
  const { positional } = walk.values;
  const { mayBeOver } = walk;
  walk.values = { ...walk.values, positional: calls > 0 ? undefined : words };
  walk.stack.push(body);
  const returns = body.some(({ words: [first] }) => first?.value === 'exit');
  for (const command of body) step(walk, command, surety, depth + 1);
  walk.stack.pop();
  walk.values = { ...walk.values, positional };
  // What ends with `return` ends the function alone.
  walk.mayBeOver = mayBeOver || (walk.mayBeOver && returns);
}

/** Who starts a script. */
interface Caller {
  readonly context: RunContext;
  readonly surety: Surety;
  readonly folder: string | undefined;
  /** What the script sees. */
  readonly variables: Variables;
  readonly depth: number;
}

/** Walks a script whose text is in the repository; `undefined` where it is not, or is no shell script. */
function started(called: CalledScript, disk: Disk, caller: Caller): Walk | undefined {
  const { context, depth, surety } = caller;
  const { budget } = context.sources;
  if (depth >= deepestCall) return undefined;
  for (const written of called.places) {
    const place = resolved(disk.files, written);
    const script = scriptAt(disk.scripts, place, context.sources);
    if (!script || script.text.length > longestScript || !isShellScript(script.text, called.by)) continue;
    budget.left -= script.text.length / 100;
    const strict = called.strict || (called.by === 'itself' && endsAtFailure(script.text));
    return walked(
      script,
      disk,
      { ...context, folder: caller.folder, variables: caller.variables },
      {
        place,
        positional: called.arguments,
        strict,
        surety: { ...surety, conditional: false },
        depth: depth + 1,
      },
    );
  }
  return undefined;
}

const isShellScript = (text: string, by: CalledScript['by']): boolean =>
  !text.includes('\0') && (by !== 'itself' || !text.startsWith('#!') || /^#![^\n]*\b(?:ba|da|a|k|z)?sh\b/.test(text));

function startedFrom(
  walk: Walk,
  command: ShellCommand,
  called: CalledScript,
  disk: Disk,
  { folder, ...surety }: CommandContext,
): Disk | undefined {
  const { context, call, values } = walk;
  const sourced = called.by === 'source';
  const variables = sourced ? values.variables : seenVariables(walk, command);
  const inner = started(called, disk, { context, surety, folder, variables, depth: call.depth });
  if (!inner) return undefined;
  if (sourced) {
    for (const [name, body] of inner.functions) walk.functions.set(name, body);
    for (const [name, value] of inner.values.variables)
      if (values.variables.get(name) !== value) values.variables.set(name, undefined);
    walk.mayBeOver ||= inner.mayBeOver;
  }
  return inner.disk;
}
