import { data } from '../../../data/verification-switches.yaml';
import type { Source } from '../../core/source.ts';
import { spanOf } from '../../core/source.ts';
import type { ShellCommand } from '../../formats/shell.ts';
import { parseShell } from '../../formats/shell.ts';
import type { Switch } from './verification-switches.ts';

const files = data.files.map(({ file, line, program, phase }) => ({
  file: new RegExp(`(?:${file})$`, 'i'),
  line: new RegExp(line, 'gi'),
  program,
  phase,
}));

/** The line of a program's configuration file that switches verification off; at most one. */
export function switchInFile(path: string, content: Source): Switch | undefined {
  return switchIn(path, content.text, content, 0);
}

/** Whether a path is called what a program calls its configuration file. */
export const isSettingsFile = (path: string): boolean => files.some(({ file }) => file.test(path));

/**
 * What a script writes into configuration files of programs: `echo insecure >> ~/.curlrc`, a here-document for `cat`
 * or `tee`, `sed` on a file. What is only quoted, compared or searched for is not written.
 */
export function switchesWritten(script: Source): readonly Switch[] {
  if (!/rc\b|\.conf\b|\.repo\b|\.ini\b|\.toml\b|gitconfig|boto/.test(script.text)) return [];
  return [...parseShell(script).flatMap(writtenBy), ...writtenByHeredocs(script)];
}

function writtenBy(command: ShellCommand): readonly Switch[] {
  const [program, ...rest] = command.words;
  const { source } = command;
  const name = (program?.value ?? '').replace(/^.*\//, '');
  if (name === 'sed') {
    const paths = rest.map(({ raw }) => raw.replace(/["']/g, ''));
    return rest.flatMap(({ raw, range }) => {
      // Of `s/a/b/` what is put in; of `/^a/d` nothing.
      const edit = /^["']?(?:[^"']*\s)?(?:\S*\/)?s([/|#,!@~:])(?:\\.|(?!\1).)*\1((?:\\.|(?!\1).)*)\1/s.exec(raw);
      const inserted = edit?.[2] ?? /^["']?(?:\d+|\$|\/.*\/)?\s*[aic]\\?\s*(.*)$/s.exec(raw)?.[1];
      if (inserted === undefined) return [];
      const start = range.start + raw.lastIndexOf(inserted);
      return paths.flatMap((path) => switchIn(path, inserted, source, start) ?? []).slice(0, 1);
    });
  }
  if (name !== 'echo' && name !== 'printf') return [];
  const end = command.words.at(-1)?.range.end ?? 0;
  const path = redirectedTo(source.text.slice(end));
  if (path === undefined) return [];
  return rest.flatMap(({ raw, range }) => {
    const quote = /^(["'])/.test(raw) ? 1 : 0;
    return switchIn(path, raw.slice(quote, raw.length - quote), source, range.start + quote) ?? [];
  });
}

/** Where the output goes that is written behind a command: `>> file`, `| tee -a file`, also of the group around it. */
function redirectedTo(behind: string): string | undefined {
  const own = /^[^;&\n>|]*(?:>>?|\|\s*(?:sudo\s+)?tee(?:\s+-\w+)*)\s*["']?([^\s"';&|<>]+)/.exec(behind)?.[1];
  return own ?? /^[^{}()]*[})]\s*>>?\s*["']?([^\s"';&|<>]+)/.exec(behind)?.[1];
}

const writtenByHeredocs = (script: Source): readonly Switch[] =>
  heredocsWritten(script).flatMap(({ path, text, start }) => switchIn(path, text, script, start) ?? []);

/** What a script writes into files by here-documents: `cat <<EOF > file`, `tee file <<'EOF'`. */
export function heredocsWritten(
  script: Source,
): readonly { readonly path: string; readonly text: string; readonly start: number }[] {
  const opened = /^(.*)<<-?[ \t]*["']?(\w+)["']?(.*)\n/gm;
  return [...script.text.matchAll(opened)].flatMap((match) => {
    const [whole, before = '', mark = '', behind = ''] = match;
    const line = `${before} ${behind}`;
    if (/^\s*#/.test(before) || !/\b(?:cat|tee)\b/.test(line)) return [];
    const path = /(?:>>?|\btee(?:\s+-\w+)*)\s*["']?([^\s"';&|<>]+)/.exec(line)?.[1];
    const start = match.index + whole.length;
    const rest = script.text.slice(start);
    const end = new RegExp(`^[ \\t]*${mark}[ \\t]*$`, 'm').exec(rest)?.index ?? rest.length;
    return path === undefined ? [] : [{ path, text: rest.slice(0, end), start }];
  });
}

function switchIn(path: string, text: string, source: Source, start: number): Switch | undefined {
  const entry = files.find(({ file }) => file.test(path));
  if (!entry) return undefined;
  for (const match of text.matchAll(entry.line)) {
    const before = text.slice(text.lastIndexOf('\n', match.index) + 1, match.index);
    if (/^\s*(?:[#;]|\/\/)/.test(before)) continue;
    const found = match[0].replace(/^(?:\n|\\n|\s)+/, '');
    const from = start + match.index + match[0].length - found.length;
    return {
      program: entry.program,
      speaking: false,
      text: `${found} in ${path.replace(/^.*\/(?=.)/, '')}`,
      span: spanOf(source, from, from + found.length),
      phase: entry.phase,
      target: undefined,
    };
  }
  return undefined;
}
