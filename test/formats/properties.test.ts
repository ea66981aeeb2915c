import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseProperties } from '../../src/formats/properties.ts';
import { spanOfWord, splitWord } from '../../src/formats/word.ts';

const parse = (text: string) => parseProperties({ path: 'server.properties', text });
const pairs = (text: string) =>
  parse(text).properties.map(({ key, value }) => [key, value.unknown ? `?${value.text}` : value.text]);

describe('reading Java properties', () => {
  test.each([
    [
      'the three separators',
      'a=1\nb:2\nc 3\nd = 4\ne',
      [
        ['a', '1'],
        ['b', '2'],
        ['c', '3'],
        ['d', '4'],
        ['e', ''],
      ],
    ],
    ['comments and empty lines', '# a=1\n\n  ! b=2\nc=3 # no comment', [['c', '3 # no comment']]],
    [
      'continuation lines',
      'a=1,\\\n   2,\\\r\n 3\nb=4',
      [
        ['a', '1,2,3'],
        ['b', '4'],
      ],
    ],
    ['a continued comment is none', '# a \\\nb=1', [['b', '1']]],
    ['escapes', 'a\\ b\\==c\\td\\u0041\\\\', [['a b=', 'c\tdA\\']]],
    ['a separator in the value', 'listeners=SSL://h:9093', [['listeners', 'SSL://h:9093']]],
    [
      'an empty value',
      'ssl.endpoint.identification.algorithm=\nb=1',
      [
        ['ssl.endpoint.identification.algorithm', ''],
        ['b', '1'],
      ],
    ],
    [
      'CRLF and a byte order mark',
      '\uFEFFa=1\r\nb=2\r\n',
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    [
      'placeholders',
      'a=${env:X}\nb={{ x }}\nc=@D@\nd=<%= e %>\ne=a@b.example',
      [
        ['a', '?${env:X}'],
        ['b', '?{{ x }}'],
        ['c', '?@D@'],
        ['d', '?<%= e %>'],
        ['e', 'a@b.example'],
      ],
    ],
  ])('%s', (_name, text, expected) => {
    expect(pairs(text)).toEqual(expected);
  });

  test('the parts of a continued value know their own places', () => {
    const text = 'ssl.cipher.suites=TLS_A,\\\n    TLS_B\n';
    const [property] = parse(text).properties;
    if (!property) throw new Error('no property');
    const places = splitWord(property.value, /,/).map((part) => spanOfWord(part));
    expect(places.map(({ start, end }) => text.slice(start, end))).toEqual(['TLS_A', 'TLS_B']);
    expect(text.slice(property.keyRange.start, property.keyRange.end)).toBe('ssl.cipher.suites');
  });

  test('an escape that Java refuses is said', () => {
    const text = 'a=\\u12x\nb=1';
    const { diagnostics } = parse(text);
    expect(diagnostics.map(({ span }) => text.slice(span.start, span.end))).toEqual(['\\u']);
    expect(pairs(text)).toEqual([
      ['a', '\\u12x'],
      ['b', '1'],
    ]);
  });

  test('no text makes the reader throw, and places slice back', () => {
    const pieces = fc.constantFrom(
      'a',
      '=',
      ':',
      ' ',
      '\\',
      '\n',
      '\r\n',
      '\r',
      '\\u0041',
      '\\u',
      '#',
      '!',
      '\f',
      '${x}',
      ',',
      '😀',
    );
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(pieces).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        for (const { value } of parse(text).properties) {
          const { start, end } = spanOfWord(value);
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeLessThanOrEqual(text.length);
          if (!value.source.within) expect(text.slice(start, end)).toBe(value.text);
        }
      }),
    );
  });
});
