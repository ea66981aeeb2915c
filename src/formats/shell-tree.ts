import type { Range, Segment } from '../core/source.ts';

/** One word of a command. `value` is the text after quoting; `undefined` where an expansion decides it. */
export interface ShellWord {
  readonly range: Range;
  readonly value: string | undefined;
  /** The word as written. */
  readonly raw: string;
}

/** A stretch of a word: text, a variable by name, or something that only running the script can tell. */
export interface Piece {
  readonly kind: 'text' | 'variable' | 'unknown';
  /** The decoded text, or the variable's name. */
  readonly text: string;
  readonly raw: string;
  readonly range: Range;
  readonly quoted: boolean;
}

export interface RawWord {
  readonly range: Range;
  readonly raw: string;
  readonly pieces: readonly Piece[];
}

export interface RawCommand {
  readonly kind: 'command';
  readonly assignments: { readonly name: string; readonly value: RawWord }[];
  readonly words: RawWord[];
  /** The command in whose words this one stands, inside `$(…)`. */
  readonly owner: RawCommand | undefined;
  readonly place: ScriptPlace;
  pipedInto: RawCommand | undefined;
  /** Its here-documents, without their delimiters. */
  readonly heredocs: Range[];
}

/** Which part of a script something stands in. */
export interface ScriptPlace {
  /** The function that it is part of: it runs when that is called. */
  readonly inFunction: string | undefined;
  /** The shells of their own around it, the outermost first: `( … )`, `$(…)`, a part of a pipeline. */
  readonly shells: readonly number[];
}

/** A text that is read on its own: the inside of backticks, decoded. */
export interface RawText {
  readonly kind: 'text';
  readonly place: ScriptPlace;
  readonly text: string;
  readonly segments: readonly Segment[];
}

export interface RawScript {
  /** In the order written. */
  readonly entries: readonly (RawCommand | RawText)[];
  readonly assigned: readonly { readonly name: string; readonly value: RawWord; readonly conditional: boolean }[];
  /** Variables that something else than an assignment sets. */
  readonly spoiled: readonly string[];
}

/** How many more characters may be read, counting a text again for each script or variable that it stands in. */
export interface Budget {
  left: number;
}

/** Takes `amount` off, if that much is left. */
export function spend(budget: Budget, amount: number): boolean {
  if (budget.left < amount) return false;
  budget.left -= amount;
  return true;
}
