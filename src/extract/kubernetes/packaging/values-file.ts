import type { Source } from '../../../core/source.ts';
import type { Extraction, Repository, Unit, Versions } from '../../../core/technology.ts';
import { parseYaml } from '../../../formats/yaml.ts';
import { get, items, text, type YamlMapping, type YamlNode } from '../../../formats/yaml-tree.ts';
import { type Chart, chartOf } from '../../dialects/helm-chart.ts';
import { families } from '../families.ts';
import { joined, type KindContext, nothing } from '../kind.ts';
import { readValues } from './chart-values.ts';
import { generatedCertificates } from './generated-certificates.ts';
import { chartCalled, parametersIn } from './holders.ts';
import { type Reading, readingBy } from './release.ts';

const reading: Reading = readingBy(families);

/** What a file of values, a helmfile, a kustomization or a template that makes certificates says. */
export function readHelm({ sources: [source], repository }: Unit, versions: Versions): Extraction {
  const path = source.held?.name ?? source.path;
  const context: KindContext = { versions, controllers: reading.controllers, known: () => [] };
  const chart = source.held ? undefined : chartOf(path, repository);
  if (chart?.vendored || (chart && isOfTests(path, chart))) return nothing;
  if (!source.held && /(?:^|\/)templates\//.test(path)) return generatedCertificates(source, repository);
  const { documents, diagnostics } = parseYaml(source);
  if (/(?:^|\/)kustomization(?:\.ya?ml)?$/i.test(path))
    return joined(
      documents.flatMap((document) => items(document, 'helmCharts').map((one) => inlineChart(one, context))),
    );
  if (/(?:^|\/)helmfile(?:\.d\/|[^/]*\.ya?ml)/i.test(path))
    return joined(
      documents.flatMap((document) => items(document, 'releases').map((one) => helmfileRelease(one, context))),
    );
  return joined([
    ...documents.map((document) => valuesOfFile(document, source, chart, repository, context)),
    { facts: [], diagnostics: path.endsWith('.gotmpl') ? [] : diagnostics },
  ]);
}

/** Values that a chart is tried out with (chart-testing, `ci/`). */
const isOfTests = (path: string, { folder }: Chart): boolean =>
  path.startsWith(folder === '' ? 'ci/' : `${folder}/ci/`);

/** An entry of `helmCharts`: `valuesInline` (kustomize api/types HelmChart). */
function inlineChart(entry: YamlNode, context: KindContext): Extraction {
  const values = get(entry, 'valuesInline');
  const chart = text(entry, 'name');
  return values?.kind === 'mapping' ? readOne(values, chart, `the values of ${chart ?? 'a chart'}`, context) : nothing;
}

/** A release of a helmfile: `values` lists paths and mappings, `set` parameters (helmfile pkg/state ReleaseSpec). */
function helmfileRelease(release: YamlNode, context: KindContext): Extraction {
  const chart = chartCalled(text(release, 'chart'));
  const label = `release ${text(release, 'name') ?? chart ?? ''}`.trimEnd();
  const set = parametersIn([...items(release, 'set'), ...items(release, 'setString')]);
  const inline = [...items(release, 'values'), ...items(release, 'valuesTemplate'), ...(set ? [set] : [])];
  return joined(inline.map((values) => (values.kind === 'mapping' ? readOne(values, chart, label, context) : nothing)));
}

function valuesOfFile(
  document: YamlNode,
  source: Source,
  chart: Chart | undefined,
  repository: Repository,
  context: KindContext,
): Extraction {
  if (document.kind !== 'mapping' || isObject(document)) return nothing;
  const label = source.held?.holder ?? 'the values';
  if (source.held) return readOne(document, /^(.+)\/values\.yaml$/.exec(source.held.name)?.[1], label, context);
  const dependencies = chart?.dependencies ?? [];
  const inner = dependencies.flatMap(({ key, name }) => {
    const values = get(document, key);
    return values?.kind === 'mapping' ? [{ values, name }] : [];
  });
  // A chart's own values are those of the chart; what it passes on is for others.
  const keys = new Set(dependencies.map(({ key }) => key));
  const own: YamlMapping = { ...document, entries: document.entries.filter(({ key }) => !keys.has(key.value)) };
  const name = chart ? chart.name : chartOfKustomization(source.path, repository);
  return joined([
    readOne(own, name, label, context, chart),
    ...inner.map((one) => readOne(one.values, one.name, `${label} for ${one.name}`, context, chart)),
  ]);
}

/** A kustomization in the same folder says which chart a file of values is for. */
function chartOfKustomization(path: string, repository: Repository): string | undefined {
  const folder = path.slice(0, Math.max(path.lastIndexOf('/'), 0));
  const at = (name: string): string => (folder === '' ? name : `${folder}/${name}`);
  const kustomization = repository.read(at('kustomization.yaml')) ?? repository.read(at('kustomization.yml'));
  const file = path.slice(path.lastIndexOf('/') + 1);
  const charts = kustomization?.text.includes('helmCharts') ? parseYaml(kustomization).documents : [];
  return charts
    .flatMap((document) => items(document, 'helmCharts'))
    .filter((entry) =>
      [text(entry, 'valuesFile'), ...items(entry, 'additionalValuesFiles').map((one) => text(one))].some(
        (name) => name?.replace(/^\.\//, '') === file,
      ),
    )
    .map((entry) => text(entry, 'name'))[0];
}

function readOne(
  values: YamlMapping,
  chart: string | undefined,
  label: string,
  context: KindContext,
  around?: Chart,
): Extraction {
  const { path } = values.source;
  const defaults =
    around !== undefined && path === (around.folder === '' ? 'values.yaml' : `${around.folder}/values.yaml`);
  const partial = isOverlay(values.source) || (around !== undefined && !defaults);
  return readValues({
    values,
    chart,
    label,
    namespace: undefined,
    partial,
    defaults: defaults && chart === around.name,
    context,
    reading,
  });
}

/** Manifests are called values now and then. */
const isObject = (document: YamlNode): boolean =>
  text(document, 'apiVersion') !== undefined && text(document, 'kind') !== undefined;

/** Files such as `values-production.yaml` and releases of helmfiles have others under them. */
const isOverlay = ({ path, held }: Source): boolean =>
  !held && !/(?:^|\/)(?:values\.ya?ml|kustomization(?:\.ya?ml)?)$/i.test(path);
