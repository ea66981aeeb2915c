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
    ['ghcr.io/astral-sh/uv:0.12.5', 'absent', undefined],
    ['ghcr.io/astral-sh/uv:python3.13-bookworm-slim', 'present', 'apt'],
    ['ghcr.io/astral-sh/uv:0.9-bookworm-slim', 'absent', 'apt'],
    ['ghcr.io/astral-sh/uv:debian', 'present', 'apt'],
    ['ghcr.io/astral-sh/uv:\u0000', 'unknown', undefined],
    ['bitnami/minideb:bookworm', 'absent', 'apt'],
    ['bitnami/minideb:buster', 'absent', 'apt'],
    ['nats:2.12', 'absent', undefined],
    ['nats:2.12-alpine3.22', 'present', 'apk'],
    ['composer/composer:2-bin', 'absent', undefined],
    ['sapmachine:21', 'absent', 'apt'],
    ['sapmachine:11.0.2', 'unknown', undefined],
    ['azul/zulu-openjdk:21-jre-headless', 'present', 'apt'],
    ['azul/zulu-openjdk:11.0.11', 'unknown', undefined],
    ['maven:3.9-amazoncorretto-21-debian', 'unknown', 'apt'],
    ['maven:3.9-eclipse-temurin-21', 'present', undefined],
    ['swift:6.1-slim', 'present', 'apt'],
    ['hexpm/elixir:1.20.1-erlang-28.4-debian-bullseye-20260610-slim', 'present', 'apt'],
    ['hexpm/elixir:1.14.0-erlang-25.0-debian-bullseye-20220801-slim', 'unknown', 'apt'],
    ['redis:3.0.5', 'present', 'apt'],
    ['redis:3.0', 'unknown', 'apt'],
    ['postgres:11.3', 'unknown', 'apt'],
    ['postgres:11', 'absent', 'apt'],
    ['nginx:1.13.2', 'unknown', 'apt'],
    ['nginx:1.27', 'present', 'apt'],
    ['httpd:2.4.49', 'unknown', 'apt'],
    ['haproxy:2.2.5', 'unknown', 'apt'],
    ['haproxy:2.2.5-alpine', 'present', 'apk'],
    ['mysql:8.0-debian', 'unknown', 'apt'],
    ['mysql:8.4', 'present', 'microdnf'],
    ['node:12.13-slim', 'unknown', 'apt'],
    ['node:12.22-slim', 'absent', 'apt'],
    ['registry:2', 'present', 'apk'],
    ['restic/restic:\u0000', 'present', 'apk'],
    ['docker.elastic.co/elasticsearch/elasticsearch:8.19.1', 'present', undefined],
    ['fluent/fluentd:v1.16-debian-1', 'present', 'apt'],
    ['registry.ci.openshift.org/ocp/builder:rhel-9-golang-1.25-openshift-4.22', 'present', 'dnf'],
  ])('%s: %s, %s', (reference, caBundle, packageManager) => {
    const image = baseImage(reference);
    expect([image.caBundle, image.packageManager]).toEqual([caBundle, packageManager]);
  });

  test.each([
    // A digest alone, or a version that only the build knows, is not taken for a release that ended long ago.
    ['alpine@sha256:abc', 'present'],
    ['alpine:\u0000', 'present'],
    ['alpine:3.5', 'absent'],
    ['busybox@sha256:abc', 'absent'],
    ['node@sha256:abc', 'unknown'],
    ['node:\u0000-slim', 'absent'],
    ['debian:\u0000', 'absent'],
  ])('%j: %s', (reference, caBundle) => expect(baseImage(reference).caBundle).toBe(caBundle));

  test.each([
    // The same image under another name.
    ['library/debian:12', 'absent'],
    ['public.ecr.aws/docker/library/debian:12', 'absent'],
    ['mirror.gcr.io/library/debian:12', 'absent'],
    ['docker.mirror.hashicorp.services/alpine:3.22', 'present'],
    ['gitlab.example.com/group/dependency_proxy/containers/debian:12', 'absent'],
    ['gitlab.example.com:443/group/dependency_proxy/containers/library/alpine:3.22', 'present'],
    // A registry of one's own may hold an image that somebody rebuilt with a bundle.
    ['artifactory.example.com/docker-hub/library/debian:12', 'unknown'],
    ['artifactory.example.com/docker-hub/library/alpine:3.22', 'present'],
    ['harbor.example.com/proxy/library/golang:1.25', 'present'],
    ['\u0000/library/debian:12', 'unknown'],
    ['\u0000/library/golang:1.25', 'present'],
    ['\u0000python:3.12-slim', 'present'],
    ['registry.access.redhat.com/\u0000/ubi-minimal', 'present'],
  ])('%j: %s', (reference, caBundle) => expect(baseImage(reference).caBundle).toBe(caBundle));
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
    ['debian:latest', 'debian'],
    ['debian:stable-slim', 'debian'],
    ['debian', 'debian'],
    ['debian:sid', 'debian'],
    ['ubuntu:rolling', 'ubuntu'],
    ['registry.example/team/debian-tools:latest', undefined],
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
