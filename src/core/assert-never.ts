/** Ends a `switch` over a union: the compiler lists every place that a new member needs. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`);
}
