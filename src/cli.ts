#!/usr/bin/env node
import { resolve } from 'node:path';
import { type CommandLine, helpText, parseCommandLine } from './config/command-line.ts';
import { UserError } from './config/user-error.ts';
import type { CompiledRule } from './core/rule.ts';
import type { Settings } from './core/settings.ts';
import { bugReport } from './report/bug-report.ts';
import { plainLine } from './report/visible.ts';
import { writers } from './report/writers.ts';
import { version } from './version.ts';

const { argv, env, stderr, stdout } = process;

/** Does what the arguments ask for, and returns the exit code. */
async function main(): Promise<number> {
  const formats = writers.map(({ format }) => format);
  const commandLine = parseCommandLine(argv.slice(2), formats);
  switch (commandLine.action) {
    case 'help':
      stdout.write(helpText(formats));
      return 0;
    case 'version':
      stdout.write(`${version}\n`);
      return 0;
    case 'list-rules':
      return listRules(commandLine);
    case 'lint':
      return lintPaths(commandLine);
  }
}

async function lintPaths({ format, failOn, rules, ...options }: CommandLine): Promise<number> {
  const { fails, run } = await import('./run.ts');
  const progress = progressLine();
  const { report, problems } = await run({
    ...options,
    workingDirectory: resolve('.'),
    only: rules,
    onProgress: progress.show,
  });
  progress.clear();
  const writer = writers.find((candidate) => candidate.format === format);
  stdout.write(writer?.write(report, { color: hasColor() }) ?? '');
  complain(problems);
  if (report.diagnostics.some(({ code }) => code === 'internal-error')) return 3;
  return problems.length > 0 ? 2 : fails(report, failOn) ? 1 : 0;
}

async function listRules({ config }: CommandLine): Promise<number> {
  const { configured } = await import('./run.ts');
  const { rules, settings, problems } = await configured({ workingDirectory: resolve('.'), config });
  stdout.write(ruleList(rules, settings));
  complain(problems);
  return problems.length > 0 ? 2 : 0;
}

function ruleList(rules: readonly CompiledRule[], settings: Settings): string {
  const heads = rules.map(({ head }) => head).sort((a, b) => (a.id < b.id ? -1 : 1));
  const widest = Math.max(0, ...heads.map(({ id }) => id.length));
  return heads
    .map(
      ({ id, severity, title }) =>
        `${id.padEnd(widest)}  ${(settings.rules[id] ?? severity).padEnd(7)}  ${plainLine(title)}\n`,
    )
    .join('');
}

function complain(problems: readonly string[]): void {
  for (const problem of problems) stderr.write(`tlslint: ${plainLine(problem)}\n`);
}

/** NO_COLOR and FORCE_COLOR count when they are not empty; FORCE_COLOR=0 means off. */
function hasColor(): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  return stdout.isTTY && env.TERM !== 'dumb';
}

/** A line on a terminal that says how far a long run is; nothing on anything else. */
function progressLine(): { readonly show: (done: number, total: number) => void; readonly clear: () => void } {
  const start = performance.now();
  let shownAt = start + 900;
  let shown = false;
  return {
    show: (done, total) => {
      const now = performance.now();
      if (!stderr.isTTY || now - shownAt < 100) return;
      shownAt = now;
      shown = true;
      stderr.write(`\r${done} of ${total} files`);
    },
    clear: () => {
      if (shown) stderr.write('\r\u001b[K');
    },
  };
}

/** A reader that closes the pipe early, such as `head`, has what it wants. */
stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

try {
  process.exitCode = await main();
} catch (error) {
  if (error instanceof UserError) complain([error.message]);
  else stderr.write(bugReport(error, version));
  process.exitCode = error instanceof UserError ? 2 : 3;
}
