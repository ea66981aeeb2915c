import type { Fact, Listener, Mesh } from '../../../core/fact.ts';
import { buildFact, type Field, unknown, written } from '../../../core/fact-builder.ts';
import { get, keyOf, scalar, spanOfNode } from '../../../formats/yaml-tree.ts';
import type { KindContext, KindExtractor } from '../kind.ts';
import { type KubernetesObject, labelOf } from '../objects.ts';
import { fieldFrom, goDurationSeconds, listField, settingAt, suiteListField } from '../settings.ts';
import { protocolsBetween } from './protocols.ts';

/**
 * A ServiceMeshControlPlane of OpenShift Service Mesh 2: `dataPlane.mtls` makes a PeerAuthentication for the mesh,
 * STRICT or PERMISSIVE, `controlPlane.tls` is for gateways and proxies alike.
 * Source: maistra/istio-operator 2.5, pkg/apis/maistra/v2/security.go; resources/helm/v2.4/mesh-config/templates.
 */
export const serviceMeshControlPlane: KindExtractor = (object, context) => ({
  facts: [...meshFact(object), ...tlsFact(object, context), ...lifetimeFact(object)],
  diagnostics: [],
});

const security = ['spec', 'security'] as const;

function meshFact(object: KubernetesObject): readonly Fact<Mesh>[] {
  const node = scalar(object.root, ...security, 'dataPlane', 'mtls');
  if (!node) return [];
  const mode = fieldFrom<NonNullable<Mesh['mode']>>(
    settingAt(object, object.root, ...security, 'dataPlane', 'mtls'),
    (value) => (value === 'true' ? 'strict' : value === 'false' ? 'permissive' : undefined),
  );
  return [
    buildFact<Mesh>(
      { technology: 'istio', subject: `dataPlane.mtls of ${labelOf(object)}`, self: spanOfNode(node) },
      { kind: 'mesh', scope: 'mesh', ...(object.namespace !== undefined && { namespace: object.namespace }) },
      { mode },
    ),
  ];
}

function tlsFact(object: KubernetesObject, { versions }: KindContext): readonly Fact<Listener>[] {
  const block = get(object.root, ...security, 'controlPlane', 'tls');
  const key = keyOf(get(object.root, ...security, 'controlPlane'), 'tls');
  if (!block || !key) return [];
  const at = (name: string) => settingAt(object, block, name);
  return [
    buildFact<Listener>(
      { technology: 'istio', subject: `TLS of ${labelOf(object)}`, self: spanOfNode(key) },
      { kind: 'listener', tls: true, exposure: 'internal', application: 'other' },
      {
        protocols: protocolsBetween(
          at('minProtocolVersion'),
          at('maxProtocolVersion'),
          versions('istio', object.root.source.path),
        ),
        ciphers: suiteListField(at('cipherSuites')),
        groups: listField(at('ecdhCurves')),
      },
    ),
  ];
}

function lifetimeFact(object: KubernetesObject): readonly Fact<Mesh>[] {
  const node = scalar(object.root, ...security, 'certificateAuthority', 'istiod', 'workloadCertTTLDefault');
  if (!node) return [];
  const seconds = goDurationSeconds(node.value);
  const lifetime: Field<number> = seconds === undefined ? unknown : written(seconds, spanOfNode(node));
  return [
    buildFact<Mesh>(
      { technology: 'istio', subject: `certificates of workloads in ${labelOf(object)}`, self: spanOfNode(node) },
      { kind: 'mesh', scope: 'mesh' },
      { certificateLifetimeSeconds: lifetime },
    ),
  ];
}
