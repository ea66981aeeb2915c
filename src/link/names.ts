import { groupedBy } from './cluster.ts';

/**
 * Looks up by a name with or without its namespace: `shop/web` finds what is called so and what is called `web` in a
 * namespace that nobody knows; `web` alone finds it in any namespace.
 */
export function byQualifiedName<T>(
  values: readonly T[],
  nameOf: (value: T) => string,
): (reference: string) => readonly T[] {
  const whole = groupedBy(values, nameOf);
  const bare = groupedBy(values, (value) => bareName(nameOf(value)));
  return (reference) =>
    reference.includes('/')
      ? [...(whole.get(reference) ?? []), ...(whole.get(bareName(reference)) ?? [])]
      : (bare.get(reference) ?? []);
}

/** The name without its namespace; a kind before it stays: `Issuer shop/ca` is `Issuer ca`. */
export const bareName = (name: string): string => name.replace(/[^ /]*\//, '');
