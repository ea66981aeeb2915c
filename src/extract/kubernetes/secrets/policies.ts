import { get, items, scalar, spanOfNode, text } from '../../../formats/yaml-tree.ts';
import type { KindExtractor } from '../kind.ts';
import { qualified } from '../objects.ts';
import { secretFact } from './provider.ts';

/**
 * Rules of Kyverno that generate a Secret, in whatever namespaces they match. What such a policy validates or changes
 * elsewhere is a pattern, and no configuration. Source: Kyverno documentation, Generate Rules.
 */
export const generatePolicy: KindExtractor = (object) => ({
  facts: items(object.root, 'spec', 'rules').flatMap((rule) => {
    const generate = get(rule, 'generate');
    const name = scalar(generate, 'name');
    if (text(generate, 'kind') !== 'Secret' || !name || name.value.includes('{{')) return [];
    const namespace = text(generate, 'namespace');
    return [
      secretFact(object, {
        technology: 'kyverno',
        name: qualified(namespace?.includes('{{') ? undefined : namespace, name.value),
        provider: 'external',
        span: spanOfNode(name),
      }),
    ];
  }),
  diagnostics: [],
});
