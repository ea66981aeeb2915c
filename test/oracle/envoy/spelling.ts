import type { Spelling } from './grammar.ts';

export type Json = string | number | boolean | readonly Json[] | { readonly [key: string]: Json | undefined };

/** Names with underscores or in camel case, as the spelling wants; lists of one with or without brackets. */
export function spelled(value: Json, how: Spelling): Json {
  if (Array.isArray(value)) {
    const items = value.map((item: Json) => spelled(item, how));
    const [only] = items;
    return how.bare && items.length === 1 && only !== undefined ? only : items;
  }
  if (typeof value !== 'object') return value;
  const entries = Object.entries(value).flatMap(([key, member]): (readonly [string, Json])[] => {
    if (member === undefined) return [];
    const name = how.camel ? key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()) : key;
    return [[key.startsWith('@') ? key : name, spelled(member, how)]];
  });
  return Object.fromEntries(entries);
}

/** A mapping with a line for each value: scalars plain, quoted either way, and with comments behind and between. */
export function inLines(value: Json, depth = 0): string {
  const pad = '  '.repeat(depth);
  if (Array.isArray(value))
    return value.map((item: Json) => `${pad}- ${inLines(item, depth + 1).trimStart()}`).join('');
  if (typeof value !== 'object') return `${pad}${scalar(value)}\n`;
  const lines = Object.entries(value).map(([key, member], index) => {
    if (member === undefined) return '';
    const name = `${pad}${index === 1 ? `'${key}'` : JSON.stringify(key)}:`;
    const comment = index === 0 ? '' : `${pad}# tls_minimum_protocol_version: TLSv1_0\n`;
    if (typeof member !== 'object') return `${comment}${name} ${scalar(member)}   # as it is\n`;
    const nested = Object.keys(member).length;
    return nested === 0
      ? `${comment}${name} ${JSON.stringify(member)}\n`
      : `${comment}${name}\n${inLines(member, depth + 1)}`;
  });
  return lines.join('');
}

/** Words need no quotes; text with an apostrophe or a colon gets the quotes of JSON. */
function scalar(value: string | number | boolean): string {
  if (typeof value !== 'string') return String(value);
  if (/^[A-Za-z][\w./-]*$/.test(value)) return value;
  return value.includes("'") ? JSON.stringify(value) : `'${value}'`;
}
