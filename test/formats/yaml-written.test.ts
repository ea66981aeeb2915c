import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseYaml } from '../../src/formats/yaml.ts';
import { spanOfNode, type YamlNode } from '../../src/formats/yaml-tree.ts';

/** A value to be written: a scalar as it is written and what it stands for, or a collection of them. */
type Value =
  | { readonly kind: 'scalar'; readonly written: string; readonly value: string }
  | { readonly kind: 'block'; readonly lines: readonly string[]; readonly folded: boolean }
  | { readonly kind: 'mapping' | 'sequence'; readonly flow: boolean; readonly children: readonly Value[] };

const word = fc.stringMatching(/^[a-z][a-z0-9./-]{0,6}$/);
const scalars: fc.Arbitrary<Value> = fc.oneof(
  word.map((text) => ({ kind: 'scalar' as const, written: text, value: text })),
  fc.tuple(word, word).map(([one, other]) => ({
    kind: 'scalar' as const,
    written: `'${one}''${other}: #'`,
    value: `${one}'${other}: #`,
  })),
  fc.tuple(word, word).map(([one, other]) => ({
    kind: 'scalar' as const,
    written: `"${one}\\t\\u00e9😀${other}"`,
    value: `${one}\té😀${other}`,
  })),
);
const blocks: fc.Arbitrary<Value> = fc
  .tuple(
    fc.array(
      fc.oneof(
        word,
        fc.constant(''),
        word.map((text) => `  ${text}: [`),
      ),
      { maxLength: 4 },
    ),
    word,
    fc.boolean(),
  )
  .map(([lines, first, folded]) => ({ kind: 'block', lines: [first, ...lines, first], folded }));
const { value: values } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    scalars,
    blocks,
    fc.record({
      kind: fc.constantFrom('mapping' as const, 'sequence' as const),
      flow: fc.constant(false),
      children: fc.array(tie('value'), { minLength: 1, maxLength: 4 }),
    }),
    fc.record({
      kind: fc.constantFrom('mapping' as const, 'sequence' as const),
      flow: fc.constant(true),
      children: fc.array(scalars, { maxLength: 3 }),
    }),
  ),
}));

/** What was written, in order: the text of each node and, of a scalar, its value. */
interface Written {
  text: string;
  readonly nodes: { readonly kind: string; readonly written: string; readonly value?: string }[];
}

function write(into: Written, value: Value, indent: string, newline: string): void {
  switch (value.kind) {
    case 'scalar':
      into.nodes.push({ kind: 'scalar', written: value.written.replace(/^['"]|['"]$/g, ''), value: value.value });
      into.text += ` ${value.written} # a comment: [${newline}`;
      return;
    case 'block': {
      const lines = value.lines.map((line) => (line === '' ? newline : `${indent}${line}${newline}`)).join('');
      into.nodes.push({
        kind: 'scalar',
        written: lines,
        ...(value.folded ? {} : { value: `${value.lines.join('\n')}\n` }),
      });
      into.text += ` ${value.folded ? '>' : '|'}${newline}${lines}`;
      return;
    }
    default:
      writeCollection(into, value, indent, newline);
  }
}

function writeCollection(
  into: Written,
  value: Extract<Value, { kind: 'mapping' | 'sequence' }>,
  indent: string,
  newline: string,
): void {
  if (value.flow) {
    const parts = value.children.flatMap((child, index) =>
      child.kind === 'scalar' ? [value.kind === 'mapping' ? `k${index}: ${child.written}` : child.written] : [],
    );
    const text = value.kind === 'mapping' ? `{ ${parts.join(', ')} }` : `[ ${parts.join(', ')} ]`;
    into.nodes.push({ kind: value.kind, written: text });
    into.text += ` ${text}${newline}`;
    return;
  }
  into.text += newline;
  const start = into.text.length + indent.length;
  const place = into.nodes.push({ kind: value.kind, written: '' }) - 1;
  for (const [index, child] of value.children.entries()) {
    into.text += value.kind === 'mapping' ? `${indent}k${index}:` : `${indent}-`;
    write(into, child, `${indent}  `, newline);
  }
  into.nodes[place] = { kind: value.kind, written: into.text.slice(start) };
}

/** The values of a tree, in order, without what is inside flow collections. */
function valuesOf(
  node: YamlNode,
  text: string,
): readonly { readonly kind: string; readonly written: string; readonly value?: string }[] {
  const { start, end } = spanOfNode(node);
  const self = {
    kind: node.kind,
    written: text.slice(start, end),
    ...(node.kind === 'scalar' && { value: node.value }),
  };
  const isFlow = /[{[]/.test(text[start] ?? '');
  if (isFlow || node.kind === 'scalar' || node.kind === 'unknown') return [self];
  const children = node.kind === 'mapping' ? node.entries.map(({ value }) => value) : node.items;
  return [self, ...children.flatMap((child) => valuesOf(child, text))];
}

test('what was written is found where it was written', () => {
  fc.assert(
    fc.property(
      fc.array(values, { minLength: 1, maxLength: 3 }),
      fc.constantFrom('\n', '\r\n'),
      (children, newline) => {
        const written: Written = { text: '', nodes: [] };
        write(written, { kind: 'mapping', flow: false, children }, '', newline);
        const { documents, diagnostics } = parseYaml({ path: 'a.yaml', text: written.text });
        expect(diagnostics).toEqual([]);
        const found = documents.flatMap((document) => valuesOf(document, written.text));
        expect(found.length).toBe(written.nodes.length);
        for (const [index, node] of found.entries()) {
          const expected = written.nodes[index];
          const isBlockCollection = node.kind !== 'scalar' && !/^[{[]/.test(node.written);
          // A block collection ends with its last token; comments and line ends after it are not its own.
          if (isBlockCollection) expect(expected?.written.startsWith(node.written)).toBe(true);
          else expect(node.written).toBe(expected?.written);
          expect(node.kind).toBe(expected?.kind);
          if (expected?.value !== undefined) expect(node.value).toBe(expected.value);
        }
      },
    ),
    { numRuns: 200 },
  );
});
