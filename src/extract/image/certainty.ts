import type { Source } from '../../core/source.ts';
import type { ShellCommand } from '../../formats/shell.ts';

/** How sure it is that a command ran. */
export interface Certainty {
  /** It stands in a branch: behind `||`, behind a test, in `if` or a loop. */
  readonly conditional: boolean;
  /** The build goes on when it fails. */
  readonly mayFail: boolean;
}

/** Reads off the text around a command what the list of commands does not show. */
export function certaintyOf({ words, source }: ShellCommand): Certainty {
  const start = words[0]?.range.start ?? 0;
  const end = words.at(-1)?.range.end ?? start;
  const { separators, doubts, alternatives, opened, closed } = marksOf(source);
  const lineStart = separators[countBelow(separators, start) - 1] ?? -1;
  const lastDoubt = doubts[countBelow(doubts, start) - 1] ?? -1;
  const conditional = countBelow(opened, start) > countBelow(closed, start) || lastDoubt > lineStart;
  const next = countBelow(alternatives, end);
  const alternative = alternatives[next] ?? Number.POSITIVE_INFINITY;
  const lineEnd = separators[countBelow(separators, end)] ?? Number.POSITIVE_INFINITY;
  return { conditional, mayFail: conditional || alternative < lineEnd };
}

/** Offsets into a script, in order. */
interface Marks {
  readonly separators: readonly number[];
  /** `||`, and `&&` behind a test. */
  readonly doubts: readonly number[];
  readonly alternatives: readonly number[];
  readonly opened: readonly number[];
  readonly closed: readonly number[];
}

const cache = new WeakMap<Source, Marks>();

function marksOf(source: Source): Marks {
  const cached = cache.get(source);
  if (cached) return cached;
  const at = (pattern: RegExp): readonly number[] => [...source.text.matchAll(pattern)].map(({ index }) => index);
  const alternatives = at(/\|\|/g);
  const marks = {
    separators: at(/[;\n]/g),
    alternatives,
    doubts: [...alternatives, ...at(/\][ \t]*&&|\btest [^&;|\n]{1,200}&&/g)].sort((a, b) => a - b),
    opened: at(/(?<=^|[;&|\s])(?:if|case|for|while|until)(?=\s)/g),
    closed: at(/(?<=^|[;&|\s])(?:fi|esac|done)(?=$|[;&|\s)])/g),
  };
  cache.set(source, marks);
  return marks;
}

/** How many of the sorted offsets lie below `offset`. */
function countBelow(offsets: readonly number[], offset: number): number {
  let low = 0;
  let high = offsets.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((offsets[middle] ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
