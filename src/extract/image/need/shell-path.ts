import type { Source } from '../../../core/source.ts';
import type { ShellCommand } from '../../../formats/shell.ts';
import { codeOf } from '../walk/plain-script.ts';

/** A stretch of a script: what a branch or a function holds. */
interface Block {
  readonly start: number;
  end: number;
  /** Whether whoever starts the script comes here in the usual case. */
  usual: boolean;
  /** Of a function: its name. */
  readonly name: string | undefined;
}

/** More openings than this are not followed. */
const mostBlocks = 500;

/**
 * Whether a script comes to a command in the usual case: outside of all branches, in a loop, or where `if` asks whether
 * a file is missing, which it is at the first start; in a function only if such a command calls it.
 */
export function onUsualPath(script: Source, commands: readonly ShellCommand[]): (command: ShellCommand) => boolean {
  const blocks = new Map<Source, readonly Block[]>();
  const around = (source: Source, at: number): readonly Block[] => {
    const all = blocks.get(source) ?? blocksOf(source.text);
    blocks.set(source, all);
    return all.filter(({ start, end }) => start < at && at < end);
  };
  const called = new Set<string>();
  const declared = new Set(blocksOf(script.text).flatMap(({ name }) => name ?? []));
  const isUsual = ({ usual, name }: Block): boolean => (name === undefined ? usual : called.has(name));
  const comesTo = ({ source: own, words }: ShellCommand): boolean => {
    let at = words[0]?.range.start ?? 0;
    // The text of `sh -c '…'` stands in the branch that the command stands in.
    for (let source = own; ; ) {
      if (!around(source, at).every(isUsual) || isAlternative(source.text, at)) return false;
      if (source === script || !source.within) return true;
      at = source.within.segments[0]?.outer.start ?? 0;
      source = source.within.outer;
    }
  };
  // A function may be called by another one that is written before it.
  for (let more = true, round = 0; more && round < 5; round++) {
    const before = called.size;
    for (const command of commands) {
      const name = command.words[0]?.value;
      if (name !== undefined && declared.has(name) && !called.has(name) && comesTo(command)) called.add(name);
    }
    more = called.size > before;
  }
  return comesTo;
}

/** It stands behind `||`, or behind a test and `&&`: `[ -n "$URL" ] && curl "$URL"`. */
function isAlternative(text: string, start: number): boolean {
  const line = start === 0 ? '' : text.slice(text.lastIndexOf('\n', start - 1) + 1, start).slice(-2_000);
  const list = line.slice(line.lastIndexOf(';') + 1);
  if (/\|\|\s*$/.test(list)) return !isAboutFiles(list);
  return /(?:\]|\btest\b[^&]*)\s*&&/.test(list) && !/\[\[?\s*!\s+-[efdsr]\s[^&|]*&&\s*$/.test(list);
}

/** `[ -f data.db ] || curl …`: the file is missing at the first start. */
const isAboutFiles = (text: string): boolean => /(?:\[\[?|\btest)\s+-[efdsr]\s[^&|]*\|\|\s*$/.test(text);

function blocksOf(text: string): readonly Block[] {
  const code = codeOf(text);
  const words = /(?<=^|[;&|\s({])(?:if|then|elif|else|fi|case|esac|for|while|until|done)(?=$|[;&|\s)])/g;
  const found: Block[] = [...functionsOf(code)];
  const open: Block[] = [];
  const begin = (start: number, usual: boolean): void => {
    const block: Block = { start, end: text.length, usual, name: undefined };
    open.push(block);
    found.push(block);
  };
  const finish = (end: number): void => {
    const block = open.pop();
    if (block) block.end = end;
  };
  let condition = 0;
  for (const { 0: word, index } of code.matchAll(words)) {
    if (found.length > mostBlocks) return [{ start: -1, end: text.length + 1, usual: false, name: undefined }];
    if (word === 'if' || word === 'case') begin(index, word === 'if');
    else if (word === 'for' || word === 'while' || word === 'until') begin(index, true);
    else if (word === 'fi' || word === 'esac' || word === 'done') finish(index);
    if (word === 'if') condition = index;
    if (word === 'then' || word === 'elif' || word === 'else') {
      // What the condition itself runs, it runs; each branch is a block in its place.
      const usual = word === 'then' && asksForMissing(code.slice(condition, index));
      finish(index);
      begin(index, usual);
    }
  }
  return found;
}

/** `if [ ! -f x ]`, `if ! test -d x`, `if [ ! -e x ] && …` is left alone. */
const asksForMissing = (condition: string): boolean =>
  /^if\s+(?:\[\[?\s*!\s+-[efdsr]\s|\[\[?\s*-z\s+"?\$\(ls\b|!\s+(?:\[\[?\s+|test\s+)-[efdsr]\s)[^&|]*$/.test(condition);

/** Functions whose closing brace stands at the margin that their name stands at. */
function functionsOf(code: string): readonly Block[] {
  const found: Block[] = [];
  for (const match of code.matchAll(
    /^([ \t]*)(?:function[ \t]+)?([\w:.-]+)[ \t]*\([ \t]*\)[ \t]*\n?[ \t]*\{|^([ \t]*)function[ \t]+([\w:.-]+)[ \t]*\n?[ \t]*\{/gm,
  )) {
    if (found.length > mostBlocks) break;
    const margin = match[1] ?? match[3] ?? '';
    const close = code.indexOf(`\n${margin}}`, match.index);
    const lineEnd = code.indexOf('\n', match.index + match[0].length);
    const oneLine = /\}\s*$/.test(code.slice(match.index + match[0].length, lineEnd < 0 ? undefined : lineEnd));
    const end = oneLine && lineEnd >= 0 ? lineEnd : close < 0 ? code.length : close;
    found.push({ start: match.index, end, usual: false, name: match[2] ?? match[4] ?? '' });
  }
  return found;
}
