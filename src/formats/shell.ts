import type { Segment, Source } from '../core/source.ts';
import { nestedSource } from '../core/source.ts';
import { isShell, scriptWords } from './shell-programs.ts';
import { readScript } from './shell-reading.ts';
import type { Budget, RawCommand, ScriptPlace, ShellWord } from './shell-tree.ts';
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
  /** The function whose body it stands in: it runs when that is called. */
  readonly inFunction?: string;
  /** Numbers of the shells of their own that it stands in: `( … )`, `$(…)`, a part of a pipeline. What they set is lost. */
  readonly shells?: readonly number[];
}

/** Scripts inside scripts that are followed: `sh -c 'sh -c …'`. */
const deepestScript = 6;
/** What lies behind this many characters is not read. */
const longestScript = 100_000;
/** Hostile nesting reads the same text over and over. */
const mostRead = 1_000_000;

const cache = new WeakMap<Source, readonly ShellCommand[]>();

/**
 * The simple commands of a shell script in the order written. Never throws; what cannot be understood is left out.
 * Scripts are read as Bash reads them, also those for `sh`, but with line ends of either kind. A variable counts as
 * known when the script gives it one literal value, unconditionally.
 */
export function parseShell(source: Source): readonly ShellCommand[] {
  const cached = cache.get(source);
  if (cached) return cached;
  const commands: ShellCommand[] = [];
  readCommands(commands, source, 0, { left: mostRead }, undefined);
  cache.set(source, commands);
  return commands;
}

function readCommands(
  result: ShellCommand[],
  given: Source,
  depth: number,
  budget: Budget,
  outerFunction: string | undefined,
): void {
  const source = withPlainLineEnds(given);
  const script = readScript(source.text.slice(0, longestScript), budget);
  const constants = constantsOf(script, budget);
  const known = new Map<RawCommand, readonly ShellWord[]>();
  const words = (raw: RawCommand): readonly ShellWord[] => {
    const found = known.get(raw) ?? raw.words.flatMap((word) => wordsOf(word, constants));
    known.set(raw, found);
    return found;
  };
  const readInner = (text: string, segments: readonly Segment[], { inFunction }: ScriptPlace): void => {
    if (depth < deepestScript)
      readCommands(result, nestedSource(source, text, segments), depth + 1, budget, inFunction ?? outerFunction);
  };
  for (const entry of script.entries) {
    if (entry.kind === 'text') {
      readInner(entry.text, entry.segments, entry.place);
      continue;
    }
    const consumer = entry.pipedInto ?? (entry.owner && isShell(entry.owner) ? entry.owner : undefined);
    const inFunction = entry.place.inFunction ?? outerFunction;
    const command: ShellCommand = {
      assignments: entry.assignments.map(({ name, value }) => ({ name, value: assignedValue(value, constants) })),
      words: words(entry),
      source,
      ...(consumer && { consumer: words(consumer) }),
      ...(inFunction !== undefined && { inFunction }),
      ...(entry.place.shells.length > 0 && { shells: entry.place.shells }),
    };
    if (command.words.length > 0 || command.assignments.length > 0) result.push(command);
    const scripts = scriptWords(entry);
    for (const word of scripts) {
      const { value, segments } = scriptText(word, constants);
      readInner(value, segments, entry.place);
    }
    if (scripts.length > 0 || !isShell(entry)) continue;
    for (const outer of entry.heredocs) {
      const text = source.text.slice(outer.start, outer.end);
      readInner(text, [{ inner: { start: 0, end: text.length }, outer }], entry.place);
    }
  }
}

/** The same text without the carriage returns before its line ends, which Bash takes for characters of their own. */
function withPlainLineEnds(source: Source): Source {
  if (!source.text.includes('\r')) return source;
  const segments: Segment[] = [];
  let text = '';
  let at = 0;
  for (const line of source.text.split(/\r(?=\n|$)/)) {
    const inner = { start: text.length, end: text.length + line.length };
    segments.push({ inner, outer: { start: at, end: at + line.length } });
    text += line;
    at += line.length + 1;
  }
  return nestedSource(source, text, segments);
}
