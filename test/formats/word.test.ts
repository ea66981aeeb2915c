import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { joinedLines } from '../../src/formats/joined-lines.ts';
import { wildcard } from '../../src/formats/wildcard.ts';
import { partOfWord, spanOfWord, splitWord, type Word } from '../../src/formats/word.ts';

const line = 'ssl_protocols = "TLSv1.2, TLSv1.3"';
const word = (text: string, start: number, end: number): Word => ({
  text,
  source: { path: 'x.conf', text: line },
  range: { start, end },
  unknown: false,
});
const slice = (one: Word): string => line.slice(spanOfWord(one).start, spanOfWord(one).end);

describe('a word of a configuration file', () => {
  test('falls into parts that each have their place', () => {
    const parts = splitWord(word('TLSv1.2, TLSv1.3', 17, 33), /,\s*/);
    expect(parts.map(({ text }) => text)).toEqual(['TLSv1.2', 'TLSv1.3']);
    expect(parts.map(slice)).toEqual(['TLSv1.2', 'TLSv1.3']);
  });

  test('empty parts are none', () => {
    expect(splitWord(word(',, ', 17, 20), /[,\s]/)).toEqual([]);
  });

  test('with escapes in it, a part is shown as the whole', () => {
    const escaped = word('a b', 17, 33);
    expect(slice(partOfWord(escaped, { start: 0, end: 1 }))).toBe('TLSv1.2, TLSv1.3');
    expect(spanOfWord(escaped, { start: 0, end: 1 })).toEqual({ file: 'x.conf', start: 17, end: 33 });
  });
});

describe('joined lines', () => {
  const goesOn = (text: string) => /\\\r?\n$/.test(text);

  test('keep their offsets', () => {
    const text = 'a \\\nb\nc';
    expect([...joinedLines(text, goesOn)]).toEqual([
      { text: 'a   b\n', start: 0, end: 6 },
      { text: 'c', start: 6, end: 7 },
    ]);
  });

  test('cover any text, character for character', () => {
    const pieces = fc.array(fc.constantFrom('a', '\\', '\n', '\r\n', '\\\n', ' ')).map((parts) => parts.join(''));
    fc.assert(
      fc.property(pieces, (text) => {
        const lines = [...joinedLines(text, goesOn)];
        expect(lines.map(({ start, end }) => text.slice(start, end)).join('')).toBe(text);
        for (const { text: joined, start, end } of lines) expect(joined).toHaveLength(end - start);
      }),
    );
  });
});

describe('patterns of file names', () => {
  test.each([
    ['*.conf', 'site.conf', true],
    ['*.conf', 'site.conf.bak', false],
    ['site?.conf', 'site1.conf', true],
    ['[a-c]*', 'blog', true],
    ['[!a-c]*', 'blog', false],
    ['[]]x', ']x', true],
    ['**a**', 'bab', true],
  ])('%s %s', (pattern, text, fits) => {
    expect(wildcard(pattern, text)).toBe(fits);
  });
});
