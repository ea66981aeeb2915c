/** One way in which everything that a Dockerfile does not say could be. The same key has the same answer throughout. */
export interface World {
  readonly choose: (key: string, options: number) => number;
}

/**
 * Runs `run` in every possible world, at most `most` of them. A world is a list of answers; the questions that come up
 * while running decide which worlds there are. Stops early when `settled` says that more worlds change nothing.
 */
export function everyWorld<Result>(
  run: (world: World) => Result,
  most: number,
  settled: (results: readonly Result[]) => boolean = () => false,
): { readonly results: readonly Result[]; readonly complete: boolean } {
  const results: Result[] = [];
  let answers: number[] = [];
  for (;;) {
    const asked: number[] = [];
    const known = new Map<string, number>();
    const choose = (key: string, options: number): number => {
      const before = known.get(key);
      if (before !== undefined) return before;
      const answer = answers[asked.length] ?? 0;
      asked.push(options);
      known.set(key, answer);
      return answer;
    };
    results.push(run({ choose }));
    const full = asked.map((_options, index) => answers[index] ?? 0);
    let last = asked.length - 1;
    while (last >= 0 && (full[last] ?? 0) + 1 >= (asked[last] ?? 1)) last--;
    if (last < 0 || settled(results)) return { results, complete: true };
    if (results.length >= most) return { results, complete: false };
    answers = [...full.slice(0, last), (full[last] ?? 0) + 1];
  }
}
