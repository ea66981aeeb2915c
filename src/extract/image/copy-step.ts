import type { Repository } from '../../core/technology.ts';
import type { DockerfileInstruction } from '../../formats/dockerfile.ts';
import { contextPath, isBundle } from './context-files.ts';
import type { Variables } from './expand.ts';
import { expand, isKnown } from './expand.ts';
import type { TrustFiles } from './trust-files.ts';
import {
  concernsClients,
  copied,
  isBundleName,
  isClientFolder,
  isWithin,
  join,
  merged,
  nameOf,
  withBundles,
  withDoubt,
} from './trust-files.ts';

/** What a COPY or ADD runs in. */
export interface CopyContext {
  readonly dockerfile: string;
  readonly repository: Repository;
  readonly folder: string | undefined;
  readonly variables: Variables;
  /** The files of what `--from` names: a stage or an image. `undefined` for the build context. */
  readonly from: TrustFiles | undefined;
  /** The stage began with an empty file system: a folder that nobody made is not there. */
  readonly fromScratch: boolean;
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
  const to = join(context.folder ?? '/', destination);
  const sources = values.slice(0, -1);
  const several = sources.length + instruction.heredocs.length > 1;
  const intoFolder = several || /(?:^|\/)\.?$/.test(destination) || to === '/' || isFolder(to, before, context);
  const parents = instruction.flags.some(({ name, value }) => name === 'parents' && value !== 'false');
  let files = before;
  for (const { name, content } of instruction.heredocs) {
    const place = intoFolder ? join(to, name) : to;
    const holds = content.text.split('-----BEGIN CERTIFICATE-----').length > 20;
    if (holds || isBundleName(place)) files = withBundles(files, [place]);
    else if (content.text.includes('-----BEGIN CERTIFICATE-----')) files = withDoubt(files, place);
  }
  for (const source of sources) {
    const place = parents ? join(to, `./${source.replace(/[^/]*$/, '').replace(/^.*\/\.\//, '')}`) : to;
    files = afterSource(instruction, source, place, intoFolder || parents, files, context);
  }
  return files;
}

function afterSource(
  instruction: DockerfileInstruction,
  source: string,
  to: string,
  intoFolder: boolean,
  files: TrustFiles,
  context: CopyContext,
): TrustFiles {
  if (instruction.keyword === 'ADD' && context.from === undefined) {
    if (/^https?:/.test(source) && !/\.git(?:#|$)/.test(source)) {
      const place = intoFolder ? join(to, nameOf(source)) : to;
      const unpacks = instruction.flags.some(({ name, value }) => name === 'unpack' && value !== 'false');
      if (unpacks) return withDoubt(files, to);
      return isBundleName(place) || isBundleName(`/${nameOf(source)}`)
        ? withBundles(files, [place])
        : withDoubt(files, place);
    }
    if (/^git@|^git:|\.git(?:#|$)|\.(?:tar|tgz|tbz2?|txz|xz|gz|bz2|zst)\b/.test(source)) return withDoubt(files, to);
  }
  const pattern = /[*?[]/.exec(source);
  if (!isKnown(source) || pattern) return afterPattern(source, to, files, context);
  const file = looksLikeFile(source, intoFolder ? join(to, nameOf(source)) : to, context);
  if (context.from) {
    const from = join('/', source);
    return merged(files, copied(context.from, from, to, { intoFolder, certainlyFile: file }));
  }
  const found = contextPath(source, to, context.dockerfile, context.repository, context.extra);
  const place = intoFolder ? join(to, nameOf(source)) : to;
  if (found.kind === 'folder') {
    // What a folder that no client reads holds may be copied on by a later stage.
    return merged(concernsClients(to, context.extra) ? files : withDoubt(files, to), found.files);
  }
  if (isBundleName(`/${source}`) || isBundleName(place)) return withBundles(files, [place]);
  if (found.kind === 'missing') return withDoubt(files, file ? place : to);
  const bundle = concernsClients(place, context.extra) && isBundle(found.path, context.repository);
  return bundle ? withBundles(files, [place]) : withDoubt(files, place);
}

/** Several files, or files that only the build knows: they may be anything that lies where the known part says. */
function afterPattern(source: string, to: string, files: TrustFiles, { from }: CopyContext): TrustFiles {
  if (!from) return withDoubt(files, to);
  const known = join('/', source.replace(/[^/]*[*?[\u0000].*$/, ''));
  const concerned = [...from.bundles, ...from.doubts].some((path) => isWithin(path, known) || isWithin(known, path));
  return concerned ? withDoubt(files, to) : files;
}

/** Whether the destination is a folder before the copy: `COPY a /etc/ssl/certs` makes a file where no folder is. */
function isFolder(to: string, files: TrustFiles, { fromScratch }: CopyContext): boolean {
  if (!fromScratch && isClientFolder(to)) return true;
  return [...files.bundles, ...files.doubts].some((path) => path !== to && (isWithin(path, to) || isWithin(to, path)));
}

/** A source that can be nothing but a file: by its ending, by its folder, or because the stage starts it. */
function looksLikeFile(source: string, place: string, { programs }: CopyContext): boolean {
  const name = nameOf(source);
  const folder = nameOf(source.slice(0, Math.max(source.length - name.length - 1, 0)));
  return (
    programs.has(place) ||
    /\.(?:sh|jar|war|exe|so(?:\.\d+)*|json|ya?ml|toml|conf|cfg|ini|crt|pem|key|txt|md|sql|html|js|py|wasm|deb|rpm|apk|db|xml)$/.test(
      name,
    ) ||
    /^(?:passwd|group|shadow|hosts|localtime|timezone|os-release)$/.test(name) ||
    /^(?:bin|sbin|release|debug)$/.test(folder)
  );
}
