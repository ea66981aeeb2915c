import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parsePostfixServices, parsePostfixSettings } from '../../src/formats/postfix.ts';

const settings = (text: string) => parsePostfixSettings({ path: 'main.cf', text });
const services = (text: string) => parsePostfixServices({ path: 'master.cf', text });

describe('main.cf', () => {
  test('lines that begin with a blank continue the one before, comments between them do not end it', () => {
    const text = '# x\na = !SSLv2,\n  # between\n  !SSLv3\n\n# y\nb=c # no comment\n';
    const [first, second] = settings(text).entries;
    expect([first?.key, second?.key, second?.value?.text]).toEqual(['a', 'b', 'c # no comment']);
    expect(first?.value?.text.split(/[\s,]+/)).toEqual(['!SSLv2', '!SSLv3']);
    expect(text.slice(first?.value?.range.start, first?.value?.range.end)).toMatch(/^!SSLv2[\s\S]*!SSLv3$/);
    expect(first?.value?.text).toHaveLength((first?.value?.range.end ?? 0) - (first?.value?.range.start ?? 0));
  });

  test('a line that is no setting is a diagnostic, a template is not', () => {
    expect(settings('oops\na = b\n').diagnostics.map(({ span }) => [span.start, span.end])).toEqual([[0, 4]]);
    const template = settings('{% if x %}\na = b\n{% endif %}\n{{ extra }}\n');
    expect([template.branching, template.diagnostics, template.entries.length]).toEqual([true, [], 1]);
  });
});

describe('master.cf', () => {
  test('services with their overrides, in each of the three spellings', () => {
    const text =
      'smtp inet n - n - - smtpd\n' +
      '127.0.0.1:587 inet n - n - - smtpd\n  -o a=b\n# x\n  -o { c = d e }\n  -of=g -v\n';
    const [first, second] = services(text).services;
    expect([first?.name.text, first?.type, first?.command, first?.overrides]).toEqual(['smtp', 'inet', 'smtpd', []]);
    expect(second?.overrides.map(({ key, value }) => [key, value?.text])).toEqual([
      ['a', 'b'],
      ['c', 'd e'],
      ['f', 'g'],
    ]);
    for (const { value } of second?.overrides ?? [])
      expect(text.slice(value?.range.start, value?.range.end)).toBe(value?.text);
  });

  test('a service with too few fields is a diagnostic', () => {
    expect(services('smtp inet n\nx unix - - - - - smtp\n')).toMatchObject({
      services: [{ command: 'smtp' }],
      diagnostics: [{ code: 'parse-error' }],
    });
  });
});

test('no text makes either throw, and every value stands where its range says', () => {
  const piece = fc.constantFrom(
    'smtp inet n - n - - smtpd',
    '-o',
    ' ',
    'a=b',
    '{',
    '}',
    '\n',
    '#',
    '$x',
    '=',
    '{% x %}',
    '\r\n',
  );
  const texts = fc.oneof(
    fc.string(),
    fc.array(piece).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const overrides = services(text).services.flatMap((service) => service.overrides);
      for (const { key, keyRange, value } of [...settings(text).entries, ...overrides]) {
        expect(text.slice(keyRange.start, keyRange.end)).toBe(key);
        expect(value?.range.end).toBe((value?.range.start ?? 0) + (value?.text.length ?? 0));
      }
    }),
  );
});
