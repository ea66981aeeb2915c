import type { Extraction, Unit, Versions } from '../../core/technology.ts';
import { parseYaml } from '../../formats/yaml.ts';
import { text, type YamlMapping, type YamlNode } from '../../formats/yaml-tree.ts';
import { clusterFacts } from './clusters.ts';
import { listenerFacts, securelyServed } from './listeners.ts';
import { has, typeOf } from './messages.ts';
import { isSecret, secretsOf } from './secrets.ts';

/**
 * The listeners and clusters of a bootstrap, of resources of the discovery services, or of a part of either, wherever in
 * the file they stand.
 */
export function readEnvoy({ sources: [source] }: Unit, versions: Versions): Extraction {
  const { documents, diagnostics } = parseYaml(source);
  const found = documents.filter((document) => !isKubernetesObject(document)).flatMap(resourcesIn);
  const named = (kind: Resource['kind']): readonly YamlMapping[] =>
    found.filter((resource) => resource.kind === kind).map(({ node }) => node);
  const listeners = named('listener');
  const around = {
    secrets: secretsOf(named('secret')),
    version: versions('envoy', source.path),
    servedSecurely: securelyServed(listeners),
  };
  return {
    facts: [
      ...listeners.flatMap((listener) => listenerFacts(listener, around)),
      ...named('cluster').flatMap((cluster) => clusterFacts(cluster, around)),
    ],
    diagnostics,
  };
}

/** A custom resource with parts of Envoy's configuration in it belongs to its controller. */
const isKubernetesObject = (document: YamlNode): boolean =>
  text(document, 'apiVersion') !== undefined && text(document, 'kind') !== undefined;

interface Resource {
  readonly kind: 'listener' | 'cluster' | 'secret';
  readonly node: YamlMapping;
}

/** Every resource once, in the order written; nothing is looked for inside one. */
function resourcesIn(document: YamlNode): readonly Resource[] {
  const seen = new Set<YamlNode>();
  const resources: Resource[] = [];
  const open = [document];
  for (let node = open.pop(); node; node = open.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    if (node.kind === 'sequence') for (const item of node.items.toReversed()) open.push(item);
    if (node.kind !== 'mapping') continue;
    const kind = kindOf(node);
    if (kind) resources.push({ kind, node });
    else for (const { value } of node.entries.toReversed()) open.push(value);
  }
  return resources;
}

/** By the type where one is given, else by fields that only such a message has. */
function kindOf(node: YamlMapping): Resource['kind'] | undefined {
  const type = typeOf(node);
  if (type !== undefined && /^envoy\.(api\.v2|config\.(cluster|listener)\.v3)\.(Cluster|Listener)$/.test(type))
    return type.endsWith('Listener') ? 'listener' : 'cluster';
  if (has(node, 'filter_chains') || has(node, 'default_filter_chain')) return 'listener';
  if (has(node, 'name') && isCluster(node)) return 'cluster';
  return isSecret(node) ? 'secret' : undefined;
}

const isCluster = (node: YamlMapping): boolean =>
  clusterFields.some((field) => has(node, field)) ||
  // A filter chain on its own has a socket and filters.
  (has(node, 'transport_socket') && !has(node, 'filters')) ||
  (has(node, 'hosts') && has(node, 'connect_timeout'));
const clusterFields = ['load_assignment', 'eds_cluster_config', 'transport_socket_matches', 'tls_context'];
