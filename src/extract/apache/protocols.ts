import type { ProtocolVersion } from '../../core/fact.ts';
import { unknown } from '../../core/fact-builder.ts';
import type { Span } from '../../core/source.ts';
import { spanOfWord, splitWord, type Word } from '../../formats/word.ts';
import { compareProtocols, parseProtocol, protocolVersions } from '../../tls/protocols.ts';
import { type ProtocolsField, protocolSetField } from '../dialects/openssl-fields.ts';
import type { ApacheDefaults } from './defaults.ts';
import { type ConfCommand, confCommands, inForce, type Level } from './settings.ts';

/**
 * The versions that a listener accepts, oldest first: `SSLProtocol` and the OpenSSL commands of the level whose range
 * counts, less what `Protocol` commands switch off at any of the levels whose options count: the first virtual host of an
 * address, and the one that the client names (SSL_set_options(3) only adds; observed on 2.4.71).
 */
export function listenerProtocols(
  level: Level,
  optionLevels: readonly Level[],
  defaults: ApacheDefaults,
): ProtocolsField {
  const base = protocolsOf(level, 'sslprotocol', defaults);
  const bounds = confCommands(level, 'minprotocol', 'maxprotocol');
  const switches = [...new Set(optionLevels)].map((one) => confCommands(one, 'protocol'));
  const commands = [...bounds, ...switches.flat()];
  if (commands.length === 0 || !('value' in base)) return base;
  if (commands.some(({ value }) => value.unknown)) return unknown;
  const off = new Set(switches.flatMap((some) => [...switchedOff(some)]));
  const after = withBounds(base.value, bounds).filter((version) => !off.has(version));
  const last = commands.at(-1);
  const same = after.length === base.value.length && after.every((version) => base.value.includes(version));
  if (same || !last) return base;
  const place = (version: ProtocolVersion): Span => {
    const before = base.origin === 'written' ? base.parts?.[String(base.value.indexOf(version))] : undefined;
    return before ?? spanOfWord(last.value);
  };
  return protocolSetField(new Map(after.map((version) => [version, place(version)])), spanOfWord(last.value));
}

/** `SSLProtocol` or `SSLProxyProtocol` by itself. */
export function protocolsOf(level: Level, directive: string, { protocols, all }: ApacheDefaults): ProtocolsField {
  const found = inForce(level, directive);
  if (found.state === 'unknown') return unknown;
  return found.state === 'absent' ? protocols : evaluated(found.setting.words, all, found.setting.self);
}

/**
 * From the empty set: `+X` adds, `-X` removes, a bare name replaces everything before it, `all` stands for every version
 * (ssl_engine_config.c, ssl_cmd_protocol_parse). Names are case-insensitive.
 */
function evaluated(words: readonly Word[], all: readonly ProtocolVersion[], self: Span): ProtocolsField {
  const on = new Map<ProtocolVersion, Span>();
  const items = words.flatMap((word) => splitWord(word, /\s+/));
  for (const item of items) {
    if (item.unknown) return unknown;
    const [, sign = '', name = ''] = /^([+-]?)(.*)$/.exec(item.text) ?? [];
    const one = parseProtocol(name);
    const named = name.toLowerCase() === 'all' ? all : one && /^(?:ssl|tls)v\d/i.test(name) ? [one] : [];
    if (sign === '' && named.length > 0) on.clear();
    for (const version of named) {
      if (sign === '-') on.delete(version);
      else on.set(version, spanOfWord(item));
    }
  }
  const whole = items[0] && items.length > 0 ? around(items) : self;
  const kept = withoutGap([...on.keys()]);
  for (const version of [...on.keys()]) if (!kept.includes(version)) on.delete(version);
  // httpd refuses to start without any version.
  return on.size === 0 ? unknown : protocolSetField(on, whole);
}

/** From the first word to the last, where they stand in one file. */
function around(words: readonly Word[]): Span {
  const spans = words.map((word) => spanOfWord(word));
  const [first] = spans;
  const last = spans.at(-1);
  if (!first || !last) return { file: '', start: 0, end: 0 };
  return first.file === last.file && last.end >= first.start ? { ...first, end: last.end } : first;
}

/** The newest version and those right below it. */
function withoutGap(versions: readonly ProtocolVersion[]): readonly ProtocolVersion[] {
  const newest = [...versions].sort(compareProtocols).at(-1);
  if (!newest) return [];
  const older = protocolVersions.slice(0, protocolVersions.indexOf(newest) + 1).reverse();
  const gap = older.findIndex((version) => !versions.includes(version));
  return older.slice(0, gap === -1 ? older.length : gap).reverse();
}

/** `MinProtocol` and `MaxProtocol` replace the ends of the range (SSL_CONF_cmd(3); observed on 2.4.71). */
function withBounds(base: readonly ProtocolVersion[], commands: readonly ConfCommand[]): readonly ProtocolVersion[] {
  let [oldest, newest] = [base[0], base.at(-1)];
  for (const { name, value } of commands) {
    const none = /^none$/i.test(value.text);
    const bound = none ? (name === 'minprotocol' ? 'TLSv1.0' : 'TLSv1.3') : parseProtocol(value.text);
    if (name === 'minprotocol') oldest = bound ?? oldest;
    else newest = bound ?? newest;
  }
  if (!oldest || !newest) return base;
  return protocolVersions.slice(protocolVersions.indexOf(oldest), protocolVersions.indexOf(newest) + 1);
}

/** `Protocol -TLSv1.2,TLSv1.3`: switches single versions off, and on again. */
function switchedOff(commands: readonly ConfCommand[]): ReadonlySet<ProtocolVersion> {
  const off = new Set<ProtocolVersion>();
  for (const item of commands.flatMap(({ value }) => value.text.split(','))) {
    const [, sign, name = ''] = /^([+-]?)(.*)$/.exec(item.trim()) ?? [];
    const version = parseProtocol(name);
    for (const named of /^all$/i.test(name) ? protocolVersions : version ? [version] : []) {
      if (sign === '-') off.add(named);
      else off.delete(named);
    }
  }
  return off;
}

/** Whether `SSLProtocol` is written, or may be, for a virtual host itself or for all. */
export const setsProtocols = (level: Level): boolean => inForce(level, 'sslprotocol').state !== 'absent';
