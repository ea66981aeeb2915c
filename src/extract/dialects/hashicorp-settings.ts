import type { Diagnostic } from '../../core/finding.ts';
import type { Source } from '../../core/source.ts';
import { parseHcl } from '../../formats/hcl.ts';
import { type HclBody, type HclItem, type HclValue, itemsNamed, nameOf } from '../../formats/hcl-tree.ts';
import { splitWord, type Word } from '../../formats/word.ts';
import { parseYaml } from '../../formats/yaml.ts';
import type { YamlNode } from '../../formats/yaml-tree.ts';
import { wordOfScalar } from './setting-fields.ts';

/**
 * The configuration that HashiCorp's agents share: HCL, or JSON of the same shape, where a block is an object, a label
 * is a key, and several blocks are an array (hashicorp/hcl 1.0, "JSON Syntax").
 */
export interface AgentFile {
  readonly body: HclBody;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads either syntax: a text that begins with a brace is JSON. Never throws. */
export function parseAgentFile(source: Source): AgentFile {
  if (!/^\uFEFF?\s*\{(?!\{|%)/.test(source.text)) return parseHcl(source);
  const { documents, diagnostics } = parseYaml(source);
  const [root] = documents;
  return { body: root ? bodyOfNode(root) : emptyBody(source), diagnostics };
}

const emptyBody = (source: Source): HclBody => ({ source, items: [], range: { start: 0, end: 0 }, open: false });
const deepest = 60;

function bodyOfNode(node: YamlNode, depth = 0): HclBody {
  const { source, range } = node;
  if (node.kind !== 'mapping' || depth > deepest) return { source, items: [], range, open: node.kind !== 'scalar' };
  const items = node.entries.map(
    ({ key, value }): HclItem => ({ kind: 'attribute', key: wordOfScalar(key), value: valueOfNode(value, depth + 1) }),
  );
  return { source, items, range, open: node.open };
}

function valueOfNode(node: YamlNode, depth: number): HclValue {
  const { range } = node;
  switch (node.kind) {
    case 'scalar':
      return { kind: 'scalar', style: node.style === 'plain' ? 'plain' : 'quoted', word: wordOfScalar(node), range };
    case 'sequence':
      if (node.open || depth > deepest) return { kind: 'unknown', range };
      return { kind: 'list', items: node.items.map((item) => valueOfNode(item, depth + 1)), range };
    case 'mapping':
      return { kind: 'object', body: bodyOfNode(node, depth), range };
    case 'unknown':
      return { kind: 'unknown', range };
  }
}

/** A block with what names it: its type, or its label where the type takes one. */
export interface AgentBlock {
  readonly head: Word;
  readonly label: string;
  readonly body: HclBody;
}

/** The blocks of a type that takes no label: `tls { … }`, `tls = { … }`, `"tls": { … }`. */
export const blocksOf = (body: HclBody, type: string): readonly AgentBlock[] =>
  itemsNamed(body, type).flatMap((item) => blocksIn(item));

/** The blocks of a type that takes a label: `listener "tcp" { … }`, `"listener": { "tcp": { … } }` and arrays of it. */
export const labelledBlocksOf = (body: HclBody, type: string): readonly AgentBlock[] =>
  itemsNamed(body, type).flatMap((item) => {
    if (item.kind === 'block' && item.labels.length > 0) return blocksIn(item);
    return blocksIn(item).flatMap((outer) => outer.body.items.flatMap((inner) => blocksIn(inner)));
  });

function blocksIn(item: HclItem): readonly AgentBlock[] {
  const head = nameOf(item);
  if (item.kind === 'block') return [{ head, label: item.labels[0]?.text ?? head.text, body: item.body }];
  const values = item.value.kind === 'list' ? item.value.items : [item.value];
  return values.flatMap((value) => (value.kind === 'object' ? [{ head, label: head.text, body: value.body }] : []));
}

/**
 * The setting in force: the last of its name, as the agents merge. Its word is unknown where an expression or a template
 * decides; `undefined` where it is absent for certain.
 */
export function settingOf(body: HclBody, name: string): Word | undefined {
  const words = itemsNamed(body, name).flatMap((item) =>
    item.kind === 'attribute' ? [wordOfValue(body, item.value)] : [],
  );
  const last = words.at(-1);
  if (!last) return body.open ? undecided(body, body.range) : undefined;
  return body.open && words.some(({ text }) => text !== last.text) ? { ...last, unknown: true } : last;
}

/** The items of a list, or of one string with commas between them; `undefined` where the setting is absent. */
export function listSettingOf(body: HclBody, name: string): { items: readonly Word[]; whole: Word } | undefined {
  const last = itemsNamed(body, name).at(-1);
  const value = last?.kind === 'attribute' ? last.value : undefined;
  if (value?.kind === 'list') {
    const items = value.items.map((item) => wordOfValue(body, item));
    return { items, whole: { ...undecided(body, value.range), unknown: false } };
  }
  const whole = settingOf(body, name);
  return whole && { items: splitWord(whole, /[,\s]+/), whole };
}

/** Whether a body has any of these settings or blocks. */
export const hasAny = (body: HclBody, names: readonly string[]): boolean =>
  names.some((name) => itemsNamed(body, name).length > 0);

const wordOfValue = (body: HclBody, value: HclValue): Word =>
  value.kind === 'scalar' ? value.word : undecided(body, value.range);

const undecided = ({ source }: HclBody, range: Word['range']): Word => ({
  text: source.text.slice(range.start, range.end),
  source,
  range,
  unknown: true,
});
