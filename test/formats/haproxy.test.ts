import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type HaproxyLine, holdsFor, parseHaproxy } from '../../src/formats/haproxy.ts';
import type { Branch } from '../../src/formats/haproxy-words.ts';
import { spanOfWord } from '../../src/formats/word.ts';

const parse = (text: string) => parseHaproxy({ path: 'haproxy.cfg', text });

const branchName = (branch: Branch): string => branch.map(({ arm }) => `<${arm}>`).join('');
const line = ({ keyword, arguments: words, branch, opaque }: HaproxyLine): string =>
  `${branchName(branch)}${opaque ? '?' : ''}${[keyword, ...words]
    .map(({ text, unknown, conditional }) => `${conditional ? '~' : unknown ? '$' : ''}${text}`)
    .join('|')}`;

/** Sections and their lines as text: words separated by `|`, `?` before what may be any line. */
const shape = (text: string): string =>
  [
    ...parse(text).preamble.map(line),
    ...parse(text).sections.map(({ head, lines }) => [line(head), ...lines.map(line)].join('; ')),
  ].join('\n');

const problems = (text: string) =>
  parse(text).diagnostics.map(({ message, span }) => `${text.slice(0, span.start).split('\n').length}: ${message}`);

describe('reading HAProxy configuration', () => {
  test.each([
    [
      'sections and lines',
      'global\n  daemon\n\nfrontend www from web\n  bind :80',
      'global; daemon\nfrontend|www|from|web; bind|:80',
    ],
    ['comments, also without a blank', 'global # a\n  user x#y\n# z\n', 'global; user|x'],
    ['quotes inside words', `global\n log "a b"'c d'e f`, 'global; log|a bc de|f'],
    ['escapes', 'global\n a b\\ c \\#d \\"e \\x41\\t', 'global; a|b c|#d|"e|A\t'],
    ['an unknown escape stays', 'global\n a ^\\.php\\d', 'global; a|^\\.php\\d'],
    ['single quotes take everything as it is', 'global\n a \'\\ "$X" # b\'', 'global; a|\\ "$X" # b'],
    ['variables', 'global\n a "$X" "${Y-z w}" ${Z} a$', 'global; a|$$X|$${Y-z w}|$${Z}|a$'],
    ['a byte order mark, tabs and CRLF', '\uFEFFglobal\r\n\tuser\tx\r\n', 'global; user|x'],
    ['placeholders', 'global\n a @PORT@ __NAME__ unix@x', 'global; a|$@PORT@|$__NAME__|unix@x'],
    ['conditions', 'global\n.if x\n a\n.elif y\n b\n.else\n c\n.endif\n d', 'global; <0>a; <1>b; <2>c; d'],
    ['messages', 'global\n.notice "x"\n a', 'global; a'],
    ['Jinja', 'global\n{% if x %}\n a\n{% else %}\n b\n{% endif %}\n c {{ d }}', 'global; <0>a; <1>b; c|${{ d }}'],
    ['Go templates', 'global\n{{- range .X }}\n a {{ . }}x\n{{- end }}', 'global; <0>a|${{ . }}x'],
    ['a branch within a line', 'global\n a {% if x %}b{% else %}c{% endif %} d', 'global; a|~b|~c|d'],
    ['a branch within a word', 'global\n a b{% if x %}c{% endif %}d e', 'global; a|$b{% if x %}c{% endif %}d|e'],
    [
      'lines that a template stands for',
      'global\n {{ more }}\n {% include "x" %}',
      'global; ?${{ more }}; ?${% include "x" %}',
    ],
    ['the comment of Ansible', '{{ ansible_managed | comment }}\nglobal\n a', 'global; a'],
    ['a template over several lines', 'global\n a {{ b\n | c }} d', 'global; a|${{ b\n | c }}|d'],
    ['lines before the first section', 'bind :80\nglobal', 'bind|:80\nglobal'],
  ])('%s', (_name, text, expected) => {
    expect(shape(text)).toBe(expected);
  });

  test.each([
    ['a quote that is never closed', 'global\n a "b c', '2: expected a closing " on this line'],
    ['a line that should go on', 'global\n a b \\\n c', '2: expected the rest of the line: HAProxy joins no lines'],
    ['a hexadecimal escape', 'global\n a \\xg', '2: expected two hexadecimal digits after \\x'],
    ['an .if that is never closed', 'global\n.if x\n a', '2: expected .endif before the end of the file'],
    ['an .endif too many', 'global\n.endif', '2: expected .if before .endif'],
    [
      'a line outside of sections',
      'a b\nglobal',
      '1: expected a section, such as global or frontend, before this line',
    ],
  ])('%s is a diagnostic, and the rest is read', (_name, text, problem) => {
    expect(problems(text)).toEqual([problem]);
    expect(parse(text).sections).toHaveLength(1);
  });

  test('a template is no mistake', () => {
    expect(problems('{% macro x() %}\n{{ head }}\nglobal\n a {{ b }} {% if c %}d{% endif %}\n<% end %>')).toEqual([]);
  });

  test('what holds for what', () => {
    const step = (block: string, arm: number) => ({ block, arm });
    expect(holdsFor([], [step('a', 0)])).toBe('certain');
    expect(holdsFor([step('a', 0)], [step('a', 0), step('b', 1)])).toBe('certain');
    expect(holdsFor([step('a', 0)], [step('a', 1)])).toBe('never');
    expect(holdsFor([step('a', 0)], [])).toBe('possible');
    expect(holdsFor([step('a', 0)], [step('b', 0)])).toBe('possible');
  });
});

const piece = fc.constantFrom(
  'global',
  'frontend a',
  '\n',
  '\r\n',
  ' ',
  '\t',
  '"',
  "'",
  '\\',
  '\\x4',
  '#',
  '$',
  '${',
  '}',
  '{{ a }}',
  '{% if %}',
  '{% else %}',
  '{% endif %}',
  '{% include x %}',
  '<% if a %>',
  '<% end %>',
  '.if',
  '.endif',
  '.else',
  'é',
  '🔒',
  '\uFEFF',
);
const texts = fc.oneof(
  fc.string(),
  fc.array(piece, { maxLength: 60 }).map((parts) => parts.join('')),
);

test('no text makes it throw, and plain words slice back', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const { preamble, sections } = parse(text);
      for (const { keyword, arguments: words } of [
        ...preamble,
        ...sections.flatMap(({ head, lines }) => [head, ...lines]),
      ]) {
        for (const word of [keyword, ...words]) {
          const { start, end } = spanOfWord(word);
          expect(start).toBeLessThanOrEqual(end);
          expect(end).toBeLessThanOrEqual(text.length);
          if (end - start === word.text.length && !/["'\\]/.test(text.slice(start, end)))
            expect(text.slice(start, end)).toBe(word.text);
        }
      }
    }),
  );
});

test('deep nesting and long lines take linear time', () => {
  const started = performance.now();
  parse(`global\n${'.if x\n'.repeat(20_000)}a\n${'.endif\n'.repeat(20_000)}`);
  parse(`global\n${'${'.repeat(100_000)}`);
  parse(`global\n${'{{ '.repeat(50_000)}`);
  parse(`global\n a ${'{% if x %}b'.repeat(20_000)}`);
  expect(performance.now() - started).toBeLessThan(8000);
});
