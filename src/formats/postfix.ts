import type { Diagnostic } from '../core/finding.ts';
import { type Range, type Source, spanOf } from '../core/source.ts';
import {
  holdsTemplate,
  isBranching,
  isTemplate,
  isTemplateLine,
  type KeyValue,
  linesOf,
  withoutTemplateComments,
} from './key-values.ts';
import type { Word } from './word.ts';

/** main.cf: `name = value`, in the order written; the last of one name counts. */
export interface PostfixSettings {
  readonly entries: readonly KeyValue[];
  readonly branching: boolean;
  readonly diagnostics: readonly Diagnostic[];
}

/** One service of master.cf. */
export interface PostfixService {
  /** `smtp`, `submission`, `127.0.0.1:10025`, or the name of a socket. */
  readonly name: Word;
  /** `inet`, `unix`, `pass` … */
  readonly type: string;
  /** The program that serves it: `smtpd`. */
  readonly command: string;
  /** The settings that `-o name=value` overrides, in order. */
  readonly overrides: readonly KeyValue[];
}

interface PostfixServices {
  readonly services: readonly PostfixService[];
  readonly branching: boolean;
  readonly diagnostics: readonly Diagnostic[];
}

/** A line with those that continue it, comments between them blanked out: its offsets are those of the file. */
interface LogicalLine {
  readonly text: string;
  readonly start: number;
}

/**
 * The logical lines of main.cf and master.cf (postconf(5), master(5)): a line that begins with a blank continues the one
 * before; a line whose first character that is no blank is `#` is a comment, also between the two.
 */
function logicalLines(file: string): { readonly lines: readonly LogicalLine[]; readonly branching: boolean } {
  const text = withoutTemplateComments(file);
  const lines: { start: number; end: number; comments: Range[] }[] = [];
  let pending: Range[] = [];
  let branching = false;
  for (const line of linesOf(text)) {
    const last = lines.at(-1);
    if (isTemplateLine(line.text)) {
      branching ||= isBranching(line.text);
      pending.push(line);
    } else if (/^\s*#/.test(line.text)) pending.push(line);
    else {
      if (/^\s/.test(line.text) && last) {
        last.end = line.end;
        last.comments.push(...pending);
      } else lines.push({ start: line.start, end: line.end, comments: [] });
      pending = [];
    }
  }
  return {
    lines: lines.map(({ start, end, comments }) => ({ start, text: blanked(text, start, end, comments) })),
    branching,
  };
}

function blanked(text: string, start: number, end: number, comments: readonly Range[]): string {
  let result = '';
  let from = start;
  for (const comment of comments) {
    result += text.slice(from, comment.start) + ' '.repeat(comment.end - comment.start);
    from = comment.end;
  }
  return result + text.slice(from, end);
}

/** Reads main.cf. Never throws: a line that is no setting is a diagnostic. */
export function parsePostfixSettings(source: Source): PostfixSettings {
  const { lines, branching } = logicalLines(source.text);
  const entries: KeyValue[] = [];
  const strange: LogicalLine[] = [];
  for (const line of lines) {
    const entry = settingIn(source, line.text, line.start);
    if (entry) entries.push(entry);
    else strange.push(line);
  }
  const chosen = branching || entries.some(({ key }) => holdsTemplate(key));
  return { entries, ...judged(source, strange, chosen, 'expected name = value') };
}

/** Reads master.cf. Never throws: a service with too few fields is a diagnostic. */
export function parsePostfixServices(source: Source): PostfixServices {
  const { lines, branching } = logicalLines(source.text);
  const strange: LogicalLine[] = [];
  const services = lines.flatMap((line): readonly PostfixService[] => {
    const { text, start } = line;
    const fields = [...text.matchAll(/\{[^{}]*\}|\S+/g)].map(
      ({ 0: field, index }): Word => wordAt(source, field, start + index),
    );
    const [name, type] = fields;
    const command = fields[7];
    if (!name || !type || !command) {
      strange.push(line);
      return [];
    }
    return [{ name, type: type.text, command: command.text, overrides: overridesIn(source, fields.slice(8)) }];
  });
  const expected = 'expected a service: name type private unprivileged chroot wakeup limit command';
  return { services, ...judged(source, strange, branching, expected) };
}

/** Lines that are none of the syntax are diagnostics, save in a template, where they leave open what is there. */
function judged(source: Source, strange: readonly LogicalLine[], branching: boolean, message: string) {
  const templated = branching || strange.some(({ text }) => holdsTemplate(text));
  return {
    branching: templated,
    diagnostics: (templated || isTemplate(source.text) ? [] : strange).map(({ text, start }): Diagnostic => {
      const indent = text.length - text.trimStart().length;
      const span = spanOf(source, start + indent, start + text.trimEnd().length);
      return { code: 'parse-error', message, span };
    }),
  };
}

/** `-o name=value`, `-oname=value` and, since Postfix 3.0, `-o { name = value }`. */
function overridesIn(source: Source, fields: readonly Word[]): readonly KeyValue[] {
  return fields.flatMap((field, index): readonly KeyValue[] => {
    const joined = /^-o(?=.)/.test(field.text);
    const behind = field.text === '-o' ? fields[index + 1] : undefined;
    const written = joined ? wordAt(source, field.text.slice(2), field.range.start + 2) : behind;
    if (!written) return [];
    const [opening = ''] = /^\{\s*/.exec(written.text) ?? [];
    const text = opening === '' ? written.text : written.text.slice(opening.length).replace(/\s*\}$/, '');
    const entry = settingIn(source, text, written.range.start + opening.length);
    return entry ? [entry] : [];
  });
}

function settingIn(source: Source, text: string, start: number): KeyValue | undefined {
  const [head, indent = '', key = ''] = /^(\s*)([^\s=]+)\s*=\s*/.exec(text) ?? [];
  if (head === undefined) return undefined;
  const keyRange = { start: start + indent.length, end: start + indent.length + key.length };
  return { key, keyRange, value: wordAt(source, text.slice(head.length).trimEnd(), start + head.length), section: '' };
}

const wordAt = (source: Source, text: string, start: number): Word => ({
  text,
  source,
  range: { start, end: start + text.length },
  unknown: false,
});
