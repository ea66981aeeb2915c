import { SCALAR_STYLE, type ScalarEvent } from 'js-yaml';
import type { Range, Source } from '../core/source.ts';
import { isOpaque } from './yaml-actions.ts';
import { decodeBlock, decodeFlow } from './yaml-text.ts';
import type { YamlScalar, YamlUnknown } from './yaml-tree.ts';

const styles = {
  [SCALAR_STYLE.PLAIN]: 'plain',
  [SCALAR_STYLE.SINGLE_QUOTED]: 'single',
  [SCALAR_STYLE.DOUBLE_QUOTED]: 'double',
  [SCALAR_STYLE.LITERAL_BLOCK]: 'literal',
  [SCALAR_STYLE.FOLDED_BLOCK]: 'folded',
} as const satisfies Record<number, YamlScalar['style']>;

export const isBlock = ({ style }: ScalarEvent): boolean =>
  style === SCALAR_STYLE.LITERAL_BLOCK || style === SCALAR_STYLE.FOLDED_BLOCK;

/** The node of a plain or quoted scalar; in a template read from the masked text, where expressions are opaque. */
export function flowScalar(
  source: Source,
  masked: string,
  event: ScalarEvent,
  templated: boolean,
): YamlScalar | YamlUnknown {
  const content = { start: event.valueStart, end: event.valueEnd };
  const range = event.style === SCALAR_STYLE.PLAIN ? content : { start: content.start - 1, end: content.end + 1 };
  if (hasCustomTag(masked, event)) return { kind: 'unknown', source, range };
  const { value, segments } = decodeFlow(templated ? masked : source.text, event);
  if ((templated && isOpaque(value)) || isPlaceholder(value)) return { kind: 'unknown', source, range };
  return { kind: 'scalar', source, range, content, style: styles[event.style], value, segments };
}

/** The node of a block scalar that ends at `end`: its text as written, template actions and all. */
export function blockScalar(source: Source, masked: string, event: ScalarEvent, end: number): YamlScalar | YamlUnknown {
  const content = { start: event.valueStart, end };
  const range = { start: headerStart(masked, event.valueStart), end };
  if (hasCustomTag(masked, event)) return { kind: 'unknown', source, range };
  const { value, segments } = decodeBlock(source.text, event, end);
  return { kind: 'scalar', source, range, content, style: styles[event.style], value, segments };
}

export function emptyScalar(source: Source, masked: string, event: ScalarEvent, at: number): YamlScalar | YamlUnknown {
  const range: Range = { start: at, end: at };
  if (hasCustomTag(masked, event)) return { kind: 'unknown', source, range };
  return { kind: 'scalar', source, range, content: range, style: 'plain', value: '', segments: [] };
}

/** Tags that a program resolves, such as CloudFormation's `!Ref`: what they stand for is not in the text. */
export function hasCustomTag(
  masked: string,
  { tagStart, tagEnd }: { readonly tagStart: number; readonly tagEnd: number },
): boolean {
  if (tagStart < 0) return false;
  const tag = masked.slice(tagStart, tagEnd);
  return tag !== '!' && !tag.startsWith('!!') && !tag.startsWith('!<tag:yaml.org');
}

/** The word of deployment tokens; in small letters it would be a label of Prometheus. */
const wholePlaceholder = /^(?:\$\([A-Za-z_][\w.-]*\)|#\{[^{}]+\}#?|__[A-Z]\w*__|\$\{\{[^{}]*\}\})$/;
const placeholder = /(?<!\$)\$\{[A-Za-z_][\w.]*(?:[:\-=+?#%/^,@][^{}]*)?\}/;

/**
 * `${VAR}` in a value without blanks, or a value that is nothing but `$(VAR)`, `#{VAR}#`, `__VAR__` or a GitHub
 * expression. With blanks around it, it is more likely a command line, whose text matters.
 */
function isPlaceholder(value: string): boolean {
  if (!value.includes('{') && !value.includes('$(') && !value.startsWith('__')) return false;
  if (wholePlaceholder.test(value)) return true;
  const found = placeholder.exec(value);
  return found !== null && (!/\s/.test(value.trim()) || found[0] === value.trim());
}

/** The `|` or `>` that opens a block scalar whose content starts at `contentStart`. */
function headerStart(text: string, contentStart: number): number {
  const breakLength = text.startsWith('\r\n', contentStart - 2)
    ? 2
    : /[\r\n]/.test(text[contentStart - 1] ?? '')
      ? 1
      : 0;
  const lineEnd = contentStart - breakLength;
  let lineStart = lineEnd;
  while (lineStart > 0 && text[lineStart - 1] !== '\n' && text[lineStart - 1] !== '\r') lineStart--;
  const found = /[|>][-+\d]*[ \t]*(?:#.*)?$/.exec(text.slice(lineStart, lineEnd));
  return found ? lineStart + found.index : contentStart;
}
