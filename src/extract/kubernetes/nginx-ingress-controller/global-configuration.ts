import { type Field, unknown, written } from '../../../core/fact-builder.ts';
import { items, scalar, spanOfNode, text } from '../../../formats/yaml-tree.ts';
import type { KindContext } from '../kind.ts';
import { nearestTo } from '../nearest.ts';
import type { KubernetesObject } from '../objects.ts';

/** A listener of a GlobalConfiguration. */
export interface GlobalListener {
  readonly port: Field<readonly number[]>;
  readonly protocol: string | undefined;
}

/** The listener that a VirtualServer or a TransportServer names; `undefined` where no GlobalConfiguration here has it. */
export function listenerOf(name: string, object: KubernetesObject, { known }: KindContext): GlobalListener | undefined {
  const listeners = nearestTo(object.root.source.path, known('k8s.nginx.org/GlobalConfiguration')).flatMap(({ root }) =>
    items(root, 'spec', 'listeners').filter((one) => text(one, 'name') === name),
  );
  const [only, ...others] = listeners;
  if (!only || others.length > 0) return undefined;
  const port = scalar(only, 'port');
  const number = Number(port?.value);
  return {
    port: port && Number.isInteger(number) ? written([number], spanOfNode(port)) : unknown,
    protocol: text(only, 'protocol'),
  };
}
