import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hasPlaceholder, templatedText } from '../../src/formats/template-lines.ts';

describe('templatedText', () => {
  test('statements become blanks, outputs stay, and every offset stays', () => {
    const text = '{% if tls %}\nport = {{ port }}\n{% endif %}\nhost = x\n';
    const { text: left, depthAt, touches } = templatedText(text);
    expect(left).toBe(`${' '.repeat(12)}\nport = {{ port }}\n${' '.repeat(11)}\nhost = x\n`);
    expect(depthAt(text.indexOf('port'))).toBe(1);
    expect(depthAt(text.indexOf('host'))).toBe(0);
    expect(touches({ start: text.indexOf('port ='), end: text.indexOf('}}') })).toBe(true);
    expect(touches({ start: text.indexOf('host'), end: text.length })).toBe(false);
  });

  test('an include of another template is a hole', () => {
    expect(templatedText('{{ template "more" . }}\n{% include "x" %}').holes).toHaveLength(2);
  });

  test('ERB branches', () => {
    const text = '<% if @a -%>\na = 1\n<% end -%>\nb = 2';
    expect([text.indexOf('a = 1'), text.indexOf('b = 2')].map(templatedText(text).depthAt)).toEqual([1, 0]);
  });

  test('keeps the length of any text', () => {
    const pieces = fc.constantFrom(
      '{% if a %}',
      '{% endif %}',
      '{{ x }}',
      '{{',
      '}}',
      '<%',
      '%>',
      '{',
      'key = value',
      '\n',
    );
    fc.assert(
      fc.property(
        fc.array(pieces).map((parts) => parts.join('')),
        (text) => {
          expect(templatedText(text).text).toHaveLength(text.length);
        },
      ),
    );
  });
});

test.each([
  ['${PORT}', true],
  ['$PORT', true],
  ['@prefix@/cert.pem', true],
  ['<ip_address>', true],
  ['DEFAULT:@STRENGTH:@SECLEVEL=0', false],
  ['/etc/ssl/a.pem', false],
])('%s is filled in later: %s', (text, expected) => {
  expect(hasPlaceholder(text)).toBe(expected);
});
