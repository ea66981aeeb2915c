import type { Range, Segment, Source } from '../core/source.ts';
import { nestedSource, spanOf } from '../core/source.ts';
import { heredocBody, joinedLine, sliceSource, withLines } from './dockerfile-lines.ts';
import type { DockerfileInstruction, DockerfileWord, InstructionHead } from './dockerfile-tree.ts';
import type { ExecString, Token } from './dockerfile-words.ts';
import { execStrings, tokens, unquoted } from './dockerfile-words.ts';

/** What is wrong with an instruction, for the user. */
interface Problem {
  readonly message: string;
  readonly range: Range;
}

interface Read {
  readonly instruction: DockerfileInstruction;
  readonly problem: Problem | undefined;
}

const keywords: ReadonlySet<string> = new Set([
  'FROM',
  'RUN',
  'CMD',
  'LABEL',
  'MAINTAINER',
  'EXPOSE',
  'ENV',
  'ADD',
  'COPY',
  'ENTRYPOINT',
  'VOLUME',
  'USER',
  'WORKDIR',
  'ARG',
  'ONBUILD',
  'STOPSIGNAL',
  'HEALTHCHECK',
  'SHELL',
]); // prettier-ignore
const withFlags: ReadonlySet<string> = new Set(['FROM', 'RUN', 'COPY', 'ADD', 'HEALTHCHECK']);
const withHeredocs: ReadonlySet<string> = new Set(['RUN', 'COPY', 'ADD']);
const withPairs: ReadonlySet<string> = new Set(['ENV', 'ARG', 'LABEL']);
const withExecForm: ReadonlySet<string> = new Set(['RUN', 'CMD', 'ENTRYPOINT', 'COPY', 'ADD', 'VOLUME', 'SHELL']);

/**
 * Reads one instruction. `plain` is the source without what it is nested in: ranges are offsets into it. `scripts`
 * says whether SHELL leaves a POSIX-like shell in force.
 */
export function readInstruction(
  plain: Source,
  source: Source,
  head: InstructionHead,
  escapeCharacter: string,
  scripts: boolean,
): Read {
  const { text } = source;
  const line = joinedLine(text, head.range.start, head.range.end, escapeCharacter);
  const first = keywordAt(line.text, 0);
  const trigger = first.keyword === 'ONBUILD' ? keywordAt(line.text, first.end) : undefined;
  const { keyword, start, end } = trigger?.keyword ? trigger : first;
  const map = mapping(plain, line);
  const reader: Reader = { source, line, escapeCharacter, map, end: head.range.end };
  const { flags, bodyStart } = flagsOf(reader, keyword, end);
  const healthcheck = keyword === 'HEALTHCHECK' ? keywordAt(line.text, bodyStart) : undefined;
  const commandStart = healthcheck?.keyword === 'CMD' ? healthcheck.end : bodyStart;
  const exec =
    withExecForm.has(keyword) || healthcheck?.keyword === 'CMD' ? execStrings(line.text, commandStart) : undefined;
  const body = tokens(line.text, bodyStart, escapeCharacter);
  const { heredocs, unclosed, last } = heredocsOf(reader, withHeredocs.has(keyword) && !exec ? body : []);
  const runs = keyword === 'RUN' || keyword === 'CMD' || keyword === 'ENTRYPOINT' || healthcheck?.keyword === 'CMD';
  const wordOf = ({ value, range }: { readonly value: string; readonly range: Range }): DockerfileWord => ({
    value,
    range: map(range),
  });
  const lead = healthcheck?.keyword === 'CMD' ? body.slice(0, 1) : [];
  const instruction: DockerfileInstruction = {
    keyword,
    keywordRange: trigger?.keyword ? map({ start, end }) : head.keywordRange,
    range: head.range,
    onbuild: Boolean(trigger?.keyword),
    flags,
    words: exec ? [...lead, ...exec].map(wordOf) : body.map(wordOf),
    exec: exec !== undefined,
    script: runs ? scriptOf(reader, commandStart, exec, heredocs, body, last, scripts) : undefined,
    pairs: withPairs.has(keyword) ? pairsOf(reader, keyword, body, bodyStart) : [],
    heredocs: heredocs.map(({ name, content }) => ({ name, content })),
  };
  return { instruction, problem: unclosed ?? problemOf(instruction) };
}

interface Reader {
  readonly source: Source;
  readonly line: { readonly text: string; readonly segments: readonly Segment[]; readonly next: number };
  readonly escapeCharacter: string;
  /** From offsets into the logical line to offsets into the file. */
  readonly map: (range: Range) => Range;
  readonly end: number;
}

function mapping(plain: Source, line: { readonly text: string; readonly segments: readonly Segment[] }): Reader['map'] {
  const nested = nestedSource(plain, line.text, line.segments);
  return (range) => {
    const { start, end } = spanOf(nested, range.start, range.end);
    return { start, end };
  };
}

function keywordAt(
  line: string,
  from: number,
): { readonly keyword: string; readonly start: number; readonly end: number } {
  const match = /[ \t]*([^ \t\r]*)/y;
  match.lastIndex = from;
  const found = match.exec(line)?.[1] ?? '';
  return { keyword: found.toUpperCase(), start: match.lastIndex - found.length, end: match.lastIndex };
}

/** The `--name=value` words before the arguments. */
function flagsOf(
  { line, escapeCharacter, map }: Reader,
  keyword: string,
  from: number,
): { readonly flags: DockerfileInstruction['flags']; readonly bodyStart: number } {
  if (!withFlags.has(keyword)) return { flags: [], bodyStart: from };
  const flags: { name: string; value: string; range: Range }[] = [];
  let bodyStart = from;
  for (const { raw, range } of tokens(line.text, from, escapeCharacter)) {
    if (!/^--[a-z]/.test(raw)) break;
    const equals = raw.indexOf('=');
    flags.push({
      name: raw.slice(2, equals < 0 ? undefined : equals),
      value: equals < 0 ? '' : unquoted(raw.slice(equals + 1), escapeCharacter),
      range: map(range),
    });
    bodyStart = range.end;
  }
  return { flags, bodyStart };
}

interface Heredoc {
  readonly name: string;
  readonly content: Source;
  readonly token: Token;
}

/** The here-documents that the words open. `last` is where the last one ends. */
function heredocsOf(
  { source, line, end, map }: Reader,
  words: readonly Token[],
): { readonly heredocs: readonly Heredoc[]; readonly unclosed: Problem | undefined; readonly last: number } {
  const heredocs: Heredoc[] = [];
  let unclosed: Problem | undefined;
  let position = line.next;
  for (const token of words) {
    const match = /^\d*<<(-?)((?:"[^"<]+")|(?:'[^'<]+')|[^<"'\s]+)$/.exec(token.raw);
    if (!match) continue;
    const name = (match[2] ?? '').replace(/^(["'])(.*)\1$/, '$2');
    const body = heredocBody(source.text, position, end, { delimiter: name, stripTabs: match[1] === '-' });
    heredocs.push({ name, content: nestedSource(source, body.text, body.segments), token });
    position = body.next;
    if (!body.closed) {
      unclosed ??= { message: `this here-document has no line \`${name}\` that ends it`, range: map(token.range) };
    }
  }
  return { heredocs, unclosed, last: position };
}

/** What a shell runs. */
function scriptOf(
  { source, line }: Reader,
  start: number,
  exec: readonly ExecString[] | undefined,
  heredocs: readonly Heredoc[],
  body: readonly Token[],
  last: number,
  shellInForce: boolean,
): Source | undefined {
  const written = nestedSource(source, line.text, line.segments);
  if (exec) {
    const flag = exec.findIndex(({ value }) => /^-[a-z]*c$/.test(value));
    const script = exec[flag + 1];
    const shell = exec.slice(0, Math.max(flag, 0)).some(({ value }) => /(?:^|\/)(?:ba|da|a|k|z)?sh$/.test(value));
    return shell && script ? nestedSource(written, script.value, script.segments) : undefined;
  }
  if (!shellInForce) return undefined;
  const [only] = heredocs;
  if (only && heredocs.length === 1 && body.length === 1)
    return readsAsShell(only.content.text) ? only.content : undefined;
  const from = firstAfterBlanks(line.text, start);
  if (from >= line.text.length) return undefined;
  if (heredocs.length === 0) return sliceSource(written, from, line.text.length);
  const whole = withLines(source.text, line, line.next, last);
  return sliceSource(nestedSource(source, whole.text, whole.segments), from, whole.text.length);
}

const readsAsShell = (script: string): boolean =>
  !script.startsWith('#!') || /^#![^\n]*\b(?:ba|da|a|k|z)?sh\b/.test(script);

function firstAfterBlanks(line: string, from: number): number {
  let index = from;
  while (index < line.length && /[ \t\r]/.test(line[index] ?? '')) index++;
  return index;
}

/** `A=1 B="two words"`, and the old `ENV A the rest`. */
function pairsOf(
  { line, escapeCharacter, map }: Reader,
  keyword: string,
  body: readonly Token[],
  start: number,
): DockerfileInstruction['pairs'] {
  const [first] = body;
  if (first && keyword !== 'ARG' && !first.raw.includes('=')) {
    const from = firstAfterBlanks(line.text, Math.max(first.range.end, start));
    const rest = line.text.slice(from).trimEnd();
    const value = rest === '' ? undefined : { value: rest, range: map({ start: from, end: from + rest.length }) };
    return [{ name: { value: first.value, range: map(first.range) }, value }];
  }
  return body.map(({ raw, range }) => {
    const equals = raw.indexOf('=');
    const nameEnd = equals < 0 ? range.end : range.start + equals;
    const name = {
      value: unquoted(line.text.slice(range.start, nameEnd), escapeCharacter),
      range: map({ start: range.start, end: nameEnd }),
    };
    if (equals < 0) return { name, value: undefined };
    const value = unquoted(raw.slice(equals + 1), escapeCharacter);
    return { name, value: { value, range: map({ start: nameEnd + 1, end: range.end }) } };
  });
}

function problemOf({
  keyword,
  keywordRange,
  words,
  heredocs,
  onbuild,
  exec,
}: DockerfileInstruction): Problem | undefined {
  if (!keywords.has(keyword)) return { message: `\`${keyword}\` is not a Dockerfile instruction`, range: keywordRange };
  const problem = (message: string): Problem => ({ message, range: keywordRange });
  if (words.length === 0 && heredocs.length === 0 && !exec)
    return problem(onbuild ? `ONBUILD ${keyword} says nothing` : `${keyword} says nothing`);
  if (keyword === 'FROM' && words.length !== 1 && !(words.length === 3 && words[1]?.value.toUpperCase() === 'AS')) {
    return problem('FROM takes one image, and may name its stage: `FROM image AS name`');
  }
  if ((keyword === 'COPY' || keyword === 'ADD') && words.length < 2)
    return problem(`${keyword} needs a source and a destination`);
  return undefined;
}
