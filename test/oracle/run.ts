import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { differs, rendered } from './core/document.ts';
import { type Result, resultsFolder } from './core/result.ts';

/**
 * Runs the oracle.
 *
 *   npm run oracle                                  every server that is installed, 300 random configurations each
 *   npm run oracle -- --server nginx --runs 2000    one server, more of them
 *   npm run oracle -- --seed 7                      other ones
 *   npm run oracle -- --required                    a server that is not installed is a failure
 *   npm run oracle -- --write                       and write docs/oracle.md from what was seen
 */
const { values } = parseArgs({
  options: {
    server: { type: 'string', multiple: true, default: [] },
    runs: { type: 'string', default: '300' },
    seed: { type: 'string', default: '20261125' },
    required: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});

const document = 'docs/oracle.md';
const whole = values.server.length === 0 && values.runs === '300';

rmSync(resultsFolder, { recursive: true, force: true });
const { status } = spawnSync(
  process.execPath,
  [
    '--experimental-vm-modules',
    'node_modules/jest/bin/jest.js',
    '--config',
    'test/oracle/jest.config.js',
    ...values.server.map((name) => `oracle/${name}/`),
  ],
  {
    stdio: 'inherit',
    env: {
      ...process.env,
      ORACLE_RUNS: values.runs,
      ORACLE_SEED: values.seed,
      ORACLE_REQUIRED: values.required ? '1' : '0',
    },
  },
);

const results = existsSync(resultsFolder)
  ? readdirSync(resultsFolder)
      .sort()
      .map((name): Result => JSON.parse(readFileSync(join(resultsFolder, name), 'utf8')))
  : [];
const text = rendered(results);
process.stdout.write(`\n${text}`);
if (values.write && whole && status === 0) writeFileSync(document, text);
const stale = values.required && whole && differs(readFileSync(document, 'utf8'), results);
if (stale) process.stderr.write(`\n${document} does not show this run: npm run oracle -- --write\n`);
process.exit(status === 0 && !stale ? 0 : 1);
