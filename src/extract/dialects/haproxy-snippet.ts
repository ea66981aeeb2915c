import type { Listener, Upstream } from '../../core/fact.ts';
import { type Field, type Fields, unknown, written } from '../../core/fact-builder.ts';
import type { Diagnostic } from '../../core/finding.ts';
import type { Source, Span } from '../../core/source.ts';
import { type HaproxyLine, parseHaproxy } from '../../formats/haproxy.ts';
import type { HaproxyWord } from '../../formats/haproxy-words.ts';
import { spanOfWord } from '../../formats/word.ts';
import { chained, type OptionList, readOptions } from './haproxy-options.ts';
import { cipherStringField, groupListField, listItems } from './openssl-fields.ts';
import { suites13Field } from './suites13-field.ts';

/**
 * Lines of HAProxy configuration that stand in another technology's file, to be put into a section there. Only what is
 * written: what a snippet leaves out its owner decides.
 */
export interface HaproxySnippet {
  /** `ssl-default-bind-options`, whose lines add up with what the section has. */
  readonly bindOptions: OptionList;
  /** `ssl-default-server-options`. */
  readonly serverOptions: OptionList;
  /** `ciphers`, `suites13`, `groups` of `ssl-default-bind-*`; `hsts` of a header that is set for all responses. */
  readonly listener: Fields<Listener>;
  /** `ssl-default-server-ciphers`. */
  readonly upstream: Fields<Upstream>;
  /** `ssl-server-verify`. */
  readonly verify: Field<boolean> | undefined;
  /** `default-server` lines of a backend, in order. */
  readonly defaultServer: OptionList;
  /** Where every request over plain HTTP is sent on to https. */
  readonly redirect: Span | undefined;
  /** It says something about requests in early data. */
  readonly mindsEarlyData: boolean;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads a snippet. `source` is its own text, so that spans point into the outer file. Never throws. */
export function haproxySnippet(source: Source): HaproxySnippet {
  const { preamble, diagnostics } = parseHaproxy(source);
  const named = (keyword: string): readonly HaproxyLine[] => preamble.filter((line) => line.keyword.text === keyword);
  const first = (keyword: string): HaproxyWord | undefined => named(keyword).at(-1)?.arguments[0];
  const ciphers = first('ssl-default-bind-ciphers');
  const suites13 = first('ssl-default-bind-ciphersuites');
  const curves = first('ssl-default-bind-curves');
  const serverCiphers = first('ssl-default-server-ciphers');
  const verify = first('ssl-server-verify');
  const options = (keyword: string, of: 'bind' | 'server'): OptionList =>
    chained(named(keyword).map((line) => readOptions(line.arguments, of, [])));
  return {
    bindOptions: options('ssl-default-bind-options', 'bind'),
    serverOptions: options('ssl-default-server-options', 'bind'),
    listener: defined<Fields<Listener>>({
      ciphers: ciphers && cipherStringField(ciphers, undefined),
      suites13: suites13 && suites13Field(suites13),
      groups: curves && groupListField(listItems(curves), spanOfWord(curves)),
      hsts: hstsIn(preamble),
    }),
    upstream: defined<Fields<Upstream>>({ ciphers: serverCiphers && cipherStringField(serverCiphers, undefined) }),
    verify: verify && verifyField(verify),
    defaultServer: options('default-server', 'server'),
    redirect: redirectIn(preamble),
    mindsEarlyData: preamble.some(({ arguments: words }) =>
      words.some(({ text }) => /early|wait-for-handshake/.test(text)),
    ),
    diagnostics,
  };
}

const verifyField = (word: HaproxyWord): Field<boolean> =>
  !word.unknown && /^(?:none|required)$/.test(word.text)
    ? written(word.text === 'required', spanOfWord(word))
    : unknown;

/** `http-response set-header Strict-Transport-Security …`, for all responses or for those over TLS. */
function hstsIn(lines: readonly HaproxyLine[]): Field<NonNullable<Listener['hsts']>> | undefined {
  const header = lines.findLast(
    ({ keyword, arguments: [action, name] }) =>
      /^http-(?:after-)?response$/.test(keyword.text) &&
      /^(?:set|add)-header$/.test(action?.text ?? '') &&
      name?.text.toLowerCase() === 'strict-transport-security',
  );
  const [, , value, ...condition] = header?.arguments ?? [];
  if (!value) return undefined;
  const seconds = /max-age\s*=\s*"?(\d+)/i.exec(value.text)?.[1];
  const always = condition.every(({ text }) => /^(?:if|\{|ssl_fc|\})$/.test(text));
  if (value.unknown || seconds === undefined || !always) return unknown;
  return written(
    { maxAgeSeconds: Number(seconds), includeSubDomains: /includesubdomains/i.test(value.text) },
    spanOfWord(value),
  );
}

/** `redirect scheme https` or `http-request redirect scheme https`, unless TLS is there or for challenges of ACME. */
function redirectIn(lines: readonly HaproxyLine[]): Span | undefined {
  const line = lines.find(({ keyword, arguments: words }) => {
    const texts = words.map(({ text }) => text);
    const redirect =
      keyword.text === 'redirect' ? 0 : keyword.text === 'http-request' ? texts.indexOf('redirect') + 1 : -1;
    if (redirect < 0 || (keyword.text === 'http-request' && redirect !== 1)) return false;
    if (texts[redirect] !== 'scheme' || texts[redirect + 1] !== 'https') return false;
    const condition = texts.slice(texts.findIndex((text) => text === 'if' || text === 'unless'));
    return !texts.includes('if') || /^if (?:!\{ ssl_fc \}|! ?\{ ssl_fc \})$/.test(condition.join(' '));
  });
  return line && spanOfWord(line.keyword);
}

/** Without the keys that say nothing. */
function defined<T extends object>(fields: T): T {
  const entries = Object.entries(fields).filter(([, field]) => field !== undefined);
  return Object.fromEntries(entries) as T;
}
