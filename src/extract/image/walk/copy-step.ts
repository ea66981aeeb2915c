import type { Repository } from '../../../core/technology.ts';
import type { DockerfileInstruction } from '../../../formats/dockerfile.ts';
import { certificatesIn, contextPath } from './context-files.ts';
import type { Variables } from './expand.ts';
import { expand, isKnown } from './expand.ts';
import { fitting } from './file-commands.ts';
import { fitsPlainFiles, isFileName, programNames } from './file-names.ts';
import type { TrustFiles } from './trust-files.ts';
import {
  copied,
  either,
  folderAt,
  isBundleName,
  isWithin,
  join,
  merged,
  nameOf,
  resolved,
  withBundles,
  withDoubt,
  withFolder,
  without,
  withPlain,
} from './trust-files.ts';

/** What a COPY or ADD runs in. */
export interface CopyContext {
  readonly dockerfile: string;
  readonly repository: Repository;
  readonly folder: string | undefined;
  readonly variables: Variables;
  /** The files of what `--from` names: a stage or an image. `undefined` for the build context. */
  readonly from: TrustFiles | undefined;
  /** Paths that the environment names as bundles. */
  readonly extra: readonly string[];
  /** Paths that the stage starts as a program: a copy that lands there is a file. */
  readonly programs: ReadonlySet<string>;
}

/** The files of a stage after a COPY or ADD. Source: Dockerfile reference, "COPY" and "ADD". */
export function afterCopy(instruction: DockerfileInstruction, before: TrustFiles, context: CopyContext): TrustFiles {
  const values = instruction.words
    .map(({ value }) => expand(value, context.variables))
    .filter((value) => !value.startsWith('<<'));
  const destination = values.at(-1);
  if (destination === undefined) return before;
  if (!isKnown(destination) || (context.folder === undefined && !destination.startsWith('/')))
    return withDoubt(before, '/');
  // `--link` makes a layer of its own, that does not see what is there: no link is followed, no folder found.
  const link = instruction.flags.some(({ name, value }) => name === 'link' && value !== 'false');
  const written = join(context.folder ?? '/', destination);
  const sources = values.slice(0, -1);
  const several = sources.length + instruction.heredocs.length > 1;
  const slash = several || /(?:^|\/)\.?$/.test(destination) || written === '/';
  // A link to a folder is followed; one to a file is replaced.
  const keepsLink = !slash && folderAt(before, written) === 'no';
  const to = link ? written : resolved(before, written, keepsLink);
  const into = slash ? 'yes' : link ? 'no' : folderAt(before, to);
  const parents = instruction.flags.some(({ name, value }) => name === 'parents' && value !== 'false');
  let files = before;
  for (const { name, content } of instruction.heredocs) {
    const place = into === 'yes' ? join(to, name) : to;
    const holds = content.text.split('-----BEGIN CERTIFICATE-----').length > 20;
    if (holds || isBundleName(place)) files = withBundles(files, [place]);
    else if (content.text.includes('-----BEGIN CERTIFICATE-----')) files = withDoubt(files, place);
  }
  for (const source of sources) {
    // `--parents` keeps the source's folders, from `/./` on where it stands in the source.
    const kept = parents ? join(to, `./${source.replace(/^.*\/\.\//, '')}`) : undefined;
    // A layer's file hides the folder that was there.
    const hides = link && !slash && looksLikeFile(source, to, context) && folderAt(files, to) !== 'no';
    // A pattern that names one file does the same.
    const mayHide = link && !slash && /[*?[]/.test(source) && folderAt(files, to) !== 'no';
    const seen = hides ? without(files, to) : mayHide ? either(files, without(files, to)) : files;
    const at = (place: string): TrustFiles => afterSource(instruction, source, to, place, seen, context);
    const inner = join(to, nameOf(source.replace(/\/+$/, '')));
    if (kept !== undefined) files = afterSource(instruction, source, kept, kept, files, context);
    // The first of several that a pattern names makes the folder that the others come to lie in.
    else if (into === 'no' && /[*?[]/.test(source)) files = either(at(to), at(inner));
    else files = into === 'yes' ? at(inner) : into === 'no' ? at(to) : either(at(to), at(inner));
  }
  if (slash && sources.length > 0) files = withFolder(files, to);
  return files;
}

/** `to`: where a folder's contents come to lie; `asFile`: where a file does. */
function afterSource(
  instruction: DockerfileInstruction,
  source: string,
  to: string,
  asFile: string,
  files: TrustFiles,
  context: CopyContext,
): TrustFiles {
  if (instruction.keyword === 'ADD' && context.from === undefined) {
    if (/^https?:/.test(source) && !/\.git(?:#|$)/.test(source)) {
      const unpacks = instruction.flags.some(({ name, value }) => name === 'unpack' && value !== 'false');
      if (unpacks) return withDoubt(files, to);
      return isBundleName(asFile) || isBundleName(`/${nameOf(source)}`)
        ? withBundles(files, [asFile])
        : withDoubt(replaced(files, asFile), asFile);
    }
    const unpacked = instruction.flags.some(({ name, value }) => name === 'unpack' && value === 'false');
    if (/^git@|^git:|\.git(?:#|$)/.test(source)) return withDoubt(files, to);
    if (/\.(?:tar|tgz|tbz2?|txz|xz|gz|bz2|zst)\b/.test(source) && !unpacked) return withDoubt(files, to);
  }
  if (!isKnown(source) || /[*?[]/.test(source)) return afterPattern(source, to, asFile, files, context);
  // Only a file takes the place of a file.
  const file = looksLikeFile(source, asFile, context) || (asFile === to && files.bundles.has(asFile));
  if (context.from)
    return laid(files, copied(context.from, join('/', source), to, { asFile, certainlyFile: file }), asFile, file);
  const found = contextPath(source, to, context.dockerfile, context.repository, context.extra);
  if (found.kind === 'folder') {
    return merged(withFolder(files, to), found.files);
  }
  if (found.kind === 'missing') {
    if (isBundleName(`/${source}`)) return withBundles(files, [asFile]);
    return withDoubt(file ? replaced(files, asFile) : files, file ? asFile : to);
  }
  const holds = certificatesIn(found.path, context.repository);
  if (holds === 'bundle') return withBundles(files, [asFile]);
  return holds === 'none' ? withPlain(replaced(files, asFile), asFile) : withDoubt(replaced(files, asFile), asFile);
}

/** What a copy adds; a file that is no bundle takes the place of one. */
const laid = (files: TrustFiles, added: TrustFiles, asFile: string, file: boolean): TrustFiles =>
  merged(file && !added.bundles.has(asFile) ? replaced(files, asFile) : files, added);

const replaced = (files: TrustFiles, path: string): TrustFiles =>
  files.bundles.has(path) || files.links.has(path) ? without(files, path) : files;

/** Several files, or files that only the build knows: they may be anything that lies where the known part says. */
function afterPattern(source: string, to: string, place: string, files: TrustFiles, { from }: CopyContext): TrustFiles {
  if (!from) return withDoubt(files, to);
  const known = resolved(from, join('/', source.replace(/[^/]*[*?[\u0000].*$/, '')));
  const rest = isKnown(source) ? source.slice(source.search(/[^/]*[*?[]/)).replace(/\/+$/, '') : undefined;
  const depth = rest?.split('/').length ?? 0;
  const inner = (path: string): string => path.slice(known === '/' ? 1 : known.length + 1);
  const places = [...from.bundles, ...from.links.keys(), ...from.doubts].filter(
    (path) => path !== known && isWithin(path, known),
  );
  const doubtful = [...from.doubts].some(
    (path) => isWithin(known, path) || (isWithin(path, known) && inner(path).split('/').length < depth),
  );
  // Files that are certainly none of a client's help and hide nobody.
  let after = doubtful && !fitsPlainFiles(source) ? withDoubt(files, to) : files;
  if (rest === undefined) return places.length > 0 ? withDoubt(after, to) : after;
  const fits = fitting(rest);
  const named = new Set(
    places.map((path) => inner(path).split('/').slice(0, depth).join('/')).filter((one) => fits.test(one)),
  );
  for (const one of named) {
    const asFile = place === to ? to : join(to, nameOf(one));
    after = merged(after, copied(from, join(known, one), to, { asFile, certainlyFile: false, proves: false }));
  }
  return after;
}

/** A source that can be nothing but a file: by its name, because the stage starts it, or because it is a program of the repository. */
const looksLikeFile = (source: string, place: string, { programs, from, repository }: CopyContext): boolean =>
  programs.has(place) || isFileName(`/${source}`) || (!from && programNames(repository).has(nameOf(source)));
