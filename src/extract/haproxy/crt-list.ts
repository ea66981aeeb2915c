import type { Diagnostic } from '../../core/finding.ts';
import { type Range, type Source, spanOf } from '../../core/source.ts';
import type { HaproxyWord } from '../../formats/haproxy-words.ts';
import { type OptionList, readOptions } from '../dialects/haproxy-options.ts';

/** A line of a crt-list file: `site.pem [alpn h2 ssl-min-ver TLSv1.2] *.example.com !old.example.com`. */
export interface CrtListEntry {
  readonly certificate: HaproxyWord;
  /** What stands in brackets; `undefined` without them. */
  readonly options: OptionList | undefined;
  readonly hosts: readonly HaproxyWord[];
}

export interface CrtList {
  readonly entries: readonly CrtListEntry[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads a crt-list as crtlist_parse_line() in ssl_crtlist.c does: no quotes, no escapes, comments only from column 1. */
export function parseCrtList(source: Source): CrtList {
  const entries: CrtListEntry[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const { 0: line, index } of source.text.matchAll(/[^\r\n]+/g)) {
    if (line.startsWith('#')) continue;
    const at = (start: number, end: number): Range => ({ start: index + start, end: index + end });
    const open = line.indexOf('[');
    const close = line.indexOf(']', open);
    if (open !== -1 && close === -1) {
      const { start, end } = at(open, open + 1);
      diagnostics.push({ code: 'parse-error', message: 'expected ] on this line', span: spanOf(source, start, end) });
    }
    const inside = open === -1 ? undefined : { start: open + 1, end: close === -1 ? line.length : close };
    const wordsIn = (start: number, end: number): readonly HaproxyWord[] =>
      [...line.slice(start, end).matchAll(/\S+/g)].map(({ 0: text, index: from }) => ({
        text,
        source,
        range: at(start + from, start + from + text.length),
        unknown: /\{\{|\$\{|<%/.test(text),
        conditional: false,
      }));
    const [certificate, ...others] = wordsIn(0, inside ? open : line.length);
    if (!certificate) continue;
    const filters = inside ? wordsIn(inside.end + 1, line.length) : others;
    entries.push({
      certificate,
      options: inside && readOptions(wordsIn(inside.start, inside.end), 'bind', []),
      hosts: filters.filter(({ text }) => !text.startsWith('!')),
    });
  }
  return { entries, diagnostics };
}
