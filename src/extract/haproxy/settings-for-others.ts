import type { Fact, Listener } from '../../core/fact.ts';
import { buildFact, byDefault, type Fields } from '../../core/fact-builder.ts';
import { spanOfWord } from '../../formats/word.ts';
import type { HaproxyDefaults } from '../dialects/haproxy-defaults.ts';
import { noOptions } from '../dialects/haproxy-options.ts';
import { bindProtocols } from '../dialects/haproxy-protocols.ts';
import { type Configuration, globalBefore, globalOptions } from './configuration.ts';
import { ciphersOf, groupsOf, suites13Of, type TlsLine } from './tls-settings.ts';

/**
 * What a `global` section sets for bind lines in files that are not here. Only what is written: nothing else is known of
 * them. Where the file has sections that listen, but none with TLS, the settings have no effect.
 */
export function settingsForOthers(configuration: Configuration, defaults: HaproxyDefaults): readonly Fact<Listener>[] {
  if (configuration.sections.some(({ kind }) => /^(?:frontend|listen)$/.test(kind))) return [];
  const global = globalBefore(configuration);
  const first = global.lines.find(({ keyword }) => keyword.text.startsWith('ssl-default-bind-'));
  if (!first) return [];
  const options = globalOptions(global, 'ssl-default-bind-options');
  const { branch } = first;
  const unspoken = byDefault([], 'what another file says is not here');
  const protocols = bindProtocols({ own: noOptions, global: options, branch, defaults });
  const line: TlsLine = { options: noOptions, global, globalOptions: options, branch, protocols, defaults };
  const fields: Fields<Listener> = {
    protocols,
    ciphers: ciphersOf(protocols.origin === 'written' ? line : { ...line, protocols: unspoken }),
    suites13: suites13Of(line),
    groups: groupsOf(line),
  };
  const told = Object.fromEntries(Object.entries(fields).filter(([, field]) => field?.origin === 'written'));
  if (Object.keys(told).length === 0) return [];
  return [
    buildFact<Listener>(
      { technology: 'haproxy', subject: 'global', self: spanOfWord(first.keyword) },
      { kind: 'listener' },
      told,
    ),
  ];
}
