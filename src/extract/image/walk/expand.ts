import type { ShellWord } from '../../../formats/shell.ts';

/** Stands for text that only the build knows: a variable without a value, a template's expression. */
export const anything = '\u0000';

/** Values of ARG and ENV; `undefined` for one that is set to something unknown. */
export type Variables = ReadonlyMap<string, string | undefined>;

const reference =
  /\\\$|\$\{(\w+)(?:(:?[-+])((?:[^{}]|\{[^{}]*\})*)|([^{}]*))\}|\$(\w+)|\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}|<%[\s\S]*?%>|%%\w+%%|@[A-Z_]+@/g;

/** Values that hold each other twice grow without end: beyond this much, text counts as unknown. */
const longestExpansion = 20_000;

/**
 * Replaces `$NAME`, `${NAME:-default}` and `${NAME:+value}` as the builder does; what is not known becomes `anything`.
 * Source: Dockerfile reference, "Environment replacement".
 */
export function expand(text: string, variables: Variables, depth = 0): string {
  let room = longestExpansion;
  if (!/[$%@]|\{\{|\{%/.test(text) || depth > 4) return text;
  const expanded = (value: string): string => {
    room -= value.length;
    return room < 0 ? anything : value;
  };
  return text.replace(
    reference,
    (whole, braced?: string, operator?: string, word?: string, rest?: string, bare?: string) => {
      if (whole === '\\$') return '$';
      const name = braced ?? bare;
      if (name === undefined || rest) return anything;
      const set = variables.has(name);
      const value = variables.get(name);
      if (operator === undefined) return expanded(value ?? anything);
      if (set && value === undefined) return anything;
      const counts = set && (operator.length === 1 || value !== '');
      const alternative = expand(word ?? '', variables, depth + 1);
      if (operator.endsWith('-')) return expanded(counts ? (value ?? anything) : alternative);
      return counts ? expanded(alternative) : '';
    },
  );
}

export const isKnown = (text: string): boolean => !text.includes(anything);

/** For people: what is not known is shown as `*`. */
export const shown = (text: string): string => text.replaceAll(anything, '*');

/**
 * What the builder sets in FROM lines, for the usual build. Source: Dockerfile reference, "Automatic platform ARGs in
 * the global scope".
 */
export const platformVariables: Variables = new Map(
  ['TARGET', 'BUILD'].flatMap((prefix) => [
    [`${prefix}PLATFORM`, 'linux/amd64'],
    [`${prefix}OS`, 'linux'],
    [`${prefix}ARCH`, 'amd64'],
    [`${prefix}VARIANT`, ''],
  ]),
);

/** A word's value; where the script alone does not know it, its text without quotes and with the variables put in. */
export const wordText = ({ value, raw }: ShellWord, variables: Variables): string =>
  value ?? expand(raw.replace(/["']/g, ''), variables);

/** The same; `undefined` for a word that only the build knows. */
export function knownWord(word: ShellWord, variables: Variables): string | undefined {
  if (word.value === undefined && /[`(]/.test(word.raw)) return undefined;
  const text = wordText(word, variables);
  return word.value !== undefined || (isKnown(text) && !text.includes('$')) ? text : undefined;
}
