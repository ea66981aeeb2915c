import { describe, expect, test } from '@jest/globals';
import type { Fact, Image } from '../../src/core/fact.ts';
import { technologies } from '../../src/extract/technologies.ts';
import { builtinRules, inMemory, lintFiles } from '../support/lint-files.ts';

type Files = Readonly<Record<string, string>>;

/** The images of one file of a repository. */
async function images(files: Files, path: string): Promise<readonly Fact<Image>[]> {
  const { repository } = inMemory(files);
  const source = repository.read(path);
  if (!source) throw new Error(`no ${path}`);
  const found: Fact<Image>[] = [];
  for (const technology of technologies) {
    if (!/^(?:apko|bazel|buildpacks|jib|ko|nix)$/.test(technology.name)) continue;
    if (!technology.claims({ path, hasWord: (word) => source.text.includes(word) })) continue;
    const { facts } = await technology.extract({ sources: [source], repository }, () => {
      throw new Error('no version is asked for');
    });
    found.push(...facts.filter((fact): fact is Fact<Image> => fact.data.kind === 'image'));
  }
  return found;
}

/** Of each image its name, what it is built on, its verdict, and whether it needs a bundle where it has none. */
const seen = async (files: Files, path: string) =>
  (await images(files, path)).map(({ data }) =>
    [data.stage, data.base, data.caBundle ?? 'unknown', ...(data.needsBundle ? [data.needsBundle] : [])].join(' '),
  );

const rules = builtinRules().flatMap(({ rule, compiled }) => (rule.id === 'missing-ca-bundle' ? [compiled] : []));

/** Findings as `path:line:column severity`. */
const findings = async (files: Files) =>
  (await lintFiles(files, { rules })).findings.map(
    ({ location: { file, line, column }, severity }) => `${file}:${line}:${column} ${severity}`,
  );

const calls = 'package main\n\nimport "net/http"\n\nfunc main() { http.Get("https://api.weather.gov/alerts") }\n';
const silent = 'package main\n\nimport "fmt"\n\nfunc main() { fmt.Println() }\n';
const go = {
  'go.mod': 'module shop.io/app\n\ngo 1.25\n',
  'cmd/app/main.go': calls,
  'cmd/quiet/main.go': silent,
};

describe('ko', () => {
  const config = (text: string) => ({ ...go, '.ko.yaml': text });
  test('its own base has a bundle', async () => {
    expect(await seen(config('defaultPlatforms: [linux/arm64]\n'), '.ko.yaml')).toEqual([
      'ko cgr.dev/chainguard/static:latest present',
    ]);
    const [fact] = await images(config('builds:\n- id: app\n  main: ./cmd/app\n'), '.ko.yaml');
    expect(fact?.subject).toBe('the image of app');
    expect(fact?.defaults).toEqual({
      base: { reason: "ko's default base" },
      caBundle: { reason: "ko's default base" },
    });
  });
  test('a base without one, and a program that calls out', async () => {
    const files = config(
      'defaultBaseImage: debian:12\nbuilds:\n- id: app\n  main: ./cmd/app\n- id: quiet\n  dir: cmd\n  main: quiet/main.go\n',
    );
    expect(await seen(files, '.ko.yaml')).toEqual(['app debian:12 absent evident', 'quiet debian:12 absent none']);
    expect(await findings(files)).toEqual(['.ko.yaml:1:19 error']);
  });
  test('a base for one program', async () => {
    const files = config(
      'defaultbaseimage: gcr.io/distroless/static\nbaseImageOverrides:\n  shop.io/app/cmd/app: ubuntu:24.04\n  other.io/tool: ubuntu:24.04\n',
    );
    expect(await seen(files, '.ko.yaml')).toEqual([
      'shop.io/app/cmd/app ubuntu:24.04 absent evident',
      'other.io/tool ubuntu:24.04 absent unasked',
      'ko gcr.io/distroless/static present',
    ]);
    expect(await findings(files)).toEqual(['.ko.yaml:3:24 error', '.ko.yaml:4:18 warning']);
  });
  test('programs that scripts and manifests name', async () => {
    const files = {
      ...config('defaultBaseImage: busybox\n'),
      Makefile: 'image:\n\tko build --local ./cmd/app\n',
      'deploy.yaml': 'image: ko://shop.io/app/cmd/quiet\n',
    };
    expect(await seen(files, '.ko.yaml')).toEqual(['cmd/app busybox absent evident', 'cmd/quiet busybox absent none']);
    expect(await seen(config('defaultBaseImage: busybox\n'), '.ko.yaml')).toEqual(['ko busybox absent']);
  });
  test.each([
    ['KO_DEFAULTBASEIMAGE=gcr.io/distroless/base ko build ./cmd/app', 'unknown'],
    ['KO_DEFAULTBASEIMAGE=$(BASE) ko build ./cmd/app', 'unknown'],
    ['KO_DEFAULTBASEIMAGE=ubuntu ko build ./cmd/app', 'absent'],
  ])('the variable wins over the file: %s', async (line, verdict) => {
    const files = { ...config('defaultBaseImage: debian:12\n'), Makefile: `image:\n\t${line}\n` };
    expect((await images(files, '.ko.yaml')).map(({ data }) => data.caBundle ?? 'unknown')).toEqual([verdict]);
  });
  test.each([
    ['defaultBaseImage: registry.corp.example/base\n', {}],
    ['defaultBaseImage: "{{ .Env.BASE }}"\n', {}],
    ['defaultBaseImage: debian:12\nbuilds:\n- main: ./cmd/app\n', { 'cmd/app/kodata/ca-certificates.crt': 'x' }],
  ])('what may bring one leaves it open: %j', async (text, more) => {
    const [fact] = await images({ ...config(text), ...more }, '.ko.yaml');
    expect(fact?.data.caBundle).toBeUndefined();
  });
  test('a bundle that a manifest mounts', async () => {
    const files = {
      ...config('defaultBaseImage: debian:12\n'),
      'pod.yaml': 'volumeMounts:\n- mountPath: /etc/ssl/certs\n',
    };
    expect((await images(files, '.ko.yaml'))[0]?.data).toMatchObject({ caBundle: 'absent', needsBundle: 'mounted' });
  });
  test('GoReleaser', async () => {
    const release = (text: string) => ({ ...go, '.goreleaser.yaml': text });
    const builds = 'builds:\n  - id: app\n    main: ./cmd/app\n  - id: quiet\n    main: ./cmd/quiet\n';
    expect(await seen(release(`${builds}kos:\n  - build: app\n    id: image\n`), '.goreleaser.yaml')).toEqual([
      'image cgr.dev/chainguard/static:latest present',
    ]);
    const kos = `${builds}kos:\n  - id: image\n    build: app\n    base_image: debian:12\n  - id: quiet\n    base_image: debian:12\n  - id: off\n    disable: true\n    base_image: debian\n  - id: open\n    main: ./cmd/...\n    base_image: "{{ .Env.BASE }}"\n`;
    expect(await seen(release(kos), '.goreleaser.yaml')).toEqual([
      'image debian:12 absent evident',
      'quiet debian:12 absent none',
      'open {{ .Env.BASE }} unknown',
    ]);
    expect(await findings(release(kos))).toEqual(['.goreleaser.yaml:9:17 error']);
  });
  test.each(['', '- 1\n', 'builds: 3\nbaseImageOverrides: [x]\n', 'defaultBaseImage: [\n'])('%j', async (text) => {
    await expect(images(config(text), '.ko.yaml')).resolves.toBeDefined();
  });
});

describe('apko', () => {
  const apko = (packages: readonly string[], repositories: readonly string[], more = '') => ({
    'image.apko.yaml': `contents:\n  repositories:\n${repositories.map((one) => `    - ${one}\n`).join('')}  packages:\n${packages.map((one) => `    - ${one}\n`).join('')}${more}`,
  });
  const wolfi = 'https://packages.wolfi.dev/os';
  const alpine = 'https://dl-cdn.alpinelinux.org/alpine/v3.22/main';
  const local = '"@local ./packages"';
  const entry = 'entrypoint:\n  command: /usr/bin/app\n';
  test.each([
    [['wolfi-base'], [wolfi], '', 'present'],
    [['busybox'], [wolfi], '', 'present'],
    [['busybox'], [alpine], '', 'absent'],
    [['busybox'], [wolfi, alpine], '', 'unknown'],
    [['ca-certificates-bundle=20250911-r0', 'app@local'], [alpine, local], entry, 'present'],
    [['alpine-base'], [alpine], '', 'present'],
    [['alpine-baselayout', 'tzdata', '"!ca-certificates-bundle"'], [alpine], '', 'absent'],
    [['wolfi-baselayout=20230201-r1'], [wolfi], '', 'unknown'],
    [['nodejs-22'], [wolfi], '', 'unknown'],
    [['tzdata', 'app'], [wolfi], '', 'unknown'],
    [['busybox'], [alpine, 'https://apk.corp.example/x'], '', 'unknown'],
    [['busybox'], [alpine], 'certificates:\n  additional: []\n', 'unknown'],
    [['busybox'], [alpine], 'environment:\n  SSL_CERT_FILE: /x\n', 'unknown'],
    [['busybox'], [alpine], 'include: elsewhere.yaml\n', 'unknown'],
  ])('%j of %j %j: %s', async (packages, repositories, more, verdict) => {
    expect((await seen(apko(packages, repositories, more), 'image.apko.yaml'))[0]?.split(' ').at(-1)).toBe(verdict);
  });
  test('what it includes', async () => {
    const files = {
      ...apko(['tzdata'], [], 'include: base.yaml\n'),
      'base.yaml': `contents:\n  repositories: [${wolfi}]\n  packages: [wolfi-baselayout]\narchs: [x86_64]\n`,
    };
    expect(await seen(files, 'image.apko.yaml')).toEqual(['image wolfi-baselayout tzdata present']);
    expect(await seen(files, 'base.yaml')).toEqual(['base wolfi-baselayout present']);
  });
  test('a Go program that melange builds here', async () => {
    const melange = (runtime = '') =>
      `package:\n  name: app\n  version: 1.0.0\n${runtime}environment:\n  contents:\n    repositories: [${alpine}]\n    packages: [go]\npipeline:\n  - uses: go/build\n    with:\n      packages: ./cmd/app\n      output: app\n`;
    const files = { ...go, 'melange.yaml': melange(), ...apko(['app@local'], [alpine, local], entry) };
    expect(await seen(files, 'image.apko.yaml')).toEqual(['image app@local absent evident']);
    expect(await findings(files)).toEqual(['image.apko.yaml:5:3 error']);
    expect(await seen(files, 'melange.yaml')).toEqual([]);
    const depends = { ...files, 'melange.yaml': melange('  dependencies:\n    runtime: [curl]\n') };
    expect(await findings(depends)).toEqual([]);
    expect(await findings({ ...files, ...apko(['app@local'], [wolfi, local], entry) })).toEqual([]);
  });
});

describe('Bazel', () => {
  const load =
    'load("@rules_oci//oci:defs.bzl", "oci_image", "oci_push")\nload("@rules_go//go:def.bzl", "go_binary")\nload("@rules_pkg//:pkg.bzl", "pkg_tar")\n';
  const program =
    'go_binary(\n    name = "app",\n    embed = [":app_lib"],\n)\n\npkg_tar(\n    name = "layer",\n    srcs = [":app"],\n)\n\n';
  const image = (rest: string, tars = '":layer"') =>
    `oci_image(\n    name = "image",\n${rest}    entrypoint = ["/app"],\n    tars = [${tars}],\n)\n`;
  const module = (pull: string) => `oci = use_extension("@rules_oci//oci:extensions.bzl", "oci")\noci.pull(${pull})\n`;
  const repo = (build: string, pull = 'name = "base", image = "debian", tag = "12"') => ({
    ...go,
    'MODULE.bazel': module(pull),
    'cmd/app/BUILD.bazel': `${load}${program}${build}`,
  });
  const path = 'cmd/app/BUILD.bazel';
  test.each([
    [
      'name = "base", image = "gcr.io/distroless/static", digest = "sha256:ab"',
      'gcr.io/distroless/static@sha256:ab',
      'present',
    ],
    [
      'name = "base", image = "index.docker.io/library/debian", tag = "12"',
      'index.docker.io/library/debian:12',
      'absent evident',
    ],
    [
      'name = "base", registry = "docker.io", repository = "library/debian", tag = "12"',
      'docker.io/library/debian:12',
      'absent evident',
    ],
    ['name = "base", image = "registry.corp.example/base", tag = "1"', 'registry.corp.example/base:1', 'unknown'],
  ])('pulled %s', async (pull, base, verdict) => {
    const files = repo(image('    base = "@base",\n'), pull);
    expect(await seen(files, path)).toEqual([`image ${base} ${verdict}`]);
    expect(await findings(files)).toEqual(verdict.includes('evident') ? [`${path}:16:13 error`] : []);
  });
  test('one repository for each platform, and a workspace of old', async () => {
    const files = repo(image('    base = "@base_linux_amd64//:base_linux_amd64",\n'));
    expect(await seen(files, path)).toEqual(['image debian:12 absent evident']);
    const { 'MODULE.bazel': _module, ...old } = files;
    const pull =
      'load("@rules_oci//oci:pull.bzl", "oci_pull")\n\ndef deps():\n    oci_pull(name = "base", image = "gcr.io/distroless/base")\n';
    expect(await seen({ ...old, WORKSPACE: '', 'deps.bzl': pull }, path)).toEqual([
      'image gcr.io/distroless/base present',
    ]);
  });
  test('no base at all', async () => {
    const files = repo(image('    os = "linux",\n    architecture = "amd64",\n'));
    expect(await seen(files, path)).toEqual(['image scratch absent evident']);
    expect(await findings(files)).toEqual([`${path}:14:1 error`]);
    const [fact] = await images(files, path);
    expect(fact?.subject).toBe('the image //cmd/app:image');
    expect(fact?.data.entrypoint).toBe('/app');
  });
  test('a base that another target builds', async () => {
    const files = {
      ...repo(image('    base = "//base:certs",\n')),
      'base/BUILD.bazel': `${load}oci_image(name = "certs", base = "@base", tars = ["@ca_certs//:layer"])\noci_image(name = "plain", base = "@base")\n`,
    };
    expect(await seen(files, path)).toEqual(['image debian:12 unknown']);
    const plain = { ...files, [path]: files[path].replace('base:certs', 'base:plain') };
    expect(await seen(plain, path)).toEqual(['image debian:12 absent evident']);
  });
  test.each([
    ['":layer", "@ca_certs//:layer"'],
    ['":layer", "//tools:passwd"'],
    ['":layer"] + select({"//conditions:default": [":certs"]}) + ["x"'],
    ['":other"'],
  ])('a layer that may hold a bundle: %s', async (tars) => {
    const other = 'pkg_tar(name = "other", srcs = [":app", "ca-certificates.crt"])\n';
    const files = repo(`${other}${image('    base = "@base",\n', tars)}`);
    expect(await seen(files, path)).toEqual(['image debian:12 unknown']);
  });
  test.each([
    ['a base that is computed', image('    base = select({"//x": "@base"}),\n')],
    ['a base that is not found', image('    base = "@elsewhere",\n')],
    [
      'more arguments',
      image('    base = "@base",\n').replace(',\n)', ',\n    **rest\n)').replace('    base = "@base",\n', ''),
    ],
    ['in a list', `[${image('    base = "@base",\n')} for x in y]\n`],
  ])('%s says nothing', async (_name, build) => expect(await seen(repo(build), path)).toEqual([]));
  test('a macro of the same name says nothing', async () => {
    const files = repo(image('    base = "@base",\n'));
    const own = { ...files, [path]: files[path].replace('@rules_oci//oci:defs.bzl', '//tools:images.bzl') };
    expect(await seen(own, path)).toEqual([]);
  });
  test('a constant, a comment, rules_docker', async () => {
    const build =
      'BASE = "@base//image"  # base = "@other"\n\n# oci_image(name = "x")\ncontainer_image(\n    name = "image",\n    base = BASE,\n    files = [":app"],\n)\n';
    const files = repo(build, 'name = "x", image = "x"');
    const docker = 'load("@io_bazel_rules_docker//container:container.bzl", "container_image")\n';
    const more = {
      ...files,
      [path]: docker + files[path],
      WORKSPACE:
        'container_pull(name = "base", registry = "index.docker.io", repository = "library/ubuntu", tag = "22.04")\n',
    };
    expect(await seen(more, path)).toEqual(['image index.docker.io/library/ubuntu:22.04 absent evident']);
  });
});

describe('Jib', () => {
  const pom = (from: string, more = '') =>
    `<project>${more}<build><plugins><plugin>\n<groupId>com.google.cloud.tools</groupId>\n<artifactId>jib-maven-plugin</artifactId>\n<configuration>${from}<to><image>x/y</image></to></configuration>\n</plugin></plugins></build></project>\n`;
  test.each([
    ['<from><image>gcr.io/distroless/java17</image></from>', '', ['jib-maven-plugin gcr.io/distroless/java17 present']],
    ['', '', ['jib-maven-plugin eclipse-temurin present']],
    ['<from><image>${base}</image></from>', '', []],
    [
      '<from><image>${base}</image></from>',
      '<properties><base>eclipse-temurin:21-jre</base></properties>',
      ['jib-maven-plugin eclipse-temurin:21-jre present'],
    ],
    ['', '<parent><artifactId>p</artifactId></parent>', []],
    ['<from><image>tar://base.tar</image></from>', '', []],
    ['<from><image>debian:12</image></from>', '', ['jib-maven-plugin debian:12 absent builtin']],
    [
      '<from><image>registry.corp.example/jre</image></from>',
      '',
      ['jib-maven-plugin registry.corp.example/jre unknown'],
    ],
  ])('Maven %s %s', async (from, more, expected) => {
    const files = { 'pom.xml': pom(from, more) };
    expect(await seen(files, 'pom.xml')).toEqual(expected);
    expect(await findings(files)).toEqual([]);
  });
  const plugin = "plugins {\n  id 'com.google.cloud.tools.jib' version '3.4.0'\n}\n";
  test.each([
    [`${plugin}jib {\n  from {\n    image = 'amazoncorretto:21'\n  }\n}\n`, ['jib amazoncorretto:21 present']],
    [`${plugin}jib {\n  from { image = "docker://eclipse-temurin:21" }\n}\n`, ['jib eclipse-temurin:21 present']],
    [`${plugin}jib {\n  // from { image = 'scratch' }\n  to { image = 'x' }\n}\n`, ['jib eclipse-temurin present']],
    [`${plugin}jib.from.image = 'eclipse-temurin:17-jre'\n`, ['jib eclipse-temurin:17-jre present']],
    [`${plugin}jib { from { image = project.base } }\n`, []],
    [`${plugin}jib { from { image = "\${base}:1" } }\n`, []],
    [`${plugin.replace("'\n}", "' apply false\n}")}`, []],
    ['// jib is nice\n', []],
  ])('Gradle %j', async (text, expected) =>
    expect(await seen({ 'build.gradle': text }, 'build.gradle')).toEqual(expected),
  );
  test('the place of the base', async () => {
    const text = `${plugin}jib {\n  from {\n    image = 'amazoncorretto:21'\n  }\n}\n`;
    const [fact] = await images({ 'build.gradle.kts': text }, 'build.gradle.kts');
    const at = fact?.spans.base;
    expect(text.slice(at?.start, at?.end)).toBe('amazoncorretto:21');
  });
});

describe('Buildpacks', () => {
  test.each([
    [
      'project.toml',
      '[_]\nschema-version = "0.2"\n[io.buildpacks]\nbuilder = "paketobuildpacks/builder-jammy-tiny"\n',
      'paketobuildpacks/run-jammy-tiny',
    ],
    ['project.toml', '[build]\nbuilder = "heroku/builder:24"\n', 'heroku/heroku:24'],
    [
      'Makefile',
      'image:\n\tpack build app \\\n\t  --builder docker.io/paketobuildpacks/builder-jammy-base:latest\n',
      'paketobuildpacks/run-jammy-base',
    ],
    [
      'skaffold.yaml',
      'build:\n  artifacts:\n    - image: x\n      buildpacks:\n        builder: heroku/builder:24\n',
      'heroku/heroku:24',
    ],
  ])('%s %j', async (path, text, run) => {
    const found = await images({ [path]: text }, path);
    expect(found.map(({ data }) => [data.base, data.caBundle])).toEqual([[run, 'present']]);
    const at = found[0]?.spans.base;
    expect(text.slice(at?.start, at?.end)).toMatch(/^(?:docker\.io\/)?(?:paketobuildpacks|heroku)\/builder/);
  });
  test.each([
    ['project.toml', '[io.buildpacks]\nbuilder = "corp/builder"\n'],
    ['project.toml', '[io.buildpacks]\nbuilder = "heroku/builder:20"\n'],
    ['Makefile', 'image:\n\tpack build app --builder $(BUILDER)\n'],
    ['Makefile', 'image:\n\tpack build app --builder heroku/builder:24 --run-image corp/run\n'],
    [
      'skaffold.yaml',
      'build:\n  artifacts:\n    - image: x\n      buildpacks:\n        builder: heroku/builder:24\n        runImage: x/y\n',
    ],
  ])('nothing is said of %s %j', async (path, text) => expect(await images({ [path]: text }, path)).toEqual([]));
});

describe('Nix', () => {
  const image = (attributes: string, call = 'buildLayeredImage') =>
    `{ pkgs }:\npkgs.dockerTools.${call} {\n  name = "shop";\n  ${attributes}\n}\n`;
  test.each([
    ['contents = [ pkgs.dockerTools.caCertificates app ];', 'present'],
    ['contents = with pkgs; [ app cacert ];', 'present'],
    ['copyToRoot = pkgs.buildEnv { name = "root"; paths = [ pkgs.cacert ]; };', 'present'],
    ['config = { Env = [ "SSL_CERT_FILE=${pkgs.cacert}/etc/ssl/certs/ca-bundle.crt" ]; };', 'present'],
    ['copyToRoot = buildEnv { paths = [ cacert ]; pathsToLink = [ "/bin" ]; };', 'unknown'],
    ['copyToRoot = buildEnv { paths = [ cacert ]; pathsToLink = [ "/bin" "/etc" ]; };', 'present'],
    ['contents = [ app ]; # cacert', 'unknown'],
    ['/* cacert */ contents = [ app ];', 'unknown'],
    ['contents = [ app ] ++ lib.optional tls cacert;', 'unknown'],
    ["extraCommands = ''\n  cp ${pkgs.cacert}/x .; }\n'';", 'unknown'],
    ['config.Cmd = [ "${app}/bin/app" ];', 'unknown'],
  ])('%s: %s', async (attributes, verdict) => {
    const files = { 'image.nix': image(attributes) };
    expect(await seen(files, 'image.nix')).toEqual([`shop nixpkgs ${verdict}`]);
    expect(await findings(files)).toEqual([]);
  });
  test.each([
    'dockerTools.buildImage args',
    'dockerTools.pullImage { }',
    'dockerTools.buildImage {',
    "dockerTools ''",
    '',
  ])('any text: %j', async (text) => await expect(images({ 'a.nix': text }, 'a.nix')).resolves.toBeDefined());
});
