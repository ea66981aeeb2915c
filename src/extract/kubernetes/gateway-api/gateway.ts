import { items, text } from '../../../formats/yaml-tree.ts';
import type { KindContext, KindExtractor } from '../kind.ts';
import type { KubernetesObject } from '../objects.ts';
import { listenerFact } from './listener.ts';
import { gatewayGroup, mayBeSame } from './references.ts';

/** One `listener` for each listener of a Gateway. Source: Gateway API v1.6, apis/v1/gateway_types.go. */
export const gateway: KindExtractor = (object, context) => ({
  facts: items(object.root, 'spec', 'listeners').map((node) =>
    listenerFact({ object, gateway: object, node }, context),
  ),
  diagnostics: [],
});

/**
 * The same for a ListenerSet, which adds listeners to the Gateway that it names. Source: Gateway API v1.6,
 * apis/v1/listenerset_types.go; as XListenerSet in gateway.networking.x-k8s.io before v1.5.
 */
export const listenerSet: KindExtractor = (object, context) => ({
  facts: items(object.root, 'spec', 'listeners').map((node) =>
    listenerFact({ object, gateway: parentOf(object, context), node }, context),
  ),
  diagnostics: [],
});

function parentOf({ root, namespace }: KubernetesObject, { known }: KindContext): KubernetesObject | undefined {
  const name = text(root, 'spec', 'parentRef', 'name');
  const inNamespace = text(root, 'spec', 'parentRef', 'namespace') ?? namespace;
  return known(`${gatewayGroup}/Gateway`).find(
    (gateway) => gateway.name === name && mayBeSame(gateway.namespace, inNamespace),
  );
}
