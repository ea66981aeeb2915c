import type { Fact, Listener } from '../../core/fact.ts';
import { buildFact, type Field, written } from '../../core/fact-builder.ts';
import { type Source, spanOf } from '../../core/source.ts';
import type { Extraction, Unit, Versions } from '../../core/technology.ts';
import { type IniFile, type IniSetting, parseIni } from '../../formats/ini.ts';
import type { Word } from '../../formats/word.ts';
import { evaluateCipherString } from '../../tls/cipher-string.ts';
import { protocolRange } from '../../tls/protocols.ts';
import { cipherStringField, type ProtocolsField } from '../dialects/openssl-fields.ts';
import { commandGroups, commandProtocols, commandSuites13, type SslCommands } from '../dialects/ssl-conf-commands.ts';
import { isSince } from '../versions.ts';

/** What openssl.cnf, or the crypto policy's file, sets for everybody. */
export function readOpenssl({ sources: [source] }: Unit, versions: Versions): Extraction {
  if (/(?:^|\/)crypto-policies\/config$/.test(source.held?.name ?? source.path))
    return { facts: policyFacts(source, versions), diagnostics: [] };
  const file = parseIni(source, { comments: '#', likeOpenssl: true });
  const chain = systemDefault(file);
  return { facts: chain ? systemFacts(source, chain) : [], diagnostics: chain ? file.diagnostics : [] };
}

interface SystemDefault {
  /** The value of `system_default`. */
  readonly named: Word;
  readonly settings: readonly IniSetting[];
}

/**
 * Follows `openssl_conf`, which only counts above the first header or in `[default]`, to `ssl_conf` to
 * `system_default`. A section that nothing leads to has no effect.
 */
function systemDefault(file: IniFile): SystemDefault | undefined {
  const start = last([...(file.sections[0].settings ?? []), ...section(file, 'default')], 'openssl_conf');
  const modules = start && last(section(file, start.text), 'ssl_conf');
  const named = modules && last(section(file, modules.text), 'system_default');
  if (!start || !modules || !named || start.unknown || modules.unknown || named.unknown) return undefined;
  return { named, settings: section(file, named.text) };
}

/** A section's settings; where its header comes again, the sections are one. */
const section = ({ sections }: IniFile, wanted: string): readonly IniSetting[] =>
  sections.flatMap(({ name, settings }) => (name === wanted ? settings : []));

const last = (settings: readonly IniSetting[], name: string): Word | undefined =>
  settings.findLast(({ key }) => key === name)?.value;

/**
 * The commands of a section: names are case-insensitive, what stands before their first dot only keeps them apart. The
 * last one wins; a later `.include` may hold another.
 */
function commandsOf(settings: readonly IniSetting[]): SslCommands {
  const include = settings.findLastIndex(({ key }) => key.toLowerCase() === '.include');
  return new Map(
    settings.map(({ key, value }, index) => [
      key.replace(/^[^.]*\./, '').toLowerCase(),
      index < include ? { ...value, unknown: true } : value,
    ]),
  );
}

function systemFacts(source: Source, { named, settings }: SystemDefault): readonly Fact<Listener>[] {
  const commands = commandsOf(settings);
  const protocols = commandProtocols(commands, undefined);
  const ciphers = ciphersOf(commands.get('cipherstring'), protocols);
  const [suites13, groups] = [commandSuites13(commands), commandGroups(commands)];
  if (!protocols && !ciphers && !suites13 && !groups) return [];
  const head = {
    technology: 'openssl',
    subject: 'the system default of OpenSSL',
    self: spanOf(source, named.range.start, named.range.end),
  };
  return [buildFact<Listener>(head, { kind: 'listener' }, { protocols, ciphers, suites13, groups })];
}

/** Whoever begins with DEFAULT has chosen none of OpenSSL's own suites: only what is added to them is told. */
function ciphersOf(
  string: Word | undefined,
  protocols: ProtocolsField | undefined,
): Field<readonly string[]> | undefined {
  if (!string) return undefined;
  if (!string.text.startsWith('DEFAULT')) return cipherStringField(string, protocols);
  const own = new Set(evaluateCipherString('DEFAULT').suites);
  const added = cipherStringField(string, protocols, { unusable: (suite) => own.has(suite) });
  return added.origin === 'written' && added.value.length > 0 ? added : undefined;
}

/**
 * `LEGACY` in /etc/crypto-policies/config: release 8 lets TLS 1.0 and 1.1 in, 9 and 10 do not (crypto-policies(7) of
 * each). Which release it is must be known.
 */
function policyFacts(source: Source, versions: Versions): readonly Fact<Listener>[] {
  const word = /^[ \t]*(LEGACY)(?=[:\s]|$)/m.exec(source.text);
  const { version, guessed } = versions('enterprise-linux', source.path);
  if (!word || guessed || isSince({ version }, '9')) return [];
  const start = word.index + word[0].length - 'LEGACY'.length;
  const span = spanOf(source, start, start + 'LEGACY'.length);
  return [
    buildFact<Listener>(
      { technology: 'openssl', subject: 'the crypto policy LEGACY', self: span },
      { kind: 'listener' },
      { protocols: written(protocolRange('TLSv1.0', 'TLSv1.3'), span) },
    ),
  ];
}
