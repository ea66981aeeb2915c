import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildTree, goProgram, longDockerfile } from './tree.ts';

/**
 * Measures whole processes of the built command, each run paired with what it is compared to, medians reported:
 * start-up against `node -e 0`, a Go program of 1,000 files that an empty image starts, a Dockerfile of 1,600
 * instructions, a large tree against the time that `grep -rIl` needs to read it, and peak memory.
 * `npm run bench -- --files 20000 --runs 7 --seed 1`
 */
const { values } = parseArgs({
  options: {
    files: { type: 'string', default: '20000' },
    runs: { type: 'string', default: '7' },
    seed: { type: 'string', default: '1' },
  },
});
const runs = Number(values.runs);
const cli = resolve('dist/cli.js');
const work = mkdtempSync(join(tmpdir(), 'tlslint-bench-run-'));

interface Measured {
  readonly milliseconds: number;
  readonly peakMiB: number;
}

/** Has a Node process write its peak memory to a file when it ends. */
const memoryFile = join(work, 'memory');
const reportMemory = join(work, 'report-memory.mjs');
writeFileSync(
  reportMemory,
  `import { writeFileSync } from 'node:fs';\nprocess.on('exit', () => writeFileSync(${JSON.stringify(memoryFile)}, String(process.resourceUsage().maxRSS)));\n`,
);

function time(command: string, argv: readonly string[], cwd: string): number {
  const start = performance.now();
  const { error, status } = spawnSync(command, argv, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
  if (error || status === null || status > 1) throw error ?? new Error(`${command} ${argv.join(' ')}: exit ${status}`);
  return performance.now() - start;
}

const node = (argv: readonly string[], cwd: string): number => time(process.execPath, argv, cwd);

function withMemory(argv: readonly string[], cwd: string): Measured {
  const milliseconds = node(['--import', reportMemory, ...argv], cwd);
  return { milliseconds, peakMiB: Number(readFileSync(memoryFile, 'utf8')) / 1024 };
}

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;

/** Medians of both and of their ratio, measured in turn so that a busy moment hits both. */
function paired(
  subject: () => number,
  reference: () => number,
): { readonly subject: number; readonly reference: number; readonly ratio: number } {
  subject();
  reference();
  const pairs = Array.from({ length: runs }, () => ({ subject: subject(), reference: reference() }));
  return {
    subject: median(pairs.map((pair) => pair.subject)),
    reference: median(pairs.map((pair) => pair.reference)),
    ratio: median(pairs.map((pair) => pair.subject / pair.reference)),
  };
}

const rounded = (value: number, digits = 0): string => value.toFixed(digits);

writeFileSync(join(work, 'nginx.conf'), 'server { listen 443 ssl; ssl_protocols TLSv1.2; }\n');
const start = paired(
  () => node([cli, '--no-config', 'nginx.conf'], work),
  () => node(['-e', '0'], work),
);
const program = goProgram(join(work, 'program'));
const image = paired(
  () => node([cli, '--no-config', '--fail-on', 'never', '.'], program),
  () => node(['-e', '0'], work),
);
const steps = longDockerfile(join(work, 'steps'));
const long = paired(
  () => node([cli, '--no-config', '--fail-on', 'never', '.'], steps),
  () => node(['-e', '0'], work),
);
const tree = buildTree(Number(values.files), Number(values.seed));
const large = paired(
  () => node([cli, '--no-config', '--fail-on', 'never', '--format', 'json', '.'], tree.folder),
  () => time('grep', ['-rIl', 'ssl_certificate', '.'], tree.folder),
);
const memory = withMemory([cli, '--no-config', '--fail-on', 'never', '--format', 'json', '.'], tree.folder);
rmSync(work, { recursive: true, force: true });

const megabytes = tree.bytes / 1e6;
process.stdout.write(`node ${process.version}, medians of ${runs} paired runs

one small file     ${rounded(start.subject)} ms, node -e 0 ${rounded(start.reference)} ms: ${rounded(start.ratio, 2)} times
one image          ${rounded(image.subject)} ms, node -e 0 ${rounded(image.reference)} ms: ${rounded(image.ratio, 2)} times
long Dockerfile    ${rounded(long.subject)} ms, node -e 0 ${rounded(long.reference)} ms: ${rounded(long.ratio, 2)} times
${tree.files} files, ${rounded(megabytes)} MB  ${rounded(large.subject)} ms, grep -rIl ${rounded(large.reference)} ms: ${rounded(large.ratio, 2)} times
throughput         ${rounded(megabytes / (large.subject / 1000))} MB/s
peak memory        ${rounded(memory.peakMiB)} MiB
`);
