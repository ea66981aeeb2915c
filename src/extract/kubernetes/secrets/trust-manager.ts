import type { Source } from '../../../core/source.ts';
import { get, items, keyOf, scalar, sourceOfScalar, spanOfNode, type YamlScalar } from '../../../formats/yaml-tree.ts';
import type { KindExtractor } from '../kind.ts';
import { type KubernetesObject, labelOf } from '../objects.ts';
import { secretFact } from './provider.ts';

/**
 * A Bundle: the roots that it holds are nested; a Secret as its target has its name, in the namespaces that it selects.
 * Source: cert-manager/trust-manager 0.24.0, trust.cert-manager.io/v1alpha1 BundleSpec.
 */
export const bundle: KindExtractor = (object) =>
  distributed(
    object,
    items(object.root, 'spec', 'sources').flatMap((source) => scalar(source, 'inLine') ?? []),
  );

/** Its successor. Source: as above, trust-manager.io/v1alpha2 BundleSpec. */
export const clusterBundle: KindExtractor = (object) => {
  const inLine = scalar(object.root, 'spec', 'inLineCAs');
  return distributed(object, inLine ? [inLine] : []);
};

function distributed(object: KubernetesObject, inLine: readonly YamlScalar[]) {
  const target = get(object.root, 'spec', 'target');
  const key = keyOf(target, 'secret');
  return {
    facts:
      key && object.name !== undefined
        ? [
            secretFact(object, {
              technology: 'trust-manager',
              name: object.name,
              provider: 'external',
              span: spanOfNode(key),
            }),
          ]
        : [],
    diagnostics: [],
    nested: inLine.map(
      (node): Source => sourceOfScalar(node, { name: 'bundle.pem', holder: labelOf(object), container: 'ca-bundle' }),
    ),
  };
}
