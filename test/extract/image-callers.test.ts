import { describe, expect, test } from '@jest/globals';
import { imagesOf } from '../../src/extract/image/images.ts';
import { inMemory } from '../support/lint-files.ts';

/** Of each image that a Dockerfile builds: its stage, its base and its verdict. */
function verdicts(files: Readonly<Record<string, string>>, path = 'Dockerfile') {
  const { repository } = inMemory(files);
  const source = repository.read(path);
  if (!source) throw new Error(`no ${path}`);
  return imagesOf(source, repository).facts.flatMap(({ data }) =>
    data.kind === 'image' ? [[data.stage, data.base, data.caBundle ?? data.needsBundle]] : [],
  );
}

const based = 'ARG BASE\nFROM ${BASE} AS app\nCOPY x /x\nENTRYPOINT ["/x"]\n';
const withDefault = (base: string) => based.replace('ARG BASE', `ARG BASE=${base}`);
const compose = (build: string) => `services:\n  app:\n    build:\n${build.replace(/^/gm, '      ')}\n`;
const workflow = (inputs: string) =>
  `on: push\njobs:\n  b:\n    steps:\n      - uses: docker/build-push-action@v6\n        with:\n${inputs.replace(/^/gm, '          ')}\n`;
const skaffold = (docker: string) =>
  `apiVersion: skaffold/v4beta13\nkind: Config\nbuild:\n  artifacts:\n    - image: app\n      docker:\n${docker.replace(/^/gm, '        ')}\n`;

describe('the base is what the caller says', () => {
  test.each([
    ['compose.yaml', compose('context: .\nargs:\n  BASE: ubuntu:22.04'), 'ubuntu:22.04', 'absent'],
    ['compose.yaml', compose('context: .\nargs:\n  - BASE=ubuntu:22.04'), 'ubuntu:22.04', 'absent'],
    ['compose.yaml', compose('context: .\nargs:\n  BASE: alpine:3.22'), 'alpine:3.22', 'present'],
    ['docker-bake.hcl', 'target "app" {\n  args = { BASE = "debian:12" }\n}\n', 'debian:12', 'absent'],
    [
      'docker-bake.hcl',
      'target "_all" {\n  args = { BASE = "alpine" }\n}\ntarget "app" {\n  inherits = ["_all"]\n  args = { BASE = "debian:12" }\n}\n',
      'debian:12',
      'absent',
    ],
    [
      'docker-bake.hcl',
      'target "_all" {\n  args = { BASE = "debian:12" }\n}\ntarget "app" {\n  inherits = ["_all"]\n}\n',
      'debian:12',
      'absent',
    ],
    ['docker-bake.json', '{"target": {"app": {"args": {"BASE": "debian:12"}}}}', 'debian:12', 'absent'],
    ['skaffold.yaml', skaffold('buildArgs:\n  BASE: debian:12'), 'debian:12', 'absent'],
    ['.github/workflows/ci.yml', workflow('context: .\nbuild-args: |\n  V=1\n  BASE=debian:12'), 'debian:12', 'absent'],
    ['.goreleaser.yaml', 'dockers:\n  - build_flag_templates: ["--build-arg=BASE=debian:12"]\n', 'debian:12', 'absent'],
    ['.goreleaser.yaml', 'dockers_v2:\n  - build_args:\n      BASE: debian:12\n', 'debian:12', 'absent'],
  ])('%s %j', (path, text, base, verdict) => {
    expect(verdicts({ Dockerfile: based, [path]: text })).toEqual([['app', base, verdict]]);
  });
  test.each([
    ['compose.yaml', compose('context: .\nargs:\n  BASE: ${BASE}')],
    ['compose.yaml', compose('context: .\nargs:\n  - BASE')],
    ['docker-bake.hcl', 'variable "BASE" {}\ntarget "app" {\n  args = { BASE = BASE }\n}\n'],
    ['.github/workflows/ci.yml', workflow('build-args: BASE=${{ matrix.base }}')],
    ['compose.yaml', compose('context: .\nargs:\n  - BASE=${BASE:-alpine}')],
    ['.github/workflows/ci.yml', workflow('build-args: |\n  V=1\n  BASE=${{ matrix.base }}')],
    ['.goreleaser.yaml', 'dockers:\n  - build_flag_templates: ["--build-arg=BASE={{ .Env.BASE }}"]\n'],
    ['Makefile', 'image:\n\tdocker build --build-arg BASE=$(BASE) .\n'],
  ])('what only the build knows stays open: %s %j', (path, text) => {
    expect(verdicts({ Dockerfile: withDefault('debian:12'), [path]: text })[0]?.[2]).toBeUndefined();
  });
  test('an argument that another one is made of', () => {
    const Dockerfile = `ARG SUITE=latest\nARG BASE=alpine:\${SUITE}\n${based.slice(9)}`;
    expect(verdicts({ Dockerfile })).toEqual([['app', 'alpine:latest', 'present']]);
    const old = compose('context: .\nargs:\n  SUITE: "3.6"');
    expect(verdicts({ Dockerfile, 'compose.yaml': old })).toEqual([['app', 'alpine:3.6', 'absent']]);
  });
  test('callers that disagree leave it open; those that agree do not', () => {
    const files = {
      Dockerfile: withDefault('alpine'),
      'compose.yaml': compose('context: .\nargs:\n  BASE: debian:12'),
    };
    expect(verdicts(files)[0]?.[2]).toBe('absent');
    const other = (base: string) => ({ 'docker-bake.hcl': `target "app" {\n  args = { BASE = "${base}" }\n}\n` });
    expect(verdicts({ ...files, ...other('alpine') })[0]?.[2]).toBeUndefined();
    expect(verdicts({ ...files, ...other('ubuntu') })[0]?.[2]).toBe('absent');
    // A caller without the argument builds on the default.
    expect(verdicts({ ...files, 'skaffold.yaml': skaffold('dockerfile: Dockerfile') })[0]?.[2]).toBeUndefined();
  });
});

describe('another Dockerfile', () => {
  const files = {
    Dockerfile: `${withDefault('debian:12')}FROM alpine\nCMD ["x"]\n`,
    'other/Dockerfile': 'FROM alpine\nCMD ["x"]\n',
    'Dockerfile.dev': 'FROM alpine\nCMD ["x"]\n',
  };
  // The stage app starts something and is its own image, whether a caller names it or not.
  test.each([
    ['compose.yaml', compose('context: other\ntarget: app\nargs:\n  BASE: alpine')],
    ['compose.yaml', compose('context: .\ndockerfile: Dockerfile.dev\nargs:\n  BASE: alpine')],
    ['compose.yaml', compose('dockerfile_inline: |\n  FROM alpine\nargs:\n  BASE: alpine').replace('context', 'x')],
    ['docker-bake.hcl', 'target "dev" {\n  dockerfile = "Dockerfile.dev"\n  args = { BASE = "alpine" }\n}\n'],
    ['skaffold.yaml', skaffold('dockerfile: other/Dockerfile\nbuildArgs:\n  BASE: alpine')],
    ['.github/workflows/ci.yml', workflow('file: other/Dockerfile\nbuild-args: BASE=alpine')],
    ['.github/workflows/ci.yml', workflow('context: ./other\nbuild-args: BASE=alpine')],
    [
      '.goreleaser.yaml',
      'dockers:\n  - dockerfile: Dockerfile.dev\n    build_flag_templates: ["--build-arg=BASE=alpine"]\n',
    ],
  ])('its arguments do not count: %s', (path, text) => {
    const expected = text.includes('dockerfile_inline') ? undefined : 'absent';
    expect(verdicts({ ...files, [path]: text })[0]).toEqual(['app', 'debian:12', expected]);
  });
  test('its target does not count', () => {
    const Dockerfile = 'FROM debian:12 AS app\nCOPY x /x\nFROM alpine\nCMD ["x"]\n';
    const target = (context: string) => ({ 'compose.yaml': compose(`context: ${context}\ntarget: app`) });
    expect(verdicts({ ...files, Dockerfile, ...target('other') })).toEqual([['1', 'alpine', 'present']]);
    expect(verdicts({ ...files, Dockerfile, ...target('.') })).toEqual([
      ['app', 'debian:12', 'absent'],
      ['1', 'alpine', 'present'],
    ]);
  });
  test('its contexts do not count', () => {
    const Dockerfile = 'FROM debian:12\nCOPY x /x\nCMD ["/x"]\n';
    const bake = (dockerfile: string) => ({
      'docker-bake.hcl': `target "a" {\n  dockerfile = "${dockerfile}"\n  contexts = { "debian:12" = "docker-image://alpine" }\n}\n`,
    });
    expect(verdicts({ ...files, Dockerfile, ...bake('Dockerfile.dev') })[0]?.[2]).toBe('absent');
    expect(verdicts({ ...files, Dockerfile, ...bake('Dockerfile') })[0]?.[2]).toBe('present');
  });
  test('a file that is not committed may be a copy of one that is', () => {
    const Dockerfile = 'FROM debian:12 AS app\nCOPY x /x\nFROM alpine\nCMD ["x"]\n';
    const copy = { 'Dockerfile.production': Dockerfile, 'compose.yaml': compose('context: .\ntarget: app') };
    expect(verdicts(copy, 'Dockerfile.production').map(([stage]) => stage)).toEqual(['app', '1']);
    expect(verdicts({ ...copy, Dockerfile }, 'Dockerfile.production').map(([stage]) => stage)).toEqual(['1']);
  });
  test('a caller in a folder beside it names it', () => {
    const near = {
      'app/Dockerfile': 'FROM debian:12 AS app\nFROM alpine\nCMD ["x"]\n',
      'deploy/compose.yaml': compose('context: ../app\ntarget: app'),
    };
    expect(verdicts(near, 'app/Dockerfile').map(([stage]) => stage)).toEqual(['app', '1']);
  });
});

describe('stages whose result is files', () => {
  const Dockerfile = 'FROM scratch\nCOPY tool /tool\nENTRYPOINT ["/tool"]\n';
  const need = (files: Readonly<Record<string, string>>) => {
    const { repository } = inMemory({ Dockerfile, ...files });
    const source = repository.read('Dockerfile');
    const [fact] = source ? imagesOf(source, repository).facts : [];
    return fact?.data.kind === 'image' ? fact.data.needsBundle : undefined;
  };
  test.each([
    ['docker-bake.hcl', 'target "app" {\n  output = ["type=local,dest=./bin"]\n}\n', 'export'],
    ['docker-bake.hcl', 'target "app" {\n  output = ["./bin"]\n}\n', 'export'],
    ['docker-bake.json', '{"target": {"app": {"output": ["type=tar,dest=a.tar"]}}}', 'export'],
    ['.github/workflows/ci.yml', workflow('context: .\noutputs: type=local,dest=out'), 'export'],
    ['docker-bake.hcl', 'target "app" {\n  output = ["type=registry"]\n}\n', 'unasked'],
    ['docker-bake.hcl', 'target "app" {\n  output = ["type=local,dest=a", "type=image"]\n}\n', 'unasked'],
    ['.github/workflows/ci.yml', workflow('context: .\npush: true'), 'unasked'],
  ])('%s %j: %s', (path, text, expected) => expect(need({ [path]: text })).toBe(expected));
  test('one caller that runs it is enough', () => {
    const bake = 'target "app" {\n  output = ["./bin"]\n}\n';
    expect(need({ 'docker-bake.hcl': bake, 'compose.yaml': compose('context: .') })).toBe('unasked');
  });
});

test.each([
  'services: [',
  'services:\n  a:\n    build: &a\n      args: *a\n',
  'target "a" {\n  inherits = ["a", "b"]\n}\ntarget "b" {\n  inherits = ["a"]\n}\n',
  '{"target": [1]}',
  'jobs:\n  b:\n    steps: nothing\n',
])('a broken caller changes nothing: %j', (text) => {
  for (const path of [
    'compose.yaml',
    'docker-bake.hcl',
    'docker-bake.json',
    'skaffold.yaml',
    '.github/workflows/a.yml',
  ])
    expect(verdicts({ Dockerfile: 'FROM debian:12\nCMD ["x"]\n', [path]: text })).toEqual([
      ['0', 'debian:12', 'absent'],
    ]);
});
