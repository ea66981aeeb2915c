import type { Source, Span } from '../../../core/source.ts';
import { spanOf } from '../../../core/source.ts';
import { parseShell } from '../../../formats/shell.ts';
import type { Variables } from '../walk/expand.ts';
import { knownWord } from '../walk/expand.ts';
import { isWithin, join, nameOf } from '../walk/trust-files.ts';

/** A key pair that a step makes for a certificate. */
export interface GeneratedKey {
  /** The command, for people: `openssl req -x509`. */
  readonly what: string;
  /** Where the key lies, absolute where that can be told. */
  readonly path: string | undefined;
  /** The certificate names this machine only, or the tool makes none but such. */
  readonly development: boolean;
  /** The program's name in the script. */
  readonly span: Span;
}

/**
 * Key pairs with a certificate of their own that a script makes and leaves. `stage`: all scripts of the stage, for keys
 * that an earlier step made. Sources: openssl-req(1), -x509; mkcert,
 * README; step-cli, step certificate create; keytool, -genkeypair; make-ssl-cert(8) of Debian's ssl-cert; dotnet dev-certs https.
 */
export function generatedKeys(
  script: Source,
  variables: Variables,
  folder?: string,
  stage: string = script.text,
): readonly GeneratedKey[] {
  const commands = parseShell(script);
  // A relative path counts from the working directory, unless the script goes elsewhere.
  const start = commands.some(({ words: [first] }) => first?.value === 'cd') ? undefined : folder;
  const found: GeneratedKey[] = [];
  const removed: string[] = [];
  for (const { words, source } of commands) {
    const values = words.map((word) => knownWord(word, variables));
    const at = values.findIndex((value) => makers.has(nameOf(value ?? '')));
    const [program, ...given] = values.map((value) => value ?? '');
    if (nameOf(program ?? '') === 'rm') removed.push(...given);
    const moved = movedTo(nameOf(program ?? ''), given, source.text.slice(words.at(-1)?.range.end ?? 0));
    for (const [index, key] of found.entries()) {
      if (moved !== undefined && key.path !== undefined && given.some((one) => pathOf(one, start) === key.path))
        found[index] = { ...key, path: pathOf(moved.endsWith('/') ? `${moved}${nameOf(key.path)}` : moved, start) };
    }
    const word = words[at];
    if (at < 0 || at > 3 || !word) continue;
    const made = makers.get(nameOf(values[at] ?? ''))?.(values.slice(at + 1), stage);
    if (!made) continue;
    const path = pathOf(made.path, start);
    found.push({ ...made, path, span: spanOf(source, word.range.start, word.range.end) });
  }
  return found.filter(({ path }) => path === undefined || !isRemoved(path, removed));
}

/** Where nothing is meant to stay. */
export const isTemporary = ({ path }: GeneratedKey): boolean => path !== undefined && isWithin(path, '/tmp');

/** Where `cp`, `mv` and `install` lay a file, and `cat a b > c`. */
function movedTo(program: string, words: readonly string[], behind: string): string | undefined {
  if (program === 'cat') return /^\s*>>?\s*["']?([^\s"';&|]+)/.exec(behind)?.[1];
  return /^(?:cp|mv|install)$/.test(program) ? words.at(-1) : undefined;
}

const isRemoved = (path: string, removed: readonly string[]): boolean =>
  removed.some((one) => isWithin(path, join('/', one.replace(/\/\*$/, ''))));

type Words = readonly (string | undefined)[];
type Maker = (words: Words, script: string) => Omit<GeneratedKey, 'span'> | undefined;

const valueAfter = (words: Words, option: RegExp): string | undefined => {
  const at = words.findIndex((word) => word !== undefined && option.test(word));
  return at < 0 ? undefined : words[at + 1];
};

const pathOf = (path: string | undefined, folder: string | undefined): string | undefined =>
  path === undefined || !(path.startsWith('/') || folder) ? undefined : join(folder ?? '/', path);

/** Names that only this machine answers to: RFC 6761, and what developers write into examples. */
const local =
  /\b(?:CN|cn|DNS:|dname)\s*=?\s*["']?(?:localhost|127\.0\.0\.1|[\w.-]*\.?(?:localhost|local|test|example|invalid|localdomain))(?![\w.-])/;

const makers: ReadonlyMap<string, Maker> = new Map<string, Maker>([
  [
    'openssl',
    (words, script) => {
      if (words[0] === 'x509') return signedByOpenssl(words, script);
      if (words[0] !== 'req' || !words.includes('-x509')) return undefined;
      const made = words.some((word) => word === '-newkey' || word === '-keyout');
      // With -key it signs with a key that was there before: one of the image only if the same script makes it.
      if (!made && !/\bopenssl\s+(?:genrsa|genpkey|ecparam)\b/.test(script)) return undefined;
      return {
        what: 'openssl req -x509',
        path: valueAfter(words, /^-keyout$/) ?? valueAfter(words, /^-key$/),
        development: isLocalName(words),
      };
    },
  ],
  [
    'step',
    (words) => {
      const [, , subject, , key] = words.filter((word) => !word?.startsWith('--'));
      if (words[0] !== 'certificate' || words[1] !== 'create' || words.includes('--csr')) return undefined;
      return { what: 'step certificate create', path: key, development: local.test(`CN=${subject ?? ''}`) };
    },
  ],
  [
    'mkcert',
    (words) => {
      if (words.every((word) => word?.startsWith('-'))) return undefined;
      return { what: 'mkcert', path: valueAfter(words, /^-key-file$/), development: true };
    },
  ],
  [
    'keytool',
    (words) =>
      words.some((word) => word === '-genkeypair' || word === '-genkey')
        ? {
            what: 'keytool -genkeypair',
            path: valueAfter(words, /^-keystore$/),
            development: isLocalName(words),
          }
        : undefined,
  ],
  [
    'make-ssl-cert',
    (words) => (words.length > 0 ? { what: 'make-ssl-cert', path: undefined, development: true } : undefined),
  ],
  [
    'dotnet',
    (words) =>
      words[0] === 'dev-certs' && words[1] === 'https' && !words.includes('--clean') && !words.includes('--check')
        ? { what: 'dotnet dev-certs https', path: undefined, development: true }
        : undefined,
  ],
]);

/** `openssl x509 -req -signkey key`, after the script made the key. */
function signedByOpenssl(words: Words, script: string): Omit<GeneratedKey, 'span'> | undefined {
  const key = valueAfter(words, /^-(?:signkey|key)$/);
  const made = /\bopenssl\s+(?:genrsa|genpkey|ecparam)\b|-newkey\b/.test(script);
  if (!words.includes('-req') || !made || (key === undefined && !words.includes('-CA'))) return undefined;
  return { what: 'openssl x509 -req', path: key, development: local.test(script) };
}

const isLocalName = (words: Words): boolean => words.some((word) => word !== undefined && local.test(word));
