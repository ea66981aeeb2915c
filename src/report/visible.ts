/**
 * Texts of a repository on their way to a terminal or a runner's log: nothing in them may act there. Characters that
 * move the cursor, reorder or hide text are shown as escapes.
 */
export const visible = (text: string): string => text.replace(acting, escaped);

/** Controls, line and paragraph separators, format characters (bidirectional, invisible), lone surrogates. */
const acting = /[\p{Cc}\p{Zl}\p{Zp}\p{Cf}\p{Cs}]/gu;

/** `\x1b`, `\u202e`, `\u{e0001}`: the escape that stands for an acting character. */
function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code < 0x100) return `\\x${hex.padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`;
}

/**
 * A line that a GitHub runner takes for no command: it reads `::name` at the start of a line, blanks aside, and
 * `##[name` anywhere in it. Source: actions/runner, src/Runner.Common/ActionCommand.cs.
 */
export const inert = (line: string): string => line.replaceAll('##[', '# #[').replace(/^(\s*):(?=:)/, '$1: ');

/** Text as one inert line. */
export const plainLine = (text: string): string => inert(visible(text));

/** Text that may be written over several lines, such as a rule's reasons, as one. */
export const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();
