import { assertNever } from './assert-never.ts';
import type { DefaultReason, Fact, FactData, Pointer } from './fact.ts';
import type { Related } from './finding.ts';
import type { Span } from './source.ts';

/**
 * How a value came about. Extractors describe each field as one of these; `buildFact` files it under `data`, `spans`,
 * `defaults` and `unknown`, so that the three can never be mixed up.
 */
export type Field<T> =
  | {
      readonly origin: 'written';
      readonly value: T;
      readonly span: Span;
      readonly parts?: Readonly<Record<Pointer, Span>>;
    }
  | { readonly origin: 'default'; readonly value: T; readonly reason: DefaultReason }
  | { readonly origin: 'unknown' }
  | {
      readonly origin: 'composite';
      readonly fields: { readonly [K in keyof T]?: Field<NonNullable<T[K]>> | undefined };
    };

/** `parts`: spans of elements, keyed by pointers below the field (`0`, `1`, `enabled`). */
export const written = <T>(value: T, span: Span, parts?: Readonly<Record<Pointer, Span>>): Field<T> => ({
  origin: 'written',
  value,
  span,
  ...(parts && { parts }),
});
export const byDefault = <T>(value: T, reason: string, guessed = false): Field<T> => ({
  origin: 'default',
  value,
  reason: { reason, ...(guessed && { guessed: true as const }) },
});
export const unknown: Field<never> = { origin: 'unknown' };

/** An object whose fields came about in different ways: `verify`, where one half is written and the other a default. */
export const composite = <T extends object>(
  fields: {
    readonly [K in keyof T]?: Field<NonNullable<T[K]>> | undefined;
  },
): Field<T> => ({ origin: 'composite', fields });

/** A field for each key of the fact's data that the extractor describes; `undefined` leaves the key out. */
export type Fields<D extends FactData> = {
  readonly [K in Exclude<keyof D, 'kind'>]?: Field<NonNullable<D[K]>> | undefined;
};

/** What is known without being written anywhere in particular: the kind and, say, a stage's name. */
export interface FactHead {
  readonly technology: string;
  readonly subject: string;
  readonly self: Span;
  readonly related?: readonly Related[];
}

/**
 * A fact of `base` (the kind and the plain values, placed at `self`) and `fields`. A field given as `undefined` is
 * left out: it does not apply here.
 */
export function buildFact<D extends FactData>(head: FactHead, base: D, fields: Fields<D> = {}): Fact<D> {
  const filed: Filed = { spans: {}, defaults: {}, unknown: [] };
  const data = { ...base, ...values(fields, '', filed) };
  for (const pointer of filed.unknown) delete (data as Record<string, unknown>)[pointer];
  return {
    data,
    technology: head.technology,
    subject: head.subject,
    self: head.self,
    ...filed,
    related: head.related ?? [],
  };
}

interface Filed {
  readonly spans: Record<Pointer, Span>;
  readonly defaults: Record<Pointer, DefaultReason>;
  readonly unknown: Pointer[];
}

/** The values of `fields`, with what is said of each filed under `prefix` and its name. */
function values(fields: object, prefix: Pointer, filed: Filed): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [key, field] of Object.entries<Field<unknown> | undefined>({ ...fields })) {
    if (!field) continue;
    const pointer = `${prefix}${key}`;
    switch (field.origin) {
      case 'written':
        result[key] = field.value;
        filed.spans[pointer] = field.span;
        for (const [part, span] of Object.entries(field.parts ?? {})) filed.spans[`${pointer}/${part}`] = span;
        break;
      case 'default':
        result[key] = field.value;
        filed.defaults[pointer] = field.reason;
        break;
      case 'unknown':
        filed.unknown.push(pointer);
        break;
      case 'composite':
        result[key] = values(field.fields, `${pointer}/`, filed);
        break;
      default:
        assertNever(field);
    }
  }
  return result;
}
