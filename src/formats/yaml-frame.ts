import type { MappingEvent, SequenceEvent } from 'js-yaml';
import type { YamlNode } from './yaml-tree.ts';

/** A collection whose end has not been seen, or (without an event) a document. */
export interface Frame {
  readonly event: MappingEvent | SequenceEvent | undefined;
  readonly start: number;
  /** For a mapping keys and values in turn. */
  readonly children: YamlNode[];
  open: boolean;
  /** The mapping around `a: b` in `[a: b]`, which has no braces of its own. */
  bare: boolean;
  /** In a template: the region that it starts in, the one of its last key, and the column of its entries or items. */
  region: number;
  keyRegion: number;
  column: number;
}

export const newFrame = (event: Frame['event'], start: number): Frame => ({
  event,
  start,
  children: [],
  open: false,
  bare: false,
  region: -1,
  keyRegion: -1,
  column: -1,
});
