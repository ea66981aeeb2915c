import type { Fact, Upstream } from '../../../core/fact.ts';
import { buildFact, byDefault, composite, written } from '../../../core/fact-builder.ts';
import type { Source } from '../../../core/source.ts';
import { get, items, keyOf, scalar, spanOfNode, text, type YamlNode } from '../../../formats/yaml-tree.ts';
import type { KindExtractor } from '../kind.ts';
import type { KubernetesObject } from '../objects.ts';
import { booleanField, settingAt, textField } from '../settings.ts';
import { decodedSource } from './embedded.ts';

/**
 * A kubeconfig: one `upstream` for each cluster, and the certificates and keys that it holds. Source: Kubernetes, client-go clientcmd/api/v1 Cluster:
 * `insecure-skip-tls-verify` is off unless set.
 */
export const kubeconfig: KindExtractor = (object) => ({
  facts: items(object.root, 'clusters').flatMap((entry) => {
    const cluster = get(entry, 'cluster');
    const server = scalar(cluster, 'server');
    return cluster && server ? [upstream(object, entry, cluster, server.value)] : [];
  }),
  diagnostics: [],
  nested: [
    ...items(object.root, 'clusters').flatMap((entry) =>
      held(entry, 'cluster', 'certificate-authority-data', 'ca.crt'),
    ),
    ...items(object.root, 'users').flatMap((entry) => [
      ...held(entry, 'user', 'client-certificate-data', 'client.crt'),
      ...held(entry, 'user', 'client-key-data', 'client.key'),
    ]),
  ],
});

/** What an entry holds in base64. */
function held(entry: YamlNode, part: string, key: string, name: string): readonly Source[] {
  const value = scalar(entry, part, key);
  const holder = `kubeconfig, ${part} ${text(entry, 'name') ?? ''}`.trimEnd();
  const source = value && decodedSource(value, { name, holder, container: 'inline' });
  return source ? [source] : [];
}

function upstream(object: KubernetesObject, entry: YamlNode, cluster: YamlNode, url: string): Fact<Upstream> {
  const skip = settingAt(object, cluster, 'insecure-skip-tls-verify');
  const skips = booleanField(skip);
  const verified =
    skips?.origin === 'written'
      ? written(!skips.value, skips.span)
      : (skips ?? byDefault(true, 'kubectl verifies unless told not to'));
  const host = /^https?:\/\/(\[[^\]]+\]|[^/:]+)(?::\d+)?/i.exec(url);
  const server = scalar(cluster, 'server') ?? cluster;
  const key = keyOf(cluster, 'insecure-skip-tls-verify') ?? keyOf(cluster, 'server');
  const local = /^(localhost|127\.|\[::1\]|0\.0\.0\.0)/.test(host?.[1] ?? '');
  return buildFact<Upstream>(
    {
      technology: 'kubernetes',
      subject: `cluster ${text(entry, 'name') ?? ''}`.trimEnd(),
      self: spanOfNode(key ?? server),
    },
    {
      kind: 'upstream',
      target: host?.[0].replace(/^https?:\/\//i, '') ?? url,
      exposure: local ? 'internal' : 'external',
    },
    {
      tls: written(!/^http:/i.test(url), spanOfNode(server)),
      verify: composite({ chain: verified, hostname: verified }),
      ca: textField(settingAt(object, cluster, 'certificate-authority')),
      serverName: textField(settingAt(object, cluster, 'tls-server-name')),
    },
  );
}
