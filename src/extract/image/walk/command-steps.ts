import { layoutNamed } from '../base-images.ts';
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
import { laidDown } from './packages.ts';
import type { TrustFiles } from './trust-files.ts';
import { either, isThere, join, joinKnown, withDoubt } from './trust-files.ts';

/** What a command that writes where its arguments say is run with. */
export interface StepContext {
  readonly folder: string | undefined;
  /** The build goes on when it fails. */
  readonly unnoticed: boolean;
  /** The package of ca-certificates, and its tools, may be installed, wherever its files are. */
  readonly mayHavePackage: boolean;
}

type Step = (words: readonly (string | undefined)[], files: TrustFiles, context: StepContext) => TrustFiles;

const copies: Step = (words, files, { folder, unnoticed }) => transferred(words, files, folder, unnoticed);
/** The tools that write the bundle anew. They come with the package, so that they prove it, unless they may fail. */
const regenerates =
  (layout: string): Step =>
  (_words, files, { unnoticed, mayHavePackage }) => {
    const { files: paths, links } = layoutNamed(layout);
    const after = laidDown(files, layoutNamed(layout), '/');
    if (!unnoticed) return after;
    // Where the package certainly is not, the command is not found.
    const places = [...paths, ...links.map(([path]) => path)];
    const some = mayHavePackage || places.some((path) => isThere(files, path) !== 'no');
    return some ? either(files, after) : files;
  };
const runsText: Step = (words, files) => (shellOperand(words).kind === 'script' ? withDoubt(files, '/') : files);

/** What a shell is told to run: `sh -e x.sh a b`, `bash -c '…'`, or what it reads. */
export function shellOperand(words: readonly (string | undefined)[]):
  | { readonly kind: 'text' | 'input' }
  | {
      readonly kind: 'script';
      readonly path: string | undefined;
      readonly arguments: readonly (string | undefined)[];
      readonly strict: boolean;
    } {
  let strict = false;
  for (let index = 1; index < words.length; index++) {
    const word = words[index];
    if (word !== undefined && /^[-+][a-zA-Z]*[oO]$/.test(word)) {
      strict ||= words[index + 1] === 'errexit' || /^-[a-zA-Z]*e/.test(word);
      index++;
    } else if (word !== undefined && /^-[a-zA-Z]*c[a-zA-Z]*$/.test(word)) return { kind: 'text' };
    else if (word === '-' || (word !== undefined && /^-[a-zA-Z]*s/.test(word))) return { kind: 'input' };
    else if (word === '--')
      return { kind: 'script', path: words[index + 1], arguments: words.slice(index + 2), strict };
    else if (word !== undefined && /^[-+]/.test(word)) strict ||= /^-[a-zA-Z]*e/.test(word);
    else return { kind: 'script', path: word, arguments: words.slice(index + 1), strict };
  }
  return { kind: 'input' };
}

const isPythonModule = (words: readonly (string | undefined)[]): boolean =>
  words[1] === '--version' ||
  (words[1] === '-m' && /^(?:pip|venv|virtualenv|compileall|ensurepip)$/.test(words[2] ?? ''));
/** Commands that write where their arguments say. */
export const steps: Readonly<Record<string, Step>> = {
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
    const prints = flags.some((flag) => flag === '-O' || flag === '--to-stdout' || /^-?x[a-zA-Z]*O/.test(flag));
    return extracts && !prints ? unpackedInto(words, files, folder, /^(?:-[a-zA-Z]*C|--directory)$/) : files;
  },
  'dpkg-deb': (words, files, { folder }) =>
    words.some((word) => word === undefined || /^-[xXR]$|^--(?:vextract|extract|raw-extract|control)$/.test(word))
      ? withDoubt(files, joinKnown(folder, words.at(-1) ?? '/') ?? '/')
      : files,
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
