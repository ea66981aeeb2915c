import type { Fact, Listener, PrivateKey, Upstream } from '../../../core/fact.ts';
import { buildFact, written } from '../../../core/fact-builder.ts';
import type { Source } from '../../../core/source.ts';
import { parseYaml } from '../../../formats/yaml.ts';
import {
  get,
  keyOf,
  scalar,
  sourceOfScalar,
  spanOfNode,
  text,
  type YamlNode,
  type YamlScalar,
} from '../../../formats/yaml-tree.ts';
import { decodedSource } from '../core/embedded.ts';
import { type KindExtractor, nothing } from '../kind.ts';
import { type KubernetesObject, labelOf } from '../objects.ts';
import { upstream } from './switches.ts';

const technology = 'argo-cd';

/**
 * Argo CD's Secrets. Of a repository or its credentials: `insecure: "true"` skips the check of the server's certificate.
 * Of a cluster: `config`, JSON with `tlsClientConfig`. Source: Argo CD 3, Declarative Setup.
 */
export const argoCdSecret: KindExtractor = (object) => {
  const type = text(object.root, 'metadata', 'labels', 'argocd.argoproj.io/secret-type');
  switch (type) {
    case 'repository':
    case 'repo-creds':
      return { facts: repositoryFacts(object), diagnostics: [] };
    case 'cluster':
      return { facts: clusterFacts(object), diagnostics: [] };
    default:
      return nothing;
  }
};

const plainValue = ({ root }: KubernetesObject, key: string): YamlScalar | undefined => scalar(root, 'stringData', key);

function repositoryFacts(object: KubernetesObject): readonly Fact<Upstream>[] {
  const insecure = plainValue(object, 'insecure');
  const url = plainValue(object, 'url');
  const head = (node: YamlNode) => ({ technology, subject: labelOf(object), self: spanOfNode(node) });
  return [
    ...(insecure && /^true$/i.test(insecure.value) ? [upstream(head(insecure), url, true)] : []),
    ...(url && /^http:\/\//i.test(url.value) ? [upstream(head(url), url, false)] : []),
  ];
}

function clusterFacts(object: KubernetesObject): readonly Fact[] {
  const config = configOf(object);
  const server = plainValue(object, 'server');
  return (config ? parseYaml(config).documents : []).flatMap((document): readonly Fact[] => {
    const insecure = scalar(document, 'tlsClientConfig', 'insecure');
    const key = scalar(document, 'tlsClientConfig', 'keyData');
    return [
      ...(insecure?.value === 'true'
        ? [upstream({ technology, subject: labelOf(object), self: spanOfNode(insecure) }, server, true)]
        : []),
      ...(key && key.value.length > 100 ? [clientKey(object, key)] : []),
    ];
  });
}

/** JSON as text in `stringData`, or in base64 in `data`. */
function configOf(object: KubernetesObject): Source | undefined {
  const held = { name: 'config.json', holder: labelOf(object), container: 'secret' } as const;
  const plain = plainValue(object, 'config');
  if (plain) return sourceOfScalar(plain, held);
  const encoded = scalar(object.root, 'data', 'config');
  return encoded && decodedSource(encoded, held);
}

const clientKey = (object: KubernetesObject, key: YamlScalar): Fact<PrivateKey> =>
  buildFact<PrivateKey>(
    { technology, subject: `client key of ${labelOf(object)}`, self: spanOfNode(key) },
    { kind: 'privateKey', encrypted: false, container: 'secret', fixture: false },
  );

/**
 * Argo CD's ConfigMaps: `server.insecure` serves plain HTTP, for a proxy before it; `oidc.tls.insecure.skip.verify`
 * takes any certificate of the identity provider, and so do connectors in `dex.config`.
 * Source: Argo CD 3, TLS configuration; User Management, Existing OIDC Provider; Dex, Connectors.
 */
export const argoCdConfigMap: KindExtractor = (object) => {
  if (object.name === 'argocd-cmd-params-cm') return { facts: servedPlain(object), diagnostics: [] };
  if (object.name !== 'argocd-cm') return nothing;
  const skip = scalar(object.root, 'data', 'oidc.tls.insecure.skip.verify');
  const provider = skip && /^true$/i.test(skip.value) ? [skip] : [];
  return {
    facts: [
      ...provider.map((node) =>
        upstream({ technology, subject: labelOf(object), self: spanOfNode(node) }, undefined, true),
      ),
      ...connectorFacts(object),
    ],
    diagnostics: [],
  };
};

function servedPlain(object: KubernetesObject): readonly Fact<Listener>[] {
  const insecure = scalar(object.root, 'data', 'server.insecure');
  if (!insecure || !/^true$/i.test(insecure.value)) return [];
  return [
    buildFact<Listener>(
      { technology, subject: labelOf(object), self: spanOfNode(insecure) },
      { kind: 'listener', application: 'http', exposure: 'internal' },
      { tls: written(false, spanOfNode(insecure)) },
    ),
  ];
}

function connectorFacts(object: KubernetesObject): readonly Fact<Upstream>[] {
  const config = scalar(object.root, 'data', 'dex.config');
  const documents = config ? parseYaml(sourceOfScalar(config)).documents : [];
  return documents.flatMap((document) => {
    const connectors = get(document, 'connectors');
    return (connectors?.kind === 'sequence' ? connectors.items : []).flatMap((connector) => {
      const settings = get(connector, 'config');
      const host = scalar(settings, 'host') ?? scalar(settings, 'issuer') ?? scalar(settings, 'ssoURL');
      const subject = `connector ${text(connector, 'id') ?? ''} of ${labelOf(object)}`.replace('  ', ' ');
      const at = (key: string): YamlScalar | undefined =>
        keyOf(settings, key) && scalar(settings, key)?.value === 'true' ? scalar(settings, key) : undefined;
      const unverified = at('insecureSkipVerify');
      const plain = at('insecureNoSSL');
      return [
        ...(unverified ? [upstream({ technology, subject, self: spanOfNode(unverified) }, host, true)] : []),
        ...(plain ? [upstream({ technology, subject, self: spanOfNode(plain) }, host, false)] : []),
      ];
    });
  });
}
