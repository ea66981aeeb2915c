import { posix } from 'node:path';
import ignore from 'ignore';
import type { Fact } from './core/fact.ts';
import type { Diagnostic, Severity } from './core/finding.ts';
import type { Report } from './core/report.ts';
import type { CompiledRule, Policy } from './core/rule.ts';
import type { Settings } from './core/settings.ts';
import type { Source } from './core/source.ts';
import type { Candidate, Repository, Technology } from './core/technology.ts';
import { extractAll } from './extract/extract-all.ts';
import { versionsFrom } from './extract/versions.ts';
import { judge } from './judge/judge.ts';
import { located } from './judge/located.ts';
import { link } from './link/link.ts';

export interface LintInput {
  /** Every file that may be of interest, sorted by path. */
  readonly candidates: readonly Candidate[];
  readonly repository: Repository;
  readonly technologies: readonly Technology[];
  /** Every rule that exists. */
  readonly rules: readonly CompiledRule[];
  /** The ids to run; all of them when absent. */
  readonly only?: readonly string[];
  readonly settings: Settings;
  /** The folders between the configuration file and the working directory, which its globs count from: `deploy/`. */
  readonly patternPrefix?: string;
  readonly policy: Policy;
  /** The day that the run is for. */
  readonly today: Date;
  /** tlslint's own version, for the report. */
  readonly version: string;
  /** What discovery could not read. */
  readonly diagnostics: () => readonly Diagnostic[];
  readonly onProgress?: (done: number, total: number) => void;
}

/** The pipeline: files in, findings out. The same input gives the same report; it has no input or output of its own. */
export async function lint(input: LintInput): Promise<Omit<Report, 'summary'> & { readonly files: number }> {
  const claimed = claimedBy(input.technologies, input.candidates, input.repository);
  const sources = [...new Map(claimed.flatMap(([, files]) => files).map((source) => [source.path, source])).values()];
  const products = input.technologies.flatMap((technology) => technology.products ?? []);
  const versions = versionsFrom(sources, products, input.settings.versions);
  const extraction = await extractAll(claimed, input.repository, versions, input.onProgress);
  const facts: readonly Fact[] = link(extraction.facts);
  const judgement = judge({
    facts,
    sources,
    rules: input.rules,
    severityOf: severityIn(input),
    context: { policy: input.policy, today: input.today.getTime() },
  });
  return {
    version: input.version,
    files: sources.length,
    ...located(judgement, [...input.diagnostics(), ...extraction.diagnostics], sources, input.repository, input.rules),
  };
}

/** Each technology with the files that it wants, read. File by file, so that no file's bytes are kept for long. */
function claimedBy(
  technologies: readonly Technology[],
  candidates: readonly Candidate[],
  repository: Repository,
): readonly (readonly [Technology, readonly Source[]])[] {
  const claimed = technologies.map((technology) => ({ technology, sources: [] as Source[] }));
  for (const candidate of candidates) {
    const wanted = claimed.filter(({ technology }) => technology.claims(candidate));
    const source = wanted.length > 0 ? repository.read(candidate.path) : undefined;
    if (source) for (const { sources } of wanted) sources.push(source);
  }
  return claimed.map(({ technology, sources }) => [technology, sources]);
}

/** The severity that the settings give a rule on a file; `undefined` leaves the rule its own. */
function severityIn({
  settings: { rules, overrides },
  only,
  patternPrefix = '',
}: LintInput): (rule: string, file: string) => Severity | 'off' | undefined {
  const matchers = overrides.map((override) => ({
    rules: override.rules,
    covers: ignore({ allowRelativePaths: true }).add([...override.files]),
  }));
  return (rule, file) => {
    if (only && !only.includes(rule)) return 'off';
    const path = posix.normalize(patternPrefix + file);
    const override = matchers.findLast(
      (candidate) => Object.hasOwn(candidate.rules, rule) && candidate.covers.ignores(path),
    );
    return override?.rules[rule] ?? rules[rule];
  };
}
