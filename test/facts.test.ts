import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import type { Fact } from '../src/core/fact.ts';
import { extractAll } from '../src/extract/extract-all.ts';
import { technologies } from '../src/extract/technologies.ts';
import { versionsFrom } from '../src/extract/versions.ts';
import { valueAt } from '../src/judge/match.ts';
import { builtinRules, inMemory, lintFiles } from './support/lint-files.ts';

const rules = builtinRules();
const examples = rules.flatMap(({ rule }) => [...rule.bad, ...rule.good]);
const validate = new Ajv({ allowUnionTypes: true }).compile(
  JSON.parse(readFileSync('schemas/fact.schema.json', 'utf8')),
);

async function factsOf(files: Readonly<Record<string, string>>): Promise<readonly Fact[]> {
  const { candidates, repository } = inMemory(files);
  const claimed = technologies.map((technology) => {
    const paths = candidates.filter((candidate) => technology.claims(candidate)).map(({ path }) => path);
    return [technology, paths.flatMap((path) => repository.read(path) ?? [])] as const;
  });
  const { facts } = await extractAll(claimed, repository, versionsFrom([], [], { nginx: '1.28.0' }));
  return facts;
}

/** One after the other: jest links modules that are loaded at the same time in no safe order. */
const everyFact: { readonly fact: Fact; readonly files: Readonly<Record<string, string>> }[] = [];
for (const { files } of examples) {
  for (const fact of await factsOf(files)) everyFact.push({ fact, files });
}

describe('every fact of every example', () => {
  test('there are some of each kind that technologies make', () => {
    const kinds = new Set(everyFact.map(({ fact }) => fact.data.kind));
    expect([...kinds].sort()).toEqual(
      [
        'alert',
        'certificate',
        'chain',
        'client',
        'image',
        'issuance',
        'listener',
        'mesh',
        'privateKey',
        'route',
        'secret',
        'service',
        'trust',
        'upstream',
        'workload',
      ].sort(),
    );
  });

  test('has data that the published schema allows', () => {
    const wrong = everyFact.filter(({ fact }) => !validate(fact.data)).map(({ fact }) => fact.data);
    expect(wrong).toEqual([]);
  });

  test('keeps written, default and unknown apart', () => {
    for (const { fact } of everyFact) {
      expect(Object.keys(fact.defaults).filter((pointer) => pointer in fact.spans)).toEqual([]);
      expect(fact.unknown.filter((pointer) => valueAt(fact.data, pointer) !== undefined)).toEqual([]);
      expect(Object.keys(fact.defaults).filter((pointer) => valueAt(fact.data, pointer) === undefined)).toEqual([]);
      expect(Object.keys(fact.spans).filter((pointer) => valueAt(fact.data, pointer) === undefined)).toEqual([]);
    }
  });

  test('points into the files that it came from', () => {
    for (const { fact, files } of everyFact) {
      for (const span of [fact.self, ...Object.values(fact.spans), ...fact.related.map((related) => related.span)]) {
        const length = files[span.file]?.length ?? -1;
        expect([span, span.start >= 0 && span.start <= span.end && span.end <= length]).toEqual([span, true]);
      }
    }
  });

  test('survives JSON', () => {
    for (const { fact } of everyFact) expect(JSON.parse(JSON.stringify(fact))).toEqual(fact);
  });
});

describe('a run', () => {
  const compiled = rules.map((rule) => rule.compiled);
  const files = Object.fromEntries(
    examples.flatMap((example, index) =>
      Object.entries(example.files).map(([path, text]) => [`${index % 40}/${path}`, text]),
    ),
  );

  test('gives the same report whatever the order of the files', async () => {
    const expected = JSON.stringify(await lintFiles(files, { rules: compiled }));
    const entries = Object.entries(files);
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(entries, { minLength: entries.length }), async (shuffled) => {
        expect(JSON.stringify(await lintFiles(Object.fromEntries(shuffled), { rules: compiled }))).toBe(expected);
      }),
      { numRuns: 3 },
    );
  }, 30_000);

  test('no bytes under any claimed name make it fail', async () => {
    const names = fc.constantFrom(
      'nginx.conf',
      'Dockerfile',
      'a.yaml',
      'templates/a.yaml',
      'a.json',
      'a.pem',
      'a.key',
      'a.der',
      'a.crt',
      'lighttpd.conf',
      'compose.yaml',
      'a.p12',
      'a.jks',
    );
    const markers = [
      'ssl_protocols',
      'server {',
      'apiVersion: v1\nkind: Secret\n',
      'data:\n',
      '-----BEGIN CERTIFICATE-----\n',
      '-----END CERTIFICATE-----\n',
      'FROM scratch\n',
      'ssl.engine',
      '{{',
      '\n',
      'services:\n',
      'RUN <<E\n',
    ];
    const text = fc
      .array(fc.oneof(fc.constantFrom(...markers), fc.string(), fc.string({ unit: 'binary' })), { maxLength: 8 })
      .map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(fc.dictionary(names, text, { maxKeys: 4 }), async (written) => {
        const { diagnostics } = await lintFiles(written, { rules: compiled });
        expect(diagnostics.filter(({ code }) => code === 'internal-error')).toEqual([]);
      }),
      { numRuns: 150 },
    );
  }, 30_000);
});
