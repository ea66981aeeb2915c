import type { Fact, Issuance } from '../../../core/fact.ts';
import { type Field, unknown, written } from '../../../core/fact-builder.ts';
import type { Span } from '../../../core/source.ts';
import { spanInScalar, spanOfNode, type YamlScalar } from '../../../formats/yaml-tree.ts';
import type { Setting } from '../settings.ts';

/** The names that a request asks for: those that are known, and whether there may be others. */
export interface RequestedHosts {
  readonly known: readonly { readonly host: string; readonly span: Span }[];
  readonly complete: boolean;
}

export const noHosts: RequestedHosts = { known: [], complete: true };

/** A name, a wildcard or an address, as far as its characters tell; anything else holds a variable or is no host. */
const isHost = (text: string): boolean => /^[\w*.:-]+$/.test(text);
const isVariable = (text: string): boolean => /[$<>%{}#]/.test(text);

/** The names of a list. */
export function hostsOfList(setting: Setting): RequestedHosts {
  if (setting.state === 'absent') return noHosts;
  if (setting.state !== 'written' || setting.node.kind !== 'sequence') return { known: [], complete: false };
  const { items, open } = setting.node;
  const names = items.filter((item): item is YamlScalar => item.kind === 'scalar' && !isVariable(item.value));
  return {
    known: names.filter(({ value }) => isHost(value)).map((item) => ({ host: item.value, span: spanOfNode(item) })),
    complete: !open && names.length === items.length,
  };
}

/** The names of a scalar, separated by commas. */
export function hostsOfText(setting: Setting): RequestedHosts {
  if (setting.state === 'absent') return noHosts;
  if (setting.state !== 'written' || setting.node.kind !== 'scalar') return { known: [], complete: false };
  const { node } = setting;
  const words = [...node.value.matchAll(/[^,\s](?:[^,]*[^,\s])?/g)];
  const known = words.filter(([word]) => isHost(word) && !isVariable(word));
  return {
    known: known.map(({ 0: host, index }) => ({ host, span: spanInScalar(node, index, index + host.length) })),
    complete: !words.some(([word]) => isVariable(word)),
  };
}

/** Several places together, each name once. */
export function joinedHosts(...all: readonly RequestedHosts[]): RequestedHosts {
  const byName = new Map(all.flatMap(({ known }) => known).map((one) => [one.host.toLowerCase(), one]));
  return { known: [...byName.values()], complete: all.every(({ complete }) => complete) };
}

/** A common name that is a host, as authorities take it over into the names of the certificate. */
export const asHost = ({ known, complete }: RequestedHosts): RequestedHosts => ({
  known: known.filter(({ host }) => /^(\*\.)?[\w-]+(\.[\w-]+)+$/.test(host)),
  complete,
});

/** The field `hosts`; `undefined` where the request names none. */
export function hostsField({ known, complete }: RequestedHosts): Field<readonly string[]> | undefined {
  const [first] = known;
  if (!first) return complete ? undefined : unknown;
  return written(
    known.map(({ host }) => host),
    first.span,
    Object.fromEntries(known.map(({ span }, index) => [String(index), span])),
  );
}

/** Says of a request whose names are known in part that the next one is not: nobody may conclude that a host is missing. */
export const withOpenHosts = (fact: Fact<Issuance>, { known, complete }: RequestedHosts): Fact<Issuance> =>
  complete || known.length === 0 ? fact : { ...fact, unknown: [...fact.unknown, `hosts/${known.length}`] };
