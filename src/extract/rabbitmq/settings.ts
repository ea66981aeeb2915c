import type { Diagnostic } from '../../core/finding.ts';
import type { Source } from '../../core/source.ts';
import { type ErlangTerm, itemsOf, parseErlangTerms, valueNamed } from '../../formats/erlang-terms.ts';
import { lastEntry, parseKeyValues } from '../../formats/key-values.ts';
import type { Word } from '../../formats/word.ts';

/** The settings of a RabbitMQ file by their path in rabbitmq.conf, whichever form the file has. */
export interface Settings {
  readonly get: (path: string) => Word | undefined;
  /** The values of `path.1`, `path.2` and the like, in the order written. */
  readonly all: (path: string) => readonly Word[];
  /** A template may add what is absent. */
  readonly open: boolean;
  readonly diagnostics: readonly Diagnostic[];
}

/** Erlang terms begin with a list; anything else is `key = value`. */
export const settingsOf = (source: Source): Settings =>
  /^\uFEFF?(?:\s+|%[^\n]*\n)*\[/.test(source.text) ? erlangSettings(source) : plainSettings(source);

function plainSettings(source: Source): Settings {
  const { entries, branching, diagnostics } = parseKeyValues(source, {
    comments: '#%',
    bare: 'line',
    blankSeparates: false,
    sections: false,
    include: /^\0/,
  });
  return {
    get: (path) => lastEntry(entries, (key) => key === path, branching)?.value,
    all: (path) =>
      entries.flatMap(({ key, value }) =>
        value && key.startsWith(`${path}.`) && !key.slice(path.length + 1).includes('.') ? [value] : [],
      ),
    open: branching,
    diagnostics,
  };
}

/** Where the Erlang form keeps what rabbitmq.conf has under a prefix; longer prefixes first. */
const applications: readonly (readonly [prefix: string, path: readonly string[]])[] = [
  ['listeners.ssl', ['rabbit', 'ssl_listeners']],
  ['mqtt.listeners.ssl', ['rabbitmq_mqtt', 'ssl_listeners']],
  ['stomp.listeners.ssl', ['rabbitmq_stomp', 'ssl_listeners']],
  ['stream.listeners.ssl', ['rabbitmq_stream', 'ssl_listeners']],
  ['management.listener', ['rabbitmq_management', 'listener']],
  ['management.ssl', ['rabbitmq_management', 'ssl_config']],
  ['auth_ldap', ['rabbitmq_auth_backend_ldap']],
  ['auth_http', ['rabbitmq_auth_backend_http']],
  ['ssl_app', ['ssl']],
  ['ssl_options', ['rabbit', 'ssl_options']],
];

function erlangSettings(source: Source): Settings {
  const { terms, diagnostics } = parseErlangTerms(source);
  const find = (path: string): ErlangTerm | undefined => {
    const [prefix, inner] = applications.find(([known]) => path === known || path.startsWith(`${known}.`)) ?? [];
    if (prefix === undefined || !inner) return undefined;
    const rest = path === prefix ? [] : path.slice(prefix.length + 1).split('.');
    return [...inner, ...rest].reduce<ErlangTerm | undefined>(valueNamed, terms[0]);
  };
  const wordOf = (term: ErlangTerm): Word =>
    'word' in term
      ? term.word
      : { text: source.text.slice(term.range.start, term.range.end), source, range: term.range, unknown: true };
  return {
    get: (path) => {
      const term = find(path);
      return term && wordOf(term);
    },
    all: (path) => itemsOf(find(path)).map((term) => wordOf(addressed(term, source) ?? term)),
    open: false,
    diagnostics,
  };
}

/** `{"127.0.0.1", 5671}` as an address, which is what `127.0.0.1:5671` is in the other form. */
function addressed(term: ErlangTerm, source: Source): ErlangTerm | undefined {
  const [host, port] = term.kind === 'tuple' ? term.items : [];
  if (host?.kind !== 'string' || port?.kind !== 'number') return undefined;
  const name = /^[^[].*:/.test(host.word.text) ? `[${host.word.text}]` : host.word.text;
  const unknown = host.word.unknown || port.word.unknown;
  const word = { text: `${name}:${port.word.text}`, source, range: term.range, unknown };
  return { kind: 'string', word, range: term.range };
}
