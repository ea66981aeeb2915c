import { readFileSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import * as core from '@actions/core';
import { type FailOn, failOnValues, oneOf } from './config/command-line.ts';
import { unknownPolicy } from './config/unknown-policy.ts';
import { UserError } from './config/user-error.ts';
import type { Location } from './core/finding.ts';
import type { Report } from './core/report.ts';
import { annotations, mostPerSeverity } from './report/annotations.ts';
import { bugReport } from './report/bug-report.ts';
import { type ChangedFile, rankByChange } from './report/changed-lines.ts';
import { markdownSummary } from './report/markdown.ts';
import { text } from './report/text.ts';
import { plainLine } from './report/visible.ts';
import { fails, type RunOptions, run } from './run.ts';
import { policyNames } from './tls/policies.ts';
import { version } from './version.ts';

const { env, stdout } = process;

/** The step's inputs, checked. */
interface Inputs extends Omit<RunOptions, 'today'> {
  readonly failOn: FailOn;
  readonly annotations: boolean;
  readonly summary: boolean;
  readonly limit: number;
  readonly token: string;
  /** What makes a reported path relative to the workspace. */
  readonly prefix: string;
}

/** Lints, and tells the log, the annotations, the job summary and the outputs. Returns the exit code. */
async function main(): Promise<number> {
  const inputs = readInputs();
  const { report, problems } = await run({ ...inputs, today: undefined });
  await core.group('tlslint', async () => stdout.write(text.write(report, { color: false })));
  for (const problem of problems) core.error(plainLine(problem), { title: 'tlslint' });
  if (inputs.annotations) await annotate(report, inputs);
  if (inputs.summary) await summarise(report, inputs.prefix);
  const code = problems.length > 0 ? 2 : fails(report, inputs.failOn) ? 1 : 0;
  setOutputs(report, code);
  return code;
}

function readInputs(): Inputs {
  const workspace = env.GITHUB_WORKSPACE || resolve('.');
  const workingDirectory = resolve(workspace, core.getInput('working-directory') || '.');
  const below = relative(workspace, workingDirectory).split(sep).join('/');
  const list = (name: string): readonly string[] => core.getMultilineInput(name);
  const config = core.getInput('config');
  const policy = core.getInput('policy') || undefined;
  if (policy !== undefined && !policyNames().includes(policy))
    throw new UserError(`input policy: ${unknownPolicy(policy)}`);
  return {
    workingDirectory,
    prefix: below === '' ? '' : `${below}/`,
    paths: list('paths').length > 0 ? list('paths') : ['.'],
    config: config === '' ? { kind: 'search' } : { kind: 'file', path: config },
    policy,
    only: list('rules').length > 0 ? list('rules') : undefined,
    failOn: oneOf(failOnValues, core.getInput('fail-on') || 'error', 'input fail-on'),
    annotations: isOn('annotations'),
    summary: isOn('summary'),
    limit: countOf('max-annotations', mostPerSeverity),
    token: core.getInput('token'),
  };
}

const isOn = (name: string): boolean =>
  oneOf(['true', 'false'], (core.getInput(name) || 'true').toLowerCase(), `input ${name}`) === 'true';

function countOf(name: string, otherwise: number): number {
  const written = core.getInput(name) || String(otherwise);
  if (!/^\d{1,6}$/.test(written)) throw new UserError(`input ${name} must be a number, not "${written}"`);
  return Number(written);
}

async function annotate(report: Report, { prefix, limit, token }: Inputs): Promise<void> {
  const worthAsking = report.findings.length + report.diagnostics.length > 0;
  const changed = worthAsking && token !== '' ? await changedFiles(token) : [];
  stdout.write(annotations(report, { prefix, limit, rank: rankByChange(changed, prefix) }));
}

/** GitHub lists at most 3,000 files of a pull request, 100 a page. */
const pageLength = 100;

/** What the pull request changes. The client is large and only loaded here; a failure costs the order, nothing else. */
async function changedFiles(token: string): Promise<readonly ChangedFile[]> {
  if (!/^pull_request(?:_target)?$/.test(env.GITHUB_EVENT_NAME ?? '')) return [];
  try {
    const github = await import('@actions/github');
    const pullRequest = github.context.payload.pull_request;
    if (!pullRequest) return [];
    const octokit = github.getOctokit(token, { request: { signal: AbortSignal.timeout(20_000) } });
    return await octokit.paginate(octokit.rest.pulls.listFiles, {
      ...github.context.repo,
      pull_number: pullRequest.number,
      per_page: pageLength,
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    core.warning(
      plainLine(
        `annotations are not ordered by what changed: ${reason}; give the job "pull-requests: read" or leave it`,
      ),
      { title: 'tlslint' },
    );
    return [];
  }
}

async function summarise(report: Report, prefix: string): Promise<void> {
  try {
    await core.summary.addRaw(markdownSummary(report, { linkTo: linker(prefix) }), true).write();
  } catch (error) {
    core.info(plainLine(`no job summary: ${error instanceof Error ? error.message : String(error)}`));
  }
}

/** Links into the commit that the run is for: of a pull request its head, since the merge commit has no page. */
function linker(prefix: string): (location: Location) => string | undefined {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository } = env;
  const commit = headCommit() ?? env.GITHUB_SHA;
  if (!server || !repository || !commit) return () => undefined;
  return ({ file, line }) => {
    const path = `${prefix}${file}`;
    if (path.startsWith('../')) return undefined;
    return `${server}/${repository}/blob/${commit}/${path.split('/').map(encodeURIComponent).join('/')}#L${line}`;
  };
}

function headCommit(): string | undefined {
  try {
    const event: unknown = JSON.parse(readFileSync(env.GITHUB_EVENT_PATH ?? '', 'utf8'));
    const sha = within(within(within(event, 'pull_request'), 'head'), 'sha');
    return typeof sha === 'string' && /^[0-9a-f]{40,64}$/.test(sha) ? sha : undefined;
  } catch {
    return undefined;
  }
}

const within = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;

function setOutputs({ summary, findings }: Report, code: number): void {
  core.setOutput('findings', findings.length);
  core.setOutput('errors', summary.errors);
  core.setOutput('warnings', summary.warnings);
  core.setOutput('notes', summary.notes);
  core.setOutput('diagnostics', summary.diagnostics);
  core.setOutput('files', summary.files);
  core.setOutput('exit-code', code);
}

try {
  process.exitCode = await main();
} catch (error) {
  const code = error instanceof UserError ? 2 : 3;
  core.error(error instanceof UserError ? plainLine(error.message) : bugReport(error, version), { title: 'tlslint' });
  core.setOutput('exit-code', code);
  process.exitCode = code;
}
