import { builtinRules } from 'tlslint:rules';
import type { FailOn } from './config/command-line.ts';
import { unknownRules } from './config/command-line.ts';
import { type Problem, problemText } from './config/problem.ts';
import { type KnownNames, settingsFrom, unknownNames } from './config/settings.ts';
import type { Severity } from './core/finding.ts';
import type { Report } from './core/report.ts';
import type { CompiledRule } from './core/rule.ts';
import type { Settings } from './core/settings.ts';
import {
  type Configuration,
  type ConfigurationChoice,
  readConfiguration,
  readRuleFolder,
} from './discover/configuration.ts';
import { discover } from './discover/discover.ts';
import { technologies } from './extract/technologies.ts';
import { lint } from './lint.ts';
import { policyNamed } from './tls/policies.ts';
import { version } from './version.ts';

export interface RunOptions {
  /** Absolute. */
  readonly workingDirectory: string;
  readonly paths: readonly string[];
  readonly config: ConfigurationChoice;
  /** Wins over the configuration file's. */
  readonly policy: string | undefined;
  readonly only: readonly string[] | undefined;
  readonly today: Date | undefined;
  readonly onProgress?: (done: number, total: number) => void;
}

export interface RunResult {
  readonly report: Report;
  /** What was wrong with options, configuration or paths, a line each. The report holds what could be done all the same. */
  readonly problems: readonly string[];
}

/** Reads the configuration, discovers, lints: what the command line and the action share. */
export async function run(options: RunOptions): Promise<RunResult> {
  const start = performance.now();
  const { rules, settings, patternPrefix, problems } = await configured(options);
  const discovery = discover({
    workingDirectory: options.workingDirectory,
    paths: options.paths,
    ignore: settings.ignore,
    ignorePrefix: patternPrefix,
  });
  const policy = policyNamed(options.policy ?? settings.policy);
  if (!policy) throw new Error(`policy ${options.policy ?? settings.policy} was accepted and does not exist`);
  const { files, ...found } = await lint({
    ...discovery,
    technologies,
    rules,
    ...(options.only && { only: options.only }),
    settings,
    patternPrefix,
    policy,
    today: options.today ?? startOfDay(new Date()),
    version,
    ...(options.onProgress && { onProgress: options.onProgress }),
  });
  const count = (severity: Severity): number =>
    found.findings.filter((finding) => finding.severity === severity).length;
  const summary = {
    files,
    errors: count('error'),
    warnings: count('warning'),
    notes: count('note'),
    suppressed: found.suppressed.length,
    diagnostics: found.diagnostics.length,
    milliseconds: Math.round(performance.now() - start),
  };
  return {
    report: { ...found, summary },
    problems: [
      ...problems,
      ...unknownRules(
        options.only ?? [],
        rules.map(({ head }) => head.id),
      ),
      ...discovery.missing.map(({ path, reason }) => `cannot read the path "${path}": ${reason}; check its spelling`),
    ],
  };
}

interface Configured {
  readonly rules: readonly CompiledRule[];
  readonly settings: Settings;
  readonly patternPrefix: string;
  readonly problems: readonly string[];
}

/** The settings in force and every rule that exists: built in, and the user's own. */
export async function configured(options: Pick<RunOptions, 'workingDirectory' | 'config'>): Promise<Configured> {
  const configuration = await readConfiguration(options.workingDirectory, options.config);
  const own = await ownRules(configuration, options);
  const rules = [...builtinRules, ...own.rules];
  const known: KnownNames = {
    rules: rules.map(({ head }) => head.id),
    products: technologies.flatMap(({ products = [] }) => products.map(({ name }) => name)),
  };
  const problems = [
    ...configuration.problems,
    ...own.problems,
    ...configuration.layers.flatMap((layer) => unknownNames(layer, known)),
  ];
  return {
    rules,
    settings: settingsFrom(configuration.layers, known),
    patternPrefix: configuration.patternPrefix,
    problems: problems.map(problemText),
  };
}

/** The compiler of rules is large, and most users have none of their own: it is loaded on demand. */
async function ownRules(
  { layers }: Configuration,
  { workingDirectory }: Pick<RunOptions, 'workingDirectory'>,
): Promise<{ readonly rules: readonly CompiledRule[]; readonly problems: readonly Problem[] }> {
  const folders = layers
    .flatMap(({ ruleFolders }) => ruleFolders)
    .map((folder) => readRuleFolder(workingDirectory, folder));
  const files = folders.flatMap((folder) => folder.files);
  const problems = folders.flatMap((folder) => folder.problems);
  if (files.length === 0) return { rules: [], problems };
  const { loadRules } = await import('./judge/load.ts');
  const loaded = loadRules(files);
  const taken = new Set(builtinRules.map(({ head }) => head.id));
  const rules = loaded.rules.filter(({ head }) => !taken.has(head.id) && taken.add(head.id));
  const refused = loaded.rules.filter((rule) => !rules.includes(rule)).map(({ head }) => head.id);
  return { rules, problems: [...problems, ...loaded.problems, ...refused.map((id) => idTaken(id, files))] };
}

const idTaken = (id: string, files: readonly { readonly path: string; readonly text: string }[]): Problem => {
  const path =
    files.findLast(({ text }) => text.split('\n').some((line) => line.startsWith('id:') && line.includes(id)))?.path ??
    '';
  return { path, line: 1, column: 1, message: `there is a rule "${id}" already; give this one another id` };
};

const startOfDay = (time: Date): Date => new Date(`${time.toISOString().slice(0, 10)}T00:00:00Z`);

/** Whether the report has something at or above the severity. A diagnostic counts as a warning. */
export function fails({ summary }: Report, failOn: FailOn): boolean {
  switch (failOn) {
    case 'never':
      return false;
    case 'error':
      return summary.errors > 0;
    case 'warning':
      return summary.errors + summary.warnings + summary.diagnostics > 0;
    case 'note':
      return summary.errors + summary.warnings + summary.notes + summary.diagnostics > 0;
  }
}
