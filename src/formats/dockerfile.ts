import { DockerfileParser } from 'dockerfile-ast';
import type { Diagnostic } from '../core/finding.ts';
import type { Range, Source } from '../core/source.ts';
import { spanOf } from '../core/source.ts';
import { lineStarts } from '../core/text.ts';
import { readInstruction } from './dockerfile-instruction.ts';
import { withPlainHeredocs } from './dockerfile-lines.ts';
import type { DockerfileInstruction, InstructionHead } from './dockerfile-tree.ts';

export type { DockerfileInstruction, DockerfileWord } from './dockerfile-tree.ts';

export interface DockerfileFile {
  readonly instructions: readonly DockerfileInstruction[];
  readonly diagnostics: readonly Diagnostic[];
  /** The file is a template that makes a Dockerfile: its instructions may be left out or repeated. */
  readonly template: boolean;
}

const cache = new WeakMap<Source, DockerfileFile>();

/** Never throws. Parsed once per source. Source: Dockerfile reference, docker/dockerfile 1.20. */
export function parseDockerfile(source: Source): DockerfileFile {
  const cached = cache.get(source);
  if (cached) return cached;
  const file = parsed(source);
  cache.set(source, file);
  return file;
}

function parsed(source: Source): DockerfileFile {
  const split = instructionsIn(source.text);
  if (!split) {
    const message = 'this could not be read as a Dockerfile';
    return {
      instructions: [],
      diagnostics: [{ code: 'parse-error', message, span: spanOf(source, 0, 0) }],
      template: false,
    };
  }
  let template =
    /\.(?:j2|jinja2?|tmpl|tpl|template|in|erb|m4|mustache|gotmpl)$/i.test(source.path) ||
    split.heads.some(({ keyword }) => isTemplateMark(keyword));
  // Positions in the instructions are offsets into the source's text, whatever it is nested in.
  const plain: Source = { path: source.path, text: source.text };
  const instructions: DockerfileInstruction[] = [];
  const diagnostics: Diagnostic[] = [];
  let shellScripts = true;
  for (const head of split.heads) {
    if (isTemplateMark(head.keyword)) continue;
    const { instruction, problem } = readInstruction(plain, source, head, split.escape, shellScripts);
    instructions.push(instruction);
    if (instruction.keyword === 'FROM') {
      shellScripts = true;
      template ||= instruction.words.some(({ value }) => /\{\{|\{%|<%|%%\w+%%/.test(value));
    }
    if (instruction.keyword === 'SHELL') shellScripts = isShell(instruction.words[0]?.value ?? 'sh');
    if (problem && !template) {
      const { start, end } = problem.range;
      diagnostics.push({ code: 'parse-error', message: problem.message, span: spanOf(source, start, end) });
    }
  }
  const withoutBase = template ? undefined : missingBase(source, instructions);
  return { instructions, diagnostics: withoutBase ? [withoutBase] : diagnostics, template };
}

/** A file without FROM is no Dockerfile: that one thing is said, not each of its lines. */
function missingBase(source: Source, instructions: readonly DockerfileInstruction[]): Diagnostic | undefined {
  const [first] = instructions;
  if (instructions.some(({ keyword }) => keyword === 'FROM')) return undefined;
  const { start, end } = first?.keywordRange ?? { start: 0, end: 0 };
  return {
    code: 'parse-error',
    message: 'this is not a Dockerfile that can be built: it has no FROM instruction',
    span: spanOf(source, start, end),
  };
}

function instructionsIn(
  text: string,
): { readonly heads: readonly InstructionHead[]; readonly escape: string } | undefined {
  const starts = lineStarts(text);
  const offset = (position: { readonly line: number; readonly character: number }): number =>
    Math.min((starts[position.line] ?? text.length) + position.character, text.length);
  const rangeOf = (range: { readonly start: Position; readonly end: Position }): Range => ({
    start: offset(range.start),
    end: offset(range.end),
  });
  try {
    const file = DockerfileParser.parse(withPlainHeredocs(text));
    const heads = file.getInstructions().map((instruction) => ({
      keyword: instruction.getKeyword(),
      keywordRange: rangeOf(instruction.getInstructionRange()),
      range: rangeOf(instruction.getRange()),
    }));
    return { heads, escape: file.getEscapeCharacter() };
  } catch {
    return undefined;
  }
}

interface Position {
  readonly line: number;
  readonly character: number;
}

/** A line that a template engine takes: `{{ if … }}`, `{% for … %}`, `<% … %>`, `%%VERSION%%`. */
const isTemplateMark = (keyword: string): boolean => /^(?:\{\{|\{%|\{#|<%|%%|@[A-Z_]+@)/i.test(keyword);

const isShell = (program: string): boolean => /(?:^|\/)(?:ba|da|a|k|z)?sh$/.test(program);
