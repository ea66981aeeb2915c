/**
 * What is known of the CA bundles in a file system: files that certainly hold one, and places where there may be one.
 * The same questions serve a final stage, a builder, and a root tree below `/rootfs` that is copied out later. All
 * paths are absolute.
 */
export interface TrustFiles {
  readonly bundles: ReadonlySet<string>;
  /** What a step that is not understood may have written: the path itself or anything below it. */
  readonly doubts: ReadonlySet<string>;
  /** Links that matter, with what they say. */
  readonly links: ReadonlyMap<string, string>;
  /** Folders that are certainly there, beside those of bundles. */
  readonly folders: ReadonlySet<string>;
  /** Folders that may be there. */
  readonly maybeFolders: ReadonlySet<string>;
  /** Files that are called like a bundle and certainly hold none. */
  readonly plain: ReadonlySet<string>;
}

export const noFiles: TrustFiles = {
  bundles: new Set(),
  doubts: new Set(),
  links: new Map(),
  folders: new Set(),
  maybeFolders: new Set(),
  plain: new Set(),
};

const bundleNames =
  /^(?:ca-certificates\.(?:crt|pem)|ca-bundle(?:\.trust)?\.(?:crt|pem)|cacerts?\.pem|tls-ca-bundle\.pem)$/;

/** Whether a path is called what bundles are called: a build that copies it fails unless it is there. */
export const isBundleName = (path: string): boolean => {
  const name = nameOf(path);
  return bundleNames.test(name) || (name === 'cert.pem' && /\/(?:ssl|tls|ssl1\.1)\/cert\.pem$/.test(path));
};

/** The path behind the links in it; at its end a link is kept with `keepLast`. */
export function resolved(files: TrustFiles, path: string, keepLast = false, depth = 0): string {
  if (files.links.size === 0 || path === '/' || depth > 40) return path;
  const parent = parentOf(path);
  const folder = parent === '/' ? '/' : resolved(files, parent, false, depth + 1);
  const place = join(folder, nameOf(path));
  const to = files.links.get(place);
  return to === undefined || keepLast ? place : resolved(files, join(folder, to), false, depth + 1);
}

export const withBundles = (files: TrustFiles, paths: readonly string[]): TrustFiles =>
  paths.length === 0
    ? files
    : {
        ...files,
        bundles: new Set([...files.bundles, ...paths]),
        plain: files.plain.size === 0 ? files.plain : new Set([...files.plain].filter((path) => !paths.includes(path))),
        links: paths.some((path) => files.links.has(path))
          ? new Map([...files.links].filter(([path]) => !paths.includes(path)))
          : files.links,
      };

export const withLinks = (files: TrustFiles, links: Iterable<readonly [string, string]>): TrustFiles => ({
  ...files,
  links: new Map([...files.links, ...links]),
});

export const withFolder = (files: TrustFiles, path: string): TrustFiles =>
  files.folders.has(path) ? files : { ...files, folders: new Set([...files.folders, path]) };

/** More places than this count as the whole file system. */
const mostDoubts = 500;

export function withDoubt(files: TrustFiles, path: string): TrustFiles {
  if (files.doubts.has('/') || files.doubts.has(path)) return files;
  const everywhere = path === '/' || files.doubts.size >= mostDoubts;
  return { ...files, doubts: everywhere ? new Set(['/']) : new Set([...files.doubts, path]) };
}

/** Only what lies at one of these paths, or not. */
const kept = (files: TrustFiles, keeps: (path: string) => boolean): TrustFiles => {
  const some = (paths: ReadonlySet<string>): ReadonlySet<string> => new Set([...paths].filter(keeps));
  return {
    bundles: some(files.bundles),
    doubts: some(files.doubts),
    links: new Map([...files.links].filter(([path]) => keeps(path))),
    folders: some(files.folders),
    maybeFolders: some(files.maybeFolders),
    plain: some(files.plain),
  };
};

/** A file without certificates, written at a place. */
export const withPlain = (files: TrustFiles, path: string): TrustFiles =>
  isBundleName(path) && !files.bundles.has(path) ? { ...files, plain: new Set([...files.plain, path]) } : files;

/** After `rm -rf path`. Doubts about a folder that holds `path` stay. */
export const without = (files: TrustFiles, path: string): TrustFiles => kept(files, (one) => !isWithin(one, path));

/** What lies at `path` and below it, and nothing else. */
export const only = (files: TrustFiles, path: string): TrustFiles => kept(files, (one) => isWithin(one, path));

/** Whether a bundle lies at a path. */
export function isThere(files: TrustFiles, path: string): 'yes' | 'no' | 'maybe' {
  const place = resolved(files, path);
  if (files.bundles.has(place)) return 'yes';
  return [...files.doubts].some((doubt) => isWithin(place, doubt)) ? 'maybe' : 'no';
}

/** Whether something is a folder: `COPY file /etc/ssl/certs` makes a file where none is. */
export function folderAt(files: TrustFiles, path: string): 'yes' | 'no' | 'maybe' {
  const place = resolved(files, path);
  if (place === '/' || files.folders.has(place)) return 'yes';
  const within = (paths: Iterable<string>): boolean => [...paths].some((one) => one !== place && isWithin(one, place));
  if (within(files.bundles) || within(files.folders) || within(files.links.keys())) return 'yes';
  // Nobody makes a folder that is called like a file.
  if (/\.(?:crt|pem|key|cer)$/.test(place)) return 'no';
  const perhaps = [...files.maybeFolders].some((one) => isWithin(one, place));
  return perhaps || [...files.doubts].some((doubt) => isWithin(place, doubt) || isWithin(doubt, place))
    ? 'maybe'
    : 'no';
}

/**
 * What lies at `from` in `source`, laid down at `to`. A folder's contents come to lie in `to`; a file comes to lie at
 * `asFile`. A link at `from` is followed. `certainlyFile`: `from` is known to be a file. `proves`: the copy would fail
 * if there were nothing.
 */
export function copied(
  source: TrustFiles,
  from: string,
  to: string,
  {
    asFile,
    certainlyFile,
    proves = true,
  }: { readonly asFile: string; readonly certainlyFile: boolean; readonly proves?: boolean },
): TrustFiles {
  const place = resolved(source, from);
  if (proves && isBundleName(from) && !source.plain.has(place)) return { ...noFiles, bundles: new Set([asFile]) };
  const moved = (path: string): string => join(to, `.${path.slice(place === '/' ? 0 : place.length)}`);
  const below = (paths: Iterable<string>): readonly string[] =>
    [...paths].filter((path) => path !== place && isWithin(path, place)).map(moved);
  const folder = folderAt(source, place);
  return {
    bundles: new Set([...below(source.bundles), ...(source.bundles.has(place) ? [asFile] : [])]),
    doubts: new Set([
      ...below(source.doubts),
      ...([...source.doubts].some((doubt) => isWithin(place, doubt)) ? [certainlyFile ? asFile : to] : []),
    ]),
    links: new Map(
      [...source.links]
        .filter(([path]) => path !== place && isWithin(path, place))
        .map(([path, target]) => [moved(path), target]),
    ),
    folders: new Set([...below(source.folders), ...(folder === 'yes' ? [to] : [])]),
    maybeFolders: new Set([...below(source.maybeFolders), ...(folder === 'maybe' && !certainlyFile ? [to] : [])]),
    plain: new Set([...below(source.plain), ...(source.plain.has(place) && isBundleName(asFile) ? [asFile] : [])]),
  };
}

export const merged = (a: TrustFiles, b: TrustFiles): TrustFiles => {
  // A link takes the place of a file.
  const left = [...b.links.keys()].reduce((files, path) => (files.bundles.has(path) ? without(files, path) : files), a);
  let files = withLinks(withBundles(left, [...b.bundles]), b.links);
  for (const doubt of b.doubts) files = withDoubt(files, doubt);
  return {
    ...files,
    folders: new Set([...a.folders, ...b.folders]),
    maybeFolders: new Set([...a.maybeFolders, ...b.maybeFolders]),
    plain: new Set([...files.plain, ...b.plain]),
  };
};

/** What is known when it is open whether a step has had its effect. */
export function either(before: TrustFiles, after: TrustFiles): TrustFiles {
  if (before === after) return before;
  const shared = (a: ReadonlySet<string>, b: ReadonlySet<string>): ReadonlySet<string> =>
    new Set([...a].filter((path) => b.has(path)));
  const apart = (a: ReadonlySet<string>, b: ReadonlySet<string>): readonly string[] => [
    ...[...a].filter((path) => !b.has(path)),
    ...[...b].filter((path) => !a.has(path)),
  ];
  const links = new Map([...before.links].filter(([path, to]) => after.links.get(path) === to));
  let files: TrustFiles = {
    bundles: shared(before.bundles, after.bundles),
    doubts: new Set([...before.doubts, ...after.doubts]),
    links,
    folders: shared(before.folders, after.folders),
    plain: shared(before.plain, after.plain),
    maybeFolders: new Set([
      ...before.maybeFolders,
      ...after.maybeFolders,
      ...apart(before.folders, after.folders),
      ...apart(before.bundles, after.bundles).map(parentOf),
    ]),
  };
  const changed = [...before.links, ...after.links].map(([path]) => path).filter((path) => !links.has(path));
  const open = changed.filter((path) => isThere(before, path) !== 'no' || isThere(after, path) !== 'no');
  for (const path of [...apart(before.bundles, after.bundles), ...open]) files = withDoubt(files, path);
  return files;
}

/** Whether `path` is `folder` or lies below it. */
export const isWithin = (path: string, folder: string): boolean =>
  path === folder || folder === '/' || path.startsWith(`${folder}/`);

export const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
export const parentOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), 0)) || '/';

/** An absolute, normalised path; `path` is taken relative to `folder` unless it is absolute. */
export function join(folder: string, path: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith('/') ? path : `${folder}/${path}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/** The same where the folder may be known to the build alone: `undefined` for a relative path then. */
export const joinKnown = (folder: string | undefined, path: string): string | undefined =>
  folder === undefined && !path.startsWith('/') ? undefined : join(folder ?? '/', path);
