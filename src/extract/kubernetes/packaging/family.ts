import type { KindFamily } from '../kind.ts';
import { holderKinds } from './holders.ts';
import { readingBy } from './release.ts';

/** Objects that hold the values of a Helm chart. What charts make of values is read by the other families. */
export const packagingFamily = (others: readonly KindFamily[]): KindFamily => ({
  kinds: holderKinds(readingBy(others)),
});
