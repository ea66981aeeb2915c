import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { loadAll } from 'js-yaml';
import { parseYaml } from '../../src/formats/yaml.ts';
import {
  boolean,
  get,
  items,
  keyOf,
  lookUp,
  scalar,
  sourceOfScalar,
  spanInScalar,
  spanOfNode,
  text,
  type YamlNode,
} from '../../src/formats/yaml-tree.ts';

const parse = (content: string, path = 'a.yaml') => parseYaml({ path, text: content });
const root = (content: string, path?: string): YamlNode => {
  const [document] = parse(content, path).documents;
  if (!document) throw new Error('no document');
  return document;
};
const slice = (content: string, node: YamlNode | undefined): string | undefined => {
  if (!node) return undefined;
  const { start, end } = spanOfNode(node);
  return content.slice(start, end);
};

describe('YAML with places', () => {
  const content =
    "# c\na: plain\nb: \"quo\\u0074ed\"\nc: 'it''s'\nd: [x, {y: z}]\ne: |\n  one\n   two\nf: >-\n  fo\n  ld\ng:\nh: &x {k: v}\ni: *x\n";

  test.each([
    ['a', 'plain', 'plain'],
    ['b', 'quoted', 'quo\\u0074ed'],
    ['c', "it's", "it''s"],
    ['e', 'one\n two\n', '  one\n   two\n'],
    ['f', 'fo ld', '  fo\n  ld\n'],
    ['g', '', ''],
  ])('%s is %j, written %j', (key, value, written) => {
    const node = get(root(content), key) ?? get(root(content));
    if (key === 'g') return expect(lookUp(root(content), key).state).toBe('absent');
    expect(text(node)).toBe(value);
    expect(slice(content, node)).toBe(written);
  });

  test('collections end where they end', () => {
    const list = get(root(content), 'd');
    expect(list && content.slice(list.range.start, list.range.end)).toBe('[x, {y: z}]');
    expect(items(list).map((item) => content.slice(item.range.start, item.range.end))).toEqual(['x', '{y: z}']);
  });

  test('an alias is the node that it names', () => {
    const document = root(content);
    expect(get(document, 'i') === get(document, 'h')).toBe(true);
  });

  test('keys have places too', () => {
    expect(slice(content, keyOf(root(content), 'd'))).toBe('d');
  });

  test('merge keys: own entries win', () => {
    const merged = root('base: &b {x: 1, y: 2}\nuse:\n  <<: *b\n  y: 3\n');
    expect([text(merged, 'use', 'x'), text(merged, 'use', 'y')]).toEqual(['1', '3']);
  });

  test('booleans of both YAML versions, null, numbers as written', () => {
    const node = root('a: yes\nb: "false"\nc: ~\nd: 1.10\n');
    expect([boolean(get(node, 'a')), boolean(get(node, 'b')), lookUp(node, 'c').state, text(node, 'd')]).toEqual([
      true,
      false,
      'absent',
      '1.10',
    ]);
  });

  test('several documents, CRLF, a BOM', () => {
    const crlf = '\uFEFFa: 1\r\n---\r\nb: |\r\n  x\r\n  y\r\n---\r\nc: "é😀" # z\r\n';
    const { documents } = parse(crlf);
    expect(documents.map((document) => text(document, 'a') ?? text(document, 'b') ?? text(document, 'c'))).toEqual([
      '1',
      'x\ny\n',
      'é😀',
    ]);
    expect(slice(crlf, scalar(documents[2], 'c'))).toBe('é😀');
  });

  test('JSON, with tabs, and several objects in a row', () => {
    expect(text(root('{\n\t"a": {"b": "c"}\n}', 'x.json'), 'a', 'b')).toBe('c');
    const rows = '{"a": 1}\n{"a": 2}\n';
    const { documents } = parse(rows, 'x.json');
    expect(documents.map((document) => text(document, 'a'))).toEqual(['1', '2']);
    expect(slice(rows, scalar(documents[1], 'a'))).toBe('2');
  });

  test('an alias bomb costs nothing', () => {
    const lines = ['a0: &a0 [x, x]', ...Array.from({ length: 60 }, (_, n) => `a${n + 1}: &a${n + 1} [*a${n}, *a${n}]`)];
    expect(parse(lines.join('\n')).documents).toHaveLength(1);
  });
});

describe('broken YAML', () => {
  test('one broken document hides neither its beginning nor the others', () => {
    const { documents, diagnostics } = parse('a: 1\nb: [\n---\nc: 2\n---\nd: "x\n');
    expect(documents.map((document) => text(document, 'a') ?? text(document, 'c'))).toContain('2');
    expect(documents.some((document) => text(document, 'a') === '1')).toBe(true);
    expect(diagnostics).toHaveLength(2);
    expect(diagnostics[0]?.code).toBe('parse-error');
  });

  test('nesting without end is refused, not followed', () => {
    expect(parse('['.repeat(5000)).diagnostics).toHaveLength(1);
  });

  test('no text makes it throw', () => {
    const pieces = fc.constantFrom(
      'a: ',
      '- ',
      '{{ .x }}',
      '{{- if y }}\n',
      '{{ end }}\n',
      '\n',
      '  ',
      '"',
      "'",
      '|\n',
      '>-\n',
      '&a ',
      '*a',
      '---\n',
      '[',
      '}',
      '# c\n',
      '\t',
      '{% if %}',
      '!t ',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces, { maxLength: 30 }).map((parts) => parts.join('')),
        ),
        fc.constantFrom('a.yaml', 'templates/a.yaml', 'a.json'),
        (content, path) => {
          for (const document of parse(content, path).documents)
            expect(document.range.end).toBeLessThanOrEqual(content.length);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('templates', () => {
  const chart = [
    '{{- if .Values.ingress.enabled -}}',
    'apiVersion: networking.k8s.io/v1',
    'kind: Ingress',
    'metadata:',
    '  name: {{ include "x.fullname" . }}',
    '  annotations:',
    '    {{- toYaml .Values.annotations | nindent 4 }}',
    'spec:',
    '  {{- if .Values.tls }}',
    '  tls:',
    '    - hosts: [a]',
    '  {{- end }}',
    '  rules:',
    '    - host: "{{ .Values.host | default "x" }}"',
    '      snippet: |',
    '        ssl_protocols TLSv1;',
    '        {{- if .x }}',
    '        ssl_ciphers {{ .y }};',
    '        {{- end }}',
    '{{- end }}',
  ].join('\n');

  test('a chart template is a tree with unknown parts', () => {
    const { documents, diagnostics, templated } = parse(chart, 'charts/x/templates/ingress.yaml');
    expect([diagnostics, templated, documents.length]).toEqual([[], true, 1]);
    const [document] = documents;
    if (!document) throw new Error('no document');
    expect(lookUp(document, 'metadata', 'name').state).toBe('unknown');
    expect(lookUp(document, 'metadata', 'annotations').state).toBe('unknown');
    expect(
      text(items(document, 'spec', 'tls')[0], 'hosts') ?? text(items(items(document, 'spec', 'tls')[0], 'hosts')[0]),
    ).toBe('a');
    expect(lookUp(document, 'spec', 'ingressClassName').state).toBe('unknown');
    expect(items(document, 'spec', 'rules').map((rule) => lookUp(rule, 'host').state)).toEqual(['unknown']);
    expect(text(items(document, 'spec', 'rules')[0], 'snippet')).toContain('ssl_ciphers {{ .y }};');
  });

  test('a block that a template begins goes on with what is written', () => {
    const labels =
      'a:\n  labels: {{- include "x" . | nindent 4 }}\n    own: 1\n  strategy:{{ toYaml .s | nindent 4 }}\n  next: 2 {{- end }}\n';
    const node = root(labels, 'templates/a.yaml');
    expect([
      text(node, 'a', 'labels', 'own'),
      lookUp(node, 'a', 'labels', 'other').state,
      lookUp(node, 'a', 'strategy').state,
      text(node, 'a', 'next'),
    ]).toEqual(['1', 'unknown', 'unknown', '2']);
  });

  test('places are those of the file', () => {
    const kind = scalar(root(chart, 'templates/ingress.yaml'), 'kind');
    expect(slice(chart, kind)).toBe('Ingress');
  });

  test('a placeholder is unknown, shell text is not', () => {
    const node = root('a: ${VAR}\nb: x-${VAR:-1}\nc: echo ${VAR}\nd: $(HOST)\ne: "#{X}#"\nf: |\n  ${VAR}\ng: $VAR\n');
    expect(['a', 'b', 'c', 'd', 'e', 'f', 'g'].filter((key) => lookUp(node, key).state === 'unknown')).toEqual([
      'a',
      'b',
      'd',
      'e',
    ]);
  });

  test('quoted braces of a Prometheus rule are text', () => {
    const rule = 'annotations:\n  summary: "{{ $labels.instance }}"\n  text: |\n    {{ $value }}\n';
    expect([parse(rule).templated, text(root(rule), 'annotations', 'summary')]).toEqual([
      false,
      '{{ $labels.instance }}',
    ]);
  });

  test('tags that a program resolves are unknown', () => {
    const node = root('a: !Ref Bucket\nb: !!str 1\nc: !If [x, y]\n');
    expect([lookUp(node, 'a').state, text(node, 'b'), lookUp(node, 'c').state]).toEqual(['unknown', '1', 'unknown']);
  });
});

describe('text inside a scalar', () => {
  test('each character of a block scalar maps to its own', () => {
    const content = 'data:\n  nginx.conf: |\n    server {\n      listen 443;\n\n    }\n  next: 1\n';
    const node = scalar(root(content), 'data', 'nginx.conf');
    if (!node) throw new Error('no scalar');
    for (let at = 0; at < node.value.length; at++) {
      const { start, end } = spanInScalar(node, at, at + 1);
      expect(content.slice(start, end)).toBe(node.value[at]);
    }
    expect(sourceOfScalar(node).text).toBe('server {\n  listen 443;\n\n}\n');
  });

  test('values are what js-yaml loads, and their letters map to the same letters', () => {
    const word = fc.stringMatching(/^[a-z]{1,6}$/);
    const style = fc.constantFrom('plain', 'single', 'double', 'literal', 'folded');
    const written = fc
      .tuple(style, fc.array(word, { minLength: 1, maxLength: 5 }), fc.boolean())
      .map(([kind, words, crlf]) => {
        const newline = crlf ? '\r\n' : '\n';
        const lines = words.join(`${newline}  `);
        switch (kind) {
          case 'single':
            return `'${lines.replace('a', "a''")}'`;
          case 'double':
            return `"${lines.replace('b', '\\tb\\u00e9')}"`;
          case 'literal':
            return `|${newline}  ${lines}`;
          case 'folded':
            return `>${newline}  ${lines.replace(`${newline}  `, `${newline}${newline}   `)}`;
          default:
            return lines;
        }
      });
    fc.assert(
      fc.property(fc.array(written, { minLength: 1, maxLength: 4 }), (values) => {
        const content = values.map((value, index) => `k${index}: ${value}\n`).join('');
        const [expected] = loadAll(content) as readonly Readonly<Record<string, unknown>>[];
        const node = root(content);
        for (const [index] of values.entries()) {
          const found = scalar(node, `k${index}`);
          if (!found) continue;
          expect(found.value).toBe(String(expected?.[`k${index}`]));
          for (let at = 0; at < found.value.length; at++) {
            if (!/[a-z]/.test(found.value[at] ?? '')) continue;
            const { start, end } = spanInScalar(found, at, at + 1);
            expect(content.slice(start, end)).toBe(found.value[at]);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});
