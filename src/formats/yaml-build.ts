import {
  type AliasEvent,
  COLLECTION_STYLE,
  EVENT_ID,
  type Event,
  type MappingEvent,
  type ScalarEvent,
  type SequenceEvent,
} from 'js-yaml';
import type { Source } from '../core/source.ts';
import {
  beginCollection,
  beginDocument,
  type Conditions,
  conditionsOf,
  endCollection,
  endOfBlockScalar,
  isUnknownEmpty,
  isUnknownValue,
} from './yaml-conditions.ts';
import { type Frame, newFrame } from './yaml-frame.ts';
import { endOfFlow, placeOfEmpty } from './yaml-gaps.ts';
import { type Budget, mappingOf } from './yaml-merge.ts';
import { blockScalar, emptyScalar, flowScalar, hasCustomTag, isBlock } from './yaml-scalar.ts';
import type { MaskedTemplate } from './yaml-template.ts';
import type { YamlNode } from './yaml-tree.ts';

interface Builder {
  readonly source: Source;
  /** The text that was parsed: equal in length to the source's. */
  readonly masked: string;
  readonly conditions: Conditions | undefined;
  readonly merging: Budget;
  readonly frames: Frame[];
  readonly anchors: Map<string, YamlNode>;
  /** Where the last token ended. */
  cursor: number;
}

/** The documents that the events of `masked` describe; `template` tells what was masked in it. */
export function buildDocuments(
  source: Source,
  masked: string,
  events: readonly Event[],
  template?: MaskedTemplate,
): readonly YamlNode[] {
  const frames: Frame[] = [];
  const conditions = template && conditionsOf(template, masked, frames, events);
  const builder: Builder = {
    source,
    masked,
    conditions,
    merging: { entries: 100_000 },
    frames,
    anchors: new Map(),
    cursor: 0,
  };
  const documents: YamlNode[] = [];
  for (const [index, event] of events.entries()) {
    switch (event.type) {
      case EVENT_ID.DOCUMENT:
        if (conditions) beginDocument(conditions, index, event.explicitStart);
        builder.anchors.clear();
        frames.push(newFrame(undefined, builder.cursor));
        break;
      case EVENT_ID.MAPPING:
      case EVENT_ID.SEQUENCE:
        begin(builder, event);
        break;
      case EVENT_ID.SCALAR:
        place(builder, scalar(builder, event, index), event);
        break;
      case EVENT_ID.ALIAS:
        place(builder, alias(builder, event));
        break;
      case EVENT_ID.POP: {
        const frame = frames.pop();
        if (frame?.event) place(builder, collection(builder, frame, frame.event, index), frame.event);
        else if (frame?.children[0]) documents.push(frame.children[0]);
        break;
      }
    }
  }
  return documents;
}

function begin(builder: Builder, event: MappingEvent | SequenceEvent): void {
  const { masked, frames, conditions } = builder;
  const frame = newFrame(event, event.start);
  const around = frames.at(-1);
  if (event.style === COLLECTION_STYLE.FLOW) {
    frame.bare = event.type === EVENT_ID.MAPPING && masked[event.start] !== '{';
    if (around?.event?.type === EVENT_ID.MAPPING && around.start === event.start) around.bare = true;
  }
  if (conditions) beginCollection(conditions, frame);
  frames.push(frame);
  const opening = event.style === COLLECTION_STYLE.FLOW && !frame.bare ? 1 : 0;
  builder.cursor = Math.max(builder.cursor, event.start + opening);
}

/** Files a node under what it belongs to, and under the name of its anchor. */
function place(
  { frames, anchors, masked }: Builder,
  node: YamlNode,
  event?: { readonly anchorStart: number; readonly anchorEnd: number },
): void {
  frames.at(-1)?.children.push(node);
  if (event && event.anchorStart >= 0) anchors.set(masked.slice(event.anchorStart, event.anchorEnd), node);
}

function scalar(builder: Builder, event: ScalarEvent, index: number): YamlNode {
  const { source, masked, conditions } = builder;
  const node = event.valueStart < 0 ? emptyNode(builder, event, index) : scalarNode(source, masked, event, conditions);
  builder.cursor = Math.max(builder.cursor, node.range.end);
  return node;
}

function scalarNode(source: Source, masked: string, event: ScalarEvent, conditions: Conditions | undefined): YamlNode {
  if (isBlock(event)) {
    const unknown = conditions ? isUnknownValue(conditions, event.valueStart - 1, event.valueStart) : false;
    const found = conditions
      ? endOfBlockScalar(conditions, source.text, event)
      : { end: event.valueEnd, unknown: false };
    const node = blockScalar(source, masked, event, found.end);
    return unknown || found.unknown ? { kind: 'unknown', source, range: node.range } : node;
  }
  const node = flowScalar(source, masked, event, conditions?.template.templated ?? false);
  const unknown = conditions ? isUnknownValue(conditions, event.valueStart, event.valueEnd) : false;
  return unknown ? { kind: 'unknown', source, range: node.range } : node;
}

function emptyNode(
  { source, masked, conditions, frames, cursor }: Builder,
  event: ScalarEvent,
  index: number,
): YamlNode {
  const described = Math.max(event.tagEnd, event.anchorEnd);
  const indicator = frames.at(-1)?.event?.type === EVENT_ID.SEQUENCE ? '-' : ':';
  const at = described >= 0 ? described : placeOfEmpty(masked, cursor, indicator);
  const node = emptyScalar(source, masked, event, at);
  return conditions && isUnknownEmpty(conditions, index) ? { kind: 'unknown', source, range: node.range } : node;
}

/** The node that an alias names, shared; an alias of nothing, or of what it stands in, is unknown. */
function alias(builder: Builder, { anchorStart, anchorEnd }: AliasEvent): YamlNode {
  const { source, masked, conditions, anchors } = builder;
  const range = { start: anchorStart - 1, end: anchorEnd };
  builder.cursor = Math.max(builder.cursor, anchorEnd);
  const unknown = conditions ? isUnknownValue(conditions, range.start, range.end) : false;
  const named = unknown ? undefined : anchors.get(masked.slice(anchorStart, anchorEnd));
  return named ?? { kind: 'unknown', source, range };
}

function collection(builder: Builder, frame: Frame, event: MappingEvent | SequenceEvent, index: number): YamlNode {
  const { source, masked, conditions, cursor, merging } = builder;
  const closes = event.style === COLLECTION_STYLE.FLOW && !frame.bare;
  const range = { start: frame.start, end: closes ? endOfFlow(masked, cursor) : Math.max(cursor, frame.start) };
  builder.cursor = range.end;
  if (conditions) endCollection(conditions, frame, index, range.end);
  if (hasCustomTag(masked, event)) return { kind: 'unknown', source, range };
  const { children, open } = frame;
  if (event.type === EVENT_ID.SEQUENCE) return { kind: 'sequence', source, range, items: children, open };
  return mappingOf(source, range, children, open, merging);
}
