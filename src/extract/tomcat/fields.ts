import type { CertificateReference, Listener, ProtocolVersion } from '../../core/fact.ts';
import { byDefault, type Field, unknown, written } from '../../core/fact-builder.ts';
import type { Span } from '../../core/source.ts';
import { partOfWord, spanOfWord, splitWord, type Word } from '../../formats/word.ts';
import { cipherSuite } from '../../tls/suites.ts';
import {
  cipherStringField,
  groupListField,
  type ProtocolsField,
  protocolSetField,
  suiteListField,
  suitesOfString,
} from '../dialects/openssl-fields.ts';
import { flagOf, usableSuites } from '../dialects/setting-fields.ts';
import { suites13Field } from '../dialects/suites13-field.ts';

/** Finds an attribute of a host's TLS settings, by its name in `SSLHostConfig`. */
export type Lookup = (name: string) => Word | undefined;

const names: ReadonlyMap<string, ProtocolVersion> = new Map([
  ['SSLv3', 'SSLv3'],
  ['TLSv1', 'TLSv1.0'],
  ['TLSv1.1', 'TLSv1.1'],
  ['TLSv1.2', 'TLSv1.2'],
  ['TLSv1.3', 'TLSv1.3'],
]);
const all: readonly ProtocolVersion[] = ['TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];

/**
 * `protocols`: tokens that add (`+`, `,` or nothing) or take away (`-`), from left to right. A blank does not separate.
 * `all` is TLS 1.0 and newer. `SSLv2Hello` is a format of the first message, no version. A name that Tomcat does not
 * know makes the whole unknown, as the connector does not start (observed on 9.0.100).
 */
export function protocolsOf(look: Lookup): ProtocolsField {
  const word = look('protocols');
  if (!word || word.unknown) return unknown;
  const on = new Map<ProtocolVersion, Span>();
  for (const token of tokensOf(word)) {
    const { text } = token;
    const versions = /^all$/i.test(text) ? all : names.get(text);
    if (text === 'SSLv2Hello') continue;
    if (versions === undefined) return unknown;
    for (const version of typeof versions === 'string' ? [versions] : versions) {
      if (token.sign === '-') on.delete(version);
      else on.set(version, spanOfWord(token));
    }
  }
  return on.size === 0 ? unknown : protocolSetField(on, spanOfWord(word));
}

interface Token extends Word {
  readonly sign: string;
}

/** The tokens of the list, each without its sign and the blanks around it. */
const tokensOf = (word: Word): readonly Token[] =>
  [...word.text.matchAll(/([-+,]?)\s*([^-+,]*)/g)].flatMap(({ 0: whole, 1: sign = '', 2: rest = '', index }) => {
    const name = rest.trimEnd();
    if (name === '') return [];
    const start = index + whole.length - rest.length;
    return [{ ...partOfWord(word, { start, end: start + name.length }), sign }];
  });

/** The default of 8.5 and newer (`SSLHostConfig.DEFAULT_TLS_CIPHERS`). */
const defaultCiphers = 'HIGH:!aNULL:!eNULL:!EXPORT:!DES:!RC4:!MD5:!kRSA';

/**
 * `ciphers`: an OpenSSL string where it has a colon, else names with commas between them, Java's or OpenSSL's; one word
 * may be either (`SSLHostConfig.setCiphers`).
 */
export function ciphersOf(look: Lookup, protocols: ProtocolsField): Field<readonly string[]> | undefined {
  const word = look('ciphers');
  if (!word) {
    if (!('value' in protocols)) return unknown;
    return byDefault(suitesOfString(defaultCiphers, protocols), `${defaultCiphers}, the default of Tomcat`);
  }
  if (word.unknown) return unknown;
  if (word.text.trim() === '') return undefined;
  const items = splitWord(word, /[,\s]+/);
  const listed = !word.text.includes(':') && items.every(({ text }) => cipherSuite(text) !== undefined);
  return listed ? suiteListField(usableSuites(items), spanOfWord(word), protocols) : cipherStringField(word, protocols);
}

export function suites13Of(look: Lookup): Field<readonly string[]> | undefined {
  const word = look('cipherSuites');
  return word && suites13Field(word);
}

export function groupsOf(look: Lookup): Field<readonly string[]> | undefined {
  const word = look('groups');
  if (!word) return undefined;
  return word.unknown ? unknown : groupListField(splitWord(word, /[,:\s]+/), spanOfWord(word));
}

type ClientAuth = NonNullable<Listener['clientAuth']>;

/** `certificateVerification`, and what the older attributes say for it (`CertificateVerification.fromString`). */
export function clientAuthOf(look: Lookup): Field<ClientAuth> {
  const word = look('certificateVerification');
  if (!word) return byDefault({ mode: 'none' }, 'Tomcat asks for no client certificate unless told to');
  if (word.unknown) return unknown;
  const ca = look('caCertificateFile') ?? look('caCertificatePath') ?? look('truststoreFile');
  const named = ca && !ca.unknown ? { ca: ca.text } : {};
  const text = word.text.toLowerCase();
  const mode: ClientAuth['mode'] | undefined = /^(?:required?|true|yes)$/.test(text)
    ? 'required'
    : /^(?:optional|want)$/.test(text)
      ? 'optional'
      : /^optional_?noca$/.test(text)
        ? 'request'
        : /^(?:none|false|no)$/.test(text)
          ? 'none'
          : undefined;
  if (!mode) return unknown;
  return written(mode === 'none' ? { mode } : { mode, ...named }, spanOfWord(word));
}

/** The files that hold certificates, PEM or key stores. */
export function certificatesOf(files: readonly Word[]): Field<readonly CertificateReference[]> | undefined {
  const [first] = files;
  if (!first) return undefined;
  if (files.some((file) => file.unknown)) return unknown;
  return written(
    files.map(({ text }) => ({ from: 'file', ref: text })),
    spanOfWord(first),
    Object.fromEntries(files.map((file, index) => [String(index), spanOfWord(file)])),
  );
}

export function preferenceOf(look: Lookup): Field<boolean> {
  const word = look('honorCipherOrder');
  if (!word) return byDefault(false, 'Tomcat leaves the choice of the suite to the client');
  const flag = flagOf(word);
  return flag === undefined ? unknown : written(flag, spanOfWord(word));
}
