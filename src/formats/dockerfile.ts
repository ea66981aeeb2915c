import { type Copy, DockerfileParser, type Instruction, type ModifiableInstruction, type Onbuild, type PropertyInstruction } from 'dockerfile-ast';
import type { Diagnostic } from '../core/finding.ts';
import { nestedSource, type Range, type Source, spanOf } from '../core/source.ts';
import { lineStarts } from '../core/text.ts';
import { execWords, type JoinedText, joinLines, shellWords } from './dockerfile-text.ts';

/** One argument of an instruction, without continuation characters. `value` keeps `$VAR` as written. */
export interface DockerfileWord {
  readonly value: string;
  readonly range: Range;
}

/** One instruction of a Dockerfile. Ranges are offsets into the file. */
export interface DockerfileInstruction {
  /** Upper case; an ONBUILD trigger is an instruction of its own with `onbuild` set. */
  readonly keyword: string;
  readonly keywordRange: Range;
  readonly range: Range;
  readonly onbuild: boolean;
  /** `--from=build` is `{ name: 'from', value: 'build' }`. */
  readonly flags: readonly { readonly name: string; readonly value: string; readonly range: Range }[];
  /** Exec form: the decoded strings; else split at blanks (quotes kept together and taken off). */
  readonly words: readonly DockerfileWord[];
  /** For RUN, CMD, ENTRYPOINT and HEALTHCHECK CMD in shell form or as a heredoc: the script, nested in the file. */
  readonly script: Source | undefined;
  /** ENV, ARG, LABEL: the pairs. */
  readonly pairs: readonly { readonly name: DockerfileWord; readonly value: DockerfileWord | undefined }[];
  /** `COPY <<FILE /dest`: the here-documents, nested in the file. */
  readonly heredocs: readonly { readonly name: string; readonly content: Source }[];
}

export interface DockerfileFile {
  readonly instructions: readonly DockerfileInstruction[];
  readonly diagnostics: readonly Diagnostic[];
}

const parsed = new WeakMap<Source, DockerfileFile>();

/** Never throws. Parsed once per source. */
export function parseDockerfile(source: Source): DockerfileFile {
  const known = parsed.get(source);
  if (known) return known;
  const file = parseFresh(source);
  parsed.set(source, file);
  return file;
}

/** What the instructions of one file have in common. */
interface Context {
  readonly source: Source;
  readonly starts: readonly number[];
  readonly escape: string;
}

function parseFresh(source: Source): DockerfileFile {
  try {
    const tree = DockerfileParser.parse(source.text);
    const context = { source, starts: lineStarts(source.text), escape: tree.getEscapeCharacter() };
    const instructions = tree.getInstructions().map((instruction) => instructionOf(instruction, false, context));
    return { instructions, diagnostics: instructions.flatMap((instruction) => problemsOf(instruction, source)) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `this Dockerfile cannot be read: ${reason}`;
    return { instructions: [], diagnostics: [{ code: 'parse-error', message, span: spanOf(source, 0, 0) }] };
  }
}

const keywords = new Set(
  'ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR'.split(' '),
);

function problemsOf({ keyword, keywordRange, words }: DockerfileInstruction, source: Source): readonly Diagnostic[] {
  const { start, end } = keywordRange;
  if (isTemplated(source.text.slice(start, source.text.indexOf('\n', start)))) return [];
  if (!keywords.has(keyword)) {
    return [{ code: 'parse-error', message: `"${keyword}" is no instruction; expected one such as FROM, RUN or COPY`, span: spanOf(source, start, end) }];
  }
  if (keyword === 'FROM' && words.length === 0) {
    return [{ code: 'parse-error', message: 'FROM names no image', span: spanOf(source, start, end) }];
  }
  return [];
}

/** A line that a template engine fills in. */
const isTemplated = (line: string): boolean => /\{\{|\{%|<%/.test(line);

function instructionOf(instruction: Instruction, onbuild: boolean, context: Context): DockerfileInstruction {
  const keyword = instruction.getKeyword();
  const trigger = keyword === 'ONBUILD' ? (instruction as Onbuild).getTriggerInstruction() : null;
  if (trigger) return instructionOf(trigger, true, context);
  const { source, escape } = context;
  const range = offsets(instruction.getRange(), context);
  const keywordRange = offsets(instruction.getInstructionRange(), context);
  const flags = flagsOf(instruction, context);
  const documents = heredocsOf(instruction, context);
  const bodyStart = flags.at(-1)?.range.end ?? keywordRange.end;
  const bodyEnd = documents.length > 0 ? endOfLine(source.text, bodyStart, range.end) : range.end;
  const joined = joinLines(source.text, { start: Math.min(bodyStart, bodyEnd), end: bodyEnd }, escape);
  const body = keyword === 'HEALTHCHECK' ? withoutFirstWord(joined, /^\s*CMD\b/i) : joined;
  const exec = execWords(body);
  return {
    keyword,
    keywordRange,
    range,
    onbuild,
    flags,
    words: exec ?? shellWords(body),
    script: exec ? undefined : scriptOf(keyword, body, documents, source),
    pairs: pairsOf(instruction, context),
    heredocs: documents,
  };
}

const endOfLine = (text: string, from: number, most: number): number => {
  const newline = text.indexOf('\n', from);
  return newline === -1 ? most : Math.min(newline, most);
};

/** The same joined text with what `pattern` matches at its start blanked. */
function withoutFirstWord(joined: JoinedText, pattern: RegExp): JoinedText {
  return { ...joined, text: joined.text.replace(pattern, (word) => ' '.repeat(word.length)) };
}

const scripted = new Set(['RUN', 'CMD', 'ENTRYPOINT', 'HEALTHCHECK']);

/** The script of a shell form; that of a here-document where the instruction is nothing but `<<NAME` or a shell's name. */
function scriptOf(
  keyword: string,
  joined: JoinedText,
  documents: DockerfileInstruction['heredocs'],
  source: Source,
): Source | undefined {
  if (!scripted.has(keyword)) return undefined;
  const [document] = documents;
  if (document && /^\s*<<-?\s*["']?\w+["']?(\s+(\/bin\/)?(ba|da|a)?sh)?\s*$/.test(joined.text)) return document.content;
  if (document && !/^\s*(\/bin\/)?(ba|da|a)?sh\b/.test(joined.text)) return undefined;
  return document ? document.content : nestedSource(source, joined.text, joined.segments);
}

function flagsOf(instruction: Instruction, context: Context): DockerfileInstruction['flags'] {
  if (!('getFlags' in instruction)) return [];
  return (instruction as ModifiableInstruction).getFlags().map((flag) => ({
    name: flag.getName(),
    value: flag.getValue() ?? '',
    range: offsets(flag.getRange(), context),
  }));
}

function heredocsOf(instruction: Instruction, context: Context): DockerfileInstruction['heredocs'] {
  if (!('getHeredocs' in instruction)) return [];
  const { source } = context;
  return (instruction as Copy).getHeredocs().map((heredoc) => {
    const content = heredoc.getContentRange();
    const { start, end } = content ? offsets(content, context) : { start: 0, end: 0 };
    const segments = [{ inner: { start: 0, end: end - start }, outer: { start, end } }];
    return { name: heredoc.getName(), content: nestedSource(source, source.text.slice(start, end), segments) };
  });
}

function pairsOf(instruction: Instruction, context: Context): DockerfileInstruction['pairs'] {
  if (!('getProperties' in instruction)) return [];
  return (instruction as PropertyInstruction).getProperties().map((property) => {
    const value = property.getValue();
    const valueRange = property.getValueRange();
    return {
      name: { value: property.getName(), range: offsets(property.getNameRange(), context) },
      value: value !== null && valueRange ? { value, range: unquoted(offsets(valueRange, context), context.source.text) } : undefined,
    };
  });
}

const unquoted = ({ start, end }: Range, text: string): Range =>
  end - start >= 2 && /["']/.test(text[start] ?? '') && text[end - 1] === text[start] ? { start: start + 1, end: end - 1 } : { start, end };

/** Lines and columns as dockerfile-ast gives them, zero-based, as offsets. */
function offsets(range: ReturnType<Instruction['getRange']>, { starts, source }: Context): Range {
  const offset = ({ line, character }: { readonly line: number; readonly character: number }): number =>
    Math.min((starts[line] ?? source.text.length) + character, source.text.length);
  return { start: offset(range.start), end: offset(range.end) };
}
