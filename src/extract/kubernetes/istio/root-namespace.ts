import { parseYaml } from '../../../formats/yaml.ts';
import { scalar, sourceOfScalar, text, type YamlNode } from '../../../formats/yaml-tree.ts';
import type { Explanation, KindContext } from '../kind.ts';
import type { KubernetesObject } from '../objects.ts';

/** Istio's root namespace unless a mesh configuration names another (mesh/v1alpha1/config.proto, rootNamespace). */
const usual = 'istio-system';

/** What holds a mesh configuration, by `group/Kind`. */
const holders: Readonly<Record<string, (object: KubernetesObject) => readonly (string | undefined)[]>> = {
  'install.istio.io/IstioOperator': ({ root }) => [
    text(root, 'spec', 'meshConfig', 'rootNamespace') ?? ofValues(root, 'spec', 'values'),
  ],
  'sailoperator.io/Istio': ({ root }) => [ofValues(root, 'spec', 'values') ?? text(root, 'spec', 'namespace')],
  'maistra.io/ServiceMeshControlPlane': ({ namespace }) => [namespace],
  '/ConfigMap': ({ root, name }) => meshesIn(root, name).map((mesh) => text(mesh, 'rootNamespace')),
};

/** The chart takes `meshConfig.rootNamespace`, or else the namespace that Istio itself is in. */
const ofValues = (node: YamlNode, ...path: readonly string[]): string | undefined =>
  text(node, ...path, 'meshConfig', 'rootNamespace') ?? text(node, ...path, 'global', 'istioNamespace');

/** The configurations in the key `mesh` of the ConfigMap `istio`, or of a revision's: `istio-1-29`. */
export function meshesIn(root: YamlNode, name: string | undefined): readonly YamlNode[] {
  const written = /^istio(-|$)/.test(name ?? '') ? scalar(root, 'data', 'mesh') : undefined;
  return written ? parseYaml(sourceOfScalar(written)).documents : [];
}

/** Files that may name the root namespace. */
export const rootNamespaceExplanations: readonly Explanation[] = [
  { kind: 'IstioOperator' },
  { kind: 'Istio' },
  { kind: 'ServiceMeshControlPlane' },
  { kind: 'ConfigMap', says: /\brootNamespace\b/ },
];

/**
 * The namespaces whose policies are for a whole mesh: those that the mesh configurations of the repository name, or else
 * `istio-system`. Source: Istio 1.31, manifests/charts/istio-control/istio-discovery/templates/configmap.yaml.
 */
export function rootNamespaces(known: KindContext['known']): ReadonlySet<string> {
  const named = Object.entries(holders).flatMap(([kind, namesIn]) => known(kind).flatMap(namesIn));
  const found = named.filter((name): name is string => name !== undefined && name !== '');
  return new Set(found.length > 0 ? found : [usual]);
}
