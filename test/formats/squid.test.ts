import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseSquid } from '../../src/formats/squid.ts';

const parse = (text: string) => parseSquid({ path: 'squid.conf', text }).directives;

describe('squid.conf', () => {
  test('words, comments, joined lines, quotes', () => {
    const text = '# note\nhttps_port 443 \\\n  tls-cert="/a b.pem" cipher=X # more\n\ncache_mem 4 MB\n';
    expect(parse(text).map(({ name, arguments: words }) => [name, words.map((word) => word.text)])).toEqual([
      ['https_port', ['443', 'tls-cert="/a b.pem"', 'cipher=X']],
      ['cache_mem', ['4', 'MB']],
    ]);
  });

  test('what stands in a condition, or is filled in, is unknown', () => {
    const text =
      'if ${process_number} = 1\nhttp_port 80\nelse\nhttp_port 81\nendif\nhttp_port {{ port }}\nhttp_port 82\n';
    expect(parse(text).map(({ arguments: [word] }) => word?.unknown)).toEqual([true, true, true, false]);
  });

  test('never throws; words stand where they say', () => {
    const pieces = fc.constantFrom(
      'https_port',
      ' ',
      '443',
      '\\\n',
      '\n',
      '"',
      'a=b',
      '#',
      'if x',
      'endif',
      '{{ y }}',
      '{%',
    );
    fc.assert(
      fc.property(fc.array(pieces), (parts) => {
        const text = parts.join('');
        const joined = text.replaceAll('\\\n', '  ');
        for (const { name, nameRange, arguments: words } of parse(text)) {
          expect(joined.slice(nameRange.start, nameRange.end)).toBe(name);
          for (const { text: word, range } of words) expect(joined.slice(range.start, range.end)).toBe(word);
        }
      }),
    );
  });
});
