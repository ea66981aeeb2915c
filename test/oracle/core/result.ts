/** Where each server's suite leaves what it came to. */
export const resultsFolder = 'test/oracle/.results';

/** What a run of one server's suite came to: a row of docs/oracle.md. */
export interface Result {
  readonly name: string;
  readonly description: string;
  readonly handWritten: number;
  readonly random: number;
  /** Connections opened to ask something. */
  readonly probes: number;
  /** Fields of facts that were compared with what was seen. */
  readonly comparisons: number;
  readonly disagreements: number;
  /** What is not covered, a phrase each. */
  readonly limits: readonly string[];
}
