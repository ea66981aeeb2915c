import type { ProtocolVersion } from '../../core/fact.ts';
import { byDefault, unknown, written } from '../../core/fact-builder.ts';
import type { VersionEvidence } from '../../core/technology.ts';
import { partOfWord, spanOfWord, splitWord, type Word } from '../../formats/word.ts';
import { parseProtocol, protocolRange } from '../../tls/protocols.ts';
import type { ProtocolsField } from '../dialects/openssl-fields.ts';
import { isSince } from '../versions.ts';

/** The TLS options of a port, a peer or of all outgoing connections, by the name that PeerOptions.cc gives them. */
export type Options = ReadonlyMap<string, Word>;

/**
 * Reads `tls-min-version=1.2`, `min-version=1.2`, `sslcipher=…`, `cipher=…`: one option has up to three spellings. The
 * last of a kind counts. A switch, such as `ssl-bump`, has itself as its value.
 */
export function optionsOf(words: readonly Word[]): Options {
  const options = new Map<string, Word>();
  for (const word of words) {
    const equals = word.text.indexOf('=');
    const name = (equals === -1 ? word.text : word.text.slice(0, equals)).replace(/^(?:tls-|ssl(?!-bump|context))/, '');
    options.set(name, equals === -1 ? word : unquoted(partOfWord(word, { start: equals + 1, end: word.text.length })));
  }
  return options;
}

const unquoted = (word: Word): Word =>
  /^".*"$/.test(word.text) ? partOfWord(word, { start: 1, end: word.text.length - 1 }) : word;

/** What the removed `version=` took: 0 and 1 are any, 2 is SSLv2. */
const oldNumbers: readonly (ProtocolVersion | undefined)[] = [
  ...[undefined, undefined, 'SSLv2' as const, 'SSLv3' as const],
  ...(['TLSv1.0', 'TLSv1.1', 'TLSv1.2'] as const),
];

/**
 * `min-version`, else the older `version`, without what `options=NO_TLSv1…` takes away. Without either Squid sets no
 * bound of its own (`min-version=1.0` is none): OpenSSL decides, and 3.0 and later, which ship beside Squid 5 and later,
 * keep TLS 1.0 and 1.1 away at their security level.
 */
export function protocolsOf(options: Options, open: boolean, evidence: VersionEvidence): ProtocolsField {
  const minimum = options.get('min-version');
  const only = options.get('version');
  const switches = options.get('options');
  if (minimum?.unknown || only?.unknown || switches?.unknown) return unknown;
  const off = switchedOff(switches);
  const without = (versions: readonly ProtocolVersion[]) => versions.filter((version) => !off.has(version));
  if (minimum) {
    const oldest = /^1\.[0-3]$/.test(minimum.text) ? parseProtocol(minimum.text) : undefined;
    return oldest ? written(without(protocolRange(oldest, 'TLSv1.3')), spanOfWord(minimum)) : unknown;
  }
  const one = only && oldNumbers[Number(only.text)];
  if (only && one) return written([one], spanOfWord(only));
  if (open) return unknown;
  const { version, reason, guessed } = evidence;
  const oldest = isSince({ version }, '5') ? 'TLSv1.2' : 'TLSv1.0';
  return byDefault(without(protocolRange(oldest, 'TLSv1.3')), `the default of ${reason}`, guessed);
}

/** `NO_SSLv3:NO_TLSv1,NO_TLSv1_1`; `!` or `-` in front takes an option back. */
function switchedOff(switches: Word | undefined): ReadonlySet<ProtocolVersion> {
  const off = new Set<ProtocolVersion>();
  for (const { text } of switches ? splitWord(switches, /[:,]/) : []) {
    const [, back = '', name = ''] = /^([!-]?)NO_((?:SSL|TLS)v[\d_]+)$/i.exec(text) ?? [];
    const version = parseProtocol(name.replace('_', '.'));
    if (version && back === '') off.add(version);
    else if (version) off.delete(version);
  }
  return off;
}

/** Whether `flags=` or `sslflags=` holds a name. */
export const flagOf = (options: Options, name: string): Word | undefined => {
  const flags = options.get('flags');
  return flags && splitWord(flags, /[:,]/).find(({ text }) => text === name);
};
