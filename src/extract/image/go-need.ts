import { data } from '../../../data/trust-clients.yaml';
import type { Source } from '../../core/source.ts';
import type { Evidence, Need, ProgramQuestion } from './evidence.ts';
import { evidenceAt, undecided } from './evidence.ts';
import type { Module } from './go-packages.ts';
import { buildsElsewhere, folderOfImport, mainFolders, moduleOf, namedMains, sourcesIn } from './go-packages.ts';
import { setToPlain } from './plain-settings.ts';

/** How much source is read for one program. */
const mostFiles = 1_500;
const mostCharacters = 12_000_000;
/** Files whose calls count: what stands further from the main package is looked at for the clients it imports. */
const mostFilesForCalls = 200;
/** More programs than this are not one answer. */
const mostMains = 6;
const mostEvidence = 3;

/**
 * Whether a Go program calls out: its main package and the packages of the same module that it imports are read.
 * `undefined` when the repository has no Go module for it.
 */
export function goNeed(question: ProgramQuestion): Need | undefined {
  const module = moduleOf(question);
  if (!module) return undefined;
  if (buildsElsewhere(question, module)) return { need: 'unasked', evidence: [] };
  const mains = question.byNameOnly ? namedMains(question, module) : mainFolders(question, module);
  if (question.byNameOnly && mains.length === 0) return undefined;
  const [main, ...others] = mains;
  if (main === undefined || mains.length > mostMains) return undecided;
  const first = needOfMain(main, module);
  return others.every((folder) => needOfMain(folder, module).need === first.need) ? first : undecided;
}

/** What the files of a program have shown so far. */
interface Seen {
  readonly clients: Evidence[];
  /** The entries of the table that those fall under: one place for each is enough. */
  readonly named: Set<string>;
  readonly calls: Call[];
  /** Those in packages that name a public https address. */
  readonly publicCalls: Call[];
  /** What was read, without comments. */
  readonly code: string[];
  builtin: Evidence | undefined;
  ownRoots: boolean;
  plainUrls: boolean;
  secureUrls: boolean;
  /** Packages whose clients speak to plain addresses and sockets only. */
  plainClients: boolean;
  otherClients: boolean;
  complete: boolean;
}

function needOfMain(main: string, module: Module): Need {
  const seen: Seen = {
    clients: [],
    named: new Set(),
    calls: [],
    publicCalls: [],
    code: [],
    builtin: undefined,
    ownRoots: false,
    plainUrls: false,
    secureUrls: false,
    plainClients: false,
    otherClients: false,
    complete: true,
  };
  const queue = new Set([main]);
  let files = 0;
  let characters = 0;
  for (const folder of queue) {
    const here: PackageCalls = {
      calls: [],
      plainUrls: false,
      secureUrls: false,
      eitherScheme: false,
      ownRoots: false,
    };
    for (const source of sourcesIn(folder, module.repository)) {
      files++;
      characters += source.text.length;
      if (files > mostFiles || characters > mostCharacters) {
        seen.complete = false;
        break;
      }
      if (files > mostFilesForCalls) seen.complete = false;
      for (const imported of look(source, seen, here, files <= mostFilesForCalls)) {
        const inside = folderOfImport(imported, module);
        if (inside !== undefined) queue.add(inside);
      }
    }
    seen.plainUrls ||= here.plainUrls;
    seen.secureUrls ||= here.secureUrls || (here.eitherScheme && here.calls.length > 0);
    seen.ownRoots ||= here.ownRoots;
    if (here.ownRoots) continue;
    if (here.plainUrls && !here.secureUrls && !here.eitherScheme) seen.plainClients ||= here.calls.length > 0;
    else seen.calls.push(...here.calls);
    if (here.secureUrls) seen.publicCalls.push(...here.calls);
    if (files > mostFiles || characters > mostCharacters) break;
  }
  // A package is imported for some of its functions; a call in one that nothing names says nothing about the program.
  const isUsed = ({ within }: Call): boolean => within === undefined || isNamed(within, seen.code);
  const plain = !seen.secureUrls && seen.calls.length > 0 && setToPlain(variablesIn(seen.code), module.repository);
  if (plain) seen.plainUrls = true;
  return concluded({ ...seen, calls: seen.calls.filter(isUsed), publicCalls: seen.publicCalls.filter(isUsed) });
}

const variablesIn = (code: readonly string[]): readonly string[] =>
  code.flatMap((text) =>
    [...text.matchAll(/\b(?:Getenv|LookupEnv)\("(\w+)"\)/g)].map(([, name = '']) => name).filter(Boolean),
  );

/** Whether a function is named anywhere but where it is declared. */
function isNamed(name: string, code: readonly string[]): boolean {
  if (name === 'main' || name === 'init') return true;
  const declared = new RegExp(`^func\\s(?:\\s*\\([^)]*\\))?\\s*${name}\\b`, 'gm');
  const named = new RegExp(`\\b${name}\\b`, 'g');
  const count = (pattern: RegExp): number => code.reduce((sum, text) => sum + (text.match(pattern)?.length ?? 0), 0);
  return count(named) > count(declared);
}

interface Call extends Evidence {
  /** The function that it stands in; `undefined` outside of all. */
  readonly within: string | undefined;
}

/** What the files of one package call. */
interface PackageCalls {
  readonly calls: Call[];
  plainUrls: boolean;
  secureUrls: boolean;
  /** It asks whether an address begins with `https://`: that is for its user to say. */
  eitherScheme: boolean;
  ownRoots: boolean;
}

function concluded(seen: Seen): Need {
  if (seen.builtin) return { need: 'builtin', evidence: [seen.builtin] };
  if (seen.clients.length > 0)
    return { need: 'evident', evidence: [...seen.clients, ...seen.calls].slice(0, mostEvidence) };
  if (seen.ownRoots) {
    // Roots of its own are for some connections; a client that names a public address in its package uses the others.
    return seen.publicCalls.length === 0
      ? undecided
      : { need: 'evident', evidence: seen.publicCalls.slice(0, mostEvidence) };
  }
  if (seen.calls.length > 0) {
    // A client that only ever names `http://` addresses speaks no TLS.
    if (seen.plainUrls && !seen.secureUrls) return undecided;
    return { need: 'evident', evidence: seen.calls.slice(0, mostEvidence) };
  }
  return seen.otherClients || seen.plainClients || !seen.complete ? undecided : { need: 'none', evidence: [] };
}

const calls = data.go.calls.map((call) => new RegExp(call, 'g'));
const prefixed = (path: string, prefixes: readonly string[]): boolean =>
  prefixes.some((prefix) => path === prefix || path.startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`));

/** The entry of the table that an import falls under, unless what the file does with it opens no TLS connection. */
function clientOf(path: string, code: string): string | undefined {
  if (prefixed(path, data.go.passive)) return undefined;
  const client = data.go.clients.find((prefix) => prefixed(path, [prefix]));
  if (client === undefined) return undefined;
  const only = data.go.only[client];
  const plain = data.go.plain[client];
  if (only !== undefined && !new RegExp(only).test(code)) return undefined;
  // Who verifies nobody needs no roots.
  if (/\bInsecureSkipVerify\s*[:=]\s*true\b/.test(code)) return undefined;
  return plain !== undefined && new RegExp(plain).test(code) ? undefined : client;
}

/** An address that is called, rather than one that help texts and licences name. */
const secureUrl =
  /["`](?:https|wss):\/\/(?!(?:www\.)?(?:github\.com|example\.(?:com|org)|golang\.org|go\.dev|pkg\.go\.dev|apache\.org|opensource\.org|w3\.org|json-schema\.org|docs\.))[\w.-]*\.[a-z]/;

/** Notes what a file shows and returns what it imports. */
function look(source: Source, seen: Seen, here: PackageCalls, withCalls: boolean): readonly string[] {
  const code = withoutComments(source.text);
  const imports = importsOf(code);
  for (const { path, start, end } of imports) {
    const client = clientOf(path, code);
    if (prefixed(path, data.go.builtin)) seen.builtin ??= evidenceAt(source, start, end, `imports ${path}`);
    else if (client !== undefined) {
      if (!seen.named.has(client)) seen.clients.push(evidenceAt(source, start, end, `imports ${path}`));
      seen.named.add(client);
    } else if (prefixed(path, data.go.passive)) continue;
    else if (/[./].*(?:sdk|client|\/api)(?:\/|-go|$)|-go-sdk|-sdk-go/.test(path) && !path.startsWith('k8s.io/'))
      seen.otherClients = true;
  }
  if (!withCalls) return imports.map(({ path }) => path);
  seen.code.push(code);
  here.ownRoots ||= /\bRootCAs\s*[:=]|\bAppendCertsFromPEM\(|\bInsecureSkipVerify\s*[:=]\s*true/.test(code);
  here.eitherScheme ||= /HasPrefix\([^()\n]*"https:\/\/"\)/.test(code);
  here.plainUrls ||= /["`]http:\/\//.test(code) || /\bDial(?:Context|Unix|Timeout)?\([^)\n]*"unix"/.test(code);
  here.secureUrls ||= secureUrl.test(code);
  const web = imports.some(({ path }) => path === 'net/http');
  const cluster = imports.some(({ path }) => /^k8s\.io\/client-go\/(?:rest|transport)$/.test(path));
  for (const call of calls) {
    for (const match of code.matchAll(call)) {
      if (here.calls.length > 20) break;
      const [text] = match;
      if (text.startsWith('http.') && !web) continue;
      const line = code.slice(match.index, code.indexOf('\n', match.index) + 1 || undefined);
      if (/["`]http:\/\/|localhost|127\.0\.0\.1/.test(line)) {
        here.plainUrls = true;
        continue;
      }
      // A transport of client-go holds the roots of the cluster.
      if (cluster && /\{[^{}]*\bTransport:/.test(code.slice(match.index, match.index + 200))) {
        seen.otherClients = true;
        continue;
      }
      const name = text.replace(/[({][\s\S]*$/, '');
      const phrase = `${text.includes('(') ? 'calls' : 'uses'} ${name}`;
      here.calls.push({
        ...evidenceAt(source, match.index, match.index + name.length, phrase),
        within: functionAround(code, match.index),
      });
    }
  }
  return imports.map(({ path }) => path);
}

/** The function declared last before an offset that has not ended: gofmt closes each with a brace of its own line. */
function functionAround(code: string, offset: number): string | undefined {
  const start = code.lastIndexOf('\nfunc ', offset);
  const closed = code.indexOf('\n}', start);
  if (start < 0 || (closed >= 0 && closed < offset)) return undefined;
  return /^\nfunc\s(?:\s*\([^)]*\))?\s*(\w+)/.exec(code.slice(start, start + 300))?.[1];
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
