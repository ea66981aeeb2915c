import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type IniFile, type IniHabits, parseIni } from '../../src/formats/ini.ts';
import { templatedText } from '../../src/formats/template-lines.ts';

const plain: IniHabits = { comments: '#;' };
const openssl: IniHabits = { comments: '#', likeOpenssl: true };
const parse = (text: string, habits = plain) => parseIni({ path: 'a.conf', text }, habits);
const outline = ({ sections }: IniFile) =>
  sections.map(({ name, settings }) => [name, settings.map(({ key, value }) => `${key}=${value.text}`)]);

describe('sections of settings', () => {
  test('what stands above the first header, repeated keys and repeated headers', () => {
    const text = '\uFEFFa = 1\n; note\n[one]\r\n  B = 2 \r\nb=3\n[ two ]\n[one]\nc = x = y\n';
    expect(outline(parse(text))).toEqual([
      [undefined, ['a=1']],
      ['one', ['B=2', 'b=3']],
      ['two', []],
      ['one', ['c=x = y']],
    ]);
  });

  test('a comment after a value belongs to the value, where the product sees it so', () => {
    expect(outline(parse('a = 1 # not a comment'))).toEqual([[undefined, ['a=1 # not a comment']]]);
    expect(outline(parse('a = 1 # a comment', openssl))).toEqual([[undefined, ['a=1']]]);
  });

  test('OpenSSL: quotes, escapes, joined lines, directives', () => {
    const text = 'a = "x # y" # note\nb = one:\\\ntwo\nc = \\#1\n.include /etc/more.cnf\n';
    expect(outline(parse(text, openssl))).toEqual([
      [undefined, ['a=x # y', `b=one:${' '.repeat(2)}two`, 'c=#1', '.include=/etc/more.cnf']],
    ]);
  });

  test('a line that is neither is reported with its place, and hides nothing', () => {
    const text = 'oops\n[a]\nb = c\n';
    const { diagnostics, sections } = parse(text);
    expect(diagnostics.map(({ code, span }) => [code, text.slice(span.start, span.end)])).toEqual([
      ['parse-error', 'oops'],
    ]);
    expect(sections[1]?.settings).toHaveLength(1);
  });

  test('what a template fills in, or puts under a condition, is unknown', () => {
    const text =
      'a = {{ a }}\n{% if b %}\nb = 1\n{% endif %}\n{% for s in all %}\n[{{ s }}]\nc = 2\n{% endfor %}\nd = $x\n';
    const { sections, diagnostics } = parse(text);
    expect(diagnostics).toEqual([]);
    const known = sections.flatMap(({ settings }) => settings).map(({ key, value }) => [key, value.unknown]);
    expect(known).toEqual([
      ['a', true],
      ['b', true],
      ['c', false],
      ['d', true],
    ]);
  });

  test('never throws; values stand where they say', () => {
    const pieces = fc.constantFrom(
      '[a]',
      '[',
      ']',
      'k',
      '=',
      ' v ',
      '\\',
      '"',
      '#',
      ';',
      '\n',
      '{% if x %}',
      '.include x',
    );
    fc.assert(
      fc.property(fc.array(pieces), fc.boolean(), (parts, like) => {
        const text = parts.join('');
        const left = templatedText(text).text.replaceAll('\\\n', '  ');
        for (const { settings } of parse(text, like ? openssl : plain).sections) {
          for (const { key, keyRange, value } of settings) {
            expect(left.slice(keyRange.start, keyRange.end)).toBe(key);
            const written = text.slice(value.range.start, value.range.end);
            if (!/[\\{]/.test(written)) expect(written).toBe(value.text);
          }
        }
      }),
    );
  });
});
