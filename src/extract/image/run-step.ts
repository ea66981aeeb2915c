import { data } from '../../../data/image-commands.yaml';
import type { Source } from '../../core/source.ts';
import type { ShellCommand, ShellWord } from '../../formats/shell.ts';
import { parseShell } from '../../formats/shell.ts';
import { layoutNamed } from './base-images.ts';
import { certaintyOf } from './certainty.ts';
import type { Variables } from './expand.ts';
import { expand, isKnown } from './expand.ts';
import {
  downloaded,
  linked,
  madeFolders,
  movedAway,
  proven,
  removedFrom,
  transferred,
  unpackedInto,
  written,
} from './file-commands.ts';
import type { Ledger } from './packages.ts';
import { laidDown, marked, packageStep } from './packages.ts';
import type { TrustFiles } from './trust-files.ts';
import { either, isBundleName, isThere, join, joinKnown, nameOf, withDoubt } from './trust-files.ts';

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
}

/** What a RUN step runs in. */
export interface RunContext {
  /** WORKDIR; `undefined` when only the build knows it. */
  readonly folder: string | undefined;
  readonly variables: Variables;
}

const harmless: ReadonlySet<string> = new Set(data.harmless);
const wrappers: ReadonlySet<string> = new Set(data.wrappers);

/** The disk after a shell script ran. A command that is not known may have written anything anywhere. */
export function afterScript(script: Source, before: Disk, context: RunContext): Disk {
  let folder = context.folder;
  let disk = before;
  if (
    /APT::Install-Recommends["']?\s*[= ]\s*["'\\]*(?:false|0|no|off)\b/i.test(script.text) &&
    /apt\.conf/.test(script.text)
  ) {
    disk = { ...disk, ledger: { ...disk.ledger, recommends: false } };
  }
  const strict = new Set<Source>();
  if (/^#![^\n]*\s-\w*e/.test(script.text)) strict.add(script);
  for (const command of parseShell(script)) {
    const words = command.words.flatMap((word) => valuesOf(word, context.variables));
    if (programOf(words[0]) === 'set' && setsExitOnError(words)) strict.add(command.source);
    if (programOf(words[0]) === 'cd') {
      const target = words[1];
      folder = target === undefined || folder === undefined ? undefined : join(folder, target);
      continue;
    }
    const { conditional, mayFail, followed } = certaintyOf(command);
    const unnoticed = mayFail || (followed && !strict.has(command.source));
    disk = afterCommand(words, disk, { folder, conditional, mayFail, unnoticed, fedTo: consumerOf(command) });
  }
  return afterRedirections(script.text, disk, folder);
}

interface CommandContext {
  readonly folder: string | undefined;
  /** It stands in a branch. */
  readonly conditional: boolean;
  /** The script has an answer to its failure. */
  readonly mayFail: boolean;
  /** The build goes on when it fails, for that reason or because no `set -e` is in force. */
  readonly unnoticed: boolean;
  /** The program that reads its output. */
  readonly fedTo?: string | undefined;
}

/** `set -eux`, `set -o errexit`. */
const setsExitOnError = (words: readonly (string | undefined)[]): boolean =>
  words.some((word) => word !== undefined && (/^-[a-z]*e/.test(word) || word === 'errexit'));

/** The disk after one command. Words that only the build knows are `undefined`. */
export function afterCommand(words: readonly (string | undefined)[], disk: Disk, context: CommandContext): Disk {
  const after = afterCertainCommand(words, disk, context);
  if (!context.conditional || after === disk) return after;
  // What a branch deleted, another installation may or may not bring back.
  const deletes = [...disk.files.bundles].some((path) => !after.files.bundles.has(path));
  const settled = disk.ledger.settled === after.ledger.settled && !deletes ? after.ledger.settled : undefined;
  return { ...after, files: either(disk.files, after.files), ledger: { ...after.ledger, settled } };
}

function afterCertainCommand(words: readonly (string | undefined)[], disk: Disk, context: CommandContext): Disk {
  const own = withoutWrappers(words);
  const piped = shells.has(context.fedTo ?? '') ? anywhere(disk) : disk;
  const program = programOf(own[0]);
  if (own.length === 0) return piped;
  if (program === undefined) return anywhere(disk);
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
  const step = steps[program];
  if (step) return { ...piped, files: step(own, piped.files, context) };
  if (harmless.has(program)) return piped;
  return anywhere(piped);
}

/** `xx-go` and `xx-cargo` are the wrappers of tonistiigi/xx for cross builds. */
const compilers: Readonly<Record<string, Build['tool']>> = {
  go: 'go',
  'xx-go': 'go',
  cargo: 'cargo',
  'xx-cargo': 'cargo',
};

const anywhere = (disk: Disk): Disk => ({ ...disk, files: withDoubt(disk.files, '/') });
const shells: ReadonlySet<string> = new Set(['sh', 'bash', 'ash', 'dash', 'zsh', 'ksh', 'python', 'python3', 'perl']);

function withoutWrappers(words: readonly (string | undefined)[]): readonly (string | undefined)[] {
  let index = 0;
  let takesMore = false;
  for (; index < words.length; index++) {
    const word = words[index];
    if (word === undefined) break;
    const program = programOf(word) ?? '';
    if (wrappers.has(program)) takesMore ||= program === 'xargs';
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

const programOf = (word: string | undefined): string | undefined => (word === undefined ? undefined : nameOf(word));

const consumerOf = ({ consumer }: ShellCommand): string | undefined => programOf(consumer?.[0]?.value);

/** A word's values with the variables of the build put in; unquoted ones are split at blanks. */
function valuesOf(word: ShellWord, variables: Variables): readonly (string | undefined)[] {
  if (word.value !== undefined) return [word.value];
  if (/[`(*?[\]]/.test(word.raw)) return [undefined];
  const quoted = /^"[^"]*"$/.test(word.raw);
  const text = expand(quoted ? word.raw.slice(1, -1) : word.raw, variables);
  if (!isKnown(text) || /["'\\]/.test(text)) return [undefined];
  return quoted ? [text] : text.split(/\s+/).filter((part) => part !== '');
}

type Step = (words: readonly (string | undefined)[], files: TrustFiles, context: CommandContext) => TrustFiles;

const copies: Step = (words, files, { folder, unnoticed }) => transferred(words, files, folder, unnoticed);
/** The tools that write the bundle anew. They come with the package, so that they prove it, unless they may fail. */
const regenerates =
  (layout: string): Step =>
  (_words, files, { unnoticed }) => {
    const { files: paths, links } = layoutNamed(layout);
    const after = laidDown(files, layoutNamed(layout), '/');
    if (!unnoticed) return after;
    // Where the package certainly is not, the command is not found.
    const places = [...paths, ...links.map(([path]) => path)];
    const some = places.some((path) => isThere(files, path) !== 'no');
    return some ? either(files, after) : files;
  };
const runsText: Step = (words, files) =>
  words.length === 1 ||
  words.slice(1).every((word) => word !== undefined && /^[-+]/.test(word)) ||
  hasCommandText(words)
    ? files
    : withDoubt(files, '/');
const isPythonModule = (words: readonly (string | undefined)[]): boolean =>
  words[1] === '--version' ||
  (words[1] === '-m' && /^(?:pip|venv|virtualenv|compileall|ensurepip)$/.test(words[2] ?? ''));
const hasCommandText = (words: readonly (string | undefined)[]): boolean =>
  words.some((word, index) => word !== undefined && /^-[a-z]*c$/.test(word) && words[index + 1] !== undefined);

/** Commands that write where their arguments say. */
const steps: Readonly<Record<string, Step>> = {
  cp: copies,
  mv: (words, files, context) => {
    const after = copies(words, files, context);
    return context.unnoticed
      ? either(files, movedAway(words, after, context.folder))
      : movedAway(words, after, context.folder);
  },
  install: copies,
  rsync: copies,
  ln: (words, files, { folder, unnoticed }) => linked(words, files, folder, unnoticed),
  mkdir: (words, files, { folder, unnoticed }) => madeFolders(words, files, folder, unnoticed),
  'update-ca-certificates': regenerates('debian'),
  'update-ca-trust': regenerates('rhel'),
  'dpkg-reconfigure': (words, files, context) =>
    words.some((word) => word === undefined || word === 'ca-certificates')
      ? regenerates('debian')(words, files, context)
      : files,
  sh: runsText,
  bash: runsText,
  ash: runsText,
  dash: runsText,
  python: (words, files) => (isPythonModule(words) ? files : withDoubt(files, '/')),
  python3: (words, files) => (isPythonModule(words) ? files : withDoubt(files, '/')),
  su: (_words, files) => files,
  rm: (words, files, { folder }) => removedFrom(words, files, folder),
  cat: (words, files, { folder, unnoticed }) =>
    unnoticed
      ? files
      : words
          .slice(1)
          .reduce<TrustFiles>((left, word) => proven(left, joinKnown(folder, word ?? '-') ?? '/', left), files),
  curl: (words, files, { folder, unnoticed }) =>
    downloaded(
      words,
      files,
      folder,
      /^(?:-[a-zA-Z]*o|--output)$/,
      /^(?:-[a-zA-Z]*O[a-zA-Z]*|--remote-name)$/,
      unnoticed,
    ),
  wget: (words, files, { folder, unnoticed }) =>
    downloaded(words, files, folder, /^(?:-[a-zA-Z]*O|--output-document)$/, /./, unnoticed),
  tee: (words, files, { folder }) =>
    words
      .slice(1)
      .reduce<TrustFiles>((left, word) => (word?.startsWith('-') ? left : written(left, word, folder)), files),
  tar: (words, files, { folder }) => {
    const flags = words.slice(1).filter((word) => word !== undefined);
    const extracts = flags.some(
      (flag, index) =>
        flag === '--extract' ||
        flag === '--get' ||
        (/^-?[a-zA-Z]*x[a-zA-Z]*$/.test(flag) && (index === 0 || flag.startsWith('-'))),
    );
    return extracts ? unpackedInto(words, files, folder, /^(?:-[a-zA-Z]*C|--directory)$/) : files;
  },
  unzip: (words, files, { folder }) => unpackedInto(words, files, folder, /^-d$/),
  bsdtar: (words, files, { folder }) => unpackedInto(words, files, folder, /^-[a-zA-Z]*C$/),
  git: (words, files, { folder }) => {
    if (!words.includes('clone')) return files;
    const operands = words.slice(words.indexOf('clone') + 1).filter((word) => !word?.startsWith('-'));
    const target = operands.length > 1 ? operands.at(-1) : '.';
    return target === undefined || folder === undefined
      ? withDoubt(files, '/')
      : withDoubt(files, join(folder, target));
  },
};

/** Redirections into places where clients look: the commands do not show them. */
function afterRedirections(script: string, disk: Disk, folder: string | undefined): Disk {
  let { files } = disk;
  for (const [, path = ''] of script.matchAll(/>>?\s*["']?([^\s"'|&;<>()]+)/g)) {
    const place = join(folder ?? '/', path);
    if (
      path.includes('$')
        ? /certs|\/ssl|\.crt|\.pem/.test(path)
        : isBundleName(place) || /^\/etc\/(?:ssl|pki)\//.test(place)
    ) {
      files = path.includes('$') ? withDoubt(files, '/') : written(files, place, '/');
    }
  }
  return files === disk.files ? disk : { ...disk, files };
}
