/** Which versions a level asks for: bounds by number (0 for TLS 1.0 to 3 for 1.3), or switches. */
export interface Bounds {
  readonly oldest: number | undefined;
  readonly newest: number | undefined;
  readonly force: number | undefined;
  readonly off: readonly string[] | undefined;
}

const names = ['TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];

export const versionWords = ({ oldest, newest, force, off }: Bounds): readonly string[] => [
  ...(off ?? []),
  ...(force === undefined ? [] : [`force-tlsv1${force}`]),
  ...(oldest === undefined ? [] : ['ssl-min-ver', names[oldest] ?? '']),
  ...(newest === undefined ? [] : ['ssl-max-ver', names[newest] ?? '']),
];

/**
 * The bounds without what would leave nothing together with the outer level's: HAProxy refuses that. `floor`: the
 * default minimum, which servers do not have.
 */
export function consistent(own: Bounds, outer: Bounds, floor = 2): Bounds {
  const kept = [
    own,
    { ...own, newest: undefined },
    { ...own, oldest: undefined, force: undefined },
    { ...own, off: undefined },
  ];
  return (
    kept.find((bounds) => leavesSomething(bounds, outer, floor)) ?? {
      oldest: undefined,
      newest: undefined,
      force: 2,
      off: undefined,
    }
  );
}

function leavesSomething(own: Bounds, outer: Bounds, floor: number): boolean {
  const { oldest, newest } = effective(own, outer);
  if (oldest !== undefined || newest !== undefined) return (oldest ?? 0) <= (newest ?? 3);
  const off = new Set([...(own.off ?? []), ...(outer.off ?? [])]);
  return [0, 1, 2, 3].some((number) => number >= floor && !off.has(`no-tlsv1${number}`));
}

const effective = (own: Bounds, outer: Bounds) => ({
  oldest: own.oldest ?? own.force ?? outer.oldest ?? outer.force,
  newest: own.newest ?? own.force ?? outer.newest ?? outer.force,
});

/** The range that a bind line comes to. */
export function resolved(own: Bounds, outer: Bounds): { readonly oldest: number; readonly newest: number } {
  const { oldest, newest } = effective(own, outer);
  const off = oldest === undefined && newest === undefined ? [...(own.off ?? []), ...(outer.off ?? [])] : [];
  const low = oldest ?? Math.min(2, newest ?? 2);
  const left = [0, 1, 2, 3].filter(
    (number) => number >= low && number <= (newest ?? 3) && !off.includes(`no-tlsv1${number}`),
  );
  return { oldest: left[0] ?? 2, newest: left.at(-1) ?? 3 };
}
