import type { Listener, ProtocolVersion, Upstream } from '../../core/fact.ts';
import { byDefault, composite, type Field, type Fields, unknown, written } from '../../core/fact-builder.ts';
import type { Source } from '../../core/source.ts';
import { branchStack, type HaproxyWord, rawLines } from '../../formats/haproxy-words.ts';
import { spanOfWord, type Word } from '../../formats/word.ts';
import type { HaproxyDefaults } from './haproxy-defaults.ts';
import { type OptionList, optionInForce, readOptions } from './haproxy-options.ts';
import { bindProtocols, serverProtocols } from './haproxy-protocols.ts';
import { cipherStringField, groupListField, listItems } from './openssl-fields.ts';
import { suites13Field } from './suites13-field.ts';

/**
 * Options of bind lines or of server lines that stand in another technology's file: as one text, or as fields that are
 * called like them. A fragment has no conditions of HAProxy's own.
 */
export function optionsOfText(source: Source, of: 'bind' | 'server'): OptionList {
  const words = [...rawLines(source, branchStack(source.path))].flatMap((line) => line.words);
  return readOptions(words, of, []);
}

/** An option that another file writes as a field: `no_tlsv10: true` is `no-tlsv10`, `ssl_min_ver: TLSv1.2` has a value. */
export const optionOf = (
  name: string,
  keyword: Word,
  value: Word | undefined,
): { readonly keyword: HaproxyWord; readonly value: HaproxyWord | undefined; readonly branch: [] } => ({
  keyword: { ...keyword, text: name, conditional: false },
  value: value && { ...value, conditional: false },
  branch: [],
});

/** The value of an option; `doubtful` where a template may set it. */
export function optionValue(options: OptionList, name: string): HaproxyWord | 'doubtful' | undefined {
  const found = optionInForce(options, [name], []);
  if (found.state === 'absent') return undefined;
  const value = found.state === 'set' ? found.setting.value : undefined;
  return value && !value.unknown ? value : 'doubtful';
}

/** The word of a switch that is set; `doubtful` where a template may set it. */
export function switchIn(options: OptionList, name: string): HaproxyWord | 'doubtful' | undefined {
  const found = optionInForce(options, [name], []);
  if (found.state === 'absent') return undefined;
  return found.state === 'set' ? found.setting.keyword : 'doubtful';
}

/**
 * What options of a bind line, and those that hold for all bind lines, make of a listener: versions, tickets, suites,
 * groups, client certificates and early data.
 */
export function bindFields(own: OptionList, global: OptionList, defaults: HaproxyDefaults): Fields<Listener> {
  const protocols = bindProtocols({ own, global, branch: [], defaults });
  const tickets = switchIn(own, 'no-tls-tickets') ?? switchIn(global, 'no-tls-tickets');
  return {
    protocols,
    ciphers: ciphersIn(own, protocols),
    suites13: wordField(optionValue(own, 'ciphersuites'), suites13Field),
    groups: wordField(optionValue(own, 'curves'), (list) => groupListField(listItems(list), spanOfWord(list))),
    sessionTickets: tickets && (tickets === 'doubtful' ? unknown : written(false, spanOfWord(tickets))),
    clientAuth: clientAuthIn(own),
    earlyData: earlyDataIn(own, defaults),
  };
}

function ciphersIn(
  options: OptionList,
  protocols: Field<readonly ProtocolVersion[]>,
): Field<readonly string[]> | undefined {
  return wordField(optionValue(options, 'ciphers'), (string) => cipherStringField(string, protocols));
}

function wordField<T>(word: HaproxyWord | 'doubtful' | undefined, read: (word: HaproxyWord) => Field<T>) {
  if (word === undefined) return undefined;
  return word === 'doubtful' ? unknown : read(word);
}

function clientAuthIn(options: OptionList): Field<NonNullable<Listener['clientAuth']>> {
  const verify = optionValue(options, 'verify');
  if (verify === undefined) return byDefault({ mode: 'none' }, 'HAProxy asks for no client certificate by default');
  const modes = ['none', 'optional', 'required'] as const;
  const mode = verify === 'doubtful' ? undefined : modes.find((known) => known === verify.text);
  if (verify === 'doubtful' || !mode) return unknown;
  const ca = optionValue(options, 'ca-file');
  return composite<NonNullable<Listener['clientAuth']>>({
    mode: written(mode, spanOfWord(verify)),
    ca: mode === 'none' ? undefined : wordField(ca, (word) => written(word.text, spanOfWord(word))),
  });
}

/** `allow-0rtt`: since 2.8 requests are passed on before the handshake is complete (data/haproxy.yaml). */
function earlyDataIn(options: OptionList, defaults: HaproxyDefaults): Fields<Listener>['earlyData'] {
  const allowed = switchIn(options, 'allow-0rtt');
  if (!allowed) return undefined;
  if (allowed === 'doubtful') return unknown;
  const mitigations = defaults.usesEarlyData
    ? byDefault([], 'HAProxy marks such requests with Early-Data: 1, which stops nothing unless the server heeds it')
    : byDefault(['waits-for-handshake' as const], 'HAProxy passes nothing on before the handshake is complete');
  return composite<NonNullable<Listener['earlyData']>>({
    enabled: written(true, spanOfWord(allowed)),
    mitigations,
  });
}

/**
 * What options of a server line, and those that hold for all server lines, say of TLS towards servers: `ssl` itself aside.
 * `unspoken`: what holds where `verify` is not written.
 */
export function serverFields(
  own: OptionList,
  global: OptionList,
  defaults: HaproxyDefaults,
  unspoken: Field<boolean>,
): Fields<Upstream> {
  const verify = optionValue(own, 'verify');
  const chain = wordField(verify, (word) =>
    /^(?:none|required)$/.test(word.text) ? written(word.text === 'required', spanOfWord(word)) : unknown,
  );
  const checked = chain ?? unspoken;
  const protocols = serverProtocols({ own, global, branch: [], defaults });
  return {
    verify: composite<NonNullable<Upstream['verify']>>({
      chain: checked,
      hostname: hostnameIn(own, checked, defaults),
    }),
    ca: wordField(optionValue(own, 'ca-file'), (word) => written(word.text, spanOfWord(word))),
    clientCertificate: wordField(optionValue(own, 'crt'), (word) => written(word.text, spanOfWord(word))),
    protocols,
    ciphers: ciphersIn(own, protocols),
  };
}

/** The certificate must name what `sni` or `verifyhost` says; since 3.3 the Host header gives a name. */
function hostnameIn(options: OptionList, chain: Field<boolean>, defaults: HaproxyDefaults): Field<boolean> {
  if (chain.origin === 'unknown' || ('value' in chain && !chain.value)) return chain;
  const named = optionValue(options, 'sni') ?? optionValue(options, 'verifyhost');
  if (named === 'doubtful') return unknown;
  if (named) return written(true, spanOfWord(named));
  return defaults.sniAuto
    ? byDefault(true, `sni-auto of ${defaults.reason}`, defaults.guessed)
    : byDefault(false, 'HAProxy checks no name without sni or verifyhost', defaults.guessed);
}
