import type { Source, Span } from '../../../../core/source.ts';
import { spanOf } from '../../../../core/source.ts';
import { withoutComments } from '../../code-text.ts';

/** Where a base is written; `null`: it is computed; `undefined`: Jib chooses. */
export type WrittenBase = { readonly reference: string; readonly span: Span } | null | undefined;

/**
 * The base that a Gradle script gives Jib: `jib { from { image = "…" } }`, `jib.from.image = "…"`; `undefined` where the script
 * does not use the plugin. Groovy and Kotlin are programs: only these forms are read.
 */
export function gradleBase(source: Source): { readonly base: WrittenBase; readonly self: Span } | undefined {
  const text = withoutComments(source.text);
  const applied = /com\.google\.cloud\.tools\.jib\b[^\n]*/.exec(text);
  const block = blockNamed('jib', text, 0, text.length);
  const dotted = /\bjib\.from\.image[ \t]*(?:=|\.set\()?[ \t]*([^\n]*)/.exec(text);
  const at = block?.open ?? dotted?.index;
  if (at === undefined) {
    if (!applied || /apply[ (]*false/.test(applied[0])) return undefined;
    return {
      base: undefined,
      self: spanOf(source, applied.index, applied.index + 'com.google.cloud.tools.jib'.length),
    };
  }
  if (!applied && !dotted && !/\bfrom\b/.test(text.slice(block?.open, block?.end))) return undefined;
  const self = spanOf(source, block?.start ?? at, (block?.start ?? at) + 'jib'.length);
  if (dotted)
    return { base: literalAt(source, text, dotted.index + dotted[0].length - (dotted[1] ?? '').length), self };
  const from = block && blockNamed('from', text, block.open, block.end);
  const flat = block && /\bfrom\.image[ \t]*(?:=|\.set\()?[ \t]*/.exec(text.slice(block.open, block.end));
  if (block && flat) return { base: literalAt(source, text, block.open + flat.index + flat[0].length), self };
  if (!from) return { base: applied ? undefined : null, self };
  const image = /\bimage[ \t]*(?:=|\.set\()?[ \t]*/.exec(text.slice(from.open, from.end));
  return { base: image ? literalAt(source, text, from.open + image.index + image[0].length) : undefined, self };
}

/** The string that begins at `at`, if nothing but it stands there. */
function literalAt(source: Source, text: string, at: number): WrittenBase {
  const [, quote = '', value = ''] = /^(["'])([^"'\n$\\]+)\1[ \t)]*(?=[\n;}]|$)/.exec(text.slice(at, at + 500)) ?? [];
  if (quote === '') return null;
  return { reference: value, span: spanOf(source, at + 1, at + 1 + value.length) };
}

interface Block {
  readonly start: number;
  readonly open: number;
  readonly end: number;
}

/** The first block of this name between two places, up to the brace that closes it. */
function blockNamed(name: string, text: string, from: number, to: number): Block | undefined {
  const pattern = new RegExp(String.raw`(?<![\w.])${name}[ \t]*\{`, 'g');
  pattern.lastIndex = from;
  const found = pattern.exec(text);
  if (!found || found.index >= to) return undefined;
  const open = found.index + found[0].length;
  let depth = 1;
  for (const token of text.slice(open, to).matchAll(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[{}]/g)) {
    if (token[0] === '{') depth++;
    else if (token[0] === '}') depth--;
    if (depth === 0) return { start: found.index, open, end: open + token.index };
  }
  return { start: found.index, open, end: to };
}
