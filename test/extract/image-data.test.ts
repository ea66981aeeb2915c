import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { load } from 'js-yaml';
import { data as apt } from '../../data/apt-packages-with-roots.yaml';
import { data as bases } from '../../data/base-images.yaml';
import { data as packages } from '../../data/packages-with-roots.yaml';
import { baseImage } from '../../src/extract/image/base-images.ts';
import { releaseOfImage } from '../../src/extract/image/walk/releases.ts';

describe('base images', () => {
  test('an image is called absent only with a source', () => {
    const unfounded = bases.images.filter((image) => image.caBundle === 'absent' && !('source' in image));
    expect(unfounded).toEqual([]);
  });
  test('patterns, tags and path sets can be read', () => {
    for (const { tags = [], paths } of bases.images) {
      for (const tag of tags) expect(() => new RegExp(tag)).not.toThrow();
      if (typeof paths === 'string') expect(Object.keys(bases.pathSets)).toContain(paths);
    }
  });
  test.each([
    ['alpine:3.10', 'present', 'apk'],
    ['mcr.microsoft.com/dotnet/aspnet:9.0-noble-chiseled', 'present', undefined],
    ['cgr.dev/chainguard/static:latest', 'present', 'apk'],
    ['erlang:27-slim', 'absent', 'apt'],
    ['redis:7-bookworm', 'absent', 'apt'],
    ['redis:8', 'unknown', 'apt'],
    ['no.such/image', 'unknown', undefined],
  ])('%s: %s, %s', (reference, caBundle, packageManager) => {
    const image = baseImage(reference);
    expect([image.caBundle, image.packageManager]).toEqual([caBundle, packageManager]);
  });
});

test('no package stands in two lists of its manager', () => {
  const twice = (all: readonly string[]): readonly string[] => all.filter((name, index) => all.indexOf(name) !== index);
  for (const { requires, lacks } of Object.values(packages)) expect(twice([...requires, ...lacks])).toEqual([]);
  const { requires, recommends, varies, lacks, differs } = apt;
  expect(twice([...requires, ...recommends, ...varies, ...lacks, ...differs.flatMap(({ names }) => names)])).toEqual(
    [],
  );
});

test('an answer is given for releases that are listed, and once', () => {
  for (const { requires = [], recommends = [], varies = [], lacks = [] } of apt.differs) {
    const named = [...requires, ...recommends, ...varies, ...lacks];
    expect(named.filter((release) => !apt.releases.includes(release))).toEqual([]);
    expect(new Set(named).size).toBe(named.length);
  }
});

describe('the release of a base image', () => {
  test.each([
    ['debian:12', 'debian-12'],
    ['debian:12.5-slim', 'debian-12'],
    ['docker.io/library/debian:bookworm-20240101-slim@sha256:abc', 'debian-12'],
    ['ubuntu:22.04', 'ubuntu-22.04'],
    ['public.ecr.aws/ubuntu/ubuntu:24.04_stable', 'ubuntu-24.04'],
    ['public.ecr.aws/docker/library/ubuntu:noble', 'ubuntu-24.04'],
    ['python:3.12-slim-bookworm', 'debian-12'],
    ['node:20-bullseye', 'debian-11'],
    ['golang:1.25-trixie', 'debian-13'],
    ['nvidia/cuda:12.4.1-base-ubuntu22.04', 'ubuntu-22.04'],
    ['bitnami/redis:7.2.4-debian-12-r3', 'debian-12'],
    ['debian:stretch', 'debian-9'],
    ['debian:latest', undefined],
    ['debian:stable-slim', undefined],
    ['debian', undefined],
    ['debian:sid', undefined],
    ['python:3.12-slim', undefined],
    ['node:12', undefined],
    ['debian:\u0000', undefined],
    ['ubuntu:22.0\u0000', undefined],
    ['debian:bookworm-\u0000', 'debian-12'],
    ['debian@sha256:abc', undefined],
  ])('%j: %s', (reference, release) => expect(releaseOfImage(reference)).toBe(release));
});

test('the names of commands are text, not YAML booleans', () => {
  const { harmless } = load(readFileSync('data/image-commands.yaml', 'utf8')) as {
    readonly harmless: readonly unknown[];
  };
  expect(harmless.filter((name) => typeof name !== 'string')).toEqual([]);
});
