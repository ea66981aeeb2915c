import type { DockerfileInstruction } from '../../../formats/dockerfile.ts';
import { parseShell } from '../../../formats/shell.ts';
import { expand, isKnown, shown, wordText } from '../walk/expand.ts';
import type { Copy, Stage } from '../walk/stages.ts';
import { isWithin, join, nameOf } from '../walk/trust-files.ts';

/** What an image starts. */
export interface Program {
  /** For people: ENTRYPOINT and CMD as one line. */
  readonly shown: string;
  /** The program's own words, behind `tini --` and the like. */
  readonly words: readonly string[];
  /** The last part of its path. */
  readonly name: string;
  /** How it came into the image. */
  readonly copy: Copy | undefined;
  /** The path that it was copied from, where the COPY names it. */
  readonly source: string | undefined;
  /** The script that runs before it and starts it: ENTRYPOINT, where CMD names the program. */
  readonly entry: Program | undefined;
}

/** What a stage starts, or `undefined` when neither it nor the stages that it builds on say so. */
export function programOf(stage: Stage): Program | undefined {
  const entry = stage.entrypoint ? wordsOf(stage.entrypoint, stage) : [];
  const command = stage.command ? wordsOf(stage.command, stage) : [];
  const all = [...entry, ...command];
  if (all.length === 0) return undefined;
  // An entry script prepares, and starts what CMD names.
  const isScript = /\.sh$|entrypoint/.test(nameOf(withoutStarters(entry)[0] ?? ''));
  const started = isScript && command.length > 0 ? withoutStarters(command) : undefined;
  const startedCopy = started && copyOf(started[0] ?? '', stage);
  // CMD may hold nothing but arguments of the script: `CMD ["help"]`.
  const line = shown(all.join(' '));
  if (started && (!startedCopy || startedCopy.exact))
    return { ...programFrom(started, stage, line), entry: programFrom(withoutStarters(entry), stage, line) };
  return programFrom(withoutStarters(all), stage, line);
}

/**
 * The program that a command of an entry script starts, whatever stands in front: `exec gosu app server --all`. What may
 * lie in a folder that was copied is not taken for a copy.
 */
export function programBehind(words: readonly string[], entry: Program, stage: Stage): Program {
  const own = withoutStarters(words);
  const program = programFrom(own, stage, entry.shown);
  return copyOf(own[0] ?? '', stage)?.exact ? program : { ...program, copy: undefined, source: undefined };
}

function programFrom(words: readonly string[], stage: Stage, line: string): Program {
  const [first = ''] = words;
  const found = copyOf(first, stage);
  return {
    shown: line,
    words,
    name: nameOf(first),
    copy: found?.copy,
    source: found?.source,
    entry: undefined,
  };
}

/** What laid down the program that the word `first` starts, looked for along the usual PATH. */
function copyOf(first: string, stage: Stage): Laid | undefined {
  if (first === '') return undefined;
  if (first.includes('/')) return copyTo(join(stage.folder ?? '/', first), stage);
  const laid = (folders: readonly string[]): readonly Laid[] =>
    folders.flatMap((folder) => copyTo(join(folder, first), stage) ?? []);
  const found = laid(['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin']);
  // Outside of PATH a name alone starts what a COPY names, not what a folder may hold.
  const elsewhere = laid(['/', stage.folder ?? '/']);
  return [...found, ...elsewhere].find(({ exact }) => exact) ?? found[0];
}

function wordsOf({ exec, words, script }: DockerfileInstruction, stage: Stage): readonly string[] {
  if (exec || !script) return words.map(({ value }) => expand(value, stage.environment));
  const commands = parseShell(script).filter((command) => command.words.length > 0 && command.words[0]?.value !== 'cd');
  return (commands.at(-1)?.words ?? []).map((word) => wordText(word, stage.environment));
}

const starters = /^(?:tini|dumb-init|catatonit|exec|env|nice|time|sh|bash|ash|stdbuf|s6-setuidgid)$/;
const startersWithUser = /^(?:gosu|su-exec|setpriv|chroot|runuser)$/;

function withoutStarters(words: readonly string[]): readonly string[] {
  let index = 0;
  for (; index < words.length - 1; index++) {
    const name = nameOf(words[index] ?? '');
    if (startersWithUser.test(name)) index++;
    else if (!starters.test(name) && !(index > 0 && (/^-/.test(name) || /^\w+=/.test(name)))) break;
  }
  return words.slice(index);
}

/** How a file came into an image. */
interface Laid {
  readonly copy: Copy;
  readonly source: string | undefined;
  /** The COPY names the file; else it lies in a folder that was copied. */
  readonly exact: boolean;
}

/** The last COPY or ADD that may have laid something down at `place`, also in the stages that this one builds on. */
function copyTo(place: string, stage: Stage): Laid | undefined {
  for (let owner: Stage | undefined = stage; owner; owner = owner.parent) {
    let folder: string | undefined = owner.parent ? owner.parent.folder : '/';
    let found: Laid | undefined;
    for (const instruction of owner.instructions) {
      const values = instruction.words.map(({ value }) => expand(value, owner.variables));
      if (instruction.keyword === 'WORKDIR') folder = join(folder ?? '/', values[0] ?? '');
      const copy = owner.copies.find((one) => one.instruction === instruction);
      const destination = values.at(-1);
      if (!copy || destination === undefined) continue;
      const to = join(folder ?? '/', destination);
      for (const source of values.slice(0, -1)) {
        const name = nameOf(source.replace(/\/$/, ''));
        if (to === place || join(to, name) === place) found = { copy, source, exact: true };
        else if (isWithin(place, to) && mayHold(source, name, to)) {
          found = {
            copy,
            source: join('/', `${source}/${place.slice(to.length)}`).slice(source.startsWith('/') ? 0 : 1),
            exact: false,
          };
        }
      }
    }
    if (found) return found;
  }
  return undefined;
}

/** Whether a copied source can be a folder with programs in it: `stunnel.conf` is a file. */
const mayHold = (source: string, name: string, to: string): boolean => {
  if (!isKnown(name) || /[*?]/.test(name) || /[./]$/.test(source)) return true;
  return to !== '/' && !/[^.]\.[a-z]\w{0,5}$/i.test(name);
};
