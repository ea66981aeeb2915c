import type { Finding, LocatedDiagnostic, Location } from '../core/finding.ts';
import type { Report, RuleText, Writer } from '../core/report.ts';
import { codeFrame } from './code-frame.ts';
import { type Colors, colors } from './colors.ts';
import { counted, findingCounts, readCount } from './counts.ts';
import { oneLine, plainLine } from './visible.ts';

/** For people: findings by file, the exact token underlined, why it matters and what to do. */
export const text: Writer = {
  format: 'text',
  write: (report, { color }) => {
    const dress = colors(color);
    const files = [...byFile(report)].map(([file, entries]) => fileSection(file, entries, report.rules, dress));
    return [...files, closing(report, dress)].join('\n');
  },
};

type Entry = { readonly finding: Finding } | { readonly diagnostic: LocatedDiagnostic };

/** Findings and diagnostics of each file, files in order, entries by place. */
function byFile({ findings, diagnostics }: Report): ReadonlyMap<string, readonly Entry[]> {
  const entries: Entry[] = [
    ...findings.map((finding) => ({ finding })),
    ...diagnostics.map((diagnostic) => ({ diagnostic })),
  ].sort((a, b) => compare(locationOf(a), locationOf(b)));
  const files = new Map<string, Entry[]>();
  for (const entry of entries) {
    const { file } = locationOf(entry);
    const known = files.get(file);
    if (known) known.push(entry);
    else files.set(file, [entry]);
  }
  return files;
}

const locationOf = (entry: Entry): Location => ('finding' in entry ? entry.finding : entry.diagnostic).location;

const compare = (a: Location, b: Location): number =>
  a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line || a.column - b.column;

/** Why and what to do are said once for each rule in a file. */
function fileSection(file: string, entries: readonly Entry[], rules: Report['rules'], dress: Colors): string {
  const explained = new Set<string>();
  const blocks = entries.map((entry) => {
    if ('diagnostic' in entry) return diagnosticBlock(entry.diagnostic, dress);
    const { rule } = entry.finding;
    const explanation = explained.has(rule) ? undefined : rules[rule];
    explained.add(rule);
    return findingBlock(entry.finding, explanation, dress);
  });
  return `${dress.strong(plainLine(file))}\n${blocks.join('\n')}`;
}

/** At most so many of the places that led to a finding are shown. */
const mostReasons = 6;

function findingBlock(finding: Finding, explanation: RuleText | undefined, dress: Colors): string {
  const { location, severity, message, rule, related } = finding;
  const frame = codeFrame(finding.excerpt, location);
  const number = String(location.line);
  const gutter = ' '.repeat(number.length);
  const hints = [
    ...related
      .slice(0, mostReasons)
      .map((one): [string, string] => ['because', `${placeText(one.location)} ${one.message}`]),
    ...(related.length > mostReasons
      ? [['because', `of ${related.length - mostReasons} more places, which the JSON report lists`] as const]
      : []),
    ...(explanation ? [['why', explanation.why] as const, ['do', explanation.remedy] as const] : []),
  ];
  return [
    `  ${dress.faint(`${number}:${location.column}`)} ${dress.severity(severity, severity)} ${plainLine(oneLine(message))} ${dress.faint(plainLine(rule))}`,
    `    ${dress.faint(`${number} |`)} ${frame.code}`,
    `    ${dress.faint(`${gutter} |`)} ${dress.severity(severity, frame.marks)}`,
    ...hints.map(([label, hint]) => `    ${dress.faint(`${label.padEnd(3)}`)} ${plainLine(oneLine(hint))}`),
    '',
  ].join('\n');
}

function diagnosticBlock({ code, message, location }: LocatedDiagnostic, dress: Colors): string {
  const place = dress.faint(`${location.line}:${location.column}`);
  return `  ${place} ${dress.severity('warning', 'diagnostic')} ${plainLine(oneLine(message))} ${dress.faint(code)}\n`;
}

const placeText = ({ file, line, column }: Location): string => `${file}:${line}:${column}`;

function closing({ summary, findings, diagnostics }: Report, dress: Colors): string {
  const files = new Set([...findings, ...diagnostics].map(({ location }) => location.file)).size;
  const where = files > 0 ? ` in ${counted(files, 'file')}` : '';
  const suppressed = summary.suppressed > 0 ? `, ${summary.suppressed} suppressed` : '';
  const seconds = `${(summary.milliseconds / 1000).toFixed(2)} s`;
  return `${dress.strong(`${findingCounts(summary)}${where}`)}${suppressed} (${readCount(summary)}, ${seconds})\n`;
}
