import { policyNames } from '../tls/policies.ts';
import { didYouMean } from './suggestion.ts';

/** For the user: that there is no such policy, and which there are. */
export const unknownPolicy = (name: string): string =>
  `unknown policy "${name}"${didYouMean(name, policyNames())} (known: ${policyNames().join(', ')})`;
