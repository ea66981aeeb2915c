/** One relative distinguished name: its attribute values by type. */
export type RelativeName = Readonly<Record<string, readonly string[]>>;

/**
 * A distinguished name as RFC 4514 writes it: the most specific part first, special characters escaped.
 * `parts` come in the order of their encoding.
 */
export const rfc4514 = (parts: readonly RelativeName[]): string =>
  [...parts]
    .reverse()
    .map((part) =>
      Object.entries(part)
        .flatMap(([type, values]) => values.map((value) => `${type}=${escaped(value)}`))
        .join('+'),
    )
    .join(',');

/** The common name; of several, the most specific. */
export const commonNameOf = (parts: readonly RelativeName[]): string | undefined =>
  parts.findLast(({ CN }) => CN)?.CN?.[0];

/** RFC 4514 section 2.4. */
const escaped = (value: string): string =>
  value
    .replace(/[\\,+"<>;]/g, (character) => `\\${character}`)
    .replaceAll('\0', '\\00')
    .replace(/^[ #]/, (character) => `\\${character}`)
    .replace(/ $/, '\\ ');
