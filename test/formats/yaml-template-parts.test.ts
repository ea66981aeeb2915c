import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseYaml } from '../../src/formats/yaml.ts';
import { maskTemplate } from '../../src/formats/yaml-template.ts';
import type { YamlNode } from '../../src/formats/yaml-tree.ts';

const path = 'charts/x/templates/a.yaml';
const parse = (text: string) => parseYaml({ path, text });

/** The trees as JSON: `?` for the unknown, `…` where a template may add more. */
function outline(node: YamlNode): unknown {
  if (node.kind === 'unknown') return '?';
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'sequence') return [...node.items.map(outline), ...(node.open ? ['…'] : [])];
  const pairs = node.entries.map(
    ({ key, value }) => [key.value.startsWith('\0') ? '?' : key.value, outline(value)] as const,
  );
  return { ...Object.fromEntries(pairs), ...(node.open ? { '…': '…' } : {}) };
}

const mappings = (text: string): readonly unknown[] =>
  parse(text)
    .documents.filter(({ kind }) => kind !== 'scalar')
    .map(outline);

describe('named templates', () => {
  test.each<[name: string, content: string, expected: readonly unknown[]]>([
    [
      'before a document',
      '{{- define "x" }}\n- name: a\n{{- end }}\n\napiVersion: v1\nkind: Secret\n',
      [[{ name: 'a' }], { apiVersion: 'v1', kind: 'Secret' }],
    ],
    [
      'one after the other',
      '{{ define "a" }}\na: 1\n{{ end }}\n{{/* b */}}\n{{ define "b" }}\nb: 1\n{{ end }}\n',
      [{ a: '1' }, { b: '1' }],
    ],
    [
      'with conditions of their own',
      '{{- define "a" -}}\na: 1\n{{- if .x }}\nb: 2\n{{- end }}\n{{- end -}}\nc: 1\n',
      [{ a: '1', b: '2', '…': '…' }, { c: '1' }],
    ],
    [
      'that hold text and no mapping',
      '{{- define "name" -}}\n{{ include "full" . }}-api\n{{- end }}\n{{- define "labels" -}}\n{{ include "all" . }}\napp: api\n{{- end }}\n',
      ['?', { app: 'api', '…': '…' }],
    ],
    ['after a document marker', 'a: 1\n---\n{{ define "x" }}\n- 1\n{{ end }}\nb: 2\n', [{ a: '1' }, ['1'], { b: '2' }]],
  ])('%s', (_name, content, expected) => {
    expect(parse(content).diagnostics).toEqual([]);
    expect(mappings(content)).toEqual(expected);
  });
});

describe('parts that do not fit', () => {
  test.each<[name: string, content: string, expected: readonly unknown[]]>([
    [
      'an item deeper than the others',
      'l:\n  - a\n  {{- if .x }}\n    - b: [\n  {{- end }}\nc: 1\n',
      [{ l: ['a', '…'], c: '1', '…': '…' }],
    ],
    [
      'a key less deep than the others',
      'a:\n    b: 1\n  {{- if .x }}\n  c: {{ .y }}\n  {{- end }}\nd: 1\n',
      [{ a: { b: '1', '…': '…' }, d: '1', '…': '…' }],
    ],
  ])('%s', (_name, content, expected) => {
    expect(parse(content).diagnostics).toEqual([]);
    expect(mappings(content)).toEqual(expected);
  });

  test('a whole object is not left out: it is said that it is broken', () => {
    expect(parse('{{- if .x }}\napiVersion: v1\nkind: [\n{{- end }}\n').diagnostics).toHaveLength(1);
  });
});

describe('lines', () => {
  test.each<[name: string, content: string, expected: readonly unknown[]]>([
    [
      'keys that are alternatives',
      'a: 1\n{{ if .s -}} stringData: {{- else -}} data: {{- end }}\n  b: |\n{{ toYaml .c | indent 4 }}\n',
      [{ a: '1', '?': { b: '?' }, '…': '…' }],
    ],
    [
      'a value on lines of its own that the action before it joins',
      'version: {{ if .x -}}\nv2\n{{- else -}}\nv1\n{{- end }}\nkind: Job\n',
      [{ version: '?', kind: 'Job' }],
    ],
    [
      'quotes that the quotes around them escape',
      'a: "{{ printf \\"%s }}\\" .x }}"\nb: {{ .y }}\n',
      [{ a: '?', b: '?' }],
    ],
  ])('%s', (_name, content, expected) => {
    expect(parse(content).diagnostics).toEqual([]);
    expect(mappings(content)).toEqual(expected);
  });
});

const pieces = fc.constantFrom(
  'a: 1',
  'b:',
  '- c',
  '  d: e',
  '    - f: [',
  ' ',
  '\n',
  '\r\n',
  '---\n',
  '"',
  '\\"',
  '|',
  '{{- if .Values.a }}',
  '{{ else if eq .b "c" -}}',
  '{{- else }}',
  '{{ range $k, $v := .Values.l }}',
  '{{ with .Values.m -}}',
  '{{- end }}',
  '{{ define "x" }}',
  '{{/* c */}}',
  '{{ .Values.a | quote }}',
  '{{- toYaml . | nindent 4 }}',
  '{{ $x := 1 }}',
  '{{',
  '}}',
  '{% if x %}',
  '{% endif %}',
);
const texts = fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join(''));

describe('any template', () => {
  test('is masked without moving anything: as long, and where it was text it is that text or blank', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const masked = maskTemplate(text).text;
        expect(masked).toHaveLength(text.length);
        for (const [index, character] of [...masked].entries()) {
          if (/[a-f1]/.test(character)) expect(text[index]).toBe(character);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('is read without throwing, and what is read stands inside it', () => {
    const inside = (node: YamlNode, length: number): boolean =>
      node.range.start >= 0 && node.range.end <= length && node.range.start <= node.range.end;
    fc.assert(
      fc.property(texts, (text) => {
        expect(parse(text).documents.every((node) => inside(node, text.length))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
