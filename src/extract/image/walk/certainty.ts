import type { Source } from '../../../core/source.ts';
import type { ShellCommand } from '../../../formats/shell.ts';
import { codeOf } from './plain-script.ts';

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
  const { code, separators, doubts, questions, alternatives, opened, closed } = marksOf(source);
  const lineStart = separators[countBelow(separators, start) - 1] ?? -1;
  const lastDoubt = doubts[countBelow(doubts, start) - 1] ?? -1;
  const branch = countBelow(opened, start) > countBelow(closed, start) || lastDoubt > lineStart;
  const next = countBelow(alternatives, end);
  const alternative = alternatives[next] ?? Number.POSITIVE_INFINITY;
  const lineEnd = endOfList({ separators, opened, closed }, end);
  const rest = Number.isFinite(lineEnd) ? code.slice(lineEnd + 1, lineEnd + 2000) : '';
  const followed = /^[\s;]*(?:#[^\n]*\n[\s;]*)*(?!(?:fi|done|esac|then|do)\b)[^\s;#})]/.test(rest);
  const answered = alternative < lineEnd;
  // `grep -q x f && a` fails where nothing fits; with more behind it, nobody minds.
  const asked = followed && (questions[countBelow(questions, start) - 1] ?? -1) > lineStart;
  // In `a && b || true`, b does not run when a fails.
  const conditional = branch || asked || (answered && code.slice(lineStart + 1, start).includes('&&'));
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
  /** The script without comments and quoted text. */
  readonly code: string;
  readonly separators: readonly number[];
  /** `||`, and `&&` behind a test. */
  readonly doubts: readonly number[];
  /** `&&` behind a command that only asks. */
  readonly questions: readonly number[];
  readonly alternatives: readonly number[];
  readonly opened: readonly number[];
  readonly closed: readonly number[];
}

/** Words that open and close a branch, where a command begins: not `echo done`. */
const opening =
  /(?:if|case|for|while|until)(?=\s)(?<=(?:^|[;&|\n(){}]|\b(?:then|do|else|time|if|while|until)\b|!)[ \t]{0,200}(?:if|case|for|while|until))/g;
const closing = /(?:fi|esac|done)(?=$|[;&|\s)}<>])(?<=(?:^|[;&|\n(){}])[ \t]{0,200}(?:fi|esac|done))/g;

const asking =
  /(?<=\b(?:command[ \t]+-v|which|type|hash|e?grep|getent|id|cmp|diff|rpm[ \t]+-q|dpkg[ \t]+-[sl])[ \t][^;\n&|]{0,200}(?:\|[^;\n&|]{0,80})?)&&/g;

/**
 * `|| exit 1`, `|| ( … ; exit 1 )`, `|| { … ; exit 1; }`: no answer to a failure, which ends the script. The first group
 * is there where commands of its own stand in it.
 */
const failing =
  /\|\|\s*(?:(?:exit|return)\s+[1-9]\d*(?=[\s;&)]|$)|false(?=[\s;&)]|$)|(\([^()]{0,400}\bexit\s+[1-9]\d*\s*;?\s*\)|\{\s[^{}]{0,400}\b(?:exit|return)\s+[1-9]\d*\s*;?\s*\}))/g;

const cache = new WeakMap<Source, Marks>();

function marksOf(source: Source): Marks {
  const cached = cache.get(source);
  if (cached) return cached;
  const code = codeOf(source.text);
  const at = (pattern: RegExp): readonly number[] => [...code.matchAll(pattern)].map(({ index }) => index);
  const sorted = (offsets: readonly number[]): readonly number[] => offsets.toSorted((a, b) => a - b);
  const failures = [...code.matchAll(failing)].map(({ index, 0: text, 1: group }) => ({ index, text, group }));
  const groups = failures.filter(({ group }) => group !== undefined);
  const ending = new Set(failures.map(({ index }) => index));
  const isAnswer = (offset: number): boolean => !ending.has(offset);
  const marks = {
    code,
    // A line that ends in `&&` goes on.
    separators: at(/;|\n(?<!(?:&&|\|)\s{1,80})/g),
    alternatives: at(/\|\|/g).filter(isAnswer),
    // `|| true` answers a failure, and what follows runs in any case.
    doubts: sorted([
      ...at(/\|\|(?!\s*(?:true|:)(?:[\s;)]|$))/g).filter(isAnswer),
      ...at(/\][ \t]*&&|\btest [^&;|\n]{1,200}&&/g),
    ]),
    questions: at(asking),
    opened: sorted([...at(opening), ...groups.map(({ index }) => index)]),
    closed: sorted([...at(closing), ...groups.map(({ index, text }) => index + text.length)]),
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
