import { lineStarts, locate } from '../core/text.ts';
import { spanOfNode, type YamlNode } from '../formats/yaml-tree.ts';

/** Where in a configuration file something stands: 1-based. */
export interface Place {
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

/** A value, and where it was written. */
export interface Placed<T> {
  readonly value: T;
  readonly place: Place;
}

/** A mistake in a configuration file. */
export interface Problem extends Place {
  readonly message: string;
}

export const placeOf = (node: YamlNode): Place => placeAt(node.source.path, node.source.text, spanOfNode(node).start);

export const placeAt = (path: string, text: string, offset: number): Place => ({
  path,
  ...locate(lineStarts(text), offset),
});

export const problemText = ({ path, line, column, message }: Problem): string => `${path}:${line}:${column} ${message}`;
