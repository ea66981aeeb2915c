import type { Client, Fact } from '../../core/fact.ts';
import type { Source } from '../../core/source.ts';
import { nestedSource, spanOf } from '../../core/source.ts';
import type { YamlNode } from '../../formats/yaml-tree.ts';
import { sourceOfScalar, spanOfNode } from '../../formats/yaml-tree.ts';
import { type ClientPlace, clientsInArguments, clientsInScript, clientsInWords } from './verification.ts';
import { knowsProgram, programIn, type Word } from './verification-switches.ts';

/** A word of an exec-form call. */
export interface CallWord extends Word {
  /** The word as a script to be read: what follows `sh -c`. */
  readonly script: () => Source;
}

/**
 * What a call in exec form switches off; the script after `sh -c` is read. `program`: what runs where the words name
 * nothing known.
 */
export function clientsInCall(
  words: readonly CallWord[],
  place: ClientPlace,
  program?: string,
): readonly Fact<Client>[] {
  const shell = words.findIndex(({ value }) => /(?:^|\/)(?:ba|da|a|k|z)?sh$/.test(value ?? ''));
  const flag = shell < 0 ? -1 : words.findIndex(({ value }, index) => index > shell && /^-[a-z]*c$/.test(value ?? ''));
  const script = flag < 0 ? undefined : words[flag + 1];
  if (script && shell <= deepestWrapper) return clientsInScript(script.script(), place);
  const named = programIn(words);
  if (program !== undefined && knowsProgram(program) && !(named && knowsProgram(named.name))) {
    return clientsInArguments(program, words, place);
  }
  return clientsInWords(words, place);
}

/** `tini -- sh -c …`, `/usr/bin/env bash -c …` */
const deepestWrapper = 3;

/** A YAML item as a word. `$(NAME)` in it makes it unknown, but a script may hold it. */
export function wordOfNode(node: YamlNode): CallWord {
  const span = spanOfNode(node);
  if (node.kind !== 'scalar') {
    const raw = node.source.text.slice(node.range.start, node.range.end);
    return { value: undefined, raw, span, script: () => unquoted(node) };
  }
  const known = !/\$[({]/.test(node.value);
  return { value: known ? node.value : undefined, raw: node.value, span, script: () => sourceOfScalar(node) };
}

/** The text of a node that a template decides a part of: its commands can still be read. */
function unquoted({ source, range }: YamlNode): Source {
  const quote = /^["']/.test(source.text.slice(range.start, range.start + 1)) ? 1 : 0;
  const outer = { start: range.start + quote, end: Math.max(range.end - quote, range.start + quote) };
  const text = source.text.slice(outer.start, outer.end);
  return nestedSource(source, text, [{ inner: { start: 0, end: text.length }, outer }]);
}

/** A word that some format decoded to `value`, written at `start..end` of `source`, quotes included. */
export function wordAt(source: Source, value: string, start: number, end: number): CallWord {
  const raw = source.text.slice(start, end);
  const quote = /^(["']).*\1$/s.test(raw) ? 1 : 0;
  const outer = { start: start + quote, end: end - quote };
  return {
    value,
    raw: value,
    span: spanOf(source, outer.start, outer.end),
    script: () => nestedSource(source, value, [{ inner: { start: 0, end: value.length }, outer }]),
  };
}

/** Paths and file names that say: for tests, or for a developer's own machine. */
export const isLocal = (path: string): boolean =>
  /(?:^|\/)(?:tests?|testdata|testing|fixtures?|e2e|ci|\.devcontainer|__tests__)\//i.test(path);
