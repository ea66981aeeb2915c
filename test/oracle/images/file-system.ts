/**
 * A file system of one possible world: every path is known. Written for the differential test of the stage walk, and
 * kept apart from what it tests: it shares no code with `src/extract/image`.
 */
export type Content =
  /** Public roots. */
  | 'bundle'
  /** Some certificates: a company's own, or single public roots. */
  | 'some'
  | 'other';

export type Node =
  | { readonly kind: 'folder' }
  | {
      readonly kind: 'file';
      readonly content: Content;
      /** The committed script that it is a copy of. */
      readonly script?: string;
      readonly packages?: ReadonlyMap<string, 'manual' | 'automatic'>;
    }
  | { readonly kind: 'link'; readonly to: string };

/** By absolute path. The root is there without an entry. */
export type Files = Map<string, Node>;

/** What a builder or a command answers when it cannot do as told. */
export class Failure extends Error {}

export const file = (content: Content = 'other'): Node => ({ kind: 'file', content });

/** The absolute path that `path` means in `folder`. */
export function absolute(folder: string, path: string): string {
  const parts: string[] = [];
  for (const part of `${path.startsWith('/') ? '' : folder}/${path}`.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

const parent = (path: string): string => path.slice(0, path.lastIndexOf('/')) || '/';
export const baseName = (path: string): string => path.replace(/\/+$/, '').replace(/^.*\//, '');
export const inside = (path: string, folder: string): boolean => folder === '/' || path.startsWith(`${folder}/`);

/** Follows links in the path's folders, and at its end unless `keepLast`. Keys of `files` hold no link but at their end. */
export function resolved(files: Files, path: string, keepLast = false, depth = 0): string {
  if (path === '/') return path;
  if (depth > 40) throw new Failure(`too many links: ${path}`);
  const cut = path.lastIndexOf('/');
  const name = path.slice(cut + 1);
  const here = files.has(path);
  const folder = here || cut === 0 ? path.slice(0, cut) : resolved(files, path.slice(0, cut), false, depth + 1);
  const place = folder === '/' ? `/${name}` : `${folder}/${name}`;
  const node = files.get(place);
  if (node?.kind !== 'link' || keepLast) return place;
  return resolved(files, absolute(folder === '' ? '/' : folder, node.to), false, depth + 1);
}

export function nodeAt(files: Files, path: string): Node | undefined {
  const place = resolved(files, path);
  return place === '/' ? { kind: 'folder' } : files.get(place);
}
export const isFolder = (files: Files, path: string): boolean => nodeAt(files, path)?.kind === 'folder';

/** `mkdir -p`. */
export function makeFolder(files: Files, path: string): string {
  const place = resolved(files, path);
  const node = files.get(place);
  if (place === '/' || node?.kind === 'folder') return place;
  makeFolder(files, parent(place));
  if (node) throw new Failure(`${place} is no folder`);
  files.set(place, { kind: 'folder' });
  return place;
}

/** Puts a file or link down; replaces a file or link that is there. Its folder must exist unless `deep`. */
export function put(files: Files, path: string, node: Node, deep = false): void {
  const folder = parent(path);
  if (deep) makeFolder(files, folder);
  else if (!isFolder(files, folder)) throw new Failure(`${folder} is no folder`);
  const place = absolute(resolved(files, folder), baseName(path));
  if (files.get(place)?.kind === 'folder') throw new Failure(`${place} is a folder`);
  files.set(place, node);
}

export const below = (files: Files, folder: string): readonly string[] =>
  [...files.keys()].filter((path) => inside(path, folder));
export const children = (files: Files, folder: string): readonly string[] =>
  below(files, folder).filter((path) => parent(path) === folder);

/** `rm -rf`; a link is removed, not what it leads to. */
export function remove(files: Files, path: string): void {
  const place = resolved(files, path, true);
  for (const one of below(files, place)) files.delete(one);
  files.delete(place);
}

/** Copies what lies in `from` into the folder `to`. Links stay links. */
export function copyContents(source: Files, from: string, target: Files, to: string): void {
  makeFolder(target, to);
  for (const path of below(source, from).toSorted()) {
    const place = absolute(to, `.${path.slice(from === '/' ? 0 : from.length)}`);
    const node = source.get(path);
    if (node?.kind === 'folder') {
      if (target.get(place)?.kind === 'link') throw new Failure(`${place} is no folder`);
      makeFolder(target, place);
    }
    if (node && node.kind !== 'folder') put(target, place, node, true);
  }
}

/** The paths that a pattern names: `*` stays in one part of a path. */
export function matches(files: Files, pattern: string): readonly string[] {
  const parts = pattern.split('/').filter((part) => part !== '');
  let found: readonly string[] = ['/'];
  for (const part of parts) {
    found = found.flatMap((folder) => {
      const place = resolved(files, folder);
      if (!part.includes('*')) return nodeAt(files, absolute(place, part)) ? [absolute(place, part)] : [];
      const expression = new RegExp(`^${part.replaceAll('.', '\\.').replaceAll('*', '.*')}$`);
      return children(files, place).filter((path) => expression.test(baseName(path)));
    });
  }
  return found.filter((path) => nodeAt(files, path));
}

const clientFiles = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/tls/cacert.pem',
  '/etc/pki/tls/cert.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/cert.pem',
  '/usr/lib/ssl/cert.pem',
  '/var/lib/ca-certificates/ca-bundle.pem',
];
const clientFolders = ['/etc/ssl/certs', '/etc/pki/tls/certs'];

export type Verdict = 'present' | 'absent' | 'unknown';

/** What clients find where they look, and where SSL_CERT_FILE and SSL_CERT_DIR send them. */
export function verdictOn(files: Files, environment: ReadonlyMap<string, string>): Verdict {
  const named = environment.get('SSL_CERT_FILE');
  const folders = [...clientFolders, ...(environment.get('SSL_CERT_DIR')?.split(':') ?? [])];
  const paths = [...clientFiles, ...(named === undefined ? [] : [named])];
  const read = [...paths, ...folders.flatMap((folder) => children(files, resolved(files, folder)))];
  const contents = read.map((path) => {
    const node = nodeAt(files, path);
    return node?.kind === 'file' ? node.content : 'other';
  });
  if (contents.includes('bundle')) return 'present';
  if (contents.includes('some')) return 'unknown';
  // Somebody may mount what a variable names.
  const elsewhere = [...(named === undefined ? [] : [named]), ...folders.slice(clientFolders.length)];
  return elsewhere.some((path) => !clientFiles.includes(path) && !clientFolders.includes(path)) ? 'unknown' : 'absent';
}
