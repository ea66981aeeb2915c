import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseRedis } from '../../src/formats/redis.ts';

const parse = (text: string) => parseRedis({ path: 'redis.conf', text });

describe('redis.conf', () => {
  test('words, in quotes where they hold blanks; names in any case', () => {
    const text =
      '# tls-port 1\nTLS-Port 6380\n  tls-protocols "TLSv1.2 TLSv1.3"\nbind 127.0.0.1 -::1\nrequirepass \'#x\'\n';
    const { directives, diagnostics } = parse(text);
    expect(directives.map(({ name, arguments: words }) => [name, ...words.map((word) => word.text)])).toEqual([
      ['tls-port', '6380'],
      ['tls-protocols', 'TLSv1.2 TLSv1.3'],
      ['bind', '127.0.0.1', '-::1'],
      ['requirepass', '#x'],
    ]);
    expect(diagnostics).toEqual([]);
  });

  test('a quote that is never closed is a diagnostic', () => {
    const { directives, diagnostics } = parse('tls-ciphers "x\ntls-port 1\n');
    expect(directives.map(({ name }) => name)).toEqual(['tls-ciphers', 'tls-port']);
    expect(diagnostics.map(({ code }) => code)).toEqual(['parse-error']);
  });

  test('a template makes a word unknown', () => {
    const { directives, branching } = parse('{{ if .Values.tls }}\ntls-port {{ .Values.port | int }}\n{{ end }}\n');
    expect([branching, directives[0]?.arguments[0]?.unknown]).toEqual([true, true]);
  });

  test('no text makes it throw, and every word stands where its range says', () => {
    const piece = fc.constantFrom('tls-port', ' ', '"', "'", '\\', '\n', '#', '{{ x }}', 'é', '\r\n');
    const texts = fc.oneof(
      fc.string(),
      fc.array(piece).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        for (const word of parse(text).directives.flatMap((directive) => directive.arguments)) {
          const slice = text.slice(word.range.start, word.range.end);
          if (slice.length === word.text.length) expect(slice).toBe(word.text);
          else expect(slice).toContain('\\');
        }
      }),
    );
  });
});
