import type { Fact, Listener } from '../../../core/fact.ts';
import {
  buildFact,
  byDefault,
  composite,
  type Field,
  type Fields,
  unknown,
  written,
} from '../../../core/fact-builder.ts';
import { entries, get, items, keyOf, spanOfNode, text, type YamlNode } from '../../../formats/yaml-tree.ts';
import type { ListenerPlace } from '../gateway-api/attachment.ts';
import { implementationOf } from '../gateway-api/implementation.ts';
import { mayBeSame, means, type Reference, referenceAt, targetsOf } from '../gateway-api/references.ts';
import { type KindContext, type KindExtractor, nothing } from '../kind.ts';
import { nearestTo } from '../nearest.ts';
import { type KubernetesObject, labelOf, qualified } from '../objects.ts';
import { booleanIn, settingAt, spanIn, textIn } from '../settings.ts';
import { ciphersOf, groupsOf, protocolsOf } from './tls-settings.ts';

const policyKind = 'gateway.envoyproxy.io/ClientTrafficPolicy';
const gatewayKind = 'gateway.networking.k8s.io/Gateway';

/**
 * A ClientTrafficPolicy whose Gateway is not in the repository: a `listener` of its own. Otherwise its settings are
 * part of the Gateway's listeners. Source: Envoy Gateway 1.9, api/v1alpha1/clienttrafficpolicy_types.go.
 */
export const clientTrafficPolicy: KindExtractor = (object, context) => {
  const tls = get(object.root, 'spec', 'tls');
  const attached = [gatewayKind, 'gateway.networking.k8s.io/ListenerSet']
    .flatMap((kind) => context.known(kind))
    .some((target) => reachesObject(object, target));
  if (!tls || attached) return nothing;
  const head = {
    technology: 'envoy-gateway',
    subject: labelOf(object),
    self: spanOfNode(keyOf(get(object.root, 'spec'), 'tls') ?? tls),
  };
  const fact: Fact<Listener> = buildFact<Listener>(
    head,
    { kind: 'listener' },
    { tls: written(true, head.self), certificates: unknown, hsts: unknown, ...settingsOf(object, context) },
  );
  return { facts: [fact], diagnostics: [] };
};

/**
 * What ClientTrafficPolicies say about a listener that ends TLS. One for the listener's section replaces one for the
 * whole Gateway; of several that are as near, nothing is known (clienttrafficpolicy.go, "policies attached to a section").
 */
export function clientTrafficSettings(place: ListenerPlace, context: KindContext): Fields<Listener> | undefined {
  const { object, gateway, node } = place;
  const policies = context.known(policyKind);
  const section = text(node, 'name');
  const own = policies.filter((policy) =>
    targetsOf(policy).some((target) => isLocal(policy, target, object) && target.sectionName === section),
  );
  const whole = [object, ...(gateway ? [gateway] : [])].flatMap((target) =>
    policies.filter((policy) => reachesWhole(policy, target)),
  );
  const candidates = nearestTo(object.root.source.path, own.length > 0 ? own : [...new Set(whole)]);
  const [policy, ...others] = candidates;
  if (policy && others.length > 0)
    return { protocols: unknown, ciphers: unknown, groups: unknown, clientAuth: unknown };
  if (policy) return settingsOf(policy, context);
  const owner = gateway ?? object;
  const { product, guessed } = implementationOf(owner, context);
  return product === 'envoy-gateway' ? defaults(owner, guessed, context) : undefined;
}

/** The targets of a policy stand in its own namespace. */
const isLocal = (policy: KubernetesObject, target: Reference, object: KubernetesObject): boolean =>
  means(target, object) && mayBeSame(policy.namespace, object.namespace);

const reachesWhole = (policy: KubernetesObject, object: KubernetesObject): boolean =>
  targetsOf(policy).some((target) => isLocal(policy, target, object) && target.sectionName === undefined) ||
  isSelected(policy, object);

const reachesObject = (policy: KubernetesObject, object: KubernetesObject): boolean =>
  targetsOf(policy).some((target) => isLocal(policy, target, object)) || isSelected(policy, object);

/** `targetSelectors` picks objects of a kind by their labels. */
function isSelected(policy: KubernetesObject, object: KubernetesObject): boolean {
  return items(policy.root, 'spec', 'targetSelectors').some((selector) => {
    const { kind, group } = referenceAt(policy, selector, 'gateway.networking.k8s.io', 'Gateway');
    const labels = entries(selector, 'matchLabels');
    const anywhere = text(selector, 'namespaces', 'from') !== undefined;
    return (
      kind === object.kind &&
      group === object.group &&
      (anywhere || mayBeSame(policy.namespace, object.namespace)) &&
      labels.length > 0 &&
      labels.every(
        ({ key, value }) =>
          value.kind === 'scalar' && text(object.root, 'metadata', 'labels', key.value) === value.value,
      )
    );
  });
}

function settingsOf(policy: KubernetesObject, context: KindContext): Fields<Listener> {
  const tls = get(policy.root, 'spec', 'tls');
  const fallback = defaults(policy, false, context);
  if (!tls) return policy.fragment ? { protocols: unknown, clientAuth: unknown } : fallback;
  return {
    protocols: protocolsOf(policy, tls) ?? fallback.protocols,
    ciphers: ciphersOf(policy, tls) ?? unknown,
    groups: groupsOf(policy, tls),
    clientAuth: clientAuthOf(policy, tls) ?? fallback.clientAuth,
    sessionTickets: sessionTickets(policy, tls),
  };
}

/** TLS 1.2 and 1.3, and no client certificates (api/v1alpha1/tls_types.go, TLSSettings, ClientValidationContext). */
function defaults({ root }: KubernetesObject, guessed: boolean, context: KindContext): Fields<Listener> {
  const { reason } = context.versions('envoy-gateway', root.source.path);
  return {
    protocols: byDefault(['TLSv1.2', 'TLSv1.3'], `the default of ${reason}`, guessed),
    clientAuth: byDefault(
      { mode: 'none' },
      'Envoy Gateway asks for client certificates only where a ClientTrafficPolicy or its Gateway says so',
      guessed,
    ),
  };
}

const modes = {
  Request: 'request',
  RequireAny: 'request',
  VerifyIfGiven: 'optional',
  RequireAndVerify: 'required',
} as const satisfies Record<string, NonNullable<Listener['clientAuth']>['mode']>;

const isMode = (name: string): name is keyof typeof modes => name in modes;

/** RequireAndVerify unless `mode` or the older `optional` says otherwise; Request and RequireAny verify nothing. */
function clientAuthOf(policy: KubernetesObject, tls: YamlNode): Field<NonNullable<Listener['clientAuth']>> | undefined {
  const validation = settingAt(policy, tls, 'clientValidation');
  if (validation.state !== 'written') return validation.state === 'absent' ? undefined : unknown;
  const mode = settingAt(policy, validation.node, 'mode');
  const optional = settingAt(policy, validation.node, 'optional');
  const [first] = items(validation.node, 'caCertificateRefs').map((one) => referenceAt(policy, one, '', 'Secret'));
  const span = spanOfNode(keyOf(tls, 'clientValidation') ?? validation.node);
  const name = textIn(mode);
  return composite<NonNullable<Listener['clientAuth']>>({
    mode:
      mode.state === 'absent'
        ? optional.state === 'unknown'
          ? unknown
          : written(booleanIn(optional) === true ? 'optional' : 'required', spanIn(optional) ?? span)
        : name !== undefined && isMode(name)
          ? written(modes[name], spanIn(mode) ?? span)
          : unknown,
    ca:
      first?.name === undefined
        ? undefined
        : written(`${first.kind} ${qualified(first.namespace, first.name)}`, spanOfNode(first.node)),
  });
}

/** Sessions are not resumed unless `session.resumption` says how; `stateless` is by tickets. */
function sessionTickets(policy: KubernetesObject, tls: YamlNode): Field<boolean> {
  const stateless = settingAt(policy, tls, 'session', 'resumption', 'stateless');
  const span = keyOf(get(tls, 'session', 'resumption'), 'stateless');
  if (stateless.state === 'written' && span) return written(true, spanOfNode(span));
  return stateless.state === 'absent' ? byDefault(false, 'Envoy Gateway resumes no sessions unless told to') : unknown;
}
