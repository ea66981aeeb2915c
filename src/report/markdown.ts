import type { Finding, LocatedDiagnostic, Location, Severity } from '../core/finding.ts';
import type { Report, Writer } from '../core/report.ts';
import { counted, findingCounts, readCount } from './counts.ts';
import { oneLine, visible } from './visible.ts';

/** Tables for a page: a job summary, a wiki. */
export const markdown: Writer = {
  format: 'markdown',
  write: (report) => markdownSummary(report, { linkTo: () => undefined }),
};

export interface MarkdownOptions {
  /** The address that shows a place, where there is one. */
  readonly linkTo: (location: Location) => string | undefined;
}

/** A job summary over 1 MiB is dropped as a whole (actions/runner, src/Runner.Worker/FileCommandManager.cs): stay well below. */
const budget = 900 * 1024;

/** The report as Markdown, cut at a row's end when it would grow too large, with a line that says so. */
export function markdownSummary(report: Report, options: MarkdownOptions): string {
  const { summary, findings, diagnostics } = report;
  const suppressed = summary.suppressed > 0 ? `, ${summary.suppressed} suppressed` : '';
  const head = `## tlslint: ${findingCounts(summary)}\n\n${readCount(summary)}${suppressed}.\n`;
  const rows = [
    ...severities
      .flatMap((severity) => findings.filter((one) => one.severity === severity))
      .map((one) => findingRow(one, options)),
    ...diagnostics.map((one) => diagnosticRow(one, options)),
  ];
  const explanations = Object.entries(report.rules).map(
    ([id, { title, why, remedy }]) => `- **${code(id)}**: ${inline(title)}. ${inline(why)} *${inline(remedy)}*`,
  );
  const reserve = bytes([head, ...explanations, '']) + 1024;
  const fitting = rowsWithin(rows, budget - reserve);
  const left = rows.length - fitting.length;
  return [
    head,
    ...(rows.length > 0 ? ['| | place | what | rule |\n| --- | --- | --- | --- |', ...fitting, ''] : []),
    ...(left > 0 ? [`${counted(left, 'row')} more: run \`tlslint --format json\` for all of them.\n`] : []),
    ...(explanations.length > 0
      ? ['<details><summary>Why, and what to do</summary>\n', ...explanations, '\n</details>\n']
      : []),
  ].join('\n');
}

const severities = ['error', 'warning', 'note'] as const satisfies readonly Severity[];

const icons = { error: '🔴 error', warning: '🟡 warning', note: '🔵 note' } as const satisfies Record<Severity, string>;

const findingRow = ({ severity, location, message, rule }: Finding, options: MarkdownOptions): string =>
  row([icons[severity], place(location, options), inline(message), code(rule)]);

const diagnosticRow = ({ code: id, message, location }: LocatedDiagnostic, options: MarkdownOptions): string =>
  row(['⚪ diagnostic', place(location, options), inline(message), code(id)]);

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

function place(location: Location, { linkTo }: MarkdownOptions): string {
  const text = code(`${location.file}:${location.line}`);
  const address = linkTo(location);
  return address === undefined ? text : `[${text}](${address})`;
}

function rowsWithin(rows: readonly string[], most: number): readonly string[] {
  let size = 0;
  const end = rows.findIndex((one) => {
    size += bytes([one]) + 1;
    return size > most;
  });
  return end < 0 ? rows : rows.slice(0, end);
}

const bytes = (parts: readonly string[]): number => parts.reduce((size, part) => size + Buffer.byteLength(part) + 1, 0);

/** The longest text of a cell. */
const longest = 1000;

const shortened = (text: string): string => (text.length > longest ? `${text.slice(0, longest)}…` : text);

/** Repository text as prose: nothing in it is markup, a mention or a reference, except that backticks mean code. */
const inline = (text: string): string =>
  shortened(visible(oneLine(text)))
    .split(/(`[^`]+`)/)
    .map((part, index) => (index % 2 === 1 ? code(part.slice(1, -1)) : prose(part)))
    .join('');

const prose = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[\\`*_[\]()#|~$]/g, '\\$&')
    .replaceAll('@', '@\u2060')
    .replaceAll('://', ':\u2060//');

/** Repository text as code, with a fence longer than any run of backticks in it; a `|` would end the cell. */
function code(text: string): string {
  const shown = shortened(visible(text)).replaceAll('|', '\\|');
  const longestRun = Math.max(0, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longestRun + 1);
  return longestRun === 0 ? `\`${shown}\`` : `${fence} ${shown} ${fence}`;
}
