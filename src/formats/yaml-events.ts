import { type Event, parseEvents, YAMLException } from 'js-yaml';
import type { Problem } from './yaml-problems.ts';

export type Outcome =
  | { readonly events: readonly Event[]; readonly text: string; readonly problem?: undefined }
  | {
      readonly events?: undefined;
      readonly text: string;
      readonly problem: Problem;
      /** What was wrong before lines were joined. */
      readonly joined: readonly Problem[];
    };

const mostJoins = 300;
/** A bound to what reading over and over may cost, in characters. */
const mostRead = 20_000_000;

/**
 * The events of a text, or why it has none. Never throws. A quote or bracket may go on without indentation, as the
 * loaders of Go and Python have it, though YAML 1.2.2 section 7 forbids that: such lines are joined with the one before
 * them in the `text` that the events describe, which is as long as the one given.
 */
export function eventsOf(text: string): Outcome {
  const joined: Problem[] = [];
  let outcome = strictEventsOf(text);
  let read = 0;
  while (outcome.problem?.reason.startsWith('deficient indentation') && joined.length < mostJoins && read < mostRead) {
    const next = joinLine(outcome.text, outcome.problem.position);
    if (next === undefined) break;
    joined.push(outcome.problem);
    read += text.length;
    outcome = strictEventsOf(next);
  }
  return outcome.events ? outcome : { ...outcome, joined };
}

function strictEventsOf(text: string): Outcome {
  try {
    return { events: parseEvents(text, {}), text };
  } catch (error) {
    const isKnown = error instanceof YAMLException;
    const reason = isKnown ? error.reason : error instanceof Error ? error.message : String(error);
    return { text, problem: { position: (isKnown && error.mark?.position) || 0, reason }, joined: [] };
  }
}

/** The line at `position`, and all that close brackets if it does, in its column, made one with the line before it. */
function joinLine(text: string, position: number): string | undefined {
  const start = text.lastIndexOf('\n', position - 1) + 1;
  if (start === 0 || /^(?:---|\.\.\.)(?:\s|$)/.test(text.slice(start, start + 4))) return undefined;
  const joined = `${withoutLineEnd(text.slice(0, start))}${text.slice(start)}`;
  if (text[position] !== ']' && text[position] !== '}') return joined;
  const indentation = /^[ \t]*/.exec(text.slice(start, position))?.[0] ?? '';
  const closer = `${indentation}[\\]}][\\]},]*[ \\t]*\\r?$`;
  return joined.replace(new RegExp(`\\r?\\n(?=${closer})(?<!#[^\\n]*\\n)`, 'gm'), (found) => ' '.repeat(found.length));
}

/** The text with blanks for what its last line ends with: line ends, and the comments before them. */
function withoutLineEnd(text: string): string {
  let end = text.length;
  for (let comment = 0; comment !== -1; ) {
    end = text.slice(0, end).trimEnd().length;
    const lineStart = text.lastIndexOf('\n', end - 1) + 1;
    comment = commentStart(text.slice(lineStart, end));
    if (comment !== -1) end = lineStart + comment;
  }
  return text.slice(0, end) + ' '.repeat(text.length - end);
}

/** Where a comment begins that no quote holds; -1 when there is none. */
function commentStart(line: string): number {
  let quote = '';
  for (let at = 0; at < line.length; at++) {
    const character = line[at] ?? '';
    if (quote !== '') {
      if (character === '\\' && quote === '"') at++;
      else if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if (character === '#' && /\s/.test(line[at - 1] ?? ' ')) return at;
  }
  return -1;
}
