import type { Range } from '../core/source.ts';

export const isJsonPath = (path: string): boolean => /\.(json|jsonc|json5|jsonl|ndjson)$/i.test(path);

export const looksLikeJson = (text: string): boolean => /^\uFEFF?\s*[{[]/.test(text.slice(0, 1000));

/** The top-level values of a text that holds several in a row, as line-delimited JSON does; none unless all of it is. */
export function objectsInRow(text: string): readonly Range[] {
  const objects: Range[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? '';
    if (character === '"') at = endOfString(text, at);
    else if (character === '{' || character === '[') {
      if (depth === 0) start = at;
      depth++;
    } else if (character === '}' || character === ']') {
      depth--;
      if (depth < 0) return [];
      if (depth === 0) objects.push({ start, end: at + 1 });
    } else if (depth === 0 && !/[\s\uFEFF]/.test(character)) return [];
  }
  return depth === 0 ? objects : [];
}

/** The text with `//` and block comments blanked, which JSON of editors and build tools may hold. */
export function withoutJsonComments(text: string): string {
  if (!text.includes('//') && !text.includes('/*')) return text;
  const parts: string[] = [];
  let done = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '"') at = endOfString(text, at);
    if (text[at] !== '/' || (text[at + 1] !== '/' && text[at + 1] !== '*')) continue;
    const closing = text[at + 1] === '/' ? '\n' : '*/';
    const found = text.indexOf(closing, at + 2);
    const end = found === -1 ? text.length : found + (closing === '\n' ? 0 : 2);
    parts.push(text.slice(done, at), text.slice(at, end).replace(/[^\n\r]/g, ' '));
    done = end;
    at = end - 1;
  }
  parts.push(text.slice(done));
  return parts.join('');
}

/** The closing quote of the string that opens at `open`, or the end of its line. */
function endOfString(text: string, open: number): number {
  let at = open + 1;
  while (at < text.length && text[at] !== '"' && text[at] !== '\n') at += text[at] === '\\' ? 2 : 1;
  return at;
}
