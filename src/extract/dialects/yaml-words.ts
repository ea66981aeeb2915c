import { holdsTemplate } from '../../formats/key-values.ts';
import { splitWord, type Word } from '../../formats/word.ts';
import { items, lookUp, type YamlNode } from '../../formats/yaml-tree.ts';
import { wordOfScalar } from './setting-fields.ts';

/** A node as a word: unknown where a template or the environment decides, and for what is no scalar. */
export function wordOfYaml(node: YamlNode): Word {
  const { source, range } = node;
  if (node.kind !== 'scalar') return { text: source.text.slice(range.start, range.end), source, range, unknown: true };
  return { ...wordOfScalar(node), unknown: decidedElsewhere(node.value) };
}

/** A template, Grafana's `$__file{…}`, the Collector's `` `endpoint` ``, or a `<placeholder>`. */
const decidedElsewhere = (text: string): boolean => holdsTemplate(text) || /\$\w*[{(]|`|^<[\w -]+>$/.test(text);

/** What stands at a path; unknown where a template decides whether something does. */
export function wordAt(node: YamlNode | undefined, ...path: readonly string[]): Word | undefined {
  const found = node && lookUp(node, ...path);
  if (!found || found.state === 'absent') return undefined;
  const word = wordOfYaml(found.node);
  return found.state === 'unknown' ? { ...word, unknown: true } : word;
}

/** The items of a list, or the parts of a text that commas separate; one unknown word where the list is unknown. */
export function wordsAt(node: YamlNode | undefined, ...path: readonly string[]): readonly Word[] {
  const found = node && lookUp(node, ...path);
  if (!found || found.state === 'absent') return [];
  if (found.state === 'present' && found.node.kind === 'sequence') {
    const words = items(found.node).map(wordOfYaml);
    return found.node.open && words.length === 0 ? [{ ...wordOfYaml(found.node), unknown: true }] : words;
  }
  const word = wordAt(node, ...path);
  return word ? partsOf(word) : [];
}

/** The parts of a list that is written as one text: `a,b`. */
export const partsOf = (word: Word): readonly Word[] => (word.unknown ? [word] : splitWord(word, /[\s,]+/));

/** Of several names for the same setting, the first that is written. */
export const firstAt = (node: YamlNode | undefined, names: readonly string[]): Word | undefined =>
  names.map((name) => wordAt(node, ...name.split('/'))).find((word) => word !== undefined);

/** A word with something in it, or one that is unknown. */
export const filled = (word: Word | undefined): Word | undefined =>
  word && (word.unknown || word.text !== '') ? word : undefined;
