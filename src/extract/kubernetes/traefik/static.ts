import { parseYaml } from '../../../formats/yaml.ts';
import {
  get,
  items,
  scalar,
  sourceOfScalar,
  spanOfNode,
  text,
  type YamlMapping,
  type YamlNode,
} from '../../../formats/yaml-tree.ts';
import { chartEntryPoints, isTraefikChart, type KnownEntryPoint } from '../../dialects/traefik-chart.ts';
import { podContainers } from '../../dialects/traefik-containers.ts';
import { describedEntryPoints } from '../../dialects/traefik-entry-points.ts';
import { entriesAt, isOn, nodeAt, settingAt } from '../../dialects/traefik-settings.ts';
import type { Explanation, KindContext } from '../kind.ts';
import type { KubernetesObject } from '../objects.ts';
import { nearestTo } from './objects.ts';

/** What the static configuration of the Traefik that reads an object says. */
export interface StaticSettings {
  readonly entryPoints: readonly KnownEntryPoint[];
  /** Those of routers that name none. */
  readonly usual: readonly KnownEntryPoint[];
  /** All entry points are there: what is not written holds by default. Not so where a chart adds some. */
  readonly whole: boolean;
  /** The default settings towards servers, where some are written. */
  readonly transport: YamlNode | undefined;
  /** The TLSOption named `default` that the values of a chart make. */
  readonly defaultOptions: YamlNode | undefined;
}

/** Files that may hold it: pods with its flags, and values of its Helm chart. */
export const staticExplanations: readonly Explanation[] = [
  ...['Deployment', 'DaemonSet', 'StatefulSet', 'Pod'].map((kind) => ({ kind, says: /--entry[pP]oints?\./ })),
  { kind: 'HelmChartConfig', says: /\bvaluesContent\b/ },
  ...['HelmChart', 'HelmRelease', 'Application'].map((kind) => ({ kind, says: /traefik/ })),
];

const workloads = ['apps/Deployment', 'apps/DaemonSet', 'apps/StatefulSet', '/Pod'];
const charts = [
  'helm.cattle.io/HelmChartConfig',
  'helm.cattle.io/HelmChart',
  'helm.toolkit.fluxcd.io/HelmRelease',
  'argoproj.io/Application',
];

/**
 * The static configuration of the one Traefik that is at hand; `undefined` where none is, or several that stand equally
 * near to the object.
 */
export function staticFor(object: KubernetesObject, { known }: KindContext): StaticSettings | undefined {
  const holders = [...workloads, ...charts]
    .flatMap((kind) => known(kind))
    .filter((holder) => settingsIn(holder) !== undefined);
  const [nearest, ...others] = nearestTo(object.root.source.path, holders);
  return nearest && others.length === 0 ? settingsIn(nearest) : undefined;
}

const read = new WeakMap<YamlNode, StaticSettings | 'none'>();

function settingsIn(holder: KubernetesObject): StaticSettings | undefined {
  const before = read.get(holder.root);
  if (before) return before === 'none' ? undefined : before;
  const settings = workloads.includes(`${holder.group}/${holder.kind}`) ? ofPods(holder) : ofChart(holder);
  read.set(holder.root, settings ?? 'none');
  return settings;
}

/** The flags and variables of a container that runs Traefik, where they name entry points. */
function ofPods({ root }: KubernetesObject): StaticSettings | undefined {
  const trees = podContainers(root).flatMap(({ flags }) => flags ?? []);
  const points = describedEntryPoints(trees.flatMap(pointsIn));
  if (points.length === 0) return undefined;
  const entryPoints = points.map(({ name, node, address, tls, redirects }) => ({
    ...{ name, node, tls, ports: address?.ports ?? [] },
    tlsNode: nodeAt(node, 'http', 'tls'),
    redirect: redirects ? placeOfRedirect(node) : undefined,
  }));
  const marked = entryPoints.filter(({ node }) => isOn(settingAt(node, 'asDefault')));
  return {
    entryPoints,
    usual: marked.length > 0 ? marked : entryPoints,
    whole: !trees.some(({ open }) => open),
    transport: transportIn(trees),
    defaultOptions: undefined,
  };
}

const pointsIn = (tree: YamlMapping) =>
  entriesAt(tree, 'entryPoints').map(({ key, value }) => ({ name: key.value, node: value }));

const transportIn = (trees: readonly YamlMapping[]): YamlNode | undefined =>
  trees.map((tree) => nodeAt(tree, 'serversTransport')).find((node) => node !== undefined);

function placeOfRedirect(node: YamlNode) {
  const to = nodeAt(node, 'http', 'redirections', 'entryPoint', 'to');
  return to && spanOfNode(to);
}

/** Values of Traefik's chart, with the flags among them. */
function ofChart(holder: KubernetesObject): StaticSettings | undefined {
  const values = valuesIn(holder);
  if (!values || !isTraefikChart(values) || !mayBeTraefik(holder)) return undefined;
  const ports = chartEntryPoints(values);
  const flags = podContainers(values).flatMap((container) => container.flags ?? []);
  const flagged = describedEntryPoints(flags.flatMap(pointsIn));
  const names = new Set([...ports.map(({ name }) => name), ...flagged.map(({ name }) => name)]);
  const described = [...names].map((name): KnownEntryPoint => {
    const port = ports.find((one) => one.name === name);
    const flag = flagged.find((one) => one.name.toLowerCase() === name.toLowerCase());
    return {
      name,
      ports: port?.ports ?? [],
      tls: flag?.tls || port?.tls,
      tlsNode: (flag && nodeAt(flag.node, 'http', 'tls')) ?? port?.tlsNode,
      redirect: port?.redirect ?? (flag?.redirects ? placeOfRedirect(flag.node) : undefined),
    };
  });
  // Where values come from elsewhere as well, nothing is known of an entry point that does not redirect here.
  const partial =
    get(holder.root, 'spec', 'valuesFrom') !== undefined || get(holder.root, 'spec', 'sources') !== undefined;
  const entryPoints = described.filter(({ redirect, tls }) => !partial || redirect !== undefined || tls === true);
  const defaultOptions = nodeAt(values, 'tlsOptions', 'default');
  return { entryPoints, usual: [], whole: false, transport: transportIn(flags), defaultOptions };
}

/** By the chart that the object names; where a reference names it, by the object's own name. */
function mayBeTraefik({ root, name }: KubernetesObject): boolean {
  const chart =
    text(root, 'spec', 'chart', 'spec', 'chart') ??
    text(root, 'spec', 'chart') ??
    text(root, 'spec', 'source', 'chart') ??
    items(root, 'spec', 'sources')
      .map((source) => text(source, 'chart'))
      .find((one) => one !== undefined);
  return /(^|[/-])traefik([/-]|$)/.test(chart ?? name ?? '');
}

function valuesIn({ root }: KubernetesObject): YamlNode | undefined {
  const inline =
    get(root, 'spec', 'values') ??
    get(root, 'spec', 'source', 'helm', 'valuesObject') ??
    items(root, 'spec', 'sources')
      .map((source) => get(source, 'helm', 'valuesObject'))
      .find((node) => node);
  if (inline?.kind === 'mapping') return inline;
  const written =
    scalar(root, 'spec', 'valuesContent') ??
    scalar(root, 'spec', 'source', 'helm', 'values') ??
    items(root, 'spec', 'sources')
      .map((source) => scalar(source, 'helm', 'values'))
      .find((node) => node);
  if (!written || (text(root, 'kind') === 'HelmChartConfig' && text(root, 'metadata', 'name') !== 'traefik'))
    return undefined;
  return parseYaml(sourceOfScalar(written)).documents[0];
}
