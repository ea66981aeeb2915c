import { text, type YamlNode } from '../../../formats/yaml-tree.ts';
import type { KindContext } from '../kind.ts';
import type { KubernetesObject } from '../objects.ts';
import { knownObjects, nearestTo } from './objects.ts';

/** A name in the configuration of Traefik's Kubernetes provider. */
export interface Reference {
  readonly name: string;
  readonly namespace: string | undefined;
}

/** `{ name, namespace }`; the namespace is the object's own where none is written. */
export function referenceIn(object: KubernetesObject, node: YamlNode | undefined): Reference | undefined {
  const name = text(node, 'name');
  return name === undefined ? undefined : { name, namespace: text(node, 'namespace') ?? object.namespace };
}

/**
 * The object of a kind that a reference means, where exactly one does. A name with a provider, `shop-auth@kubernetescrd`,
 * holds the namespace as well; one of another provider is not here. A namespace that is not written may be any.
 * Source: Traefik 3.7, pkg/provider/kubernetes/crd/kubernetes.go, resolveReference.
 */
export function resolved(
  { name, namespace }: Reference,
  kind: string,
  from: KubernetesObject,
  context: KindContext,
): KubernetesObject | undefined {
  const [local = '', provider] = name.split('@');
  if (provider !== undefined && provider !== 'kubernetescrd') return undefined;
  const matches = knownObjects(context, kind).filter((object) =>
    provider === undefined ? isNamed(object, local, namespace) : hasIdentifier(object, local),
  );
  const [found, ...others] = nearestTo(from.root.source.path, matches);
  return others.length === 0 ? found : undefined;
}

const isNamed = (object: KubernetesObject, name: string, namespace: string | undefined): boolean =>
  object.name === name && (object.namespace === undefined || namespace === undefined || object.namespace === namespace);

/** `namespace-name`; the provider writes every other character than letters and digits as a hyphen. */
const hasIdentifier = ({ name, namespace }: KubernetesObject, identifier: string): boolean => {
  const plain = (text: string): string => text.replace(/[^a-z0-9]+/gi, '-');
  if (name === undefined) return false;
  return namespace === undefined
    ? identifier === plain(name) || identifier.endsWith(`-${plain(name)}`)
    : identifier === plain(`${namespace}-${name}`);
};
