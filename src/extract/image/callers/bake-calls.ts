import type { Repository } from '../../../core/technology.ts';
import type { HclBody, HclItem, HclValue } from '../../../formats/hcl-tree.ts';
import { itemsNamed, nameOf } from '../../../formats/hcl-tree.ts';
import type { YamlNode } from '../../../formats/yaml-tree.ts';
import { entries, get, items } from '../../../formats/yaml-tree.ts';
import type { BuildCall } from './build-call.ts';
import { callOf, isOpen } from './build-call.ts';

/** A value that is written, or `null` for one that is computed. */
type Known = string | null;

/** One `target` of a bake file, as written. */
export interface BakeTarget {
  readonly name: string;
  readonly inherits: readonly Known[];
  /** `context`, `dockerfile`, `target`. */
  readonly texts: ReadonlyMap<string, Known>;
  readonly args: ReadonlyMap<string, Known>;
  readonly contexts: ReadonlyMap<string, Known>;
  readonly outputs: readonly Known[] | undefined;
}

const textKeys = ['context', 'dockerfile', 'target'];
const deepestInheritance = 20;

/** The targets of a bake file in HCL. Source: Bake file reference, "Target". */
export const bakeTargetsOfHcl = (body: HclBody): readonly BakeTarget[] =>
  itemsNamed(body, 'target').flatMap((item) => {
    const name = item.kind === 'block' ? item.labels[0]?.text : undefined;
    return item.kind === 'block' && name !== undefined ? [targetOfHcl(name, item.body)] : [];
  });

function targetOfHcl(name: string, body: HclBody): BakeTarget {
  const last = (key: string): HclItem | undefined => itemsNamed(body, key).at(-1);
  const texts = new Map<string, Known>();
  for (const key of textKeys) {
    const item = last(key);
    if (item) texts.set(key, item.kind === 'attribute' ? knownOf(item.value) : null);
  }
  if (last('dockerfile-inline')) texts.set('dockerfile', null);
  // A matrix fills in what the target leaves open: then nothing of it is certain.
  if (last('matrix')) for (const key of texts.keys()) texts.set(key, null);
  const output = last('output') ?? last('outputs');
  return {
    name,
    inherits: listOf(last('inherits')) ?? [],
    texts,
    args: pairsIn(last('args')),
    contexts: pairsIn(last('contexts')),
    outputs: output && (listOf(output) ?? [null]),
  };
}

const knownOf = (value: HclValue): Known =>
  value.kind === 'scalar' && !value.word.unknown && !isOpen(value.word.text) ? value.word.text : null;

const listOf = (item: HclItem | undefined): readonly Known[] | undefined =>
  item?.kind === 'attribute' && item.value.kind === 'list' ? item.value.items.map(knownOf) : undefined;

function pairsIn(item: HclItem | undefined): ReadonlyMap<string, Known> {
  const body = item?.kind === 'block' ? item.body : item?.value.kind === 'object' ? item.value.body : undefined;
  return new Map(
    (body?.items ?? []).map((one) => [nameOf(one).text, one.kind === 'attribute' ? knownOf(one.value) : null]),
  );
}

/** The targets of a bake file in JSON. */
export const bakeTargetsOfJson = (document: YamlNode | undefined): readonly BakeTarget[] =>
  entries(document, 'target').map(({ key, value }) => {
    const texts = new Map<string, Known>();
    for (const name of textKeys) {
      const node = get(value, name);
      if (node) texts.set(name, knownNode(node));
    }
    if (get(value, 'dockerfile-inline')) texts.set('dockerfile', null);
    if (get(value, 'matrix')) for (const name of texts.keys()) texts.set(name, null);
    const pairs = (name: string): ReadonlyMap<string, Known> =>
      new Map(entries(value, name).map((entry) => [entry.key.value, knownNode(entry.value)]));
    const output = get(value, 'output') ?? get(value, 'outputs');
    return {
      name: key.value,
      inherits: items(value, 'inherits').map(knownNode),
      texts,
      args: pairs('args'),
      contexts: pairs('contexts'),
      outputs: output && (output.kind === 'sequence' ? output.items.map(knownNode) : [knownNode(output)]),
    };
  });

const knownNode = (node: YamlNode): Known => (node.kind === 'scalar' && !isOpen(node.value) ? node.value : null);

/** What a bake file builds. A target whose name begins with `_` is only there to be inherited from. */
export function bakeCalls(targets: readonly BakeTarget[], path: string, repository: Repository): readonly BuildCall[] {
  return targets
    .filter(({ name }) => !name.startsWith('_'))
    .map((target) => {
      const { texts, args, contexts, outputs } = merged(target, targets, 0);
      return callOf(
        path,
        {
          context: texts.get('context'),
          dockerfile: texts.get('dockerfile'),
          target: texts.get('target'),
          args: new Map([...args].map(([name, value]) => [name, value ?? undefined])),
          contexts: [...contexts].map(([name, value]) => [name, value ?? ''] as const),
          ...(outputs && { outputs }),
        },
        repository,
      );
    });
}

/** A target with what it inherits: later ones win, its own most of all. Source: Bake file reference, "inherits". */
function merged(target: BakeTarget, all: readonly BakeTarget[], depth: number): Omit<BakeTarget, 'name' | 'inherits'> {
  const parents =
    depth >= deepestInheritance
      ? []
      : target.inherits.flatMap((name) => {
          const parent = all.findLast((one) => one.name === name && one !== target);
          return parent ? [merged(parent, all, depth + 1)] : [];
        });
  const chain = [...parents, target];
  return {
    texts: new Map(chain.flatMap(({ texts }) => [...texts])),
    args: new Map(chain.flatMap(({ args }) => [...args])),
    contexts: new Map(chain.flatMap(({ contexts }) => [...contexts])),
    outputs: chain.findLast(({ outputs }) => outputs !== undefined)?.outputs,
  };
}
