import type { Source } from '../../../core/source.ts';
import type { Repository } from '../../../core/technology.ts';
import { withoutComments } from '../code-text.ts';
import { pathIn, pathsBelow } from '../walk/repository-paths.ts';
import { namesPublicAddress } from './public-hosts.ts';

/** A package of the workspace: its name and the folder of its manifest. */
export interface RustPackage {
  readonly name: string;
  readonly folder: string;
}

/** Source files that are read for one program. */
const mostFiles = 300;

/**
 * Whether a program's sources, followed through the modules that they name, use a client for more than its types: what
 * a workspace's crates depend on is often there for another of its programs.
 */
export function usesClient(
  client: string,
  start: readonly RustPackage[],
  packages: readonly RustPackage[],
  repository: Repository,
): boolean {
  const used = beyondTypes(client);
  const read = new Set<string>();
  const queue: { readonly owner: RustPackage; readonly source: Source }[] = [];
  const add = (owner: RustPackage, paths: readonly string[]): void => {
    for (const path of paths) {
      const source = !read.has(path) && read.size < mostFiles ? repository.read(path) : undefined;
      read.add(path);
      if (source) queue.push({ owner, source });
    }
  };
  for (const one of start) add(one, filesOf(one, [], repository));
  for (const { owner, source } of queue) {
    const code = withoutComments(source.text);
    if (used.test(code)) return true;
    for (const [, crate = '', path = ''] of code.matchAll(/\b([a-z]\w*)((?:::\w+)+)/g)) {
      const target = crate === 'crate' ? owner : packages.find(({ name }) => crateName(name) === crate);
      if (target) add(target, filesOf(target, path.split('::').slice(1), repository));
    }
    // `use other::{a, b}` may mean any module of it.
    for (const [, crate = '', path = ''] of code.matchAll(/\b([a-z]\w*)((?:::\w+)*)::[{*]/g)) {
      const target = crate === 'crate' ? owner : packages.find(({ name }) => crateName(name) === crate);
      if (target) add(target, filesOf(target, path.split('::').slice(1), repository));
    }
  }
  return read.size >= mostFiles;
}

/** Where a client is named for more than what requests and answers are made of. */
const beyondTypes = (client: string): RegExp =>
  new RegExp(
    `\\b${crateName(client)}::(?!(?:Error|Result|StatusCode|Url|IntoUrl|Method|Response|header|multipart|redirect)\\b)`,
  );

/**
 * The addresses that the sources around a client name: `public` where one may be called, `plain` where all are without
 * TLS, `given` where none stands there: its user gives it. `types`: nothing is called, the client's types serve another
 * purpose. `unread` where no source names the client.
 */
export function addressesOf(
  client: string,
  packages: readonly RustPackage[],
  repository: Repository,
): 'public' | 'plain' | 'given' | 'types' | 'unread' {
  const used = new RegExp(`\\b${crateName(client)}\\b`);
  const more = beyondTypes(client);
  let read = false;
  let calls = false;
  let plain = false;
  let named = false;
  const paths = packages.flatMap((one) => filesOf(one, [], repository)).slice(0, mostFiles);
  for (const path of paths) {
    if (/(?:^|\/)tests?(?:\/|\.rs$)/.test(path)) continue;
    const code = withoutComments(repository.read(path)?.text ?? '').replace(/#\[cfg\(test\)\][\s\S]*$/, '');
    read ||= used.test(code);
    calls ||= more.test(code);
    named ||= namesPublicAddress(code);
    // `format!("https://{host}/")` speaks TLS to whoever that is; with roots of its own, to those that it knows.
    named ||= /"https:\/\/\{/.test(code) && !/add_root_certificate|danger_accept_invalid_certs\(true\)/.test(code);
    plain ||= /"http:\/\//.test(code);
  }
  if (!read) return 'unread';
  if (!calls) return 'types';
  return named ? 'public' : plain ? 'plain' : 'given';
}

const crateName = (name: string): string => name.replaceAll('-', '_');

/**
 * The sources of the module that a path names, `proxy::header::NAME` as far as it names modules; all of the package's
 * where its first part is none: then it is re-exported.
 */
function filesOf({ folder }: RustPackage, path: readonly string[], repository: Repository): readonly string[] {
  const below = pathIn(folder, 'src');
  const all = pathsBelow(repository, below, 2000).filter((file) => file.endsWith('.rs'));
  let found: readonly string[] = all;
  for (let length = 1; length <= path.length; length++) {
    const module = `${below}/${path.slice(0, length).join('/')}`;
    const own = all.filter((file) => file === `${module}.rs` || file.startsWith(`${module}/`));
    if (own.length === 0) break;
    found = own;
  }
  return found;
}
