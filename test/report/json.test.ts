import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import { json } from '../../src/report/json.ts';
import { findingAt, reportOf, sampleReport } from '../support/sample-report.ts';

const write = (report = sampleReport): string => json.write(report, { color: true });
const validate = new Ajv().compile(JSON.parse(readFileSync('schemas/report.schema.json', 'utf8')));

describe('the JSON report', () => {
  test('is flat, with paths, lines and columns beside what was found', () => {
    const finding = {
      rule: 'obsolete-protocol',
      severity: 'error',
      technology: 'nginx',
      subject: 'server api.example.com',
      message: 'server api.example.com accepts TLSv1.1; keep TLS 1.2 and 1.3 only',
      file: 'conf/nginx.conf',
      line: 12,
      column: 16,
      endLine: 12,
      endColumn: 23,
      related: [
        { message: 'inherited from here', file: 'conf/base.conf', line: 3, column: 5, endLine: 3, endColumn: 9 },
      ],
      fingerprint: '0123456789abcdef',
    };
    const content = JSON.parse(write());
    expect(Object.keys(content)).toEqual(['version', 'findings', 'suppressed', 'diagnostics', 'summary']);
    expect(content.version).toBe('1.2.3');
    expect(content.findings.length).toBe(3);
    expect(content.findings[0]).toEqual(finding);
    expect(content.suppressed).toMatchObject([
      {
        file: 'a.conf',
        line: 2,
        suppression: { reason: 'old terminals', file: 'a.conf', line: 1, column: 3, endLine: 1, endColumn: 40 },
      },
    ]);
    expect(content.diagnostics).toEqual([
      { code: 'parse-error', message: 'expected "}" here', file: 'broken.conf', line: 5, column: 1 },
    ]);
    expect(content.summary).toEqual({
      files: 7,
      errors: 2,
      warnings: 0,
      notes: 1,
      suppressed: 1,
      diagnostics: 1,
      milliseconds: 120,
    });
  });

  test('satisfies its schema, also when empty, and the schema knows every key', () => {
    expect(validate(JSON.parse(write())) || validate.errors).toBe(true);
    expect(validate(JSON.parse(write(reportOf({}))))).toBe(true);
    const content = JSON.parse(write());
    expect(validate({ ...content, more: 1 })).toBe(false);
    expect(validate({ ...content, findings: [{ ...content.findings[0], more: 1 }] })).toBe(false);
    expect(validate({ ...content, findings: [{ ...content.findings[0], severity: 'fatal' }] })).toBe(false);
  });

  test('shows hostile text as escapes that mean the same', () => {
    const file = 'a\u001b[31m\u202e\u009b##[error]\u2028b';
    const out = write(reportOf({ findings: [findingAt(file, 1, 'x', 'x')] }));
    expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u202e]|##\[/);
    expect(JSON.parse(out).findings[0].file).toBe(file);
  });
});
