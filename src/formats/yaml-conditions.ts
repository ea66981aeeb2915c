import { COLLECTION_STYLE, EVENT_ID, type Event, type ScalarEvent } from 'js-yaml';
import type { Frame } from './yaml-frame.ts';
import { regionAt } from './yaml-regions.ts';
import type { Hole, MaskedTemplate } from './yaml-template.ts';

/** What a template fills in or makes conditional, followed while its tree is built. */
export interface Conditions {
  readonly template: MaskedTemplate;
  readonly masked: string;
  readonly frames: readonly Frame[];
  /** For each event the offset of the first token or document marker from it on. */
  readonly nextStarts: readonly number[];
  nextHole: number;
  /** A hole stands where the next value begins. */
  filled: boolean;
}

export const conditionsOf = (
  template: MaskedTemplate,
  masked: string,
  frames: readonly Frame[],
  events: readonly Event[],
): Conditions => ({ template, masked, frames, nextStarts: startsFrom(masked, events), nextHole: 0, filled: false });

function startsFrom(masked: string, events: readonly Event[]): readonly number[] {
  const starts: number[] = new Array(events.length);
  let next = Number.POSITIVE_INFINITY;
  for (let index = events.length - 1; index >= 0; index--) {
    const event = events[index];
    if (event) next = startOf(masked, event, next) ?? next;
    starts[index] = next;
  }
  return starts;
}

function startOf(masked: string, event: Event, next: number): number | undefined {
  switch (event.type) {
    case EVENT_ID.DOCUMENT:
      return event.explicitStart ? masked.lastIndexOf('\n---', Math.max(next - 2, 0)) + 1 : undefined;
    case EVENT_ID.MAPPING:
    case EVENT_ID.SEQUENCE:
      return event.start;
    case EVENT_ID.SCALAR:
      return event.valueStart >= 0 ? event.valueStart : undefined;
    case EVENT_ID.ALIAS:
      return event.anchorStart;
    default:
      return undefined;
  }
}

const holeBefore = ({ template, nextHole }: Conditions, until: number): Hole | undefined => {
  const hole = template.holes[nextHole];
  return hole && hole.offset < until ? hole : undefined;
};

/** What stands before a document's marker says nothing about it. */
export function beginDocument(conditions: Conditions, index: number, explicit: boolean): void {
  conditions.filled = false;
  const marker = conditions.nextStarts[index] ?? 0;
  if (explicit) while (holeBefore(conditions, marker)) conditions.nextHole++;
}

/** Whether a template may add to the collection that begins at `frame.start`. */
export function beginCollection(conditions: Conditions, frame: Frame): void {
  const { start } = frame;
  takeHoles(conditions, start);
  frame.region = regionAt(conditions.template.regions, start);
  frame.column = start - conditions.masked.lastIndexOf('\n', start - 1) - 1;
  const conditional = noteChild(conditions, start);
  frame.open = conditional || conditions.filled;
  conditions.filled = false;
}

/** Whether only the template knows what a value at `start..end` is: it is conditional, or more is put beside it. */
export function isUnknownValue(conditions: Conditions, start: number, end: number): boolean {
  takeHoles(conditions, start);
  const conditional = noteChild(conditions, start);
  const { regions } = conditions.template;
  const mixed = holeBefore(conditions, end) !== undefined || regionAt(regions, start) !== regionAt(regions, end - 1);
  while (holeBefore(conditions, end)) conditions.nextHole++;
  const unknown = conditional || conditions.filled || mixed;
  conditions.filled = false;
  return unknown;
}

/** Whether a template fills in the value of a key or item that has none. */
export function isUnknownEmpty(conditions: Conditions, index: number): boolean {
  const until = conditions.nextStarts[index] ?? 0;
  const column = conditions.frames.at(-1)?.column ?? -1;
  let unknown = false;
  for (let hole = holeBefore(conditions, until); hole; hole = holeBefore(conditions, until)) {
    if (!hole.atValue && hole.column !== undefined && hole.column <= column) break;
    if (hole.atValue && unknown) break;
    unknown = true;
    if (!hole.atValue && hole.column === undefined) openAll(conditions);
    conditions.nextHole++;
  }
  return unknown;
}

/** A collection ends before the event at `index`: holes on its level are its own. */
export function endCollection(conditions: Conditions, frame: Frame, index: number, end: number): void {
  const flow = frame.event?.style === COLLECTION_STYLE.FLOW;
  const until = flow ? end : (conditions.nextStarts[index] ?? 0);
  for (let hole = holeBefore(conditions, until); hole; hole = holeBefore(conditions, until)) {
    if (!flow && hole.column !== undefined && hole.column < frame.column) return;
    frame.open = true;
    if (!flow && hole.column === undefined) openAll(conditions);
    conditions.nextHole++;
  }
}

function takeHoles(conditions: Conditions, until: number): void {
  for (let hole = holeBefore(conditions, until); hole; hole = holeBefore(conditions, until)) {
    conditions.nextHole++;
    const frame = conditions.frames.at(-1);
    const column = hole.column ?? Number.POSITIVE_INFINITY;
    const isPending =
      hole.atValue || !frame?.event || (frame.event.type === EVENT_ID.MAPPING && frame.children.length % 2 === 1);
    if (isPending && (hole.atValue || column > (frame?.column ?? -1))) conditions.filled = true;
    else openAt(conditions, column);
    if (!hole.atValue && hole.column === undefined) openAll(conditions);
  }
}

function openAll({ frames }: Conditions): void {
  for (const frame of frames) frame.open = true;
}

/** Opens the collections whose entries or items stand in `column`, or the innermost one around it. */
function openAt({ frames }: Conditions, column: number): void {
  let found = false;
  for (const frame of frames.toReversed()) {
    if (frame.event?.style === COLLECTION_STYLE.FLOW || frame.column < column) {
      if (!found) frame.open = true;
      return;
    }
    if (frame.column === column) {
      frame.open = true;
      found = true;
    }
  }
}

/** A key or item in a region of its own leaves its collection open; a value in one is conditional. */
function noteChild({ template, frames }: Conditions, offset: number): boolean {
  const parent = frames.at(-1);
  if (!parent?.event) return false;
  const region = regionAt(template.regions, offset);
  if (parent.event.type === EVENT_ID.MAPPING && parent.children.length % 2 === 1) return region !== parent.keyRegion;
  if (region !== parent.region) parent.open = true;
  parent.keyRegion = region;
  return false;
}

/**
 * Where a block scalar ends in the text as written: action lines after its last text are its own if they close what
 * was opened in it, or stand as deep. `unknown` when all of it is filled in.
 */
export function endOfBlockScalar(
  conditions: Conditions,
  text: string,
  { valueStart, valueEnd, indent }: ScalarEvent,
): { readonly end: number; readonly unknown: boolean } {
  const { masked, template, frames } = conditions;
  const written = masked.slice(valueStart, valueEnd).trimEnd().length;
  if (text.slice(valueStart + written, valueEnd).trim() === '') {
    while (holeBefore(conditions, valueEnd)) conditions.nextHole++;
    return { end: valueEnd, unknown: false };
  }
  const least = indent >= 0 ? indent : (frames.at(-1)?.column ?? -1) + 1;
  let kept = valueStart + written;
  let filled = false;
  for (let hole = holeBefore(conditions, valueEnd); hole; hole = holeBefore(conditions, valueEnd)) {
    if (hole.offset >= kept && (hole.column ?? least) < least) break;
    filled = true;
    kept = Math.max(kept, hole.end);
    conditions.nextHole++;
  }
  kept = pastRegions(template, kept, regionAt(template.regions, valueStart - 1));
  const newline = text.indexOf('\n', kept);
  return { end: newline === -1 ? valueEnd : Math.min(newline + 1, valueEnd), unknown: filled && written === 0 };
}

/** The end of the regions around `offset` that lie within the region `around`. */
function pastRegions({ regions }: MaskedTemplate, offset: number, around: number): number {
  let kept = offset;
  for (let id = regionAt(regions, kept); id !== around; id = regionAt(regions, kept)) {
    let region = regions.all[id];
    while (region && region.parent !== around) region = regions.all[region.parent];
    if (!region || region.end <= kept) return kept;
    kept = region.end;
  }
  return kept;
}
