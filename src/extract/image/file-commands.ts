import type { TrustFiles } from './trust-files.ts';
import { copied, isBundleName, join, merged, nameOf, withBundles, withDoubt } from './trust-files.ts';

/** `cp -a A B/`, `install -D A B`, `ln -s A B`. Whether B is a folder is not seen: both readings count. */
export function transferred(
  words: readonly (string | undefined)[],
  files: TrustFiles,
  folder: string | undefined,
): TrustFiles {
  const operands: (string | undefined)[] = [];
  let target: string | undefined;
  let targetGiven = false;
  let parents = false;
  for (let index = 1; index < words.length; index++) {
    const word = words[index];
    if (word === '-t' || word === '--target-directory') {
      target = words[++index];
      targetGiven = true;
    } else if (word?.startsWith('--target-directory=')) {
      target = word.slice('--target-directory='.length);
      targetGiven = true;
    } else if (word !== undefined && /^-[a-zA-Z]*[mogSB]$/.test(word) && words[0]?.endsWith('install')) index++;
    else if (word?.startsWith('-')) parents ||= word === '--parents';
    else operands.push(word);
  }
  if (!targetGiven) target = operands.pop();
  if (words.some((word) => word === '-d' || word === '--directory') && words[0]?.endsWith('install')) return files;
  if (target === undefined || folder === undefined) return withDoubt(files, '/');
  const to = join(folder, target);
  let result = files;
  for (const operand of operands) {
    if (operand === undefined) {
      result = withDoubt(result, to);
      continue;
    }
    const from = join(folder, operand.replace(/\/[^/]*[*?[].*$/, ''));
    for (const place of parents ? [join(to, `.${from}`)] : [to, join(to, nameOf(from))]) {
      result = merged(result, copied(files, from, place, { intoFolder: false, certainlyFile: false }));
    }
  }
  return result;
}

export function downloaded(
  words: readonly (string | undefined)[],
  files: TrustFiles,
  folder: string | undefined,
  output: RegExp,
  remoteName: RegExp,
): TrustFiles {
  const at = words.findIndex((word, index) => index > 0 && word !== undefined && output.test(word));
  if (at > 0) return written(files, words[at + 1], folder);
  const inline = words.find((word) => word !== undefined && /^--output(?:-document)?=/.test(word));
  if (inline) return written(files, inline.slice(inline.indexOf('=') + 1), folder);
  if (!words.some((word, index) => index > 0 && word !== undefined && remoteName.test(word))) return files;
  const url = words.find((word) => word !== undefined && /^(?:https?|ftp):/.test(word));
  return folder === undefined ? withDoubt(files, '/') : written(files, url === undefined ? '.' : nameOf(url), folder);
}

/** A file of unknown content, written at `path`. */
export function written(files: TrustFiles, path: string | undefined, folder: string | undefined): TrustFiles {
  if (path === '-' || path === '/dev/null') return files;
  if (path === undefined || (folder === undefined && !path.startsWith('/'))) return withDoubt(files, '/');
  const place = join(folder ?? '/', path);
  return isBundleName(place) ? withBundles(files, [place]) : withDoubt(files, place);
}

export function unpackedInto(
  words: readonly (string | undefined)[],
  files: TrustFiles,
  folder: string | undefined,
  option: RegExp,
): TrustFiles {
  const at = words.findIndex((word, index) => index > 0 && word !== undefined && option.test(word));
  const inline = words.find((word) => word !== undefined && /^(?:--directory=|-C.)/.test(word));
  const target = at > 0 ? words[at + 1] : (inline?.replace(/^(?:--directory=|-C)/, '') ?? '.');
  if (target === undefined || (folder === undefined && !target.startsWith('/'))) return withDoubt(files, '/');
  return withDoubt(files, join(folder ?? '/', target));
}
