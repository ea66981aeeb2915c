import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { documentsOf } from '../../src/extract/kubernetes/documents.ts';
import { spanOfNode, type YamlNode } from '../../src/formats/yaml-tree.ts';
import { inMemory } from '../support/lint-files.ts';

const chart = 'apiVersion: v2\nname: web\nversion: 1.0.0\n';
const template = 'web/templates/a.yaml';

function documents(text: string, values: string | undefined, others: Readonly<Record<string, string>> = {}) {
  const files = { 'web/Chart.yaml': chart, ...(values !== undefined && { 'web/values.yaml': values }), ...others };
  return documentsOf({ path: template, text }, inMemory(files).repository);
}

function outline(node: YamlNode | undefined): unknown {
  if (!node || node.kind === 'unknown') return '?';
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'sequence') return node.items.map(outline);
  return Object.fromEntries(node.entries.map(({ key, value }) => [key.value, outline(value)]));
}

const resolved = (text: string, values: string | undefined, others?: Readonly<Record<string, string>>): unknown =>
  outline(documents(text, values, others).documents[0]);

describe('what the values of a chart decide', () => {
  test.each<[name: string, text: string, values: string, expected: unknown]>([
    ['a scalar', 'a: {{ .Values.x.y }}\n', 'x: { y: 1.2 }', { a: '1.2' }],
    ['from inside quotes', 'a: "{{ .Values.x }}"\n', 'x: "b: c"', { a: 'b: c' }],
    ['with text around it', 'a: "{{ .Values.x }}.example.com"\n', 'x: shop', { a: 'shop.example.com' }],
    ['the root variable', '{{ range .Values.l }}\na: {{ $.Values.x }}\n{{ end }}\n', 'x: 1\nl: [1]', { a: '1' }],
    ['a field in parentheses', 'a: {{ (.Values.x).y }}\n', 'x: { y: z }', { a: 'z' }],
    ['through functions', 'a: {{ .Values.x | upper | trim | quote }}\n', 'x: " b "', { a: 'B' }],
    ['a number', 'a: {{ int .Values.x }}\n', 'x: "443"', { a: '443' }],
    ['what default puts there', 'a: {{ default "b" .Values.x }}\n', 'x: ""', { a: 'b' }],
    ['what default leaves', 'a: {{ .Values.x | default "b" }}\n', 'x: c', { a: 'c' }],
    ['the first that is not empty', 'a: {{ coalesce .Values.x .Values.y }}\n', 'y: c', { a: 'c' }],
    ['one of two', 'a: {{ ternary "b" "c" .Values.x }}\n', 'x: true', { a: 'b' }],
    ['the dot of with', '{{ with .Values.x }}\na: {{ .y }}\n{{ end }}\n', 'x: { y: z }', { a: 'z' }],
    ['a boolean of YAML 1.1', 'a: {{ .Values.x }}\n', 'x: yes', { a: 'true' }],
    ['a number that loses its zeros', 'a: {{ .Values.x }}\n', 'x: 1.0', { a: '1' }],
  ])('%s', (_name, text, values, expected) => {
    expect(resolved(text, values)).toEqual(expected);
  });
});

describe('what they do not decide', () => {
  test.each<[name: string, text: string, values: string]>([
    ['a value that is there to be filled in', 'a: {{ .Values.x }}\n', 'x: ""'],
    ['a value that nobody wrote', 'a: {{ .Values.x }}\n', 'y: 1'],
    ['a mapping', 'a: {{ .Values.x }}\n', 'x: { y: 1 }'],
    ['what stands in a loop', '{{ range .Values.l }}\na: {{ .Values.x }}\n{{ end }}\n', 'x: 1\nl: [1]'],
    ['what another template makes', 'a: {{ include "x" . }}\n', 'x: 1'],
    ['a value that is a template', 'a: {{ tpl .Values.x . }}\n', 'x: b'],
    ['what is in the cluster', 'a: {{ lookup "v1" "Secret" "a" .Values.x }}\n', 'x: b'],
    ['a method that only sounds like a function', 'a: {{ .Values.x | toString | constructor }}\n', 'x: b'],
    ['a plain text that YAML would read otherwise', 'a: {{ .Values.x }}\n', 'x: "b: c"'],
    ['a large number, which is written with an exponent', 'a: {{ .Values.x }}\n', 'x: 10000000'],
    ['a switch that leaves TLS off', 'a: {{ .Values.tls.enabled }}\n', 'tls:\n  enabled: false'],
    ['a switch that takes TLS away', 'a: {{ .Values.global.tlsDisable }}\n', 'global:\n  tlsDisable: true'],
    ['one of two alternatives', 'a:\n{{ if .Values.y }}\n  {{ .Values.x }}\n{{ end }}\n', 'x: 1\ny: true'],
    ['placeholders in what is not built', '{{ if .Values.on }}\na: {{ .Values.x }}\n{{ end }}\n', 'x: 1\non: false'],
    ['a named template', '{{ define "x" }}\na: {{ .Values.x }}\n{{ end }}\n', 'x: 1'],
  ])('%s', (_name, text, values) => {
    expect(resolved(text, values)).toEqual({ a: '?' });
  });

  test('without values, nothing', () => {
    expect(resolved('a: {{ .Values.x | default "b" }}\n', undefined)).toEqual({ a: '?' });
  });

  test('values of a chart that it depends on', () => {
    const others = { 'web/Chart.yaml': `${chart}dependencies: [{ name: api, version: 1.0.0 }]\n` };
    expect(resolved('a: {{ .Values.api.x | default "b" }}\n', 'y: 1', others)).toEqual({ a: '?' });
  });

  test('what a condition that is false by default adds', () => {
    const text =
      'a: 1\n{{ if and .Values.x (not .Values.y) }}\nb: 2\n{{ else }}\nc: 3\n{{ end }}\nl:\n  {{ if .Values.x }}\n  - 1\n  {{ end }}\n  - 2\n';
    expect(resolved(text, 'x: false\ny: false')).toEqual({ a: '1', b: '?', c: '3', l: ['?', '2'] });
    expect(resolved(text, 'x: true\ny: false')).toEqual({ a: '1', b: '2', c: '?', l: ['1', '2'] });
  });
});

describe('other files of values', () => {
  const text = 'a: {{ .Values.x }}\n{{ if .Values.y.on }}\nb: 2\n{{ end }}\n';
  const values = 'x: 1\ny: { on: false, z: 3 }\n';

  test.each<[name: string, others: Readonly<Record<string, string>>, expected: unknown]>([
    ['one that changes nothing', { 'web/values-test.yaml': 'y: { z: 4 }\n' }, { a: '1', b: '?' }],
    ['one that replaces a value', { 'web/environments/test/values.yaml': 'x: 2\n' }, { a: '?', b: '?' }],
    ['one that asks for more', { 'web/production-values.yaml': 'y: { on: true }\n' }, { a: '1', b: '2' }],
    ['one of a chart inside', { 'web/charts/api/values.yaml': 'x: 2\n' }, { a: '1', b: '?' }],
    ['one that the chart is tried out with', { 'web/ci/test-values.yaml': 'x: 2\n' }, { a: '1', b: '?' }],
  ])('%s', (_name, others, expected) => {
    expect(resolved(text, values, others)).toEqual(expected);
  });
});

describe('places', () => {
  test('a value of the values stands there; a name, and a text that is put together, in the template', () => {
    const text = 'metadata:\n  name: {{ .Values.x }}\nkey: {{ .Values.x }}\nurl: https://{{ .Values.x }}/\n';
    const [document] = documents(text, 'x: shop\n').documents;
    const places = ['name', 'key', 'url'].map((key) => {
      const found = document?.kind === 'mapping' ? document.entries : [];
      const inner = found.flatMap((entry) => (entry.value.kind === 'mapping' ? entry.value.entries : [entry]));
      const node = inner.find((entry) => entry.key.value === key)?.value;
      return node && spanOfNode(node);
    });
    expect(places).toEqual([
      { file: template, start: 18, end: 33 },
      { file: 'web/values.yaml', start: 3, end: 7 },
      { file: template, start: 60, end: 84 },
    ]);
  });
});

const expressions = fc.array(
  fc.constantFrom(
    '.Values.x',
    '$.Values.l',
    '.y',
    '.',
    '$',
    '(',
    ')',
    '|',
    '"s"',
    '`r`',
    '12',
    'quote',
    'default',
    'and',
    'not',
    'eq',
    'ternary',
    'include',
    'nil',
    'true',
    '%',
  ),
  { maxLength: 12 },
);
const lines = fc.oneof(
  expressions.map((words) => `a: {{ ${words.join(' ')} }}\n`),
  expressions.map((words) => `{{- if ${words.join(' ')} }}\n`),
  expressions.map((words) => `{{- with ${words.join(' ')} }}\n`),
  fc.constantFrom(
    '{{- else }}\n',
    '{{- end }}\n',
    '{{ range .Values.l }}\n',
    'b:\n  c: 1\n',
    '- d\n',
    '{{ define "x" }}\n',
  ),
);

/** What was known is the same, or is known no more because nobody asked for it. */
function agrees(before: YamlNode, after: YamlNode | undefined): boolean {
  if (!after || before.kind === 'unknown' || after.kind === 'unknown') return after !== undefined;
  if (before.kind === 'scalar') return after.kind === 'scalar' && after.value === before.value;
  if (before.kind === 'sequence')
    return after.kind === 'sequence' && before.items.every((item, index) => agrees(item, after.items[index]));
  return (
    after.kind === 'mapping' &&
    before.entries.every(({ key, value }, index) => {
      const entry = after.entries[index];
      return entry?.key.value === key.value && agrees(value, entry.value);
    })
  );
}

test('any template is resolved without throwing, and no value that is known changes', () => {
  const values = 'x: &x { y: z, n: 1 }\nl: [a, *x]\n';
  fc.assert(
    fc.property(fc.array(lines, { maxLength: 12 }), (parts) => {
      const text = parts.join('');
      const plain = documentsOf({ path: 'other/templates/a.yaml', text }, inMemory({}).repository).documents;
      const found = documents(text, values).documents;
      expect(found).toHaveLength(plain.length);
      expect(plain.every((node, index) => agrees(node, found[index]))).toBe(true);
    }),
    { numRuns: 400 },
  );
});
