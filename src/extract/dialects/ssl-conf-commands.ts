import type { ProtocolVersion } from '../../core/fact.ts';
import { type Field, unknown, written } from '../../core/fact-builder.ts';
import type { Span } from '../../core/source.ts';
import { spanOfWord, splitWord, type Word } from '../../formats/word.ts';
import { compareProtocols, parseProtocol, protocolRange } from '../../tls/protocols.ts';
import { groupListField, listItems, type ProtocolsField } from './openssl-fields.ts';
import { suites13Field } from './suites13-field.ts';

/** Commands of SSL_CONF_cmd(3), by their names in lower case: what OpenSSL's own file and lighttpd pass on. */
export type SslCommands = ReadonlyMap<string, Word>;

const newest: ProtocolVersion = 'TLSv1.3';

/**
 * `MinProtocol`, `MaxProtocol` and `Protocol`, over what is in force without them. `None` is no bound; the oldest that
 * default builds have is then TLS 1.0. In `Protocol` a name without a sign only takes an earlier `-ALL` back: alone it
 * switches nothing off. `undefined` where none of the three says which versions are on.
 */
export function commandProtocols(
  commands: SslCommands,
  otherwise: ProtocolsField | undefined,
): ProtocolsField | undefined {
  const [minimum, maximum, list] = ['minprotocol', 'maxprotocol', 'protocol'].map((name) => commands.get(name));
  if (minimum?.unknown || maximum?.unknown || list?.unknown) return unknown;
  const oldest = minimum && boundOf(minimum, 'TLSv1.0');
  const latest = maximum ? boundOf(maximum, newest) : newest;
  if (!latest || (minimum && !oldest)) return unknown;
  const listed = list && listedIn(list);
  if (minimum && oldest) return written(left(protocolRange(oldest, latest), listed), spanOfWord(minimum));
  const below = (versions: readonly ProtocolVersion[]) => versions.filter((one) => compareProtocols(one, latest) <= 0);
  if (otherwise && 'value' in otherwise) {
    const versions = left(below(otherwise.value), listed);
    return listed ? writtenIn(listed, versions) : { ...otherwise, value: versions };
  }
  if (listed?.startsAtNothing) return writtenIn(listed, left(below(protocolRange('SSLv3', newest)), listed));
  return otherwise;
}

const boundOf = ({ text }: Word, none: ProtocolVersion): ProtocolVersion | undefined =>
  text.toLowerCase() === 'none' ? none : parseProtocol(text);

interface Listed {
  readonly whole: Word;
  readonly off: ReadonlySet<ProtocolVersion>;
  readonly places: ReadonlyMap<ProtocolVersion, Span>;
  /** It begins with `-ALL`, so that what was on before does not matter. */
  readonly startsAtNothing: boolean;
}

const every = protocolRange('SSLv2', newest);

function listedIn(whole: Word): Listed {
  const off = new Set<ProtocolVersion>();
  const places = new Map<ProtocolVersion, Span>();
  const items = splitWord(whole, /[\s,]+/);
  for (const item of items) {
    const [, sign, name = ''] = /^([+-]?)(.*)$/.exec(item.text) ?? [];
    const version = parseProtocol(name);
    const named = name.toUpperCase() === 'ALL' ? every : version ? [version] : [];
    for (const one of named) {
      if (sign === '-') off.add(one);
      else off.delete(one);
      if (sign !== '-') places.set(one, spanOfWord(item));
    }
  }
  return { whole, off, places, startsAtNothing: items[0]?.text.toUpperCase() === '-ALL' };
}

const left = (versions: readonly ProtocolVersion[], listed: Listed | undefined): readonly ProtocolVersion[] =>
  versions.filter((version) => !listed?.off.has(version));

function writtenIn({ whole, places }: Listed, versions: readonly ProtocolVersion[]): ProtocolsField {
  const parts = versions.flatMap((version, index): [string, Span][] => {
    const place = places.get(version);
    return place ? [[String(index), place]] : [];
  });
  return written(versions, spanOfWord(whole), Object.fromEntries(parts));
}

/** `Groups`, also as `Curves`. */
export function commandGroups(commands: SslCommands): Field<readonly string[]> | undefined {
  const list = commands.get('groups') ?? commands.get('curves');
  return list && groupListField(listItems(list), spanOfWord(list));
}

/** `Ciphersuites`. */
export function commandSuites13(commands: SslCommands): Field<readonly string[]> | undefined {
  const list = commands.get('ciphersuites');
  return list && suites13Field(list);
}

/** Whether `Options` switches something on, or with a hyphen off; `undefined` where it is not mentioned. */
export function commandOption(commands: SslCommands, name: string): Field<boolean> | undefined {
  const list = commands.get('options');
  if (list?.unknown) return unknown;
  const item = list && splitWord(list, /[\s,]+/).findLast(({ text }) => plain(text) === name.toLowerCase());
  return item && written(!item.text.startsWith('-'), spanOfWord(item));
}

const plain = (text: string): string => text.replace(/^[+-]/, '').toLowerCase();
