import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

/** Both run as scripts of their own: what they need does not load inside jest's module system. */
const script = (code: string): string =>
  execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', code], {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '' },
  });

describe('generated files are up to date', () => {
  test('rule pages, rule table and fact schema are what `npm run generate` writes', () => {
    const generated: Readonly<Record<string, string>> = JSON.parse(
      script(
        "const { generatedFiles } = await import('./scripts/generated-files.ts'); console.log(JSON.stringify(generatedFiles()));",
      ),
    );
    const stale = Object.entries(generated).filter(([path, text]) => readFileSync(path, 'utf8') !== text);
    expect(stale.map(([path]) => path)).toEqual([]);
    const pages = readdirSync('docs/rules').map((name) => `docs/rules/${name}`);
    expect(pages.filter((path) => generated[path] === undefined)).toEqual([]);
  });

  test('dist/ is what `npm run build` writes, byte for byte', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tlslint-dist-'));
    execFileSync(process.execPath, ['--import', 'tsx', 'scripts/build.ts', folder], {
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    const files = (root: string) =>
      readdirSync(root, { recursive: true, encoding: 'utf8' })
        .filter((path) => statSync(join(root, path)).isFile())
        .sort();
    expect(files('dist')).toEqual(files(folder));
    const differing = files(folder).filter(
      (path) => !readFileSync(join('dist', path)).equals(readFileSync(join(folder, path))),
    );
    expect(differing).toEqual([]);
    rmSync(folder, { recursive: true });
  }, 30_000);
});
