import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { StarlarkCall, StarlarkValue } from '../../src/formats/starlark.ts';
import { argumentOf, parseStarlark } from '../../src/formats/starlark.ts';

const parse = (text: string) => parseStarlark({ path: 'BUILD', text });

/** The calls as text: unknown values are `?`, nested calls begin with `>`. */
function shown(value: StarlarkValue): string {
  switch (value.kind) {
    case 'string':
      return value.word.unknown ? `?${value.word.text}` : JSON.stringify(value.word.text);
    case 'list':
      return `[${value.items.map(shown).join(', ')}]`;
    case 'name':
      return value.text;
    case 'call':
      return call(value.call);
    case 'unknown':
      return '?';
  }
}
const call = ({ name, positional, keywords, open, nested }: StarlarkCall): string =>
  `${nested ? '>' : ''}${name}(${[...positional.map(shown), ...keywords.map((one) => `${one.name}=${shown(one.value)}`), ...(open ? ['…'] : [])].join(', ')})`;
const shape = (text: string) => parse(text).calls.map(call).join('; ');

describe('reading Starlark', () => {
  test.each([
    ['a call', 'a(name = "x", b = [\n  "c",\n  ":d",  # e\n],)', 'a(name="x", b=["c", ":d"])'],
    ['dots and positions', 'oci.pull("x", name=\'y\')', 'oci.pull("x", name="y")'],
    ['names and calls', 'a(b = None, c = glob(["*.go"]), d = X)', 'a(b=None, c=glob(["*.go"]), d=X)'],
    ['what is computed', 'a(b = "x" + "y", c = ["x"] + Y, d = "%s" % x, e = x if y else z)', 'a(b=?, c=?, d=?, e=?)'],
    [
      'dictionaries, numbers, methods',
      'a(b = {"c": ["d"]}, e = 1, f = "g".format(h), i = -2)',
      'a(b=?, e=?, f=?, i=?)',
    ],
    ['comprehensions', 'a(b = ["%s" % x for x in y], c = [x for x in y])\n[d(e = f) for f in g]', 'a(b=?, c=?)'],
    ['more arguments', 'a(*b, c = 1, **d)', 'a(c=?, …)'],
    ['assigned', 'x = use_extension("@a//b:c.bzl", "d")', 'use_extension("@a//b:c.bzl", "d")'],
    ['in functions', 'def f(x):\n    """a(\n    b()"""\n    c(name = "d")\n\ne()', '>c(name="d"); e()'],
    ['strings', 'a("""b\n"c" """, \'d"\', "e\\n", r"f")', 'a("b\\n\\"c\\" ", "d\\"", ?e\\n, ?)'],
    ['adjacent strings', 'a("b" "c")', 'a(?)'],
    ['comparison is no keyword', 'a(b == c)', 'a(?)'],
    ['broken', 'a(name = "x\nb(name = "y")', 'a(name=?)'],
    ['never closed', 'a(b = ["c"', 'a(b=["c"])'],
    ['a closing bracket alone', ')\na()', 'a()'],
    ['continued', 'a \\\n (b = \\\n "c")', 'a(b="c")'],
    ['after a semicolon', 'a(); b()', 'a(); >b()'],
  ])('%s', (_name, text, expected) => expect(shape(text)).toBe(expected));
  test('a constant stands for what it holds, once', () => {
    const file = parse('A = "x"\nB = "x"\nB = "y"\na(b = A, c = B, d = None, e = "z")');
    const [found] = file.calls;
    const values = ['b', 'c', 'd', 'e', 'f'].map((key) => found && argumentOf(found, key, file));
    expect(values.map((value) => value && shown(value))).toEqual(['"x"', '?', undefined, '"z"', undefined]);
  });
  test('deep nesting', () => {
    expect(shape(`a(b = ${'['.repeat(5000)})\nc()`)).toMatch(/^a\(b=/);
  });
});

/** Every value of a file. */
const values = (value: StarlarkValue): readonly StarlarkValue[] => [
  value,
  ...(value.kind === 'list' ? value.items.flatMap(values) : value.kind === 'call' ? within(value.call) : []),
];
const within = ({ positional, keywords }: StarlarkCall): readonly StarlarkValue[] =>
  [...positional, ...keywords.map((one) => one.value)].flatMap(values);

const token = fc.constantFrom(
  ...'a|b.c|"x"|"y|\'z\'|"""|(|)|[|]|{|}|,|=|==|*|**|#|\\|\n|  |for|in|+|def f():|load("@x//:y", "z")|None'.split('|'),
);

test('never throws, and places slice back to what stands there', () => {
  fc.assert(
    fc.property(fc.array(token, { maxLength: 40 }), (tokens) => {
      const text = tokens.join(' ');
      const { calls } = parse(text);
      for (const one of calls) {
        expect(text.slice(one.nameRange.start, one.nameRange.end)).toBe(one.name);
        for (const { name, nameRange } of one.keywords) expect(text.slice(nameRange.start, nameRange.end)).toBe(name);
        for (const value of within(one)) {
          expect(value.range.end).toBeLessThanOrEqual(text.length);
          if (value.kind === 'string')
            expect(text.slice(value.word.range.start, value.word.range.end)).toBe(value.word.text);
          if (value.kind === 'name') expect(text.slice(value.range.start, value.range.end)).toBe(value.text);
        }
      }
    }),
    { numRuns: 2000 },
  );
});
