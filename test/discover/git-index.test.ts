import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { discover } from '../../src/discover/discover.ts';
import { trackedFiles } from '../../src/discover/git-index.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const git = (folder: string, ...words: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@example.com', ...words], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' },
  });

function repository(files: readonly string[], ...options: readonly string[]): string {
  const folder = temporaryFolder({});
  git(folder, 'init', '--quiet', ...options);
  for (const path of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), '');
  }
  git(folder, 'add', '--force', '--all');
  return folder;
}

/** Regular files of the index, as git lists them. */
const listed = (folder: string): readonly string[] =>
  git(folder, 'ls-files', '--stage', '-z')
    .split('\0')
    .filter((line) => line.startsWith('100'))
    .map((line) => line.slice(line.indexOf('\t') + 1));

const names = ['a', 'app/tls.key', 'app/deep/er/x.conf', 'app/deep/y', 'ä ö/😀.pem', `long/${'x'.repeat(200)}`, 'z'];

describe("the files of git's index", () => {
  test.each([
    ['version 2', '2', []],
    ['version 4, with shortened paths', '4', []],
    ['names of objects by SHA-256', '2', ['--object-format=sha256']],
    ['version 4 by SHA-256', '4', ['--object-format=sha256']],
  ])('%s', (_what, version, options) => {
    const folder = repository(names, ...options);
    git(folder, 'update-index', '--index-version', version);
    expect(readFileSync(join(folder, '.git/index')).readUInt32BE(4)).toBe(Number(version));
    expect(trackedFiles(folder)).toEqual([...names].sort());
    expect(trackedFiles(folder)).toEqual(listed(folder));
  });

  test('version 3, where an entry has more flags', () => {
    const folder = repository(names);
    git(folder, 'update-index', '--skip-worktree', 'app/tls.key');
    expect(readFileSync(join(folder, '.git/index')).readUInt32BE(4)).toBe(3);
    expect(trackedFiles(folder)).toEqual(listed(folder));
  });

  test('no links, no submodules', () => {
    const folder = repository(['a']);
    symlinkSync('a', join(folder, 'link'));
    const inner = repository(['b']);
    git(inner, 'commit', '--quiet', '--message=x');
    git(folder, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner, 'sub');
    git(folder, 'add', '--all');
    expect(trackedFiles(folder)).toEqual(['.gitmodules', 'a']);
    expect(trackedFiles(join(folder, 'sub'))).toEqual(['b']);
  });

  test('a worktree of its own', () => {
    const folder = repository(['a', 'b/c']);
    git(folder, 'commit', '--quiet', '--message=x');
    git(folder, 'worktree', 'add', '--quiet', 'tree');
    expect(trackedFiles(join(folder, 'tree'))).toEqual(['a', 'b/c']);
  });

  test('any names, as git lists them', () => {
    const name = fc.stringMatching(/^[\wä.-]{1,12}$/).filter((one) => !/^(?:\.+|\.git.*|git~1)$/i.test(one));
    const paths = fc.uniqueArray(fc.array(name, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(paths, fc.constantFrom('2', '4'), (parts, version) => {
        // A folder and a file cannot share a name: the depth goes before it.
        const folder = repository(
          parts.map((one) => one.map((part, depth) => `${one.length - depth}${part}`).join('/')),
        );
        git(folder, 'update-index', '--index-version', version);
        expect(trackedFiles(folder)).toEqual(listed(folder));
      }),
      { numRuns: 10 },
    );
  });

  test('no path that leads out of the repository', () => {
    const folder = repository(['a', 'dist/xx/passwd', 'dist/..y']);
    const index = readFileSync(join(folder, '.git/index'), 'latin1').replace('dist/xx/passwd', 'dist/../passwd');
    writeFileSync(join(folder, '.git/index'), index, 'latin1');
    expect(trackedFiles(folder)).toEqual(['a', 'dist/..y']);
  });

  test('anything else than an index is none', () => {
    const folder = repository(names);
    const index = readFileSync(join(folder, '.git/index'));
    const write = (bytes: Buffer): readonly string[] => {
      writeFileSync(join(folder, '.git/index'), bytes);
      return trackedFiles(folder);
    };
    expect(write(Buffer.alloc(0))).toEqual([]);
    expect(write(Buffer.from('# no index at all'))).toEqual([]);
    fc.assert(fc.property(fc.nat(index.length), (length) => void write(index.subarray(0, length))));
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 400 }),
        (bytes) => void write(Buffer.concat([index.subarray(0, 12), bytes])),
      ),
    );
  });
});

describe('a file that is tracked although a .gitignore leaves it out', () => {
  const files = ['.gitignore', 'app/tls.key', 'dist/nginx.conf', 'node_modules/x/nginx.conf', 'old/a.key', 'x.conf'];
  const tracked = (): string => {
    const folder = repository(files);
    writeFileSync(join(folder, '.gitignore'), '*.key\ndist/\nnode_modules/\n');
    for (const path of ['app/other.key', 'dist/b.conf']) writeFileSync(join(folder, path), '');
    return folder;
  };
  const pathsIn = (workingDirectory: string, paths = ['.'], ignore: readonly string[] = []): readonly string[] =>
    discover({ workingDirectory, paths, ignore, ignorePrefix: '' }).repository.paths;

  test('is discovered; untracked ones, installed packages and what the configuration leaves out are not', () => {
    const folder = tracked();
    expect(pathsIn(folder)).toEqual(['.gitignore', 'app/tls.key', 'dist/nginx.conf', 'old/a.key', 'x.conf']);
    expect(pathsIn(folder, ['.'], ['old/'])).toEqual(['.gitignore', 'app/tls.key', 'dist/nginx.conf', 'x.conf']);
    expect(pathsIn(folder, ['app'])).toEqual(['app/tls.key']);
    expect(pathsIn(join(folder, 'app'), ['..', '.'])).toContain('../dist/nginx.conf');
  });

  test('is not, where it is no file any more or lies behind a link', () => {
    const folder = tracked();
    rmSync(join(folder, 'app/tls.key'));
    rmSync(join(folder, 'dist'), { recursive: true });
    symlinkSync('/etc', join(folder, 'dist'));
    symlinkSync('old', join(folder, 'app/tls.key'));
    expect(pathsIn(folder)).toEqual(['.gitignore', 'old/a.key', 'x.conf']);
  });
});
