import { describe, expect, test } from '@jest/globals';
import { suppressionsIn } from '../../src/judge/suppressions.ts';

const read = (text: string) =>
  suppressionsIn({ path: 'f', text }).map(({ rule, line, until, reason, malformed }) => ({
    rule,
    line,
    until,
    reason,
    malformed,
  }));

describe('suppression comments', () => {
  test('next line, with a reason', () => {
    expect(read('a\n# tlslint-disable-next-line weak-cipher -- old terminals\nb\n')).toEqual([
      { rule: 'weak-cipher', line: 3, until: undefined, reason: 'old terminals', malformed: false },
    ]);
  });

  test('whole file, with a last day', () => {
    expect(read('// tlslint-disable weak-cipher until=2027-01-31 -- old terminals')).toEqual([
      { rule: 'weak-cipher', line: undefined, until: '2027-01-31', reason: 'old terminals', malformed: false },
    ]);
  });

  test('stacked comments cover the same line, over CRLF', () => {
    const text = '  # tlslint-disable-next-line a -- x\r\n  # tlslint-disable-next-line b -- y\r\n\r\ncode\r\n';
    expect(read(text).map(({ rule, line }) => [rule, line])).toEqual([
      ['a', 4],
      ['b', 4],
    ]);
  });

  test('several rules in one comment', () => {
    expect(read('; tlslint-disable a, b -- x').map(({ rule }) => rule)).toEqual(['a', 'b']);
  });

  test('the end of a block comment is not part of the reason', () => {
    expect(read('<!-- tlslint-disable a -- x y -->').map(({ reason }) => reason)).toEqual(['x y']);
    expect(read('/* tlslint-disable a -- x y */').map(({ reason }) => reason)).toEqual(['x y']);
  });

  test('without a rule, or with a date that is none, it is malformed', () => {
    expect(read('# tlslint-disable').map(({ malformed }) => malformed)).toEqual([true]);
    expect(read('# tlslint-disable a until=soon -- x').map(({ malformed }) => malformed)).toEqual([true]);
  });

  test('without a reason', () => {
    expect(read('# tlslint-disable a').map(({ reason, malformed }) => [reason, malformed])).toEqual([['', false]]);
  });

  test('a string, or a word inside a line, is no comment', () => {
    expect(read('note: "# tlslint-disable a -- x"')).toEqual([]);
    expect(read('see tlslint-disable a -- x')).toEqual([]);
    expect(read("echo ' # tlslint-disable a -- x'")).toEqual([]);
  });

  test('after code on the same line it still is one, also behind an apostrophe', () => {
    expect(read("it's: here # tlslint-disable a -- x").map(({ rule }) => rule)).toEqual(['a']);
  });
});
