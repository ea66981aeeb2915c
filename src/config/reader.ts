import type { YamlEntry, YamlNode, YamlScalar } from '../formats/yaml-tree.ts';
import { type Placed, type Problem, placeOf } from './problem.ts';
import { didYouMean } from './suggestion.ts';

/** Reads nodes as what they should be. A node that is something else is told to `report`, and gives nothing. */
export interface Reader {
  readonly report: (node: YamlNode, message: string) => void;
  /** The values of a mapping by key, each with one of `keys`. */
  readonly fields: <K extends string>(node: YamlNode, what: string, keys: readonly K[]) => ReadonlyMap<K, YamlNode>;
  /** The entries of a mapping whose keys are free. */
  readonly entries: (node: YamlNode, what: string) => readonly YamlEntry[];
  readonly word: (node: YamlNode, what: string) => Placed<string> | undefined;
  /** One word, or a list of them. */
  readonly words: (node: YamlNode, what: string) => readonly Placed<string>[];
  readonly items: (node: YamlNode, what: string) => readonly YamlNode[];
}

export function reader(onProblem: (problem: Problem) => void): Reader {
  const report = (node: YamlNode, message: string): void => onProblem({ ...placeOf(node), message });

  const entries = (node: YamlNode, what: string): readonly YamlEntry[] => {
    if (isEmpty(node)) return [];
    if (node.kind !== 'mapping') {
      report(node, `${what} must be a mapping of "key: value" lines${templateHint(node)}`);
      return [];
    }
    const seen = new Set<string>();
    return node.entries.filter(({ key }) => {
      if (seen.has(key.value)) report(key, `"${key.value}" is given twice; keep one`);
      return !seen.has(key.value) && seen.add(key.value);
    });
  };

  const fields = <K extends string>(node: YamlNode, what: string, keys: readonly K[]): ReadonlyMap<K, YamlNode> => {
    const known = new Map<K, YamlNode>();
    for (const { key, value } of entries(node, what)) {
      const name = keys.find((candidate) => candidate === key.value);
      if (name === undefined) report(key, unknownKey(key, what, keys));
      else if (!isEmpty(value)) known.set(name, value);
    }
    return known;
  };

  const word = (node: YamlNode, what: string): Placed<string> | undefined => {
    if (node.kind === 'scalar' && node.value !== '') return { value: node.value, place: placeOf(node) };
    report(node, `${what} must be text${templateHint(node)}`);
    return undefined;
  };

  const items = (node: YamlNode, what: string): readonly YamlNode[] => {
    if (isEmpty(node)) return [];
    if (node.kind === 'sequence') return node.items;
    report(node, `${what} must be a list${templateHint(node)}`);
    return [];
  };

  const words = (node: YamlNode, what: string): readonly Placed<string>[] => {
    if (isEmpty(node)) return [];
    if (node.kind === 'sequence') return node.items.flatMap((item) => word(item, `each of ${what}`) ?? []);
    const only = word(node, `${what}, where it is no list,`);
    return only ? [only] : [];
  };

  return { report, fields, entries, word, words, items };
}

/** Nothing, as in a key whose lines are all commented out. */
const isEmpty = (node: YamlNode): boolean =>
  node.kind === 'scalar' && node.style === 'plain' && /^(|~|null)$/i.test(node.value);

const templateHint = (node: YamlNode): string => (node.kind === 'unknown' ? '; templates are not evaluated here' : '');

const unknownKey = (key: YamlScalar, what: string, keys: readonly string[]): string =>
  `unknown key "${key.value}" in ${what}${didYouMean(key.value, keys) || `; known are ${keys.join(', ')}`}`;
