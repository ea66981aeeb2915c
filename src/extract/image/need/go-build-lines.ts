import type { Repository } from '../../../core/technology.ts';
import { isTaskFile } from '../callers/task-files.ts';
import { folderOf } from '../walk/repository-paths.ts';
import { nameOf } from '../walk/trust-files.ts';

/** Flags of `go build` that take the next word. Source: `go help build`, Go 1.25. */
const valued: ReadonlySet<string> = new Set([
  '-o',
  '-p',
  '-tags',
  '-ldflags',
  '-gcflags',
  '-asmflags',
  '-mod',
  '-modfile',
  '-buildmode',
  '-compiler',
  '-installsuffix',
  '-overlay',
  '-pkgdir',
  '-toolexec',
  '-covermode',
  '-coverpkg',
  '-pgo',
  '-C',
]);

/** What `go build` or `go install` is told to build, `.` without a word, and what it is to be called. */
export interface GoTargets {
  readonly output: string | undefined;
  readonly packages: readonly string[];
}

export function targetsOf(words: readonly (string | undefined)[]): GoTargets {
  let output: string | undefined;
  const packages: string[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index];
    if (word === undefined) continue;
    if (!word.startsWith('-')) packages.push(word);
    else if (/^--?o=/.test(word)) output = word.replace(/^--?o=/, '');
    else if (valued.has(word.replace(/^--/, '-'))) {
      if (/^--?o$/.test(word)) output = words[index + 1];
      index++;
    }
  }
  return { output, packages: packages.length > 0 ? packages : ['.'] };
}

/** Scripts, workflows and Dockerfiles, which also say how to build. */
const otherFile =
  /(?:^|\/)(?:[\w.-]+\.sh|(?:[\w.-]+\.)?(?:Docker|Container)file[\w.-]*)$|^\.github\/workflows\/[^/]+\.ya?ml$|^\.gitlab-ci\.yml$/;
/** More files than this are not searched, nor what lies behind so much text. */
const mostFiles = 100;
const longestFile = 100_000;

/** What a line of such a file builds, and the folder that the file lies in. */
interface BuildLine extends GoTargets {
  readonly folder: string;
}

const known = new WeakMap<Repository, readonly BuildLine[]>();

/** The `go build -o` of a repository's Makefiles, scripts, workflows and Dockerfiles, also in their comments. */
function buildLines(repository: Repository): readonly BuildLine[] {
  const before = known.get(repository);
  if (before) return before;
  const lines = repository.paths
    .filter(
      (path) => (isTaskFile(path) || otherFile.test(path)) && !/(?:^|\/)(?:vendor|node_modules|testdata)\//.test(path),
    )
    .slice(0, mostFiles)
    .flatMap((path) => linesIn(repository.read(path)?.text.slice(0, longestFile) ?? '', folderOf(path)));
  known.set(repository, lines);
  return lines;
}

/** `go build` and what follows it on its line, over continued ones, until another command begins. */
const call = /(?:\bgo|\$[({]GO[)}])[ \t]+build\b((?:[^\n\\;&|`]|\\\r?\n|\\[^\n]){0,1000})/g;
const assignment = /^[ \t]*(?:export[ \t]+)?(\w+)[ \t]*[:?]?=[ \t]*["']?([\w./-]+)["']?[ \t]*\r?$/gm;

function linesIn(text: string, folder: string): readonly BuildLine[] {
  if (!text.includes('build')) return [];
  const values = new Map([...text.matchAll(assignment)].map(([, name = '', value = '']) => [name, value]));
  return [...text.matchAll(call)].flatMap(([, rest = '']) => {
    const written = rest
      .replace(/\\\r?\n/g, ' ')
      .replace(/"[^"\n]*\s[^"\n]*"|'[^'\n]*\s[^'\n]*'/g, 'text')
      .replace(/\$[({]?(\w+)[)}]?/g, (variable, name: string) => values.get(name) ?? variable);
    const words = written.split(/\s+/).map((word) => word.replace(/^["']|["']$/g, ''));
    const targets = targetsOf(words.filter((word) => word !== ''));
    return targets.output === undefined ? [] : [{ ...targets, folder }];
  });
}

/** The lines that build a program of one of these names. */
export const linesFor = (names: readonly string[], repository: Repository): readonly BuildLine[] =>
  buildLines(repository).filter(({ output }) => output !== undefined && names.includes(nameOf(output)));
