import { data } from '../../../../data/image-files.yaml';
import type { Repository } from '../../../core/technology.ts';
import { pathsEnding } from './repository-paths.ts';
import { nameOf, parentOf } from './trust-files.ts';

const ending = new RegExp(`\\.(?:${data.endings.join('|')})(?:\\.\\d+)*$`);
const certificate = /\.(?:crt|pem)$/;

/** Whether a path is called as only files are: by its ending, by its name, or by the folder that it lies in. */
export const isFileName = (path: string): boolean =>
  ending.test(path) || data.names.includes(nameOf(path)) || data.programFolders.includes(nameOf(parentOf(path)));

/** Whether a pattern fits files only, none of which is a certificate: `*.zip`, `libssl.so*`. */
export const fitsPlainFiles = (pattern: string): boolean =>
  !certificate.test(pattern) && ending.test(pattern.replace(/(?<=\.\w+)\*$/, '').replace(/\.\*$/, ''));

const known = new WeakMap<Repository, ReadonlySet<string>>();

/** What the Go programs of a repository are called when nobody says otherwise. Source: `go help build`, Go 1.25: `-o`. */
export function programNames(repository: Repository): ReadonlySet<string> {
  const before = known.get(repository);
  if (before) return before;
  const mains = pathsEnding(repository, '/main.go', '');
  const names = new Set(mains.flatMap((path) => ['main', nameOf(parentOf(path))]).filter((name) => name !== ''));
  known.set(repository, names);
  return names;
}
