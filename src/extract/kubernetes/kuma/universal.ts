import type { Extraction, Unit, Versions } from '../../../core/technology.ts';
import { parseYaml } from '../../../formats/yaml.ts';
import { get, text, type YamlMapping, type YamlNode } from '../../../formats/yaml-tree.ts';
import { joined, type KindContext, type KindExtractor } from '../kind.ts';
import type { KubernetesObject } from '../objects.ts';
import { externalService, meshExternalService } from './external-services.ts';
import { meshGateway } from './gateway.ts';
import { mesh } from './mesh.ts';
import { meshIdentity, meshTls, meshTrust } from './policies.ts';

/** What is read of the universal form, by `type`. */
const readers: ReadonlyMap<string, KindExtractor> = new Map([
  ['ExternalService', externalService],
  ['Mesh', mesh],
  ['MeshExternalService', meshExternalService],
  ['MeshGateway', meshGateway],
  ['MeshIdentity', meshIdentity],
  ['MeshTLS', meshTls],
  ['MeshTrust', meshTrust],
]);

/**
 * Resources of Kuma outside of Kubernetes: `type: Mesh`, with `name` beside it. Newer types have a `spec`; the fields of
 * older ones stand beside their names. Source: Kuma 2.14, documentation, Resources, universal format.
 */
export function readUniversal({ sources: [source] }: Unit, versions: Versions): Extraction {
  const { documents, diagnostics } = parseYaml(source);
  const objects = documents.flatMap(objectOf);
  const context: KindContext = {
    versions,
    controllers: {},
    known: (groupKind) => objects.filter(({ group, kind }) => `${group}/${kind}` === groupKind),
  };
  const read = objects.map((object) => readers.get(object.kind)?.(object, context) ?? { facts: [], diagnostics: [] });
  return joined([{ facts: [], diagnostics }, ...read]);
}

/** The document in the shape of an object of Kubernetes, every node of which is the document's own. */
function objectOf(document: YamlNode): readonly KubernetesObject[] {
  const kind = text(document, 'type');
  const first = document.kind === 'mapping' ? document.entries[0] : undefined;
  if (document.kind !== 'mapping' || !first || kind === undefined || !readers.has(kind)) return [];
  if (text(document, 'apiVersion') !== undefined) return [];
  const spec = get(document, 'spec') ?? document;
  const named = (key: string, value: YamlNode) => ({ key: { ...first.key, value: key }, value });
  const root: YamlMapping = { ...document, entries: [named('metadata', document), named('spec', spec)] };
  return [
    { root, group: 'kuma.io', version: '', kind, name: text(document, 'name'), namespace: undefined, fragment: false },
  ];
}
