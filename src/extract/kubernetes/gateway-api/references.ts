import { items, type YamlNode } from '../../../formats/yaml-tree.ts';
import { type KubernetesObject, qualified } from '../objects.ts';
import { perObject } from '../remembered.ts';
import { settingAt, textIn } from '../settings.ts';

export const gatewayGroup = 'gateway.networking.k8s.io';

/** A reference to an object, as Gateway API writes them: `{ group, kind, name, namespace, sectionName, port }`. */
export interface Reference {
  readonly node: YamlNode;
  readonly group: string;
  readonly kind: string;
  readonly name: string | undefined;
  /** Of the referring object where the reference names none. */
  readonly namespace: string | undefined;
  readonly sectionName: string | undefined;
  readonly port: string | undefined;
}

/** What a reference means; group and kind are what the field stands for where they are not written. */
export function referenceAt(object: KubernetesObject, node: YamlNode, group: string, kind: string): Reference {
  const at = (name: string): string | undefined => textIn(settingAt(object, node, name));
  return {
    node,
    group: at('group') ?? group,
    kind: at('kind') ?? kind,
    name: at('name'),
    namespace: at('namespace') ?? object.namespace,
    sectionName: at('sectionName'),
    port: at('port'),
  };
}

/** The Gateways and ListenerSets that a route asks to be attached to (v1 CommonRouteSpec). */
export const parentsOf = perObject((route): readonly Reference[] =>
  items(route.root, 'spec', 'parentRefs').map((node) => referenceAt(route, node, gatewayGroup, 'Gateway')),
);

/** The targets of a policy: `targetRefs`, or the single `targetRef` of older versions. */
export function targetsOf(policy: KubernetesObject): readonly Reference[] {
  const nodes = items(policy.root, 'spec', 'targetRefs');
  const single = settingAt(policy, policy.root, 'spec', 'targetRef');
  return [...nodes, ...(single.state === 'written' ? [single.node] : [])].map((node) =>
    referenceAt(policy, node, gatewayGroup, 'Gateway'),
  );
}

/** Whether two names can mean the same namespace: one that is not written may be any. */
export const mayBeSame = (a: string | undefined, b: string | undefined): boolean =>
  a === undefined || b === undefined || a === b;

/** Whether a reference means an object. */
export const means = (reference: Reference, object: KubernetesObject): boolean =>
  reference.kind === object.kind &&
  reference.group === object.group &&
  reference.name === object.name &&
  mayBeSame(reference.namespace, object.namespace);

/** What a listener is called: `Gateway shop/public#https`; all listeners of an object without `#`. */
export function listenerName(
  kind: string,
  namespace: string | undefined,
  name: string | undefined,
  section: string | undefined,
): string | undefined {
  if (name === undefined) return undefined;
  return `${kind} ${qualified(namespace, name)}${section === undefined ? '' : `#${section}`}`;
}

/** Whether host names have one in common; a wildcard stands for one label or more (v1 Listener.hostname). */
export function hostsMeet(a: string, b: string): boolean {
  const [first, second] = [a.toLowerCase(), b.toLowerCase()];
  if (first === second || first === '*' || second === '*') return true;
  const under = (host: string, wildcard: string): boolean =>
    wildcard.startsWith('*.') && host.endsWith(wildcard.slice(1));
  return under(first, second) || under(second, first);
}

/** Whether two lists of hosts meet; an empty list stands for every host. */
export const hostListsMeet = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === 0 || b.length === 0 || a.some((one) => b.some((other) => hostsMeet(one, other)));
