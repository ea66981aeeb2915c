import { describe, expect, test } from '@jest/globals';
import { text } from '../../src/report/text.ts';
import { findingAt, reportOf, sampleReport } from '../support/sample-report.ts';

const write = (...findings: readonly ReturnType<typeof findingAt>[]) =>
  text.write(reportOf({ findings }), { color: false });
const frameOf = (excerpt: string, token: string): readonly string[] =>
  write(findingAt('f', 1, excerpt, token))
    .split('\n')
    .slice(2, 4)
    .map((line) => line.slice(4));

describe('the text report', () => {
  test('groups by file, underlines the token, explains a rule once in a file, and closes with counts', () => {
    expect(text.write(sampleReport, { color: false })).toBe(`broken.conf
  5:1 diagnostic expected "}" here parse-error

conf/nginx.conf
  12:16 error server api.example.com accepts TLSv1.1; keep TLS 1.2 and 1.3 only obsolete-protocol
    12 |     ssl_protocols TLSv1.1 TLSv1.2;
       |                   ^^^^^^^
    because conf/base.conf:3:5 inherited from here
    why A server that offers an old version can be driven down to it, and to its weaknesses.
    do  Keep TLS 1.2 and 1.3 only.

  40:19 error server api.example.com accepts SSLv3; keep TLS 1.2 and 1.3 only obsolete-protocol
    40 |     ssl_protocols SSLv3;
       |                   ^^^^^

web.yaml
  2:7 note Ingress shop/web sends no HSTS missing-hsts
    2 | kind: Ingress
      |       ^^^^^^^
    why The first request is plain.
    do  Send the header.

2 errors, 1 note, 1 diagnostic in 3 files, 1 suppressed (7 files read, 0.12 s)
`);
  });

  test('has colours only when asked for', () => {
    expect(text.write(sampleReport, { color: true })).toContain('\u001b[31merror\u001b[0m');
    expect(text.write(sampleReport, { color: false })).not.toContain('\u001b');
  });

  test('says when nothing was found, and when nothing was read', () => {
    const clean = reportOf({});
    expect(text.write(clean, { color: false })).toBe('nothing found (7 files read, 0.12 s)\n');
    const unread = { ...clean, summary: { ...clean.summary, files: 0 } };
    expect(text.write(unread, { color: false })).toBe(
      'nothing found (no file here is one that tlslint reads, 0.12 s)\n',
    );
  });
});

describe('the code frame', () => {
  test('counts tabs, wide and combining characters as a terminal does', () => {
    expect(frameOf('\ta\tTLSv1', 'TLSv1')).toEqual(['1 |     a   TLSv1', '  |         ^^^^^']);
    expect(frameOf('名前 TLSv1', 'TLSv1')).toEqual(['1 | 名前 TLSv1', '  |      ^^^^^']);
    expect(frameOf('e\u0301 😀 TLSv1', 'TLSv1')).toEqual(['1 | e\u0301 😀 TLSv1', '  |      ^^^^^']);
    expect(frameOf('\ufeffTLSv1', 'TLSv1')).toEqual(['1 | TLSv1', '  | ^^^^^']);
  });

  test('cuts a long line around the token', () => {
    const [code = '', marks = ''] = frameOf(`${'a'.repeat(5000)} TLSv1 ${'b'.repeat(5000)}`, 'TLSv1');
    expect(code).toBe(`1 | …${'a'.repeat(39)} TLSv1 ${'b'.repeat(64)}…`);
    expect(marks).toBe(`  | ${' '.repeat(41)}^^^^^`);
  });

  test('shows the start of a token that is longer than the line may be', () => {
    const [code = '', marks = ''] = frameOf(`key: ${'x'.repeat(500)}`, 'x'.repeat(500));
    expect(code).toBe(`1 | key: ${'x'.repeat(105)}…`);
    expect(marks).toBe(`  |      ${'^'.repeat(105)}`);
  });

  test('marks one column for an empty token, and the rest of the line for one that goes on below', () => {
    const { location, ...finding } = findingAt('f', 3, 'server {', 'server');
    const frame = (endLine: number, endColumn: number) =>
      write({ ...finding, location: { ...location, endLine, endColumn } }).split('\n')[3];
    expect(frame(3, 1)).toBe('      | ^');
    expect(frame(5, 2)).toBe('      | ^^^^^^^^');
  });
});

describe('nothing in a repository acts on a terminal or a log', () => {
  test('controls, bidirectional marks and lone surrogates are shown as escapes', () => {
    expect(frameOf('a\u001b[31m\u202eb\ud800 TLSv1', 'TLSv1')).toEqual([
      String.raw`1 | a\x1b[31m\u202eb\ud800 TLSv1`,
      '  |                        ^^^^^',
    ]);
    expect(write(findingAt('a\nb\u0007', 1, 'x', 'x')).split('\n')[0]).toBe(String.raw`a\x0ab\x07`);
  });

  test("a runner's commands are broken, in file names, messages and source lines", () => {
    const out = write(
      findingAt('::add-mask::x', 1, 'x ##[error]y TLSv1', 'TLSv1', { message: '##[add-mask]z', subject: '' }),
      findingAt('  ::stop-commands::x', 1, '::error::x', 'x', { message: '::error::y' }),
    );
    expect(out).not.toMatch(/^\s*::/m);
    expect(out).not.toContain('##[');
    expect(out).toContain('  1:14 error # #[add-mask]z');
    expect(out).toContain('1 | x # #[error]y TLSv1\n      |               ^^^^^');
  });
});
