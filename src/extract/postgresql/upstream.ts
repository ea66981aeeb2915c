import type { Fact, Upstream } from '../../core/fact.ts';
import { buildFact, composite, type Field, unknown, written } from '../../core/fact-builder.ts';
import { holdsTemplate } from '../../formats/key-values.ts';
import { partOfWord, spanOfWord, type Word } from '../../formats/word.ts';
import { reachOf } from '../../tls/reach.ts';
import { type Scope, wordOf } from './settings.ts';

/** The server that a standby follows: `primary_conninfo`, a connection string of libpq. */
export function primaryOf(scope: Scope): Fact<Upstream> | undefined {
  const string = wordOf(scope, 'primary_conninfo');
  if (!string || string.text === '') return undefined;
  const parameters = parametersOf(string);
  const host = parameters.get('hostaddr') ?? parameters.get('host');
  const mode = parameters.get('sslmode');
  const root = parameters.get('sslrootcert');
  const certificate = parameters.get('sslcert');
  const target = host && !host.unknown ? host.text : undefined;
  const self = spanOfWord(host ?? string);
  return buildFact<Upstream>(
    { technology: 'postgresql', subject: target ? `primary ${target}` : 'the primary', self },
    { kind: 'upstream' },
    {
      target: host && (host.unknown ? unknown : written(host.text, spanOfWord(host))),
      exposure: host && (host.unknown ? unknown : written(reachOf(host.text.split(',', 1)[0] ?? ''), spanOfWord(host))),
      tls: mode && tlsOf(mode),
      verify: mode && verificationOf(mode, root),
      ca: root && !root.unknown ? written(root.text, spanOfWord(root)) : undefined,
      clientCertificate:
        certificate && !certificate.unknown ? written(certificate.text, spanOfWord(certificate)) : undefined,
    },
  );
}

/** `allow` and `prefer`, the default that pg_basebackup writes too, take what they get: nothing is said. */
function tlsOf(mode: Word): Field<boolean> | undefined {
  if (mode.unknown) return unknown;
  if (mode.text === 'disable') return written(false, spanOfWord(mode));
  return /^(?:require|verify-ca|verify-full)$/.test(mode.text) ? written(true, spanOfWord(mode)) : undefined;
}

/**
 * libpq, "SSL Support": `require` checks nothing, unless there is a file of roots; then it is `verify-ca`, which does not
 * look at the name. With `sslrootcert=system` (16) anything below `verify-full` is an error.
 */
function verificationOf(mode: Word, root: Word | undefined): Field<NonNullable<Upstream['verify']>> | undefined {
  if (mode.unknown) return unknown;
  if (!/^(?:require|verify-ca|verify-full)$/.test(mode.text)) return undefined;
  const chain = mode.text !== 'require' || root !== undefined;
  return composite<NonNullable<Upstream['verify']>>({
    chain: written(chain, spanOfWord(chain && mode.text === 'require' && root ? root : mode)),
    hostname: written(mode.text === 'verify-full', spanOfWord(mode)),
  });
}

/** `key = value` pairs, the value in single quotes where it holds blanks; or the query of a URI, with its host. */
function parametersOf(string: Word): ReadonlyMap<string, Word> {
  const uri = /^postgres(?:ql)?:\/\/(?:[^@/]*@)?([^/?]*)/.exec(string.text);
  const pairs = [
    ...string.text.matchAll(uri ? /[?&](\w+)=([^&]*)/g : /(\w+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|([^\s']+))/g),
  ].map(({ 0: whole, 1: key = '', 2: first, 3: second, index }): [string, Word] => {
    const value = first ?? second ?? '';
    return [key, part(string, index + whole.lastIndexOf(value), value)];
  });
  const authority = uri?.[1]?.replace(/:\d*$/, '');
  return new Map([
    ...(uri && authority ? [['host', part(string, uri[0].length - (uri[1]?.length ?? 0), authority)] as const] : []),
    ...pairs,
  ]);
}

const part = (word: Word, start: number, text: string): Word => ({
  ...partOfWord(word, { start, end: start + text.length }),
  unknown: holdsTemplate(text),
});
