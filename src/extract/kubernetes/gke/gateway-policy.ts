import type { Listener } from '../../../core/fact.ts';
import { type Fields, unknown, written } from '../../../core/fact-builder.ts';
import { scalar, spanOfNode } from '../../../formats/yaml-tree.ts';
import type { ListenerPlace } from '../gateway-api/attachment.ts';
import { implementationOf } from '../gateway-api/implementation.ts';
import { mayBeSame, means, targetsOf } from '../gateway-api/references.ts';
import type { KindContext } from '../kind.ts';
import { nearestTo } from '../nearest.ts';
import { settingAt } from '../settings.ts';
import { defaultProtocols } from './ssl-policy.ts';

/**
 * A listener of a GKE Gateway. A GCPGatewayPolicy names a policy that lives in the cloud; without one the cloud's default
 * holds. Certificates can be named outside of `certificateRefs`. Source: GoogleCloudPlatform/gke-gateway-api,
 * apis/networking/v1/gcpgatewaypolicy_types.go (2026-08); GKE, "Secure a Gateway".
 */
export function gkeGatewaySettings(place: ListenerPlace, context: KindContext): Fields<Listener> | undefined {
  const gateway = place.gateway ?? place.object;
  const { product, guessed } = implementationOf(gateway, context);
  if (product !== 'gke') return undefined;
  const policies = context
    .known('networking.gke.io/GCPGatewayPolicy')
    .filter((policy) =>
      targetsOf(policy).some((target) => means(target, gateway) && mayBeSame(policy.namespace, gateway.namespace)),
    );
  const [policy, ...others] = nearestTo(gateway.root.source.path, policies);
  const named = policy && settingAt(policy, policy.root, 'spec', 'default', 'sslPolicy');
  const isOpen = others.length > 0 || (named !== undefined && named.state !== 'absent') || gateway.fragment;
  const managed =
    scalar(gateway.root, 'metadata', 'annotations', 'networking.gke.io/certmap') ??
    scalar(place.node, 'tls', 'options', 'networking.gke.io/pre-shared-certs') ??
    scalar(place.node, 'tls', 'options', 'networking.gke.io/cert-manager-certs');
  return {
    protocols: isOpen ? unknown : defaultProtocols(guessed),
    ...(managed && { certificates: written([{ from: 'managed', ref: managed.value }], spanOfNode(managed)) }),
  };
}
