import { data } from '../../../data/trust-clients.yaml';
import type { Source } from '../../core/source.ts';
import type { Repository } from '../../core/technology.ts';
import { hasPath, pathsBelow } from './context-files.ts';
import type { Evidence, Need, ProgramQuestion } from './evidence.ts';
import { evidenceAt, undecided } from './evidence.ts';
import { join } from './trust-files.ts';

/** How much source is read for one program. */
const mostFiles = 200;
const mostCharacters = 2_000_000;
const mostEvidence = 3;

/**
 * Whether a Go program calls out: its main package and the packages of the same module that it imports are read.
 * `undefined` when the repository has no Go module for it.
 */
export function goNeed(question: ProgramQuestion): Need | undefined {
  const { folders, repository } = question;
  const root = folders.find((folder) => hasPath(repository, pathIn(folder, 'go.mod')));
  const manifest = root === undefined ? undefined : repository.read(pathIn(root, 'go.mod'));
  if (root === undefined || !manifest) return undefined;
  const module: Module = { root, path: /^module\s+"?([^\s"]+)/m.exec(manifest.text)?.[1] ?? '', repository };
  if (buildsElsewhere(question, module)) return { need: 'unasked', evidence: [] };
  const needs = mainFolders(question, module).map((folder) => needOfMain(folder, module));
  const [first] = needs;
  if (!first) return undecided;
  if (needs.every(({ need }) => need === first.need)) return first;
  return undecided;
}

interface Module {
  /** Its folder in the repository. */
  readonly root: string;
  /** What `module` in go.mod says. */
  readonly path: string;
  readonly repository: Repository;
}

const pathIn = (folder: string, name: string): string => join(`/${folder}`, `./${name}`).slice(1);

/** Whether the program comes from a module that is not this one: `go install github.com/other/tool@latest`. */
function buildsElsewhere({ builds, names }: ProgramQuestion, { path }: Module): boolean {
  return builds
    .filter(({ tool }) => tool === 'go')
    .flatMap(({ words }) => words)
    .some(
      (word) =>
        word?.includes('@') && !word.startsWith(path) && names.some((name) => word.split('@')[0]?.endsWith(`/${name}`)),
    );
}

/** The folders of the main packages that the program may be built from. */
function mainFolders({ builds, names }: ProgramQuestion, module: Module): readonly string[] {
  const written = builds
    .filter(({ tool }) => tool === 'go')
    .map(({ words, folder }) => ({ ...targets(words), folder }))
    .filter(
      ({ output, packages }, _index, all) => all.length === 1 || names.some((name) => isOutput(output, packages, name)),
    );
  const named = written.flatMap(({ packages, folder }) =>
    packages.flatMap((one) => folderOf(one, folder, module) ?? []),
  );
  if (named.length > 0) return [...new Set(named)];
  const mains = allMains(module);
  const byName = mains.filter((folder) => names.includes(folder.split('/').at(-1) ?? ''));
  if (byName.length > 0) return byName;
  const ofModule = mains.filter(
    (folder) => folder === module.root && names.includes(module.path.split('/').at(-1) ?? ''),
  );
  return ofModule.length > 0 ? ofModule : mains;
}

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

function targets(words: readonly (string | undefined)[]): {
  readonly output: string | undefined;
  readonly packages: readonly string[];
} {
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

/** Whether a build makes a program of this name: by `-o`, else by its package. */
function isOutput(output: string | undefined, packages: readonly string[], name: string): boolean {
  const file = output?.split('/').at(-1);
  if (file !== undefined && file !== '' && file !== '.') return file === name;
  return packages.some(
    (one) =>
      one === '.' ||
      one
        .replace(/\/?[\w.-]*\.go$/, '')
        .split('/')
        .at(-1) === name,
  );
}

/** The repository's folder of a package argument, tried below the module and below parts of the working folder. */
function folderOf(argument: string, folder: string | undefined, module: Module): string | undefined {
  const plain = argument.replace(/\/?[\w.-]*\.go$/, '') || '.';
  if (plain.includes('...')) return undefined;
  if (module.path !== '' && plain.startsWith(module.path))
    return mainIn(pathIn(module.root, plain.slice(module.path.length + 1)), module);
  const parts = (folder ?? '/').split('/').filter((part) => part !== '');
  for (let from = 0; from <= parts.length; from++) {
    const found = mainIn(pathIn(module.root, `${parts.slice(from).join('/')}/${plain}`), module);
    if (found !== undefined) return found;
  }
  return undefined;
}

const mainIn = (folder: string, { repository }: Module): string | undefined =>
  sourcesIn(folder, repository).some(({ text }) => /^package main\b/m.test(text)) ? folder : undefined;

/** Every folder of the module with a main package, at most a few dozen looked at. */
function allMains(module: Module): readonly string[] {
  const folders = new Set<string>();
  for (const path of pathsBelow(module.repository, module.root, 20_000)) {
    if (!path.endsWith('.go') || path.endsWith('_test.go')) continue;
    if (
      !/(?:^|\/)(?:main\.go|cmd\/.+\.go)$/.test(path) &&
      path.includes('/', module.root === '' ? 0 : module.root.length + 1)
    )
      continue;
    if (/(?:^|\/)(?:vendor|testdata|examples?|third_party|hack|tools?|scripts?)\//.test(path)) continue;
    folders.add(path.slice(0, Math.max(path.lastIndexOf('/'), 0)));
  }
  return [...folders].slice(0, 40).filter((folder) => mainIn(folder, module) !== undefined);
}

/** The Go files of a folder that are compiled for Linux. */
function sourcesIn(folder: string, repository: Repository): readonly Source[] {
  return pathsBelow(repository, folder, Number.POSITIVE_INFINITY)
    .filter((path) => path.endsWith('.go') && !path.includes('/', folder === '' ? 0 : folder.length + 1))
    .filter((path) => !/_(?:test|windows|darwin|freebsd|js|wasm)\.go$/.test(path))
    .slice(0, mostFiles)
    .flatMap((path) => repository.read(path) ?? [])
    .filter(({ text }) => !/^\/\/go:build (?:ignore|tools|windows|darwin|js)\b/m.test(text));
}

/** What the files of a program have shown so far. */
interface Seen {
  readonly clients: Evidence[];
  readonly calls: Evidence[];
  builtin: Evidence | undefined;
  ownRoots: boolean;
  plainUrls: boolean;
  secureUrls: boolean;
  otherClients: boolean;
  complete: boolean;
}

function needOfMain(main: string, module: Module): Need {
  const seen: Seen = {
    clients: [],
    calls: [],
    builtin: undefined,
    ownRoots: false,
    plainUrls: false,
    secureUrls: false,
    otherClients: false,
    complete: true,
  };
  const queue = new Set([main]);
  let files = 0;
  let characters = 0;
  for (const folder of queue) {
    for (const source of sourcesIn(folder, module.repository)) {
      files++;
      characters += source.text.length;
      if (files > mostFiles || characters > mostCharacters) {
        seen.complete = false;
        break;
      }
      for (const imported of look(source, seen)) {
        const inside =
          imported === module.path
            ? ''
            : imported.startsWith(`${module.path}/`)
              ? imported.slice(module.path.length + 1)
              : undefined;
        if (inside !== undefined) queue.add(pathIn(module.root, inside));
      }
    }
    if (!seen.complete) break;
  }
  return concluded(seen);
}

function concluded(seen: Seen): Need {
  if (seen.builtin) return { need: 'builtin', evidence: [seen.builtin] };
  if (seen.clients.length > 0)
    return { need: 'evident', evidence: [...seen.clients, ...seen.calls].slice(0, mostEvidence) };
  if (seen.ownRoots) return undecided;
  if (seen.calls.length > 0) {
    // A client that only ever names `http://` addresses speaks no TLS.
    if (seen.plainUrls && !seen.secureUrls) return undecided;
    return { need: 'evident', evidence: seen.calls.slice(0, mostEvidence) };
  }
  return seen.otherClients || !seen.complete ? undecided : { need: 'none', evidence: [] };
}

const calls = data.go.calls.map((call) => new RegExp(call, 'g'));
const prefixed = (path: string, prefixes: readonly string[]): boolean =>
  prefixes.some((prefix) => path === prefix || path.startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`));

/** An address that is called, rather than one that help texts and licences name. */
const secureUrl =
  /["`](?:https|wss):\/\/(?!(?:www\.)?(?:github\.com|example\.(?:com|org)|golang\.org|go\.dev|pkg\.go\.dev|apache\.org|opensource\.org|w3\.org|json-schema\.org|docs\.))[\w.-]*\.[a-z]/;

/** Notes what a file shows and returns what it imports. */
function look(source: Source, seen: Seen): readonly string[] {
  const code = withoutComments(source.text);
  const imports = importsOf(code);
  for (const { path, start, end } of imports) {
    if (prefixed(path, data.go.builtin)) seen.builtin ??= evidenceAt(source, start, end, `imports ${path}`);
    else if (prefixed(path, data.go.clients)) seen.clients.push(evidenceAt(source, start, end, `imports ${path}`));
    else if (/[./].*(?:sdk|client|\/api)(?:\/|-go|$)|-go-sdk|-sdk-go/.test(path) && !path.startsWith('k8s.io/'))
      seen.otherClients = true;
  }
  seen.ownRoots ||= /\bRootCAs\s*[:=]|\bAppendCertsFromPEM\(|\bInsecureSkipVerify\s*[:=]\s*true/.test(code);
  seen.plainUrls ||= /["`]http:\/\//.test(code) || /\bDial(?:Context|Unix|Timeout)?\([^)\n]*"unix"/.test(code);
  seen.secureUrls ||= secureUrl.test(code);
  const web = imports.some(({ path }) => path === 'net/http');
  for (const call of calls) {
    for (const match of code.matchAll(call)) {
      if (seen.calls.length > 20) break;
      const [text] = match;
      if (text.startsWith('http.') && !web) continue;
      const line = code.slice(match.index, code.indexOf('\n', match.index) + 1 || undefined);
      if (/["`]http:\/\/|localhost|127\.0\.0\.1/.test(line)) {
        seen.plainUrls = true;
        continue;
      }
      const name = text.replace(/[({][\s\S]*$/, '');
      seen.calls.push(
        evidenceAt(source, match.index, match.index + name.length, `${text.includes('(') ? 'calls' : 'uses'} ${name}`),
      );
    }
  }
  return imports.map(({ path }) => path);
}

function importsOf(code: string): readonly { readonly path: string; readonly start: number; readonly end: number }[] {
  const found: { path: string; start: number; end: number }[] = [];
  for (const block of code.matchAll(/^import\s*(?:\(([^)]*)\)|[^\n(]*)/gm)) {
    for (const quoted of block[0].matchAll(/"([^"\n]+)"/g)) {
      const start = block.index + quoted.index + 1;
      found.push({ path: quoted[1] ?? '', start, end: start + (quoted[1] ?? '').length });
    }
  }
  return found;
}

/** The text with its comments blanked out, so that offsets stay. Strings are left alone. */
export function withoutComments(text: string): string {
  return text.replace(/"(?:[^"\\\n]|\\.)*"|`[^`]*`|'(?:[^'\\\n]|\\.)*'|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g, (token) =>
    token.startsWith('//') || token.startsWith('/*') ? token.replace(/[^\n]/g, ' ') : token,
  );
}
