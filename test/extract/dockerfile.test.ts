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
  ])('%s', (path) => expect(claims(path)).toBe(true));
  test.each([
    'Dockerfile.dockerignore',
    'Dockerfile.md',
    'vendor/x/Dockerfile',
    'src/Dockerfile.test.ts',
    'docker-compose.yml',
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
    ['FROM alpine:${V}', undefined],
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
    ['update-ca-certificates || true', undefined],
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
    ['COPY --from=build /etc/ssl/certs/ca-cert* /etc/ssl/certs/', undefined],
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
    expect(await bundle({ Dockerfile: text, 'rootfs/etc/ssl/certs/own.crt': 'x' })).toBe(undefined);
  });
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
  test('a base that runs triggers', async () =>
    expect(await bundle('FROM debian AS base\nONBUILD RUN ./setup.sh\nFROM base\nCMD ["x"]')).toBe(undefined));
  test('a bundle that is mounted where the image runs', async () =>
    expect(
      await bundle({
        Dockerfile: 'FROM scratch\nCOPY app /app\nCMD ["/app"]',
        'deploy/app.yaml': 'volumeMounts:\n  - name: ca\n    mountPath: /etc/ssl/certs\n',
      }),
    ).toBe(undefined));
  test('an argument that a caller sets', async () =>
    expect(
      await bundle({
        Dockerfile: 'ARG BASE=ubuntu\nFROM ${BASE}\nCOPY app /app\nCMD ["/app"]',
        Makefile: 'image:\n\tdocker build --build-arg BASE=alpine .\n',
      }),
    ).toBe(undefined));
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
    expect(await need(main('http.Get(url)'))).toEqual(['evident', 'cmd/app/main.go:8 calls http.Get']));
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
          'server/main.go': 'package main\n\nimport "net/http"\n\nfunc main() { http.Post(u, "", nil) }\n',
        },
        'docker/Dockerfile',
      ),
    ).toEqual(['evident', 'server/main.go:5 calls http.Post']));
  test('a binary of the release tool', async () =>
    expect(
      await need({ ...main('http.Get(url)'), Dockerfile: 'FROM scratch\nCOPY app /\nENTRYPOINT ["/app"]' }),
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
        ...main('http.Get(url)'),
        Dockerfile: `FROM golang:1.25 AS build\nWORKDIR /src\nRUN --mount=target=. xx-go build -o /out/app ./cmd/app\nFROM scratch\n${run}`,
      }),
    ).toEqual(['evident', 'cmd/app/main.go:8 calls http.Get']));
  test('behind an entry script', async () => {
    const files = main('http.Get(url)');
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
  test('time grows with the text', async () => {
    const steps = 'RUN apt-get install -y curl && cp a b && rm -rf /x\nCOPY --from=0 /a /b\nENV A=1\n'.repeat(400);
    const started = performance.now();
    await extract({ Dockerfile: `FROM debian\n${steps}${'FROM scratch AS x\nCOPY --from=0 / /\n'.repeat(200)}` });
    expect(performance.now() - started).toBeLessThan(3000);
  });
});
