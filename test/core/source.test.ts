import { describe, expect, test } from '@jest/globals';
import { nestedSource, spanOf } from '../../src/core/source.ts';

const outer = { path: 'f', text: 'x: |\n  ab\n  cd\n' };

describe('spans of nested sources', () => {
  const nested = nestedSource(outer, 'ab\ncd\n', [
    { inner: { start: 0, end: 3 }, outer: { start: 7, end: 10 } },
    { inner: { start: 3, end: 6 }, outer: { start: 12, end: 15 } },
  ]);

  test('map to the outer file', () => {
    expect(spanOf(nested, 3, 5)).toEqual({ file: 'f', start: 12, end: 14 });
    expect(spanOf(nested, 0, 2)).toEqual({ file: 'f', start: 7, end: 9 });
  });

  test('across segments they cover what lies between', () => {
    expect(spanOf(nested, 1, 4)).toEqual({ file: 'f', start: 8, end: 13 });
  });

  test('through two levels', () => {
    const inner = nestedSource(nested, 'd', [{ inner: { start: 0, end: 1 }, outer: { start: 4, end: 5 } }]);
    expect(spanOf(inner, 0, 1)).toEqual({ file: 'f', start: 13, end: 14 });
  });

  test('stretched text maps in proportion, and covers the whole for the whole', () => {
    const base64 = nestedSource({ path: 'f', text: 'YWJjZGVm' }, 'abcdef', [
      { inner: { start: 0, end: 6 }, outer: { start: 0, end: 8 } },
    ]);
    expect(spanOf(base64, 0, 6)).toEqual({ file: 'f', start: 0, end: 8 });
    expect(spanOf(base64, 3, 6)).toEqual({ file: 'f', start: 4, end: 8 });
  });
});
