import fc from 'fast-check';
import type { Manager } from './packages.ts';
import { commandFor, scriptsForEach } from './random.ts';
import type { Command } from './shell.ts';
import { written } from './shell.ts';

export type ScriptLine =
  | { readonly kind: 'do'; readonly command: Command }
  | { readonly kind: 'or exit'; readonly command: Command }
  | { readonly kind: 'maybe exit' }
  | { readonly kind: 'function'; readonly name: string; readonly command: Command }
  | { readonly kind: 'call'; readonly name: string };

/** A committed script of the random files. */
export interface Script {
  /** Where it says that it ends at the first failure. */
  readonly strict: 'no' | 'set -e' | 'head';
  readonly lines: readonly ScriptLine[];
}

const lineFor = (manager: Manager | undefined): fc.Arbitrary<ScriptLine> => {
  const command = commandFor(manager, true).filter(({ kind }) => kind !== 'cd');
  return fc.oneof(
    { weight: 6, arbitrary: command.map((one): ScriptLine => ({ kind: 'do', command: one })) },
    {
      weight: 1,
      arbitrary: command
        .filter(({ kind }) => kind !== 'guarded' && kind !== 'if')
        .map((one): ScriptLine => ({ kind: 'or exit', command: one })),
    },
    { weight: 1, arbitrary: fc.constant<ScriptLine>({ kind: 'maybe exit' }) },
    {
      weight: 1,
      arbitrary: command.map((one): ScriptLine => ({ kind: 'function', name: 'prepare', command: one })),
    },
    { weight: 1, arbitrary: fc.constant<ScriptLine>({ kind: 'call', name: 'prepare' }) },
  );
};

/** A script calls what it defined before, and defines it once. */
const isWhole = (lines: readonly ScriptLine[]): boolean => {
  const first = lines.findIndex(({ kind }) => kind === 'function');
  const defined = lines.filter(({ kind }) => kind === 'function').length;
  const last = lines.at(-1);
  return (
    defined <= 1 &&
    last?.kind !== 'maybe exit' &&
    lines.every(({ kind }, index) => kind !== 'call' || (first >= 0 && first < index))
  );
};

const managers: readonly (Manager | undefined)[] = ['apt-get', 'apk', 'microdnf', undefined];

let pool: ReadonlyMap<string, Script> | undefined;

/** The same scripts in every run: what is random is which of them are copied, and how they are started. */
function scripts(): ReadonlyMap<string, Script> {
  pool ??= new Map(
    managers.flatMap((manager, number) =>
      fc
        .sample(
          fc.record<Script>({
            strict: fc.constantFrom('no', 'set -e', 'head'),
            lines: fc.array(lineFor(manager), { minLength: 1, maxLength: 4 }).filter(isWhole),
          }),
          { numRuns: scriptsForEach, seed: 20261126 + number },
        )
        .map((script, index) => [`${manager ?? 'none'}-${index}.sh`, script] as const),
    ),
  );
  return pool;
}

export const scriptNames: readonly string[] = managers.flatMap((manager) =>
  Array.from({ length: scriptsForEach }, (_none, index) => `${manager ?? 'none'}-${index}.sh`),
);
export const scriptNamed = (name: string): Script | undefined => scripts().get(name);

/** The script as it is committed. */
export function scriptText(name: string): string {
  const script = scriptNamed(name);
  if (!script) return '';
  const lines = script.lines.map(lineText);
  const head = script.strict === 'head' ? '#!/bin/sh -e' : '#!/bin/sh';
  return `${[head, ...(script.strict === 'set -e' ? ['set -eu'] : []), ...lines].join('\n')}\n`;
}

function lineText(line: ScriptLine): string {
  switch (line.kind) {
    case 'do':
      return written(line.command);
    case 'or exit':
      return `${written(line.command)} || { echo "it's over; done" >&2; exit 1; }`;
    case 'maybe exit':
      return '# done, unless something is left to do; if so\n[ -f /etc/skip ] && exit 0';
    case 'function':
      return `${line.name}() {\n  ${written(line.command)}\n}`;
    case 'call':
      return line.name;
  }
}
