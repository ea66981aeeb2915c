import type { CaddyBlock, CaddyDirective } from '../../formats/caddyfile.ts';
import type { Word } from '../../formats/word.ts';

/** The directives of a block with this name. */
export const named = (block: CaddyBlock | undefined, name: string): readonly CaddyDirective[] =>
  block?.directives.filter((directive) => directive.name.text === name && !directive.name.unknown) ?? [];

/** The last directive of a block with this name: options that are set twice keep the last value. */
export const last = (block: CaddyBlock | undefined, name: string): CaddyDirective | undefined =>
  named(block, name).at(-1);

/** The first argument of the last directive with this name. */
export const argument = (block: CaddyBlock | undefined, name: string): Word | undefined =>
  last(block, name)?.arguments[0];

/** The matcher of an HTTP directive, when its first argument is one, and the other arguments. */
export function matched({ arguments: words }: CaddyDirective): {
  readonly matcher: Word | undefined;
  readonly words: readonly Word[];
} {
  const [first, ...others] = words;
  return first && /^[@/*]/.test(first.text) ? { matcher: first, words: others } : { matcher: undefined, words };
}

/** Whether a matcher lets every request through (Caddyfile, Request Matchers: `*`; a path of `/*`). */
export const matchesAll = (matcher: Word | undefined): boolean =>
  matcher === undefined || (!matcher.unknown && /^(?:\*|\/\*)$/.test(matcher.text));
