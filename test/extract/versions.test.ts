import { describe, expect, test } from '@jest/globals';
import { compareVersions, isSince, versionsFrom } from '../../src/extract/versions.ts';

const products = [{ name: 'nginx', stable: '1.30.0', images: ['nginx', 'nginxinc/nginx-unprivileged'] }];
const source = (path: string, text: string) => ({ path, text });

describe('the version that a default is judged by', () => {
  test('what the configuration says wins', () => {
    const versions = versionsFrom([source('Dockerfile', 'FROM nginx:1.25')], products, { nginx: '1.22.1' });
    expect(versions('nginx', 'nginx.conf')).toEqual({
      version: '1.22.1',
      reason: 'nginx 1.22.1 (versions in the configuration)',
      guessed: false,
    });
  });

  test('then the image tag that stands nearest', () => {
    const sources = [
      source('a/Dockerfile', 'ARG X\nFROM docker.io/library/nginx:1.25-alpine\n'),
      source('b/compose.yaml', 'services:\n  web:\n    image: "nginx:1.22.1"\n'),
    ];
    const versions = versionsFrom(sources, products, {});
    expect(versions('nginx', 'a/conf/nginx.conf').reason).toBe('nginx 1.25 (image tag in a/Dockerfile:2)');
    expect(versions('nginx', 'b/nginx.conf').reason).toBe('nginx 1.22.1 (image tag in b/compose.yaml:3)');
    expect(versions('nginx', 'c/nginx.conf')).toEqual({
      version: '1.25',
      reason: 'nginx 1.25, the newest of several image tags in the repository',
      guessed: true,
    });
  });

  test('else the newest stable release, as a guess', () => {
    expect(versionsFrom([], products, {})('nginx', 'nginx.conf')).toMatchObject({ version: '1.30.0', guessed: true });
    expect(versionsFrom([source('D', 'FROM nginx-exporter:1.2')], products, {})('nginx', 'f').guessed).toBe(true);
  });

  test.each([
    ['FROM nginx:1', '1'],
    ['FROM nginx:1-alpine', '1'],
    ['image: nginx:1.27-bookworm', '1.27'],
  ])('%s', (text, version) => {
    const found = versionsFrom([source('Dockerfile', text)], products, {});
    expect(found('nginx', 'nginx.conf')).toMatchObject({ version, guessed: false });
  });

  test.each([
    ['1.27', '1.27.3', true],
    ['1', '1.27.3', true],
    ['1.26', '1.27.3', false],
    ['1.27.3', '1.27', true],
    ['16', '13', true],
  ])('%s is at least %s: %s', (version, since, expected) => {
    expect(isSince({ version }, since)).toBe(expected);
  });

  test('versions compare by number', () => {
    expect(['1.10', '1.9.3', '1.9'].sort(compareVersions)).toEqual(['1.9', '1.9.3', '1.10']);
  });
});
