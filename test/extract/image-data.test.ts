import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { load } from 'js-yaml';
import { data as bases } from '../../data/base-images.yaml';
import { data as packages } from '../../data/packages-with-roots.yaml';
import { baseImage } from '../../src/extract/image/base-images.ts';

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
  for (const { requires, recommends, varies, lacks } of Object.values(packages)) {
    const all = [...requires, ...recommends, ...varies, ...lacks];
    expect(all.filter((name, index) => all.indexOf(name) !== index)).toEqual([]);
  }
});

test('the names of commands are text, not YAML booleans', () => {
  const { harmless } = load(readFileSync('data/image-commands.yaml', 'utf8')) as {
    readonly harmless: readonly unknown[];
  };
  expect(harmless.filter((name) => typeof name !== 'string')).toEqual([]);
});
