import { EVENT_ID, type Event } from 'js-yaml';
import type { Range } from '../core/source.ts';
import { eventsOf } from './yaml-events.ts';
import { neverClosed, type Problem } from './yaml-problems.ts';

/** What could be read of a text that does not parse as a whole. */
export interface Recovered {
  /** The text that the events describe. */
  readonly text: string;
  readonly events: readonly Event[];
  /** One for each broken document. */
  readonly problems: readonly Problem[];
  /** Where what was read of a broken document ends: anything may follow there. */
  readonly cuts: readonly number[];
}

/** A file with more broken documents than this is something else: what follows them is left alone. */
const mostProblems = 200;

/**
 * The documents at `bounds` of a text, each read for itself; of a broken one, what stands before the lines that break
 * it. `alternative` is the same text with less in it, tried where the whole does not parse.
 */
export function recoverDocuments(text: string, bounds: readonly Range[], alternative = text): Recovered {
  const events: Event[] = [];
  const problems: Problem[] = [];
  const cuts: number[] = [];
  const parts: string[] = [];
  let done = 0;
  for (const { start, end } of bounds) {
    if (problems.length >= mostProblems) break;
    const document = recoverDocument(text.slice(start, end), alternative.slice(start, end));
    for (const event of document.events) events.push(shifted(event, start));
    if (document.problem) problems.push({ ...document.problem, position: start + document.problem.position });
    if (document.problem && document.events.length > 0) cuts.push(start + document.length);
    parts.push(text.slice(done, start), document.text);
    done = end;
  }
  parts.push(text.slice(done));
  return { text: parts.join(''), events, problems, cuts };
}

interface RecoveredDocument {
  readonly text: string;
  /** How much of it was read. */
  readonly length: number;
  readonly events: readonly Event[];
  readonly problem?: Problem;
}

function recoverDocument(written: string, alternative: string): RecoveredDocument {
  const whole = eventsOf(written);
  const { text } = whole;
  if (whole.events) return { text, length: text.length, events: whole.events };
  const other = alternative === written ? undefined : eventsOf(alternative);
  if (other?.events) return { text: other.text, length: text.length, events: other.events };
  const prefix = longestPrefix(text, whole.problem);
  const earlier = whole.joined.find(({ position }) => position >= prefix.length);
  const problem = neverClosed(whole.problem) ? whole.problem : (earlier ?? whole.problem);
  const place = neverClosed(problem) ? openingAfter(text, prefix.length, problem) : problem.position;
  const read = prefix.text.slice(0, prefix.length) + written.slice(prefix.length);
  return { ...prefix, text: read, problem: { ...problem, position: Math.min(place, text.length) } };
}

type Prefix = Omit<RecoveredDocument, 'problem'>;

/** No more than this is read over and over in search of the part that can be read. */
const mostRead = 5_000_000;

/** The longest run of whole lines before the problem that parses, found by halving the number of lines left out. */
function longestPrefix(text: string, { position }: Problem): Prefix {
  const lines = lineStartsBefore(text, position);
  let read = 0;
  const parse = (kept: number): Prefix | undefined => {
    const length = lines[kept] ?? 0;
    read += length;
    const outcome = read > mostRead ? undefined : eventsOf(text.slice(0, length));
    return outcome?.events && { text: outcome.text + text.slice(length), length, events: outcome.events };
  };
  let most = lines.length - 1;
  let found: Prefix | undefined;
  let least = most;
  for (let step = 1; !found && least > 0; step *= 2) {
    most = least;
    found = parse(least);
    if (!found) least = least === 1 ? 0 : Math.max(least - step, 1);
  }
  while (found && most - least > 1) {
    const middle = (least + most) >> 1;
    const longer = parse(middle);
    if (longer) {
      found = longer;
      least = middle;
    } else most = middle;
  }
  return found ?? { text, length: 0, events: [] };
}

/** The starts of the lines up to the one that holds `position`; of an end without line, the last one. */
function lineStartsBefore(text: string, position: number): readonly number[] {
  const last = position >= text.length ? text.trimEnd().length : position;
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1 && at < last; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** The bracket or quote that opens on the first line that could not be read, or that line's first character. */
function openingAfter(text: string, from: number, problem: Problem): number {
  const start = from + (text.slice(from).search(/\S/) + 1 || 1) - 1;
  const newline = text.indexOf('\n', start);
  const line = text.slice(start, newline === -1 ? text.length : newline);
  const opening = neverClosed(problem) ?? '';
  const found = [...opening].map((character) => line.indexOf(character)).filter((at) => at !== -1);
  return start + (found.length > 0 ? Math.min(...found) : 0);
}

/** An event of a part that starts at `by`, in the offsets of the whole text; -1 stays: it says that nothing is there. */
function shifted(event: Event, by: number): Event {
  if (by === 0 || event.type === EVENT_ID.DOCUMENT || event.type === EVENT_ID.POP) return event;
  const move = (offset: number): number => (offset < 0 ? offset : offset + by);
  const anchor = { anchorStart: move(event.anchorStart), anchorEnd: move(event.anchorEnd) };
  if (event.type === EVENT_ID.ALIAS) return { ...event, ...anchor };
  const tag = { tagStart: move(event.tagStart), tagEnd: move(event.tagEnd) };
  if (event.type === EVENT_ID.SCALAR) {
    return { ...event, ...anchor, ...tag, valueStart: move(event.valueStart), valueEnd: move(event.valueEnd) };
  }
  return { ...event, ...anchor, ...tag, start: move(event.start) };
}

/** Each from its document marker to the next. Indented text cannot hold one. */
export function documentBounds(text: string): readonly Range[] {
  const starts = [0, ...[...text.matchAll(/^---(?=\s|$)/gm)].map(({ index }) => index).filter((index) => index > 0)];
  return starts.map((start, index) => ({ start, end: starts[index + 1] ?? text.length }));
}
