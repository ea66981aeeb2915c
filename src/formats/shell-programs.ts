import type { RawCommand, RawWord } from './shell-tree.ts';

const shells: ReadonlySet<string> = new Set(['sh', 'bash', 'ash', 'dash', 'ksh', 'zsh']);
const runsText: ReadonlySet<string> = new Set([...shells, 'eval', 'source', '.']);
const wrappers: ReadonlySet<string> = new Set(['sudo', 'exec', 'env', 'command', 'time']);

/** Whether a command runs what it is given as a script. */
export const isShell = (raw: RawCommand): boolean =>
  runsText.has(programOf(raw.words.find((word) => !wrappers.has(word.raw) && !word.raw.startsWith('-'))) ?? '');

/** The scripts that stand in a command's own words: `sh -c '…'`, `su -c '…'`, `eval '…'`. */
export function scriptWords(raw: RawCommand): readonly RawWord[] {
  const scripts = programOf(raw.words[0]) === 'eval' ? raw.words.slice(1) : [];
  const shell = raw.words.findIndex((word) => shells.has(programOf(word) ?? '') || programOf(word) === 'su');
  const flag = shell < 0 ? -1 : raw.words.findIndex((word, index) => index > shell && isCommandFlag(word));
  const text = flag < 0 ? undefined : raw.words[flag + 1];
  if (!text) return scripts;
  // Between the shell and its `-c` only options stand (and a user, for `su`): `bash run.sh -c x` runs no text.
  const between = raw.words.slice(shell, flag);
  const isSu = programOf(raw.words[shell]) === 'su';
  const direct = isSu || between.slice(1).every((word, index) => isOption(word, between[index]));
  return direct ? [...scripts, text] : scripts;
}

const isCommandFlag = (word: RawWord): boolean => /^-[a-zA-Z]*c[a-zA-Z]*$/.test(word.raw) || word.raw === '--command';
/** `-e`, and the name after `-o`. */
const isOption = (word: RawWord, before: RawWord | undefined): boolean =>
  /^[-+]/.test(word.raw) || /^[-+][a-zA-Z]*[oO]$/.test(before?.raw ?? '');

/** The last part of a literal word's path: `/bin/sh` is `sh`. */
function programOf(word: RawWord | undefined): string | undefined {
  if (!word?.pieces.every(({ kind }) => kind === 'text')) return undefined;
  return word.pieces
    .map(({ text }) => text)
    .join('')
    .split('/')
    .at(-1);
}
