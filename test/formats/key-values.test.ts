import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type KeyValueDialect, lastEntry, parseKeyValues } from '../../src/formats/key-values.ts';

const postgresql: KeyValueDialect = {
  comments: '#',
  bare: 'word',
  blankSeparates: true,
  sections: false,
  include: /^include\s+/,
};
const mysql: KeyValueDialect = {
  comments: '#;',
  bare: 'line',
  blankSeparates: false,
  sections: true,
  include: /^!include(?:dir)?\s+/,
};

const parse = (text: string, dialect = postgresql) => parseKeyValues({ path: 'file.conf', text }, dialect);
const pairs = (text: string, dialect?: KeyValueDialect) =>
  parse(text, dialect).entries.map(({ section, key, value }) => [section, key, value?.text]);

describe('key = value lines', () => {
  test('quotes, comments, and a blank in place of the equals sign', () => {
    const text = "# x\nssl = on\r\nssl_ciphers = 'HIGH:#x' # y\nport 5432#z\nname = 'it''s'\n";
    expect(pairs(text)).toEqual([
      ['', 'ssl', 'on'],
      ['', 'ssl_ciphers', 'HIGH:#x'],
      ['', 'port', '5432'],
      ['', 'name', "it's"],
    ]);
    expect(parse(text).diagnostics).toEqual([]);
  });

  test('sections, keys without a value, and values with blanks', () => {
    const text =
      '[mysqld]\nskip-ssl\ninit_connect=SET NAMES utf8 # x\nssl_ca=\n;x\n!includedir /etc/x\n[ client ]\nhost = "a b"\n';
    expect(pairs(text, mysql)).toEqual([
      ['mysqld', 'skip-ssl', undefined],
      ['mysqld', 'init_connect', 'SET NAMES utf8'],
      ['mysqld', 'ssl_ca', ''],
      ['client', 'host', 'a b'],
    ]);
    expect(parse(text, mysql).includes).toHaveLength(1);
  });

  test('a line that is none is a diagnostic, and hides nothing', () => {
    const { entries, diagnostics } = parse("???\nssl = 'on' junk\nport = 1\n");
    expect(entries.map(({ key }) => key)).toEqual(['ssl', 'port']);
    expect(diagnostics.map(({ code, span }) => [code, span.start])).toEqual([
      ['parse-error', 0],
      ['parse-error', 4],
    ]);
  });

  test('of two branches of a template neither is known', () => {
    const { entries, branching, diagnostics } = parse('{% if a %}\nssl = on\n{% else %}\nssl = off\n{% endif %}\n');
    expect([branching, diagnostics]).toEqual([true, []]);
    expect(lastEntry(entries, (key) => key === 'ssl', branching)?.value?.unknown).toBe(true);
    expect(parse('ssl = {{ .Values.ssl }}').entries[0]?.value?.unknown).toBe(true);
  });

  test('what stands in a comment of a template is no setting; of a template nothing is reported', () => {
    const text = '{# Copyright\n ssl = off\n #}\nssl = \'{{ "on"\n   if tls }}\'\nport = 1\n{# open';
    const { entries, diagnostics } = parse(text);
    expect(entries.filter(({ key }) => key !== 'if').map(({ key, value }) => [key, value?.unknown])).toEqual([
      ['ssl', true],
      ['port', false],
    ]);
    expect(diagnostics).toEqual([]);
  });

  test('no text makes it throw, and every value stands where its range says', () => {
    const piece = fc.constantFrom(
      'ssl',
      ' = ',
      "'",
      '"',
      '#',
      '\n',
      '[a]',
      '\\',
      ' ',
      '{{ x }}',
      '{% if %}',
      'include x',
      '\r\n',
    );
    const texts = fc.oneof(
      fc.string(),
      fc.array(piece).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(texts, fc.constantFrom(postgresql, mysql), (text, dialect) => {
        for (const { key, keyRange, value } of parse(text, dialect).entries) {
          expect(text.slice(keyRange.start, keyRange.end)).toBe(key);
          const slice = value && text.slice(value.range.start, value.range.end);
          if (value && slice?.length === value.text.length) expect(slice).toBe(value.text);
        }
      }),
    );
  });

  test('takes time in proportion to the text', () => {
    const start = performance.now();
    parse(`ssl = '${"''".repeat(50_000)}\n${'x '.repeat(50_000)}\n[${' '.repeat(50_000)}`, mysql);
    expect(performance.now() - start).toBeLessThan(500);
  });
});
