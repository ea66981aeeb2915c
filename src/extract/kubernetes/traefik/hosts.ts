import type { Field } from '../../../core/fact-builder.ts';
import { unknown, written } from '../../../core/fact-builder.ts';
import type { Span } from '../../../core/source.ts';
import { items, scalar, spanOfNode, type YamlNode } from '../../../formats/yaml-tree.ts';
import { hostsOfRule } from '../../dialects/traefik-rules.ts';
import type { KubernetesObject } from '../objects.ts';

/** The entries of `spec.routes`. */
export const routesOf = ({ root }: KubernetesObject): readonly YamlNode[] => items(root, 'spec', 'routes');

/** The hosts of one route's rule; `undefined` where it cannot be known. */
export function hostsOfRoute(route: YamlNode): readonly string[] | undefined {
  const rule = scalar(route, 'match');
  return rule && hostsOfRule(rule.value);
}

/** The hosts of all routes of some objects, each placed at its rule; none where no rule names a host. */
export function hostsField(objects: readonly KubernetesObject[]): Field<readonly string[]> | undefined {
  return hostsFieldOf(objects.flatMap(routesOf));
}

export function hostsFieldOf(routes: readonly YamlNode[]): Field<readonly string[]> | undefined {
  const placed = new Map<string, Span>();
  for (const route of routes) {
    const rule = scalar(route, 'match');
    const hosts = hostsOfRoute(route);
    if (!rule || !hosts) return unknown;
    for (const host of hosts) if (!placed.has(host)) placed.set(host, spanOfNode(rule));
  }
  const [first] = placed.values();
  if (!first) return undefined;
  return written(
    [...placed.keys()],
    first,
    Object.fromEntries([...placed.values()].map((span, index) => [String(index), span])),
  );
}
