import { type Field, unknown } from '../../core/fact-builder.ts';
import { type Span, spanOf } from '../../core/source.ts';
import type { VersionEvidence } from '../../core/technology.ts';
import { type KeyValue, lastEntry } from '../../formats/key-values.ts';
import type { PostfixService, PostfixSettings } from '../../formats/postfix.ts';
import type { Word } from '../../formats/word.ts';

/** What decides a setting: a service's own overrides, then main.cf, then the default. */
export interface Scope {
  readonly service: PostfixService | undefined;
  /** Absent where there is no main.cf beside the master.cf. */
  readonly main: PostfixSettings | undefined;
  /** Whether what is not written has its default: main.cf is there and is no template that may hold more. */
  readonly whole: boolean;
  readonly version: VersionEvidence;
}

/** The value in force of a setting, references replaced; `undefined` where nothing that can be seen sets it. */
export function setting(scope: Scope, name: string): Word | undefined {
  const entry = entryOf(scope, name);
  return entry?.value && expanded(scope, entry.value, 0);
}

/** The setting's value in lower case; `''` where it is absent or empty, `undefined` where it cannot be known. */
export function textOf(scope: Scope, name: string): string | undefined {
  const value = setting(scope, name);
  if (!value) return scope.whole ? '' : undefined;
  return value.unknown ? undefined : value.text.toLowerCase();
}

/** Whether a switch is on; `undefined` where that cannot be known. */
export function isOn(scope: Scope, name: string): boolean | undefined {
  const text = textOf(scope, name);
  return text === undefined ? undefined : text === 'yes';
}

/** What a field is whose setting is absent: its default, if what is there is all there is. */
export const otherwise = <T>(scope: Scope, value: Field<T>): Field<T> => (scope.whole ? value : unknown);

/** Where the name of a setting is written. */
export function placeOf(scope: Scope, name: string): Span | undefined {
  const entry = entryOf(scope, name);
  return entry?.value && spanOf(entry.value.source, entry.keyRange.start, entry.keyRange.end);
}

function entryOf({ service, main }: Scope, name: string): KeyValue | undefined {
  const isName = (key: string): boolean => key === name;
  return (
    lastEntry(service?.overrides ?? [], isName, false) ??
    lastEntry(main?.entries ?? [], isName, main?.branching ?? false)
  );
}

const deepestReference = 10;
const reference = /\$(?:\{(\w+)\}|\((\w+)\)|(\w+))/g;

/**
 * A value with `$name` replaced (postconf(5)). One that is a reference and nothing else becomes the value referred to,
 * with its place. What holds a conditional, a name that nothing here sets, or a template, is unknown.
 */
function expanded(scope: Scope, word: Word, depth: number): Word {
  if (/\{\{|\{%|<%|@[A-Za-z_]\w*@|%%\w+%%|__[A-Z]\w*__/.test(word.text) || depth > deepestReference)
    return { ...word, unknown: true };
  if (!word.text.includes('$')) return word;
  const names = [...word.text.matchAll(reference)];
  const values = names.map(([, ...parts]) => {
    const value = entryOf(scope, parts.find((part) => part !== undefined) ?? '')?.value;
    return value && expanded(scope, value, depth + 1);
  });
  const [only] = values;
  if (only && names[0]?.[0] === word.text) return only;
  let next = 0;
  const text = word.text.replace(reference, () => values[next++]?.text ?? '$');
  const open = values.some((value) => !value || value.unknown) || text.includes('$');
  return open ? { ...word, unknown: true } : { ...word, text };
}
