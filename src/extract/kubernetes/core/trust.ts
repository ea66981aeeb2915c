import type { Fact, Trust } from '../../../core/fact.ts';
import { buildFact, written } from '../../../core/fact-builder.ts';
import type { Source } from '../../../core/source.ts';
import type { Extraction } from '../../../core/technology.ts';
import {
  get,
  items,
  keyOf,
  scalar,
  sourceOfScalar,
  spanOfNode,
  text,
  type YamlNode,
} from '../../../formats/yaml-tree.ts';
import { joined, type KindExtractor } from '../kind.ts';
import { type KubernetesObject, labelOf } from '../objects.ts';
import { booleanIn, settingAt } from '../settings.ts';
import { decodedSource } from './embedded.ts';

/**
 * The roots that the API server verifies webhooks by. An empty `caBundle`, or one that holds nothing yet, is filled in
 * the cluster (Kubernetes API, admissionregistration.k8s.io/v1 WebhookClientConfig).
 */
export const webhooks: KindExtractor = (object) =>
  joined(
    items(object.root, 'webhooks').map((webhook) =>
      trusting(get(webhook, 'clientConfig'), text(webhook, 'name') ?? labelOf(object), object),
    ),
  );

/** Only the conversion webhook of a CustomResourceDefinition is configuration; its schema is not. */
export const conversionWebhook: KindExtractor = (object) =>
  joined(
    [['webhook', 'clientConfig'], ['webhookClientConfig']].map((path) =>
      trusting(get(object.root, 'spec', 'conversion', ...path), `conversion webhook of ${labelOf(object)}`, object),
    ),
  );

/**
 * An aggregated API: the API server hands it users' names and groups in headers, so that whoever can pose as it gets
 * them (Kubernetes API, apiregistration.k8s.io/v1 APIServiceSpec).
 */
export const apiService: KindExtractor = (object) => {
  const spec = get(object.root, 'spec');
  const skip = settingAt(object, object.root, 'spec', 'insecureSkipTLSVerify');
  if (booleanIn(skip) !== true || skip.state !== 'written') return trusting(spec, labelOf(object), object);
  const span = spanOfNode(skip.node);
  const fact = buildFact<Trust>(
    {
      technology: 'kubernetes',
      subject: labelOf(object),
      self: spanOfNode(keyOf(spec, 'insecureSkipTLSVerify') ?? skip.node),
    },
    { kind: 'trust', source: labelOf(object), verify: false },
    { verify: written(false, span) },
  );
  return joined([
    { facts: [fact], diagnostics: [] },
    { facts: [], diagnostics: [], nested: bundlesIn(spec, object).map(({ bundle }) => bundle) },
  ]);
};

/** The bundle beside a client's settings: the certificates in it, and that they are trusted. */
function trusting(config: YamlNode | undefined, source: string, object: KubernetesObject): Extraction {
  const bundles = bundlesIn(config, object);
  const facts = bundles.map(({ bundle, node }): Fact<Trust> => {
    const certificates = bundle.text.split('-----BEGIN CERTIFICATE-----').length - 1;
    return buildFact<Trust>(
      { technology: 'kubernetes', subject: source, self: spanOfNode(keyOf(config, 'caBundle') ?? node) },
      { kind: 'trust', source, verify: true, certificates },
    );
  });
  return { facts, diagnostics: [], nested: bundles.map(({ bundle }) => bundle) };
}

function bundlesIn(
  config: YamlNode | undefined,
  object: KubernetesObject,
): readonly { readonly bundle: Source; readonly node: YamlNode }[] {
  const node = scalar(config, 'caBundle');
  const bundle = node && decodedSource(node, { name: 'caBundle', holder: labelOf(object), container: 'ca-bundle' });
  return node && bundle ? [{ bundle, node }] : [];
}

/** Roots that pods may mount (Kubernetes API, certificates.k8s.io ClusterTrustBundle): `spec.trustBundle`, PEM as text. */
export const clusterTrustBundle: KindExtractor = (object) => {
  const node = scalar(object.root, 'spec', 'trustBundle');
  const key = keyOf(get(object.root, 'spec'), 'trustBundle');
  if (!node || !key || !node.value.includes('-----BEGIN CERTIFICATE-----')) return { facts: [], diagnostics: [] };
  const certificates = node.value.split('-----BEGIN CERTIFICATE-----').length - 1;
  const source = labelOf(object);
  return {
    facts: [
      buildFact<Trust>(
        { technology: 'kubernetes', subject: source, self: spanOfNode(key) },
        { kind: 'trust', source, verify: true, certificates },
      ),
    ],
    diagnostics: [],
    nested: [sourceOfScalar(node, { name: 'trustBundle', holder: source, container: 'ca-bundle' })],
  };
};
