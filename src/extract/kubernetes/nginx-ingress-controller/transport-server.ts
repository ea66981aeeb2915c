import type { Fact, Listener, Route } from '../../../core/fact.ts';
import { buildFact, type Fields, unknown, written } from '../../../core/fact-builder.ts';
import { items, scalar, spanOfNode, text } from '../../../formats/yaml-tree.ts';
import { exposureOf } from '../host-names.ts';
import { type KindExtractor, nothing } from '../kind.ts';
import { headOf, type KubernetesObject, labelOf, qualified } from '../objects.ts';
import { fieldFrom, listOf, settingAt } from '../settings.ts';
import { controllerFor, protocolsByDefault, technology } from './controller.ts';
import { listenerOf } from './global-configuration.ts';

/**
 * TCP with TLS that nginx ends (`spec.tls.secret`), or that it passes through to the Service (`TLS_PASSTHROUGH`). Plain TCP
 * and UDP say nothing about TLS. Source: nginx/kubernetes-ingress 5.5.4, pkg/apis/configuration/v1/types.go.
 */
export const transportServer: KindExtractor = (object, context) => {
  const { root } = object;
  const protocol = scalar(root, 'spec', 'listener', 'protocol');
  const secret = scalar(root, 'spec', 'tls', 'secret');
  const passes = protocol?.value === 'TLS_PASSTHROUGH';
  if (!secret && !passes) return nothing;
  const name = text(root, 'spec', 'listener', 'name');
  const host = scalar(root, 'spec', 'host');
  const hosts = host && listOf([host], spanOfNode(host));
  const ports = passes
    ? written([443], spanOfNode(protocol))
    : name === undefined
      ? unknown
      : (listenerOf(name, object, context)?.port ?? unknown);
  const ended: Fields<Listener> = secret
    ? {
        tls: written(true, spanOfNode(secret)),
        certificates: fieldFrom(settingAt(object, root, 'spec', 'tls', 'secret'), (value) => [
          { from: 'secret' as const, ref: qualified(object.namespace, value) },
        ]),
        protocols: controllerFor(object, context).configured ? unknown : protocolsByDefault(object, context),
      }
    : { tls: unknown, protocols: unknown, certificates: unknown };
  const listener = buildFact<Listener>(
    { technology, subject: labelOf(object), self: spanOfNode(secret ?? protocol ?? root) },
    { kind: 'listener', application: 'other', ...(object.name !== undefined && { name: labelOf(object) }) },
    { hosts, ports, exposure: exposureOf(hosts, [name], headOf(object)), ...ended },
  );
  return { facts: [listener, ...route(object)], diagnostics: [] };
};

function route(object: KubernetesObject): readonly Fact<Route>[] {
  const services = items(object.root, 'spec', 'upstreams').flatMap((upstream) => {
    const service = text(upstream, 'service');
    const port = text(upstream, 'port');
    if (service === undefined) return [];
    return [`${qualified(object.namespace, service)}${port === undefined ? '' : `:${port}`}`];
  });
  if (object.name === undefined || services.length === 0) return [];
  return [
    buildFact<Route>(
      { technology, subject: labelOf(object), self: headOf(object) },
      { kind: 'route', listeners: [labelOf(object)], services: [...new Set(services)] },
    ),
  ];
}
