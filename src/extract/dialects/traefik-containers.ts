import type { YamlMapping, YamlNode, YamlScalar, YamlSequence } from '../../formats/yaml-tree.ts';
import { type FlatSetting, partOf, stepsOf, treeOfFlat } from './traefik-flat.ts';
import { entriesAt, nodeAt, textAt } from './traefik-settings.ts';

/** What a container of a Compose file or a pod says to or about Traefik. */
export interface ContainerSettings {
  readonly name: string;
  /** Flags and variables of a container that runs Traefik: static configuration. */
  readonly flags: YamlMapping | undefined;
  /** Labels that Traefik's Docker or Swarm provider reads: dynamic configuration. */
  readonly labels: YamlMapping | undefined;
}

/** The services of a Compose file. */
export const composeContainers = (document: YamlNode): readonly ContainerSettings[] =>
  entriesAt(document, 'services').map(({ key, value }) => ({
    name: key.value,
    flags: flagsOf(value, nodeAt(value, 'environment')),
    labels: labelsOf(value),
  }));

/**
 * The containers of pods that run Traefik, wherever their templates stand, and lists of arguments in the values of
 * Traefik's Helm chart.
 */
export function podContainers(document: YamlNode): readonly ContainerSettings[] {
  const found: ContainerSettings[] = [];
  const visit = (node: YamlNode, depth: number): void => {
    if (depth > deepest) return;
    if (node.kind === 'sequence') for (const item of node.items) visit(item, depth + 1);
    if (node.kind !== 'mapping') return;
    // Values of the chart have an `image` as well.
    const isContainer = nodeAt(node, 'image') && !nodeAt(node, 'additionalArguments');
    const flags = isContainer ? flagsOf(node, nodeAt(node, 'env')) : chartFlags(node);
    if (flags) found.push({ name: textAt(node, 'name') ?? 'traefik', flags, labels: undefined });
    for (const { value } of node.entries) visit(value, depth + 1);
  };
  visit(document, 0);
  return found;
}

/** Pod templates stand about ten levels deep; aliases may make trees deeper. */
const deepest = 24;

function chartFlags(values: YamlMapping): YamlMapping | undefined {
  const node = nodeAt(values, 'additionalArguments');
  return node?.kind === 'sequence' ? flagTree(node, argumentsOf(node), [], node.open) : undefined;
}

/** `undefined` where the container runs something else, or Traefik without flags and variables. */
function flagsOf(container: YamlNode, environment: YamlNode | undefined): YamlMapping | undefined {
  const command = ['command', 'args', 'entrypoint'].flatMap((name) => nodeAt(container, name) ?? []);
  const flags = command.flatMap(argumentsOf);
  const variables = environment ? variablesOf(environment) : [];
  const image = textAt(container, 'image') ?? '';
  const runsTraefik = /(?:^|\/)traefik(?:[:@]|$)/.test(image) || flags.some(isTelling);
  if (!runsTraefik || flags.length + variables.length === 0) return undefined;
  const open = [...command, environment].some((node) => node !== undefined && 'open' in node && node.open);
  return flagTree(container, flags, variables, open);
}

function flagTree(
  node: YamlNode,
  flags: readonly FlatSetting[],
  variables: readonly FlatSetting[],
  open: boolean,
): YamlMapping | undefined {
  const settings = [...variables, ...flags];
  return settings.length > 0 ? treeOfFlat(node.source, settings, open) : undefined;
}

/** Names by which a program's flags are Traefik's. */
const isTelling = ({ steps: [first, ...rest] }: FlatSetting): boolean =>
  rest.length > 0 && /^(?:entrypoints|providers|certificatesresolvers|serverstransport)$/i.test(first?.value ?? '');

/** `--name=value`, `--name value` and, for `true`, `--name` (traefik/paerser, flag/flagparser.go). */
function argumentsOf(node: YamlNode): readonly FlatSetting[] {
  const words = node.kind === 'sequence' ? node.items.flatMap(wordIn) : wordsOf(node);
  return words.flatMap((word, index): readonly FlatSetting[] => {
    const [dashes] = /^--?(?=[a-z])/i.exec(word.text) ?? [];
    if (dashes === undefined) return [];
    const equals = word.text.indexOf('=');
    const end = equals === -1 ? word.text.length : equals;
    const steps = stepsOf(word.node, word.start + dashes.length, word.start + end, '.');
    const next = words[index + 1];
    if (equals !== -1) return [{ steps, value: valueAfter(word, end + 1) }];
    if (next && !next.text.startsWith('-')) return [{ steps, value: valueAfter(next, 0) }];
    return [{ steps, value: { ...partOf(word.node, word.start, word.start + end), value: 'true' } }];
  });
}

interface Word {
  readonly text: string;
  readonly node: YamlScalar;
  /** Where it begins in the node's text. */
  readonly start: number;
}

const wordIn = (node: YamlNode): readonly Word[] => {
  const known = node.kind === 'unknown' ? rawScalar(node) : node;
  return known.kind === 'scalar' ? [{ text: known.value, node: known, start: 0 }] : [];
};

/** The words of a command line; quotes around a word or its value are left out. */
const wordsOf = (node: YamlNode): readonly Word[] => {
  const known = node.kind === 'unknown' ? rawScalar(node) : node;
  if (known.kind !== 'scalar') return [];
  return [...known.value.matchAll(/[^\s"']+(?:"[^"]*"|'[^']*')?|"[^"]*"|'[^']*'/g)].map(({ 0: word, index }) => {
    const quoted = /^["']/.test(word);
    return { text: quoted ? word.slice(1, -1) : word, node: known, start: index + (quoted ? 1 : 0) };
  });
};

/** The rest of a word from `at`; unknown where a variable or a template stands in it. */
function valueAfter({ node, text, start }: Word, at: number): YamlNode {
  const [open = ''] = /^["']/.exec(text.slice(at)) ?? [];
  const from = at + open.length;
  const end = text.length - (open !== '' && text.endsWith(open) ? 1 : 0);
  const part = partOf(node, start + from, start + Math.max(from, end));
  return isFilledIn(part.value) ? { kind: 'unknown', source: part.source, range: part.range } : part;
}

const isFilledIn = (value: string): boolean => /(?<!\$)\$(?:\{|[A-Za-z_(])|\{\{/.test(value);

/** Variables of Compose (list or map) and of pods (`name` and `value`) that begin with `TRAEFIK_`. */
function variablesOf(node: YamlNode): readonly FlatSetting[] {
  const pairs = node.kind === 'sequence' ? node.items.flatMap(variableIn) : pairsOf(node);
  return pairs.flatMap(({ key, end, value }): readonly FlatSetting[] => {
    const prefix = 'TRAEFIK_';
    if (!key.value.slice(0, end).toUpperCase().startsWith(prefix)) return [];
    return [{ steps: stepsOf(key, prefix.length, end, '_'), value }];
  });
}

/** A key, which ends at `end` of the scalar that holds it, and its value. */
interface Pair {
  readonly key: YamlScalar;
  readonly end: number;
  readonly value: YamlNode;
}

const pairsOf = (node: YamlNode): readonly Pair[] =>
  node.kind === 'mapping' ? node.entries.map(({ key, value }) => ({ key, end: key.value.length, value })) : [];

function variableIn(item: YamlNode): readonly Pair[] {
  if (item.kind !== 'mapping') return assignmentIn(item);
  const name = nodeAt(item, 'name');
  const value = nodeAt(item, 'value');
  return name?.kind === 'scalar' && value ? [{ key: name, end: name.value.length, value }] : [];
}

/** `key=value` in one scalar. */
function assignmentIn(item: YamlNode): readonly Pair[] {
  const node = item.kind === 'unknown' ? rawScalar(item) : item;
  if (node.kind !== 'scalar') return [];
  const equals = node.value.indexOf('=');
  const end = equals === -1 ? node.value.length : equals;
  return [
    { key: node, end, value: valueAfter({ text: node.value, node, start: 0 }, Math.min(end + 1, node.value.length)) },
  ];
}

/** `labels` of a service, and those under `deploy` that Swarm reads. */
function labelsOf(service: YamlNode): YamlMapping | undefined {
  const nodes = [nodeAt(service, 'labels'), nodeAt(service, 'deploy', 'labels')].filter((node) => node !== undefined);
  const settings = nodes.flatMap(labelSettings);
  const open = nodes.some((node) => 'open' in node && node.open);
  return settings.length > 0 ? treeOfFlat(service.source, settings, open) : undefined;
}

const labelSettings = (node: YamlNode): readonly FlatSetting[] => {
  const pairs = isSequence(node) ? node.items.flatMap(assignmentIn) : pairsOf(node);
  return pairs.flatMap(({ key, end, value }): readonly FlatSetting[] => {
    const prefix = /^traefik\.(?=(?:http|tcp|tls)\.)/i.exec(key.value)?.[0];
    return prefix && prefix.length < end ? [{ steps: stepsOf(key, prefix.length, end, '.'), value }] : [];
  });
};

const isSequence = (node: YamlNode): node is YamlSequence => node.kind === 'sequence';

/** The text of a value that a placeholder makes unknown: its beginning may still be known. */
function rawScalar(node: YamlNode): YamlScalar {
  const written = node.source.text.slice(node.range.start, node.range.end);
  const quoted = /^(["']).*\1$/s.test(written) ? 1 : 0;
  const content = { start: node.range.start + quoted, end: node.range.end - quoted };
  const value = node.source.text.slice(content.start, content.end);
  const segments = [{ inner: { start: 0, end: value.length }, outer: content }];
  return { kind: 'scalar', source: node.source, range: node.range, content, style: 'plain', value, segments };
}
