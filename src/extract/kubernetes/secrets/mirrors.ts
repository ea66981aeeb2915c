import type { Fact, Secret } from '../../../core/fact.ts';
import { boolean, scalar, spanOfNode, type YamlNode, type YamlScalar } from '../../../formats/yaml-tree.ts';
import { type KubernetesObject, qualified } from '../objects.ts';
import { secretFact } from './provider.ts';

/**
 * The copies of a Secret in other namespaces that its annotations ask another controller for. Sources:
 * emberstack/kubernetes-reflector 10.0.63 and mittwald/kubernetes-replicator 2.12.4, README; kubed's
 * `kubed.appscode.com/sync`. A list that holds patterns, or none at all, stands for any namespace.
 */
export function mirrorsOf(
  object: KubernetesObject,
  annotations: YamlNode | undefined,
  name: string | undefined,
): readonly Fact<Secret>[] {
  if (!annotations || name === undefined || name === '') return [];
  const at = (key: string) => scalar(annotations, key);
  const reflected = at('reflector.v1.k8s.emberstack.com/reflection-auto-enabled');
  const asked: readonly (readonly [YamlScalar, string])[] = [
    ...(reflected && boolean(reflected) === true
      ? [
          [
            reflected,
            at('reflector.v1.k8s.emberstack.com/reflection-auto-namespaces-selector')
              ? ''
              : (at('reflector.v1.k8s.emberstack.com/reflection-auto-namespaces')?.value ?? ''),
          ] as const,
        ]
      : []),
    ...copied(at('replicator.v1.mittwald.de/replicate-to'), (list) => list),
    ...copied(at('replicator.v1.mittwald.de/replicate-to-matching'), () => ''),
    ...copied(at('kubed.appscode.com/sync'), () => ''),
  ];
  return asked.flatMap(([node, namespaces]) =>
    namespacesIn(namespaces).map((namespace) =>
      secretFact(object, {
        technology: 'kubernetes',
        name: qualified(namespace, name),
        provider: 'external',
        span: spanOfNode(node),
      }),
    ),
  );
}

const copied = (
  node: YamlScalar | undefined,
  list: (value: string) => string,
): readonly (readonly [YamlScalar, string])[] => (node ? [[node, list(node.value)]] : []);

/** The namespaces of a list; one unknown namespace where the list does not name them all. */
function namespacesIn(list: string): readonly (string | undefined)[] {
  const names = list.split(',').map((name) => name.trim());
  return names.every((name) => /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(name)) ? names : [undefined];
}

/** The annotations by which a Secret says that a controller copies another one into it. */
export const copiedFrom = [
  'reflector.v1.k8s.emberstack.com/reflects',
  'replicator.v1.mittwald.de/replicate-from',
] as const;
