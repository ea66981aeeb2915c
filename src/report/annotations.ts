import type { Location, Severity } from '../core/finding.ts';
import type { Report } from '../core/report.ts';
import { counted } from './counts.ts';
import { oneLine, plainLine, visible } from './visible.ts';

export interface AnnotationOptions {
  /** What makes a reported path relative to the repository's root: `deploy/`, or nothing. */
  readonly prefix: string;
  /** How many of each severity are made annotations. */
  readonly limit: number;
  /** Of two findings of one severity, the one with the lower rank comes first. */
  readonly rank: (location: Location) => number;
}

/**
 * A runner makes annotations of the first ten of each severity in a step and drops the others.
 * Source: actions/runner, src/Runner.Worker/ExecutionContext.cs, `_maxCountPerIssueType`.
 */
export const mostPerSeverity = 10;

const commands = { error: 'error', warning: 'warning', note: 'notice' } as const satisfies Record<Severity, string>;

interface Annotation {
  readonly severity: Severity;
  readonly title: string;
  readonly message: string;
  readonly location: Location;
}

/**
 * Workflow commands for what a runner will show, the most severe first; then a plain line for each that it would drop,
 * and a notice that counts them.
 */
export function annotations(report: Report, { prefix, limit, rank }: AnnotationOptions): string {
  const all = [...annotationsOf(report)].sort(
    (a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity) || rank(a.location) - rank(b.location),
  );
  const most = Math.min(limit, mostPerSeverity);
  const fits = severities.every((severity) => withSeverity(all, severity).length <= most);
  // The closing notice takes the place of a note.
  const limits = { error: most, warning: most, note: fits ? most : Math.min(most, mostPerSeverity - 1) };
  const shown = severities.flatMap((severity) => withSeverity(all, severity).slice(0, limits[severity]));
  const dropped = severities.flatMap((severity) => withSeverity(all, severity).slice(limits[severity]));
  const lines = [
    ...shown.map((one) => command(one, prefix)),
    ...dropped.map((one) => plain(one, prefix)),
    ...(dropped.length > 0 ? [closing(dropped)] : []),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

const withSeverity = (all: readonly Annotation[], severity: Severity): readonly Annotation[] =>
  all.filter((one) => one.severity === severity);

const severities = ['error', 'warning', 'note'] as const satisfies readonly Severity[];

/** Findings, then diagnostics, which count as warnings. */
const annotationsOf = ({ findings, diagnostics, rules }: Report): readonly Annotation[] => [
  ...findings.map(({ rule, severity, message, location }) => {
    const remedy = rules[rule]?.remedy;
    return {
      severity,
      title: rule,
      message: remedy === undefined ? oneLine(message) : `${oneLine(message)}\n${oneLine(remedy)}`,
      location,
    };
  }),
  ...diagnostics.map(({ code, message, location }) => ({
    severity: 'warning' as const,
    title: code,
    message,
    location,
  })),
];

function command({ severity, title, message, location }: Annotation, prefix: string): string {
  const { file, line, column, endLine, endColumn } = location;
  const properties = {
    file: `${prefix}${file}`,
    line,
    endLine,
    // A runner drops columns that span lines.
    ...(line === endLine && { col: column, endColumn: Math.max(endColumn, column) }),
    title: `tlslint: ${title}`,
  };
  const list = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(String(value))}`);
  return `::${commands[severity]} ${list.join(',')}::${escapeData(message)}`;
}

const plain = ({ severity, title, message, location }: Annotation, prefix: string): string => {
  const [first = ''] = message.split('\n');
  return plainLine(`${prefix}${location.file}:${location.line}:${location.column} ${severity}: ${first} (${title})`);
};

function closing(dropped: readonly Annotation[]): string {
  const parts = severities
    .map((severity) => ({ severity, count: withSeverity(dropped, severity).length }))
    .filter(({ count }) => count > 0)
    .map(({ severity, count }) => counted(count, severity));
  return `::notice title=tlslint::${escapeData(`${parts.join(', ')} more than GitHub shows as annotations; the log lists them`)}`;
}

/** The longest message that a runner keeps. */
const longestMessage = 4096;

/** Source: actions/toolkit, packages/core/src/command.ts (@actions/core 3.0.1). What acts on a log is shown as an escape. */
const escapeData = (text: string): string =>
  text
    .split('\n')
    .map((line) => plainLine(line))
    .join('\n')
    .slice(0, longestMessage - 100)
    .replaceAll('%', '%25')
    .replaceAll('\r', '%0D')
    .replaceAll('\n', '%0A');

const escapeProperty = (text: string): string =>
  text
    .split(/(?<=[\r\n])|(?=[\r\n])/)
    .map((part) => (/^[\r\n]$/.test(part) ? part : visible(part)))
    .join('')
    .replaceAll('%', '%25')
    .replaceAll('\r', '%0D')
    .replaceAll('\n', '%0A')
    .replaceAll(':', '%3A')
    .replaceAll(',', '%2C');
