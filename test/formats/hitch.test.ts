import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type HitchSetting, parseHitch } from '../../src/formats/hitch.ts';

const parse = (text: string) => parseHitch({ path: 'hitch.conf', text });
type Outline = readonly [key: string, what: readonly string[] | readonly Outline[]];
const outline = (settings: readonly HitchSetting[]): readonly Outline[] =>
  settings.map(({ key, values, block }) => [key, block ? outline(block) : values.map(({ text }) => text)]);

describe('hitch.conf', () => {
  test('texts, lists of versions, blocks in blocks', () => {
    const text = `frontend = {  # note
  host = "*"
  pem-file = { cert = "/a.pem"
               private-key = "/a.key" }
  tls-protos = TLSv1.2
    TLSv1.3
}
workers = 4 daemon = on`;
    expect(outline(parse(text).settings)).toEqual([
      [
        'frontend',
        [
          ['host', ['*']],
          [
            'pem-file',
            [
              ['cert', ['/a.pem']],
              ['private-key', ['/a.key']],
            ],
          ],
          ['tls-protos', ['TLSv1.2', 'TLSv1.3']],
        ],
      ],
      ['workers', ['4']],
      ['daemon', ['on']],
    ]);
  });

  test('broken lines are reported, and the rest is read', () => {
    const text = 'oops oops\nfrontend = {\n host = "*"\n';
    const { settings, diagnostics } = parse(text);
    expect(outline(settings)).toEqual([['frontend', [['host', ['*']]]]]);
    expect(diagnostics.map(({ span, message }) => [text.slice(span.start, span.end), message])).toEqual([
      ['oops', 'expected a setting (key = value)'],
      ['frontend', 'this block is never closed: expected "}"'],
    ]);
  });

  test('a template makes values unknown and is no error', () => {
    const { settings, diagnostics } = parse('ciphers = "{{ c }}"\n{% if x %}\ntls = on\n{% endif %}\nuser = $USER\n');
    expect(diagnostics).toEqual([]);
    expect(settings.map(({ key, values: [value] }) => [key, value?.unknown])).toEqual([
      ['ciphers', true],
      ['tls', true],
      ['user', true],
    ]);
  });

  test('never throws; values stand where they say', () => {
    const pieces = fc.constantFrom(
      'frontend',
      '=',
      '{',
      '}',
      '"a b"',
      '"',
      'tls-protos',
      'TLSv1.2',
      '#',
      '\n',
      ' ',
      '{{ x }}',
      '\\',
    );
    const check = (text: string, settings: readonly HitchSetting[]): void => {
      for (const { key, keyRange, values, block } of settings) {
        expect(text.slice(keyRange.start, keyRange.end)).toBe(key);
        for (const value of values) expect(text.slice(value.range.start, value.range.end)).toBe(value.text);
        check(text, block ?? []);
      }
    };
    fc.assert(
      fc.property(fc.array(pieces), (parts) => {
        const text = parts.join('');
        check(text, parse(text).settings);
      }),
    );
  });
});
