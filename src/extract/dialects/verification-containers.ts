import type { Fact } from '../../core/fact.ts';
import type { YamlEntry, YamlNode } from '../../formats/yaml-tree.ts';
import { entries, items, scalar, spanOfNode } from '../../formats/yaml-tree.ts';
import { type ClientPlace, clientsInEnvironment } from './verification.ts';
import { wordOfNode } from './verification-calls.ts';
import { connectionsIn, type EnvironmentVariable } from './verification-connections.ts';
import { runtimeVersions } from './verification-runtimes.ts';
import type { Word } from './verification-switches.ts';

/**
 * What an environment switches off, and what it says of connections and versions, in any of its YAML forms: `{NAME: value}`, `{NAME: {value: …}}`,
 * `[{name: NAME, value: …}]`, `[NAME=value]`. Its other variables may say what is connected to.
 */
export function factsInEnvironmentNode(node: YamlNode, place: ClientPlace): readonly Fact[] {
  const variables =
    node.kind === 'mapping'
      ? inForce(entries(node)).flatMap(variableOfEntry)
      : items(node).flatMap((item) => (item.kind === 'scalar' ? variableOfPair(item) : variableOfItem(item)));
  return [
    ...variables.flatMap(({ name, span, value }) =>
      clientsInEnvironment(name, value, span, place, addressesFor(name, variables)),
    ),
    ...connectionsIn(variables, place),
    ...runtimeVersions(variables, place),
  ];
}

/** Of equal keys the last one counts: one written beside `<<` overrides what is merged in. */
const inForce = (all: readonly YamlEntry[]): readonly YamlEntry[] => [
  ...new Map(all.map((entry) => [entry.key.value, entry])).values(),
];

function variableOfEntry({ key, value }: YamlEntry): readonly EnvironmentVariable[] {
  const inner = value.kind === 'mapping' ? scalar(value, 'value') : value;
  return inner?.kind === 'scalar' ? [{ name: key.value, span: spanOfNode(key), value: wordOfNode(inner) }] : [];
}

function variableOfItem(item: YamlNode): readonly EnvironmentVariable[] {
  const name = scalar(item, 'name');
  const value = scalar(item, 'value');
  return name && value ? [{ name: name.value, span: spanOfNode(name), value: wordOfNode(value) }] : [];
}

/** `NAME=value` in a list. The whole item is shown: it is one word. */
function variableOfPair(item: YamlNode): readonly EnvironmentVariable[] {
  const word = wordOfNode(item);
  const found = /^([A-Za-z_]\w*)=(.*)$/s.exec(word.raw);
  const [, name, value] = found ?? [];
  if (name === undefined || value === undefined) return [];
  return [{ name, span: word.span, value: { ...word, value: /\$[({]/.test(value) ? undefined : value, raw: value } }];
}

/** `VAULT_ADDR` says what `VAULT_SKIP_VERIFY` is about; `SMTP_HOST`, what `SMTP_TLS_VERIFY` is. */
function addressesFor(name: string, variables: readonly EnvironmentVariable[]): readonly Word[] {
  const prefix = /^(.+?_)(?:TLS|SSL|SKIP|NO|INSECURE|VERIFY|DISABLE|REJECT)(?:_|$)/.exec(name)?.[1];
  if (prefix === undefined || prefix === 'NODE_' || prefix === 'GIT_') return [];
  return variables
    .filter(
      (other) =>
        other.name.startsWith(prefix) && /_(?:ADDR|ADDRESS|HOST|HOSTNAME|SERVER|URL|URI|ENDPOINT)$/.test(other.name),
    )
    .map(({ value }) => (/:\/\//.test(value.raw) ? value : { ...value, value: undefined, raw: `tls://${value.raw}` }));
}
