import type { Source } from '../../../core/source.ts';
import { blankTokens, withoutComments } from '../code-text.ts';

/** A top-level declaration: what belongs together when the question is whether a program comes to it. */
export interface Declaration {
  readonly kind: 'func' | 'type' | 'var' | 'const';
  /** One, or those of `a, b = …`. */
  readonly names: readonly string[];
  /** The type that a method belongs to. */
  readonly receiver: string | undefined;
  readonly start: number;
  readonly end: number;
  readonly file: GoFile;
}

export interface Import {
  readonly path: string;
  /** What it is called in the file; `undefined` where the file gives no name of its own. */
  readonly alias: string | undefined;
  readonly start: number;
  readonly end: number;
}

/** One Go file, cut into its declarations. */
export interface GoFile {
  readonly source: Source;
  readonly package: string;
  /** The text with its comments blanked out, so that offsets stay. */
  readonly code: string;
  /** The same with the contents of strings blanked out too: nothing but names and signs. */
  readonly names: string;
  readonly imports: readonly Import[];
  /** Where public addresses stand. */
  readonly publicHosts: readonly number[];
  readonly declarations: readonly Declaration[];
}

/** An address that is called, rather than one that help texts, pages and licences name, or that a cluster answers. */
const publicHost =
  /(?<!=)["`](?:https|wss):\/\/(?!(?:www\.)?(?:github\.com|example\.(?:com|org)|golang\.org|go\.dev|pkg\.go\.dev|apache\.org|opensource\.org|w3\.org|json-schema\.org|docs\.)|kubernetes\.default|[\w.-]*\.(?:svc|local|localhost|internal|lan|test|invalid|example)\b)[\w.-]*\.[a-z]/g;

/** An address that is https whatever host it gets: `"https://%s/v1"`, `"https://" + tenant`. One with a port is of the own network. */
const anyHost = /(?<!=)["`]https:\/\/(?:%[sv](?=[/."`])(?![^"`\n]*\.(?:svc|local|internal)\b)|["`]\s*\+\s*\w)/g;

/** What is done with such an address other than calling it: a redirect, a log line, an address of the server's own. */
const notCalled =
  /Redirect|Location|\.Host\b|\b(?:Print|Fprint|Error|Fatal|Panic|Info|Debug|Warn)(?:f|ln|w)?\(|\blog\w*\./;

/** Where a file names addresses that are public, as far as it says. */
function publicHostsIn(code: string): readonly number[] {
  const given = [...code.matchAll(anyHost)].filter(({ index }) => {
    const start = code.lastIndexOf('\n', index) + 1;
    const end = code.indexOf('\n', index);
    return !notCalled.test(
      code.slice(Math.max(start, index - 300), end < 0 ? index + 300 : Math.min(end, index + 300)),
    );
  });
  return [...code.matchAll(publicHost), ...given].map(({ index }) => index);
}

const known = new WeakMap<Source, GoFile>();

/** Reads a file as gofmt lays it out: a declaration begins at the start of a line and ends where the next begins. */
export function goFile(source: Source): GoFile {
  const before = known.get(source);
  if (before) return before;
  const code = withoutComments(source.text);
  const names = withoutStrings(code);
  const declarations: Declaration[] = [];
  const file: GoFile = {
    source,
    package: /^package\s+(\w+)/m.exec(code)?.[1] ?? '',
    code,
    names,
    imports: importsOf(code),
    publicHosts: publicHostsIn(code),
    declarations,
  };
  const starts = [...names.matchAll(/^(func|type|var|const)\b/gm)];
  for (const [index, { 1: word = '', index: start }] of starts.entries()) {
    const end = starts[index + 1]?.index ?? names.length;
    if (word === 'func')
      declarations.push({
        kind: word,
        ...functionNamed(names.slice(start, Math.min(end, start + 500))),
        start,
        end,
        file,
      });
    else
      for (const one of specifications(names, start, end))
        declarations.push({ kind: kinds[word] ?? 'const', receiver: undefined, ...one, file });
  }
  known.set(source, file);
  return file;
}

const kinds: Readonly<Record<string, 'type' | 'var' | 'const'>> = { type: 'type', var: 'var', const: 'const' };

function functionNamed(text: string): { readonly names: readonly string[]; readonly receiver: string | undefined } {
  const [, receiver, name = ''] =
    /^func\s*(?:\(\s*(?:\w+\s+)?\*?\s*(\w+)\s*(?:\[[^\]]*\])?\s*\)\s*)?(\w*)/.exec(text) ?? [];
  return { names: [name], receiver };
}

/** The parts of `var ( … )`, each on lines of its own, or the one of `var x = …`. */
function specifications(
  names: string,
  start: number,
  end: number,
): readonly { readonly names: readonly string[]; readonly start: number; readonly end: number }[] {
  const text = names.slice(start, end);
  const group = /^\w+\s*\(/.test(text);
  const found = [...text.matchAll(group ? /^(?:\t| {1,4})(?=\w)/gm : /^\w+\s+(?=\w)/g)];
  return found.map(({ 0: before, index }, at) => {
    const from = index + before.length;
    const list = /^\w+(?:\s*,\s*\w+)*/.exec(text.slice(from, from + 500))?.[0] ?? '';
    return { names: list.split(/\s*,\s*/), start: start + index, end: start + (found[at + 1]?.index ?? text.length) };
  });
}

const withoutStrings = (code: string): string =>
  blankTokens(code, /"(?:[^"\\\n]|\\.)*"|`[^`]*`|'(?:[^'\\\n]|\\.)*'/g, /^/);

function importsOf(code: string): readonly Import[] {
  const found: Import[] = [];
  for (const block of code.matchAll(/^import\s*(?:\(([^)]*)\)|[^\n(]*)/gm)) {
    for (const one of block[0].matchAll(/([\w.]+[ \t]+)?"([^"\n]+)"/g)) {
      const [text, before = '', path = ''] = one;
      const start = block.index + one.index + text.length - path.length - 1;
      const alias = before.trim();
      found.push({
        path,
        alias: alias === '' || alias === 'import' ? undefined : alias,
        start,
        end: start + path.length,
      });
    }
  }
  return found;
}

/** Systems that a file name or a constraint may ask for. Source: golang/go, src/internal/syslist, Go 1.26. */
const otherSystems = new Set(
  'aix android darwin dragonfly freebsd hurd illumos ios js nacl netbsd openbsd plan9 solaris wasip1 windows zos'.split(
    ' ',
  ),
);
const otherMachines = new Set(
  '386 arm armbe arm64be loong64 mips mipsle mips64 mips64le mips64p32 mips64p32le ppc ppc64 ppc64le riscv riscv64 s390 s390x sparc sparc64 wasm'.split(
    ' ',
  ),
);

/** Whether a file's name keeps it from a build for Linux on amd64 or arm64. */
export function namedForElsewhere(path: string): boolean {
  const parts = (path.split('/').at(-1) ?? '').replace(/\.go$/, '').split('_').slice(1);
  const last = parts.at(-1) ?? '';
  return last === 'test' || otherSystems.has(last) || otherMachines.has(last) || otherSystems.has(parts.at(-2) ?? '');
}

/**
 * Whether the build constraint of a file holds on Linux with these tags: `//go:build linux && !slim`. A tag that nobody
 * gives is not set. Source: `go help buildconstraint`, Go 1.26.
 */
export function isBuilt(text: string, tags: ReadonlySet<string>): boolean {
  const head = text.slice(0, 4_000);
  const line = /^\/\/go:build ([^\n]{1,500})/m.exec(head)?.[1];
  if (line === undefined || head.indexOf('//go:build') > (/^package\s/m.exec(head)?.index ?? head.length)) return true;
  const tokens = line.match(/&&|\|\||[!()]|[\w.]+/g) ?? [];
  let at = 0;
  const holds = (tag: string): boolean => /^(?:linux|unix|amd64|arm64|cgo|gc|go1\.\d+)$/.test(tag) || tags.has(tag);
  const either = (): boolean => {
    let value = both();
    while (tokens[at] === '||') {
      at++;
      value = both() || value;
    }
    return value;
  };
  const both = (): boolean => {
    let value = one();
    while (tokens[at] === '&&') {
      at++;
      value = one() && value;
    }
    return value;
  };
  const one = (): boolean => {
    const token = tokens[at++];
    if (token === '!') return !one();
    if (token !== '(') return holds(token ?? '');
    const value = either();
    at++;
    return value;
  };
  return either();
}

/** Whether a declaration names a public address. */
export const namesPublicHost = ({ kind, file, start, end }: Declaration): boolean =>
  file.publicHosts.some((at) => at >= start && at < end) ||
  // A constant that is put together of others.
  (kind === 'const' && /["`]https:\/\/["`]\s*\+\s*\w/.test(file.code.slice(start, end)));
