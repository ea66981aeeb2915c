import type { Field } from '../../core/fact-builder.ts';
import { entries, get, items, keyOf, scalar, spanOfNode, text, type YamlScalar } from '../../formats/yaml-tree.ts';
import { type KubernetesObject, qualified } from './objects.ts';
import { listOf } from './settings.ts';

/** The hosts of an Ingress, those of `spec.tls` and of its rules; `undefined` where it names none and takes all. */
export function hostsOfIngress({ root }: KubernetesObject): Field<readonly string[]> | undefined {
  const named = [
    ...items(root, 'spec', 'rules').flatMap((rule) => scalar(rule, 'host') ?? []),
    ...items(root, 'spec', 'tls')
      .flatMap((entry) => items(entry, 'hosts'))
      .filter((host): host is YamlScalar => host.kind === 'scalar'),
  ];
  const hosts = named.filter(({ value }, index) => named.findIndex((one) => one.value === value) === index);
  const spec = entries(root).find(({ key }) => key.value === 'spec')?.value;
  return hosts.length === 0 ? undefined : listOf(hosts, spanOfNode(keyOf(spec, 'rules') ?? hosts[0] ?? root));
}

/** The Services that an Ingress sends requests to, as `shop/web:8080`; those of a controller's own actions are none. */
export function servicesOfIngress({ root, namespace }: KubernetesObject): readonly string[] {
  const paths = items(root, 'spec', 'rules').flatMap((rule) => items(rule, 'http', 'paths'));
  const backends = [
    ...paths.map((path) => get(path, 'backend')),
    get(root, 'spec', 'defaultBackend'),
    get(root, 'spec', 'backend'),
  ];
  const services = backends.flatMap((backend) => {
    const name = text(backend, 'service', 'name') ?? text(backend, 'serviceName');
    const port =
      text(backend, 'service', 'port', 'number') ??
      text(backend, 'service', 'port', 'name') ??
      text(backend, 'servicePort');
    if (name === undefined || port === 'use-annotation') return [];
    return [`${qualified(namespace, name)}${port === undefined ? '' : `:${port}`}`];
  });
  return [...new Set(services)];
}
