import { describe, expect, test } from '@jest/globals';
import { parseYaml } from '../../src/formats/yaml.ts';
import { keyOf, lookUp, scalar, spanInScalar, spanOfNode, text, type YamlNode } from '../../src/formats/yaml-tree.ts';

const chart = 'charts/x/templates/a.yaml';
const parse = (content: string, path = chart) => parseYaml({ path, text: content });

/** The tree as JSON: `?` for the unknown, `…` where a template may add more. */
function outline(node: YamlNode): unknown {
  if (node.kind === 'unknown') return '?';
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'sequence') return [...node.items.map(outline), ...(node.open ? ['…'] : [])];
  const pairs = node.entries.map(
    ({ key, value }) => [key.value.startsWith('\0') ? '?' : key.value, outline(value)] as const,
  );
  return { ...Object.fromEntries(pairs), ...(node.open ? { '…': '…' } : {}) };
}

const read = (content: string, path?: string): unknown => {
  const { documents, diagnostics } = parse(content, path);
  expect(diagnostics).toEqual([]);
  return outline(documents[0] ?? { kind: 'unknown', source: { path: '', text: '' }, range: { start: 0, end: 0 } });
};

describe('templates', () => {
  test.each<[name: string, content: string, expected: unknown]>([
    ['a guard around all of it', '{{- if .x }}\nspec:\n  a: 1\n{{- end }}\n', { spec: { a: '1' } }],
    ['a guard around an entry', 'a: 1\n{{- if .x }}\nb: 2\n{{- end }}\n', { a: '1', b: '2', '…': '…' }],
    ['a guard around a value', 'a:\n{{- if .x }}\n  b: 1\n{{- end }}\nc: 1\n', { a: { b: '1', '…': '…' }, c: '1' }],
    [
      'a guard leaves what is around its mapping alone',
      'a:\n  b: 1\n  {{ if .x }}\n  c: 2\n  {{ end }}\nd: 1\n',
      { a: { b: '1', c: '2', '…': '…' }, d: '1' },
    ],
    ['a guard around an item', 'l:\n  - a\n  {{- if .x }}\n  - b\n  {{- end }}\n', { l: ['a', 'b', '…'] }],
    ['repeated items', 'l:\n{{- range .x }}\n  - {{ . }}\n{{- end }}\n', { l: ['?', '…'] }],
    ['entries filled in', 'm:\n  {{- toYaml .x | nindent 2 }}\n  a: 1\nb: 1\n', { m: { a: '1', '…': '…' }, b: '1' }],
    [
      'entries filled in below',
      'm:\n  a: 1\n  {{- toYaml .x | nindent 2 }}\nb: 1\n',
      { m: { a: '1', '…': '…' }, b: '1' },
    ],
    [
      'entries filled in from the first column',
      'm:\n  n:\n{{ toYaml .x | indent 4 }}\n  b: 1\n',
      { m: { n: '?', b: '1' } },
    ],
    [
      'entries filled in at an unknown depth',
      'm:\n  n:\n    a: 1\n    {{- include "x" . }}\n',
      { m: { n: { a: '1', '…': '…' }, '…': '…' }, '…': '…' },
    ],
    ['a whole value filled in', 'm:\n  {{- toYaml .x | nindent 2 }}\nb: 1\n', { m: '?', b: '1' }],
    ['a value filled in beside its key', 'm: {{- toYaml .x | nindent 2 }}\nb: 1\n', { m: '?', b: '1' }],
    [
      'a value begun beside its key',
      'm: {{- include "x" . | nindent 2 }}\n  a: 1\nb: 1\n',
      { m: { a: '1', '…': '…' }, b: '1' },
    ],
    [
      'a value begun beside its key without a word of depth',
      'm: {{ include "x" . }}\n  a: 1\n',
      { m: { a: '1', '…': '…' } },
    ],
    ['a value right after its colon', 'm:{{ .x }}\nb: 1\n', { m: '?', b: '1' }],
    [
      'an item begun after its dash',
      'l:\n  - {{- toYaml . | nindent 4 }}\n    a: 1\n  - {{ .y }}\n',
      { l: [{ a: '1', '…': '…' }, '?'] },
    ],
    [
      'a condition within a value',
      'a: {{ if .x }}true{{ else }}false{{ end }}\nb: x{{ if .y }}-y{{ end }}\n',
      { a: '?', b: '?' },
    ],
    ['a condition around one line', 'a: 1\n{{ if .x }}b: 2{{ end }}\n', { a: '1', b: '2', '…': '…' }],
    ['a line that ends a condition', '{{ if .x }}\na: 1\nb: 2 {{- end }}\n', { a: '1', b: '2' }],
    ['a key made by a template', '{{ .k }}: 1\nb: 2\n', { '?': '1', b: '2', '…': '…' }],
    ['an action over several lines', 'a: {{ include "x" (dict\n  "k" "v: w"\n) }}\nb: 1\n', { a: '?', b: '1' }],
    ['quotes within quotes', 'a: "{{ .x | default "q" }}"\nb: \'{{ .y }}\'\nc: d\n', { a: '?', b: '?', c: 'd' }],
    ['braces in the strings of an action', 'a: {{ "}}" }}\nb: {{ `{{ x }}` }}\nc: d\n', { a: '?', b: '?', c: 'd' }],
    ['a repeated item in brackets', 'a: [{{ range .x }}"{{ . }}",{{ end }}]\n', { a: ['?', '?', '…'] }],
    ['comments', '{{- /* a:\nb */}}\n# {{ .x }}\na: 1 # {{ .y }}\n', { a: '1' }],
    ['assignments', '{{- $x := 1 -}}\na: 1\n{{- $y = 2 }}\nb: 2\n', { a: '1', b: '2' }],
  ])('%s', (_name, content, expected) => {
    expect(read(content)).toEqual(expected);
  });

  test('both branches are kept; what they disagree on is unknown', () => {
    const [document] = parse('{{ if .x }}\na: 1\nb: 1\n{{ else }}\na: 1\nb: 2\n{{ end }}\nc: 1\n').documents;
    if (!document) throw new Error('no document');
    expect(['a', 'b', 'c', 'd'].map((key) => lookUp(document, key).state)).toEqual([
      'present',
      'unknown',
      'present',
      'unknown',
    ]);
  });

  test('of branches that do not fit together the first is read', () => {
    const content = 'a:\n{{- if .x }}\n  b:\n    c: 1\n{{- else }}\n     b: 1\n   d: 2\n{{- end }}\ne: 1\n';
    expect(read(content)).toEqual({ a: { b: { c: '1' }, '…': '…' }, e: '1' });
  });

  test('Jinja', () => {
    const content = 'a: {{ x }}\n{% if y %}\nb: 1\n{% endif %}\nc:\n{% for i in l %}\n  - {{ i }}\n{% endfor %}\n';
    expect(read(content, 'roles/x/files/a.yml.j2')).toEqual({ a: '?', b: '1', c: ['?', '…'], '…': '…' });
  });

  test('a document of its own that is filled in', () => {
    const { documents } = parse('a: 1\n---\n{{ include "x" . }}\n---\nb: 1\n');
    expect(documents.map(outline)).toEqual([{ a: '1' }, '?', { b: '1' }]);
  });

  test('a template that is no YAML says so', () => {
    const { diagnostics, documents } = parse('a: {{ .x }}\nb: 1\nc: d: e\n---\nf: 1\n');
    expect(diagnostics.map(({ message, span }) => [message, span.start])).toEqual([
      [
        'this template is not valid YAML without its actions: expected no colon here: quote the value, or line the key up with the ones above it; the rest of this document was not read',
        21,
      ],
    ]);
    expect(documents.map(outline)).toEqual([{ a: '?', b: '1', '…': '…' }, { f: '1' }]);
  });
});

describe('block scalars of templates', () => {
  test.each<[name: string, content: string, expected: unknown]>([
    [
      'keep their actions',
      'data:\n  a: |\n    x {\n    {{- if .y }}\n    y {{ .z }};\n{{- end }}\n    }\n  b: 1\n',
      { data: { a: 'x {\n{{- if .y }}\ny {{ .z }};\n{{- end }}\n}\n', b: '1' } },
    ],
    [
      'end before an action that closes what is around them',
      'data:\n  {{- if .x }}\n  a: |\n    x\n  {{- end }}\n  b: 1\n',
      { data: { a: 'x\n', b: '1', '…': '…' } },
    ],
    [
      'end after an action that closes what is in them',
      'a: |\n  x\n  {{ if .x }}\n  y\n  {{ end }}\nb: 1\n',
      { a: 'x\n{{ if .x }}\ny\n{{ end }}\n', b: '1' },
    ],
    [
      'end after what is filled in as deep as they are',
      'm:\n  a: |\n    x\n    {{- toYaml .y | nindent 4 }}\n  {{- toYaml .z | nindent 2 }}\n',
      { m: { a: 'x\n{{- toYaml .y | nindent 4 }}\n', '…': '…' } },
    ],
    [
      'are unknown when all of it is filled in',
      'a: |-\n  {{- .x | nindent 2 }}\nb: | {{- .y | nindent 2 }}\nc: |\n{{ .z | indent 2 }}\nd: 1\n',
      { a: '?', b: '?', c: '?', d: '1' },
    ],
  ])('%s', (_name, content, expected) => {
    expect(read(content)).toEqual(expected);
  });

  test('their letters have places', () => {
    const content = 'a: |\n    x\n{{- if .x }}\n    y\n{{- end }}\n';
    const node = scalar(parse(content).documents[0], 'a');
    if (!node) throw new Error('no scalar');
    for (let at = 0; at < node.value.length; at++) {
      const { start, end } = spanInScalar(node, at, at + 1);
      expect(content.slice(start, end)).toBe(node.value[at]);
    }
  });
});

describe('what is a template', () => {
  test.each([
    [
      'quoted text of a Prometheus rule',
      'd: "{{ $labels.a }} is\n  {{ $value }}"\ne: |\n  {{ x }}\n',
      'rules.yaml',
      false,
    ],
    ['a comment', 'a: 1 # {{ x }}\n# {{ y }}\n', 'a.yaml', false],
    ['flow mappings', 'a: {b: {c: d}}\n', 'templates/a.yaml', false],
    ['a private use character', 'a: \uE000\n', 'a.yaml', false],
    ['a bare value', 'a: {{ x }}\n', 'a.yaml', true],
    ['a bare value within text', 'a: b {{ x }} c\n', 'a.yaml', true],
    ['a line', 'a: 1\n{% if x %}\nb: 1\n{% endif %}\n', 'a.yaml', true],
    ['an expression of GitHub', 'a: ${{ x }}\n', '.github/workflows/a.yml', true],
    ['its place', 'a: "{{ x }}"\n', 'charts/x/templates/a.yaml', true],
    ['its name', 'a: "{{ x }}"\n', 'a.yaml.tpl', true],
    ['a cookiecutter', 'a: "{{ cookiecutter.x }}"\n', '{{cookiecutter.x}}/a.yaml', true],
  ])('%s', (_name, content, path, templated) => {
    const file = parse(content, path);
    expect([file.templated, file.diagnostics]).toEqual([templated, []]);
  });

  test('text inside a scalar is judged by itself', () => {
    const content = 'data:\n  a.yaml: |\n    b: {{ x }}\n    c: 1\n';
    const outer = parse(content, 'a.yaml');
    expect([outer.templated, text(outer.documents[0], 'data', 'a.yaml')]).toEqual([false, 'b: {{ x }}\nc: 1\n']);
  });
});

test('places in a template are those of the file', () => {
  const content = '{{- if .x }}\nkind: Ingress\nmetadata:\n  name: {{ .n }}\n{{- end }}\n';
  const [document] = parse(content).documents;
  const slice = (node: YamlNode | undefined): string | undefined => {
    if (!node) return undefined;
    const { start, end } = spanOfNode(node);
    return content.slice(start, end);
  };
  const name = document && lookUp(document, 'metadata', 'name');
  expect([slice(scalar(document, 'kind')), slice(keyOf(document, 'metadata'))]).toEqual(['Ingress', 'metadata']);
  expect(name?.state === 'unknown' && slice(name.node)).toBe('{{ .n }}');
});
