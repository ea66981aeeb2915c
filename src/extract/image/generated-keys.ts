import type { Source, Span } from '../../core/source.ts';
import { spanOf } from '../../core/source.ts';
import { parseShell } from '../../formats/shell.ts';
import type { Variables } from './expand.ts';
import { expand, isKnown } from './expand.ts';
import { isWithin, join, nameOf } from './trust-files.ts';

/** A key pair that a step makes for a certificate. */
export interface GeneratedKey {
  /** The command, for people: `openssl req -x509`. */
  readonly what: string;
  /** Where the key lies, if that is written and absolute. */
  readonly path: string | undefined;
  /** The certificate names this machine only, or the tool makes none but such. */
  readonly development: boolean;
  /** The program's name in the script. */
  readonly span: Span;
}

/**
 * Key pairs with a certificate of their own that a script makes and leaves. Sources: openssl-req(1), -x509; mkcert,
 * README; keytool, -genkeypair; make-ssl-cert(8) of Debian's ssl-cert; dotnet dev-certs https.
 */
export function generatedKeys(script: Source, variables: Variables): readonly GeneratedKey[] {
  const commands = parseShell(script);
  const found: GeneratedKey[] = [];
  const removed: string[] = [];
  for (const { words, source } of commands) {
    const values = words.map(({ value, raw }) => {
      const text = value ?? expand(raw.replace(/["']/g, ''), variables);
      return isKnown(text) && !text.includes('$') ? text : undefined;
    });
    const at = values.findIndex((value) => makers.has(nameOf(value ?? '')));
    if (nameOf(values[0] ?? '') === 'rm') removed.push(...values.slice(1).flatMap((value) => value ?? []));
    const word = words[at];
    if (at < 0 || at > 3 || !word) continue;
    const made = makers.get(nameOf(values[at] ?? ''))?.(values.slice(at + 1), source.text);
    if (!made) continue;
    found.push({ ...made, span: spanOf(source, word.range.start, word.range.end) });
  }
  return found.filter(({ path }) => path === undefined || !(isWithin(path, '/tmp') || isRemoved(path, removed)));
}

const isRemoved = (path: string, removed: readonly string[]): boolean =>
  removed.some((one) => isWithin(path, join('/', one.replace(/\/\*$/, ''))));

type Words = readonly (string | undefined)[];
type Maker = (words: Words, script: string) => Omit<GeneratedKey, 'span'> | undefined;

const valueAfter = (words: Words, option: RegExp): string | undefined => {
  const at = words.findIndex((word) => word !== undefined && option.test(word));
  return at < 0 ? undefined : words[at + 1];
};

const pathOf = (path: string | undefined): string | undefined => (path?.startsWith('/') ? join('/', path) : undefined);

/** Names that only this machine answers to: RFC 6761, and what developers write into examples. */
const local =
  /\b(?:CN|cn|DNS:|dname)\s*=?\s*["']?(?:localhost|127\.0\.0\.1|[\w.-]*\.?(?:localhost|local|test|example|invalid|localdomain))(?![\w.-])/;

const makers: ReadonlyMap<string, Maker> = new Map<string, Maker>([
  [
    'openssl',
    (words, script) => {
      if (words[0] !== 'req' || !words.includes('-x509')) return undefined;
      const made = words.some((word) => word === '-newkey' || word === '-keyout');
      // With -key it signs with a key that was there before: one of the image only if the same script makes it.
      if (!made && !/\bopenssl\s+(?:genrsa|genpkey|ecparam)\b/.test(script)) return undefined;
      return {
        what: 'openssl req -x509',
        path: pathOf(valueAfter(words, /^-keyout$/) ?? valueAfter(words, /^-key$/)),
        development: isLocalName(words),
      };
    },
  ],
  [
    'mkcert',
    (words) => {
      if (words.every((word) => word?.startsWith('-'))) return undefined;
      return { what: 'mkcert', path: pathOf(valueAfter(words, /^-key-file$/)), development: true };
    },
  ],
  [
    'keytool',
    (words) =>
      words.some((word) => word === '-genkeypair' || word === '-genkey')
        ? {
            what: 'keytool -genkeypair',
            path: pathOf(valueAfter(words, /^-keystore$/)),
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

const isLocalName = (words: Words): boolean => words.some((word) => word !== undefined && local.test(word));
