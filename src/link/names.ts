import { groupedBy } from './cluster.ts';

/** More than share a name in any repository that says which of them is meant. */
export const mostNamesakes = 100;

/**
 * Looks up by a name with or without its namespace: `shop/web` finds what is called so and what is called `web` in a
 * namespace that nobody knows; `web` alone finds it in any namespace. At most `mostNamesakes`, so that many things of one name
 * cost no square of time.
 */
export function byQualifiedName<T>(
  values: readonly T[],
  nameOf: (value: T) => string,
): (reference: string) => readonly T[] {
  const whole = groupedBy(values, nameOf);
  const bare = groupedBy(values, (value) => bareName(nameOf(value)));
  return (reference) =>
    reference.includes('/')
      ? [
          ...(whole.get(reference) ?? []).slice(0, mostNamesakes),
          ...(whole.get(bareName(reference)) ?? []).slice(0, mostNamesakes),
        ].slice(0, mostNamesakes)
      : (bare.get(reference) ?? []).slice(0, mostNamesakes);
}

/** The name without its namespace; a kind before it stays: `Issuer shop/ca` is `Issuer ca`. */
export const bareName = (name: string): string => name.replace(/[^ /]*\//, '');
