import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { runBuilt, withoutTime } from './support/built.ts';

/**
 * Small repositories, each linted by the built command as a user would see it. To accept what it says now:
 * UPDATE_EXPECTED=1 npm test -- test/repositories.test.ts
 */
const root = 'test/repositories';
const names = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort();

describe('repositories', () => {
  test.each(names)('%s', async (name) => {
    const folder = join(root, name, 'repository');
    const config = existsSync(join(folder, '.tlslint.yml')) ? [] : ['--no-config'];
    const { code, stdout, stderr } = await runBuilt('cli.js', ['--today', '2026-06-01', ...config], { cwd: folder });
    const actual = `${withoutTime(stdout)}${stderr}exit ${code}\n`;
    const path = join(root, name, 'expected.txt');
    if (process.env.UPDATE_EXPECTED) writeFileSync(path, actual);
    expect(actual).toBe(readFileSync(path, 'utf8'));
  });
});
