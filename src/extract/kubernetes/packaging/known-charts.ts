import { data } from '../../../../data/helm-values.yaml';
import type { Fact, Listener, Upstream } from '../../../core/fact.ts';
import { buildFact, composite, written } from '../../../core/fact-builder.ts';
import type { Extraction } from '../../../core/technology.ts';
import { get, keyOf, scalar, spanOfNode, type YamlNode } from '../../../formats/yaml-tree.ts';
import { ciliumValues } from '../cilium/values.ts';
import { istioValues } from '../istio/mesh-config.ts';
import { joined } from '../kind.ts';
import { kongValues } from '../kong/chart-values.ts';
import { linkerdValues } from '../linkerd/control-plane.ts';
import { nginxServiceMeshValues } from '../meshes/nginx-service-mesh.ts';
import { traefikValues } from '../traefik/chart-values.ts';
import { mappingAt, scalarAt, withoutTemplates } from './made-nodes.ts';
import { objectOf, type Release, readObject } from './release.ts';

type KnownChart = (typeof data.charts)[number];
type Setting = KnownChart['settings'][number];

/** What the values of a chart that is known say: by the chart's name, else by keys that only it has. */
export function knownChartFacts(release: Release): Extraction {
  const charts = data.charts.filter((one) => isFor(one, release));
  return joined(
    charts.flatMap((chart) => [
      ...chart.objects.map((made) => objectFacts(made, release)),
      { facts: chart.settings.flatMap((setting) => settingFacts(setting, chart, release)), diagnostics: [] },
      ...ownReading(chart, release),
    ]),
  );
}

/** A chart's own defaults are what its product does by default: that is judged where it is used. */
const isFor = ({ called, marks }: KnownChart, { chart, values, defaults }: Release): boolean =>
  !defaults &&
  (chart === undefined ? marks.some((path) => get(values, ...path) !== undefined) : called.includes(chart));

/** The parts of values that are read as what their chart makes of them. */
export const readAsObjects = (release: Release): ReadonlySet<YamlNode> =>
  new Set(
    data.charts
      .filter((one) => isFor(one, { ...release, defaults: false }))
      .flatMap(({ objects, whole = [] }) => [...objects.map(({ from }) => from), ...whole])
      .flatMap((path) => get(release.values, ...path) ?? []),
  );

function objectFacts({ kind, name, from, to }: KnownChart['objects'][number], release: Release): Extraction {
  const node = get(release.values, ...from);
  const key = keyAt(release.values, from);
  if (node?.kind !== 'mapping' || !key) return { facts: [], diagnostics: [] };
  const content = to.reduceRight<YamlNode>((inner, step) => mappingAt(node, { [step]: inner }), withoutTemplates(node));
  if (content.kind !== 'mapping') return { facts: [], diagnostics: [] };
  const kindNode = scalarAt(key, kind.slice(kind.indexOf('/') + 1));
  const root = { ...content, entries: [{ key: scalarAt(key, 'kind'), value: kindNode }, ...content.entries] };
  return readObject(objectOf(kind, name, root, release), release);
}

const keyAt = (values: YamlNode, path: readonly string[]) => {
  const around = get(values, ...path.slice(0, -1));
  return keyOf(around, path.at(-1) ?? '');
};

function settingFacts(
  { path, when, says, application }: Setting,
  chart: KnownChart,
  release: Release,
): readonly Fact[] {
  const node = scalar(release.values, ...path);
  if (!node || !new RegExp(`^(?:${when})$`, 'i').test(node.value)) return [];
  const span = spanOfNode(node);
  const head = { technology: 'helm', subject: `${path.join('.')} of ${chart.product} in ${release.label}`, self: span };
  const off = written(false, span);
  if (says === 'served-plain') {
    return [
      buildFact<Listener>(
        head,
        { kind: 'listener', exposure: 'internal', application: application ?? 'other' },
        { tls: off },
      ),
    ];
  }
  return [
    buildFact<Upstream>(
      head,
      { kind: 'upstream', exposure: 'private' },
      { tls: written(true, span), verify: composite({ chain: off, hostname: off }) },
    ),
  ];
}

/** Charts whose product reads its values itself. */
function ownReading({ product }: KnownChart, release: Release): readonly Extraction[] {
  const holder = objectOf('/Values', undefined, release.values, release);
  const object = { ...holder, kind: release.label.replace(/^the /, ''), name: undefined };
  switch (product) {
    case 'istio':
      return [istioValues(object, release.values, release.context)];
    case 'linkerd':
      return [linkerdValues(object, release.values)];
    case 'cilium':
      return [ciliumValues({ ...object, fragment: release.partial }, release.values)];
    case 'kong':
      return [kongValues(object, release.values, release.context)];
    case 'traefik':
      return [traefikValues({ ...object, fragment: release.partial }, release.values, release.context)];
    case 'nginx-service-mesh':
      return [nginxServiceMeshValues(object, release.values)];
    default:
      return [];
  }
}
