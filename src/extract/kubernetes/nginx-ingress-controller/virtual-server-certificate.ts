import type { Fact, Issuance } from '../../../core/fact.ts';
import { buildFact, byDefault, written } from '../../../core/fact-builder.ts';
import { scalar, spanOfNode, text } from '../../../formats/yaml-tree.ts';
import { issuerFields, requestFields } from '../cert-manager/request.ts';
import type { KindContext } from '../kind.ts';
import { type KubernetesObject, labelOf, qualified } from '../objects.ts';
import { listOf, settingAt } from '../settings.ts';
import { controllerFor, mayBeOn } from './controller.ts';

/**
 * What `spec.tls.cert-manager` asks of cert-manager, for the host and the Secret of the VirtualServer; nothing where the
 * controller is here without `-enable-cert-manager`. Source: pkg/apis/configuration/v1/types.go of 5.5.4, CertManager.
 */
export function requestOf(object: KubernetesObject, context: KindContext): readonly Fact<Issuance>[] {
  const { root } = object;
  const path = ['spec', 'tls', 'cert-manager'];
  const issuer = scalar(root, ...path, 'issuer');
  const clusterIssuer = scalar(root, ...path, 'cluster-issuer');
  const named = issuer ?? clusterIssuer;
  if (!named || !mayBeOn(controllerFor(object, context), 'enable-cert-manager')) return [];
  const kind = text(root, ...path, 'issuer-kind') ?? (issuer ? 'Issuer' : 'ClusterIssuer');
  const secret = scalar(root, 'spec', 'tls', 'secret');
  const host = scalar(root, 'spec', 'host');
  const absent = { state: 'absent' } as const;
  return [
    buildFact<Issuance>(
      { technology: 'cert-manager', subject: labelOf(object), self: spanOfNode(named) },
      { kind: 'issuance' },
      {
        ...issuerFields(object, named, kind, text(root, ...path, 'issuer-group')),
        ...requestFields({
          duration: settingAt(object, root, ...path, 'duration'),
          renewBefore: settingAt(object, root, ...path, 'renew-before'),
          renewBeforePercentage: absent,
          algorithm: absent,
          size: absent,
        }),
        secret: secret && written(qualified(object.namespace, secret.value), spanOfNode(secret)),
        hosts: host && listOf([host], spanOfNode(host)),
        ca: byDefault(false, 'what a VirtualServer asks for is no authority'),
      },
    ),
  ];
}
