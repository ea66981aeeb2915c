import { kubernetesSections, type Row, type Section } from '../test/support/rows.ts';

/** `docs/kubernetes.md`: what is read of Kubernetes, row by row, and what shows it. */
export function kubernetesPage(): string {
  const sections = kubernetesSections();
  return [
    '# What tlslint reads of Kubernetes',
    '',
    'Each row is a field, an annotation, a flag or a variable that says something about TLS. A row counts as shown when a',
    'manifest in `test/kubernetes/` gives the fact or the finding that the row promises, with its line and column, or proves',
    'that tlslint stays silent. The rest is left out, and says why.',
    '',
    '| section | rows | shown | left out | cases |',
    '| --- | --- | --- | --- | --- |',
    ...sections.map(rowOf),
    totalOf(sections),
    '',
    '## Left out',
    '',
    ...sections.flatMap(leftOutOf),
    '## Schemas',
    '',
    'The paths of custom resources that rows name were compared with the schemas in the projects’ own definitions',
    '(`node --import tsx scripts/crd-paths.ts FOLDER`): no row names a path that no served version has.',
    '',
    '| project | version | files |',
    '| --- | --- | --- |',
    ...schemasOf(sections),
    '',
    'This page is generated from [test/kubernetes](../test/kubernetes).',
    '',
  ].join('\n');
}

const shown = (rows: readonly Row[]): readonly Row[] => rows.filter(({ cases }) => cases !== undefined);
const casesOf = (rows: readonly Row[]): number => rows.reduce((sum, { cases }) => sum + (cases?.length ?? 0), 0);

const rowOf = ({ file, section, rows }: Section): string => `| [${cell(section)}](../${file}) | ${counts(rows)} |`;

const totalOf = (sections: readonly Section[]): string => `| all | ${counts(sections.flatMap(({ rows }) => rows))} |`;

const counts = (rows: readonly Row[]): string =>
  [rows.length, shown(rows).length, rows.length - shown(rows).length, casesOf(rows)].join(' | ');

function leftOutOf({ section, rows }: Section): readonly string[] {
  const left = rows.filter(({ leftOut }) => leftOut !== undefined);
  if (left.length === 0) return [];
  return [`### ${section}`, '', ...left.map(({ row, leftOut }) => `- \`${row}\`: ${leftOut}`), ''];
}

const schemasOf = (sections: readonly Section[]): readonly string[] =>
  [
    ...new Set(
      sections.flatMap(({ crds = [] }) =>
        crds.map(
          ({ project, version, files }) =>
            `| ${project} | ${version} | ${files.map((file) => `\`${file}\``).join(', ')} |`,
        ),
      ),
    ),
  ].sort();

const cell = (text: string): string => text.replace(/\|/g, '\\|');
