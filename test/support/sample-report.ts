import type { Finding } from '../../src/core/finding.ts';
import type { Report } from '../../src/core/report.ts';

/** A finding at a token of one line. */
export function findingAt(
  file: string,
  line: number,
  excerpt: string,
  token: string,
  rest: Partial<Finding> = {},
): Finding {
  const column = excerpt.indexOf(token) + 1;
  return {
    rule: 'obsolete-protocol',
    severity: 'error',
    technology: 'nginx',
    subject: 'server api.example.com',
    message: `server api.example.com accepts ${token}; keep TLS 1.2 and 1.3 only`,
    location: { file, line, column, endLine: line, endColumn: column + token.length },
    excerpt,
    related: [],
    fingerprint: '0123456789abcdef',
    ...rest,
  };
}

const rules: Report['rules'] = {
  'obsolete-protocol': {
    title: 'A TLS version older than 1.2 is still accepted',
    why: 'A server that offers an old version can be driven down to it,\nand to its weaknesses.',
    remedy: 'Keep TLS 1.2 and 1.3 only.',
    sources: ['RFC 8996'],
  },
  'missing-hsts': {
    title: 'No HSTS',
    why: 'The first request is plain.',
    remedy: 'Send the header.',
    sources: ['RFC 6797'],
  },
};

/** A report over these findings; the counts follow from them. */
export function reportOf(parts: Partial<Pick<Report, 'findings' | 'suppressed' | 'diagnostics'>>): Report {
  const { findings = [], suppressed = [], diagnostics = [] } = parts;
  const count = (severity: string): number => findings.filter((one) => one.severity === severity).length;
  return {
    version: '1.2.3',
    findings,
    suppressed,
    diagnostics,
    rules,
    summary: {
      files: 7,
      errors: count('error'),
      warnings: count('warning'),
      notes: count('note'),
      suppressed: suppressed.length,
      diagnostics: diagnostics.length,
      milliseconds: 120,
    },
  };
}

const suppression = {
  location: { file: 'a.conf', line: 1, column: 3, endLine: 1, endColumn: 40 },
  reason: 'old terminals',
};

/** One of everything. */
export const sampleReport: Report = reportOf({
  findings: [
    findingAt('conf/nginx.conf', 12, '\tssl_protocols TLSv1.1 TLSv1.2;', 'TLSv1.1', {
      related: [
        {
          message: 'inherited from here',
          location: { file: 'conf/base.conf', line: 3, column: 5, endLine: 3, endColumn: 9 },
        },
      ],
    }),
    findingAt('conf/nginx.conf', 40, '    ssl_protocols SSLv3;', 'SSLv3'),
    findingAt('web.yaml', 2, 'kind: Ingress', 'Ingress', {
      rule: 'missing-hsts',
      severity: 'note',
      technology: 'ingress-nginx',
      subject: 'Ingress shop/web',
      message: 'Ingress shop/web sends no HSTS',
      fingerprint: 'fedcba9876543210',
    }),
  ],
  suppressed: [{ ...findingAt('a.conf', 2, 'ssl_protocols TLSv1;', 'TLSv1'), suppression }],
  diagnostics: [
    {
      code: 'parse-error',
      message: 'expected "}" here',
      location: { file: 'broken.conf', line: 5, column: 1, endLine: 5, endColumn: 1 },
    },
  ],
});
