import type { Source } from '../core/source.ts';
import { nestedSource } from '../core/source.ts';
import { scanShell } from './shell-scan.ts';
import type { RawCommand, RawWord, ShellWord } from './shell-tree.ts';
import type { Constants } from './shell-values.ts';
import { assignedValue, constantsOf, scriptText, wordsOf } from './shell-values.ts';

export type { ShellWord };

/** One simple command, wherever it stands: in a list, a pipeline, `if`, `$(…)`, `( … )`, or the text of `sh -c '…'`. */
export interface ShellCommand {
  readonly assignments: readonly { readonly name: string; readonly value: ShellWord }[];
  /** The command's name first. */
  readonly words: readonly ShellWord[];
  /** Ranges are offsets into this source's text (a nested one for `sh -c`). */
  readonly source: Source;
  /** The words of the command that reads its output: after `|`, or the shell around `bash -c "$(…)"` and `bash <(…)`. */
  readonly consumer?: readonly ShellWord[];
}

/** Scripts inside scripts that are followed: `sh -c 'sh -c …'`. */
const deepestScript = 6;

const cache = new WeakMap<Source, readonly ShellCommand[]>();

/**
 * The simple commands of a shell script in the order written. Never throws; what cannot be understood is left out.
 * Takes the grammar that sh and bash share (POSIX.1-2024, Shell Command Language, section 2), with bash's `[[`, `<<<`,
 * `<(…)` and `$'…'`. A variable counts as known when the script gives it one literal value, unconditionally.
 */
export function parseShell(source: Source): readonly ShellCommand[] {
  const cached = cache.get(source);
  if (cached) return cached;
  const commands = commandsOf(source, 0);
  cache.set(source, commands);
  return commands;
}

function commandsOf(source: Source, depth: number, expansionsOnly = false): readonly ShellCommand[] {
  const script = scanShell(source.text, expansionsOnly);
  const constants = constantsOf(script);
  const result: ShellCommand[] = [];
  for (const entry of script.entries) {
    if (entry.kind === 'text') {
      if (depth < deepestScript) {
        const inner = nestedSource(source, entry.text, entry.segments);
        append(result, commandsOf(inner, depth + 1, entry.expansionsOnly));
      }
      continue;
    }
    const command = finished(entry, constants, source);
    if (command.words.length > 0 || command.assignments.length > 0) result.push(command);
    if (depth < deepestScript) {
      for (const inner of scriptsIn(entry, command, constants, source)) append(result, commandsOf(inner, depth + 1));
    }
  }
  return result;
}

const append = <T>(list: T[], more: readonly T[]): void => {
  for (const item of more) list.push(item);
};

function finished(raw: RawCommand, constants: Constants, source: Source): ShellCommand {
  const consumer = raw.pipedInto ?? (raw.owner && isShell(raw.owner) ? raw.owner : undefined);
  return {
    assignments: raw.assignments.map(({ name, value }) => ({ name, value: assignedValue(value, constants) })),
    words: raw.words.flatMap((word) => wordsOf(word, constants)),
    source,
    ...(consumer && { consumer: consumer.words.flatMap((word) => wordsOf(word, constants)) }),
  };
}

/** The scripts that a command hands to a shell: `sh -c '…'`, `su -c '…'`, `eval '…'`, `bash <<EOF`. */
function scriptsIn(raw: RawCommand, command: ShellCommand, constants: Constants, source: Source): readonly Source[] {
  const first = programOf(raw.words[0]);
  const texts: RawWord[] = [];
  if (first === 'eval') append(texts, raw.words.slice(1));
  const shell = raw.words.findIndex((word) => shells.has(programOf(word) ?? '') || programOf(word) === 'su');
  const flag = shell < 0 ? -1 : raw.words.findIndex((word, index) => index > shell && isCommandFlag(word));
  const text = flag < 0 ? undefined : raw.words[flag + 1];
  // Between the shell and its `-c` only options stand (and a user, for `su`): `bash run.sh -c x` runs no text.
  const between = raw.words.slice(shell, Math.max(flag, 0));
  const isSu = programOf(raw.words[shell]) === 'su';
  if (text && (isSu || between.slice(1).every((word, index) => isOption(word, between[index])))) texts.push(text);
  const heredocs = isShell(raw) && flag < 0 ? raw.heredocs : [];
  if (command.words.length === 0) return [];
  return [
    ...texts.map((word) => {
      const { value, segments } = scriptText(word, constants);
      return nestedSource(source, value, segments);
    }),
    ...heredocs.map((range) =>
      nestedSource(source, source.text.slice(range.start, range.end), [
        { inner: { start: 0, end: range.end - range.start }, outer: range },
      ]),
    ),
  ];
}

const shells: ReadonlySet<string> = new Set(['sh', 'bash', 'ash', 'dash', 'ksh', 'zsh']);
const isCommandFlag = (word: RawWord): boolean => /^-[a-zA-Z]*c[a-zA-Z]*$/.test(word.raw) || word.raw === '--command';
/** `-e`, and the name after `-o`. */
const isOption = (word: RawWord, before: RawWord | undefined): boolean =>
  /^[-+]/.test(word.raw) || /^[-+][a-zA-Z]*[oO]$/.test(before?.raw ?? '');
const runsText: ReadonlySet<string> = new Set([...shells, 'eval', 'source', '.']);
const wrappers: ReadonlySet<string> = new Set(['sudo', 'exec', 'env', 'command', 'time']);
const isShell = (raw: RawCommand): boolean =>
  runsText.has(programOf(raw.words.find((word) => !wrappers.has(word.raw) && !word.raw.startsWith('-'))) ?? '');

/** The last part of a literal word's path: `/bin/sh` is `sh`. */
function programOf(word: RawWord | undefined): string | undefined {
  if (!word?.pieces.every(({ kind }) => kind === 'text')) return undefined;
  return word.pieces
    .map(({ text }) => text)
    .join('')
    .split('/')
    .at(-1);
}
