import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import { load } from 'js-yaml';
import { parseConfigFile } from '../../src/config/config-file.ts';
import { problemText } from '../../src/config/problem.ts';

const parse = (text: string) => parseConfigFile({ path: '.tlslint.yml', text });
const problemsOf = (text: string): readonly string[] => parse(text).problems.map(problemText);

describe('a configuration file', () => {
  test('is read with everything that it may say', () => {
    const { config, problems } = parse(`
extends: [mozilla-modern, ./base.yml]
policy: pci-dss-4
rules:
  unmonitored-expiry: off
  "plaintext-http": error
ignore: [vendor/, "*.old"]
overrides:
  - files: test/
    rules: { committed-private-key: note }
rule-folders: ./tls-rules
versions:
  nginx: 1.10
`);
    expect(problems).toEqual([]);
    const rule = (value: string, line: number, column: number) => ({
      value,
      place: { path: '.tlslint.yml', line, column },
    });
    expect(config).toEqual({
      path: '.tlslint.yml',
      extends: [
        { value: { policy: 'mozilla-modern' }, place: { path: '.tlslint.yml', line: 2, column: 11 } },
        { value: { file: './base.yml' }, place: { path: '.tlslint.yml', line: 2, column: 27 } },
      ],
      policy: 'pci-dss-4',
      rules: [
        { rule: rule('unmonitored-expiry', 5, 3), severity: 'off' },
        { rule: rule('plaintext-http', 6, 4), severity: 'error' },
      ],
      ignore: ['vendor/', '*.old'],
      overrides: [{ files: ['test/'], rules: [{ rule: rule('committed-private-key', 10, 14), severity: 'note' }] }],
      ruleFolders: [rule('./tls-rules', 11, 15)],
      versions: [{ product: rule('nginx', 13, 3), version: '1.10' }],
    });
  });

  test('may be empty, or have its lines commented out', () => {
    expect(problemsOf('')).toEqual([]);
    expect(problemsOf('rules:\n#  x: off\nextends:\n')).toEqual([]);
  });

  test('points at each mistake, says what to write, and keeps the rest', () => {
    const { config, problems } = parse(`rulez: {}
policy: mozilla-moderne
extends: base
ignore: {a: b}
rules:
  weak-cipher: fatal
  plaintext-http: of
  expired-certificate: note
overrides:
  - file: x
  - files: [a]
    rules: [b]
versions: { nginx: v1.2 }
`);
    expect(problems.map(problemText)).toEqual([
      '.tlslint.yml:1:1 unknown key "rulez" in the configuration; did you mean "rules"?',
      '.tlslint.yml:3:10 unknown policy "base" (known: mozilla-intermediate, mozilla-modern, pci-dss-4, nist-800-52r2, bsi-tr-02102-2); a file starts with "./" or ends in ".yml"',
      '.tlslint.yml:2:9 unknown policy "mozilla-moderne"; did you mean "mozilla-modern"? (known: mozilla-intermediate, mozilla-modern, pci-dss-4, nist-800-52r2, bsi-tr-02102-2)',
      '.tlslint.yml:6:16 the severity of "weak-cipher" must be off, note, warning or error, not "fatal"',
      '.tlslint.yml:7:19 the severity of "plaintext-http" must be off, note, warning or error; did you mean "off"?',
      '.tlslint.yml:4:9 "ignore", where it is no list, must be text',
      '.tlslint.yml:10:5 unknown key "file" in an override; did you mean "files"?',
      '.tlslint.yml:10:5 an override needs "files": the patterns of the paths that it is for',
      '.tlslint.yml:10:5 an override needs "rules": rule ids and their severities',
      '.tlslint.yml:12:12 "rules" must be a mapping of "key: value" lines',
      '.tlslint.yml:13:20 the version of "nginx" must be a dotted number such as 1.24.0, not "v1.2"',
    ]);
    expect(config.rules.map(({ rule }) => rule.value)).toEqual(['expired-certificate']);
  });

  test('a key given twice, a second document and a template are mistakes', () => {
    expect(problemsOf('rules: {a: off}\npolicy: pci-dss-4\nrules: {b: off}\n')).toEqual([
      '.tlslint.yml:3:1 "rules" is given twice; keep one',
    ]);
    expect(problemsOf('policy: pci-dss-4\n---\nrules: {}\n')).toEqual([
      '.tlslint.yml:3:1 a configuration file is one YAML document; remove the "---" and what follows it',
    ]);
    expect(problemsOf('policy: {{ .Values.policy }}\n')).toEqual([
      '.tlslint.yml:1:9 "policy" must be text; templates are not evaluated here',
    ]);
  });

  test('broken YAML is a mistake with its place', () => {
    const [problem] = parse('rules:\n  a: "open\n').problems;
    expect(problem).toMatchObject({ path: '.tlslint.yml' });
  });
});

describe('the schema for editors says the same as the reader', () => {
  const validate = new Ajv({ allowUnionTypes: true }).compile(
    JSON.parse(readFileSync('schemas/config.schema.json', 'utf8')),
  );
  const good = [
    '{}', 'extends: mozilla-modern', 'extends: ./x', 'extends: ../x/y', 'extends: conf/base.YML', 'extends: [a.yaml, /etc/b]', 'extends:',
    'policy: bsi-tr-02102-2', 'policy:', 'rules:', 'rules: {a: off, b: note, c: warning, d: error}', 'ignore: a', 'ignore: [a, b]', 'ignore:',
    'overrides: []', 'overrides: [{files: a, rules: {b: off}}]', 'overrides: [{files: [a, b], rules: {}}]', 'overrides:', 'rule-folders: x',
    'rule-folders: [x, y]', 'versions: {nginx: 1.24.0, envoy: 1.30, istio: 2}', 'versions:', '$schema: https://example.com',
  ]; // biome-ignore format: a list
  const bad = [
    '[]', 'text', 'unknown: 1', 'extends: mozilla', 'extends: [mozilla-modern, x]', 'extends: {a: b}', 'policy: x', 'policy: [pci-dss-4]', 'rules: []',
    'rules: {a: critical}', 'rules: {a: }', 'rules: {a: [error]}', 'ignore: {a: b}', 'ignore: [[a]]', 'overrides: {}', 'overrides: [a]',
    'overrides: [{files: a}]', 'overrides: [{rules: {a: off}}]', 'overrides: [{files: a, rules: {b: x}}]', 'overrides: [{files: a, rules: {}, x: 1}]',
    'rule-folders: {}', 'versions: []', 'versions: {nginx: v1}', 'versions: {nginx: latest}', 'versions: {nginx: {a: b}}', "ignore: ['']",
  ]; // biome-ignore format: a list

  test.each(good)('accepted: %s', (text) => {
    expect({ schema: validate(load(text)), reader: problemsOf(text) }).toEqual({ schema: true, reader: [] });
  });

  test.each(bad)('refused: %s', (text) => {
    expect({ schema: validate(load(text)), reader: problemsOf(text).length > 0 }).toEqual({
      schema: false,
      reader: true,
    });
  });
});
