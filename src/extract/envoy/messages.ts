import { type Field, unknown, written } from '../../core/fact-builder.ts';
import type { Span } from '../../core/source.ts';
import type { Word } from '../../formats/word.ts';
import {
  boolean,
  entries,
  lookUp,
  spanOfNode,
  type YamlMapping,
  type YamlNode,
  type YamlScalar,
  type YamlSequence,
} from '../../formats/yaml-tree.ts';

/** What a message says at a path. */
export type Setting =
  | { readonly state: 'written'; readonly node: YamlMapping | YamlSequence | YamlScalar }
  | { readonly state: 'absent' }
  /** A template decides. */
  | { readonly state: 'unknown' };

const absent: Setting = { state: 'absent' };
const hidden: Setting = { state: 'unknown' };

/**
 * The setting at a path of field names, which are given as the API spells them: `common_tls_context`. Files may spell
 * them in camel case as well (Protocol Buffers, JSON mapping, "Field names").
 */
export function settingAt(node: YamlNode | undefined, ...path: readonly string[]): Setting {
  let current = node;
  if (!current) return absent;
  for (const name of path) {
    const found = lookUp(current, spelling(current, name));
    if (found.state === 'absent') return absent;
    if (found.state === 'unknown') return hidden;
    current = found.node;
  }
  return current.kind === 'unknown' ? hidden : { state: 'written', node: current };
}

/** The spelling that the mapping itself uses, the last one where it uses both. */
function spelling(node: YamlNode, name: string): string {
  const camel = camelCase(name);
  if (camel === name || node.kind !== 'mapping') return name;
  return node.entries.findLast(({ key }) => key.value === name || key.value === camel)?.key.value ?? name;
}

const camelCase = (name: string): string => name.replace(/_([a-z\d])/g, (_, letter: string) => letter.toUpperCase());

export const nodeAt = (
  node: YamlNode | undefined,
  ...path: readonly string[]
): YamlMapping | YamlSequence | YamlScalar | undefined => {
  const setting = settingAt(node, ...path);
  return setting.state === 'written' ? setting.node : undefined;
};

/** The message at a path. */
export function messageAt(node: YamlNode | undefined, ...path: readonly string[]): YamlMapping | undefined {
  const found = nodeAt(node, ...path);
  return found?.kind === 'mapping' ? found : undefined;
}

export function scalarAt(node: YamlNode | undefined, ...path: readonly string[]): YamlScalar | undefined {
  const found = nodeAt(node, ...path);
  return found?.kind === 'scalar' ? found : undefined;
}

export const textAt = (node: YamlNode | undefined, ...path: readonly string[]): string | undefined =>
  scalarAt(node, ...path)?.value;

/** The key's own scalar, in whichever spelling. */
export const keyAt = (node: YamlNode | undefined, name: string): YamlScalar | undefined =>
  node && entries(node).findLast(({ key }) => key.value === name || key.value === camelCase(name))?.key;

export const has = (node: YamlNode | undefined, name: string): boolean => keyAt(node, name) !== undefined;

/** What a repeated field holds. */
export interface Elements {
  readonly items: readonly YamlNode[];
  /** A template may add some. */
  readonly open: boolean;
}

/** A repeated field; a single value counts as a list of one (observed on Envoy 1.40.0). */
export function elementsAt(node: YamlNode | undefined, ...path: readonly string[]): Elements {
  const setting = settingAt(node, ...path);
  if (setting.state !== 'written') return { items: [], open: setting.state === 'unknown' };
  if (setting.node.kind === 'sequence') return { items: setting.node.items, open: setting.node.open };
  return { items: [setting.node], open: false };
}

export const itemsAt = (node: YamlNode | undefined, ...path: readonly string[]): readonly YamlNode[] =>
  elementsAt(node, ...path).items;

/** The field that a scalar makes; unknown where `read` makes nothing of it, `undefined` where there is none. */
function fieldFrom<T>(setting: Setting, read: (value: string) => T | undefined): Field<T> | undefined {
  if (setting.state === 'absent') return undefined;
  const node = setting.state === 'written' && setting.node.kind === 'scalar' ? setting.node : undefined;
  const value = node && read(node.value);
  return node && value !== undefined ? written(value, spanOfNode(node)) : unknown;
}

export const textField = (setting: Setting): Field<string> | undefined => fieldFrom(setting, (value) => value);

export const booleanField = (setting: Setting): Field<boolean> | undefined =>
  fieldFrom<boolean>(setting, () => (setting.state === 'written' ? boolean(setting.node) : undefined));

/** What is off where the field is on. */
export const negated = (field: Field<boolean>): Field<boolean> =>
  'value' in field ? { ...field, value: !field.value } : field;

const wordOf = ({ value, source, content }: YamlScalar): Word => ({
  ...{ text: value, source, range: content, unknown: false },
});

/** The word of an element, also of one that a template decides. */
export const wordOfElement = (node: YamlNode): Word =>
  node.kind === 'scalar' ? wordOf(node) : { text: '', source: node.source, range: node.range, unknown: true };

/** Where a setting that is written stands. */
export const spanOfSetting = (setting: Setting): Span | undefined =>
  setting.state === 'written' ? spanOfNode(setting.node) : undefined;

/** The part of a type's URL that tells: `envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext`. */
export const typeOf = (node: YamlNode | undefined): string | undefined =>
  textAt(node, '@type')?.replace(/^.*\//, '') ?? undefined;
