import type { TrustFiles } from './trust-files.ts';
import {
  copied,
  either,
  folderAt,
  isBundleName,
  isThere,
  join,
  joinKnown,
  merged,
  nameOf,
  noFiles,
  parentOf,
  resolved,
  withBundles,
  withDoubt,
  withFolder,
  withLinks,
  without,
} from './trust-files.ts';

/** What `cp`, `mv`, `install`, `ln` and `rsync` are told. `undefined` words are known to the build alone. */
interface Transfer {
  readonly operands: readonly (string | undefined)[];
  readonly target: string | undefined;
  /** Given by `-t`: a folder. */
  readonly folderGiven: boolean;
  readonly flags: ReadonlySet<string>;
}

function transferOf(words: readonly (string | undefined)[]): Transfer {
  const operands: (string | undefined)[] = [];
  const flags = new Set<string>();
  let target: string | undefined;
  let folderGiven = false;
  const installs = words[0]?.endsWith('install') ?? false;
  for (let index = 1; index < words.length; index++) {
    const word = words[index];
    if (word === '-t' || word === '--target-directory') {
      target = words[++index];
      folderGiven = true;
    } else if (word?.startsWith('--target-directory=')) {
      target = word.slice('--target-directory='.length);
      folderGiven = true;
    } else if (word !== undefined && /^-[a-zA-Z]*[mogSB]$/.test(word) && installs) index++;
    else if (word?.startsWith('--')) flags.add(word);
    else if (word !== undefined && /^-./.test(word)) for (const letter of word.slice(1)) flags.add(letter);
    else operands.push(word);
  }
  if (!folderGiven) target = operands.pop();
  return { operands, target, folderGiven, flags };
}

/** `cp -a A B/`, `install -D A B`, `mv A B`. `mayFail`: nobody notices when it does nothing. */
export function transferred(
  words: readonly (string | undefined)[],
  files: TrustFiles,
  folder: string | undefined,
  mayFail: boolean,
): TrustFiles {
  const { operands, target, folderGiven, flags } = transferOf(words);
  if (words[0]?.endsWith('install') && (flags.has('d') || flags.has('--directory')))
    return madeFolders(words, files, folder, mayFail);
  const to = target === undefined ? undefined : joinKnown(folder, target);
  if (target === undefined || to === undefined) return withDoubt(files, '/');
  const keepsLinks = ['a', 'd', 'P', 'R', 'r', '--archive', '--no-dereference', '--recursive'].some((flag) =>
    flags.has(flag),
  );
  const moves = words[0]?.endsWith('mv') ?? false;
  const severalOrGiven = folderGiven || operands.length > 1;
  const slash = severalOrGiven || target.endsWith('/');
  let result = files;
  for (const operand of operands) {
    if (operand === undefined) {
      result = withDoubt(result, to);
      continue;
    }
    const from = joinKnown(folder, operand.replace(/\/[^/]*[*?[].*$/, ''));
    if (from === undefined) {
      result = withDoubt(result, to);
      continue;
    }
    // It fails, and nobody notices.
    if (mayFail && isBundleName(from) && isThere(result, from) === 'no') continue;
    // `cp -r a/. b` and `cp a/* b` lay the contents down.
    const contents = /\/\.$|[*?[]/.test(operand);
    const isFolder = folderAt(result, to);
    const isFile = isBundleName(from) || result.bundles.has(resolved(result, from));
    // `cp -r folder new/` makes the folder `new`; of a file it fails.
    const makes = !severalOrGiven && isFolder !== 'yes' && (keepsLinks || moves) && !isFile;
    const into = contents ? 'no' : slash && !makes ? 'yes' : isFolder;
    const parents = flags.has('--parents');
    const copy = (place: string): TrustFiles =>
      moved(result, from, place, { keepsLinks: (keepsLinks || moves) && !contents, moves }, operand);
    const inner = join(to, nameOf(from));
    const after = parents
      ? copy(join(to, `.${from}`))
      : into === 'yes'
        ? copy(inner)
        : into === 'no'
          ? copy(to)
          : either(copy(to), copy(inner));
    const sure =
      !mayFail ||
      (result.bundles.has(resolved(result, from)) && folderAt(result, into === 'yes' ? to : parentOf(to)) === 'yes');
    result = sure ? proven(after, from, files) : either(result, after);
  }
  return result;
}

/** A build that reads a bundle proves that it was there. */
export const proven = (after: TrustFiles, from: string, before: TrustFiles): TrustFiles =>
  isBundleName(from) && !before.links.has(from) && before.doubts.size > 0 ? withBundles(after, [from]) : after;

/** The files with what lies at `from` laid down at `to` as well. */
function moved(
  files: TrustFiles,
  from: string,
  place: string,
  { keepsLinks, moves }: { readonly keepsLinks: boolean; readonly moves: boolean },
  operand: string,
): TrustFiles {
  const last = resolved(files, place, true);
  const link = keepsLinks ? files.links.get(resolved(files, from, true)) : undefined;
  if (link !== undefined)
    return last === resolved(files, from, true) ? files : withLinks(without(files, last), [[last, link]]);
  const to = moves ? last : resolved(files, place);
  if (/[*?[]/.test(operand)) {
    const found = copied(files, from, to, { asFile: to, certainlyFile: false, proves: false });
    // Which of them the pattern names is not asked.
    return merged(files, { ...noFiles, doubts: new Set([...found.doubts, ...found.bundles, ...found.links.keys()]) });
  }
  return merged(files, copied(files, from, to, { asFile: to, certainlyFile: false }));
}

/** After `mv`: the sources are gone. */
export function movedAway(
  words: readonly (string | undefined)[],
  files: TrustFiles,
  folder: string | undefined,
): TrustFiles {
  return transferOf(words).operands.reduce<TrustFiles>((left, operand) => {
    const path = operand === undefined || /[*?[]/.test(operand) ? undefined : joinKnown(folder, operand);
    return path === undefined ? left : without(left, resolved(left, path, true));
  }, files);
}

/** `ln -s TO PATH`; a hard link is a copy. */
export function linked(
  words: readonly (string | undefined)[],
  files: TrustFiles,
  folder: string | undefined,
  mayFail: boolean,
): TrustFiles {
  const { operands, target, flags } = transferOf(words);
  if (!flags.has('s') && !flags.has('--symbolic')) return transferred(words, files, folder, mayFail);
  const [to] = operands;
  if (operands.length === 0) return files;
  const place = target === undefined ? undefined : joinKnown(folder, target);
  if (to === undefined || target === undefined || place === undefined || operands.length > 1)
    return withDoubt(files, place ?? '/');
  const forced = flags.has('f') || flags.has('--force');
  const at = (path: string): TrustFiles => {
    if (path === to || (!forced && isThere(files, path) === 'yes')) return files;
    return withLinks(without(files, path), [[path, to]]);
  };
  const inner = join(place, nameOf(to));
  const into = target.endsWith('/') ? 'yes' : flags.has('n') || flags.has('T') ? 'no' : folderAt(files, place);
  const after = into === 'yes' ? at(inner) : into === 'no' ? at(place) : either(at(place), at(inner));
  return mayFail ? either(files, after) : after;
}

/** `mkdir -p`, `install -d`. */
export function madeFolders(
  words: readonly (string | undefined)[],
  files: TrustFiles,
  folder: string | undefined,
  mayFail: boolean,
): TrustFiles {
  const after = words.slice(1).reduce<TrustFiles>((left, word) => {
    if (word === undefined || word.startsWith('-') || (folder === undefined && !word.startsWith('/'))) return left;
    return withFolder(left, resolved(left, join(folder ?? '/', word)));
  }, files);
  return mayFail && words[0]?.endsWith('install') ? either(files, after) : after;
}

/** `rm -rf`. What a pattern names is gone as far as it is a whole folder's content. */
export function removedFrom(
  words: readonly (string | undefined)[],
  files: TrustFiles,
  folder: string | undefined,
): TrustFiles {
  return words.slice(1).reduce<TrustFiles>((left, word) => {
    if (word === undefined || word.startsWith('-') || (folder === undefined && !word.startsWith('/'))) return left;
    const path = join(folder ?? '/', word);
    if (/\/\*$/.test(word)) {
      const emptied = resolved(left, parentOf(path));
      const after = without(left, emptied);
      // The folder stays, if it is one.
      switch (folderAt(left, emptied)) {
        case 'yes':
          return withFolder(after, emptied);
        case 'maybe':
          return { ...after, maybeFolders: new Set([...after.maybeFolders, emptied]) };
        case 'no':
          return after;
      }
    }
    if (!/[*?[]/.test(path)) return without(left, resolved(left, path, true));
    const fits = fitting(path);
    const depth = path.split('/').length;
    const named = [...left.bundles, ...left.links.keys(), ...left.doubts].map((one) =>
      one.split('/').slice(0, depth).join('/'),
    );
    return [...new Set(named)].filter((one) => fits.test(one)).reduce(without, left);
  }, files);
}

/** The expression of a pattern over whole paths; `*` stays in one part. */
export const fitting = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern.replace(/\*+|\?|\[[^\]]*\]|[^\w/]/g, (token) => {
      if (token.startsWith('*')) return '[^/]*';
      return token === '?' || token.length > 1 ? '[^/]' : `\\${token}`;
    })}$`,
  );

export function downloaded(
  words: readonly (string | undefined)[],
  files: TrustFiles,
  folder: string | undefined,
  output: RegExp,
  remoteName: RegExp,
  unnoticed: boolean,
): TrustFiles {
  const after = received(words, files, folder, output, remoteName);
  // Without its folder the file is not written.
  const places = [...after.bundles].filter((path) => !files.bundles.has(path));
  const sure = !unnoticed || places.every((path) => folderAt(files, parentOf(path)) === 'yes');
  return sure ? after : either(files, after);
}

function received(
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
