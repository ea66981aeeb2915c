import type { Fact } from '../../../core/fact.ts';
import type { Word } from '../../../formats/word.ts';
import { get, items, spanOfNode, text, type YamlNode } from '../../../formats/yaml-tree.ts';
import { flagsOfCommand, hasAny } from '../../dialects/component-flags.ts';
import { componentFacts, componentNamed, servingFlags } from '../../dialects/control-plane.ts';
import { wordsAt } from '../../dialects/yaml-words.ts';
import type { KindContext, KindExtractor } from '../kind.ts';
import { type KubernetesObject, labelOf } from '../objects.ts';

/**
 * Components that run in pods: what their flags say of the TLS that they serve and of what they connect to. Static pods
 * of a control plane, aggregated servers, webhooks, proxies. etcd has a technology of its own.
 */
export const podComponents: KindExtractor = (object, context) => {
  const spec = get(object.root, 'spec', 'template', 'spec') ?? get(object.root, 'spec');
  const facts = ['containers', 'initContainers'].flatMap((key) =>
    items(spec, key).flatMap((container) => factsOfContainer(object, container, context)),
  );
  return { facts, diagnostics: [] };
};

function factsOfContainer(object: KubernetesObject, container: YamlNode, { versions }: KindContext): readonly Fact[] {
  const words = [...commandAt(container, 'command'), ...commandAt(container, 'args')];
  const [first] = words;
  if (!first) return [];
  const program = programOf(words, container);
  if (program === 'etcd') return [];
  // A configuration file may set what the flags leave out.
  const told = flagsOfCommand(words, spanOfNode(get(container, 'command') ?? get(container, 'args') ?? container));
  const flags = { ...told, open: told.open || object.fragment || told.get('config') !== undefined };
  if (componentNamed(program) === undefined && !hasAny(flags, [...servingFlags, 'metrics-secure'])) return [];
  const { version, guessed } = versions('kubernetes', object.root.source.path);
  return componentFacts(program, flags, {
    technology: 'kubernetes',
    subject: `${program} of ${labelOf(object)}`,
    ...(!guessed && { kubernetes: version }),
  });
}

const commandAt = (container: YamlNode, key: string): readonly Word[] =>
  get(container, key)?.kind === 'sequence' ? wordsAt(container, key) : [];

/** The component whose name stands in the command, also inside a script; else what the container is called. */
function programOf(words: readonly Word[], container: YamlNode): string {
  const named = words
    .slice(0, 4)
    .flatMap(({ text: word }) => word.match(/[\w-]+(?=\s|$)/g) ?? [])
    .find((word) => componentNamed(word) !== undefined);
  const image = text(container, 'image')
    ?.replace(/@.*$/, '')
    .replace(/:[^/]*$/, '')
    .split('/')
    .at(-1);
  return (
    named ??
    (image !== undefined && componentNamed(image) ? image : undefined) ??
    text(container, 'name') ??
    image ??
    'a program'
  );
}
