import type { Diagnostic } from '../core/finding.ts';
import { type Source, spanOf } from '../core/source.ts';
import { holdsTemplate, isBranching, isTemplate, isTemplateLine, linesOf } from './key-values.ts';
import type { Word } from './word.ts';

/** One line of redis.conf: a directive and its arguments. */
export interface RedisDirective {
  /** In lower case. */
  readonly name: string;
  readonly nameWord: Word;
  readonly arguments: readonly Word[];
}

export interface RedisFile {
  readonly directives: readonly RedisDirective[];
  readonly branching: boolean;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads redis.conf, valkey.conf and sentinel.conf: words between blanks, in single or double quotes where need be; a line
 * that begins with `#` is a comment, one behind a value is not. Never throws.
 */
export function parseRedis(source: Source): RedisFile {
  const directives: RedisDirective[] = [];
  const diagnostics: Diagnostic[] = [];
  let branching = false;
  for (const line of linesOf(source.text)) {
    if (isTemplateLine(line.text)) {
      branching ||= isBranching(line.text);
      continue;
    }
    if (/^\s*#/.test(line.text)) continue;
    const [nameWord, ...words] = wordsOf(source, line.text, line.start);
    if (nameWord) directives.push({ name: nameWord.text.toLowerCase(), nameWord, arguments: words });
    if (/^(?:[^"']|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')*$/.test(line.text)) continue;
    const message = 'this line has a quote that is never closed';
    diagnostics.push({ code: 'parse-error', message, span: spanOf(source, line.start, line.end) });
  }
  return { directives, branching, diagnostics: isTemplate(source.text) ? [] : diagnostics };
}

const wordsOf = (source: Source, text: string, start: number): readonly Word[] =>
  [...text.matchAll(/"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|(\{\{.*?\}\}\S*|\S+)/g)].map(
    ({ 0: whole, 1: double, 2: single, index }): Word => {
      const raw = double ?? single ?? whole;
      const from = start + index + (raw === whole ? 0 : 1);
      return {
        text: raw === whole ? raw : raw.replace(/\\(.)/g, '$1'),
        source,
        range: { start: from, end: from + raw.length },
        unknown: holdsTemplate(raw),
      };
    },
  );
