import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { annotations } from '../../src/report/annotations.ts';
import { rankByChange } from '../../src/report/changed-lines.ts';
import { github } from '../../src/report/github.ts';
import { runnerReads } from '../support/runner.ts';
import { findingAt, reportOf, sampleReport } from '../support/sample-report.ts';

const write = (report = sampleReport): string => github.write(report, { color: false });

describe('workflow commands', () => {
  test('come most severe first, with place, title and remedy', () => {
    expect(
      write(),
    ).toBe(`::error file=conf/nginx.conf,line=12,endLine=12,col=16,endColumn=23,title=tlslint%3A obsolete-protocol::server api.example.com accepts TLSv1.1; keep TLS 1.2 and 1.3 only%0AKeep TLS 1.2 and 1.3 only.
::error file=conf/nginx.conf,line=40,endLine=40,col=19,endColumn=24,title=tlslint%3A obsolete-protocol::server api.example.com accepts SSLv3; keep TLS 1.2 and 1.3 only%0AKeep TLS 1.2 and 1.3 only.
::warning file=broken.conf,line=5,endLine=5,col=1,endColumn=1,title=tlslint%3A parse-error::expected "}" here
::notice file=web.yaml,line=2,endLine=2,col=7,endColumn=14,title=tlslint%3A missing-hsts::Ingress shop/web sends no HSTS%0ASend the header.
`);
  });

  test('beyond what a runner shows, the rest is listed as plain lines and counted in a notice that is shown', () => {
    const many = (severity: 'error' | 'note', count: number) =>
      Array.from({ length: count }, (_, index) =>
        findingAt('a.conf', index + 1, 'x', 'x', { severity, message: `${severity} ${index + 1}` }),
      );
    const { annotations: shown, log } = runnerReads(
      write(reportOf({ findings: [...many('note', 11), ...many('error', 12)] })),
    );
    expect(shown.map(({ command, message }) => `${command} ${message.split('\n')[0]}`)).toEqual([
      ...Array.from({ length: 10 }, (_, index) => `error error ${index + 1}`),
      ...Array.from({ length: 9 }, (_, index) => `notice note ${index + 1}`),
      'notice 2 errors, 2 notes more than GitHub shows as annotations; the log lists them',
    ]);
    expect(log.filter(Boolean)).toEqual([
      'a.conf:11:1 error: error 11 (obsolete-protocol)',
      'a.conf:12:1 error: error 12 (obsolete-protocol)',
      'a.conf:10:1 note: note 10 (obsolete-protocol)',
      'a.conf:11:1 note: note 11 (obsolete-protocol)',
    ]);
  });

  test('paths get their prefix, and what ranks lower comes first within a severity', () => {
    const report = reportOf({
      findings: [
        findingAt('a.conf', 1, 'x', 'x'),
        findingAt('b.conf', 30, 'x', 'x'),
        findingAt('b.conf', 5, 'x', 'x'),
        findingAt('c.conf', 1, 'x', 'x', { severity: 'warning' }),
      ],
    });
    const rank = rankByChange(
      [{ filename: 'deploy/b.conf', patch: '@@ -1,2 +4,3 @@ server {\n x\n+y\n z' }, { filename: 'deploy/c.conf' }],
      'deploy/',
    );
    const { annotations: shown } = runnerReads(annotations(report, { prefix: 'deploy/', limit: 10, rank }));
    expect(shown.map(({ properties: { file, line } }) => `${file}:${line}`)).toEqual([
      'deploy/b.conf:5',
      'deploy/b.conf:30',
      'deploy/a.conf:1',
      'deploy/c.conf:1',
    ]);
  });

  test('a limit below GitHub’s own is kept', () => {
    const report = reportOf({ findings: [1, 2, 3].map((line) => findingAt('a.conf', line, 'x', 'x')) });
    expect(
      runnerReads(annotations(report, { prefix: '', limit: 1, rank: () => 0 })).annotations.map(
        ({ command }) => command,
      ),
    ).toEqual(['error', 'notice']);
  });

  test('columns are left out where a finding spans lines', () => {
    const { location, ...finding } = findingAt('a.conf', 1, 'server {', 'server');
    const [shown] = runnerReads(
      write(reportOf({ findings: [{ ...finding, location: { ...location, endLine: 4 } }] })),
    ).annotations;
    expect(shown?.properties).toEqual({ file: 'a.conf', line: '1', endLine: '4', title: 'tlslint: obsolete-protocol' });
  });

  test('no text of a repository forges a command, and printable text arrives as it was', () => {
    const hostile = fc
      .array(
        fc.constantFrom(
          '::error::',
          '##[add-mask]',
          '%',
          '%0A',
          '\n',
          '\r',
          ',',
          ':',
          '=',
          ' ',
          'x',
          ']',
          '\u001b',
          'é',
          '😀',
        ),
      )
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(hostile, hostile, fc.integer({ min: 0, max: 12 }), (file, message, dropped) => {
        const findings = Array.from({ length: 1 + dropped }, () =>
          findingAt(`${file}f`, 1, 'x', 'x', { rule: 'unknown', message }),
        );
        const { annotations: shown, commands } = runnerReads(write(reportOf({ findings })));
        expect(commands.filter((command) => command !== 'error').length).toBe(dropped > 9 ? 1 : 0);
        expect(commands.length).toBe(dropped > 9 ? 11 : 1 + dropped);
        expect(shown[0]?.properties.file).toBe(`${file.replaceAll('\u001b', '\\x1b')}f`);
        const arrived = message
          .replace(/\s+/g, ' ')
          .trim()
          .replaceAll('\u001b', '\\x1b')
          .replaceAll('##[', '# #[')
          .replace(/^:(?=:)/, ': ');
        expect(shown[0]?.message).toBe(arrived);
      }),
      { numRuns: 300 },
    );
  });
});
