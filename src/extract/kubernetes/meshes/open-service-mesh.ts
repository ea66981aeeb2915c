import type { Fact, Issuance, Listener, Mesh, ProtocolVersion } from '../../../core/fact.ts';
import { buildFact, byDefault, composite, type Field, unknown, written } from '../../../core/fact-builder.ts';
import { get, items, keyOf, scalar, spanOfNode, text, type YamlNode } from '../../../formats/yaml-tree.ts';
import { parseProtocol, protocolRange } from '../../../tls/protocols.ts';
import type { KindExtractor } from '../kind.ts';
import { type KubernetesObject, labelOf } from '../objects.ts';
import { booleanIn, fieldFrom, goDurationSeconds, listField, settingAt, suiteListField } from '../settings.ts';

/**
 * The MeshConfig of Open Service Mesh: TLS of its sidecars and the lifetime of certificates. Its traffic policy mode is
 * about authorization; sidecars speak mutual TLS to each other in either.
 * Source: openservicemesh/osm main of 2023-07, pkg/apis/config/v1alpha2/mesh_config.go; charts/osm/values.yaml.
 */
export const osmMeshConfig: KindExtractor = (object) => ({
  facts: [...sidecarFact(object), ...lifetimeFact(object), ...keyFact(object)],
  diagnostics: [],
});

function sidecarFact(object: KubernetesObject): readonly Fact<Listener>[] {
  const sidecar = get(object.root, 'spec', 'sidecar');
  const first =
    keyOf(sidecar, 'tlsMinProtocolVersion') ?? keyOf(sidecar, 'cipherSuites') ?? keyOf(sidecar, 'ecdhCurves');
  if (!sidecar || !first) return [];
  return [
    buildFact<Listener>(
      { technology: 'open-service-mesh', subject: `sidecars of ${labelOf(object)}`, self: spanOfNode(first) },
      { kind: 'listener', tls: true, exposure: 'internal', application: 'other' },
      {
        protocols: protocolsOf(object, sidecar),
        ciphers: suiteListField(settingAt(object, sidecar, 'cipherSuites')),
        groups: listField(settingAt(object, sidecar, 'ecdhCurves')),
      },
    ),
  ];
}

function protocolsOf(object: KubernetesObject, sidecar: YamlNode): Field<readonly ProtocolVersion[]> {
  const most = text(sidecar, 'tlsMaxProtocolVersion') ?? 'TLS_AUTO';
  const upper = most === 'TLS_AUTO' ? 'TLSv1.3' : parseProtocol(most);
  const least = settingAt(object, sidecar, 'tlsMinProtocolVersion');
  const node = scalar(sidecar, 'tlsMinProtocolVersion');
  if (!upper || least.state === 'unknown') return unknown;
  if (!node || node.value === 'TLS_AUTO')
    return byDefault(protocolRange('TLSv1.2', 'TLSv1.3'), 'the default of Open Service Mesh', true);
  const lower = parseProtocol(node.value);
  return lower ? written(protocolRange(lower, upper), spanOfNode(node)) : unknown;
}

function lifetimeFact(object: KubernetesObject): readonly Fact<Mesh>[] {
  const node = scalar(object.root, 'spec', 'certificate', 'serviceCertValidityDuration');
  const lifetime = fieldFrom(
    settingAt(object, object.root, 'spec', 'certificate', 'serviceCertValidityDuration'),
    goDurationSeconds,
  );
  if (!node) return [];
  return [
    buildFact<Mesh>(
      { technology: 'open-service-mesh', subject: `certificates of ${labelOf(object)}`, self: spanOfNode(node) },
      { kind: 'mesh', scope: 'mesh' },
      { certificateLifetimeSeconds: lifetime },
    ),
  ];
}

function keyFact(object: KubernetesObject): readonly Fact<Issuance>[] {
  const bits = scalar(object.root, 'spec', 'certificate', 'certKeyBitSize');
  if (!bits || !/^\d+$/.test(bits.value)) return [];
  const span = spanOfNode(bits);
  const subject = `authority of ${labelOf(object)}`;
  return [
    buildFact<Issuance>(
      { technology: 'open-service-mesh', subject, self: span },
      { kind: 'issuance', issuer: subject },
      { key: written({ algorithm: 'RSA', bits: Number(bits.value) }, span, { bits: span }) },
    ),
  ];
}

/**
 * An IngressBackend: what sidecars accept from an ingress controller. With `protocol: https` its certificate is checked
 * unless `skipClientCertValidation` is on. Source: as above, cmd/osm-bootstrap/crds/policy_ingress_backend.yaml.
 */
export const osmIngressBackend: KindExtractor = (object) => ({
  facts: items(object.root, 'spec', 'backends').flatMap((backend) => backendFact(object, backend)),
  diagnostics: [],
});

function backendFact(object: KubernetesObject, backend: YamlNode): readonly Fact<Listener>[] {
  const protocol = scalar(backend, 'port', 'protocol');
  if (protocol?.value.toLowerCase() !== 'https') return [];
  const skip = settingAt(object, backend, 'tls', 'skipClientCertValidation');
  const skipped = booleanIn(skip);
  const mode =
    skip.state === 'absent'
      ? byDefault<'required' | 'none'>('required', 'an IngressBackend checks the certificate of the controller')
      : skip.state === 'written' && skipped !== undefined
        ? written<'required' | 'none'>(skipped ? 'none' : 'required', spanOfNode(skip.node))
        : unknown;
  return [
    buildFact<Listener>(
      {
        technology: 'open-service-mesh',
        subject: `${text(backend, 'name') ?? 'a backend'} of ${labelOf(object)}`,
        self: spanOfNode(protocol),
      },
      { kind: 'listener', exposure: 'internal', application: 'http' },
      {
        tls: written(true, spanOfNode(protocol)),
        clientAuth: composite({ mode }),
        ports: fieldFrom(settingAt(object, backend, 'port', 'number'), (value) =>
          /^\d+$/.test(value) ? [Number(value)] : undefined,
        ),
      },
    ),
  ];
}
