import type { Fact, Listener, Mesh, Trust } from '../../../core/fact.ts';
import { buildFact, type Field, type Fields, unknown, written } from '../../../core/fact-builder.ts';
import { get, items, keyOf, scalar, spanOfNode, text, type YamlNode } from '../../../formats/yaml-tree.ts';
import { type KindExtractor, nothing } from '../kind.ts';
import { headOf, type KubernetesObject, labelOf } from '../objects.ts';
import { fieldFrom, labelsField, settingAt, suiteListField } from '../settings.ts';
import { durationSeconds, protocolsOf, systemNamespace } from './settings.ts';

/**
 * A MeshTLS: what its proxies accept, a `mesh` fact where it says a mode, and a `listener` where it says versions or
 * suites. A policy in the system's namespace is for the whole mesh, others are for the proxies of their own namespace.
 * Source: Kuma 2.14.3 and 3.0, pkg/plugins/policies/meshtls/api/v1alpha1/meshtls.go.
 */
export const meshTls: KindExtractor = (object) => {
  const spec = get(object.root, 'spec');
  const rules = [...items(spec, 'rules'), ...items(spec, 'from')].flatMap((rule) => get(rule, 'default') ?? []);
  return { facts: rules.flatMap((settings) => ruleFacts(object, settings)), diagnostics: [] };
};

function ruleFacts(object: KubernetesObject, settings: YamlNode): readonly Fact[] {
  const label = labelOf(object);
  const mode = scalar(settings, 'mode');
  const version = get(settings, 'tlsVersion');
  const first = keyOf(settings, 'tlsVersion') ?? keyOf(settings, 'tlsCiphers');
  const { scope, ...target } = targetOf(object);
  return [
    ...(mode
      ? [
          buildFact<Mesh>(
            { technology: 'kuma', subject: label, self: headOf(object) },
            { kind: 'mesh', scope },
            { mode: fieldFrom(settingAt(object, settings, 'mode'), (value) => modes[value]), ...target },
          ),
        ]
      : []),
    ...(first
      ? [
          buildFact<Listener>(
            { technology: 'kuma', subject: `TLS of ${label}`, self: spanOfNode(first) },
            { kind: 'listener', tls: true, exposure: 'internal', application: 'other' },
            {
              protocols: protocolsOf(object, version),
              ciphers: suiteListField(settingAt(object, settings, 'tlsCiphers')),
            },
          ),
        ]
      : []),
  ];
}

const modes: Readonly<Record<string, NonNullable<Mesh['mode']>>> = { Strict: 'strict', Permissive: 'permissive' };

interface Target extends Pick<Fields<Mesh>, 'namespace' | 'selector' | 'ports'> {
  readonly scope: Mesh['scope'];
}

/** Whom a policy is for. Tags of a MeshSubset and names of services select proxies that no label tells. */
function targetOf(object: KubernetesObject): Target {
  const reference = get(object.root, 'spec', 'targetRef');
  const kind = text(reference, 'kind') ?? 'Mesh';
  const isOwn = object.namespace !== undefined && object.namespace !== systemNamespace;
  const namespace = isOwn && object.namespace !== undefined ? written(object.namespace, headOf(object)) : undefined;
  if (kind === 'Mesh') return { scope: isOwn ? 'namespace' : 'mesh', namespace };
  const labels = reference ? settingAt(object, reference, 'labels') : undefined;
  const selector = kind !== 'Dataplane' ? unknown : labels?.state === 'written' ? labelsField(labels) : undefined;
  const section = scalar(reference, 'sectionName');
  if (!section) return { scope: 'workload', namespace, selector };
  const ports = /^\d+$/.test(section.value) ? written([Number(section.value)], spanOfNode(section)) : unknown;
  return { scope: 'port', namespace, selector, ports };
}

/**
 * A MeshIdentity: proxies that it selects get certificates for `expiry`. Which connections they accept is a matter of
 * MeshTLS. Source: Kuma 3.0, pkg/core/resources/apis/meshidentity/api/v1alpha1/meshidentity.go.
 */
export const meshIdentity: KindExtractor = (object) => {
  const bundled = get(object.root, 'spec', 'provider', 'bundled');
  const expiry = bundled && settingAt(object, bundled, 'certificateParameters', 'expiry');
  if (expiry?.state !== 'written') return nothing;
  const lifetime: Field<number> = fieldFrom(expiry, durationSeconds) ?? unknown;
  const labels = settingAt(object, object.root, 'spec', 'selector', 'dataplane', 'matchLabels');
  const selects = labels.state === 'written' && labels.node.kind === 'mapping' && labels.node.entries.length > 0;
  const fact = buildFact<Mesh>(
    { technology: 'kuma', subject: labelOf(object), self: headOf(object) },
    { kind: 'mesh', scope: selects ? 'workload' : 'mesh' },
    { certificateLifetimeSeconds: lifetime, selector: selects ? labelsField(labels) : undefined },
  );
  return { facts: [fact], diagnostics: [] };
};

/** A MeshTrust: the authorities of a trust domain. The certificates themselves are read like those of any text. */
export const meshTrust: KindExtractor = (object) => {
  const bundles = items(object.root, 'spec', 'caBundles').flatMap((bundle) => scalar(bundle, 'pem', 'value') ?? []);
  const [first] = bundles;
  if (!first) return nothing;
  const count = bundles.reduce((sum, { value }) => sum + value.split('-----BEGIN CERTIFICATE-----').length - 1, 0);
  const fact = buildFact<Trust>(
    { technology: 'kuma', subject: labelOf(object), self: spanOfNode(first) },
    { kind: 'trust', source: labelOf(object), verify: true, certificates: count },
  );
  return { facts: [fact], diagnostics: [] };
};
