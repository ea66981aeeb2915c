import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { extractAll } from '../src/extract/extract-all.ts';
import { technologies } from '../src/extract/technologies.ts';
import { versionsFrom } from '../src/extract/versions.ts';
import { link } from '../src/link/link.ts';
import { inMemory } from './support/lint-files.ts';
import { kubernetesSections } from './support/rows.ts';

/** The manifests of every row, broken at random: values of other types, lines missing, twice or elsewhere. */
const manifests = kubernetesSections().flatMap(({ rows }) =>
  rows.flatMap(({ cases = [] }) => cases.map(({ text, files }) => files ?? { 'app.yaml': text ?? '' })),
);

const values = [
  'null',
  '[]',
  '{}',
  '""',
  '[null]',
  '{ a: {} }',
  '[[x]]',
  '0',
  '-1',
  'true',
  '*nowhere',
  '{{ .Values.x }}',
  '${X}',
  '|',
  '>-',
];

type Edit = (lines: readonly string[], at: number) => readonly string[];

const edits: readonly Edit[] = [
  (lines, at) => lines.filter((_line, index) => index !== at),
  (lines, at) => lines.flatMap((line, index) => (index === at ? [line, line] : [line])),
  (lines, at) => lines.flatMap((line, index) => (index === at ? [`  ${line}`] : [line])),
  (lines, at) => [...lines.slice(at), ...lines.slice(0, at)],
  ...values.flatMap((value): readonly Edit[] => [
    (lines, at) => lines.map((line, index) => (index === at ? line.replace(/: .*$/, `: ${value}`) : line)),
    (lines, at) =>
      lines.map((line, index) => (index === at ? line.replace(/: [^,{}[\]]+(?=[,}\]])/, `: ${value}`) : line)),
  ]),
];

const broken = fc
  .record({
    files: fc.constantFrom(...manifests),
    changes: fc.array(fc.record({ edit: fc.constantFrom(...edits), at: fc.nat(60) }), { minLength: 1, maxLength: 4 }),
  })
  .map(({ files, changes }) =>
    Object.fromEntries(
      Object.entries(files).map(([path, text]) => [
        path,
        changes
          .reduce<readonly string[]>(
            (lines, { edit, at }) => edit(lines, at % Math.max(lines.length, 1)),
            text.split('\n'),
          )
          .join('\n'),
      ]),
    ),
  );

describe('broken manifests', () => {
  test('no reader and no link throws, and every place is inside its file', async () => {
    await fc.assert(
      fc.asyncProperty(broken, async (files) => {
        const { candidates, repository } = inMemory(files);
        const claimed = technologies.map((technology) => {
          const paths = candidates.filter((candidate) => technology.claims(candidate)).map(({ path }) => path);
          return [technology, paths.flatMap((path) => repository.read(path) ?? [])] as const;
        });
        const { facts, diagnostics } = await extractAll(claimed, repository, versionsFrom([], [], {}));
        expect(diagnostics.filter(({ code }) => code === 'internal-error')).toEqual([]);
        for (const { self, spans, related } of link(facts)) {
          for (const { file, start, end } of [self, ...Object.values(spans), ...related.map(({ span }) => span)]) {
            expect(start).toBeGreaterThanOrEqual(0);
            expect(end).toBeGreaterThanOrEqual(start);
            expect(end).toBeLessThanOrEqual(files[file]?.length ?? -1);
          }
        }
      }),
      { numRuns: Number(process.env.BROKEN_RUNS ?? 300) },
    );
  });
});
