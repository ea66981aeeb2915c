import { mkdirSync, rmSync, symlinkSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { discover } from '../../src/discover/discover.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const found = (
  workingDirectory: string,
  paths: readonly string[] = ['.'],
  ignore: readonly string[] = [],
  ignorePrefix = '',
) => discover({ workingDirectory, paths, ignore, ignorePrefix });
const pathsIn = (...input: Parameters<typeof found>): readonly string[] => found(...input).repository.paths;

describe('which files are discovered', () => {
  test('all of a folder, sorted, relative to the working directory, whatever the order of the arguments', () => {
    const folder = temporaryFolder({ 'b/z.conf': '', 'b/a.conf': '', 'a.yaml': '', '.env': '' });
    expect(pathsIn(folder)).toEqual(['.env', 'a.yaml', 'b/a.conf', 'b/z.conf']);
    expect(pathsIn(folder, ['b', 'a.yaml', 'b/a.conf', join(folder, 'b')])).toEqual(['a.yaml', 'b/a.conf', 'b/z.conf']);
    expect(pathsIn(join(folder, 'b'), ['..'])).toEqual(['../.env', '../a.yaml', 'a.conf', 'z.conf']);
  });

  test('nothing of version control, installed packages and caches', () => {
    const folder = temporaryFolder({
      '.git/config': '',
      'node_modules/x/nginx.conf': '',
      'app/node_modules/y.conf': '',
      'app/.terraform/z.tf': '',
      'app/x.conf': '',
    });
    expect(pathsIn(folder)).toEqual(['app/x.conf']);
  });

  test('nothing that a .gitignore leaves out: nested ones, negations, and those above the given folder', () => {
    const folder = temporaryFolder({
      '.git/HEAD': '',
      '.gitignore': 'build/\n*.key\n/only-here.conf\n',
      'only-here.conf': '',
      'build/a.conf': '',
      'app/.gitignore': '!kept.key\n*.log',
      'app/kept.key': '',
      'app/left.key': '',
      'app/x.log': '',
      'app/only-here.conf': '',
      'app/deep/.gitignore': 'kept.key',
      'app/deep/kept.key': '',
      'app/deep/y.conf': '',
    });
    const app = ['app/.gitignore', 'app/deep/.gitignore', 'app/deep/y.conf', 'app/kept.key', 'app/only-here.conf'];
    expect(pathsIn(folder)).toEqual(['.gitignore', ...app]);
    expect(pathsIn(folder, ['app'])).toEqual(app);
    expect(pathsIn(join(folder, 'app'), ['deep'])).toEqual(['deep/.gitignore', 'deep/y.conf']);
  });

  test('what is named is read, ignored by git or not', () => {
    const folder = temporaryFolder({
      '.git/HEAD': '',
      '.gitignore': 'out/\n',
      'out/a.conf': '',
      'out/b/.gitignore': 'c',
      'out/b/c': '',
      'out/b/d': '',
    });
    expect(pathsIn(folder, ['out'])).toEqual(['out/a.conf', 'out/b/.gitignore', 'out/b/d']);
    expect(pathsIn(folder, ['out/a.conf'])).toEqual(['out/a.conf']);
  });

  test('a .gitignore above the root of the repository says nothing', () => {
    const folder = temporaryFolder({ '.gitignore': '*.conf', 'repository/.git/HEAD': '', 'repository/a/x.conf': '' });
    expect(pathsIn(join(folder, 'repository'), ['a'])).toEqual(['a/x.conf']);
  });

  test("the configuration's patterns hold for everything, and count from its folder", () => {
    const folder = temporaryFolder({ 'deploy/a.conf': '', 'deploy/old/b.conf': '', 'old/c.conf': '', 'x.pem': '' });
    expect(pathsIn(folder, ['.'], ['/old/', '*.pem'])).toEqual(['deploy/a.conf', 'deploy/old/b.conf']);
    expect(pathsIn(folder, ['x.pem', 'old'], ['/old/', '*.pem'])).toEqual([]);
    expect(pathsIn(join(folder, 'deploy'), ['.', '..'], ['/old/', 'deploy/old'], 'deploy/')).toEqual([
      '../x.pem',
      'a.conf',
    ]);
    expect(pathsIn(join(folder, 'deploy'), ['.'], ['deploy/'], 'deploy/')).toEqual([]);
  });

  test('symbolic links are not followed, except a path that was given', () => {
    const folder = temporaryFolder({ 'real/a.conf': '', 'outside/b.conf': '' });
    symlinkSync('..', join(folder, 'real/loop'));
    symlinkSync('../outside/b.conf', join(folder, 'real/link.conf'));
    symlinkSync('outside', join(folder, 'given'));
    expect(pathsIn(folder, ['real', 'given'])).toEqual(['given/b.conf', 'real/a.conf']);
  });

  test('a path that does not exist is told, and the others are found', () => {
    const folder = temporaryFolder({ 'a.conf': '' });
    symlinkSync('circle', join(folder, 'circle'));
    const discovery = found(folder, ['nowhere', 'a.conf', 'circle']);
    expect(discovery.repository.paths).toEqual(['a.conf']);
    expect(discovery.missing).toEqual([
      { path: 'nowhere', reason: 'no such file' },
      { path: 'circle', reason: 'its symbolic links form a loop' },
    ]);
  });
});

describe('what is read', () => {
  const only = (content: string | Uint8Array, name = 'a.conf') => found(temporaryFolder({ [name]: content }));
  const readOnly = (content: string | Uint8Array, name = 'a.conf') => {
    const discovery = only(content, name);
    return { source: discovery.repository.read(name), diagnostics: discovery.diagnostics() };
  };

  test('a text as it is: line ends, a byte order mark, everything', () => {
    expect(readOnly('\ufeffä\r\n\tb\n')).toEqual({
      source: { path: 'a.conf', text: '\ufeffä\r\n\tb\n' },
      diagnostics: [],
    });
  });

  test('UTF-16 in both byte orders', () => {
    const little = Buffer.from('\ufeffssl on; 😀', 'utf16le');
    expect(readOnly(little).source?.text).toBe('\ufeffssl on; 😀');
    expect(readOnly(Buffer.from(little).swap16()).source?.text).toBe('\ufeffssl on; 😀');
    expect(only(little).candidates[0]?.hasWord('ssl')).toBe(true);
  });

  test('invalid UTF-8 with replacements, and the place of the first bad byte', () => {
    const bytes = Buffer.concat([
      Buffer.from('ä😀 # caf'),
      Buffer.from([0xe9]),
      Buffer.from('\nssl on; caf'),
      Buffer.from([0xe9, 0x0a]),
    ]);
    const { source, diagnostics } = readOnly(bytes);
    expect(source?.text).toBe('ä😀 # caf\ufffd\nssl on; caf\ufffd\n');
    expect(diagnostics).toEqual([
      {
        code: 'invalid-encoding',
        message: 'from here on this is not valid UTF-8; save the file as UTF-8',
        span: { file: 'a.conf', start: 9, end: 9 },
      },
    ]);
    expect(readOnly(Buffer.from([0x61, 0xf0, 0x9f])).diagnostics).toMatchObject([{ span: { start: 1, end: 1 } }]);
    expect(readOnly(Buffer.from('genuine \ufffd')).diagnostics).toEqual([]);
  });

  test('a binary file is passed over, unless its name is one for certificates', () => {
    const bytes = Buffer.from([0x30, 0x82, 0x00, 0x01, 0xff, 0x41, 0x42]);
    expect(readOnly(bytes, 'image.png')).toEqual({ source: undefined, diagnostics: [] });
    expect(only(bytes, 'image.png').candidates[0]?.hasWord('AB')).toBe(false);
    const { source, diagnostics } = readOnly(bytes, 'server.der');
    expect([...(source?.bytes ?? [])]).toEqual([0x30, 0x82, 0x00, 0x01, 0xff, 0x41, 0x42]);
    expect(diagnostics).toEqual([]);
    expect(only(bytes, 'server.der').candidates[0]?.hasWord('AB')).toBe(true);
  });

  test('a file with too much in it is searched, and refused once its content is wanted; one that people write, at once', () => {
    const folder = temporaryFolder({ 'big.json': `apiVersion: v1\n${' '.repeat(1024 * 1024 - 18)}kind: x\n` });
    truncateSync(join(folder, 'big.json'), 100 * 1024 * 1024);
    const discovery = found(folder);
    const [candidate] = discovery.candidates;
    expect(candidate?.hasWord('nothing')).toBe(false);
    expect(discovery.diagnostics()).toEqual([]);
    expect(discovery.repository.read('big.json')).toBeUndefined();
    expect(discovery.diagnostics()).toEqual([
      {
        code: 'file-too-large',
        message:
          'this file has 100 MiB, and tlslint reads up to 10; split it, or name it under "ignore" in .tlslint.yml',
        span: { file: 'big.json', start: 0, end: 0 },
      },
    ]);
    const other = temporaryFolder({ 'big.yaml': 'a: 1\n' });
    truncateSync(join(other, 'big.yaml'), 100 * 1024 * 1024);
    const written = found(other);
    expect(written.candidates[0]?.hasWord('nothing')).toBe(false);
    expect(written.diagnostics().map(({ code, span }) => [code, span.file])).toEqual([['file-too-large', 'big.yaml']]);
  });

  test('a word across two pieces of a large text is found', () => {
    const piece = 1024 * 1024;
    const text = `${'x'.repeat(piece - 3)}needle${'y'.repeat(11 * piece)}`;
    const [candidate] = only(text).candidates;
    expect(candidate?.hasWord('needle')).toBe(true);
    expect(candidate?.hasWord('needles')).toBe(false);
  });

  test('a file that vanished after it was discovered is a diagnostic', () => {
    const folder = temporaryFolder({ 'a.conf': 'x', 'b.conf': 'y' });
    const discovery = found(folder);
    rmSync(join(folder, 'a.conf'));
    expect(discovery.repository.read('a.conf')).toBeUndefined();
    expect(discovery.repository.read('b.conf')?.text).toBe('y');
    expect(discovery.diagnostics()).toEqual([
      {
        code: 'unreadable-file',
        message: 'this file cannot be read: no such file',
        span: { file: 'a.conf', start: 0, end: 0 },
      },
    ]);
  });

  test('the same path gives the same source, one that was not discovered none', () => {
    const folder = temporaryFolder({ 'a/x.conf': '1', 'b.conf': '2' });
    mkdirSync(join(folder, 'a/y.conf'));
    const { repository } = found(folder, ['a']);
    expect(repository.read('a/x.conf')).toBe(repository.read('a/x.conf'));
    expect(repository.read('b.conf')).toBeUndefined();
    expect(repository.read('a/y.conf')).toBeUndefined();
  });

  test('searching one file and reading another do not mix their bytes', () => {
    const folder = temporaryFolder({ 'a.conf': 'first', 'b.conf': 'second and longer' });
    const {
      candidates: [a, b],
      repository,
    } = found(folder);
    expect(a?.hasWord('first')).toBe(true);
    expect(repository.read('b.conf')?.text).toBe('second and longer');
    expect(a?.hasWord('second')).toBe(false);
    expect(b?.hasWord('second')).toBe(true);
  });
});
