import { data } from '../../../../data/image-commands.yaml';
import { shellOperand, steps } from './command-steps.ts';
import type { Ledger } from './ledger.ts';
import { marked } from './ledger.ts';
import { packageStep } from './packages.ts';
import type { ScriptFiles } from './script-files.ts';
import { overwrittenBy } from './script-overwrites.ts';
import type { TrustFiles } from './trust-files.ts';
import { either, joinKnown, nameOf, withDoubt } from './trust-files.ts';

/** A program that a step compiles: `go build -o /out/app ./cmd/app` run in `/src`. */
export interface Build {
  readonly tool: 'go' | 'cargo';
  /** The arguments behind `go build`; `undefined` for one that only the build knows. */
  readonly words: readonly (string | undefined)[];
  readonly folder: string | undefined;
}

/** What the steps of a stage leave behind, as far as it matters for trust. */
export interface Disk {
  readonly files: TrustFiles;
  readonly ledger: Ledger;
  readonly builds: readonly Build[];
  /** Where files came from, for the scripts that are run. */
  readonly scripts: ScriptFiles;
}

/** A script that a command starts: `sh -e /tmp/x.sh a b`, `./x.sh a b`, `. x.sh`. */
export interface CalledScript {
  /** Where it may lie, the likeliest first. */
  readonly places: readonly string[];
  readonly arguments: readonly (string | undefined)[];
  readonly by: 'shell' | 'itself' | 'source';
  /** It ends at the first failure, by an option of the shell. */
  readonly strict: boolean;
}

export interface CommandContext {
  readonly folder: string | undefined;
  /** It stands in a branch. */
  readonly conditional: boolean;
  /** The script has an answer to its failure. */
  readonly mayFail: boolean;
  /** The build goes on when it fails, for that reason or because no `set -e` is in force. */
  readonly unnoticed: boolean;
  /** The program that reads its output. */
  readonly fedTo?: string | undefined;
  /** The disk after a script; `undefined` where its text is not known. */
  readonly start?: (called: CalledScript, disk: Disk) => Disk | undefined;
}

const harmless: ReadonlySet<string> = new Set([...data.harmless, ...data.settings, ...data.builders]);
const builders: ReadonlySet<string> = new Set(data.builders);
const userWrappers: ReadonlySet<string> = new Set(data.userWrappers);
const wrappers: ReadonlySet<string> = new Set(data.wrappers);

/** The disk after one command. Words that only the build knows are `undefined`. */
export function afterCommand(words: readonly (string | undefined)[], disk: Disk, context: CommandContext): Disk {
  const after = withDeletion(disk, afterCertainCommand(words, disk, context));
  if (!context.conditional || after === disk) return after;
  // What a branch deleted, another installation may or may not bring back.
  const deletes = [...disk.files.bundles].some((path) => !after.files.bundles.has(path));
  const settled = disk.ledger.settled === after.ledger.settled && !deletes ? after.ledger.settled : undefined;
  return { ...after, files: either(disk.files, after.files), ledger: { ...after.ledger, settled } };
}

/** Notes that places of a bundle were emptied. */
export function withDeletion(before: Disk, after: Disk): Disk {
  if (after.ledger.deleted || before.files === after.files || after.ledger.settled === false) return after;
  return losesPlaces(before.files, after.files) ? { ...after, ledger: { ...after.ledger, deleted: true } } : after;
}

/** Whether something that was a bundle, or may have been one, no longer is. */
const losesPlaces = (before: TrustFiles, after: TrustFiles): boolean =>
  [...before.bundles].some((path) => !after.bundles.has(path)) ||
  [...before.doubts].some((path) => !after.doubts.has(path) && !after.doubts.has('/') && !after.bundles.has(path));

function afterCertainCommand(words: readonly (string | undefined)[], disk: Disk, context: CommandContext): Disk {
  const own = withoutWrappers(words);
  const piped = shells.has(context.fedTo ?? '') ? anywhere(disk) : disk;
  const program = programOf(own[0]);
  if (own.length === 0) return piped;
  if (program === undefined) return anywhere(disk);
  const start = (called: CalledScript | undefined): Disk | undefined => called && context.start?.(called, piped);
  const started = start(calledScript(own, program, context.folder));
  if (started) return started;
  if (program === 'apt-mark') {
    return {
      ...piped,
      ledger: marked(own, piped.ledger, programOf(words[0]) === 'xargs' || context.fedTo === 'xargs'),
    };
  }
  const installed = packageStep({ program, words: own, folder: context.folder }, piped);
  if (installed) {
    if (!context.mayFail) return { ...piped, ...installed };
    const settled = piped.ledger.settled === installed.ledger.settled ? installed.ledger.settled : undefined;
    const files = either(piped.files, installed.files);
    return { ...piped, files, ledger: { ...installed.ledger, settled } };
  }
  const tool = compilers[program];
  if (tool) return { ...piped, builds: [...piped.builds, ...buildOf(tool, own, context)] };
  const scripts = overwrittenBy(own, program, context.folder, piped.scripts);
  const step = isOwnProgram(own[0] ?? '') ? undefined : steps[program];
  if (step) {
    const { settled, brought, holding } = piped.ledger;
    const run = { ...context, mayHavePackage: settled !== false || brought !== false || holding.size > 0 };
    const after = { ...piped, files: step(own, piped.files, run), scripts };
    // What may have failed counts as deleting what it deletes when it does not.
    const done = context.unnoticed ? { ...after, files: step(own, piped.files, { ...run, unnoticed: false }) } : after;
    const { ledger } = withDeletion(piped, done);
    // Where anything may be, what goes is not seen to go.
    const hidden = piped.files.doubts.has('/') && deletes.test(program) && own.some((word) => mayNameBundle(word));
    return { ...after, ledger: hidden && ledger.settled !== false ? { ...ledger, deleted: true } : ledger };
  }
  if (harmless.has(program)) return scripts === piped.scripts ? piped : { ...piped, scripts };
  const places = own[0]?.includes('/') ? [] : searchPath.map((path) => `${path}/${program}`);
  return start({ places, arguments: own.slice(1), by: 'itself', strict: false }) ?? anywhere(piped);
}

const deletes = /^(?:rm|mv|ln)$/;
const mayNameBundle = (word: string | undefined): boolean =>
  word === undefined || /cert|ssl|pki|\.pem|^\/(?:etc\/?)?\*?$/.test(word);

/** `./install` is no tool of the system, whatever it is called. */
const isOwnProgram = (path: string): boolean => path.startsWith('./') || path.startsWith('../');

/** The script that a command names by its path. */
function calledScript(
  own: readonly (string | undefined)[],
  program: string,
  folder: string | undefined,
): CalledScript | undefined {
  const [first = ''] = own;
  const at = (path: string | undefined): readonly string[] => {
    const place = path === undefined ? undefined : joinKnown(folder, path);
    return place === undefined ? [] : [place];
  };
  if (program === '.' || program === 'source')
    return { places: at(own[1]), arguments: own.slice(2), by: 'source', strict: false };
  if (posixShells.has(program)) {
    const operand = shellOperand(own);
    return operand.kind === 'script' ? { ...operand, places: at(operand.path), by: 'shell' } : undefined;
  }
  return first.includes('/') && !builders.has(program)
    ? { arguments: own.slice(1), places: at(first), by: 'itself', strict: false }
    : undefined;
}

const searchPath = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];
const posixShells: ReadonlySet<string> = new Set(['sh', 'bash', 'ash', 'dash', 'zsh', 'ksh']);
const shells: ReadonlySet<string> = new Set([...posixShells, 'python', 'python3', 'perl']);

/** `xx-go` and `xx-cargo` are the wrappers of tonistiigi/xx for cross builds. */
const compilers: Readonly<Record<string, Build['tool']>> = {
  go: 'go',
  'xx-go': 'go',
  cargo: 'cargo',
  'xx-cargo': 'cargo',
};

/** A command that is not known may have written anything anywhere. */
export const anywhere = (disk: Disk): Disk => ({ ...disk, files: withDoubt(disk.files, '/') });

function withoutWrappers(words: readonly (string | undefined)[]): readonly (string | undefined)[] {
  let index = 0;
  let takesMore = false;
  for (; index < words.length; index++) {
    const word = words[index];
    if (word === undefined) break;
    const program = programOf(word) ?? '';
    if (userWrappers.has(program)) index++;
    else if (wrappers.has(program)) takesMore ||= program === 'xargs';
    else if (!(index > 0 && (/^-/.test(word) || /^\w+=/.test(word) || /^\d+$/.test(word)))) break;
  }
  const rest = words.slice(index);
  return takesMore && rest.length > 0 ? [...rest, undefined] : rest;
}

function buildOf(
  tool: 'go' | 'cargo',
  words: readonly (string | undefined)[],
  { folder }: CommandContext,
): readonly Build[] {
  const at = words.findIndex((word) => word !== undefined && /^(?:build|install|zigbuild)$/.test(word));
  return at < 0 ? [] : [{ tool, words: words.slice(at + 1), folder }];
}

export const programOf = (word: string | undefined): string | undefined =>
  word === undefined ? undefined : nameOf(word);
