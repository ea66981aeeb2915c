import { data } from '../../../data/verification-switches.yaml';
import type { Fact, Listener, ProtocolVersion, Upstream } from '../../core/fact.ts';
import { buildFact, written } from '../../core/fact-builder.ts';
import type { Span } from '../../core/source.ts';
import { evaluateCipherString } from '../../tls/cipher-string.ts';
import { compareProtocols, parseProtocol, protocolRange } from '../../tls/protocols.ts';
import type { ClientPlace } from './verification.ts';
import type { EnvironmentVariable } from './verification-connections.ts';

const runtimes = data.runtimes.map((row) => ({ ...row, variable: new RegExp(`^(?:${row.name})$`) }));

/**
 * The versions that options of a runtime set for every program that it runs: a `listener` for what it serves, an `upstream`
 * for what it connects to. Options are read as words, so that a longer one is another.
 */
export const runtimeVersions = (
  variables: readonly EnvironmentVariable[],
  place: ClientPlace,
): readonly Fact<Listener | Upstream>[] => variables.flatMap((variable) => factsOf(variable, place));

function factsOf({ name, value }: EnvironmentVariable, place: ClientPlace): readonly Fact<Listener | Upstream>[] {
  const row = runtimes.find(({ variable }) => variable.test(name));
  const text = value.value;
  if (!row || text === undefined) return [];
  const exact = value.span.end - value.span.start === text.length;
  return [...text.matchAll(row.commas ? /[^\s,]+/g : /[^\s"']+/g)].flatMap(
    ({ 0: word, index }): readonly Fact<Listener | Upstream>[] => {
      const start = value.span.start + index;
      const span = exact ? { ...value.span, start, end: start + word.length } : value.span;
      const oldest = row.both?.[word] ?? row.server?.[word];
      if (oldest) return [listener(row.runtime, protocolRange(oldest, 'TLSv1.3'), span, place)];
      const [option = '', list] = word.split('=');
      if (list === undefined) return [];
      if (option === row.ciphers) return ciphers(row.runtime, list, span, place);
      const side = row.lists?.[option];
      const versions = versionsIn(list);
      if (side === undefined || versions.length === 0) return [];
      return [(side === 'server' ? listener : connected)(row.runtime, versions, span, place)];
    },
  );
}

const versionsIn = (list: string): readonly ProtocolVersion[] =>
  list
    .split(',')
    .flatMap((name) => parseProtocol(name) ?? [])
    .toSorted(compareProtocols);

const listener = (runtime: string, versions: readonly ProtocolVersion[], span: Span, place: ClientPlace) =>
  buildFact<Listener>(
    { technology: place.technology, subject: `what ${runtime} serves in ${place.subject}`, self: span },
    { kind: 'listener' },
    { protocols: written(versions, span) },
  );

const connected = (runtime: string, versions: readonly ProtocolVersion[], span: Span, place: ClientPlace) =>
  buildFact<Upstream>(
    { technology: place.technology, subject: `what ${runtime} connects to in ${place.subject}`, self: span },
    { kind: 'upstream' },
    { protocols: written(versions, span) },
  );

function ciphers(runtime: string, list: string, span: Span, place: ClientPlace): readonly Fact<Listener>[] {
  const { suites } = evaluateCipherString(list);
  if (suites.length === 0) return [];
  return [
    buildFact<Listener>(
      { technology: place.technology, subject: `what ${runtime} serves in ${place.subject}`, self: span },
      { kind: 'listener' },
      { ciphers: written(suites, span) },
    ),
  ];
}
