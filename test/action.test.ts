import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { load } from 'js-yaml';
import { runBuilt } from './support/built.ts';
import { fakeGitHub } from './support/fake-github.ts';
import { runnerReads } from './support/runner.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const insecure = 'services:\n  web:\n    image: node:24\n    environment:\n      NODE_TLS_REJECT_UNAUTHORIZED: "0"\n';
const plain = 'server.modules += ( "mod_openssl" )\n$SERVER["socket"] == ":443" {\n  ssl.engine = "enable"\n}\n';
const head = 'a'.repeat(40);

interface Step {
  readonly files: Readonly<Record<string, string>>;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly event?: object;
}

/** Runs the built action as a runner would, and reads what it left behind. */
async function step({ files, inputs = {}, env = {}, event }: Step) {
  const workspace = temporaryFolder(files);
  const runner = temporaryFolder({ output: '', summary: '', 'event.json': JSON.stringify(event ?? {}) });
  const { code, stdout, stderr } = await runBuilt('action.js', [], {
    cwd: workspace,
    env: {
      GITHUB_ACTIONS: 'true',
      GITHUB_WORKSPACE: workspace,
      GITHUB_REPOSITORY: 'shop/web',
      GITHUB_SERVER_URL: 'https://github.example',
      GITHUB_SHA: 'b'.repeat(40),
      GITHUB_EVENT_NAME: event ? 'pull_request' : 'push',
      GITHUB_EVENT_PATH: join(runner, 'event.json'),
      GITHUB_OUTPUT: join(runner, 'output'),
      GITHUB_STEP_SUMMARY: join(runner, 'summary'),
      ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
      ...env,
    },
  });
  return {
    code,
    stderr,
    stdout,
    ...runnerReads(stdout),
    outputs: outputsIn(readFileSync(join(runner, 'output'), 'utf8')),
    summary: readFileSync(join(runner, 'summary'), 'utf8'),
  };
}

/** `name<<delimiter`, the value, the delimiter. */
const outputsIn = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...text.matchAll(/^([\w-]+)<<(\S+)\n([\s\S]*?)\n\2$/gm)].map(([, name, , value]) => [name, value]),
  );

describe('a step', () => {
  test('annotates, summarises, sets its outputs and fails', async () => {
    const { code, stderr, annotations, outputs, summary, stdout } = await step({
      files: { 'deploy/compose.yaml': insecure, 'deploy/lighttpd.conf': plain },
      inputs: { 'working-directory': 'deploy', paths: 'compose.yaml\nlighttpd.conf\n' },
    });
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(annotations.map(({ command, properties }) => ({ command, ...properties }))).toEqual([
      {
        command: 'error',
        file: 'deploy/compose.yaml',
        line: '5',
        endLine: '5',
        col: '38',
        endColumn: '39',
        title: 'tlslint: disabled-verification',
      },
      {
        command: 'notice',
        file: 'deploy/lighttpd.conf',
        line: '2',
        endLine: '2',
        col: '1',
        endColumn: '27',
        title: 'tlslint: missing-hsts',
      },
    ]);
    expect(outputs).toEqual({
      findings: '2',
      errors: '1',
      warnings: '0',
      notes: '1',
      diagnostics: '0',
      files: '2',
      'exit-code': '1',
    });
    expect(summary).toContain('## tlslint: 1 error, 1 note\n');
    expect(summary).toContain(
      `[\`compose.yaml:5\`](https://github.example/shop/web/blob/${'b'.repeat(40)}/deploy/compose.yaml#L5)`,
    );
    expect(stdout).toMatch(/^::group::tlslint\ncompose\.yaml\n {2}5:38 error [\s\S]*::endgroup::\n::error /);
  });

  test('passes when there is nothing at or above fail-on, and says nothing when told so', async () => {
    const { code, annotations, summary, outputs } = await step({
      files: { 'compose.yaml': insecure },
      inputs: { 'fail-on': 'never', annotations: 'false', summary: 'false', rules: 'disabled-verification' },
    });
    expect({ code, annotations, summary }).toEqual({ code: 0, annotations: [], summary: '' });
    expect(outputs).toMatchObject({ findings: '1', 'exit-code': '0' });
  });

  test('a clean repository is one quiet line', async () => {
    const { code, log, annotations } = await step({ files: { 'compose.yaml': 'services: {}\n' } });
    expect({ code, annotations }).toEqual({ code: 0, annotations: [] });
    expect(log.filter(Boolean)).toEqual([expect.stringMatching(/^nothing found \(1 file read, /)]);
  });

  test('wrong inputs fail with 2 and say what to write', async () => {
    const wrong = await Promise.all(
      [
        { 'fail-on': 'fatal' },
        { policy: 'mozila-modern' },
        { summary: 'maybe' },
        { 'max-annotations': 'many' },
        { paths: 'gone' },
      ].map((inputs) => step({ files: {}, inputs })),
    );
    expect(
      wrong.map(({ code, annotations, outputs }) => [code, outputs['exit-code'], annotations[0]?.message]),
    ).toEqual([
      [2, '2', 'input fail-on must be error, warning, note or never, not "fatal"'],
      [2, '2', expect.stringMatching(/^input policy: unknown policy "mozila-modern"; did you mean "mozilla-modern"/)],
      [2, '2', 'input summary must be true or false, not "maybe"'],
      [2, '2', 'input max-annotations must be a number, not "many"'],
      [2, '2', 'cannot read the path "gone": no such file; check its spelling'],
    ]);
  });

  test('without a summary file, as on old servers, the rest is done', async () => {
    const { code, annotations } = await step({ files: { 'compose.yaml': insecure }, env: { GITHUB_STEP_SUMMARY: '' } });
    expect({ code, annotations: annotations.length }).toEqual({ code: 1, annotations: 1 });
  });
});

describe('a pull request', () => {
  const event = { pull_request: { number: 7, head: { sha: head } } };
  const files = { 'a/compose.yaml': insecure, 'b/compose.yaml': insecure, 'c/compose.yaml': insecure };

  test('has the annotations of its own lines first, and links to its head', async () => {
    const github = await fakeGitHub([
      { filename: 'x' },
      { filename: 'y' },
      { filename: 'b/compose.yaml', patch: '@@ -1,2 +1,2 @@' },
      { filename: 'c/compose.yaml', patch: '@@ -0,0 +1,5 @@' },
    ]);
    const { annotations, summary } = await step({
      files,
      event,
      inputs: { token: 'secret' },
      env: { GITHUB_API_URL: github.url },
    });
    await github.close();
    expect(annotations.map(({ properties }) => properties.file)).toEqual([
      'c/compose.yaml',
      'b/compose.yaml',
      'a/compose.yaml',
    ]);
    expect(github.requests).toEqual([
      'GET /repos/shop/web/pulls/7/files?per_page=100 token secret',
      'GET /repos/shop/web/pulls/7/files?per_page=100&page=2 token secret',
    ]);
    expect(summary).toContain(`https://github.example/shop/web/blob/${head}/a/compose.yaml#L5`);
  });

  test('is annotated all the same when the API refuses', async () => {
    const github = await fakeGitHub([], 403);
    const { code, annotations } = await step({
      files,
      event,
      inputs: { token: 'secret' },
      env: { GITHUB_API_URL: github.url },
    });
    await github.close();
    expect(code).toBe(1);
    expect(annotations.map(({ command, properties }) => `${command} ${properties.file}`)).toEqual([
      'warning undefined',
      'error a/compose.yaml',
      'error b/compose.yaml',
      'error c/compose.yaml',
    ]);
    expect(annotations[0]?.message).toMatch(/^annotations are not ordered by what changed: Resource not accessible/);
  });

  test('asks nothing without a token, or without findings', async () => {
    const github = await fakeGitHub([]);
    await Promise.all([
      step({ files, event, env: { GITHUB_API_URL: github.url } }),
      step({ files: {}, event, inputs: { token: 'secret' }, env: { GITHUB_API_URL: github.url } }),
    ]);
    await github.close();
    expect(github.requests).toEqual([]);
  });
});

test('action.yml declares the inputs and outputs that the action has, and only the token has a default', () => {
  const action: unknown = load(readFileSync('action.yml', 'utf8'));
  const source = readFileSync('src/action.ts', 'utf8');
  const read = [...source.matchAll(/(?:getInput|isOn|countOf|list)\('([\w-]+)'/g)].map(([, name]) => name);
  const set = [...source.matchAll(/setOutput\('([\w-]+)'/g)].map(([, name]) => name);
  expect(action).toMatchObject({ runs: { using: 'node24', main: 'dist/action.js' } });
  const { inputs, outputs } = action as { inputs: Record<string, { default?: string }>; outputs: object };
  expect(Object.keys(inputs).sort()).toEqual([...new Set(read)].sort());
  expect(Object.keys(outputs).sort()).toEqual([...new Set(set)].sort());
  expect(
    Object.entries(inputs)
      .filter(([, input]) => input.default !== undefined)
      .map(([name]) => name),
  ).toEqual(['token']);
});
