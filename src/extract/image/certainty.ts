import type { Source } from '../../core/source.ts';
import type { ShellCommand } from '../../formats/shell.ts';

/** How sure it is that a command ran. */
export interface Certainty {
  /** It stands in a branch: behind `||`, behind a test, in `if` or a loop. */
  readonly conditional: boolean;
  /** The build goes on when it fails: an alternative follows. */
  readonly mayFail: boolean;
  /** Another list follows: when it fails the build goes on, unless `set -e` is in force. */
  readonly followed: boolean;
}

/** Reads off the text around a command what the list of commands does not show. */
export function certaintyOf({ words, source }: ShellCommand): Certainty {
  const start = words[0]?.range.start ?? 0;
  const end = words.at(-1)?.range.end ?? start;
  const { separators, doubts, alternatives, opened, closed } = marksOf(source);
  const lineStart = separators[countBelow(separators, start) - 1] ?? -1;
  const lastDoubt = doubts[countBelow(doubts, start) - 1] ?? -1;
  const branch = countBelow(opened, start) > countBelow(closed, start) || lastDoubt > lineStart;
  const next = countBelow(alternatives, end);
  const alternative = alternatives[next] ?? Number.POSITIVE_INFINITY;
  const lineEnd = endOfList({ separators, opened, closed }, end);
  const rest = Number.isFinite(lineEnd) ? source.text.slice(lineEnd + 1, lineEnd + 2000) : '';
  const followed = /^[\s;]*(?:#[^\n]*\n[\s;]*)*(?!(?:fi|done|esac|then|do)\b)[^\s;#})]/.test(rest);
  const answered = alternative < lineEnd;
  // In `a && b || true`, b does not run when a fails.
  const conditional = branch || (answered && source.text.slice(lineStart + 1, start).includes('&&'));
  return { conditional, mayFail: conditional || answered, followed };
}

/** Where the list ends that a command stands in; what `if` and loops behind it hold does not end it. */
function endOfList(
  { separators, opened, closed }: Pick<Marks, 'separators' | 'opened' | 'closed'>,
  end: number,
): number {
  const depth = countBelow(opened, end) - countBelow(closed, end);
  const first = countBelow(separators, end);
  const behind = separators.slice(first, first + longestBranch);
  const found = behind.find((separator) => countBelow(opened, separator) - countBelow(closed, separator) <= depth);
  return found ?? (behind.length < longestBranch ? Number.POSITIVE_INFINITY : (behind[0] ?? 0));
}

/** Lines of a branch that are looked through for its end. */
const longestBranch = 200;

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
    // `|| true` answers a failure, and what follows runs in any case.
    doubts: [...at(/\|\|(?!\s*(?:true|:)(?:[\s;)]|$))/g), ...at(/\][ \t]*&&|\btest [^&;|\n]{1,200}&&/g)].sort(
      (a, b) => a - b,
    ),
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
