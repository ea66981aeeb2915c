import { describe, expect, test } from '@jest/globals';
import { coverage } from '../../src/link/hosts.ts';

describe('the names of a certificate', () => {
  test.each([
    ['shop.example.com', 'shop.example.com', true],
    ['Shop.Example.com.', 'shop.example.COM', true],
    ['*.example.com', 'shop.example.com', true],
    ['*.example.com', 'example.com', false],
    ['*.example.com', 'a.shop.example.com', false],
    ['*.example.com', '*.example.com', true],
    ['*.example.com', '*.shop.example.com', false],
    ['example.com', 'shop.example.com', false],
    ['192.0.2.1', '192.0.2.1', true],
    ['*', 'localhost', false],
  ])('%s for %s: %s', (name, host, good) => {
    expect(coverage([name])(host)).toBe(good);
    expect(coverage(['other.example.org', name])(host)).toBe(good);
  });

  test('no name is good for nothing', () => {
    expect(coverage([])('example.com')).toBe(false);
  });
});
