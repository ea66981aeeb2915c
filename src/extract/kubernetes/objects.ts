import type { Span } from '../../core/source.ts';
import type { YamlMapping, YamlNode } from '../../formats/yaml-tree.ts';
import { get, items, keyOf, lookUp, scalar, spanOfNode, text } from '../../formats/yaml-tree.ts';

/** One Kubernetes object: a document, or an item of a list. */
export interface KubernetesObject {
  readonly root: YamlMapping;
  /** The part of `apiVersion` before the slash; empty for the core group. */
  readonly group: string;
  /** The part of `apiVersion` after the slash, or all of it. */
  readonly version: string;
  readonly kind: string;
  /** `undefined` where it is not written here, or a template decides. */
  readonly name: string | undefined;
  readonly namespace: string | undefined;
  /** It changes an object that stands elsewhere, or is a part of one: what it leaves out is unknown, not absent. */
  readonly fragment: boolean;
  /** SOPS encrypted it: of its root only what names it is left, and nothing else of it was read. */
  readonly encrypted?: true;
}

/** How deep lists in lists are followed. */
const deepestList = 3;

/**
 * The objects of a file's documents, in order. `List` kinds and OpenShift templates give their items; a list of one
 * kind lends its items what they leave out (Kubernetes API conventions, "Lists of named subobjects").
 * Documents that SOPS encrypted are passed over, for their values say nothing; of Secrets it stays that they are there.
 */
export const objectsIn = (documents: readonly YamlNode[], patch: boolean): readonly KubernetesObject[] =>
  documents.flatMap((document) => objectsOf(document, undefined, patch, deepestList));

interface Identity {
  readonly apiVersion: string;
  readonly kind: string;
}

function objectsOf(
  node: YamlNode,
  listed: Identity | undefined,
  patch: boolean,
  depth: number,
): readonly KubernetesObject[] {
  if (node.kind !== 'mapping') return [];
  const apiVersion = text(node, 'apiVersion') ?? listed?.apiVersion;
  const kind = text(node, 'kind') ?? listed?.kind;
  if (apiVersion === undefined || kind === undefined || apiVersion === '') return [];
  if (isEncrypted(node)) return encryptedSecret(node, apiVersion, kind);
  const members = kind.endsWith('List') ? 'items' : kind === 'Template' ? 'objects' : undefined;
  if (members !== undefined && get(node, members)?.kind === 'sequence') {
    if (depth === 0) return [];
    const inherited =
      kind === 'List' || kind === 'Template' ? undefined : { apiVersion, kind: kind.slice(0, -'List'.length) };
    return items(node, members).flatMap((item) => objectsOf(item, inherited, patch, depth - 1));
  }
  const slash = apiVersion.indexOf('/');
  const group = slash < 0 ? '' : apiVersion.slice(0, slash);
  const identity = {
    group,
    version: apiVersion.slice(slash + 1),
    kind,
    name: text(node, 'metadata', 'name'),
    namespace: text(node, 'metadata', 'namespace'),
  };
  return [{ root: node, ...identity, fragment: patch || isFragment(node, `${group}/${kind}`) }];
}

const isEncrypted = (root: YamlMapping): boolean =>
  get(root, 'sops', 'mac') !== undefined || get(root, 'sops', 'version') !== undefined;

/** What SOPS leaves readable of a Secret, or of an object full of Secrets, besides its kind. */
const keptEncrypted: Readonly<Record<string, readonly string[]>> = {
  '/Secret': ['metadata', 'type'],
  'isindir.github.com/SopsSecret': ['metadata', 'spec'],
};

/** A Secret that SOPS encrypted, without its content. Names may be encrypted as well. */
function encryptedSecret(node: YamlMapping, apiVersion: string, kind: string): readonly KubernetesObject[] {
  const slash = apiVersion.indexOf('/');
  const group = slash < 0 ? '' : apiVersion.slice(0, slash);
  const kept = keptEncrypted[`${group}/${kind}`];
  if (!kept) return [];
  const root = {
    ...node,
    entries: node.entries.filter(({ key }) => [...kept, 'apiVersion', 'kind'].includes(key.value)),
  };
  const clear = (value: string | undefined) => (value?.startsWith('ENC[') ? undefined : value);
  return [
    {
      root,
      group,
      version: apiVersion.slice(slash + 1),
      kind,
      name: clear(text(node, 'metadata', 'name')),
      namespace: clear(text(node, 'metadata', 'namespace')),
      fragment: true,
      encrypted: true,
    },
  ];
}

/** What a whole object of a kind cannot do without: one of each line. */
const required: Readonly<Record<string, readonly (readonly (readonly string[])[])[]>> = {
  'networking.k8s.io/Ingress': [
    [
      ['spec', 'rules'],
      ['spec', 'defaultBackend'],
      ['spec', 'backend'],
    ],
  ],
  'extensions/Ingress': [
    [
      ['spec', 'rules'],
      ['spec', 'defaultBackend'],
      ['spec', 'backend'],
    ],
  ],
  'cert-manager.io/Certificate': [[['spec', 'issuerRef']], [['spec', 'secretName']]],
  'networking.istio.io/Gateway': [[['spec', 'servers']]],
  'networking.istio.io/DestinationRule': [[['spec', 'host']]],
  'apiregistration.k8s.io/APIService': [[['spec', 'version']]],
};

/** Whether an object is a strategic merge patch by its directives, or lacks what its kind requires. */
function isFragment(root: YamlMapping, groupKind: string): boolean {
  const { source, range } = root;
  if (
    /["']?\$(patch|retainKeys|setElementOrder\/|deleteFromPrimitiveList\/)/.test(
      source.text.slice(range.start, range.end),
    )
  )
    return true;
  return !isWhole(root, groupKind);
}

/** Whether an object has what its kind cannot do without. */
export const isWhole = (root: YamlMapping, groupKind: string): boolean =>
  !(required[groupKind] ?? []).some((paths) => paths.every((path) => lookUp(root, ...path).state === 'absent'));

/** What a person would call it: `Ingress shop/web`. */
export const labelOf = ({ kind, name, namespace }: KubernetesObject): string =>
  name === undefined ? `the ${kind}` : `${kind} ${qualified(namespace, name)}`;

/** `shop/web`, or `web` where the namespace is not known. */
export const qualified = (namespace: string | undefined, name: string): string =>
  namespace === undefined || name.includes('/') ? name : `${namespace}/${name}`;

/** Where a line that the object lacks is explained: at its name, else at its kind. */
export function headOf({ root }: KubernetesObject): Span {
  const name = scalar(root, 'metadata', 'name') ?? scalar(root, 'kind') ?? keyOf(root, 'metadata');
  return spanOfNode(name ?? root);
}
