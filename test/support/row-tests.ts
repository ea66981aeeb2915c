import { describe, expect, test } from '@jest/globals';
import { type Fact, spanAt } from '../../src/core/fact.ts';
import type { Finding } from '../../src/core/finding.ts';
import type { Span } from '../../src/core/source.ts';
import { lineStarts, locate } from '../../src/core/text.ts';
import { extractAll } from '../../src/extract/extract-all.ts';
import { technologies } from '../../src/extract/technologies.ts';
import { versionsFrom } from '../../src/extract/versions.ts';
import { link } from '../../src/link/link.ts';
import { builtinRules, inMemory, lintFiles } from './lint-files.ts';
import type { ExpectedFact, Row, RowCase, Section } from './rows.ts';

type Files = Readonly<Record<string, string>>;

/**
 * Tests every case of every row: files in, facts and findings out. `name` is the path of a case's one file; with
 * `pointed`, findings are written with the text that they point at.
 */
export function testRows(
  sections: readonly Section[],
  { name, pointed = false }: { readonly name: string; readonly pointed?: boolean },
): void {
  const rules = builtinRules().map(({ compiled }) => compiled);
  describe.each(sections.map(({ section, rows }) => ({ section, rows })))('$section', ({ rows }) => {
    test('each row has a case, or says why not', () => {
      expect(rows.filter((row) => (row.cases === undefined) === (row.leftOut === undefined))).toEqual([]);
    });

    const cases = rows.flatMap((row) => (row.cases ?? []).map((one) => ({ name: nameOf(row, one), one })));
    if (cases.length === 0) return;
    test.each(cases)('$name', async ({ one }) => {
      const files = one.files ?? { [name]: one.text ?? '' };
      const facts = await factsOf(files, one.versions);
      for (const expected of one.facts ?? []) expectFact(facts, expected, files);
      const kinds = new Set(facts.map(({ data }) => data.kind));
      expect((one.none ?? []).filter((kind) => kinds.has(kind))).toEqual([]);
      if (!one.findings) return;
      const { findings } = await lintFiles(files, { rules, ...(one.versions && { versions: one.versions }) });
      const seen = findings.map((finding) => shown(finding, files) + (pointed ? ` ${textOf(finding, files)}` : ''));
      expect(seen.sort()).toEqual([...one.findings].sort());
    });
  });
}

function nameOf({ row }: Row, { note }: RowCase): string {
  return `${row}: ${note}`;
}

async function factsOf(files: Files, versions: Readonly<Record<string, string>> = {}): Promise<readonly Fact[]> {
  const { candidates, repository } = inMemory(files);
  const claimed = technologies.map((technology) => {
    const paths = candidates.filter((candidate) => technology.claims(candidate)).map(({ path }) => path);
    return [technology, paths.flatMap((path) => repository.read(path) ?? [])] as const;
  });
  const sources = claimed.flatMap(([, claimedBy]) => claimedBy);
  const products = technologies.flatMap((technology) => technology.products ?? []);
  const { facts, diagnostics } = await extractAll(claimed, repository, versionsFrom(sources, products, versions));
  expect(diagnostics.filter(({ code }) => code === 'internal-error')).toEqual([]);
  return link(facts);
}

/** Some fact is as expected; the failure shows those of its kind. */
function expectFact(facts: readonly Fact[], expected: ExpectedFact, files: Files): void {
  const candidates = facts.filter(
    ({ data, subject }) =>
      data.kind === expected.kind && (expected.subject === undefined || subject === expected.subject),
  );
  const seen = candidates.map((fact) => ({
    data: fact.data,
    ...(expected.at && {
      at: Object.fromEntries(Object.keys(expected.at).map((pointer) => [pointer, placeOf(fact, pointer, files)])),
    }),
    ...(expected.defaults && { defaults: Object.keys(fact.defaults) }),
    ...(expected.unknown && { unknown: fact.unknown }),
    ...(expected.related && { related: fact.related.map(({ phrase }) => phrase) }),
  }));
  const wanted = expect.objectContaining({
    data: expect.objectContaining(partial(expected.data ?? {})),
    ...(expected.at && { at: expected.at }),
    ...(expected.defaults && { defaults: expect.arrayContaining([...expected.defaults]) }),
    ...(expected.unknown && { unknown: expect.arrayContaining([...expected.unknown]) }),
    ...(expected.related && {
      related: expect.arrayContaining(expected.related.map((phrase) => expect.stringContaining(phrase))),
    }),
  });
  expect(seen).toContainEqual(wanted);
}

/** Objects match in part, at any depth; lists match whole. */
function partial(data: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [
      key,
      isObject(value) ? expect.objectContaining(partial(value)) : value,
    ]),
  );
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function placeOf(fact: Fact, pointer: string, files: Files): string {
  const span: Span = pointer === 'self' ? fact.self : spanAt(fact, pointer);
  const text = files[span.file] ?? '';
  const { line, column } = locate(lineStarts(text), span.start);
  const several = Object.keys(files).length > 1;
  return `${several ? `${span.file}:` : ''}${line}:${column} ${text.slice(span.start, span.end)}`;
}

function shown({ rule, severity, location: { file, line, column } }: Finding, files: Files): string {
  const several = Object.keys(files).length > 1;
  return `${rule} ${several ? `${file}:` : ''}${line}:${column} ${severity}`;
}

/** What a finding points at, on one line. */
function textOf({ location: { file, line, column, endLine, endColumn } }: Finding, files: Files): string {
  const text = files[file] ?? '';
  const starts = lineStarts(text);
  const offset = (at: number, within: number): number => (starts[at - 1] ?? 0) + within - 1;
  return text.slice(offset(line, column), offset(endLine, endColumn)).replace(/\s+/g, ' ');
}
