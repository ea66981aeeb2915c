import { readdirSync, readFileSync } from 'node:fs';
import type { Finding, LocatedDiagnostic } from '../../src/core/finding.ts';
import type { CompiledRule, Rule } from '../../src/core/rule.ts';
import type { Settings } from '../../src/core/settings.ts';
import type { Source } from '../../src/core/source.ts';
import type { Candidate, Repository } from '../../src/core/technology.ts';
import { technologies } from '../../src/extract/technologies.ts';
import { compileRule } from '../../src/judge/compile.ts';
import { readRule } from '../../src/judge/load.ts';
import { lint } from '../../src/lint.ts';
import { policyNamed } from '../../src/tls/policies.ts';

export const noSettings: Settings = {
  policy: 'mozilla-intermediate',
  rules: {},
  ignore: [],
  overrides: [],
  ruleFolders: [],
  versions: {},
};

/** The rules of `rules/`, read and compiled as a user's own would be. */
export function builtinRules(): readonly { readonly rule: Rule; readonly compiled: CompiledRule }[] {
  return readdirSync('rules')
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => {
      const { rule, problems } = readRule({ path: `rules/${name}`, text: readFileSync(`rules/${name}`, 'utf8') });
      if (!rule) throw new Error(problems.map(({ path, line, message }) => `${path}:${line} ${message}`).join('\n'));
      return { rule, compiled: compileRule(rule) };
    });
}

export interface LintOptions {
  readonly rules: readonly CompiledRule[];
  readonly only?: readonly string[];
  readonly today?: string;
  readonly policy?: string;
  readonly versions?: Readonly<Record<string, string>>;
  readonly settings?: Settings;
}

/** Lints a repository that exists only in memory: text by path. */
export async function lintFiles(
  files: Readonly<Record<string, string>>,
  {
    rules,
    only,
    today = '2026-06-01',
    policy = 'mozilla-intermediate',
    versions = {},
    settings = noSettings,
  }: LintOptions,
): Promise<{ readonly findings: readonly Finding[]; readonly diagnostics: readonly LocatedDiagnostic[] }> {
  const limits = policyNamed(policy);
  if (!limits) throw new Error(`no policy ${policy}`);
  return lint({
    ...inMemory(files),
    technologies,
    rules,
    ...(only && { only }),
    settings: { ...settings, versions: { ...settings.versions, ...versions } },
    policy: limits,
    today: new Date(`${today}T00:00:00Z`),
    version: '0.0.0',
    diagnostics: () => [],
  });
}

/** Candidates and repository over texts by path. */
export function inMemory(files: Readonly<Record<string, string>>): {
  readonly candidates: readonly Candidate[];
  readonly repository: Repository;
} {
  const sources = new Map<string, Source>(
    Object.entries(files).map(([path, text]) => [path, { path, text, bytes: Buffer.from(text) }]),
  );
  return {
    candidates: [...sources.values()].map(({ path, text }) => ({ path, hasWord: (word) => text.includes(word) })),
    repository: { paths: [...sources.keys()].sort(), read: (path) => sources.get(path) },
  };
}
