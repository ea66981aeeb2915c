import { type Field, unknown, written } from '../../core/fact-builder.ts';
import type { Word } from '../../formats/word.ts';
import {
  boolean,
  type Lookup,
  lookUp,
  spanInScalar,
  spanOfNode,
  type YamlEntry,
  type YamlNode,
  type YamlScalar,
} from '../../formats/yaml-tree.ts';

/** A value in one of Traefik's trees: files, labels and flags look alike once they are read. */
export type Setting = Lookup;

/** Follows keys from `node`; the case of Traefik's own keys does not count (traefik/paerser, parser/element_fill.go). */
export function settingAt(node: YamlNode, ...path: readonly string[]): Setting {
  let current = node;
  for (const name of path) {
    const spelled = current.kind === 'mapping' ? spellingIn(current.entries, name) : name;
    const found = lookUp(current, spelled);
    if (found.state !== 'present') return found;
    current = found.node;
  }
  return current.kind === 'unknown' ? { state: 'unknown', node: current } : { state: 'present', node: current };
}

const spellingIn = (entries: readonly YamlEntry[], name: string): string =>
  entries.findLast(({ key }) => key.value.toLowerCase() === name.toLowerCase())?.key.value ?? name;

/** The node at a path, or `undefined` when it is absent or unknown. */
export function nodeAt(node: YamlNode | undefined, ...path: readonly string[]): YamlNode | undefined {
  const found = node && settingAt(node, ...path);
  return found?.state === 'present' ? found.node : undefined;
}

/** The key itself of the last step: where a finding about a whole block points. */
export function keyAt(node: YamlNode | undefined, ...path: readonly string[]): YamlScalar | undefined {
  const holder = nodeAt(node, ...path.slice(0, -1));
  const name = path.at(-1)?.toLowerCase();
  return holder?.kind === 'mapping'
    ? holder.entries.findLast(({ key }) => key.value.toLowerCase() === name)?.key
    : undefined;
}

export function textAt(node: YamlNode | undefined, ...path: readonly string[]): string | undefined {
  const found = nodeAt(node, ...path);
  return found?.kind === 'scalar' ? found.value.trim() : undefined;
}

/** The entries of the mapping at a path; none when it is absent, unknown or no mapping. */
export function entriesAt(node: YamlNode | undefined, ...path: readonly string[]): readonly YamlEntry[] {
  const found = nodeAt(node, ...path);
  return found?.kind === 'mapping' ? found.entries : [];
}

/** Whether something is written at a path that turns a feature on: a mapping, also an empty one, or `true`. */
export function isOn(setting: Setting): boolean | undefined {
  if (setting.state === 'unknown') return undefined;
  if (setting.state === 'absent') return false;
  return setting.node.kind === 'scalar' ? boolean(setting.node) === true : setting.node.kind === 'mapping';
}

/** A boolean that somebody wrote; unknown where a template or a placeholder decides. */
export function flagField(setting: Setting): Field<boolean> | undefined {
  if (setting.state === 'absent') return undefined;
  const value = setting.state === 'present' ? booleanOf(setting.node) : undefined;
  return value === undefined ? unknown : written(value, spanOfNode(setting.node));
}

/** Go's strconv.ParseBool reads `1` and `t` as well. */
function booleanOf(node: YamlNode): boolean | undefined {
  if (node.kind !== 'scalar') return undefined;
  if (/^(?:1|t)$/i.test(node.value)) return true;
  return /^(?:0|f|)$/i.test(node.value) ? false : boolean(node);
}

/** A text that somebody wrote and that is not empty. */
export function textField(setting: Setting): Field<string> | undefined {
  if (setting.state === 'absent') return undefined;
  if (setting.state === 'unknown') return unknown;
  const { node } = setting;
  if (node.kind !== 'scalar') return undefined;
  return node.value === '' ? undefined : written(node.value, spanOfNode(node));
}

/**
 * The items of a list, each with its place: a sequence, or a text with commas as in labels and flags. `undefined` where
 * nothing is written.
 */
export function listAt(node: YamlNode, ...path: readonly string[]): readonly Word[] | undefined {
  const found = settingAt(node, ...path);
  if (found.state === 'absent') return undefined;
  if (found.node.kind === 'sequence') {
    const known = found.node.items.map(wordOf);
    return found.node.open ? [...known, unknownWord(found.node)] : known;
  }
  if (found.node.kind === 'scalar') return commaItems(found.node);
  return [unknownWord(found.node)];
}

/** The texts of a list, without what is not known; none where nothing is written. */
export const textsAt = (node: YamlNode | undefined, ...path: readonly string[]): readonly string[] =>
  node ? (listAt(node, ...path) ?? []).flatMap((word) => (word.unknown ? [] : [word.text])) : [];

function commaItems(node: YamlScalar): readonly Word[] {
  let start = 0;
  return node.value.split(',').flatMap((part) => {
    const from = start + (part.length - part.trimStart().length);
    start += part.length + 1;
    const text = part.trim();
    if (text === '') return [];
    const span = spanInScalar(node, from, from + text.length);
    return [
      { text, source: { path: span.file, text: '' }, range: { start: span.start, end: span.end }, unknown: false },
    ];
  });
}

const wordOf = (node: YamlNode): Word => {
  if (node.kind !== 'scalar') return unknownWord(node);
  const { start, end } = spanOfNode(node);
  return { text: node.value, source: { path: node.source.path, text: '' }, range: { start, end }, unknown: false };
};

const unknownWord = (node: YamlNode): Word => {
  const { start, end } = spanOfNode(node);
  return { text: '', source: { path: node.source.path, text: '' }, range: { start, end }, unknown: true };
};
