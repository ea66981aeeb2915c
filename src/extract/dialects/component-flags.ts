import type { Span } from '../../core/source.ts';
import { holdsTemplate } from '../../formats/key-values.ts';
import { partOfWord, spanOfWord, type Word } from '../../formats/word.ts';
import { entries, items, type YamlNode } from '../../formats/yaml-tree.ts';
import { partsOf, wordAt, wordOfYaml, wordsAt } from './yaml-words.ts';

/** What a program is told, by the names of its flags: `tls-min-version`. */
export interface Flags {
  readonly get: (name: string) => Word | undefined;
  /** The values of a flag that takes several. */
  readonly list: (name: string) => readonly Word[];
  readonly self: Span;
  /** Something else may set what is absent here: another file, a tool's own arguments, a template. */
  readonly open: boolean;
}

/** Where a component stands, and what to call it. */
export interface ComponentPlace {
  readonly technology: string;
  readonly subject: string;
  /** The version of Kubernetes, where it was found. */
  readonly kubernetes?: string;
}

const flag = /(?:^|[\s\\"'=])--?([a-zA-Z][\w.-]*)(?:(?:=|[ \t]+(?!-))("[^"]*"|'[^']*'|[^\s"'\\]+))?/g;

/** The flags among these words; a flag without a value takes the next word for it, if that is none. */
export function flagsIn(words: readonly Word[]): ReadonlyMap<string, Word> {
  return new Map(
    words.flatMap((word, index) =>
      [...word.text.matchAll(flag)].map(({ 0: whole, 1: name = '', 2: value, index: at }): [string, Word] => {
        const end = at + whole.length;
        if (value !== undefined) {
          const quoted = /^["']/.test(value) ? 1 : 0;
          const part = partOfWord(word, { start: end - value.length + quoted, end: end - quoted });
          return [name, { ...part, unknown: holdsTemplate(part.text) }];
        }
        const next = words[index + 1];
        if (end === word.text.length && next && !next.text.startsWith('-')) return [name, next];
        return [name, { ...partOfWord(word, { start: end - name.length, end }), text: 'true', unknown: false }];
      }),
    ),
  );
}

/** Flags of a command line. */
export const flagsOfCommand = (words: readonly Word[], self: Span, open = false): Flags =>
  flagsFrom(flagsIn(words), self, open || words.some(({ unknown }) => unknown));

function flagsFrom(flags: ReadonlyMap<string, Word>, self: Span, open: boolean): Flags {
  return {
    get: (name) => flags.get(name),
    list: (name) => {
      const word = flags.get(name);
      return word ? partsOf(word) : [];
    },
    self,
    open,
  };
}

/**
 * Arguments beyond a tool's own: a mapping of names to values (kubeadm v1beta3, Talos), a list of names and values
 * (kubeadm v1beta4), or a list of `name=value` (k3s).
 */
export function flagsOfArguments(node: YamlNode, self: Span, open: boolean): Flags {
  const pairs =
    node.kind === 'sequence'
      ? items(node).flatMap((item): readonly (readonly [string, Word])[] => {
          if (item.kind === 'scalar') return pairIn(item);
          const name = wordAt(item, 'name');
          const value = wordAt(item, 'value');
          return name && value ? [[name.text, value]] : [];
        })
      : entries(node).flatMap(({ key }) => {
          const value = wordAt(node, key.value) ?? wordsAt(node, key.value)[0];
          return value ? [[key.value.replace(/^--/, ''), value] as const] : [];
        });
  const incomplete = (node.kind === 'mapping' || node.kind === 'sequence') && node.open;
  return flagsFrom(new Map(pairs), self, open || incomplete || node.kind === 'unknown');
}

/** `tls-min-version=VersionTLS12`; a name alone switches something on. */
function pairIn(item: YamlNode): readonly (readonly [string, Word])[] {
  const word = wordOfYaml(item);
  const separator = word.text.indexOf('=');
  const name = (separator < 0 ? word.text : word.text.slice(0, separator)).replace(/^--/, '');
  const value = separator < 0 ? undefined : partOfWord(word, { start: separator + 1, end: word.text.length });
  return [[name, value ? { ...value, unknown: holdsTemplate(value.text) } : { ...word, text: 'true', unknown: false }]];
}

/** Settings of a configuration object, whose names are those of the flags in camel case. */
export function flagsOfFields(node: YamlNode, self: Span, open: boolean): Flags {
  const incomplete = node.kind === 'mapping' && node.open;
  return {
    get: (name) => wordAt(node, fieldName(name)),
    list: (name) => wordsAt(node, fieldName(name)),
    self,
    open: open || incomplete || node.kind === 'unknown',
  };
}

/** `tls-min-version` is `tlsMinVersion`. */
const fieldName = (name: string): string => name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

/** Whether any of these flags is written. */
export const hasAny = ({ get: flagNamed }: Flags, names: readonly string[]): boolean =>
  names.some((name) => flagNamed(name) !== undefined);

/** Where the first of these flags is written; the construct's head where none is. */
export const spanOfFlag = (flags: Flags, names: readonly string[]): Span => {
  const word = names.map((name) => flags.get(name)).find((one) => one !== undefined);
  return word ? spanOfWord(word) : flags.self;
};
