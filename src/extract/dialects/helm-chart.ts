import type { Repository } from '../../core/technology.ts';
import { parseYaml } from '../../formats/yaml.ts';
import { items, text, type YamlMapping, type YamlNode } from '../../formats/yaml-tree.ts';

/** A Helm chart: the folder that holds its `Chart.yaml`. */
export interface Chart {
  /** Without a slash at its end; empty for the root of the repository. */
  readonly folder: string;
  readonly name: string | undefined;
  /** Charts that it depends on, by the key that holds their values: the alias, else the name (Helm, Chart.yaml). */
  readonly dependencies: readonly Dependency[];
  /** It is a copy of somebody else's chart, inside the chart that depends on it. */
  readonly vendored: boolean;
  /** What its `values.yaml` says; `undefined` where there is none. */
  readonly values: YamlNode | undefined;
  /** What each other file of values beside it makes of those: `values-production.yaml`, `environments/test/values.yaml`. */
  readonly overlays: readonly YamlNode[];
}

export interface Dependency {
  readonly key: string;
  readonly name: string;
  /** `https://…`, `oci://…`; `file://…` or nothing for a chart that stands in the same repository. */
  readonly repository: string | undefined;
}

const found = new WeakMap<Repository, Map<string, Chart | undefined>>();

/** The chart that a file belongs to: the nearest folder above it with a `Chart.yaml`. Looked up once for each folder. */
export function chartOf(path: string, repository: Repository): Chart | undefined {
  const slash = path.lastIndexOf('/');
  return slash === -1 ? chartAt('', repository) : chartAround(path.slice(0, slash), repository);
}

function chartAround(folder: string, repository: Repository): Chart | undefined {
  for (let at: string | undefined = folder; at !== undefined; at = parentOf(at)) {
    const chart = chartAt(at, repository);
    if (chart) return chart;
  }
  return undefined;
}

const parentOf = (folder: string): string | undefined =>
  folder === '' ? undefined : folder.slice(0, Math.max(folder.lastIndexOf('/'), 0));

/** The chart of exactly this folder. */
export function chartAt(folder: string, repository: Repository): Chart | undefined {
  const known = found.get(repository) ?? new Map<string, Chart | undefined>();
  found.set(repository, known);
  if (known.has(folder)) return known.get(folder);
  const inFolder = folder === '' ? '' : `${folder}/`;
  const source = repository.read(`${inFolder}Chart.yaml`);
  const values = source && repository.read(`${inFolder}values.yaml`);
  const [description] = source ? parseYaml(source).documents : [];
  const defaults = values && parseYaml(values).documents[0];
  const chart: Chart | undefined = source && {
    folder,
    name: text(description, 'name'),
    dependencies: dependenciesOf(description, repository.read(`${inFolder}requirements.yaml`)),
    vendored: isVendored(folder, repository),
    values: defaults,
    overlays: defaults ? overlaysIn(inFolder, defaults, repository) : [],
  };
  known.set(folder, chart);
  return chart;
}

/** Of `Chart.yaml`, and of `requirements.yaml` in charts for Helm 2. */
function dependenciesOf(
  description: YamlNode | undefined,
  requirements: ReturnType<Repository['read']>,
): readonly Dependency[] {
  const [older] = requirements ? parseYaml(requirements).documents : [];
  return [...items(description, 'dependencies'), ...items(older, 'dependencies')].flatMap((one) => {
    const name = text(one, 'name');
    return name === undefined ? [] : [{ key: text(one, 'alias') ?? name, name, repository: text(one, 'repository') }];
  });
}

/**
 * Whether a folder is `charts/<name>/` of another chart that names a remote repository for it: then it was downloaded,
 * and whoever maintains this repository did not write it.
 */
function isVendored(folder: string, repository: Repository): boolean {
  const { holder, name } = /^(?<holder>(?:.*\/)?)charts\/(?<name>[^/]+)$/.exec(folder)?.groups ?? {};
  if (holder === undefined || name === undefined) return false;
  const outer = chartAt(holder.replace(/\/$/, ''), repository);
  if (!outer) return false;
  const remote = outer.dependencies.find((dependency) => dependency.name === name)?.repository;
  return outer.vendored || (remote !== undefined && /^(?:https?|oci):|^[@]|^alias:/.test(remote));
}

/** Whether a chart has values under a key that it does not write itself: those of a chart that it depends on. */
export const isOfDependency = ({ dependencies }: Chart, key: string): boolean =>
  dependencies.some((dependency) => dependency.key === key) || (key === 'global' && dependencies.length > 0);

/** No chart is looked at with more files of values than these. */
const mostOverlays = 12;

function overlaysIn(inFolder: string, defaults: YamlNode, repository: Repository): readonly YamlNode[] {
  return repository.paths
    .filter((path) => path.startsWith(inFolder) && isOverlay(path.slice(inFolder.length)))
    .slice(0, mostOverlays)
    .flatMap((path) => {
      const source = repository.read(path);
      const [overlay] = source ? parseYaml(source).documents : [];
      return overlay?.kind === 'mapping' ? [merged(defaults, overlay, 0, { entries: mostMerged })] : [];
    });
}

const isOverlay = (path: string): boolean =>
  path !== 'values.yaml' &&
  !/^(?:charts|templates|ci|tests?|crds)\//.test(path) &&
  /(?:^|\/)(?:values[^/]*|[^/]+[._-]values|values\/[^/]+)\.ya?ml$/i.test(path);

/** Aliases of aliases multiply. */
const mostMerged = 50_000;
const deepestMerge = 20;

/** Mappings in mappings are merged, everything else is replaced (Helm, "Values Files"). */
function merged(under: YamlNode, over: YamlNode, depth: number, budget: { entries: number }): YamlNode {
  if (under.kind !== 'mapping' || over.kind !== 'mapping' || depth > deepestMerge || budget.entries < 0) return over;
  budget.entries -= under.entries.length + over.entries.length + 1;
  const found = new Map(over.entries.map(({ key, value }) => [key.value, value]));
  const kept = under.entries.map(({ key, value }) => {
    const replaced = found.get(key.value);
    return { key, value: replaced ? merged(value, replaced, depth + 1, budget) : value };
  });
  const names = new Set(under.entries.map(({ key }) => key.value));
  const node: YamlMapping = {
    ...under,
    entries: [...kept, ...over.entries.filter(({ key }) => !names.has(key.value))],
    open: under.open || over.open,
  };
  return node;
}
