import { data } from '../../../../data/trust-clients.yaml';
import type { Source } from '../../../core/source.ts';
import { blankTokens } from '../code-text.ts';
import { foldersAbove, hasPath, pathIn } from '../walk/repository-paths.ts';
import { join, nameOf } from '../walk/trust-files.ts';
import type { Imported } from './client-tables.ts';
import { shownBy } from './client-tables.ts';
import type { Evidence, Need } from './evidence.ts';
import { undecided } from './evidence.ts';
import { fileAt } from './image-files.ts';
import type { StartQuestion } from './start-question.ts';

/** How much source is read for one program. */
const mostFiles = 200;
const mostCharacters = 3_000_000;
/** Places in the image that are looked at for modules. */
const mostPlaces = 20_000;
const mostEvidence = 3;

/**
 * Whether a Python program asks the system for its roots: the module that is started and what it imports of its own
 * are read. `requests`, `httpx` and others carry certifi's list; the standard library and aiohttp use OpenSSL's files.
 * `undefined` for another language. Sources: CPython documentation, `ssl.create_default_context`, and the packages that
 * `data/trust-clients.yaml` names.
 */
export function pythonNeed(question: StartQuestion): Need | undefined {
  const start = startOf(question.program.words) ?? consoleScript(question);
  if (!start) return undefined;
  const folders = importFolders(start, question);
  const first = fileOf(start, folders, question);
  if (!first) return undecided;
  const root = start.kind === 'file' ? [folderOf(join(question.stage.folder ?? '/', start.path))] : [];
  const evident: Evidence[] = [];
  let builtin: Evidence | undefined;
  let characters = 0;
  const tried = new Set<string>();
  const queue = new Map<string, { readonly source: Source; readonly place: string }>([[first.source.path, first]]);
  for (const { source, place } of queue.values()) {
    characters += source.text.length;
    if (characters > mostCharacters) break;
    const code = withoutComments(source.text);
    const imports = importsOf(code);
    const shown = shownBy(source, code, imports, data.python);
    evident.push(...shown.evident);
    builtin ??= shown.builtin;
    for (const name of new Set(imports.map((one) => one.name))) {
      for (const path of candidates(name, folderOf(place), [...root, ...folders])) {
        if (tried.has(path) || tried.size > mostPlaces) continue;
        tried.add(path);
        const next = sourceAt(path, question);
        if (next && queue.size < mostFiles) queue.set(next.path, { source: next, place: path });
      }
    }
  }
  if (evident.length > 0) return { need: 'evident', evidence: evident.slice(0, mostEvidence) };
  return builtin ? { need: 'builtin', evidence: [builtin] } : undecided;
}

/** What a Python command starts: a file by its path, or a module by its name. */
type Start =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'module'; readonly name: string; readonly folder?: string };

const interpreters = /^python(?:\d(?:\.\d+)?)?$/;
/** Tools that start what follows `run`. */
const runners = /^(?:uv|poetry|pipenv|pdm|hatch)$/;
const wrappers = /^(?:opentelemetry-instrument|ddtrace-run|newrelic-admin|run-program|coverage|run)$/;
/** Servers that load `package.module:application`. */
const servers = /^(?:gunicorn|uvicorn|hypercorn|daphne|granian|uwsgi|waitress-serve)$/;

function startOf(given: readonly string[]): Start | undefined {
  let words = given;
  const [runner = ''] = words;
  if (runners.test(nameOf(runner)) && words[1] === 'run') words = withoutFlags(words.slice(2));
  while (words.length > 1 && wrappers.test(nameOf(words[0] ?? ''))) words = withoutFlags(words.slice(1));
  const [first = '', ...rest] = words;
  const program = nameOf(first);
  if (interpreters.test(program)) return interpreted(rest);
  if (servers.test(program)) return served(rest);
  if (program === 'flask' || program === 'fastapi' || program === 'celery' || program === 'streamlit')
    return application(rest);
  return /\.py$/.test(first) ? { kind: 'file', path: first } : undefined;
}

/** A command that a project of the repository declares. Source: PyPA specifications, "Entry points", pyproject.toml. */
function consoleScript({ program, dockerfile, repository }: StartQuestion): Start | undefined {
  const name = program.name.replace(/[^\w.-]/g, '');
  if (name === '' || program.copy?.instruction.words.some(({ value }) => nameOf(value) === name)) return undefined;
  for (const folder of foldersAbove(dockerfile.path)) {
    const text = repository.read(pathIn(folder, 'pyproject.toml'))?.text;
    if (text === undefined) continue;
    const scripts = /^\[(?:project|tool\.poetry)\.scripts\]([^[]*)/m.exec(text)?.[1] ?? '';
    const module = new RegExp(`^\\s*"?${name}"?\\s*=\\s*"([\\w.]+):`, 'm').exec(scripts)?.[1];
    return module === undefined ? undefined : { kind: 'module', name: module };
  }
  return undefined;
}

/** The words of `python`: a file, or a module behind `-m`. */
function interpreted(words: readonly string[]): Start | undefined {
  const module = words.indexOf('-m');
  const file = words.findIndex((word, index) => !word.startsWith('-') && !/^-[WX]$/.test(words[index - 1] ?? ''));
  if (module >= 0 && (file < 0 || module < file)) {
    const name = words[module + 1] ?? '';
    const rest = words.slice(module + 2);
    if (servers.test(name)) return served(rest);
    if (name === 'flask' || name === 'celery') return application(rest);
    return /^[A-Za-z_][\w.]*$/.test(name) ? { kind: 'module', name } : undefined;
  }
  const path = words[file];
  return path !== undefined && /^[\w./-]+$/.test(path) ? { kind: 'file', path } : undefined;
}

function served(words: readonly string[]): Start | undefined {
  const target = words.find((word) => /^[A-Za-z_][\w.]*:[A-Za-z_][\w.()]*$/.test(word));
  const at = words.findIndex((word) => word === '--chdir' || word === '--app-dir');
  const folder = at < 0 ? words.find((word) => /^--(?:chdir|app-dir)=/.test(word))?.split('=')[1] : words[at + 1];
  if (target === undefined) return undefined;
  return { kind: 'module', name: target.split(':')[0] ?? '', ...(folder !== undefined && { folder }) };
}

/** `flask --app shop run`, `celery -A shop worker`, `fastapi run app/main.py`; Flask takes app.py by itself. */
function application(words: readonly string[]): Start | undefined {
  const at = words.findIndex((word) => word === '--app' || word === '-A');
  const named = at < 0 ? words.find((word) => word.startsWith('--app='))?.slice(6) : words[at + 1];
  if (named !== undefined) return { kind: 'module', name: named.split(':')[0]?.replace(/\.py$/, '') ?? '' };
  const file = words.find((word) => word.endsWith('.py'));
  return { kind: 'file', path: file ?? 'app.py' };
}

const withoutFlags = (words: readonly string[]): readonly string[] => {
  const first = words.findIndex((word) => !word.startsWith('-'));
  return first < 0 ? [] : words.slice(first);
};

/** Stands for the root of the repository, where a project was installed and its sources are read in their place. */
const inRepository = '/@repository/';

/** Folders that modules are looked for in: of the image, then of the project that it may have installed. */
function importFolders(start: Start, { stage, dockerfile, repository }: StartQuestion): readonly string[] {
  const working = stage.folder ?? '/';
  const given = (stage.environment.get('PYTHONPATH') ?? '').split(':').filter((one) => one.startsWith('/'));
  const own = start.kind === 'module' && start.folder !== undefined ? [join(working, start.folder)] : [];
  const projects = foldersAbove(dockerfile.path).filter((folder) =>
    ['pyproject.toml', 'setup.py'].some((name) => hasPath(repository, pathIn(folder, name))),
  );
  const installed = projects
    .slice(0, 1)
    .flatMap((folder) => [join(inRepository, `./${folder}`), join(inRepository, `./${folder}/src`)]);
  return [...new Set([...own, working, ...given, join(working, 'src'), ...installed])];
}

function fileOf(
  start: Start,
  folders: readonly string[],
  question: StartQuestion,
): { source: Source; place: string } | undefined {
  const places =
    start.kind === 'file'
      ? [join(question.stage.folder ?? '/', start.path)]
      : folders.flatMap((folder) => {
          const below = join(folder, start.name.replaceAll('.', '/'));
          return [`${below}.py`, `${below}/__main__.py`, `${below}/__init__.py`];
        });
  for (const place of places) {
    const source = sourceAt(place, question);
    if (source) return { source, place };
  }
  return undefined;
}

function sourceAt(place: string, question: StartQuestion): Source | undefined {
  const source = place.startsWith(inRepository)
    ? question.repository.read(place.slice(inRepository.length))
    : fileAt(place, question);
  return source && /(?:^|\/)tests?\//.test(source.path) ? undefined : source;
}

/** The folder of an absolute path. */
const folderOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), 1));

/** Where a module may lie: `shop.mail` below the folders of the image; `.mail` beside the file that names it. */
function candidates(name: string, folder: string, folders: readonly string[]): readonly string[] {
  const dots = /^\.*/.exec(name)?.[0].length ?? 0;
  const path = name.slice(dots).replaceAll('.', '/');
  const from = dots > 0 ? [join(folder, '../'.repeat(dots - 1) || '.')] : folders;
  return from.flatMap((one) => {
    const below = join(one, `./${path}`);
    const parents = path.includes('/') ? [join(one, `./${path.slice(0, path.lastIndexOf('/'))}`)] : [];
    return [
      `${below}.py`,
      `${below}/__init__.py`,
      ...parents.flatMap((parent) => [`${parent}.py`, `${parent}/__init__.py`]),
    ];
  });
}

/** `import a.b`, `from a import b, c` as `a`, `a.b` and `a.c`, `from . import d` as `.d`. */
function importsOf(code: string): readonly Imported[] {
  const found: Imported[] = [];
  const pattern = /^[ \t]*(?:from[ \t]+(\.*[\w.]*)[ \t]+import[ \t]+(\([^)]*\)|[^\n]*)|import[ \t]+([^\n]*))/gm;
  for (const match of code.matchAll(pattern)) {
    const [, from, names = '', plain = ''] = match;
    const end = match.index + match[0].length;
    const start = match.index + match[0].search(/\S/);
    const listed = (from === undefined ? plain : names.replace(/[()]/g, ''))
      .split(',')
      .map((one) => one.trim().split(/\s/)[0] ?? '')
      .filter((one) => /^[\w.]+$/.test(one));
    if (from === undefined) found.push(...listed.map((name) => ({ name, start, end })));
    else {
      const prefix = from.endsWith('.') ? from : `${from}.`;
      if (!from.endsWith('.')) found.push({ name: from, start, end });
      found.push(...listed.map((name) => ({ name: `${prefix}${name}`, start, end })));
    }
    if (found.length > 2_000) break;
  }
  return found;
}

/** The text without comments and texts of several lines. */
const withoutComments = (text: string): string =>
  blankTokens(
    text,
    /"""[\s\S]*?(?:"""|$)|'''[\s\S]*?(?:'''|$)|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|#[^\n]*/g,
    /^(?:#|"""|''')/,
  );
