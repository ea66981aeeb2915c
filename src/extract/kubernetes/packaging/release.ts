import type { Extraction } from '../../../core/technology.ts';
import type { YamlMapping } from '../../../formats/yaml-tree.ts';
import { type Controller, joined, type KindContext, type KindExtractor, type KindFamily } from '../kind.ts';
import type { KubernetesObject } from '../objects.ts';

/** Values, and what they are for. */
export interface Release {
  readonly values: YamlMapping;
  /** What the chart is called in its repository; `undefined` where nothing tells. */
  readonly chart: string | undefined;
  /** What a person would call the values: `HelmRelease shop/web`, `the values`. */
  readonly label: string;
  readonly namespace: string | undefined;
  /** Other values may add to the mappings of these. */
  readonly partial: boolean;
  /** They are the defaults that the chart comes with, written by who wrote the chart. */
  readonly defaults: boolean;
  readonly context: KindContext;
  readonly reading: Reading;
}

/** How objects that a chart makes of its values are read: as all others are. */
export interface Reading {
  readonly kinds: ReadonlyMap<string, readonly KindExtractor[]>;
  readonly controllers: Readonly<Record<string, Controller>>;
}

export function readingBy(families: readonly KindFamily[]): Reading {
  const kinds = new Map<string, readonly KindExtractor[]>();
  for (const family of families) {
    for (const [kind, readers] of Object.entries(family.kinds))
      kinds.set(kind, [...(kinds.get(kind) ?? []), ...readers]);
  }
  return { kinds, controllers: Object.assign({}, ...families.map(({ controllers }) => controllers)) };
}

/** What is read of an object that the chart makes of values. Its other parts are the chart's. */
export const readObject = (object: KubernetesObject, { reading, context }: Release): Extraction =>
  joined((reading.kinds.get(`${object.group}/${object.kind}`) ?? []).map((read) => read(object, context)));

/** An object of values: what it leaves out, the chart or other values say. */
export function objectOf(
  groupKind: string,
  name: string | undefined,
  root: YamlMapping,
  { namespace }: Release,
  fragment = true,
): KubernetesObject {
  const slash = groupKind.indexOf('/');
  return {
    root,
    group: groupKind.slice(0, slash),
    version: 'v1',
    kind: groupKind.slice(slash + 1),
    name,
    namespace,
    fragment,
  };
}
