import type { Finding, LocatedDiagnostic, Location } from '../core/finding.ts';
import type { Report, SuppressedFinding, Writer } from '../core/report.ts';

/** For programs: `schemas/report.schema.json` describes it. */
export const json: Writer = {
  format: 'json',
  write: (report) => `${asciiSafe(JSON.stringify(content(report), undefined, 2))}\n`,
};

const content = ({ version, findings, suppressed, diagnostics, summary }: Report): object => ({
  version,
  findings: findings.map(flatFinding),
  suppressed: suppressed.map(flatSuppressed),
  diagnostics: diagnostics.map(flatDiagnostic),
  summary,
});

const flatFinding = (finding: Finding): object => ({
  rule: finding.rule,
  severity: finding.severity,
  technology: finding.technology,
  subject: finding.subject,
  message: finding.message,
  ...flatLocation(finding.location),
  related: finding.related.map(({ message, location }) => ({ message, ...flatLocation(location) })),
  fingerprint: finding.fingerprint,
});

const flatSuppressed = (finding: SuppressedFinding): object => ({
  ...flatFinding(finding),
  suppression: { reason: finding.suppression.reason, ...flatLocation(finding.suppression.location) },
});

const flatDiagnostic = ({ code, message, location: { file, line, column } }: LocatedDiagnostic): object => ({
  code,
  message,
  file,
  line,
  column,
});

const flatLocation = ({ file, line, column, endLine, endColumn }: Location): object => ({
  file,
  line,
  column,
  endLine,
  endColumn,
});

/** The same JSON, with escapes for what acts on a terminal, and for the start of a runner's old command form. */
const asciiSafe = (text: string): string =>
  text
    .replace(/[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g, (character) => {
      return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
    })
    .replaceAll('##[', '#\\u0023[');
