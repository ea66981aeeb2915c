import type { Route } from '../../../core/fact.ts';
import { buildFact } from '../../../core/fact-builder.ts';
import { entries, scalar, spanOfNode, text } from '../../../formats/yaml-tree.ts';
import { type KindExtractor, nothing } from '../kind.ts';
import { headOf, type KubernetesObject, labelOf } from '../objects.ts';
import { listOf } from '../settings.ts';
import { serviceNamed } from './upstream.ts';

/**
 * Where a Mapping takes requests from: a `route` at the Hosts of the repository that it is for, by its host name or by
 * their selectors. Source: emissary-ingress/emissary v4.1.0, python/ambassador, ir/irhost.py, matches_httpgroup.
 */
export const mappingRoute: KindExtractor = (object, context) => {
  const hosts = context.known('getambassador.io/Host').filter((host) => isFor(object, host));
  const listeners = hosts.flatMap((host) => (host.name === undefined ? [] : [labelOf(host)]));
  if (listeners.length === 0) return nothing;
  const name = hostNode(object);
  const service = text(object.root, 'spec', 'service')
    ?.replace(/^[a-z]+:\/\//i, '')
    .replace(/\/.*$/, '');
  const target = service === undefined ? undefined : serviceNamed(object, service);
  const method = text(object.root, 'spec', 'method_regex') === 'true' ? undefined : text(object.root, 'spec', 'method');
  const fact = buildFact<Route>(
    { technology: 'emissary', subject: labelOf(object), self: headOf(object) },
    {
      kind: 'route',
      listeners: [...new Set(listeners)],
      ...(method !== undefined && { methods: [method.toUpperCase()] }),
      ...(target !== undefined && { services: [target] }),
    },
    { hosts: name && name.value !== '*' ? listOf([name], spanOfNode(name)) : undefined },
  );
  return { facts: [fact], diagnostics: [] };
};

/** `hostname`, or the older `host`, which may be a pattern. */
const hostNode = ({ root }: KubernetesObject) => scalar(root, 'spec', 'hostname') ?? scalar(root, 'spec', 'host');

function isFor(mapping: KubernetesObject, host: KubernetesObject): boolean {
  const labels = [
    ...entries(host.root, 'spec', 'mappingSelector', 'matchLabels'),
    ...entries(host.root, 'spec', 'selector', 'matchLabels'),
  ];
  const selected = labels.every(
    ({ key, value }) => value.kind === 'scalar' && text(mapping.root, 'metadata', 'labels', key.value) === value.value,
  );
  const asked = hostNode(mapping)?.value;
  const own = text(host.root, 'spec', 'hostname') ?? '*';
  if (asked === undefined) return labels.length > 0 && selected;
  return selected && (matches(asked, own) || matches(own, asked));
}

/** A name with one `*` at an end matches what ends or begins as it does. */
const matches = (name: string, glob: string): boolean => {
  if (glob === '*' || glob === name) return true;
  if (glob.startsWith('*')) return name.endsWith(glob.slice(1));
  return glob.endsWith('*') && name.startsWith(glob.slice(0, -1));
};
