import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type DovecotStatement, parseDovecot } from '../../src/formats/dovecot.ts';

const parse = (text: string) => parseDovecot({ path: 'dovecot.conf', text });

/** What was read, in short. */
const shape = (statements: readonly DovecotStatement[]): readonly unknown[] =>
  statements.map((statement) => {
    if (statement.kind === 'setting') return [statement.key, statement.value.text, statement.fromFile];
    if (statement.kind === 'include') return statement.path.text;
    return { [`${statement.name} ${statement.argument}`.trim()]: shape(statement.body) };
  });

describe('dovecot.conf', () => {
  test('settings, files, blocks and includes', () => {
    const text =
      '# x\nssl = yes # y\nssl_cert = </etc/a.pem\nssl_key=<b\nlocal_name "a.example" {\n  ssl_min_protocol = "TLSv1.2"\n}\n' +
      'service imap-login {\n  inet_listener imaps {\n    port = 993\n  }\n}\n!include conf.d/*.conf\nprotocol lda { a = b }\n';
    const { statements, diagnostics } = parse(text);
    expect(shape(statements)).toEqual([
      ['ssl', 'yes', false],
      ['ssl_cert', '/etc/a.pem', true],
      ['ssl_key', 'b', true],
      { 'local_name a.example': [['ssl_min_protocol', 'TLSv1.2', false]] },
      { 'service imap-login': [{ 'inet_listener imaps': [['port', '993', false]] }] },
      'conf.d/*.conf',
      { 'protocol lda': [['a', 'b', false]] },
    ]);
    expect(diagnostics).toEqual([]);
  });

  test('a hash without a blank before it is a comment too; in quotes it is not', () => {
    expect(shape(parse('a = TLSv1.2#x\nb = "c # d"\n').statements)).toEqual([
      ['a', 'TLSv1.2', false],
      ['b', 'c # d', false],
    ]);
  });

  test('a backslash joins the next line', () => {
    const text = 'a = ECDHE:\\\n  AES\nb = c\n';
    const [first, second] = parse(text).statements;
    expect(first?.kind === 'setting' && first.value.text.split(/\s+/)).toEqual(['ECDHE:', 'AES']);
    expect(first?.kind === 'setting' && text.slice(first.value.range.start, first.value.range.end)).toBe(
      'ECDHE:\\\n  AES',
    );
    expect(second).toMatchObject({ key: 'b' });
  });

  test('what is broken is a diagnostic, and hides nothing', () => {
    const { statements, diagnostics } = parse('}\noops\nprotocol imap {\na = b\n');
    expect(shape(statements)).toEqual([{ 'protocol imap': [['a', 'b', false]] }]);
    expect(diagnostics.map(({ span }) => span.start)).toEqual([0, 2, 7]);
    expect(parse('{{ x }}\n{% if y %}\na = {{ b }}\n{% endif %}')).toMatchObject({ branching: true, diagnostics: [] });
  });

  test('no text makes it throw, and every value stands where its range says', () => {
    const piece = fc.constantFrom(
      'a = ',
      'b',
      '<',
      '{',
      '}',
      '"',
      "'",
      '#',
      '\\\n',
      '\n',
      ' ',
      '!include ',
      '{{ x }}',
      'p q {\n',
    );
    const texts = fc.oneof(
      fc.string(),
      fc.array(piece).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const check = (statements: readonly DovecotStatement[]): void => {
          for (const statement of statements) {
            if (statement.kind === 'block') check(statement.body);
            if (statement.kind !== 'setting') continue;
            const { key, keyRange, value } = statement;
            expect(text.slice(keyRange.start, keyRange.end)).toBe(key);
            expect(value.range.end).toBeGreaterThanOrEqual(value.range.start);
            expect(value.range.end).toBeLessThanOrEqual(text.length);
          }
        };
        check(parse(text).statements);
      }),
    );
    expect(() => parse('a {\n'.repeat(5000))).not.toThrow();
  });

  test('takes time in proportion to the text', () => {
    const start = performance.now();
    parse(`${'a \\\n'.repeat(50_000)}\nb ${' '.repeat(50_000)}c\nd = ${'" '.repeat(50_000)}`);
    expect(performance.now() - start).toBeLessThan(1000);
  });
});
