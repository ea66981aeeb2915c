import { data } from '../../../../data/helm-values.yaml';
import type { Extraction } from '../../../core/technology.ts';
import {
  get,
  items,
  lookUp,
  scalar,
  sourceOfScalar,
  text,
  type YamlMapping,
  type YamlNode,
  type YamlScalar,
} from '../../../formats/yaml-tree.ts';
import { joined, type KindExtractor } from '../kind.ts';
import { type KubernetesObject, labelOf } from '../objects.ts';
import { readValues } from './chart-values.ts';
import { mappingAt } from './made-nodes.ts';
import type { Reading } from './release.ts';

type Holder = (typeof data.holders)[number];

/** The kinds that hold values, by `group/Kind`. */
export const holderKinds = (reading: Reading): Readonly<Record<string, readonly KindExtractor[]>> =>
  Object.fromEntries(data.holders.map((holder) => [holder.kind, [readHolder(holder, reading)]]));

/**
 * Values that stand in a mapping are read here. A text of values is handed on as a file of its own, under the name that
 * says which chart it is for: `ingress-nginx/values.yaml`.
 */
const readHolder =
  (holder: Holder, reading: Reading): KindExtractor =>
  (object, context) =>
    joined(
      partsOf(holder, object).flatMap((part) => {
        const chart = chartIn(holder, part);
        const release = {
          chart,
          label: labelOf(object),
          namespace: holder.namespace.map((path) => text(object.root, ...path)).find((name) => name !== undefined),
          partial: object.fragment || (holder.more ?? []).some((path) => lookUp(part, ...path).state !== 'absent'),
          defaults: false,
          context,
          reading,
        };
        const found = holder.values.flatMap((path) => get(part, ...path) ?? []);
        const parameters = holder.parameters.flatMap((path) => parametersIn(items(part, ...path)) ?? []);
        return [
          ...[...found, ...parameters].flatMap((values) =>
            values.kind === 'mapping' ? [readValues({ ...release, values })] : [],
          ),
          ...found.flatMap((values) => (values.kind === 'scalar' ? [textOfValues(values, chart, object)] : [])),
        ];
      }),
    );

function partsOf({ each }: Holder, { root }: KubernetesObject): readonly YamlNode[] {
  if (!each) return [root];
  return each.flatMap((path) => {
    const node = get(root, ...path);
    return node?.kind === 'sequence' ? node.items : node ? [node] : [];
  });
}

/** `charts/web`, `oci://registry.example.com/charts/web` and `stable/web` are called `web`. */
function chartIn({ chart }: Holder, part: YamlNode): string | undefined {
  const written = chart.map((path) => text(part, ...path)).find((name) => name !== undefined);
  return chartCalled(written);
}

export const chartCalled = (written: string | undefined): string | undefined =>
  written
    ?.replace(/\/+$/, '')
    .replace(/^.*\//, '')
    .replace(/-\d[\w.+-]*\.tgz$/, '') || undefined;

const textOfValues = (values: YamlScalar, chart: string | undefined, object: KubernetesObject): Extraction => ({
  facts: [],
  diagnostics: [],
  nested: [
    sourceOfScalar(values, {
      name: chart === undefined ? 'values.yaml' : `${chart}/values.yaml`,
      holder: labelOf(object),
      container: 'inline',
    }),
  ],
});

/** No release is given more. */
const mostParameters = 500;
/** How many keys deep a parameter may go. */
const deepestParameter = 12;

/** `[{name: a.b, value: c}]` as `{a: {b: c}}`. Positions in lists (`a[0]`) are left out. Source: Helm, --set. */
export function parametersIn(list: readonly YamlNode[]): YamlMapping | undefined {
  const [first] = list;
  if (!first) return undefined;
  const settings = list.slice(0, mostParameters).flatMap((item) => {
    const name = scalar(item, 'name');
    const value = get(item, 'value');
    const path = name?.value.split(/(?<!\\)\./).map((part) => part.replace(/\\\./g, '.')) ?? [];
    return name && value && path.length <= deepestParameter && !name.value.includes('[') ? [{ path, name, value }] : [];
  });
  return nested(first, settings);
}

interface Parameter {
  readonly path: readonly string[];
  readonly name: YamlScalar;
  readonly value: YamlNode;
}

function nested(place: YamlNode, settings: readonly Parameter[]): YamlMapping {
  const keys = [...new Set(settings.flatMap(({ path }) => path.slice(0, 1)))];
  const made = mappingAt(place, {});
  return {
    ...made,
    entries: keys.flatMap((key) => {
      const under = settings.filter(({ path }) => path[0] === key);
      const whole = under.find(({ path }) => path.length === 1);
      const [one] = under;
      if (!one) return [];
      const value = whole
        ? whole.value
        : nested(
            one.name,
            under.map((setting) => ({ ...setting, path: setting.path.slice(1) })),
          );
      return [{ key: { ...one.name, value: key }, value }];
    }),
  };
}
