import type { Word } from '../../formats/word.ts';
import { items, lookUp, type YamlNode } from '../../formats/yaml-tree.ts';

/** A scalar as a word; what a template decides is a word that is unknown. `undefined` for a list or an object. */
export function wordOf(node: YamlNode | undefined): Word | undefined {
  if (node?.kind === 'unknown') return { text: '', source: node.source, range: node.range, unknown: true };
  if (node?.kind !== 'scalar') return undefined;
  const unknown = /\{\{.*\}\}|\$\{\w+[^}]*\}|\{\$\w[^}]*\}/.test(node.value);
  return { text: node.value, source: node.source, range: node.content, unknown };
}

/** The word at a path; `undefined` where there is none. */
export function wordAt(node: YamlNode | undefined, ...path: readonly string[]): Word | undefined {
  if (!node) return undefined;
  const found = lookUp(node, ...path);
  return found.state === 'absent' ? undefined : wordOf(found.node);
}

/** The words of the list at a path. */
export const wordsAt = (node: YamlNode | undefined, ...path: readonly string[]): readonly Word[] =>
  items(node, ...path).flatMap((item) => wordOf(item) ?? []);

/** Whether a template may set what is absent at a path. */
export const isUnknownAt = (node: YamlNode | undefined, ...path: readonly string[]): boolean =>
  node !== undefined && lookUp(node, ...path).state === 'unknown';
