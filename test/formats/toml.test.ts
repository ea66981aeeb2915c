import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseToml } from '../../src/formats/toml.ts';
import { entries, get, items, lookUp, spanOfNode, text as textAt, type YamlNode } from '../../src/formats/yaml-tree.ts';

const parse = (text: string) => parseToml({ path: 'traefik.toml', text });
const slice = (text: string, node: YamlNode | undefined) => {
  if (!node) return undefined;
  const { start, end } = spanOfNode(node);
  return text.slice(start, end);
};

describe('TOML', () => {
  test('tables, dotted keys, arrays of tables and inline tables are one tree', () => {
    const { root, diagnostics } = parse(
      [
        '[tls.options.default]',
        'minVersion = "VersionTLS12"',
        "clientAuth.clientAuthType = 'NoClientCert'",
        '[[tls.certificates]]',
        'certFile = "/a.crt"',
        '[[tls.certificates]]',
        'certFile = "/b.crt"',
        '[tls.certificates.more]',
        'x = { y = 1, z.w = true }',
      ].join('\n'),
    );
    expect(diagnostics).toEqual([]);
    expect(textAt(root, 'tls', 'options', 'default', 'minVersion')).toBe('VersionTLS12');
    expect(textAt(root, 'tls', 'options', 'default', 'clientAuth', 'clientAuthType')).toBe('NoClientCert');
    const certificates = items(root, 'tls', 'certificates');
    expect(certificates.map((item) => textAt(item, 'certFile'))).toEqual(['/a.crt', '/b.crt']);
    expect(textAt(certificates[1], 'more', 'x', 'z', 'w')).toBe('true');
  });

  test('spans are those of the tokens, over CRLF, tabs, a byte order mark and emoji', () => {
    const text = '\u{FEFF}# \u{1F600}\r\n[a]\r\n\tb = "\u{1F600}x"\r\n\tc = [ 1,\r\n 2 ]\r\n"d e" = \'q\'\r\n';
    const { root, diagnostics } = parse(text);
    expect(diagnostics).toEqual([]);
    expect(slice(text, get(root, 'a', 'b'))).toBe('\u{1F600}x');
    expect(items(root, 'a', 'c').map((item) => slice(text, item))).toEqual(['1', '2']);
    expect(slice(text, get(root, 'a', 'd e'))).toBe('q');
    expect(entries(root, 'a').map(({ key }) => slice(text, key))).toEqual(['b', 'c', 'd e']);
  });

  test('strings are decoded; an escape leaves the span exact', () => {
    const text = 'a = "x\\ty"\nb = """\none\\\n   two"""\n';
    const { root } = parse(text);
    expect(textAt(root, 'a')).toBe('x\ty');
    expect(slice(text, get(root, 'a'))).toBe('x\\ty');
    expect(textAt(root, 'b')).toBe('onetwo');
  });

  test.each([
    ['a value is missing', 'a =\nb = 1\nc = 2\n', ['b', 'c'], 1],
    ['a string is not closed', 'a = "x\nb = 1\n', ['b'], 1],
    ['a word stands alone', 'oops\nb = 1\n', ['b'], 1],
    ['a key is repeated', 'a = 1\na = 2\nb = 3\n', ['a', 'b'], 1],
    ['an array is not closed', 'a = 1\nb = [1,\n2,\n', ['a'], 1],
    ['two lines are broken', 'a = = 1\nb = 1\nc = %\nd = 1\n', ['b', 'd'], 2],
  ])('where %s the rest is read', (_what, text, keys, problems) => {
    const { root, diagnostics } = parse(text);
    expect(root.entries.map(({ key }) => key.value)).toEqual(keys);
    expect(diagnostics.map(({ code }) => code)).toEqual(Array(problems).fill('parse-error'));
  });

  test.each([
    ['is not closed', '[a]\nx = 1\n[b\ny = 2\n[c]\nz = 3\n'],
    ['is repeated', '[a]\nx = 1\n[a]\ny = 2\n[c]\nz = 3\n'],
  ])('a header that %s costs its table; no other table gets its keys', (_what, text) => {
    const { root, diagnostics } = parse(text);
    expect(entries(root, 'a').map(({ key }) => key.value)).toEqual(['x']);
    expect(textAt(root, 'c', 'z')).toBe('3');
    expect(diagnostics.map(({ message }) => message)).toEqual([expect.stringContaining('this table was not read')]);
  });

  test('template actions make values unknown, and tables open where they stand between statements', () => {
    const { root, diagnostics } = parse(
      '{{ range $i := until 3 }}\n[a]\nb = {{ env "B" }}\nc = "{{ env "C" }}.example"\nd = "${D}"\ne = "@E@"\nf = 1\n{{ end }}\n',
    );
    expect(diagnostics).toEqual([]);
    for (const key of ['b', 'c', 'd', 'e', 'not there']) expect(lookUp(root, 'a', key).state).toBe('unknown');
    expect(textAt(root, 'a', 'f')).toBe('1');
  });

  test('many broken lines stop the reading, with a bounded number of diagnostics', () => {
    const { diagnostics } = parse('= 1\n'.repeat(1000));
    expect(diagnostics.length).toBeLessThan(30);
  });

  test('deep nesting is refused, not followed', () => {
    expect(() => parse(`a = ${'['.repeat(50_000)}`)).not.toThrow();
    expect(() => parse(`${'a.'.repeat(50_000)}a = 1`)).not.toThrow();
    expect(() => parse(`a = ${'{a='.repeat(20_000)}1${'}'.repeat(20_000)}`)).not.toThrow();
  });

  test.each(['{{ x }} = {{ x }}', 'a = { {{ x }} = 1 }', '[{{ x }}]\nk = 1', '"a{{ x }}" = 1'])(
    'a key that a template names is none, and leaves its table open: %s',
    (text) => {
      const { root } = parse(text);
      const names = [...walk(root)].flatMap((node) => (node.kind === 'scalar' ? [node.value] : []));
      expect(names.filter((name) => name !== 'a')).toEqual([]);
      expect(JSON.stringify(root, ['kind', 'open', 'entries', 'value'])).toContain('"open":true');
    },
  );

  test('no text makes it throw, and every scalar slices back', () => {
    const pieces = fc.constantFrom(
      ...['[a.b]', '[[c]]', '[', ']', 'k = "v"', 'k = 1', 'x.y = true', '=', '"', "'''", '"""', '{', '}', '\n', '\r\n'],
      ...['{{ end }}', '{{ x }}', '{% if %}', '# c', ',', '\u{1F600}', '\\', '1979-05-27', '[1, 2]', '{ q = 1 }'],
    );
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(pieces, { maxLength: 30 }).map((parts) => parts.join(' ')),
      fc.array(pieces, { maxLength: 30 }).map((parts) => parts.join('\n')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const { root } = parse(text);
        for (const node of walk(root)) {
          if (node.kind !== 'scalar') continue;
          const { start, end } = node.content;
          expect(start).toBeLessThanOrEqual(end);
          if (node.value.length === end - start && !node.value.includes('\\')) {
            expect(text.slice(start, end).replace(/\r\n/g, '\n')).toBe(node.value.replace(/\r\n/g, '\n'));
          }
        }
      }),
      { numRuns: 150 },
    );
  });
});

function* walk(node: YamlNode): Generator<YamlNode> {
  yield node;
  if (node.kind === 'sequence') for (const item of node.items) yield* walk(item);
  if (node.kind === 'mapping')
    for (const { key, value } of node.entries) {
      yield key;
      yield* walk(value);
    }
}
