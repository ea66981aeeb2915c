import type { ProtocolVersion } from '../../core/fact.ts';
import { byDefault, type Field, unknown, written } from '../../core/fact-builder.ts';
import type { Branch, HaproxyWord } from '../../formats/haproxy-words.ts';
import { spanOfWord } from '../../formats/word.ts';
import { compareProtocols, parseProtocol, protocolVersions } from '../../tls/protocols.ts';
import type { HaproxyDefaults } from './haproxy-defaults.ts';
import { type InForce, type Option, type OptionList, optionInForce } from './haproxy-options.ts';

type Versions = Field<readonly ProtocolVersion[]>;

export interface ProtocolInput {
  /** The line's own options, and those that `global` gives all lines. */
  readonly own: OptionList;
  readonly global: OptionList;
  readonly branch: Branch;
  readonly defaults: HaproxyDefaults;
}

interface Bound {
  readonly version: ProtocolVersion;
  /** The word that sets it. */
  readonly word: HaproxyWord;
}

/**
 * The versions of a bind line. Minimum and maximum of the line win over those of `global`; where either is set, `no-…`
 * switches are ignored; a maximum below the default minimum is the minimum too; what is left is a range without holes
 * (ssl_sock_initial_ctx() in ssl_sock.c; observed on 2.6.12).
 */
export function bindProtocols(input: ProtocolInput): Versions {
  const { defaults } = input;
  const oldest = boundOf('ssl-min-ver', input);
  const newest = boundOf('ssl-max-ver', input);
  if (oldest === 'doubtful' || newest === 'doubtful') return unknown;
  const switches = oldest || newest ? [] : switchesOf(input);
  if (switches === 'doubtful') return unknown;
  const floor =
    oldest?.version ??
    (newest && compareProtocols(newest.version, defaults.oldest) < 0 ? newest.version : defaults.oldest);
  const versions = rangeOf(floor, newest?.version ?? defaults.newest, switches);
  const [first] = versions;
  const last = versions.at(-1);
  if (!first || !last) return unknown;
  const below = protocolVersions[protocolVersions.indexOf(first) - 1];
  const above = protocolVersions[protocolVersions.indexOf(last) + 1];
  const upper = newest ?? switches.find(({ version }) => version === above);
  const lower =
    oldest ??
    switches.find(({ version }) => version === below && version !== 'SSLv3') ??
    (first === last ? upper : undefined);
  if (!lower) return byDefault(versions, `the default of ${defaults.reason}`, defaults.guessed);
  return written(versions, spanOfWord(lower.word), upper && { [versions.length - 1]: spanOfWord(upper.word) });
}

/**
 * The versions of a server line, which has no minimum of its own: where none is written the library decides, and nothing
 * is known unless the maximum is below what any library would refuse (ssl_sock_prepare_srv_ssl_ctx() in ssl_sock.c).
 */
export function serverProtocols(input: ProtocolInput): Versions {
  const { defaults } = input;
  const oldest = boundOf('ssl-min-ver', input);
  const newest = boundOf('ssl-max-ver', input);
  if (oldest === 'doubtful' || newest === 'doubtful') return unknown;
  const switches = oldest || newest ? [] : switchesOf(input);
  if (switches === 'doubtful') return unknown;
  const versions = rangeOf(oldest?.version ?? 'TLSv1.0', newest?.version ?? defaults.newest, switches);
  const [first] = versions;
  if (!first) return unknown;
  const below = protocolVersions[protocolVersions.indexOf(first) - 1];
  const excluded =
    first === 'TLSv1.2' || first === 'TLSv1.3' ? switches.find(({ version }) => version === below) : undefined;
  const low = newest && compareProtocols(newest.version, 'TLSv1.2') < 0 ? newest : undefined;
  const lower = oldest ?? excluded ?? low;
  return lower ? written(versions, spanOfWord(lower.word)) : unknown;
}

/** QUIC carries TLS 1.3 only (RFC 9001, section 4.2). */
export const quicProtocols: Versions = byDefault(['TLSv1.3'], 'QUIC carries TLS 1.3 only');

/** The range between bounds without what is switched off at its ends; a hole inside stays on. */
function rangeOf(
  oldest: ProtocolVersion,
  newest: ProtocolVersion,
  switches: readonly Bound[],
): readonly ProtocolVersion[] {
  const off = new Set(switches.map(({ version }) => version));
  const within = protocolVersions.filter(
    (version) => compareProtocols(version, oldest) >= 0 && compareProtocols(version, newest) <= 0,
  );
  const on = within.filter((version) => !off.has(version));
  const [first] = on;
  const last = on.at(-1);
  return first && last ? within.slice(within.indexOf(first), within.indexOf(last) + 1) : [];
}

const forces = ['force-sslv3', 'force-tlsv10', 'force-tlsv11', 'force-tlsv12', 'force-tlsv13'];

/** `force-tlsv12` sets both bounds. */
function boundOf(name: string, { own, global, branch }: ProtocolInput): Bound | undefined | 'doubtful' {
  const here = optionInForce({ ...own, open: false }, [name, ...forces], branch);
  // What a template may add to the line only matters where nothing is written.
  if (here.state === 'absent' && own.open && name === 'ssl-min-ver') return 'doubtful';
  if (here.state !== 'absent') return readBound(here);
  const open = global.open && name === 'ssl-min-ver';
  return readBound(optionInForce({ ...global, open }, [name, ...forces], branch));
}

function readBound(found: InForce<Option>): Bound | undefined | 'doubtful' {
  if (found.state !== 'set') return found.state === 'absent' ? undefined : 'doubtful';
  const { keyword, value } = found.setting;
  if (keyword.text.startsWith('force-')) {
    const version = versionIn(keyword.text);
    return version ? { version, word: keyword } : 'doubtful';
  }
  const version = value && !value.unknown ? protocolVersions.find((known) => known === value.text) : undefined;
  return value && version ? { version, word: value } : 'doubtful';
}

/** `no-sslv3`, `no-tlsv10` … of both levels. */
function switchesOf({ own, global, branch }: ProtocolInput): readonly Bound[] | 'doubtful' {
  const found: Bound[] = [];
  for (const { keyword, ...rest } of [...global.options, ...own.options]) {
    const version = /^no-(?:ssl|tls)v\d+$/.test(keyword.text) ? versionIn(keyword.text) : undefined;
    if (!version) continue;
    const held = optionInForce({ options: [{ keyword, ...rest }], open: false }, [keyword.text], branch);
    if (held.state === 'doubtful') return 'doubtful';
    if (held.state === 'set') found.push({ version, word: keyword });
  }
  return found;
}

/** `tlsv10` in `force-tlsv10`. */
const versionIn = (option: string): ProtocolVersion | undefined =>
  parseProtocol(option.slice(option.indexOf('-') + 1).replace(/(\d)(\d)$/, '$1.$2'));

/**
 * The versions for clients that ask for the names of a crt-list line: its bounds, else those of its bind line; `no-…`
 * switches count only there (ssl_sock_prepare_ctx() in ssl_sock.c).
 */
export function entryProtocols(ofLine: Versions, own: OptionList, branch: Branch, defaults: HaproxyDefaults): Versions {
  const input = { own, global: { options: [], open: false }, branch, defaults };
  const oldest = boundOf('ssl-min-ver', input);
  const newest = boundOf('ssl-max-ver', input);
  if (oldest === 'doubtful' || newest === 'doubtful') return unknown;
  if (!oldest && !newest) return ofLine;
  const around = 'value' in ofLine ? ofLine.value : [];
  const floor = oldest?.version ?? around[0];
  const ceiling = newest?.version ?? around.at(-1) ?? defaults.newest;
  const versions = floor ? rangeOf(floor, ceiling, []) : [];
  const lower = oldest ?? (newest && versions[0] === newest.version ? newest : undefined);
  if (versions.length === 0) return unknown;
  if (lower) return written(versions, spanOfWord(lower.word));
  if (ofLine.origin === 'written') return written(versions, ofLine.span);
  return ofLine.origin === 'default' ? { ...ofLine, value: versions } : unknown;
}
