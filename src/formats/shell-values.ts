import type { Segment } from '../core/source.ts';
import { type Budget, type Piece, type RawScript, type RawWord, type ShellWord, spend } from './shell-tree.ts';

/** Variables that a script gives one literal value, and from where on they have it. */
export interface Constants {
  readonly values: ReadonlyMap<string, { readonly value: string; readonly from: number }>;
  /** Takes their values, so that variables made of variables do not grow without end. */
  readonly budget: Budget;
}

/**
 * The variables whose value is known: assigned unconditionally, always to the same literal text (or to one made of
 * constants), and never read from input, looped over, unset or appended to.
 */
export function constantsOf(script: RawScript, budget: Budget): Constants {
  const values = new Map<string, { readonly value: string; readonly from: number }>();
  const constants: Constants = { values, budget };
  const spoiled = new Set(script.spoiled);
  for (const { name, value, conditional } of script.assigned) {
    const text = assignedValue(value, constants).value;
    const known = values.get(name);
    if (text === undefined || (conditional && text !== known?.value) || (known && known.value !== text))
      spoiled.add(name);
    else if (!known) values.set(name, { value: text, from: value.range.end });
  }
  for (const name of spoiled) values.delete(name);
  return constants;
}

/** The words that a word becomes: several where an unquoted constant holds blanks, none where it is empty. */
export function wordsOf(word: RawWord, constants: Constants): readonly ShellWord[] {
  const values: (string | undefined)[] = [];
  let current: string | undefined = '';
  let begun = false;
  const add = (text: string | undefined): void => {
    current = text === undefined || current === undefined ? undefined : current + text;
    begun = true;
  };
  for (const piece of word.pieces) {
    const value = textOf(piece, constants);
    if (piece.kind !== 'variable' || piece.quoted || value === undefined) {
      add(value);
      continue;
    }
    for (const [index, field] of value.split(/[ \t\n]+/).entries()) {
      if (index > 0) {
        if (begun) values.push(current);
        current = '';
        begun = false;
      }
      if (field !== '') add(field);
    }
  }
  if (begun) values.push(current);
  return values.map((value) => ({ range: word.range, value, raw: word.raw }));
}

/** A word that is not split: the value of an assignment. */
export function assignedValue(word: RawWord, constants: Constants): ShellWord {
  const parts = word.pieces.map((piece) => textOf(piece, constants));
  const value = parts.some((part) => part === undefined) ? undefined : parts.join('');
  return { range: word.range, value, raw: word.raw };
}

/**
 * The text of a word as a script of its own. A variable stays as written, to be unknown in there as well; the output of
 * a substitution, whose commands were read where they stand, becomes one.
 */
export function scriptText(
  word: RawWord,
  constants: Constants,
): { readonly value: string; readonly segments: readonly Segment[] } {
  const segments: Segment[] = [];
  let value = '';
  for (const piece of word.pieces) {
    const text = textOf(piece, constants) ?? (/[(`]/.test(piece.raw) ? '$_' : piece.raw);
    segments.push({ inner: { start: value.length, end: value.length + text.length }, outer: piece.range });
    value += text;
  }
  return { value, segments };
}

function textOf(piece: Piece, constants: Constants): string | undefined {
  if (piece.kind === 'text') return piece.text;
  if (piece.kind === 'unknown') return undefined;
  const constant = constants.values.get(piece.text);
  if (!constant || constant.from > piece.range.start) return undefined;
  return spend(constants.budget, constant.value.length) ? constant.value : undefined;
}
