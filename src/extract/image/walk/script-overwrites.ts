import type { Source } from '../../../core/source.ts';
import { steps } from './command-steps.ts';
import type { ScriptFiles } from './script-files.ts';
import { overwritten, placed } from './script-files.ts';
import { joinKnown, nameOf, noFiles } from './trust-files.ts';

const writers: ReadonlySet<string> = new Set(['curl', 'wget', 'tee', 'tar', 'unzip', 'bsdtar', 'git']);

/** What a command may have written over, so that a script there is no longer what was copied. */
export function overwrittenBy(
  words: readonly (string | undefined)[],
  program: string,
  folder: string | undefined,
  scripts: ScriptFiles,
): ScriptFiles {
  if (scripts === undefined) return scripts;
  return [...placesOf(words, program, folder)].reduce<ScriptFiles>(overwritten, scripts);
}

function placesOf(
  words: readonly (string | undefined)[],
  program: string,
  folder: string | undefined,
): Iterable<string> {
  const place = (word: string | undefined): string =>
    word === undefined ? '/' : (joinKnown(folder, word.replace(/\/?[^/]*[*?[].*$/, '')) ?? '/');
  if (/^(?:cp|mv|install|rsync|ln)$/.test(program)) {
    const operands = words.slice(1).filter((word) => !word?.startsWith('-'));
    const named = words.some((word) => word === '-t' || word?.startsWith('--target-directory'));
    const touched = program === 'mv' || named ? operands : operands.slice(-1);
    const into = words.flatMap((word) => (word?.startsWith('--target-directory=') ? [word.slice(19)] : []));
    return [...touched, ...into].map(place);
  }
  if (program === 'patch') return [folder ?? '/'];
  if (program === 'sed' && words.some((word) => word !== undefined && /^-[a-zA-Z]*i|^--in-place/.test(word)))
    return words
      .slice(2)
      .filter((word) => word === undefined || !/^-|^s[^\w\s]/.test(word))
      .map(place);
  if (!writers.has(program)) return [];
  const files = steps[program]?.(words, noFiles, { folder, unnoticed: false, mayHavePackage: true }) ?? noFiles;
  return [...files.doubts, ...files.bundles];
}

/** What redirections of a script may write over. They are not told apart by when they happen. */
export function overwrittenByRedirections(script: Source, scripts: ScriptFiles): ScriptFiles {
  if (scripts === undefined) return scripts;
  const names = new Set(
    [...script.text.matchAll(/>>?\s*["']?([^\s"'|&;<>()]+)/g)].map(([, path = '']) => nameOf(path)),
  );
  return [...names].slice(0, 500).reduce<ScriptFiles>((left, name) => {
    if (/^\d*$|^(?:null|stderr|stdout)$/.test(name)) return left;
    return /[$*?]/.test(name) ? overwritten(left, '/') : placed(left, { kind: 'unknown-name', name });
  }, scripts);
}
