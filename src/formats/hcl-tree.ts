import type { Diagnostic } from '../core/finding.ts';
import type { Range, Source } from '../core/source.ts';
import type { Word } from './word.ts';

/**
 * HCL as a tree in which every node knows its place. It covers what HCL 1 and HCL 2 write (HCL Native Syntax
 * Specification; hashicorp/hcl 1.0): blocks with labels, attributes, objects, lists, strings, heredocs. An object is a
 * body too, as HCL 1 makes no difference between `tls { … }` and `tls = { … }`.
 */
export interface HclBody {
  readonly source: Source;
  /** In the order written, duplicates kept. */
  readonly items: readonly HclItem[];
  /** What stands between the braces; the whole text for a file. */
  readonly range: Range;
  /** A template may add items here: what is absent is unknown, and of several items only some may be there. */
  readonly open: boolean;
}

export type HclItem = HclAttribute | HclBlock;

/** `key = value`, also `key : value` and `"key" = value` in objects. */
export interface HclAttribute {
  readonly kind: 'attribute';
  /** `unknown` where an expression computes it: `(var.name) = 1`. */
  readonly key: Word;
  readonly value: HclValue;
}

/** `type "label" { … }`. */
export interface HclBlock {
  readonly kind: 'block';
  readonly type: Word;
  readonly labels: readonly Word[];
  readonly body: HclBody;
}

export type HclValue =
  /** A string, a number, `true`, `null`; its word is `unknown` where it holds an interpolation. `range` has the quotes. */
  | {
      readonly kind: 'scalar';
      readonly style: 'quoted' | 'heredoc' | 'plain';
      readonly word: Word;
      readonly range: Range;
    }
  | { readonly kind: 'list'; readonly items: readonly HclValue[]; readonly range: Range }
  | { readonly kind: 'object'; readonly body: HclBody; readonly range: Range }
  /** A reference, a call, an operation, a `for`, a template. */
  | { readonly kind: 'unknown'; readonly range: Range };

export interface HclFile {
  readonly body: HclBody;
  /** `parse-error`, with what was expected. */
  readonly diagnostics: readonly Diagnostic[];
}

/** The items of this name, in the order written. */
export const itemsNamed = (body: HclBody, name: string): readonly HclItem[] =>
  body.items.filter((item) => nameOf(item).text === name);

/** The name of an item: its key or its type. */
export const nameOf = (item: HclItem): Word => (item.kind === 'block' ? item.type : item.key);
