import { COLLECTION_STYLE, EVENT_ID, type Event, type MappingEvent, type SequenceEvent } from 'js-yaml';
import type { Source } from '../core/source.ts';
import { isCustomTag, scalarNode } from './yaml-scalar.ts';
import type { Hole } from './yaml-template.ts';
import type { YamlEntry, YamlMapping, YamlNode, YamlScalar } from './yaml-tree.ts';

/** A collection whose end has not been seen. */
interface Frame {
  readonly event: MappingEvent | SequenceEvent | undefined;
  readonly start: number;
  readonly children: YamlNode[];
  open: boolean;
}

interface Builder {
  readonly source: Source;
  readonly masked: string;
  readonly holes: readonly Hole[];
  readonly anchors: Map<string, YamlNode>;
  readonly frames: Frame[];
  /** Where the last token ended. */
  cursor: number;
  nextHole: number;
}

/** The documents that parser events describe. `masked` is the text that was parsed, equal in length to the source's. */
export function buildDocuments(source: Source, masked: string, events: readonly Event[], holes: readonly Hole[]): readonly YamlNode[] {
  const builder: Builder = { source, masked, holes, anchors: new Map(), frames: [], cursor: 0, nextHole: 0 };
  const documents: YamlNode[] = [];
  for (const event of events) {
    switch (event.type) {
      case EVENT_ID.DOCUMENT:
        builder.anchors.clear();
        builder.frames.push({ event: undefined, start: builder.cursor, children: [], open: false });
        skipHoles(builder, builder.cursor);
        break;
      case EVENT_ID.MAPPING:
      case EVENT_ID.SEQUENCE:
        builder.frames.push({ event, start: event.start, children: [], open: passHoles(builder, event.start) });
        builder.cursor = Math.max(builder.cursor, event.start + (event.style === COLLECTION_STYLE.FLOW ? 1 : 0));
        break;
      case EVENT_ID.SCALAR: {
        if (event.valueStart >= 0) passHoles(builder, event.valueStart);
        const node = scalarNode(source, masked, event, emptyPlace(builder, event.tagEnd, event.anchorEnd));
        builder.cursor = Math.max(builder.cursor, node.range.end);
        remember(builder, event.anchorStart, event.anchorEnd, node);
        place(builder, node);
        break;
      }
      case EVENT_ID.ALIAS: {
        passHoles(builder, event.anchorStart);
        const range = { start: event.anchorStart - 1, end: event.anchorEnd };
        builder.cursor = Math.max(builder.cursor, range.end);
        place(builder, builder.anchors.get(masked.slice(event.anchorStart, event.anchorEnd)) ?? { kind: 'unknown', source, range });
        break;
      }
      case EVENT_ID.POP: {
        const frame = builder.frames.pop();
        if (frame?.event) place(builder, collection(builder, frame, frame.event));
        else {
          const [root] = frame?.children ?? [];
          if (root) documents.push(root);
          builder.cursor = Math.max(builder.cursor, endOfDocument(builder, root));
        }
        break;
      }
    }
  }
  return documents;
}

function place(builder: Builder, node: YamlNode): void {
  builder.frames.at(-1)?.children.push(node);
}

function remember(builder: Builder, start: number, end: number, node: YamlNode): void {
  if (start >= 0) builder.anchors.set(builder.masked.slice(start, end), node);
}

/** Where a value that is not there would stand: after its key's colon, or what else came last. */
function emptyPlace({ masked, cursor }: Builder, tagEnd: number, anchorEnd: number): number {
  const from = Math.max(cursor, tagEnd, anchorEnd);
  const colon = /^[ \t]*:/.exec(masked.slice(from, from + 200));
  return from + (colon ? colon[0].length : 0);
}

/** What comes before a document's first token makes nothing in it conditional. */
function skipHoles(builder: Builder, until: number): void {
  while ((builder.holes[builder.nextHole]?.offset ?? Number.POSITIVE_INFINITY) < until) builder.nextHole++;
}

/**
 * Holes up to `until`: every collection they may belong to becomes open, and an empty value right before one that
 * fills in something becomes unknown. Whether there were any: a collection that starts after one may begin with it.
 */
function passHoles(builder: Builder, until: number): boolean {
  const before = builder.nextHole;
  for (let hole = builder.holes[builder.nextHole]; hole && hole.offset < until; hole = builder.holes[builder.nextHole]) {
    builder.nextHole++;
    const started = builder.frames.filter((frame) => frame.event && frame.start < hole.offset);
    for (const frame of started) frame.open = true;
    if (hole.fills) fillEmptyValue(builder);
  }
  return builder.nextHole > before;
}

function fillEmptyValue({ frames, source }: Builder): void {
  const frame = frames.at(-1);
  const last = frame?.children.at(-1);
  if (frame && last?.kind === 'scalar' && last.style === 'plain' && last.value === '') {
    frame.children[frame.children.length - 1] = { kind: 'unknown', source, range: last.range };
  }
}

function collection(builder: Builder, frame: Frame, event: MappingEvent | SequenceEvent): YamlNode {
  const { source, masked } = builder;
  const end = event.style === COLLECTION_STYLE.FLOW ? endOfFlow(masked, builder.cursor) : Math.max(builder.cursor, frame.start);
  builder.cursor = Math.max(builder.cursor, end);
  const trailing = builder.holes[builder.nextHole];
  if (event.style === COLLECTION_STYLE.BLOCK && trailing && onlyBlankBetween(masked, end, trailing.offset)) {
    frame.open = true;
    if (trailing.fills) fillEmptyValue({ ...builder, frames: [frame] });
  }
  const range = { start: frame.start, end };
  const node: YamlNode = isCustomTag(event.tagStart >= 0 ? masked.slice(event.tagStart, event.tagEnd) : '')
    ? { kind: 'unknown', source, range }
    : event.type === EVENT_ID.SEQUENCE
      ? { kind: 'sequence', source, range, items: frame.children, open: frame.open }
      : mapping(source, range, frame);
  remember(builder, event.anchorStart, event.anchorEnd, node);
  return node;
}

const onlyBlankBetween = (text: string, from: number, to: number): boolean => text.slice(from, to).trim() === '';

function mapping(source: Source, range: YamlMapping['range'], { children, open }: Frame): YamlMapping {
  const own: YamlEntry[] = [];
  let opened = open;
  for (let index = 0; index + 1 < children.length; index += 2) {
    const key = children[index];
    const value = children[index + 1];
    if (!key || !value) continue;
    if (key.kind !== 'scalar') opened = true;
    own.push({ key: key.kind === 'scalar' ? key : opaqueKey(key), value });
  }
  const merges = own.filter(({ key }) => key.style === 'plain' && key.value === '<<');
  if (merges.length === 0) return { kind: 'mapping', source, range, entries: own, open: opened };
  const names = new Set(own.map(({ key }) => key.value));
  const merged = merges.flatMap(({ value }) => (value.kind === 'sequence' ? value.items : [value]));
  const inherited = merged.flatMap((node) => (node.kind === 'mapping' ? node.entries : []));
  return {
    kind: 'mapping',
    source,
    range,
    entries: [...inherited.filter(({ key }) => !names.has(key.value)).slice(0, 1000), ...own.filter((entry) => !merges.includes(entry))],
    open: opened || merged.some((node) => node.kind === 'unknown' || (node.kind === 'mapping' && node.open)),
  };
}

/** A key that is a collection, or that a template makes: it has a place but no name that anything could look up. */
const opaqueKey = ({ source, range }: YamlNode): YamlScalar => ({
  kind: 'scalar',
  source,
  range,
  content: range,
  style: 'plain',
  value: `\0${range.start}`,
  segments: [],
});

/** The end of a flow collection whose last child ended at `from`: past blanks, commas and comments to the bracket. */
function endOfFlow(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const character = text[at];
    if (character === ']' || character === '}') return at + 1;
    if (character === '#' && /\s/.test(text[at - 1] ?? ' ')) {
      const newline = text.indexOf('\n', at);
      if (newline === -1) return text.length;
      at = newline;
    }
  }
  return text.length;
}

const endOfDocument = ({ cursor }: Builder, root: YamlNode | undefined): number => Math.max(cursor, root?.range.end ?? 0);

