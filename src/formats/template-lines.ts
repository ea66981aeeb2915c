import type { Range } from '../core/source.ts';
import { tagReader } from './nginx-template.ts';

/** A text that a template engine may fill in: what is left once the engine's own statements are taken out. */
export interface TemplatedText {
  /** As long as the original: statements that render to nothing are blanks, outputs stay. */
  readonly text: string;
  /** Whether what starts at an offset is rendered under a condition, or once for each element of a list. */
  readonly depthAt: (offset: number) => number;
  /** Where another template brings in text that is not to be seen. */
  readonly holes: readonly Range[];
  /** Whether a template statement or output touches the range. */
  readonly touches: (range: Range) => boolean;
}

/** Takes Jinja, Go template and ERB statements out of a configuration file (see nginx-template.ts). */
export function templatedText(original: string): TemplatedText {
  const tags: Range[] = [];
  const holes: Range[] = [];
  const steps: { readonly at: number; readonly depth: number }[] = [];
  const pieces: string[] = [];
  const tagAt = tagReader(original);
  let depth = 0;
  let copied = 0;
  for (let offset = nextDelimiter(original, 0); offset !== -1; ) {
    const tag = tagAt(offset);
    if (!tag) {
      offset = nextDelimiter(original, offset + 1);
      continue;
    }
    tags.push({ start: tag.start, end: tag.end });
    if (tag.kind === 'hole') holes.push({ start: tag.start, end: tag.end });
    if (tag.nesting !== 0) {
      depth = Math.max(depth + tag.nesting, 0);
      steps.push({ at: tag.end, depth });
    }
    if (tag.kind !== 'output') {
      pieces.push(original.slice(copied, tag.start), original.slice(tag.start, tag.end).replace(/[^\n]/g, ' '));
      copied = tag.end;
    }
    offset = nextDelimiter(original, tag.end);
  }
  pieces.push(original.slice(copied));
  return {
    text: pieces.join(''),
    depthAt: (offset) => steps[lastAtOrBefore(steps.length, (index) => (steps[index]?.at ?? 0) <= offset)]?.depth ?? 0,
    holes,
    touches: ({ start, end }) => {
      const tag = tags[lastAtOrBefore(tags.length, (index) => (tags[index]?.start ?? 0) < end)];
      return tag !== undefined && tag.end > start;
    },
  };
}

/** `${NAME}`, `$NAME`, `$(command)`, `@NAME@`, `%NAME%`, `__NAME__`: what a shell, autoconf or a script fills in. */
export const hasPlaceholder = (text: string): boolean =>
  /\{\{|<%|\$\{|\$\(|\$[A-Za-z_]|@\w+@|%[A-Za-z_]\w*%|__[A-Za-z]\w*__|<[A-Za-z_][\w-]*>/.test(text);

function nextDelimiter(text: string, from: number): number {
  const brace = text.indexOf('{', from);
  const angle = text.indexOf('<%', from);
  return brace === -1 || (angle !== -1 && angle < brace) ? angle : brace;
}

/** The last index for which a condition holds that holds for all before it; -1 where it holds for none. */
function lastAtOrBefore(length: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
