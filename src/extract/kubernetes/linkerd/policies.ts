import type { Fact, Mesh } from '../../../core/fact.ts';
import { byDefault, type Field, type Fields, unknown, written } from '../../../core/fact-builder.ts';
import { get, items, keyOf, spanOfNode, text } from '../../../formats/yaml-tree.ts';
import { type KindContext, type KindExtractor, nothing } from '../kind.ts';
import { headOf, type KubernetesObject, labelOf } from '../objects.ts';
import { booleanIn, fieldFrom, labelsField, settingAt, spanIn } from '../settings.ts';
import { meshFact, modeOfPolicy } from './mesh-facts.ts';

/**
 * A Server: from then on its port is for whom an authorization names, and for nobody else, unless `accessPolicy` says
 * otherwise. Source: Linkerd 2.20, charts/linkerd-crds/templates/policy/server.yaml.
 */
export const server: KindExtractor = (object) => {
  const policy = settingAt(object, object.root, 'spec', 'accessPolicy');
  const mode =
    policy.state === 'absent'
      ? byDefault<NonNullable<Mesh['mode']>>('strict', 'a Server lets in only whom an authorization names')
      : (modeOfPolicy(policy) ?? unknown);
  return { facts: [portFact(object, labelOf(object), { mode, ...ofServer(object) })], diagnostics: [] };
};

/** The pods and the port of a Server; a port by name is unknown here. */
function ofServer(object: KubernetesObject): Fields<Mesh> {
  const labels = settingAt(object, object.root, 'spec', 'podSelector', 'matchLabels');
  const expressions = settingAt(object, object.root, 'spec', 'podSelector', 'matchExpressions').state === 'written';
  return {
    ports: fieldFrom(settingAt(object, object.root, 'spec', 'port'), (port) =>
      /^\d+$/.test(port) ? [Number(port)] : undefined,
    ),
    selector: expressions ? unknown : labels.state === 'absent' ? undefined : labelsField(labels),
  };
}

const portFact = (object: KubernetesObject, subject: string, fields: Fields<Mesh>): Fact<Mesh> =>
  meshFact(object, subject, headOf(object), 'port', fields);

/**
 * A ServerAuthorization: what it lets in on the port of its Server. `unauthenticated` takes plain text; with
 * `unauthenticatedTLS` connections are encrypted, and who comes is not asked.
 */
export const serverAuthorization: KindExtractor = (object, context) => {
  const open = settingAt(object, object.root, 'spec', 'client', 'unauthenticated');
  const mesh = get(object.root, 'spec', 'client', 'meshTLS');
  const mode = booleanIn(open) === true ? fieldFrom(open, () => 'permissive' as const) : identityMode(object);
  if (!mode || (open.state === 'absent' && !mesh)) return nothing;
  const name = text(object.root, 'spec', 'server', 'name');
  return {
    facts: [portFact(object, labelOf(object), { mode, ...namedServer(object, name, context) })],
    diagnostics: [],
  };
};

function identityMode(object: KubernetesObject): Field<NonNullable<Mesh['mode']>> | undefined {
  const block = get(object.root, 'spec', 'client');
  const key = keyOf(block, 'meshTLS');
  return key ? written('strict', spanOfNode(key)) : undefined;
}

/** What the Server of a name selects, where it is in the repository. */
function namedServer(object: KubernetesObject, name: string | undefined, { known }: KindContext): Fields<Mesh> {
  const found = known('policy.linkerd.io/Server').find(
    (one) => one.name === name && (one.namespace === object.namespace || one.namespace === undefined),
  );
  return found && name !== undefined ? ofServer(found) : { ports: unknown, selector: unknown };
}

/**
 * An AuthorizationPolicy (of Linkerd's own group): clients need all that `requiredAuthenticationRefs` lists. An identity
 * of the mesh among them leaves plain text outside; networks alone, or an empty list, let it in. Policies for single
 * routes give no fact: their port takes what others allow as well.
 * Source: Linkerd 2.20, policy-controller/k8s/index/src/inbound/authorization_policy.rs.
 */
export const authorizationPolicy: KindExtractor = (object, context) => {
  const references = settingAt(object, object.root, 'spec', 'requiredAuthenticationRefs');
  const target = text(object.root, 'spec', 'targetRef', 'kind');
  const span = spanIn(references);
  if (references.state !== 'written' || references.node.kind !== 'sequence' || references.node.open || !span)
    return nothing;
  const kinds = items(references.node).map((reference) => text(reference, 'kind'));
  const isMeshed = kinds.some((kind) => kind === 'MeshTLSAuthentication' || kind === 'ServiceAccount');
  const mode: Field<NonNullable<Mesh['mode']>> = kinds.includes(undefined)
    ? unknown
    : written(isMeshed ? 'strict' : 'permissive', span);
  if (target === 'Namespace')
    return { facts: [meshFact(object, labelOf(object), headOf(object), 'namespace', { mode })], diagnostics: [] };
  if (target !== 'Server') return nothing;
  const name = text(object.root, 'spec', 'targetRef', 'name');
  return {
    facts: [portFact(object, labelOf(object), { mode, ...namedServer(object, name, context) })],
    diagnostics: [],
  };
};
