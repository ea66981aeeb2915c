import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { loadAll } from 'js-yaml';
import { parseYaml } from '../../src/formats/yaml.ts';
import {
  boolean,
  entries,
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

  test('the pair in a flow sequence is a mapping of its own', () => {
    const pairs = 'a: [b: c, {d: e}: f]\ng: [h]\n';
    const list = get(root(pairs), 'a');
    const next = get(root(pairs), 'g');
    expect(items(list).map(({ range }) => pairs.slice(range.start, range.end))).toEqual(['b: c', '{d: e}: f']);
    expect(list && pairs.slice(list.range.start, list.range.end)).toBe('[b: c, {d: e}: f]');
    expect(next && pairs.slice(next.range.start, next.range.end)).toBe('[h]');
  });

  test('of several merged mappings the first with a key counts', () => {
    const node = root('a: &a {x: 1}\nb: &b {x: 2, y: 2}\nc:\n  <<: [*a, *b]\n  z: 3\n');
    expect(['x', 'y', 'z'].map((key) => text(node, 'c', key))).toEqual(['1', '2', '3']);
  });

  test('brackets and quotes in comments end nothing', () => {
    const list = 'a: [b, # ] "\n  c]\nd: 1\n';
    const node = get(root(list), 'a');
    expect(node && list.slice(node.range.start, node.range.end)).toBe('[b, # ] "\n  c]');
  });

  test('an empty value stands after its colon or dash', () => {
    const content = 'a:\nb: [\n  ]\nc:\n  -\n  - x\nd: !t\n';
    const node = root(content);
    expect(entries(node).map(({ value }) => value.range.start)).toEqual([2, 6, 17, 30]);
    expect(items(node, 'c').map(({ range }) => [range.start, range.end])).toEqual([
      [18, 18],
      [23, 24],
    ]);
    expect([lookUp(node, 'a').state, lookUp(node, 'd').state]).toEqual(['absent', 'unknown']);
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

  test('JSON with comments', () => {
    const content = '{\n  // why\n  "a": "http://x", /* 1 */\n}\n';
    expect([parse(content, 'x.json').diagnostics, text(root(content, 'x.json'), 'a')]).toEqual([[], 'http://x']);
  });

  test('quotes and brackets may go on without indentation, as loaders have it', () => {
    const content = 'a: [\n  b, # ]\n]\nc: {\n"d": "e\n\nf\\n"\n}\ng:\n  - "h\n  i"\n';
    const node = root(content);
    expect([items(node, 'a').length, text(node, 'c', 'd'), items(node, 'g').map((item) => text(item))]).toEqual([
      1,
      'e\nf\n',
      ['h i'],
    ]);
    expect(parse(content).diagnostics).toEqual([]);
    const list = get(node, 'a');
    expect(list && content.slice(list.range.start, list.range.end)).toBe('[\n  b, # ]\n]');
  });

  test('the same source is parsed once', () => {
    const source = { path: 'a.yaml', text: 'a: 1\n' };
    const first = parseYaml(source);
    expect(parseYaml(source)).toBe(first);
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

  test('nor does a chain of merge keys, and what it leaves out is unknown', () => {
    const lines = Array.from(
      { length: 3000 },
      (_, n) => `a${n}: &a${n}\n  ${n > 0 ? `<<: *a${n - 1}\n  ` : ''}k${n}: 1`,
    );
    const node = root(lines.join('\n'));
    expect([text(node, 'a9', 'k0'), lookUp(node, 'a2999', 'k0').state]).toEqual(['1', 'unknown']);
  });

  test('an alias of nothing, or of what holds it, is unknown', () => {
    const node = root('a: *nothing\nb: &b [*b]\n');
    expect([lookUp(node, 'a').state, items(node, 'b').map(({ kind }) => kind)]).toEqual(['unknown', ['unknown']]);
  });
});

describe('values that something else fills in', () => {
  test.each([
    ['${VAR}', 'unknown'],
    ['"${VAR:-default}"', 'unknown'],
    ['${x:=default}', 'unknown'],
    ['https://${HOST}/', 'unknown'],
    ['$${VAR}', 'present'],
    ['$VAR', 'present'],
    ['echo ${VAR}', 'present'],
    ['$(VAR)', 'unknown'],
    ['a $(VAR)', 'present'],
    ['"#{Token}#"', 'unknown'],
    ['__TOKEN__', 'unknown'],
    ['__address__', 'present'],
    ['"${{ secrets.KEY }}"', 'unknown'],
    ['|\n  ${VAR}', 'present'],
    ['!Ref Bucket', 'unknown'],
    ['!!str 1', 'present'],
    ['!If [x, y]', 'unknown'],
    ['! x', 'present'],
  ])('%s is %s', (written, state) => {
    expect(lookUp(root(`a: ${written}\n`), 'a').state).toBe(state);
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
      { numRuns: 100 },
    );
  });
});
