import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type ErlangTerm, parseErlangTerms, valueNamed } from '../../src/formats/erlang-terms.ts';
import { spanOfWord } from '../../src/formats/word.ts';

const parse = (text: string) => parseErlangTerms({ path: 'advanced.config', text });

const shape = (term: ErlangTerm): string => {
  switch (term.kind) {
    case 'atom':
    case 'number':
      return term.word.text;
    case 'string':
      return JSON.stringify(term.word.text);
    case 'list':
      return `[${term.items.map(shape).join(', ')}]`;
    case 'tuple':
      return `{${term.items.map(shape).join(', ')}}`;
    case 'unknown':
      return '?';
  }
};
const shapeOf = (text: string) => parse(text).terms.map(shape).join(' ');

describe('reading Erlang terms', () => {
  test.each([
    ['pairs', '[{rabbit, [{ssl_listeners, [5671]}]}].', '[{rabbit, [{ssl_listeners, [5671]}]}]'],
    [
      'quoted atoms, strings and binaries',
      '{versions, [\'tlsv1.2\'], "a\\"b", <<"c">>}.',
      '{versions, [tlsv1.2], "a\\\\\\"b", "c"}',
    ],
    ['comments', '%% one\n[a, % two\n b].', '[a, b]'],
    ['a last comma', '[a, b,].', '[a, b]'],
    ['maps and variables are unknown', '[#{a => 1}, X].', '[?, ?]'],
    ['several terms', 'a. b.', 'a b'],
  ])('%s', (_name, text, expected) => {
    expect(shapeOf(text)).toBe(expected);
    expect(parse(text).diagnostics).toEqual([]);
  });

  test('a bracket that is missing is said, and the rest is read', () => {
    const text = '[{rabbit, [{a, 1}, {b, 2}}].';
    expect(parse(text).diagnostics.map(({ message }) => message)).toEqual(['this list is not closed: expected "]"']);
    const rabbit = valueNamed(parse(text).terms[0], 'rabbit');
    expect(rabbit && shape(rabbit)).toBe('[{a, 1}, {b, 2}]');
  });

  test('no text makes the reader throw, and words slice back', () => {
    const words = (term: ErlangTerm): readonly ErlangTerm[] => ('items' in term ? term.items.flatMap(words) : [term]);
    const pieces = fc.constantFrom(
      '[',
      ']',
      '{',
      '}',
      '#{',
      '=>',
      ',',
      '.',
      'a',
      "'b c'",
      '"d',
      '"',
      '<<"e">>',
      '1',
      '% x\n',
      'X',
      '|',
      "'",
      '\\',
      '{{ x }}',
    );
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(pieces).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        for (const term of parse(text).terms.flatMap(words)) {
          if (!('word' in term)) continue;
          const { start, end } = spanOfWord(term.word);
          expect(text.slice(start, end)).toBe(term.word.text);
        }
      }),
    );
  });
});
