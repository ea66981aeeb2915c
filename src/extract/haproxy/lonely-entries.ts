import type { Fact, Listener } from '../../core/fact.ts';
import { buildFact, byDefault, type Fields } from '../../core/fact-builder.ts';
import { spanOfWord } from '../../formats/word.ts';
import type { HaproxyDefaults } from '../dialects/haproxy-defaults.ts';
import { noOptions } from '../dialects/haproxy-options.ts';
import { entryProtocols } from '../dialects/haproxy-protocols.ts';
import type { CrtListEntry } from './crt-list.ts';
import { ciphersOf, suites13Of, type TlsLine } from './tls-settings.ts';

/** What a crt-list says that no configuration here names: only what is written in brackets. */
export function lonelyEntries(entries: readonly CrtListEntry[], defaults: HaproxyDefaults): readonly Fact<Listener>[] {
  return entries.flatMap(({ certificate, options, hosts }): readonly Fact<Listener>[] => {
    if (!options) return [];
    const protocols = entryProtocols(byDefault([], 'the bind line is not here'), options, [], defaults);
    const line: TlsLine = {
      options,
      global: { lines: [], open: true },
      globalOptions: noOptions,
      branch: [],
      protocols,
      defaults,
    };
    const fields: Fields<Listener> = { protocols, ciphers: ciphersOf(line), suites13: suites13Of(line) };
    const told = Object.fromEntries(Object.entries(fields).filter(([, field]) => field?.origin === 'written'));
    if (Object.keys(told).length === 0) return [];
    const names = hosts.map(({ text }) => text);
    return [
      buildFact<Listener>(
        {
          technology: 'haproxy',
          subject: `crt-list line for ${names[0] ?? certificate.text}`,
          self: spanOfWord(certificate),
        },
        { kind: 'listener', ...(names.length > 0 && { hosts: names }) },
        told,
      ),
    ];
  });
}
