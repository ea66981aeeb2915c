import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { lineStarts, locate } from '../../src/core/text.ts';
import { parseYaml } from '../../src/formats/yaml.ts';
import { lookUp, text, type YamlNode } from '../../src/formats/yaml-tree.ts';

const parse = (content: string, path = 'a.yaml') => parseYaml({ path, text: content });

describe('broken YAML', () => {
  test.each([
    ['a quote without end', 'a: 1\nb: "x\nc: 2\n', '2:4', 'a quote opens here and is never closed'],
    [
      'a quote that the next one closes',
      'a: 1\nb: "x\nc: "y"\n',
      '2:4',
      'a quote or bracket opens here and is not closed before less indented text',
    ],
    ['a quote without end, to the last line', 'a: 1\nb:\n  c: "x\n', '3:6', 'a quote opens here and is never closed'],
    ['a bracket without end', 'a: 1\nb:\n  - [x, y\n', '3:5', 'a [ or { opens here and is never closed'],
    [
      'a key too deep',
      'a: 1\n  b: 2\n',
      '2:4',
      'expected no colon here: quote the value, or line the key up with the ones above it',
    ],
    ['a key not deep enough', 'a:\n    b: 1\n  c: 2\n', '3:3', 'expected a key that lines up with the ones above it'],
    ['a tab', 'a: 1\nb:\n\tc: 2\n', '3:1', 'expected blanks as indentation, found a tab'],
    ['no colon', 'a: 1\nb\nc: 2\n', '3:2', 'expected a key and a colon on one line'],
    [
      'two values',
      'a: b: c\n',
      '1:5',
      'expected no colon here: quote the value, or line the key up with the ones above it',
    ],
    ['an unknown escape', 'a: "\\q"\n', '1:6', 'expected an escape that YAML knows after this backslash'],
    ['a control character', 'a: x\u0001\n', '1:5', 'expected text, found a control character'],
  ])('%s', (_name, content, place, words) => {
    const { diagnostics } = parse(content);
    const { line, column } = locate(lineStarts(content), diagnostics[0]?.span.start ?? -1);
    expect(diagnostics.map(({ code, message }) => [code, message])).toEqual([
      ['parse-error', `this is not valid YAML: ${words}; the rest of this document was not read`],
    ]);
    expect(`${line}:${column}`).toBe(place);
  });

  test('one broken document hides neither its beginning nor the others', () => {
    const { documents, diagnostics } = parse('a: 1\nb: [\n---\nc: 2\n---\nd: "x\n');
    expect(documents.map((document) => text(document, 'a') ?? text(document, 'c'))).toEqual(['1', '2', undefined]);
    expect(diagnostics.map(({ span }) => span.start)).toEqual([8, 26]);
  });

  test('a quote without end ends with its document, and what follows is whole', () => {
    const { documents, diagnostics } = parse('a: 1\nb: {c: "x\n---\nd: "y"\n---\ne: [\n---\nf: 1\n]');
    expect(diagnostics.map(({ span }) => span.start)).toEqual([12, 33, 44]);
    const second = documents[1];
    expect([second && text(second, 'd'), second && lookUp(second, 'z').state]).toEqual(['y', 'absent']);
  });

  test('what a broken document does not say is unknown, not absent', () => {
    const { documents } = parse('a:\n  b: 1\n  c: {x: 1}\n  d: "\ne: 1\n');
    const [document] = documents;
    if (!document) throw new Error('no document');
    const states = [['a', 'b'], ['a', 'd'], ['z'], ['a', 'c', 'y']].map((path) => lookUp(document, ...path).state);
    expect(states).toEqual(['present', 'unknown', 'unknown', 'absent']);
  });

  test('what stands before the line that breaks it is read, however many lines follow', () => {
    const read = [0, 1, 2, 3, 5, 8, 40].map((count) => {
      const [document] = parse(`a: 1\nb: "x\n${'c: 2\n'.repeat(count)}`).documents;
      return document && text(document, 'a');
    });
    expect(read).toEqual(['1', '1', '1', '1', '1', '1', '1']);
  });

  test('a value that was lost is unknown', () => {
    const [document] = parse('a:\n  b:\n\tc: 1\n').documents;
    expect(document && lookUp(document, 'a', 'b').state).toBe('unknown');
  });

  test('one broken object of several in a row', () => {
    const { documents, diagnostics } = parse('{"a": 1}\n{"a" "b"}\n{"a": 3}\n', 'x.json');
    expect(documents.map((document) => text(document, 'a'))).toEqual(['1', '3']);
    expect(diagnostics).toHaveLength(1);
  });

  test('nesting without end is refused, not followed', () => {
    expect(parse('['.repeat(5000)).diagnostics.map(({ message }) => message)).toEqual([
      'this is not valid YAML: expected at most 100 levels of nesting; the rest of this document was not read',
    ]);
  });

  test('thousands of broken documents are given up on', () => {
    expect(parse('---\na: [\n'.repeat(5000)).diagnostics).toHaveLength(200);
  });
});

describe('any text', () => {
  const pieces = fc.constantFrom(
    ...['a: ', 'b', '- ', '"', "'", '|\n', '>-\n', '&a ', '*a', '<<: ', '---\n', '[', '}', ', ', '? ', '# c\n', '!t '],
    ...['\n', '\n\n', '\r\n  ', '\r', '  ', '\t', '\\n', '\\u00e9', '😀', '\uFEFF', '${X}'],
    ...['{{ .x }}', '{{- if y }}\n', '{{- else }}\n', '{{ end }}', '{{- toYaml . | nindent 2 }}\n', '{% for %}', '{{'],
  );
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(pieces, { maxLength: 25 }).map((parts) => parts.join('')),
  );

  test('is read without throwing, every node within what holds it', () => {
    fc.assert(
      fc.property(texts, fc.constantFrom('a.yaml', 'templates/a.yaml', 'a.json'), (content, path) => {
        const { documents, diagnostics } = parse(content, path);
        for (const document of documents) expectWithin(document, 0, content.length, 0);
        for (const { span } of diagnostics) expect(span.end).toBeLessThanOrEqual(content.length);
      }),
      { numRuns: 400 },
    );
  });

  function expectWithin({ range, ...node }: YamlNode, start: number, end: number, depth: number): void {
    if (range.start < 0 || range.start > range.end || range.end > end || depth > 20) throw new Error('out of range');
    expect([start <= range.end, range.end <= end]).toEqual([true, true]);
    if (node.kind === 'sequence') for (const item of node.items) expectWithin(item, 0, end, depth + 1);
    if (node.kind === 'mapping') {
      for (const { key, value } of node.entries)
        for (const child of [key, value]) expectWithin(child, 0, end, depth + 1);
    }
  }

  test.each([
    ['{{"\\"', 'a.yaml'],
    ['{{if x}}\n', 'templates/a.yaml'],
    ['- {{ x }}\n', 'templates/a.yaml'],
    ['a: |\n{{ x }}\n', 'templates/a.yaml'],
    ['"', 'a.yaml'],
    ['a: [#', 'a.yaml'],
    ['a: b: c\n', 'a.yaml'],
  ])('many %j take time in proportion to their number', (piece, path) => {
    const started = performance.now();
    parse(piece.repeat(100_000 / piece.length), path);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
