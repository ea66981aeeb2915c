import type { ApacheEntry } from '../../formats/apache.ts';
import type { ApacheWord } from '../../formats/apache-words.ts';
import { splitWord, type Word } from '../../formats/word.ts';

/** The text of a word that no variable and no template decides. */
export const literal = (word: Word | undefined): string | undefined => (word && !word.unknown ? word.text : undefined);

const variable = /\$\{(\w+)\}/g;
const longestValue = 20_000;

/**
 * A word with `${NAME}` replaced by what `Define` says (core, "Define"). One that is nothing but a variable stands where
 * its value was written. What nothing here defines may come from the command line or the environment.
 */
export function resolved(word: ApacheWord, defines: ReadonlyMap<string, ApacheWord | undefined>): ApacheWord {
  if (!word.text.includes('${')) return word;
  const whole = /^\$\{(\w+)\}$/.exec(word.text)?.[1];
  const defined = whole === undefined ? undefined : defines.get(whole);
  if (defined) return { ...defined, quoted: word.quoted, unknown: defined.unknown || word.unknown };
  let unknown = word.unknown;
  const text = word.text.replace(variable, (written, name: string) => {
    const value = defines.get(name);
    if (!value || value.unknown) unknown = true;
    return value?.text ?? written;
  });
  if (text.length > longestValue) return { ...word, unknown: true };
  return { ...word, text, unknown: unknown || text.includes('${') };
}

/** An entry of a macro's body with its parameters replaced (mod_macro). */
export function forMacro(
  entry: ApacheEntry,
  parameters: readonly string[],
  values: readonly ApacheWord[],
): ApacheEntry {
  if (entry.kind === 'hole') return entry;
  const byLength = parameters
    .map((parameter, index) => ({ parameter, value: values[index] }))
    .filter(({ parameter }) => parameter !== '')
    .sort((one, other) => other.parameter.length - one.parameter.length);
  if (byLength.some(({ parameter }) => entry.name.includes(parameter.toLowerCase()))) return { kind: 'hole' };
  return {
    ...entry,
    words: entry.words.flatMap((word) => withParameters(word, byLength)),
    ...(entry.body && { body: entry.body.map((inner) => forMacro(inner, parameters, values)) }),
  };
}

interface Parameter {
  readonly parameter: string;
  readonly value: ApacheWord | undefined;
}

/** A parameter outside quotes whose value holds blanks becomes several words. */
function withParameters(word: ApacheWord, parameters: readonly Parameter[]): readonly ApacheWord[] {
  if (!parameters.some(({ parameter }) => word.text.includes(parameter))) return [word];
  const whole = parameters.find(({ parameter }) => parameter === word.text)?.value;
  const next = whole ? { ...whole, quoted: word.quoted } : substituted(word, parameters);
  return next.quoted || !/\s/.test(next.text)
    ? [next]
    : splitWord(next, /\s+/).map((part) => ({ ...part, quoted: false }));
}

function substituted(word: ApacheWord, parameters: readonly Parameter[]): ApacheWord {
  let { text, unknown } = word;
  for (const { parameter, value } of parameters) {
    if (!text.includes(parameter)) continue;
    if (!value || value.unknown) unknown = true;
    if (value) text = text.replaceAll(parameter, () => value.text);
    if (text.length > longestValue) return { ...word, unknown: true };
  }
  return { ...word, text, unknown };
}
