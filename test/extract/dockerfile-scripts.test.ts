import { describe, expect, test } from '@jest/globals';
import type { Fact, Image } from '../../src/core/fact.ts';
import { dockerfile } from '../../src/extract/dockerfile.ts';
import { inMemory } from '../support/lint-files.ts';

const isImage = (fact: Fact): fact is Fact<Image> => fact.data.kind === 'image';

/** The verdict on the last stage; `undefined` where it cannot be known. */
async function bundle(files: Readonly<Record<string, string>>, path = 'Dockerfile') {
  const { repository } = inMemory(files);
  const source = repository.read(path);
  if (!source) throw new Error(`no ${path}`);
  const { facts } = await dockerfile.extract({ sources: [source], repository }, () => ({
    version: '0',
    reason: '',
    guessed: true,
  }));
  return facts.filter(isImage).at(-1)?.data.caBundle;
}

const installs = '#!/bin/sh\nset -e\napt-get update\napt-get install -y --no-install-recommends ca-certificates\n';
const none = '#!/bin/sh\nset -e\nmkdir -p /srv/app\nchmod 755 /srv/app\n';
const debian = (...lines: readonly string[]): string => `FROM debian:12-slim\n${lines.join('\n')}\n`;

describe('a script of the repository that a RUN starts', () => {
  test.each([
    ['by its path', ['COPY setup.sh /tmp/', 'RUN /tmp/setup.sh']],
    ['in the working folder', ['WORKDIR /src', 'COPY setup.sh .', 'RUN ./setup.sh && rm setup.sh']],
    ['by a shell', ['COPY setup.sh /tmp/setup.sh', 'RUN bash -x /tmp/setup.sh']],
    ['in exec form', ['COPY setup.sh /tmp/setup.sh', 'RUN ["/bin/bash", "/tmp/setup.sh"]']],
    ['by its name', ['COPY setup.sh /usr/local/bin/setup', 'RUN setup']],
    ['read by the shell itself', ['COPY setup.sh /tmp/', 'RUN . /tmp/setup.sh']],
    ['mounted', ['RUN --mount=type=bind,source=setup.sh,target=/setup.sh sh /setup.sh']],
    ['in a mounted folder', ['RUN --mount=target=/build /build/setup.sh']],
    ['in a copied folder', ['COPY . /src', 'RUN cd /src && ./setup.sh']],
    ['by a pattern', ['COPY *.sh /build/', 'RUN /build/setup.sh']],
    ['beside a pattern for other files', ['COPY setup.sh out* /build/', 'RUN /build/setup.sh']],
    ['through a stage', ['COPY setup.sh /setup.sh', 'FROM debian:12-slim', 'COPY --from=0 /setup.sh /a', 'RUN sh /a']],
    ['by another script', ['COPY . /src', 'RUN /src/outer.sh']],
  ])('%s', async (_how, lines) => {
    const outer = '#!/bin/bash\nset -e\nHERE="$( cd "$(dirname "${BASH_SOURCE[0]}")" && pwd )"\n"$HERE/setup.sh"\n';
    const files = { Dockerfile: debian(...lines), 'outer.sh': outer };
    expect(await bundle({ ...files, 'setup.sh': installs })).toBe('present');
    expect(await bundle({ ...files, 'setup.sh': none })).toBe('absent');
  });
  test('in a here-document of the Dockerfile', async () => {
    const text = debian('COPY <<EOF /setup.sh', 'apt-get install -y ca-certificates', 'EOF', 'RUN sh /setup.sh');
    expect(await bundle({ Dockerfile: text })).toBe('present');
  });
  test('a context in a folder above the Dockerfile', async () => {
    const files = { 'docker/app/Dockerfile': debian('COPY docker/setup.sh /', 'RUN /setup.sh') };
    expect(await bundle({ ...files, 'docker/setup.sh': none }, 'docker/app/Dockerfile')).toBe('absent');
  });
  test.each([
    ['is not committed', {}, ['COPY setup.sh /', 'RUN /setup.sh']],
    [
      'is written over',
      { 'setup.sh': none },
      ['COPY setup.sh /', 'RUN curl -o /setup.sh https://a.io/x && sh /setup.sh'],
    ],
    ['is edited', { 'setup.sh': none }, ['COPY setup.sh /', "RUN sed -i 's/a/b/' /setup.sh && sh /setup.sh"]],
    ['is written by a redirection', { 'setup.sh': none }, ['COPY setup.sh /', 'RUN cat x > setup.sh; sh /setup.sh']],
    [
      'is of another language',
      { 'setup.sh': '#!/usr/bin/env python3\nprint(1)\n' },
      ['COPY setup.sh /', 'RUN /setup.sh'],
    ],
    [
      'is one of two',
      { 'setup.sh': installs, 'a/setup.sh': none },
      ['COPY setup.sh /', 'RUN /setup.sh'],
      'a/Dockerfile',
    ],
    ['starts itself without end', { 'setup.sh': 'sh /setup.sh\n' }, ['COPY setup.sh /', 'RUN sh /setup.sh']],
  ])('%s: not known', async (_how, files, lines, path = 'Dockerfile') => {
    expect(await bundle({ ...files, [path]: debian(...lines) }, path)).toBe(undefined);
  });
});

describe('what runs in a script', () => {
  const verdict = (script: string, run = 'sh /setup.sh') =>
    bundle({ Dockerfile: debian('COPY setup.sh /', `RUN ${run}`), 'setup.sh': script });
  const install = 'apt-get install -y --no-install-recommends ca-certificates';

  test.each([
    ['arguments', `apt-get install -y --no-install-recommends "$@"`, 'sh /setup.sh ca-certificates', 'present'],
    ['one argument', 'apt-get install -y --no-install-recommends ${1}', 'sh /setup.sh jq', 'absent'],
    ['an argument behind another', `shift\napt-get install -y $1`, 'sh /setup.sh x ca-certificates', 'present'],
    ['a default', `PACKAGE=\${1:-ca-certificates}\napt-get install -y $PACKAGE`, 'sh /setup.sh', 'present'],
    ['a variable of the caller', 'apt-get install -y $PACKAGE', 'PACKAGE=ca-certificates sh /setup.sh', 'present'],
    ['an exported one', 'apt-get install -y $P', 'export P=ca-certificates && sh /setup.sh', 'present'],
    ['one that is not exported', 'apt-get install -y $P', 'P=ca-certificates; sh /setup.sh', undefined],
    [
      'an array',
      `P=(\n  curl # to fetch\n  ca-certificates\n)\napt-get install -y "\${P[@]}"`,
      'bash /setup.sh',
      'present',
    ],
    ['a function', `get() {\n  apt-get install -y "$1"\n}\nget ca-certificates`, 'sh /setup.sh', 'present'],
    ['a function that nobody calls', `get() {\n  ${install}\n}\necho`, 'sh /setup.sh', 'absent'],
    [
      'a function that calls itself',
      `log() {\n  [ -n "$1" ] || log x\n  echo "$1"\n}\nlog a\n${install}`,
      'sh /setup.sh',
      'present',
    ],
    [
      'words in comments and texts',
      `# if this is done\necho waiting for it; echo "while; done"\n${install}`,
      'sh /setup.sh',
      'present',
    ],
    ['a branch', `if [ -f /x ]; then\n  ${install}\nfi`, 'sh /setup.sh', undefined],
    ['a branch behind echo done', `echo done\nif [ -f /x ]; then\n  ${install}\nfi`, 'sh /setup.sh', undefined],
    ['a case', `case "$1" in\n  a) ${install} ;;\nesac`, 'sh /setup.sh', undefined],
    ['a question', `command -v apk && ${install}\necho`, 'sh /setup.sh', undefined],
    ['a line that goes on', `test -f /x ||\n  ${install}`, 'sh /setup.sh', undefined],
    ['an early end', `[ -f /x ] && exit 0\n${install}`, 'sh /setup.sh', undefined],
    ['an early failure', `[ -f /x ] && exit 1\n${install}`, 'sh /setup.sh', 'present'],
    ['an end', `exit 0\n${install}`, 'sh /setup.sh', 'absent'],
    ['behind exec', `exec true\n${install}`, 'sh /setup.sh', 'absent'],
    [
      'a redirection in a branch',
      `if [ -f /x ]; then\n  cat a > /etc/ssl/certs/ca-certificates.crt\nfi`,
      'sh /setup.sh',
      undefined,
    ],
  ])('%s', async (_what, script, run, expected) => expect(await verdict(script, run)).toBe(expected));
  test('a script that may fail unnoticed', async () => {
    const copies = `set -e\ncat /missing/a > /srv/a\n${install}\n`;
    expect(await verdict(copies, 'sh /setup.sh')).toBe('present');
    expect(await verdict(copies, 'sh /setup.sh || true')).toBe(undefined);
  });
});

describe('RUN', () => {
  test.each([
    [
      '`|| (…; exit 1)` is no alternative',
      'RUN apt-get install -y ca-certificates && test -n "$A" || (echo "none"; exit 1)',
      'present',
    ],
    ['`|| exit 1` neither', 'RUN apt-get install -y ca-certificates || exit 1; echo', 'present'],
    ['another one is', 'RUN apt-get install -y ca-certificates || (echo "none")', undefined],
    [
      'a subshell has a folder of its own',
      'RUN (cd /etc/ssl && ls); mkdir -p certs && cp /x.crt certs/x.crt',
      'absent',
    ],
    ['text of sh -c in a branch', "RUN if [ -f /x ]; then sh -c 'apt-get install -y ca-certificates'; fi", undefined],
    ['answers for debconf', 'RUN echo "a b" | debconf-set-selections', 'absent'],
    ['a field of a package', 'RUN dpkg-deb --field a.deb', 'absent'],
    ['an unpacked package', 'RUN dpkg-deb --extract a.deb /', undefined],
    ['a program of its own that is called like a tool', 'RUN ./install --all', undefined],
    ['a script with a -c of its own', 'RUN bash /x.sh -c a', undefined],
  ])('%s', async (_what, line, expected) => expect(await bundle({ Dockerfile: debian(line) })).toBe(expected));
  test('a probe names a program', async () => {
    const text = 'FROM scratch\nCOPY probe /\nHEALTHCHECK CMD ["/probe"]\n';
    expect(await bundle({ Dockerfile: text })).toBe('absent');
  });
});

describe('what takes the place of a bundle', () => {
  test('a file of an unknown image, by its name', async () => {
    const copy = (from: string) =>
      `FROM golang:1.25\nCOPY --from=a.io/b:1 ${from} /etc/ssl/certs/ca-certificates.crt\n`;
    expect(await bundle({ Dockerfile: copy('/x') })).toBe(undefined);
    expect(await bundle({ Dockerfile: copy('/etc/ssl/certs/ca-certificates.crt') })).toBe('present');
  });
  test('a file without certificates under a bundle’s name, copied on', async () => {
    const text = `${debian('COPY motd /etc/ssl/certs/ca-certificates.crt')}FROM scratch\nCOPY --from=0 /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/\n`;
    expect(await bundle({ Dockerfile: text, motd: 'hello' })).toBe('absent');
  });
  test('a package that may have brought it, and an installation after it was deleted', async () => {
    const steps = (middle: string) =>
      debian(`RUN apt-get install -y ./own.deb && ${middle}apt-get install -y ca-certificates`);
    expect(await bundle({ Dockerfile: steps('') })).toBe('present');
    expect(await bundle({ Dockerfile: steps('rm -f /etc/ssl/certs/ca-certificates.crt && ') })).toBe(undefined);
  });
});
