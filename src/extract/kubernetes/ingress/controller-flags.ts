import type { Listener } from '../../../core/fact.ts';
import { type Field, unknown, written } from '../../../core/fact-builder.ts';
import { spanOfWord, type Word } from '../../../formats/word.ts';
import { get, items, text, type YamlNode } from '../../../formats/yaml-tree.ts';
import { flagsIn } from '../../dialects/component-flags.ts';
import { wordsAt } from '../../dialects/yaml-words.ts';
import type { Explanation, KindContext } from '../kind.ts';
import { nearestTo } from '../nearest.ts';
import type { KubernetesObject } from '../objects.ts';
import { perObject } from '../remembered.ts';
import { podTemplateOf } from '../workloads/pod-templates.ts';

/** The flags of a controller whose pods are at hand. */
export interface ControllerFlags {
  readonly get: (name: string) => Word | undefined;
  /** A template may add flags, or the manifest is a patch: what is absent is not known to be. */
  readonly open: boolean;
}

const kinds = ['Deployment', 'DaemonSet', 'StatefulSet'];

/** Files that may hold the pods of a controller: `says` matches its image. */
export const controllerExplanations = (says: RegExp): readonly Explanation[] => kinds.map((kind) => ({ kind, says }));

/**
 * The flags of the one controller whose image `runs` matches; `undefined` where none is at hand, or several stand equally
 * near to the object.
 */
export function controllerFlags(
  object: KubernetesObject,
  runs: RegExp,
  { known }: KindContext,
): ControllerFlags | undefined {
  const found = kinds
    .flatMap((kind) => known(`apps/${kind}`))
    .filter((holder) => containerOf(holder, runs) !== undefined);
  const [nearest, ...others] = nearestTo(object.root.source.path, found);
  const container = nearest && others.length === 0 ? containerOf(nearest, runs) : undefined;
  if (!nearest || !container) return undefined;
  const lists = ['command', 'args'].flatMap((name) => get(container, name) ?? []);
  const flags = flagsIn(['command', 'args'].flatMap((name) => wordsAt(container, name)));
  return {
    get: (name) => flags.get(name),
    open: nearest.fragment || lists.length === 0 || lists.some((list) => 'open' in list && list.open),
  };
}

const containerOf = (holder: KubernetesObject, runs: RegExp): YamlNode | undefined =>
  containersOf(holder).find(({ image }) => runs.test(image))?.container;

const containersOf = perObject((holder) =>
  items(podTemplateOf(holder), 'spec', 'containers').map((container) => ({
    container,
    image: text(container, 'image') ?? '',
  })),
);

/** The Secret that a flag names, `namespace/name`, as what is served where an Ingress names none. */
export function certificateOfFlag(
  flags: ControllerFlags | undefined,
  name: string,
): Field<NonNullable<Listener['certificates']>> {
  const word = flags?.get(name);
  if (!word || word.unknown || word.text === '' || word.text.includes('$')) return unknown;
  return written([{ from: 'secret', ref: word.text }], spanOfWord(word));
}
