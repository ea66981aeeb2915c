import { chmodSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { type ProcessOptions, runBuilt, startBuilt, withoutTime } from './support/built.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const cli = (cwd: string, argv: readonly string[], options: ProcessOptions = {}) =>
  runBuilt('cli.js', argv, { cwd, ...options });

/** A socket that speaks TLS and sends no HSTS: a note. */
const note = 'server.modules += ( "mod_openssl" )\n$SERVER["socket"] == ":443" {\n  ssl.engine = "enable"\n}\n';
/** A suppression that gives no reason: a warning. */
const warning = `# tlslint-disable weak-cipher\n${note}`;
/** Verification switched off: an error. */
const error = 'services:\n  web:\n    image: node:24\n    environment:\n      NODE_TLS_REJECT_UNAUTHORIZED: "0"\n';

describe('exit codes', () => {
  test('0 for a clean run, which says so', async () => {
    const { code, stdout, stderr } = await cli(temporaryFolder({ 'compose.yaml': 'services: {}\n' }), []);
    expect({ code, stdout: withoutTime(stdout), stderr }).toEqual({
      code: 0,
      stdout: 'nothing found (1 file read, N s)\n',
      stderr: '',
    });
  });

  test('1 for findings at or above --fail-on', async () => {
    const folder = temporaryFolder({
      'note/lighttpd.conf': note,
      'warning/lighttpd.conf': warning,
      'error/compose.yaml': error,
    });
    const code = async (path: string, severity: string) => (await cli(folder, ['--fail-on', severity, path])).code;
    expect(await Promise.all([code('note', 'warning'), code('note', 'note')])).toEqual([0, 1]);
    expect(await Promise.all([code('warning', 'error'), code('warning', 'warning')])).toEqual([0, 1]);
    expect(await Promise.all([code('error', 'never'), code('error', 'error')])).toEqual([0, 1]);
  });

  test('a diagnostic counts as a warning', async () => {
    const folder = temporaryFolder({ 'compose.yaml': Buffer.from('services: {} # caf\xe9\n', 'latin1') });
    const [warned, failed] = await Promise.all([cli(folder, []), cli(folder, ['--fail-on', 'warning'])]);
    expect(warned.stdout).toContain('invalid-encoding');
    expect([warned.code, failed.code]).toEqual([0, 1]);
  });

  test('2 for wrong use, on standard error, with nothing on standard output', async () => {
    const folder = temporaryFolder();
    const wrong = await Promise.all(
      [
        ['--fromat', 'json'],
        ['--today', '2026-13-01'],
        ['--policy', 'mozila-modern'],
      ].map((argv) => cli(folder, argv)),
    );
    expect(wrong).toEqual([
      { code: 2, stdout: '', stderr: 'tlslint: unknown option --fromat; did you mean "--format"?\n' },
      { code: 2, stdout: '', stderr: 'tlslint: --today must be a day such as 2026-03-31, not "2026-13-01"\n' },
      {
        code: 2,
        stdout: '',
        stderr:
          'tlslint: unknown policy "mozila-modern"; did you mean "mozilla-modern"? (known: mozilla-intermediate, mozilla-modern, pci-dss-4, nist-800-52r2, bsi-tr-02102-2)\n',
      },
    ]);
  });
});

describe('bad input costs no other finding', () => {
  test('a missing path, an unknown rule and a broken configuration: exit 2, and the rest is reported', async () => {
    const folder = temporaryFolder({
      'compose.yaml': error,
      '.tlslint.yml': 'rules:\n  plain-http: off\n  missing-hsts: offf\n',
    });
    const { code, stdout, stderr } = await cli(folder, [
      '--rule',
      'disabled-verification',
      '--rule',
      'weakcipher',
      'gone',
      'compose.yaml',
    ]);
    expect(code).toBe(2);
    expect(stdout).toContain('5:38 error');
    expect(stderr.split('\n')).toEqual([
      'tlslint: .tlslint.yml:3:17 the severity of "missing-hsts" must be off, note, warning or error; did you mean "off"?',
      expect.stringMatching(/^tlslint: \.tlslint\.yml:2:3 unknown rule "plain-http"/),
      expect.stringMatching(/^tlslint: unknown rule "weakcipher"/),
      'tlslint: cannot read the path "gone": no such file; check its spelling',
      '',
    ]);
  });

  test('invalid UTF-8, a huge file, a symbolic link loop and an unreadable file: exit 1 for what was found', async () => {
    const folder = temporaryFolder({
      'compose.yaml': error,
      'latin/docker-compose.yml': Buffer.from('services: # caf\xe9\n', 'latin1'),
      'large/docker-compose.yml': `services: {}\n${'#'.repeat(11 * 1024 * 1024)}`,
      'secret/docker-compose.yml': error,
      'closed/docker-compose.yml': error,
    });
    symlinkSync('.', join(folder, 'loop'));
    chmodSync(join(folder, 'secret/docker-compose.yml'), 0);
    chmodSync(join(folder, 'closed'), 0);
    chmodSync(folder, 0o755);
    const uid = process.getuid?.() === 0 ? { uid: 65534 } : {};
    const { code, stdout, stderr } = await cli(folder, ['--format', 'json'], uid);
    chmodSync(join(folder, 'closed'), 0o755);
    const { findings, diagnostics } = JSON.parse(stdout);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(findings).toMatchObject([{ rule: 'disabled-verification', file: 'compose.yaml', line: 5 }]);
    expect(diagnostics).toMatchObject([
      { code: 'unreadable-file', file: 'closed', message: 'this folder cannot be read: permission denied' },
      { code: 'file-too-large', file: 'large/docker-compose.yml', line: 1, column: 1 },
      { code: 'invalid-encoding', file: 'latin/docker-compose.yml', line: 1, column: 16 },
      {
        code: 'unreadable-file',
        file: 'secret/docker-compose.yml',
        message: 'this file cannot be read: permission denied',
      },
    ]);
  });
});

describe('output', () => {
  test('JSON goes to standard output alone, the same bytes each time', async () => {
    const folder = temporaryFolder({ 'a/lighttpd.conf': warning, 'b/compose.yaml': error });
    const [first, second] = await Promise.all([
      cli(folder, ['--format', 'json', '--today', '2026-06-01', 'a', 'b']),
      cli(folder, ['--format', 'json', '--today', '2026-06-01', 'b', 'a/lighttpd.conf', '.']),
    ]);
    expect(withoutTime(first.stdout)).toBe(withoutTime(second.stdout));
    expect(JSON.parse(first.stdout).summary).toMatchObject({ files: 2, errors: 1, warnings: 1, notes: 1 });
  });

  test('colours follow FORCE_COLOR and NO_COLOR, and a pipe has none', async () => {
    const folder = temporaryFolder({ 'compose.yaml': error });
    const colored = async (env: Readonly<Record<string, string>>) =>
      (await cli(folder, [], { env })).stdout.includes('\u001b[');
    expect(
      await Promise.all(
        [
          {},
          { FORCE_COLOR: '1' },
          { FORCE_COLOR: '0' },
          { FORCE_COLOR: '1', NO_COLOR: '1' },
          { FORCE_COLOR: '1', NO_COLOR: '' },
        ].map(colored),
      ),
    ).toEqual([false, true, false, false, true]);
  });

  test('a reader that leaves early is no error', async () => {
    const services = Array.from(
      { length: 1000 },
      (_, index) => `  s${index}:\n    image: node:24\n    environment:\n      NODE_TLS_REJECT_UNAUTHORIZED: "0"\n`,
    );
    const child = startBuilt('cli.js', [], {
      cwd: temporaryFolder({ 'compose.yaml': `services:\n${services.join('')}` }),
    });
    let stderr = '';
    child.stderr?.on('data', (piece) => {
      stderr += piece;
    });
    child.stdout?.once('data', () => child.stdout?.destroy());
    expect(await new Promise((done) => child.on('close', done))).toBe(1);
    expect(stderr).toBe('');
  });

  test('--help, --version and --list-rules', async () => {
    const folder = temporaryFolder({ '.tlslint.yml': 'rules: {missing-hsts: off}\n' });
    const [help, version, rules] = await Promise.all([
      cli(folder, ['--help']),
      cli(folder, ['--version']),
      cli(folder, ['--list-rules']),
    ]);
    expect(help.stdout).toContain('Usage: tlslint [options] [paths…]');
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(rules.stdout).toMatch(/^missing-hsts +off +A website over TLS/m);
    expect(rules.stdout).toMatch(/^disabled-verification +error +/m);
  });
});

describe('configuration', () => {
  test("a user's own rules run beside the built-in ones; their mistakes point at the line", async () => {
    const rule = (id: string, kind: string) => `id: ${id}
title: No proxy of ours is lighttpd
severity: warning
fact: ${kind}
at: self
origin: any
when: { required: [tls], properties: { tls: { const: true } } }
message: "{subject} runs {technology}"
why: We run nginx.
remedy: Move it.
sources: [our wiki]
bad: [{ technology: lighttpd, note: n, file: lighttpd.conf, text: "x" }]
good: [{ technology: nginx, note: n, file: nginx.conf, text: "x" }]
`;
    const folder = temporaryFolder({
      '.tlslint.yml': 'rule-folders: own\nrules: {own-proxy: error}\n',
      'own/a.yaml': rule('own-proxy', 'listener'),
      'own/b.yaml': rule('own-other', 'listner'),
      'lighttpd.conf': note,
    });
    const { code, stdout, stderr } = await cli(folder, []);
    expect(stdout).toContain('error socket :443 runs lighttpd own-proxy');
    expect(stderr).toMatch(/^tlslint: own\/b\.yaml:4:1 fact: must be one of /);
    expect(code).toBe(2);
  });

  test('ignore, overrides and --config', async () => {
    const folder = temporaryFolder({
      'ci/tls.yml': 'ignore: [old/]\noverrides: [{files: [b/], rules: {disabled-verification: note}}]\n',
      'a/compose.yaml': error,
      'b/compose.yaml': error,
      'old/compose.yaml': error,
    });
    const { stdout } = await cli(folder, ['--config', 'ci/tls.yml', '--format', 'json']);
    expect(JSON.parse(stdout).findings).toMatchObject([
      { file: 'a/compose.yaml', severity: 'error' },
      { file: 'b/compose.yaml', severity: 'note' },
    ]);
  });
});
