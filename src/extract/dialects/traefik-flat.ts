import type { Source } from '../../core/source.ts';
import {
  sourceOfScalar,
  type YamlEntry,
  type YamlMapping,
  type YamlNode,
  type YamlScalar,
  type YamlSequence,
} from '../../formats/yaml-tree.ts';

/** One label, flag or variable: `traefik.http.routers.web.tls=true`, `--api`, `TRAEFIK_API=true`. */
export interface FlatSetting {
  /** The steps of the key, without prefix, each with its place. A step may end in `[0]`. */
  readonly steps: readonly YamlScalar[];
  readonly value: YamlNode;
}

/** Longer keys are none of Traefik's. */
const deepestKey = 32;

interface Branch {
  readonly entries: Map<string, { readonly key: YamlScalar; value: Branch | YamlNode }>;
}

/** The tree that labels or flags stand for, as a file would write it. `open`: a template may add some. */
export function treeOfFlat(source: Source, settings: readonly FlatSetting[], open: boolean): YamlMapping {
  const root: Branch = { entries: new Map() };
  for (const { steps, value } of settings) {
    if (steps.length === 0 || steps.length > deepestKey) continue;
    let branch = root;
    const path = steps.flatMap(withIndex);
    for (const [index, step] of path.entries()) {
      const name = step.value.toLowerCase();
      const known = branch.entries.get(name)?.value;
      const below = known && !isNode(known) ? known : undefined;
      if (index === path.length - 1) {
        // `tls=true` beside `tls.options=…` adds nothing.
        if (!below) branch.entries.set(name, { key: step, value });
        break;
      }
      const next: Branch = below ?? { entries: new Map() };
      if (!below) branch.entries.set(name, { key: step, value: next });
      branch = next;
    }
  }
  return mappingOf(source, root, open);
}

const isNode = (value: Branch | YamlNode): value is YamlNode => 'kind' in value;

/** `servers[0]` is two steps: the list and its item. */
function withIndex(step: YamlScalar): readonly YamlScalar[] {
  const [, name, index] = /^(.+?)\[(\d+)\]$/.exec(step.value) ?? [];
  if (name === undefined || index === undefined) return [step];
  return [partOf(step, 0, name.length), { ...step, value: `[${index}]` }];
}

function mappingOf(source: Source, branch: Branch, open: boolean): YamlMapping {
  const entries = [...branch.entries.values()].map(
    ({ key, value }): YamlEntry => ({ key, value: isNode(value) ? value : collectionOf(source, value, key, open) }),
  );
  return { kind: 'mapping', source, range: entries[0]?.key.range ?? { start: 0, end: 0 }, entries, open };
}

function collectionOf(source: Source, branch: Branch, key: YamlScalar, open: boolean): YamlMapping | YamlSequence {
  const mapping = mappingOf(key.source, branch, open);
  const isList = mapping.entries.every((entry) => /^\[\d+\]$/.test(entry.key.value));
  if (!isList) return { ...mapping, range: key.range };
  const items = mapping.entries.map(({ value }) => value);
  return { kind: 'sequence', source, range: key.range, items, open };
}

/** `start..end` of a scalar's text as a scalar of its own. */
export function partOf(node: YamlScalar, start: number, end: number): YamlScalar {
  const range = { start, end };
  return {
    kind: 'scalar',
    source: sourceOfScalar(node),
    range,
    content: range,
    style: 'plain',
    value: node.value.slice(start, end),
    segments: [{ inner: { start: 0, end: end - start }, outer: range }],
  };
}

/** The steps of a key that begins at `start` of a scalar's text and ends at `end`. */
export function stepsOf(node: YamlScalar, start: number, end: number, separator: '.' | '_'): readonly YamlScalar[] {
  const steps: YamlScalar[] = [];
  let from = start;
  for (const part of node.value.slice(start, end).split(separator)) {
    if (part !== '') steps.push(partOf(node, from, from + part.length));
    from += part.length + 1;
  }
  return steps;
}
