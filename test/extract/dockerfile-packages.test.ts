import { describe, expect, test } from '@jest/globals';
import type { Fact, Image } from '../../src/core/fact.ts';
import { imagesOf } from '../../src/extract/image/images.ts';
import { inMemory } from '../support/lint-files.ts';

/** What is said of the bundle in the last stage; `undefined` where that is not known. */
function bundle(text: string, files: Readonly<Record<string, string>> = {}) {
  const { repository } = inMemory({ ...files, Dockerfile: text });
  const source = repository.read('Dockerfile');
  if (!source) throw new Error('no Dockerfile');
  return imagesOf(source, repository).facts.findLast((one): one is Fact<Image> => one.data.kind === 'image')?.data
    .caBundle;
}
const on = (base: string, command: string) => bundle(`FROM ${base}\nRUN ${command}\nCMD ["x"]\n`);

describe('the release decides what comes with a package', () => {
  test.each([
    // python3 recommends media-types or mailcap, and what follows, in Debian and since Ubuntu 24.04.
    ['debian:12', 'python3', 'present'],
    ['ubuntu:22.04', 'python3', 'absent'],
    ['ubuntu:jammy-20240101', 'python3', 'absent'],
    ['ubuntu:24.04', 'python3', 'present'],
    ['ubuntu', 'python3', undefined],
    ['debian:12', 'libpq5', 'absent'],
    ['debian:trixie-slim', 'libpq5', 'present'],
    ['debian:bullseye', 'lsb-release', 'present'],
    ['debian:bookworm', 'lsb-release', 'absent'],
    ['debian:stable', 'lsb-release', undefined],
    ['node:22-bookworm-slim', 'lsb-release', 'absent'],
    ['node:22-slim', 'lsb-release', undefined],
    // A tag that moves is some release of its distribution.
    ['debian', 'at', 'present'],
    ['debian:stable-slim', 'at', 'present'],
    ['debian:sid-20240101', 'at', 'present'],
    ['ubuntu:rolling', 'at', 'absent'],
    ['debian:${V}', 'at', undefined],
    ['node:22-slim', 'at', undefined],
    // A release that is not in the tables counts as one that is not known.
    ['debian:buster', 'lsb-release', undefined],
    ['debian:buster', 'curl', 'present'],
    // The same in every release.
    ['debian', 'git', 'present'],
    ['ubuntu:latest', 'tzdata jq openssl', 'absent'],
    ['debian:${V}', 'openjdk-17-jre-headless', 'present'],
  ])('%s: apt-get install %s: %s', (base, names, expected) =>
    expect(on(base, `apt-get update && apt-get install -y ${names}`)).toBe(expected),
  );
  test.each([
    ['curl', 'absent'],
    ['curl ca-certificates', 'present'],
  ])("minideb's and Kubernetes' own scripts install nothing that is only recommended: %s", (names, expected) => {
    expect(on('bitnami/minideb:bookworm', `install_packages ${names}`)).toBe(expected);
    expect(on('debian:bookworm-slim', `DEBIAN_FRONTEND=noninteractive clean-install ${names}`)).toBe(expected);
  });
  test('what is only recommended stays out everywhere without recommends', () => {
    expect(on('ubuntu', 'apt-get install -y --no-install-recommends python3 lsb-release')).toBe('absent');
  });
  test('a stage has the release of the stage that it builds on', () => {
    const text = 'FROM ubuntu:20.04 AS base\nFROM base\nRUN apt-get install -y python3\nCMD ["x"]';
    expect(bundle(text)).toBe('absent');
  });
  test('a bootstrapped system has its own', () => {
    const into = (suite: string) =>
      bundle(
        `FROM debian:13 AS build\nRUN debootstrap --include=awscli ${suite} /rootfs\nFROM scratch\nCOPY --from=build /rootfs /\nCMD ["x"]`,
      );
    expect(into('bullseye')).toBe('present');
    expect(into('bookworm')).toBe('absent');
    expect(into('$SUITE')).toBeUndefined();
  });
});

describe('how a package is named', () => {
  test.each([
    ['lsb-release=12.0-1', 'absent'],
    ['lsb-release:amd64', 'absent'],
    ['lsb-release:arm64=12.0-1', 'absent'],
    // Of another suite than the image's.
    ['lsb-release/bullseye', undefined],
    ['-t bookworm-backports lsb-release', undefined],
    ['--target-release=bookworm-backports jq', 'absent'],
    ['jq/stable-backports', 'absent'],
    ['curl/bookworm', 'present'],
    ['ca-certificates/bookworm', 'present'],
    ['g++', 'absent'],
    ['jq+', 'absent'],
    // Taken away, not installed.
    ['tzdata curl-', 'absent'],
    ['curl ca-certificates-', undefined],
    ['./tool.deb', undefined],
    ['/tmp/tool.deb', undefined],
    ['tool.deb', undefined],
    ['lib.*', undefined],
    ["'libssl*'", undefined],
    ['lamp-server^', undefined],
    ['libc-dev', 'absent'],
  ])('apt-get install %s: %s', (names, expected) =>
    expect(on('debian:12', `apt-get install -y ${names}`)).toBe(expected),
  );
});

describe('what else apt is asked for', () => {
  test.each([
    ['apt-get build-dep -y curl', undefined],
    ['apt-get satisfy -y "curl (>= 7)"', undefined],
    ['apt-get install -y --download-only curl', 'absent'],
    ['apt-get install -s curl', 'absent'],
    ['apt-get install -y --only-upgrade curl ca-certificates', 'absent'],
    ['apt-get install -y --install-suggests openssl', undefined],
    ['apt-get install -y -o=APT::Install-Recommends=0 curl', 'absent'],
    ['apt-get install -y --option APT::Install-Suggests=true openssl', undefined],
    ['apt-get upgrade -y', 'absent'],
  ])('%s: %s', (command, expected) => expect(on('debian:12', command)).toBe(expected));
  test('a package that is there already recommends nothing any more', () => {
    expect(
      on('debian:12', 'apt-get install -y --no-install-recommends libcurl4 && apt-get install -y curl'),
    ).toBeUndefined();
    expect(on('debian:12', 'apt-get install -y --no-install-recommends curl && apt-get install -y git')).toBe(
      'present',
    );
    expect(on('debian:12', 'apt-get install -y --no-install-recommends jq && apt-get install -y curl')).toBe('present');
  });
});

describe('packages of others', () => {
  const added = 'echo "deb https://deb.nodesource.com/node_22.x nodistro main" > /etc/apt/sources.list.d/node.list';
  test.each([
    [
      'what a source that was added holds may depend on it',
      `${added} && apt-get install -y --no-install-recommends nodejs`,
      undefined,
    ],
    ['nor is it known of others', `${added} && apt-get install -y jq`, undefined],
    ['what brings it still does', `${added} && apt-get install -y ca-certificates`, 'present'],
    [
      'another mirror has the same',
      "sed -i 's/deb.debian.org/mirror.example/' /etc/apt/sources.list && apt-get install -y jq",
      'absent',
    ],
    ['reading the list changes nothing', 'cat /etc/apt/sources.list && apt-get install -y jq', 'absent'],
  ])('%s', (_what, command, expected) => expect(on('debian:12', command)).toBe(expected));
  test('a list that is copied in', () => {
    const text = 'FROM debian:12\nCOPY vendor.list /etc/apt/sources.list.d/\nRUN apt-get install -y jq\nCMD ["x"]';
    expect(bundle(text)).toBeUndefined();
  });
  test('an image whose vendor has sources of its own may have newer packages than its release', () => {
    expect(on('postgres:16-bookworm', 'apt-get install -y libpq-dev')).toBeUndefined();
    expect(on('postgres:16-bookworm', 'apt-get install -y jq')).toBe('absent');
  });
});

test.each([
  ['alpine:3.20', 'apk add --no-cache nobody-knows'],
  ['registry.access.redhat.com/ubi9', 'dnf install -y nobody-knows'],
  ['registry.access.redhat.com/ubi9-minimal', 'microdnf install -y nobody-knows'],
  ['amazonlinux:2023', 'yum install -y nobody-knows'],
  ['opensuse/leap:15.6', 'zypper install -y nobody-knows'],
  ['archlinux', 'pacman -S --noconfirm nobody-knows'],
  ['mcr.microsoft.com/azurelinux/base/core:3.0', 'tdnf install -y nobody-knows'],
  ['golang:1.25', 'apt-get install -y nobody-knows'],
])('%s has a bundle, whatever is installed', (base, command) => expect(on(base, command)).toBe('present'));
