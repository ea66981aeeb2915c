import type { Extraction } from '../../../core/technology.ts';
import {
  boolean,
  get,
  items,
  keyOf,
  type YamlMapping,
  type YamlNode,
  type YamlScalar,
} from '../../../formats/yaml-tree.ts';
import { joined } from '../kind.ts';
import { mappingAt, scalarAt, sequenceAt, withoutTemplates } from './made-nodes.ts';
import { objectOf, type Release, readObject } from './release.ts';

/** How deep an `ingress` may stand in values. */
const deepest = 6;

/**
 * The Ingresses that values ask for by the convention of `helm create` and of Bitnami's charts: `ingress` with `enabled`,
 * `hosts` (or `hostname`), `tls`, `annotations` and `className`. Each is read like an Ingress of which only that much is
 * known: what the values leave out is unknown, apart from annotations where other values cannot add any. Charts that make several have one under each name: `ingress: {main: {hosts: …}}`.
 */
export const conventionalIngresses = (release: Release): Extraction =>
  joined(ingressesIn(release.values, 0, new Set()).map(({ key, node }) => readIngress(key, node, release)));

interface Found {
  readonly key: YamlScalar;
  readonly node: YamlMapping;
}

function ingressesIn(values: YamlMapping, depth: number, seen: Set<YamlNode>): readonly Found[] {
  if (depth > deepest || seen.has(values)) return [];
  seen.add(values);
  return values.entries.flatMap(({ key, value }) => {
    if (value.kind !== 'mapping') return [];
    if (!/ingress$/i.test(key.value)) return ingressesIn(value, depth + 1, seen);
    if (hasHosts(value)) return isOn(value, false) ? [{ key, node: value }] : [];
    return value.entries.flatMap((entry) =>
      entry.value.kind === 'mapping' && hasHosts(entry.value) && isOn(entry.value, true)
        ? [{ key: entry.key, node: entry.value }]
        : [],
    );
  });
}

const hasHosts = (node: YamlMapping): boolean =>
  ['hosts', 'hostname', 'host', 'hostnames'].some((key) => get(node, key) !== undefined);

const isOn = (node: YamlMapping, byDefault: boolean): boolean => {
  const enabled = get(node, 'enabled');
  return enabled ? boolean(enabled) === true : byDefault;
};

function readIngress(key: YamlScalar, written: YamlMapping, release: Release): Extraction {
  const node = withoutTemplates(written);
  const hosts = hostsOf(node);
  const hostsKey = ['hosts', 'hostname', 'host', 'hostnames'].flatMap((name) => keyOf(node, name) ?? [])[0] ?? key;
  const root = mappingAt(key, {
    kind: scalarAt(key, 'Ingress'),
    metadata: mappingAt(key, { annotations: get(node, 'annotations') }, true),
    spec: mappingAt(
      key,
      {
        ingressClassName: get(node, 'className') ?? get(node, 'ingressClassName') ?? get(node, 'ingressClass'),
        tls: tlsOf(node, hosts),
        rules: sequenceAt(
          hostsKey,
          hosts.map((host) => mappingAt(host, { host }, true)),
        ),
      },
      true,
      { rules: hostsKey, tls: keyOf(node, 'tls') },
    ),
  });
  return readObject(
    objectOf('networking.k8s.io/Ingress', `of ${release.label}`, root, release, release.partial),
    release,
  );
}

/** `hosts: [{host: …}]`, `hosts: [shop.example.com]`, `hostname: …`. */
function hostsOf(node: YamlNode): readonly YamlNode[] {
  const listed = ['hosts', 'hostnames'].flatMap((key) => items(node, key)).map(hostOfItem);
  const single = ['hostname', 'host'].map((key) => get(node, key));
  return [...listed, ...single].flatMap((host) => (host?.kind === 'scalar' || host?.kind === 'unknown' ? [host] : []));
}

const hostOfItem = (item: YamlNode): YamlNode | undefined =>
  item.kind === 'mapping' ? (get(item, 'host') ?? get(item, 'name')) : item;

/** A list as in an Ingress; `tls: true` makes the chart write one entry for the host. */
function tlsOf(node: YamlNode, hosts: readonly YamlNode[]): YamlNode | undefined {
  const tls = get(node, 'tls');
  if (tls?.kind === 'sequence') return tls;
  if (tls?.kind !== 'scalar' || boolean(tls) !== true) return undefined;
  return sequenceAt(tls, [mappingAt(tls, { hosts: sequenceAt(tls, hosts) }, true)]);
}
