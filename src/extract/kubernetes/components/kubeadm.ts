import type { Fact, Issuance, Upstream } from '../../../core/fact.ts';
import { buildFact, composite, type Field, unknown, written } from '../../../core/fact-builder.ts';
import { get, keyOf, spanOfNode, text, type YamlNode } from '../../../formats/yaml-tree.ts';
import { reachOf } from '../../../tls/reach.ts';
import { flagsOfArguments } from '../../dialects/component-flags.ts';
import { componentFacts } from '../../dialects/control-plane.ts';
import { wordAt } from '../../dialects/yaml-words.ts';
import { joined, type KindContext, type KindExtractor } from '../kind.ts';
import { type KubernetesObject, labelOf } from '../objects.ts';
import { booleanIn, fieldFrom, goDurationSeconds, settingAt } from '../settings.ts';
import { signingFacts } from './signing.ts';

/** Components of a cluster configuration, and where their arguments stand. */
const components = {
  'kube-apiserver': ['apiServer', 'extraArgs'],
  'kube-controller-manager': ['controllerManager', 'extraArgs'],
  'kube-scheduler': ['scheduler', 'extraArgs'],
  etcd: ['etcd', 'local', 'extraArgs'],
} as const;

/**
 * kubeadm's ClusterConfiguration. Source: Kubernetes, cmd/kubeadm/app/apis/kubeadm/v1beta3 and v1beta4, types.go: arguments
 * are a mapping in v1beta3 and a list of names and values in v1beta4.
 */
export const clusterConfiguration: KindExtractor = (object, context) => ({
  facts: clusterFacts(object, object.root, context),
  diagnostics: [],
});

/** InitConfiguration and JoinConfiguration: the kubelet of a node, and how a node joins. */
export const nodeConfiguration: KindExtractor = (object, context) => ({
  facts: nodeFacts(object, object.root, context),
  diagnostics: [],
});

/**
 * Objects of Cluster API that hold kubeadm configurations: KubeadmControlPlane, KubeadmConfig and their templates.
 * Source: cluster-api, bootstrap/kubeadm/api and controlplane/kubeadm/api.
 */
export const clusterApi: KindExtractor = (object, context) => {
  const spec = get(object.root, 'spec', 'template', 'spec') ?? get(object.root, 'spec');
  const config = get(spec, 'kubeadmConfigSpec') ?? spec;
  return joined(
    ['clusterConfiguration', 'initConfiguration', 'joinConfiguration'].map((key) => {
      const part = get(config, key);
      if (!part) return { facts: [], diagnostics: [] };
      const facts =
        key === 'clusterConfiguration' ? clusterFacts(object, part, context) : nodeFacts(object, part, context);
      return { facts, diagnostics: [] };
    }),
  );
};

function clusterFacts(object: KubernetesObject, config: YamlNode, context: KindContext): readonly Fact[] {
  const version = text(config, 'kubernetesVersion')?.replace(/^v/, '') ?? versionIn(object, context);
  const told = Object.entries(components).flatMap(([program, path]) => {
    const key = keyOf(config, path[0]);
    const args = get(config, ...path);
    if (!key || !args) return [];
    const flags = flagsOfArguments(args, spanOfNode(key), object.fragment);
    const place = {
      technology: 'kubernetes',
      subject: `${program} of ${labelOf(object)}`,
      ...(version !== undefined && { kubernetes: version }),
    };
    return [...componentFacts(program, flags, place), ...signingFacts(program, flags, place)];
  });
  return [...told, ...authorityFacts(object, config)];
}

function versionIn(object: KubernetesObject, { versions }: KindContext): string | undefined {
  const { version, guessed } = versions('kubernetes', object.root.source.path);
  return guessed ? undefined : version;
}

/** How long kubeadm's certificates hold, and what keys they have (v1beta4 and Cluster API). */
function authorityFacts(object: KubernetesObject, config: YamlNode): readonly Fact<Issuance>[] {
  const algorithm = settingAt(object, config, 'encryptionAlgorithm');
  const key = fieldFrom(algorithm, keyNamed);
  return (
    [
      ['certificateValidityPeriod', 'certificateValidityPeriodDays', 'certificates of kubeadm', false],
      ['caCertificateValidityPeriod', 'caCertificateValidityPeriodDays', 'authorities of kubeadm', true],
    ] as const
  ).flatMap(([duration, days, subject, ca]) => {
    const length = settingAt(object, config, duration);
    const inDays = settingAt(object, config, days);
    const place = keyOf(config, duration) ?? keyOf(config, days) ?? keyOf(config, 'encryptionAlgorithm');
    if (!place) return [];
    const self = spanOfNode(place);
    return [
      buildFact<Issuance>(
        { technology: 'kubernetes', subject, self },
        { kind: 'issuance', issuer: subject, issuerType: 'ca', ...(ca && { ca }) },
        {
          durationSeconds:
            fieldFrom(length, goDurationSeconds) ??
            fieldFrom(inDays, (value) => (/^\d+$/.test(value) ? Number(value) * 86_400 : undefined)),
          key,
        },
      ),
    ];
  });
}

/** `RSA-3072`, `ECDSA-P256`. */
function keyNamed(name: string): NonNullable<Issuance['key']> | undefined {
  const [, algorithm, bits] = /^(RSA|ECDSA)-P?(\d+)$/i.exec(name) ?? [];
  return algorithm === undefined ? undefined : { algorithm: algorithm.toUpperCase(), bits: Number(bits) };
}

function nodeFacts(object: KubernetesObject, config: YamlNode, context: KindContext): readonly Fact[] {
  const args = get(config, 'nodeRegistration', 'kubeletExtraArgs');
  const key = keyOf(get(config, 'nodeRegistration'), 'kubeletExtraArgs');
  const kubelet =
    args && key
      ? componentFacts('kubelet', flagsOfArguments(args, spanOfNode(key), true), {
          technology: 'kubernetes',
          subject: `kubelet of ${labelOf(object)}`,
          ...(versionIn(object, context) !== undefined && { kubernetes: versionIn(object, context) ?? '' }),
        })
      : [];
  return [...kubelet, ...joining(object, config)];
}

/**
 * A node that joins checks the API server by `caCertHashes`; with `unsafeSkipCAVerification` it takes whoever answers, and
 * anybody who knows the token can answer (Kubernetes documentation, kubeadm join).
 */
function joining(object: KubernetesObject, config: YamlNode): readonly Fact<Upstream>[] {
  const bootstrap = get(config, 'discovery', 'bootstrapToken');
  if (!bootstrap) return [];
  // With both, they are the branches of a template.
  if (keyOf(bootstrap, 'caCertHashes')) return [];
  const skip = settingAt(object, bootstrap, 'unsafeSkipCAVerification');
  if (booleanIn(skip) !== true || skip.state !== 'written') return [];
  const endpoint = wordAt(bootstrap, 'apiServerEndpoint');
  const chain: Field<boolean> = written(false, spanOfNode(skip.node));
  const target = endpoint && !endpoint.unknown ? endpoint.text : undefined;
  return [
    buildFact<Upstream>(
      {
        technology: 'kubernetes',
        subject: 'the API server that a node joins',
        self: spanOfNode(skip.node),
      },
      {
        kind: 'upstream',
        ...(target !== undefined && { target }),
        exposure: target === undefined || reachOf(target) !== 'external' ? 'private' : 'external',
      },
      {
        tls: written(true, spanOfNode(skip.node)),
        verify: composite<NonNullable<Upstream['verify']>>({ chain, hostname: chain }),
        target: endpoint?.unknown ? unknown : undefined,
      },
    ),
  ];
}
