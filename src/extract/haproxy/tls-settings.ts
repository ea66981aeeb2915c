import type { CertificateReference, Listener, ProtocolVersion } from '../../core/fact.ts';
import { byDefault, composite, type Field, unknown, written } from '../../core/fact-builder.ts';
import type { Branch, HaproxyWord } from '../../formats/haproxy-words.ts';
import { spanOfWord } from '../../formats/word.ts';
import { usesFiniteField } from '../../tls/suites.ts';
import type { HaproxyDefaults } from '../dialects/haproxy-defaults.ts';
import { type OptionList, optionInForce } from '../dialects/haproxy-options.ts';
import { cipherStringField, groupListField, listItems, suitesOfString } from '../dialects/openssl-fields.ts';
import { basedPath, type Global, globalSetting } from './configuration.ts';

/** What a bind line says about TLS, with what stands behind it. */
export interface TlsLine {
  readonly options: OptionList;
  readonly global: Global;
  /** What `ssl-default-bind-options` says. */
  readonly globalOptions: OptionList;
  readonly branch: Branch;
  readonly protocols: Field<readonly ProtocolVersion[]>;
  readonly defaults: HaproxyDefaults;
}

/** A value from the line, else from `global`. */
type Value = { readonly state: 'set'; readonly word: HaproxyWord } | { readonly state: 'absent' | 'doubtful' };

function valueInForce({ options, global, branch }: TlsLine, option: string, keyword: string | undefined): Value {
  const here = optionInForce(options, [option], branch);
  if (here.state === 'set') return wordOf(here.setting.value);
  if (here.state === 'doubtful') return { state: 'doubtful' };
  if (keyword === undefined) return { state: 'absent' };
  const there = globalSetting(global, keyword, branch);
  return there.state === 'set' ? wordOf(there.setting.arguments[0]) : { state: there.state };
}

const wordOf = (word: HaproxyWord | undefined): Value => (word ? { state: 'set', word } : { state: 'doubtful' });

/** `ciphers`, `ssl-default-bind-ciphers`, else the library's list. */
export function ciphersOf(line: TlsLine): Field<readonly string[]> {
  const { protocols, defaults, global, branch } = line;
  const value = valueInForce(line, 'ciphers', 'ssl-default-bind-ciphers');
  if (value.state === 'doubtful') return unknown;
  const habits = {
    appended: securityLevel(global, branch, value.state === 'set' ? value.word.text : defaults.ciphers),
    unusable: (suite: string) => defaults.dheOnRequest && !hasDhParameters(global) && usesFiniteField(suite),
  };
  if (value.state === 'set') return cipherStringField(value.word, protocols, habits);
  if (protocols.origin === 'unknown') return unknown;
  const suites = suitesOfString(`${defaults.ciphers}${habits.appended}`, protocols);
  return byDefault(
    suites.filter((suite) => !habits.unusable(suite)),
    'OpenSSL decides, where HAProxy is told nothing',
  );
}

const hasDhParameters = ({ lines }: Global): boolean =>
  lines.some(({ keyword }) => keyword.text === 'tune.ssl.default-dh-param' || keyword.text === 'ssl-dh-param-file');

/** `ssl-security-level` (3.0), which a level in the cipher string itself overrides. */
function securityLevel(global: Global, branch: Branch, string: string): string {
  const found = globalSetting(global, 'ssl-security-level', branch);
  const level = found.state === 'set' ? found.setting.arguments[0] : undefined;
  return level && /^[0-5]$/.test(level.text) && !string.includes('@SECLEVEL') ? `:@SECLEVEL=${level.text}` : '';
}

/** `ciphersuites`, `ssl-default-bind-ciphersuites`, else the library's list; none where TLS 1.3 is off. */
export function suites13Of(line: TlsLine): Field<readonly string[]> {
  const { protocols, defaults } = line;
  const value = valueInForce(line, 'ciphersuites', 'ssl-default-bind-ciphersuites');
  if (value.state === 'doubtful') return unknown;
  const off = 'value' in protocols && !protocols.value.includes('TLSv1.3');
  if (value.state === 'set') {
    const { word } = value;
    if (word.unknown) return unknown;
    const items = off ? [] : listItems(word);
    return written(
      items.map(({ text }) => text),
      spanOfWord(word),
      Object.fromEntries(items.map((item, index) => [String(index), spanOfWord(item)])),
    );
  }
  if (protocols.origin === 'unknown') return unknown;
  return byDefault(off ? [] : defaults.suites13, 'OpenSSL decides, where HAProxy is told nothing');
}

/** `curves`, `ssl-default-bind-curves`, else `ecdhe`; the library's own are not described. */
export function groupsOf(line: TlsLine): Field<readonly string[]> | undefined {
  const curves = valueInForce(line, 'curves', 'ssl-default-bind-curves');
  const value = curves.state === 'absent' ? valueInForce(line, 'ecdhe', undefined) : curves;
  if (value.state === 'absent') return undefined;
  return value.state === 'set' ? groupListField(listItems(value.word), spanOfWord(value.word)) : unknown;
}

/** A switch that a line or `global` sets for good: `no-tls-tickets`, `prefer-client-ciphers`. */
export function switchOf(
  { options, globalOptions, branch }: TlsLine,
  name: string,
): HaproxyWord | undefined | 'doubtful' {
  const both: OptionList = {
    options: [...globalOptions.options, ...options.options],
    open: globalOptions.open || options.open,
  };
  const found = optionInForce(both, [name], branch);
  return found.state === 'set' ? found.setting.keyword : found.state === 'absent' ? undefined : 'doubtful';
}

/** What holds unless the switch is set, which turns it off. */
export function unlessSwitched(line: TlsLine, name: string, reason: string): Field<boolean> {
  const word = switchOf(line, name);
  if (word === 'doubtful') return unknown;
  return word ? written(false, spanOfWord(word)) : byDefault(true, reason);
}

/**
 * `verify` with `ca-file`. Where the errors of authorities are all ignored, any certificate will do: it is only asked for
 * (configuration manual, 5.1, ca-ignore-err; observed on 2.6.12). What else is ignored may come to the same.
 */
export function clientAuthOf({ options, branch, global }: TlsLine): Field<NonNullable<Listener['clientAuth']>> {
  const verify = optionInForce(options, ['verify'], branch);
  if (verify.state === 'absent')
    return byDefault({ mode: 'none' }, 'HAProxy asks for no client certificate by default');
  const value = verify.state === 'set' ? verify.setting.value : undefined;
  const mode = value && !value.unknown ? modes.find((known) => known === value.text) : undefined;
  if (!value || !mode) return unknown;
  const span = spanOfWord(value);
  if (mode === 'none') return written({ mode }, span);
  const ca = optionInForce(options, ['ca-file'], branch);
  const file = ca.state === 'set' ? ca.setting.value : undefined;
  const authorities = ignoredBy('ca-ignore-err', options, branch);
  const doubtful = authorities === 'some' || ignoredBy('crt-ignore-err', options, branch) !== 'none';
  if (doubtful && authorities !== 'all') return unknown;
  return composite<NonNullable<Listener['clientAuth']>>({
    mode: written(authorities === 'all' ? 'request' : mode, span),
    ca: file && (file.unknown ? unknown : written(basedPath(file, global, 'ca-base', branch), spanOfWord(file))),
  });
}

/** Errors about revocation lists, dates and revoked certificates leave it known who signed (X509_STORE_CTX_get_error(3)). */
const harmlessErrors = /^(?:3|9|1[0-6]|23|X509_V_ERR_(?:CERT_(?:NOT_YET_VALID|HAS_EXPIRED|REVOKED)|.*CRL.*))$/;

function ignoredBy(name: string, options: OptionList, branch: Branch): 'all' | 'some' | 'none' {
  const found = optionInForce({ ...options, open: false }, [name], branch);
  if (found.state === 'absent') return 'none';
  const value = found.state === 'set' ? found.setting.value?.text : undefined;
  if (value === 'all') return 'all';
  return value?.split(',').every((error) => harmlessErrors.test(error)) ? 'none' : 'some';
}

const modes = ['none', 'optional', 'required'] as const;

/** Files, in the order in which they are loaded; unknown where one of them is. */
export function certificatesField(
  words: readonly HaproxyWord[],
  global: Global,
  branch: Branch,
): Field<readonly CertificateReference[]> | undefined {
  const [first] = words;
  if (!first) return undefined;
  if (words.some((word) => word.unknown)) return unknown;
  return written(
    words.map((word) => ({ from: 'file', ref: basedPath(word, global, 'crt-base', branch) })),
    spanOfWord(first),
    Object.fromEntries(words.map((word, index) => [String(index), spanOfWord(word)])),
  );
}
