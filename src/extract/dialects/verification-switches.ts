import { data } from '../../../data/verification-switches.yaml';
import type { Span } from '../../core/source.ts';

/** A word of a command line or an environment: `value` is undefined where only running it can tell. */
export interface Word {
  readonly value: string | undefined;
  /** As written, for what can be told of an unknown word: `https://$HOST:8443`. */
  readonly raw: string;
  readonly span: Span;
}

/** Verification is switched off. */
export interface Switch {
  readonly program: string;
  /** Nothing but the name of the switch says what it does. */
  readonly speaking: boolean;
  /** As written: `-fsSLk`, `--trusted-host pypi.example.com`. */
  readonly text: string;
  readonly span: Span;
  readonly phase: 'build' | undefined;
  readonly target: string | undefined;
}

/** What `name=value` does to verification; `undefined` where it does nothing, or nobody knows. */
export function switchInVariable(name: string, value: Word, span: Span): Switch | undefined {
  const known = variables.find((variable) => variable.name.test(name));
  const speaking = known ? undefined : speakingVariables.find((variable) => variable.name.test(name));
  const { value: text } = value;
  if (text === undefined || !(known ?? speaking)?.off.test(text)) return undefined;
  if (speaking?.except?.test(name)) return undefined;
  return {
    program: known?.program ?? speakingProgram,
    speaking: !known,
    text: `${name}=${text}`,
    span: value.span.end > value.span.start ? value.span : span,
    phase: known?.phase,
    target: known?.target === 'value' ? hostIn(text.trim().split(/[\s,]+/)[0]) : known?.target,
  };
}

/** The host of a URL, of a pattern of module paths, or what is one already. */
const hostIn = (text: string | undefined): string | undefined =>
  text?.replace(/^https?:\/\//, '').replace(/\/.*$/s, '');

/** The program that words call, with the words after its name; wrappers such as `sudo` and `env` are looked through. */
export function programIn(
  words: readonly Word[],
): { readonly name: string; readonly rest: readonly Word[] } | undefined {
  const first = programName(words[0]);
  if (first === undefined) return undefined;
  if (!isWrapper(lastPart(first))) return { name: first, rest: words.slice(1) };
  for (const [index, word] of words.entries()) {
    const name = index > 0 ? programName(word) : undefined;
    if (name !== undefined && switchesOf(name)) return { name, rest: words.slice(index + 1) };
  }
  return { name: first, rest: words.slice(1) };
}

/** The switches among the arguments of `program`; of an unknown one, only those that say by themselves what they do. */
export function switchesInArguments(program: string | undefined, words: readonly Word[]): readonly Switch[] {
  const table = program === undefined ? undefined : switchesOf(program);
  const found = table ? switchesBy(table, lastPart(program ?? ''), false, words) : [];
  return table ? found : speakingFlags.flatMap((flags) => switchesBy(flags, speakingProgram, true, words));
}

/** Whether the table holds `program`, by its name or its path. */
export const knowsProgram = (program: string): boolean => switchesOf(program) !== undefined;

const speakingProgram = 'a program';

interface Table {
  readonly flags: ReadonlySet<string>;
  readonly letter: string | undefined;
  readonly valued: string;
  readonly options: ReadonlyMap<string, RegExp>;
  readonly attached: ReadonlyMap<string, RegExp>;
  readonly on: ReadonlySet<string>;
  readonly unsigned: RegExp | undefined;
  readonly sequences: readonly (readonly RegExp[])[];
  readonly phase: 'build' | undefined;
  readonly target: string | undefined;
}

function switchesBy(table: Table, program: string, speaking: boolean, words: readonly Word[]): readonly Switch[] {
  const found: Switch[] = [];
  const add = (text: string, span: Span, value?: string): void => {
    const target = table.target === 'value' ? hostIn(value) : table.target;
    found.push({ program, speaking, text: text + unsigned, span, phase: table.phase, target });
  };
  const unsigned = words.flatMap(({ value }) => (value && table.unsigned?.test(value) ? ` ${value}` : [])).join('');
  let skips = false;
  for (const [index, { value, span }] of words.entries()) {
    const isValue = skips;
    skips = false;
    if (value === undefined || isValue) continue;
    const [name = '', ...after] = value.split('=');
    const given = after.length > 0 ? after.join('=') : undefined;
    if (table.on.has(value)) found.length = 0;
    if (table.flags.has(name) && (given === undefined || truthy.test(given))) add(value, span);
    if (given !== undefined && table.attached.get(name)?.test(given)) add(value, span);
    const accepted = table.options.get(name);
    if (accepted) {
      const next = words[index + 1];
      const argument = given ?? next?.value;
      if (argument !== undefined && accepted.test(argument)) {
        if (given !== undefined) add(value, span, argument);
        else if (next) add(`${value} ${argument}`, { ...span, end: Math.max(span.end, next.span.end) }, argument);
      }
      skips = given === undefined;
    }
    const bundle =
      table.letter && /^-[a-zA-Z0-9#]/.test(value) ? readBundle(value, table.letter, table.valued) : undefined;
    if (bundle?.holds) add(value, span);
    if (bundle?.takesNext) skips = true;
  }
  for (const sequence of table.sequences) {
    const matched = matchSequence(sequence, words);
    const last = matched?.at(-1);
    if (matched && last) add(matched.map(({ value }) => value).join(' '), last.span, last.value);
  }
  return found;
}

/** `-fsSLk` holds `k`; `-ok` does not, since `k` is the value of `-o`; `-o` takes the next word. */
function readBundle(
  word: string,
  letter: string,
  valued: string,
): { readonly holds: boolean; readonly takesNext: boolean } {
  let holds = false;
  for (let index = 1; index < word.length; index++) {
    const character = word[index] ?? '';
    if (valued.includes(character)) return { holds, takesNext: index === word.length - 1 };
    if (character === letter) holds = true;
  }
  return { holds, takesNext: false };
}

/** The words that match `sequence` in this order, whatever stands between them. */
function matchSequence(sequence: readonly RegExp[], words: readonly Word[]): readonly Word[] | undefined {
  const matched: Word[] = [];
  for (const word of words) {
    const wanted = sequence[matched.length];
    if (wanted && word.value !== undefined && wanted.test(word.value)) matched.push(word);
  }
  return matched.length === sequence.length ? matched : undefined;
}

const whole = (pattern: string, flags = 'is'): RegExp => new RegExp(`^(?:${pattern})$`, flags);
const truthy = whole('1|t|true|yes|on');

const variables = data.variables.map((variable) => ({
  ...variable,
  name: whole(variable.name, ''),
  off: whole(variable.off),
}));

const speakingVariables = data.speakingVariables.map(({ name, off, except }) => ({
  name: whole(name, ''),
  off: whole(off),
  except: except === undefined ? undefined : whole(except, ''),
}));

type TableRow = Partial<Omit<(typeof data.commands)[number], 'programs'>>;

const tableOf = (row: TableRow): Table => ({
  flags: new Set(row.flags ?? []),
  letter: row.letter,
  valued: row.valued ?? '',
  options: new Map(Object.entries(row.options ?? {}).map(([name, pattern]) => [name, whole(pattern)])),
  attached: new Map(Object.entries(row.attached ?? {}).map(([name, pattern]) => [name, whole(pattern)])),
  on: new Set(row.on ?? []),
  unsigned: row.unsigned === undefined ? undefined : whole(row.unsigned),
  sequences: (row.words ?? []).map((sequence) => sequence.map((pattern) => whole(pattern))),
  phase: row.phase,
  target: row.target,
});

const commands: ReadonlyMap<string, Table> = new Map(
  data.commands.flatMap((row) => {
    const table = tableOf(row);
    return row.programs.map((program) => [program, table] as const);
  }),
);
const speakingFlags = data.speakingFlags.map(tableOf);

/** The table of a program by its last part, or its last two: `/usr/bin/curl`, `/kaniko/executor`. */
function switchesOf(program: string): Table | undefined {
  const parts = program
    .toLowerCase()
    .replace(/\.exe$/, '')
    .replace(/(^|\/)pip3\.\d+$/, '$1pip3')
    .split('/');
  return commands.get(parts.slice(-1).join('/')) ?? commands.get(parts.slice(-2).join('/'));
}

const programName = (word: Word | undefined): string | undefined =>
  word?.value !== undefined && /^[\w./@+-]+$/.test(word.value) ? word.value : undefined;
const lastPart = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** `python3.12 -m pip` as well. */
const isWrapper = (name: string): boolean => wrappers.has(name.replace(/^python3\.\d+$/, 'python3'));

/** Programs that run the program named in their arguments. */
const wrappers: ReadonlySet<string> = new Set(
  (
    'sudo doas env exec command time timeout nice nohup xargs busybox gosu su-exec tini dumb-init retry stdbuf setpriv ' +
    'chroot ionice python python2 python3 php find proxychains catatonit runuser s6-setuidgid fakeroot flock parallel'
  ).split(' '),
);
