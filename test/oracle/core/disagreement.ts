import { defaultAt, type Fact, spanAt } from '../../../src/core/fact.ts';

/** Where facts and handshakes differ. */
export interface Disagreement {
  readonly subject: string;
  readonly pointer: string;
  readonly fact: unknown;
  /** Where the fact has it from. */
  readonly origin: string;
  readonly observed: unknown;
}

/** What a comparison gave: what was tested, and where it failed. */
export interface Comparison {
  readonly tested: readonly string[];
  readonly disagreements: readonly Disagreement[];
}

export const joined = (comparisons: readonly Comparison[]): Comparison => ({
  tested: comparisons.flatMap(({ tested }) => tested),
  disagreements: comparisons.flatMap(({ disagreements }) => disagreements),
});

/** Nothing when the two are equal as JSON. */
export function compared(fact: Fact, pointer: string, said: unknown, observed: unknown): Comparison {
  const equal = JSON.stringify(said) === JSON.stringify(observed);
  return { tested: [pointer], disagreements: equal ? [] : [disagreement(fact, pointer, said, observed)] };
}

export function disagreement(fact: Fact, pointer: string, said: unknown, observed: unknown): Disagreement {
  const reason = defaultAt(fact, pointer);
  const { file, start } = spanAt(fact, pointer);
  return {
    subject: `${fact.data.kind} ${fact.subject}`,
    pointer,
    fact: said,
    origin: reason ? `default: ${reason.reason}` : `written: ${file} at ${start}`,
    observed,
  };
}
