import type { YamlMapping, YamlScalar, YamlSequence } from '../../formats/yaml-tree.ts';

/** What an expression of a template is worth with the chart's own values. */
export type HelmValue =
  /** More than the chart's values decides; whether it counts as true may be known all the same. */
  | { readonly kind: 'unknown'; readonly truth?: boolean }
  /** Nothing was given: Go's nil. */
  | { readonly kind: 'nothing' }
  | {
      readonly kind: 'scalar';
      readonly value: string | number | boolean;
      /** Where it is written: in the values, or in the template for a literal. Absent for what is computed. */
      readonly node?: YamlScalar;
      /** `quote` wraps it: it stays a string. */
      readonly quoted?: boolean;
    }
  | { readonly kind: 'collection'; readonly node: YamlMapping | YamlSequence };

export const unknownValue: HelmValue = { kind: 'unknown' };
export const nothingGiven: HelmValue = { kind: 'nothing' };

/** Whether `if` takes a value for true (Go, text/template): not false, zero, empty or nil. `undefined` where unknown. */
export function truthOf(value: HelmValue): boolean | undefined {
  switch (value.kind) {
    case 'unknown':
      return value.truth;
    case 'nothing':
      return false;
    case 'scalar':
      return value.value !== '' && value.value !== 0 && value.value !== false;
    case 'collection': {
      const { node } = value;
      const size = node.kind === 'mapping' ? node.entries.length : node.items.length;
      return size > 0 ? true : node.open ? undefined : false;
    }
  }
}
