import { describe, expect, test } from '@jest/globals';
import { readRule } from '../../src/judge/load.ts';

const complete = (changes: Readonly<Record<string, string>> = {}): string => {
  const lines = {
    id: 'old-protocol',
    title: 'Old',
    severity: 'error',
    fact: 'listener',
    at: 'protocols',
    origin: 'written',
    when: '{ required: [protocols], properties: { protocols: { contains: { belowProtocol: policy } } } }',
    message: '"{subject} accepts {matched}"',
    why: 'It hurts.',
    remedy: 'Drop it.',
    sources: '[RFC 8996]',
    bad: '[{ technology: nginx, note: n, file: nginx.conf, text: "a  # finding" }]',
    good: '[{ technology: nginx, note: n, file: nginx.conf, text: "" }]',
    ...changes,
  };
  return Object.entries(lines)
    .map(([key, value]) => `${key}: ${value}\n`)
    .join('');
};
const problems = (text: string): readonly string[] =>
  readRule({ path: 'rules/x.yaml', text }).problems.map(({ line, column, message }) => `${line}:${column} ${message}`);

describe('a rule file', () => {
  test('is read, its examples without their markers', () => {
    const { rule } = readRule({ path: 'rules/x.yaml', text: complete() });
    expect(rule?.bad).toEqual([
      { technology: 'nginx', note: 'n', files: { 'nginx.conf': 'a' }, expected: [{ path: 'nginx.conf', line: 1 }] },
    ]);
  });

  test.each([
    ['no YAML', '{', /^\d+:\d+ /],
    ['an unknown key', complete({ colour: 'red' }), /^14:1 colour: unknown key "colour"/],
    [
      'a severity that does not exist',
      complete({ severity: 'fatal' }),
      /^3:\d+ severity: must be one of \["error","warning","note"\]/,
    ],
    ['a keyword that conditions do not have', complete({ when: '{ $ref: x }' }), /^7:\d+ when.\$ref: unknown key/],
    [
      'a field that the kind lacks',
      complete({ when: '{ required: [protocol] }' }),
      /^7:\d+ .*no such field: "protocol"/,
    ],
    [
      'a field read without being required',
      complete({ when: '{ properties: { protocols: { minItems: 1 } } }' }),
      /^7:\d+ .*read but not required: add "protocols" to required/,
    ],
    [
      'a field required only inside not',
      complete({ when: '{ not: { required: [tls] } }' }),
      /^7:\d+ .*"tls" is required only inside "not"/,
    ],
  ])('with %s is refused at its place', (_name, text, expected) => {
    const found = problems(text);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(expected);
  });
});
