import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Fact, Image } from '../../src/core/fact.ts';
import { lineStarts, locate } from '../../src/core/text.ts';
import { dockerfile } from '../../src/extract/dockerfile.ts';
import { inMemory } from '../support/lint-files.ts';

const noVersion = () => ({ version: '0', reason: '', guessed: true });

async function extract(files: Readonly<Record<string, string>>, path = 'Dockerfile') {
  const { repository } = inMemory(files);
  const source = repository.read(path);
  if (!source) throw new Error(`no ${path}`);
  return dockerfile.extract({ sources: [source], repository }, noVersion);
}
const isImage = (fact: Fact): fact is Fact<Image> => fact.data.kind === 'image';
async function images(files: Readonly<Record<string, string>> | string, path?: string) {
  const { facts } = await extract(typeof files === 'string' ? { Dockerfile: files } : files, path);
  return facts.filter(isImage);
}
/** The verdict on the last stage; `undefined` where it cannot be known. */
const bundle = async (files: Readonly<Record<string, string>> | string, path?: string) =>
  (await images(files, path)).at(-1)?.data.caBundle;
const need = async (files: Readonly<Record<string, string>>, path?: string) => {
  const fact = (await images(files, path)).at(-1);
  return [fact?.data.needsBundle, ...(fact?.data.evidence ?? [])];
};

const build = 'FROM golang:1.25 AS build\nWORKDIR /src\nCOPY . .\nRUN go build -o /out/app ./cmd/app\n';
const run = 'COPY --from=build /out/app /app\nENTRYPOINT ["/app"]\n';

describe('claims', () => {
  const claims = (path: string) => dockerfile.claims({ path, hasWord: (word) => word === 'FROM' });
  test.each([
    'Dockerfile',
    'a/Containerfile',
    'Dockerfile.prod',
    'api.Dockerfile',
    'x.dockerfile',
    'Dockerfile.j2',
    'Dockerfile-dev',
    'DockerfileController',
  ])('%s', (path) => expect(claims(path)).toBe(true));
  test.each([
    'Dockerfile.dockerignore',
    'Dockerfile.md',
    'vendor/x/Dockerfile',
    'src/Dockerfile.test.ts',
    'docker-compose.yml',
    'DockerfileParser.cs',
    'dockerfiles',
  ])('not %s', (path) => expect(claims(path)).toBe(false));
});

describe('facts', () => {
  test('one for the stage that the file builds, with its places', async () => {
    const text = `${build}FROM debian:12-slim AS runtime\n${run}CMD ["--serve"]\n`;
    const [fact, ...more] = await images(text);
    expect(more).toEqual([]);
    expect(fact?.data).toEqual({
      kind: 'image',
      stage: 'runtime',
      base: 'debian:12-slim',
      final: true,
      caBundle: 'absent',
      entrypoint: '/app --serve',
      evidence: [],
    });
    expect(fact?.unknown).toEqual(['needsBundle']);
    expect(fact?.subject).toBe('stage runtime');
    const at = fact?.spans.caBundle;
    expect(text.slice(at?.start, at?.end)).toBe('debian:12-slim');
    expect(locate(lineStarts(text), fact?.self.start ?? 0)).toEqual({ line: 5, column: 1 });
    expect(fact?.related.map(({ phrase, span }) => [text.slice(span.start, span.end), phrase])).toEqual([
      ['golang:1.25', 'this stage has a bundle to copy: COPY --from=build'],
    ]);
  });
  test('stages that start something and that nobody uses', async () => {
    const facts = await images(
      `FROM debian:12 AS base\nCMD ["a"]\nFROM base AS slim\nFROM scratch AS tool\nCMD ["/x"]\nFROM alpine\nCMD ["b"]`,
    );
    expect(facts.map(({ data }) => [data.stage, data.final, data.caBundle])).toEqual([
      ['tool', false, 'absent'],
      ['3', true, 'present'],
    ]);
  });
  test('a stage that compose names as its target', async () => {
    const facts = await images({
      Dockerfile: 'FROM debian:12 AS worker\nFROM alpine AS web\nCMD ["b"]',
      'compose.yaml': 'services:\n  w:\n    build:\n      context: .\n      target: worker\n',
    });
    expect(facts.map(({ data }) => data.stage)).toEqual(['worker', 'web']);
  });
  test('a file that is none is said', async () => {
    const { facts, diagnostics } = await extract({ Dockerfile: 'nothing here' });
    expect(facts).toEqual([]);
    expect(diagnostics.map(({ code }) => code)).toEqual(['parse-error']);
  });
});

describe('bases', () => {
  test.each([
    ['FROM scratch', 'absent'],
    ['FROM busybox:1.37-musl', 'absent'],
    ['FROM alpine:3.6', 'absent'],
    ['FROM alpine:3.10', 'present'],
    ['FROM alpine', 'present'],
    ['FROM docker.io/library/debian:bookworm-slim', 'absent'],
    ['FROM arm64v8/ubuntu:24.04@sha256:abc', 'absent'],
    ['FROM node:22-slim', 'absent'],
    ['FROM node:22', 'present'],
    ['FROM node@sha256:abc', undefined],
    ['FROM gcr.io/distroless/static-debian12@sha256:abc', 'present'],
    ['FROM --platform=$BUILDPLATFORM golang:1.25', 'present'],
    ['FROM golang:${V}-alpine${A}', 'present'],
    ['FROM golang:$V', 'present'],
    ['FROM node:${V}', undefined],
    ['FROM alpine:${V}', 'present'],
    ['FROM debian:${V}-slim', 'absent'],
    ['ARG V=3.6\nFROM alpine:${V}', 'absent'],
    ['FROM alpine:${V:-3.20}', 'present'],
    ['ARG BASE=debian\nARG TAG=12\nFROM ${BASE}:${TAG}', 'absent'],
    ['FROM ${REGISTRY}/alpine:3.20', 'present'],
    ['FROM ${REGISTRY}/debian:12', undefined],
    ['FROM registry.corp.example/hub/library/debian:12', undefined],
    ['FROM registry.corp.example/hub/library/golang:1.25', 'present'],
    ['FROM registry.corp.example/base:1', undefined],
    ['FROM quay.io/prometheus/busybox-${OS}-${ARCH}:latest', 'present'],
    ['FROM registry.access.redhat.com/ubi9/ubi-micro', 'absent'],
    ['FROM registry.access.redhat.com/ubi9-minimal:9.4', 'present'],
    ['FROM mcr.microsoft.com/windows/nanoserver:ltsc2022', undefined],
    ['FROM scratch AS base\nFROM BASE', 'absent'],
    ['FROM debian AS bin-linux\nFROM scratch AS bin-windows\nFROM bin-$TARGETOS', 'absent'],
    ['ARG DEBUG\nFROM debian:12 AS app\nFROM app${DEBUG:+-debug}', 'absent'],
    ['FROM debian:{{ version }}', undefined],
  ])('%s: %s', async (text, verdict) => expect(await bundle(`${text}\nCMD ["x"]`)).toBe(verdict));
});

describe('packages', () => {
  const on = (base: string, script: string) => bundle(`FROM ${base}\nRUN ${script}\nCMD ["x"]`);
  test.each([
    ['apt-get update && apt-get install -y curl', 'present'],
    ['apt-get update && apt-get install -y --no-install-recommends curl', 'absent'],
    ['apt-get -y --no-install-recommends install ca-certificates=2025*', 'present'],
    ['apt-get install -y -o APT::Install-Recommends=false git', 'absent'],
    ['echo \'APT::Install-Recommends "false";\' > /etc/apt/apt.conf.d/99x && apt-get install -y wget', 'absent'],
    ['apt-get install -y tzdata g++ && rm -rf /var/lib/apt/lists/*', 'absent'],
    ['apt-get install -y no-such-package', undefined],
    ['apt-get install -y $PACKAGES', undefined],
    ['apt-get install -y ./local.deb', undefined],
    ['deps="curl git"; apt-get install -y --no-install-recommends $deps', 'absent'],
    ['cat packages.txt | xargs apt-get install -y', undefined],
    ['apt-get install -y ca-certificates && apt-get purge -y ca-certificates', 'absent'],
    ['apt-get install -y ca-certificates && apt-get remove -y ca-certificates', 'present'],
    ['apt-get install -y ca-certificates && if x; then apt-get purge -y ca-certificates; fi', undefined],
    ['apt-get install -y curl && apt-get purge -y --auto-remove curl', 'absent'],
    ['apt-get install -y ca-certificates curl && apt-get purge -y --auto-remove curl', 'present'],
    ['fetch="ca-certificates wget"; apt-get install -y $fetch; apt-get purge -y --auto-remove $fetch', 'absent'],
    ['apt-get install -y ca-certificates && rm -rf /etc/ssl/certs/*', 'absent'],
    ['./install.sh', undefined],
    ['curl -fsSL https://example.com/x | sh', undefined],
    ['curl -o /etc/ssl/certs/ca-certificates.crt https://curl.se/ca/cacert.pem', 'present'],
    ['wget -qO /usr/local/bin/tini https://example.com/tini && chmod +x /usr/local/bin/tini', 'absent'],
    ['tar -C /usr/local -xzf go.tgz', 'absent'],
    ['tar -C / -xzf rootfs.tgz', undefined],
    ['update-ca-certificates', 'present'],
    ['update-ca-certificates || true', 'absent'],
    ['groupadd -r a && useradd -r -g a a && mkdir -p /data && chown a:a /data', 'absent'],
    ['python3 -m pip install requests', 'absent'],
    ['["/bin/bash", "-c", "apt-get install -y ca-certificates"]', 'present'],
    ['["apt-get", "install", "-y", "ca-certificates"]', 'present'],
    ['cat extra.pem >> /etc/ssl/certs/ca-certificates.crt', 'present'],
  ])('%s: %s', async (script, verdict) => expect(await on('debian:12-slim', script)).toBe(verdict));

  test('notes of marked packages are followed', async () => {
    const script = (auto: string) =>
      `set -eux; saved="$(apt-mark showmanual)"; apt-get install -y ca-certificates wget; ${auto} [ -z "$saved" ] || apt-mark manual $saved; apt-get purge -y --auto-remove`;
    expect(await on('debian:12-slim', script("apt-mark auto '.*';"))).toBe('absent');
    expect(await on('debian:12-slim', script("apt-mark auto '.*'; find / -type f | xargs -r apt-mark manual;"))).toBe(
      undefined,
    );
    expect(await on('debian:12-slim', script(''))).toBe('present');
  });
  test('package lists in ARG and ENV', async () => {
    expect(
      await bundle(
        'FROM debian:12\nARG DEPS="curl tzdata"\nRUN apt-get install -y --no-install-recommends $DEPS\nCMD ["x"]',
      ),
    ).toBe('absent');
    expect(await bundle('FROM debian:12\nENV DEPS="ca-certificates"\nRUN apt-get install -y ${DEPS}\nCMD ["x"]')).toBe(
      'present',
    );
  });
  test('other managers', async () => {
    expect(await on('alpine:3.6', 'apk add --no-cache ca-certificates')).toBe('present');
    expect(await on('alpine:3.6', 'apk add --no-cache tzdata tini')).toBe('absent');
    expect(await on('alpine:3.20', 'apk add --virtual .x ca-certificates && apk del .x')).toBe('present');
    expect(await on('registry.suse.com/bci/bci-base', 'zypper -n in curl')).toBe('present');
  });
  test('a here-document', async () =>
    expect(
      await bundle('FROM debian:12\nRUN <<EOF\napt-get update\napt-get install -y ca-certificates\nEOF\nCMD ["x"]'),
    ).toBe('present'));
  test('a mount stays nowhere', async () =>
    expect(
      await bundle(
        'FROM debian:12\nRUN --mount=type=bind,from=golang,source=/etc/ssl/certs,target=/etc/ssl/certs true\nCMD ["x"]',
      ),
    ).toBe('absent'));
});

describe('root trees', () => {
  const tree = (base: string, script: string, from = '/rootfs') =>
    bundle(`FROM ${base} AS tree\nRUN ${script}\nFROM scratch\nCOPY --from=tree ${from} /\nCMD ["/x"]`);
  test.each([
    [
      'ubuntu:24.04',
      'chisel cut --release ubuntu-24.04 --root /rootfs base-files_base ca-certificates_data',
      'present',
    ],
    ['ubuntu:24.04', 'chisel cut --root /rootfs base-files_base libc6_libs', 'absent'],
    ['alpine:3.20', 'apk add --root /rootfs --initdb alpine-baselayout ca-certificates-bundle', 'present'],
    ['alpine:3.20', 'apk add --root /rootfs --initdb alpine-baselayout tzdata', 'absent'],
    [
      'registry.access.redhat.com/ubi9',
      'dnf install --installroot /rootfs -y --nodocs glibc-minimal-langpack openssl-libs',
      'present',
    ],
    ['registry.access.redhat.com/ubi9', 'dnf install --installroot=/rootfs -y glibc-minimal-langpack tzdata', 'absent'],
    ['registry.access.redhat.com/ubi9', 'dnf install --installroot=/rootfs -y httpd', undefined],
    ['debian:12', 'debootstrap --variant=minbase bookworm /rootfs', 'absent'],
    ['debian:12', 'debootstrap --include=ca-certificates bookworm /rootfs', 'present'],
    [
      'golang:1.25',
      'mkdir -p /rootfs/etc/ssl/certs && cp /etc/ssl/certs/ca-certificates.crt /rootfs/etc/ssl/certs/',
      'present',
    ],
    ['golang:1.25', 'mkdir -p /rootfs/etc && cp -r /etc/ssl /rootfs/etc/', 'present'],
    ['golang:1.25', 'mkdir /rootfs && make install DESTDIR=/rootfs', undefined],
    [
      'golang:1.25',
      'install -D -m 644 /etc/ssl/certs/ca-certificates.crt /rootfs/etc/ssl/certs/ca-certificates.crt',
      'present',
    ],
  ])('%s: %s: %s', async (base, script, verdict) => expect(await tree(base, script)).toBe(verdict));
  test("Dart's runtime", async () =>
    expect(await bundle('FROM dart:3 AS build\nFROM scratch\nCOPY --from=build /runtime/ /\nCMD ["/x"]')).toBe(
      'present',
    ));
});

describe('copies', () => {
  const scratch = (steps: string) => bundle(`${build}FROM scratch\n${steps}\n${run}`);
  test.each([
    ['COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/', 'present'],
    ['COPY --from=0 /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt', 'present'],
    ['COPY --from=BUILD /etc/ssl /etc/ssl', 'present'],
    ['COPY --from=alpine:3.20 /etc/ssl/certs /etc/ssl/certs', 'present'],
    ['COPY --from=node:22-slim /etc/ssl/certs /etc/ssl/certs', 'absent'],
    ['COPY --from=registry.corp.example/base /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/', 'present'],
    ['COPY --from=registry.corp.example/base /etc/ssl/ /etc/ssl/', undefined],
    ['COPY --from=build /usr/share/ca-certificates /usr/share/ca-certificates', 'absent'],
    ['COPY --from=build /etc/passwd /etc/group /etc/', 'absent'],
    ['COPY --from=build /usr/share/zoneinfo /usr/share/zoneinfo', 'absent'],
    ['COPY --from=build /etc/ssl/certs/ca-cert* /etc/ssl/certs/', 'present'],
    ['COPY --parents --from=build /etc/ssl/certs/ca-certificates.crt /', 'present'],
    ['COPY --from=build ["/etc/ssl/certs/ca-certificates.crt", "/etc/ssl/cert.pem"]', 'present'],
    ['COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs', 'absent'],
    ['COPY --from=build /etc/ssl/certs/ca-certificates.crt /certs/ca.crt', 'absent'],
    ['COPY --from=build /etc/ssl/certs/ca-certificates.crt /certs/ca.crt\nENV SSL_CERT_FILE=/certs/ca.crt', 'present'],
    ['COPY --from=build /etc/ssl/certs/ca-certificates.crt /certs/ca.crt\nCMD ["--ca=/certs/ca.crt"]', undefined],
    ['ENV SSL_CERT_FILE=/run/secrets/ca.pem', undefined],
    ['VOLUME /etc/ssl/certs', undefined],
    ['COPY ca-certificates.crt /etc/ssl/certs/', 'present'],
    ['COPY own.crt /etc/ssl/certs/', undefined],
    ['ADD https://curl.se/ca/cacert.pem /etc/ssl/cert.pem', 'present'],
    ['ADD rootfs.tar.gz /', undefined],
    ['COPY rootfs/ /', undefined],
    ['COPY config.yaml /etc/app/config.yaml', 'absent'],
    ['COPY <<EOF /etc/motd\nhello\nEOF', 'absent'],
    ['COPY $FILES /', undefined],
  ])('%s: %s', async (steps, verdict) => expect(await scratch(steps)).toBe(verdict));

  test('a folder of the repository is looked into', async () => {
    const text = 'FROM scratch\nCOPY rootfs/ /\nCOPY app /\nENTRYPOINT ["/app"]';
    expect(await bundle({ Dockerfile: text, 'rootfs/etc/passwd': 'x' })).toBe('absent');
    expect(await bundle({ Dockerfile: text, 'rootfs/etc/ssl/certs/ca-certificates.crt': 'x' })).toBe('present');
    const own = '-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n';
    expect(await bundle({ Dockerfile: text, 'rootfs/etc/ssl/certs/own.crt': own })).toBe(undefined);
    expect(await bundle({ Dockerfile: text, 'rootfs/etc/ssl/certs/README': 'x' })).toBe('absent');
  });
  test('a folder of the repository is copied on by a later stage', async () => {
    const on = (from: string, to: string, steps = '') =>
      `FROM golang:1.25 AS build\nWORKDIR /src\nCOPY . .\n${steps}FROM scratch\nCOPY --from=build ${from} ${to}\nENTRYPOINT ["/app"]`;
    const files = { 'main.go': 'package main', 'roots/ca.pem': 'x', 'conf/etc/app.yaml': 'x' };
    const told = (Dockerfile: string) => bundle({ ...files, Dockerfile });
    expect(await told(on('/src', '/'))).toBe('absent');
    expect(await told(on('/src/roots', '/etc/ssl/certs'))).toBe(undefined);
    expect(await told(on('/src/conf/etc', '/etc/ssl/certs'))).toBe('absent');
    const cp = 'RUN cp /etc/ssl/certs/ca-certificates.crt /src/conf/etc\n';
    expect(await told(on('/src/conf/etc', '/etc/ssl/certs', cp))).not.toBe('absent');
  });
  test.each([
    ['COPY build/migrate /', 'absent'],
    ['COPY build/rootfs /', undefined],
    ['COPY build/migrate/ /', undefined],
    ['COPY main /', 'absent'],
    ['ADD tool.cc /', 'absent'],
    ['HEALTHCHECK CMD ["/health-check"]\nCOPY health-check /', 'absent'],
  ])('what is made before the build, %s: %s', async (steps, verdict) => {
    const Dockerfile = `FROM scratch\n${steps}\nENTRYPOINT ["/app"]`;
    expect(await bundle({ Dockerfile, 'cmd/migrate/main.go': 'package main' })).toBe(verdict);
  });
  test.each([
    ['/out/*.zip', 'absent'],
    ['/out/lib*.so*', 'absent'],
    ['/out/lib*.so.*', 'absent'],
    ['/out/*', undefined],
    ['/out/*.pem', undefined],
  ])('a pattern that only files have, %s: %s', async (pattern, verdict) =>
    expect(
      await bundle(`FROM golang:1.25 AS build\nRUN make\nFROM scratch\nCOPY --from=build ${pattern} /\nCMD ["/x"]`),
    ).toBe(verdict),
  );
  test('a big file of certificates is a bundle, whatever its name', async () => {
    const text = 'FROM scratch\nCOPY roots.crt /etc/ssl/certs/\nENTRYPOINT ["/app"]';
    const roots = '-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n';
    expect(await bundle({ Dockerfile: text, 'roots.crt': roots.repeat(130) })).toBe('present');
    expect(await bundle({ Dockerfile: text, 'roots.crt': roots })).toBe(undefined);
  });
  test('a template proves nothing', async () => {
    expect(
      await bundle(
        { 'Dockerfile.j2': '{% include "certs" %}\nFROM scratch\nCOPY app /app\nCMD ["/app"]' },
        'Dockerfile.j2',
      ),
    ).toBe(undefined);
  });
  test.each(['cp -a /etc/ssl/certs/*.crt /', 'cp -a /etc/ssl/certs/. /certs/', 'mv /etc/ssl/certs/x* /'])(
    'a pattern below a folder that is a link: %s',
    async (command) =>
      expect(await bundle(`FROM registry.access.redhat.com/ubi9/ubi-minimal\nRUN ${command}\nCMD ["x"]`)).toBe(
        'present',
      ),
  );
  test('a base that runs triggers', async () =>
    expect(await bundle('FROM debian AS base\nONBUILD RUN ./setup.sh\nFROM base\nCMD ["x"]')).toBe(undefined));
  test('a bundle that is mounted where the image runs', async () => {
    const files = {
      Dockerfile: 'FROM scratch\nCOPY app /app\nCMD ["/app"]',
      'deploy/app.yaml': 'volumeMounts:\n  - name: ca\n    mountPath: /etc/ssl/certs\n',
    };
    const [fact] = (await extract(files)).facts;
    expect(fact?.data).toMatchObject({ caBundle: 'absent', needsBundle: 'mounted' });
  });
  test('an argument that a caller sets', async () =>
    expect(
      await bundle({
        Dockerfile: 'ARG BASE=ubuntu\nFROM ${BASE}\nCOPY app /app\nCMD ["/app"]',
        Makefile: 'image:\n\tdocker build --build-arg BASE=alpine .\n',
      }),
    ).toBe(undefined));
});

/** Where a model that builds every possible world disagreed with the walk (test/oracle/images). */
describe('the walk', () => {
  const onScratch = (tree: string, steps: string, base = 'golang:1.25') =>
    bundle(`FROM ${base} AS tree\n${tree}\nFROM scratch\n${steps}\nCMD ["/x"]`);
  const copyTree = 'COPY --from=tree /rootfs /';
  const file = '/etc/ssl/certs/ca-certificates.crt';

  test.each([
    ['a file onto a path that may be a folder', 'debian:12', `COPY --from=golang ${file} /etc/ssl/certs`, undefined],
    ['a file onto a folder', 'golang:1.25', 'COPY --from=golang /etc/passwd /etc/ssl/certs', 'present'],
    ['a layer of its own hides the folder', 'golang', `COPY --link --from=alpine ${file} /etc/ssl/certs`, 'absent'],
    ['a folder that WORKDIR makes', 'scratch', `WORKDIR /etc/ssl/certs\nCOPY --from=golang ${file} .`, 'present'],
    ['a folder with its parents', 'scratch', 'COPY --parents --from=golang /etc/ssl /', 'present'],
    ['parents from a pivot on', 'scratch', 'COPY --parents --from=dart /runtime/./etc/ssl /', 'present'],
    ['parents below another folder', 'scratch', `COPY --parents --from=golang ${file} /y/`, 'absent'],
    ['several files by a pattern', 'scratch', 'COPY --from=golang /etc/ssl/c* /etc/ssl/certs/', 'present'],
    ['a pattern that lays it elsewhere', 'scratch', 'COPY --from=alpine /etc/s* /etc/pki/', 'absent'],
    [
      'single roots without the bundle',
      'scratch',
      'COPY --from=golang /usr/share/ca-certificates/mozilla/ /etc/ssl/certs/',
      undefined,
    ],
    ['single roots that stay', 'golang:1.25', `RUN rm ${file}`, undefined],
    ['the one file of Alpine, removed', 'alpine:3.20', `RUN rm ${file}`, 'absent'],
    ['links without what they lead to', 'scratch', 'COPY --from=redhat/ubi9 /etc/pki/tls /etc/pki/tls', 'absent'],
    ['links with what they lead to', 'scratch', 'COPY --from=redhat/ubi9 /etc/pki /etc/pki', 'present'],
    ['a link that is copied is followed', 'scratch', 'COPY --from=alpine /etc/ssl/cert.pem /etc/ssl/', 'present'],
    ['a folder behind a link', 'scratch', 'COPY --from=redhat/ubi9 /etc/ssl/certs/ /etc/ssl/certs/', 'absent'],
    [
      'a copy through a link',
      'redhat/ubi9',
      `RUN rm -rf /etc/pki/ca-trust\nCOPY --from=golang ${file} /etc/ssl/certs/`,
      'present',
    ],
    [
      'an environment that is overwritten',
      'scratch',
      `COPY --from=golang ${file} /a.crt\nENV SSL_CERT_FILE=/a.crt\nENV SSL_CERT_FILE=/b.crt`,
      undefined,
    ],
    ['what an unknown image must have', 'corp.example/x', `RUN cat ${file} > /dev/null`, 'present'],
    ['a reference that begins below a file', 'scratch', 'COPY --from=golang /etc/passwd /etc/ssl/cert.pem/x', 'absent'],
  ])('%s: %s', async (_name, base, steps, verdict) =>
    expect(await bundle(`FROM ${base}\n${steps}\nCMD ["/x"]`)).toBe(verdict),
  );

  test.each([
    ['a moved file is gone', 'mv /etc/ssl /tmp/ssl && true', 'absent'],
    ['a pattern of rm', 'rm -rf /etc/s*', 'absent'],
    ['installed already', 'rm -rf /etc/ssl && apt-get install -y ca-certificates', 'absent'],
    [
      'installed after a removal',
      'apt-get remove -y ca-certificates && rm -rf /etc/ssl && apt-get install -y curl',
      'present',
    ],
    ['written anew in the place of a link', `ln -sf /nowhere ${file} && update-ca-certificates`, 'present'],
    ['installed again', 'rm -rf /etc/ssl && apt-get install -y --reinstall ca-certificates', 'present'],
    ['rm behind what may fail', 'curl -o /x/y https://example.com && rm -rf /etc/ssl || true', undefined],
    ['a link over the bundle', `ln -sf /nowhere ${file} && rm -rf /etc/ssl/certs/*.pem`, undefined],
  ])('%s', async (_name, script, verdict) =>
    expect(await bundle(`FROM golang:1.25\nRUN ${script}\nCMD ["/x"]`)).toBe(verdict),
  );

  test.each([
    ['a failure that nobody notices', `mkdir /rootfs; cp ${file} /rootfs/etc/ssl/certs/; true`, 'debian:12', 'absent'],
    [
      'with set -e',
      `set -e; mkdir -p /rootfs/etc/ssl/certs; cp ${file} /rootfs/etc/ssl/certs/; true`,
      'corp.example/x',
      'present',
    ],
    [
      'a copied link leads nowhere',
      'mkdir -p /rootfs/etc/ssl && cp -a /etc/ssl/cert.pem /rootfs/etc/ssl/',
      'alpine:3.20',
      'absent',
    ],
    [
      'contents of a folder',
      'mkdir -p /rootfs/etc/ssl/certs && cp -r /etc/ssl/certs/. /rootfs/etc/ssl/certs/',
      'golang:1.25',
      'present',
    ],
    [
      'behind an answered failure',
      `false || true && mkdir -p /rootfs/etc/ssl/certs && cp ${file} /rootfs/etc/ssl/certs/`,
      'golang:1.25',
      'present',
    ],
  ])('%s', async (_name, script, base, verdict) =>
    expect(await onScratch(`RUN ${script}`, copyTree, base)).toBe(verdict),
  );

  test('commands of a here-document go on after a failure', async () => {
    const script = `mkdir -p /rootfs/etc/ssl/certs\ncp ${file} /rootfs/etc/ssl/certs/\ntrue\n`;
    expect(await onScratch(`RUN <<EOF\n${script}EOF`, copyTree, 'debian:12')).toBe('absent');
    expect(await onScratch(`RUN <<EOF\nset -e\n${script}EOF`, copyTree, 'corp.example/x')).toBe('present');
  });
  test('a mount is seen while it lasts', async () => {
    const mount = '--mount=type=bind,from=golang:1.25,source=/etc/ssl/certs,target=/mnt/certs';
    const copy = 'mkdir -p /rootfs/etc/ssl/certs && cp /mnt/certs/* /rootfs/etc/ssl/certs/';
    expect(await onScratch(`RUN ${mount} ${copy}`, copyTree, 'debian:12')).toBe(undefined);
    expect(await onScratch(`RUN ${mount} true`, 'COPY --from=tree /mnt/certs /etc/ssl/certs', 'debian:12')).toBe(
      'absent',
    );
    expect(
      await bundle(
        `FROM debian:12\nRUN --mount=type=cache,target=/etc/ssl/certs apt-get install -y ca-certificates\nCMD ["x"]`,
      ),
    ).toBe('absent');
    expect(await bundle(`FROM golang\nRUN --mount=type=tmpfs,target=/etc/ssl rm -rf /etc/ssl/certs\nCMD ["x"]`)).toBe(
      'present',
    );
  });
  test('a group of apk takes only its own away', async () => {
    const alpine = (script: string) => bundle(`FROM alpine:3.6\nRUN ${script}\nCMD ["x"]`);
    expect(await alpine('apk add ca-certificates && apk add -t .deps tzdata && apk del .deps')).toBe('present');
    expect(await alpine('apk add -t .deps curl && apk del .deps')).toBe(undefined);
    expect(await alpine('apk add curl && apk add -t .deps git && apk del .deps')).toBe('present');
  });
  test('what apt did not install it does not remove', async () => {
    const text =
      'FROM debian:12\nCOPY --from=alpine /etc/ssl /etc/ssl\nRUN apt-get purge -y ca-certificates\nCMD ["x"]';
    expect(await bundle(text)).toBe('present');
  });
  test('a link that is copied onto itself', async () => {
    const text = 'FROM redhat/ubi9\nRUN cp -a /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/certs\nCMD ["x"]';
    expect(await bundle(text)).toBe('present');
  });
  test('triggers run in the stage that builds on theirs', async () => {
    const parent = 'FROM debian:12 AS base\nONBUILD RUN apt-get install -y ca-certificates\n';
    expect(await bundle(`${parent}CMD ["x"]`)).toBe('absent');
    expect(await bundle(`${parent}FROM base\nCMD ["x"]`)).toBe('present');
    expect(await bundle(`${parent}FROM base AS two\nRUN apt-get purge -y ca-certificates\nFROM two\nCMD ["x"]`)).toBe(
      'absent',
    );
  });
  test.each([
    ['docker-bake.hcl', 'target "app" {\n  contexts = { debian = "docker-image://golang:1.25" }\n}\n', 'present'],
    ['docker-bake.hcl', 'target "app" {\n  contexts = { debian = "target:base" }\n}\n', undefined],
    ['docker-bake.json', '{"target": {"app": {"contexts": {"debian": "docker-image://golang:1.25"}}}}', 'present'],
    [
      'compose.yaml',
      'services:\n  app:\n    build:\n      context: .\n      additional_contexts:\n        debian: docker-image://golang:1.25\n',
      'present',
    ],
    [
      'compose.yaml',
      'services:\n  app:\n    build:\n      context: .\n      additional_contexts:\n        - debian=../base\n',
      undefined,
    ],
    ['Makefile', 'image:\n\tdocker buildx build --build-context debian=docker-image://golang:1.25 .\n', 'present'],
    ['.github/workflows/ci.yaml', 'x:\n  build-contexts: |\n    debian=docker-image://golang:1.25\n', 'present'],
    ['docker-bake.hcl', 'target "app" {\n  contexts = { other = "docker-image://golang:1.25" }\n}\n', 'absent'],
  ])('a context of that name in %s stands in for an image: %s', async (path, text, verdict) =>
    expect(await bundle({ Dockerfile: 'FROM debian\nCOPY x /x\nCMD ["/x"]', [path]: text })).toBe(verdict),
  );
  test('a stage that bake names as its target', async () => {
    const text = 'FROM debian:12 AS worker\nFROM alpine AS web\nCMD ["b"]';
    const facts = await images({ Dockerfile: text, 'docker-bake.hcl': 'target "w" {\n  target = "worker"\n}\n' });
    expect(facts.map(({ data }) => data.stage)).toEqual(['worker', 'web']);
  });
  test.each([
    ['harbor.example:8443/dockerhub/golang:1.25', 'present'],
    ['gitlab.example/group/dependency_proxy/containers/golang:1.25', 'present'],
    ['1.dkr.ecr.us-east-1.amazonaws.com/docker-hub/library/golang:1.25', 'present'],
    ['harbor.example/dockerhub/library/debian:12', undefined],
    ['harbor.example/team/golang:1.25', undefined],
    ['nexus:5005/busybox:1.36', 'absent'],
    ['harbor.example/library/busybox', 'absent'],
    ['harbor.example/team/busybox', undefined],
  ])('a cached image, %s: %s', async (image, verdict) =>
    expect(await bundle(`FROM ${image}\nCMD ["x"]`)).toBe(verdict),
  );
  test.each([
    ['ADD https://curl.se/ca/cacert.pem /etc/ssl/cert.pem\nUSER 1000', 'absent'],
    ['ADD --chmod=644 https://curl.se/ca/cacert.pem /etc/ssl/cert.pem\nUSER 1000', 'present'],
    ['ADD https://curl.se/ca/cacert.pem /etc/ssl/cert.pem', 'present'],
    ['ADD https://curl.se/ca/cacert.pem /etc/ssl/cert.pem\nUSER root', 'present'],
    ['COPY --chmod=0600 --from=golang /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/\nUSER app', 'absent'],
    [
      'COPY --chmod=0600 --chown=app --from=golang /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/\nUSER app',
      'present',
    ],
  ])('who can read it, %s: %s', async (steps, verdict) =>
    expect(await bundle(`FROM scratch\n${steps}\nCMD ["/x"]`)).toBe(verdict),
  );
  test('why a bundle that is there does not count is said', async () => {
    const [fact] = await images(
      'FROM scratch\nADD https://curl.se/ca/cacert.pem /etc/ssl/cert.pem\nUSER 1000\nCMD ["/x"]',
    );
    expect(fact?.related.map(({ phrase }) => phrase)).toContain(
      'this bundle has the mode 0600, and the image runs as 1000: add --chmod=644',
    );
    expect(fact?.data).toMatchObject({ needsBundle: 'evident', fix: 'add `--chmod=644` on line 2' });
  });
  test('whoever copies a bundle to where clients look means the program to find it', async () => {
    const copied = async (to: string, body = '') => {
      const text = `FROM golang:1.25 AS build\nRUN go build -o /app .\nFROM scratch\nCOPY --from=build /etc/ssl/certs/ca-certificates.crt ${to}\nCOPY --from=build /app /app\nCMD ["/app"]`;
      const files = {
        Dockerfile: text,
        'go.mod': 'module x.org/app\n',
        'main.go': `package main\n\nfunc main() {${body}}\n`,
      };
      const [fact] = await images(body === '' ? text : files);
      return [fact?.data.needsBundle, fact?.data.fix?.replace(/`COPY.*`/, 'COPY'), fact?.data.evidence[0]];
    };
    const seen = 'Dockerfile:4 copies a bundle for it that nothing can read';
    expect(await copied('/etc/ssl/certs')).toEqual(['evident', 'end `/etc/ssl/certs` on line 4 with a slash', seen]);
    expect(await copied('/roots.pem')).toEqual(['unasked', 'add COPY behind line 5', undefined]);
    expect(await copied('/etc/ssl/certs', ' println("hello") ')).toEqual(['none', undefined, undefined]);
  });
  test('a private certificate takes the place of the public ones', async () => {
    const certificate = '-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n';
    const text = `FROM alpine:3.20\nCOPY own.pem ${file}\nCMD ["x"]`;
    expect(await bundle({ Dockerfile: text, 'own.pem': certificate })).toBe(undefined);
    expect(await bundle({ Dockerfile: text, 'own.pem': 'x' })).toBe('absent');
  });
});

describe('what a program needs', () => {
  const scratch = `${build}FROM scratch\n${run}`;
  const module = 'module example.com/app\n\ngo 1.25\n';
  const main = (body: string, imports = '"net/http"') => ({
    Dockerfile: scratch,
    'go.mod': module,
    'cmd/app/main.go': `package main\n\nimport (\n\t${imports}\n)\n\nfunc main() {\n\t${body}\n}\n`,
  });
  test('a call', async () =>
    expect(await need(main('http.Get("https://api.shop.io/v1")'))).toEqual([
      'evident',
      'cmd/app/main.go:8 calls http.Get',
    ]));
  test('a call whose address is given', async () =>
    expect(await need(main('http.Get(url)'))).toEqual(['configured', 'cmd/app/main.go:8 calls http.Get']));
  test('a comment is no call', async () => expect(await need(main('// http.Get(url)'))).toEqual(['none']));
  test('a plain address', async () =>
    expect(await need(main('http.Get("http://localhost:8080/healthz")'))).toEqual(['none']));
  test('only plain addresses', async () =>
    expect(await need(main('u := "http://metrics"; c := http.Client{}; c.Get(u)'))).toEqual([undefined]));
  test('roots of its own', async () =>
    expect(
      await need(main('http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}}')),
    ).toEqual([undefined]));
  test('compiled-in roots', async () =>
    expect(await need(main('http.Get(url)', '"net/http"\n\t_ "golang.org/x/crypto/x509roots/fallback"'))).toEqual([
      'builtin',
      'cmd/app/main.go:5 imports golang.org/x/crypto/x509roots/fallback',
    ]));
  test('a server', async () => expect(await need(main('http.ListenAndServe(":80", nil)'))).toEqual(['none']));
  test('the in-cluster client of Kubernetes', async () =>
    expect(await need(main('rest.InClusterConfig()', '"k8s.io/client-go/rest"'))).toEqual(['none']));
  test('an unknown client', async () =>
    expect(await need(main('acme.New()', '"github.com/acme/acme-sdk"'))).toEqual([undefined]));
  test('tests do not count, nor does another program', async () =>
    expect(
      await need({
        ...main('run()', '"os"'),
        'cmd/app/main_test.go': 'package main\nimport "net/http"\nfunc x() { http.Get(u) }\n',
        'cmd/other/main.go': 'package main\nimport "net/http"\nfunc main() { http.Get(u) }\n',
      }),
    ).toEqual(['none']));
  test('a module in a folder that is copied', async () =>
    expect(
      await need(
        {
          'docker/Dockerfile':
            'FROM golang:1.25 AS build\nWORKDIR /go/src/app\nCOPY server/ ./\nRUN go build -o /app\nFROM scratch\nCOPY --from=build /app /app\nCMD ["/app"]',
          'server/go.mod': module,
          'server/main.go':
            'package main\n\nimport "net/http"\n\nfunc main() { http.Post("https://api.shop.io", "", nil) }\n',
        },
        'docker/Dockerfile',
      ),
    ).toEqual(['evident', 'server/main.go:5 calls http.Post']));
  test('a binary of the release tool', async () =>
    expect(
      await need({
        ...main('http.Get("https://api.shop.io")'),
        Dockerfile: 'FROM scratch\nCOPY app /\nENTRYPOINT ["/app"]',
      }),
    ).toEqual(['evident', 'cmd/app/main.go:8 calls http.Get']));
  test('source that is elsewhere', async () => {
    expect(await need({ Dockerfile: 'FROM busybox\nCOPY tool /bin/tool\nCMD ["tool"]' })).toEqual(['unasked']);
    expect(
      await need({
        Dockerfile:
          'FROM golang AS b\nRUN go install example.org/x/tool@latest\nFROM scratch\nCOPY --from=b /go/bin/tool /tool\nCMD ["/tool"]',
      }),
    ).toEqual(['unasked']);
    expect(await need({ Dockerfile: 'FROM scratch\nCOPY --from=ghcr.io/x/tool /tool /tool\nCMD ["/tool"]' })).toEqual([
      'unasked',
    ]);
  });
  test('source that is mounted, not copied', async () =>
    expect(
      await need({
        ...main('http.Get("https://api.shop.io")'),
        Dockerfile: `FROM golang:1.25 AS build\nWORKDIR /src\nRUN --mount=target=. xx-go build -o /out/app ./cmd/app\nFROM scratch\n${run}`,
      }),
    ).toEqual(['evident', 'cmd/app/main.go:8 calls http.Get']));
  test('behind an entry script', async () => {
    const files = main('http.Get("https://api.shop.io")');
    const text = `${build}FROM debian:12-slim\nCOPY entry.sh /\nCOPY --from=build /out/app /usr/bin/app\nENTRYPOINT ["/entry.sh"]\n`;
    expect(await need({ ...files, Dockerfile: `${text}CMD ["app"]` })).toEqual([
      'evident',
      'cmd/app/main.go:8 calls http.Get',
    ]);
    expect(await need({ ...files, Dockerfile: text })).toEqual([undefined]);
  });
  test('files that are handed out', async () => {
    expect(await need({ Dockerfile: `${build}FROM scratch\nCOPY --from=build /out/app /app` })).toEqual(['export']);
    expect(
      await need({ Dockerfile: 'FROM scratch\nCOPY plugin.wasm /plugin.wasm\nENTRYPOINT ["/plugin.wasm"]' }),
    ).toEqual(['export']);
  });
  test('runtimes with their own roots', async () => {
    expect(await need({ Dockerfile: 'FROM node:22-slim\nCOPY . .\nCMD ["npm", "start"]' })).toEqual(['builtin']);
    expect(
      await need({ Dockerfile: 'FROM node:22-slim\nCOPY . .\nENTRYPOINT ["dumb-init", "--"]\nCMD node server.js' }),
    ).toEqual(['builtin']);
    expect(
      await need({ Dockerfile: 'FROM node:22-slim\nENV NODE_OPTIONS=--use-openssl-ca\nCMD ["node", "x.js"]' }),
    ).toEqual([undefined]);
    expect(await need({ Dockerfile: 'FROM denoland/deno:2.0.0\nCMD ["deno", "run", "x.ts"]' })).toEqual(['builtin']);
  });
  test('what a package of the distribution starts is not asked about', async () =>
    expect(
      await need({
        Dockerfile:
          'FROM debian:12\nRUN apt-get update && apt-get install -y --no-install-recommends nginx-light\nCMD ["nginx"]',
      }),
    ).toEqual([undefined]));
  test('a start command that names a public host', async () =>
    expect(
      await need({ Dockerfile: 'FROM busybox\nCOPY curl /bin/curl\nCMD ["curl", "https://api.github.com/zen"]' }),
    ).toEqual(['evident', 'Dockerfile:3 connects to https://api.github.com']));
  test('fixtures are not asked', async () =>
    expect(
      await need({ 'testdata/Dockerfile': 'FROM scratch\nCOPY tool /tool\nCMD ["/tool"]' }, 'testdata/Dockerfile'),
    ).toEqual([undefined]));
});

describe('any input', () => {
  const piece = fc.constantFrom(
    'FROM scratch\n',
    'FROM golang AS b\n',
    'FROM $X\n',
    'RUN ',
    'apt-get install ',
    'curl ',
    '-o ',
    '$',
    '${A:-',
    '}',
    'COPY --from=b ',
    'COPY ',
    '/ ',
    '/etc/ssl ',
    '. ',
    '../../',
    '"',
    "'",
    '\n',
    '\\\n',
    'ENV A=',
    'ARG B\n',
    'CMD ',
    'ENTRYPOINT ["',
    '"]\n',
    '<<EOF ',
    'EOF\n',
    'WORKDIR ',
    '{{',
    '}}',
    '\u0000',
    '* ',
    '[',
    '| sh ',
    '&& ',
    'rm -rf ',
    'tar -C ',
    'go build -o ',
    'apk --root ',
    'ONBUILD ',
    'VOLUME ',
    '1 ',
    '&',
    ';',
    '(',
    ')',
    'HEALTHCHECK ',
  ); // prettier-ignore
  test('never throws, and every span lies in the file', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(piece, fc.string({ maxLength: 4 })), { maxLength: 40 }), async (parts) => {
        const text = parts.join('');
        const { facts } = await extract({ Dockerfile: text, 'go.mod': 'module x', 'main.go': 'package main' });
        for (const { self, spans } of facts) {
          for (const span of [self, ...Object.values(spans)]) {
            expect(span.start).toBeGreaterThanOrEqual(0);
            expect(span.end).toBeLessThanOrEqual(text.length);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});
