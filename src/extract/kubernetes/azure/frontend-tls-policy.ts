import { data as policies } from '../../../../data/azure-container-gateway-policies.yaml';
import type { Listener } from '../../../core/fact.ts';
import { byDefault, composite, type Field, type Fields, unknown, written } from '../../../core/fact-builder.ts';
import { get, items, spanOfNode, text } from '../../../formats/yaml-tree.ts';
import type { ListenerPlace } from '../gateway-api/attachment.ts';
import { implementationOf } from '../gateway-api/implementation.ts';
import { mayBeSame, means, referenceAt, targetsOf } from '../gateway-api/references.ts';
import type { KindContext } from '../kind.ts';
import { nearestTo } from '../nearest.ts';
import { type KubernetesObject, qualified } from '../objects.ts';
import { settingAt, spanIn, textIn } from '../settings.ts';

/**
 * What a FrontendTLSPolicy of Application Gateway for Containers says about a listener: a predefined policy, and whether
 * clients need a certificate. Source: Microsoft, "Application Gateway for Containers TLS policy overview" and "API
 * specification for Kubernetes" (alb.networking.azure.io/v1), read 2026-11.
 */
export function frontendTlsSettings(place: ListenerPlace, context: KindContext): Fields<Listener> | undefined {
  const gateway = place.gateway ?? place.object;
  const { product, guessed } = implementationOf(gateway, context);
  if (product !== 'application-gateway-for-containers') return undefined;
  const found = context
    .known('alb.networking.azure.io/FrontendTLSPolicy')
    .filter((policy) => isFor(policy, place, gateway));
  const [policy, ...others] = nearestTo(gateway.root.source.path, found);
  if (others.length > 0) return { protocols: unknown, ciphers: unknown, clientAuth: unknown };
  const config = policy && (get(policy.root, 'spec', 'override') ?? get(policy.root, 'spec', 'default'));
  const named = policy && config ? settingAt(policy, config, 'policyType', 'name') : undefined;
  const standard = policies.find(({ isDefault }) => isDefault === true);
  const chosen = named && named.state !== 'absent' ? policies.find(({ name }) => name === textIn(named)) : standard;
  const span = named && spanIn(named);
  const reason = `${standard?.name ?? ''}, the policy of Application Gateway for Containers where none is named`;
  const from = <T>(value: T): Field<T> => (span ? written(value, span) : byDefault(value, reason, guessed));
  return {
    protocols: chosen ? from(chosen.protocols) : unknown,
    ciphers: chosen ? from(chosen.ciphers) : unknown,
    groups: chosen ? from(chosen.groups) : unknown,
    ...(policy && config && { clientAuth: clientAuthOf(policy, config) }),
  };
}

/** Without `sectionNames` it is for every listener of its Gateway. */
function isFor(policy: KubernetesObject, { node }: ListenerPlace, gateway: KubernetesObject): boolean {
  return targetsOf(policy).some((target) => {
    const sections = items(target.node, 'sectionNames').map((one) => (one.kind === 'scalar' ? one.value : undefined));
    return (
      means(target, gateway) &&
      mayBeSame(policy.namespace, gateway.namespace) &&
      (sections.length === 0 || sections.includes(text(node, 'name')))
    );
  });
}

function clientAuthOf(
  policy: KubernetesObject,
  config: NonNullable<ReturnType<typeof get>>,
): Field<NonNullable<Listener['clientAuth']>> {
  const ca = settingAt(policy, config, 'verify', 'caCertificateRef');
  if (ca.state !== 'written')
    return ca.state === 'absent'
      ? byDefault({ mode: 'none' }, 'a FrontendTLSPolicy asks for client certificates only with verify')
      : unknown;
  const { kind, namespace, name } = referenceAt(policy, ca.node, '', 'Secret');
  const span = spanOfNode(ca.node);
  return composite<NonNullable<Listener['clientAuth']>>({
    mode: written('required', span),
    ca: name === undefined ? undefined : written(`${kind} ${qualified(namespace, name)}`, span),
  });
}
