import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mergeKeysOf } from '../../src/extract/kubernetes/kustomize/built-in.ts';
import { jsonPatched } from '../../src/extract/kubernetes/kustomize/json-patch.ts';
import { merged } from '../../src/extract/kubernetes/kustomize/merge.ts';
import { kubernetes } from '../../src/extract/kubernetes.ts';
import { parseYaml } from '../../src/formats/yaml.ts';
import type { YamlNode, YamlScalar } from '../../src/formats/yaml-tree.ts';
import { extractFiles } from '../support/extract-text.ts';

const word = fc.constantFrom(
  'name',
  'spec',
  'template',
  'containers',
  'env',
  'ports',
  'containerPort',
  'protocol',
  'web',
  '$patch',
  'delete',
  'replace',
  'finalizers',
  'metadata',
);

/** Objects out of few words, so that base and patch meet. */
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    word,
    fc.constantFrom(null, 80, 443),
    fc.dictionary(word, tie('tree'), { maxKeys: 4 }),
    fc.array(tie('tree'), { maxLength: 4 }),
  ),
}));

const document = fc.dictionary(word, tree, { minKeys: 1, maxKeys: 5 });

const rootOf = (path: string, value: unknown): YamlNode => {
  const [root] = parseYaml({ path, text: JSON.stringify(value, null, 1) }).documents;
  if (!root) throw new Error('no document');
  return root;
};

function scalarsIn(node: YamlNode): readonly YamlScalar[] {
  if (node.kind === 'scalar') return [node];
  if (node.kind === 'sequence') return node.items.flatMap(scalarsIn);
  return node.kind === 'mapping' ? node.entries.flatMap(({ key, value }) => [key, ...scalarsIn(value)]) : [];
}

const expectInPlace = (node: YamlNode): void => {
  for (const { source, content, value } of scalarsIn(node))
    expect(source.text.slice(content.start, content.end)).toBe(value);
};

test('a merge never fails, and every value stays where it was written', () => {
  fc.assert(
    fc.property(document, document, fc.boolean(), (base, patch, isPod) => {
      const keys = isPod ? mergeKeysOf('apps', 'v1', 'Deployment') : undefined;
      const result = merged(rootOf('base.json', base), rootOf('patch.json', patch), keys);
      if (result) expectInPlace(result);
    }),
    { numRuns: 500 },
  );
});

test('merging a patch twice is merging it once', () => {
  fc.assert(
    fc.property(document, document, (base, patch) => {
      const change = rootOf('patch.json', patch);
      const once = merged(rootOf('base.json', base), change, undefined);
      const twice = once && merged(once, change, undefined);
      if (once && twice)
        expect(scalarsIn(twice).map(({ value }) => value)).toEqual(scalarsIn(once).map(({ value }) => value));
    }),
    { numRuns: 300 },
  );
});

test('a JSON patch never fails, and every value stays where it was written', () => {
  const pointer = fc
    .array(fc.oneof(word, fc.constantFrom('0', '1', '-', '-1')), { maxLength: 4 })
    .map((keys) => keys.map((key) => `/${key}`).join(''));
  const operation = fc.record(
    {
      op: fc.constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test', 'no'),
      path: pointer,
      from: pointer,
      value: tree,
    },
    { requiredKeys: ['op', 'path'] },
  );
  fc.assert(
    fc.property(document, fc.array(operation, { maxLength: 4 }), (base, operations) => {
      const root = rootOf('base.json', base);
      const result = root.kind === 'mapping' && jsonPatched(root, rootOf('patch.json', operations));
      if (!result) return;
      for (const { source, content, value } of scalarsIn(result))
        expect(source.text.slice(content.start, content.end)).toContain(value);
    }),
    { numRuns: 500 },
  );
});

test('any kustomization is read without failing', async () => {
  const field = fc.constantFrom(
    'resources',
    'components',
    'patches',
    'patchesStrategicMerge',
    'patchesJson6902',
    'namespace',
    'namePrefix',
    'labels',
    'commonAnnotations',
    'configMapGenerator',
    'secretGenerator',
    'replacements',
    'vars',
    'transformers',
    'configurations',
    'path',
    'patch',
    'target',
    'kind',
    'files',
    'literals',
    'name',
    'behavior',
    'pairs',
  );
  const { any } = fc.letrec<{ any: unknown }>((tie) => ({
    any: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom(
        'base',
        '.',
        '..',
        '../a',
        'a.yaml',
        'merge',
        'x=y',
        '',
        null,
        '- op: add\n  path: /a',
        'kind: Ingress\napiVersion: networking.k8s.io/v1\n',
      ),
      fc.dictionary(field, tie('any'), { maxKeys: 4 }),
      fc.array(tie('any'), { maxLength: 3 }),
    ),
  }));
  const kustomization = fc.dictionary(field, any, { maxKeys: 6 }).map((value) => JSON.stringify(value));
  await fc.assert(
    fc.asyncProperty(kustomization, kustomization, kustomization, async (top, a, base) => {
      await extractFiles(kubernetes, {
        'kustomization.yaml': top,
        'a/kustomization.yaml': a,
        'base/kustomization.yaml': base,
        'a.yaml': 'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: a }\nspec: { tls: [{}] }\n',
      });
    }),
    { numRuns: 300 },
  );
});
