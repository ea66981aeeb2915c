import { atWordEnd, match, skipBlanks } from './shell-space.ts';
import type { RawCommand } from './shell-tree.ts';
import { readWord, type WordScan } from './shell-words.ts';

/** A here-document that a line announces and the next ones hold. */
interface Heredoc {
  readonly command: RawCommand;
  readonly delimiter: string;
  readonly quoted: boolean;
  readonly stripsTabs: boolean;
}

export interface RedirectionScan extends WordScan {
  pending: Heredoc[];
  /** The command in whose words the reading stands. */
  owner: RawCommand | undefined;
}

/** A redirection and its target, which is no word of the command. */
export function readRedirection(scan: RedirectionScan, command: RawCommand): boolean {
  const operator = match(/\d*(?:<<<|<<-?|<>|<&|>>|>&|>\||<(?!\()|>(?!\())|&>>?/y, scan);
  if (operator === undefined) return false;
  scan.at += operator.length;
  skipBlanks(scan);
  if (atWordEnd(scan) && !/^[<>]\(/.test(scan.text.slice(scan.at, scan.at + 2))) return true;
  scan.owner = command;
  const target = readWord(scan, false);
  if (/<<-?$/.test(operator) && !operator.includes('<<<')) {
    scan.pending.push({
      command,
      delimiter: target.pieces.map(({ kind, text, raw }) => (kind === 'text' ? text : raw)).join(''),
      quoted: target.pieces.some(({ quoted }) => quoted),
      stripsTabs: operator.endsWith('-'),
    });
  }
  return true;
}

/** The here-documents announced on the line that just ended. Commands stand in their `$(…)`, unless quoted. */
export function readHeredocs(scan: RedirectionScan): void {
  const { pending } = scan;
  scan.pending = [];
  for (const heredoc of pending) {
    const start = scan.at;
    let end = scan.text.length;
    let next = scan.text.length;
    for (let at = start; at < scan.text.length; ) {
      const newline = scan.text.indexOf('\n', at);
      const lineEnd = newline < 0 ? scan.text.length : newline;
      const line = scan.text.slice(at, lineEnd).replace(/\r$/, '');
      if ((heredoc.stripsTabs ? line.replace(/^\t+/, '') : line) === heredoc.delimiter) {
        end = at;
        next = Math.min(lineEnd + 1, scan.text.length);
        break;
      }
      at = lineEnd + 1;
    }
    heredoc.command.heredocs.push({ start, end });
    if (!heredoc.quoted && !/(^|\/)(ba|da|a|k|z)?sh$/.test(heredoc.command.words[0]?.raw ?? '')) {
      const text = scan.text.slice(start, end);
      const segments = [{ inner: { start: 0, end: text.length }, outer: { start, end } }];
      scan.nested({ kind: 'text', text, segments, expansionsOnly: true });
    }
    scan.at = next;
  }
}
