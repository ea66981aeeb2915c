import type { Fact, Listener, Route } from '../../../core/fact.ts';
import { buildFact, written } from '../../../core/fact-builder.ts';
import { entries, get, items, scalar, spanOfNode, text, type YamlNode } from '../../../formats/yaml-tree.ts';
import { bindFields } from '../../dialects/haproxy-fields.ts';
import { type ControllerDefaults, controllerDefaults, placed } from '../ingress/haproxy-defaults.ts';
import type { KindExtractor } from '../kind.ts';
import { headOf, type KubernetesObject, labelOf, qualified } from '../objects.ts';
import { optionsOfFields, sslOf } from './options.ts';
import { technology } from './settings.ts';

/**
 * A TCP: for each bind line with TLS a `listener`, and a `route` to the Services behind it. Plain TCP says nothing about
 * TLS. Source: haproxytech/kubernetes-ingress 3.2.11, documentation/custom-resource-tcp.md; crs/definition.
 */
export const tcp: KindExtractor = (object, context) => {
  const defaults = controllerDefaults(technology, object.root.source.path, context);
  return {
    facts: items(object.root, 'spec').flatMap((service) => {
      const listeners = bindsIn(get(service, 'frontend')).flatMap((bind) =>
        listenerOf(object, bind, nameOf(object, service), 'other', defaults),
      );
      return listeners.length === 0 ? [] : [...listeners, ...route(object, service)];
    }),
    diagnostics: [],
  };
};

/** A Frontend: settings of a frontend of the controller's own; its bind lines with TLS. */
export const frontend: KindExtractor = (object, context) => {
  const defaults = controllerDefaults(technology, object.root.source.path, context);
  const spec = get(object.root, 'spec');
  const application = text(spec, 'mode') === 'tcp' ? 'other' : 'http';
  return {
    facts: bindsIn(spec).flatMap((bind) => listenerOf(object, bind, labelOf(object), application, defaults)),
    diagnostics: [],
  };
};

/** A list in version 1, a mapping by name in version 3. */
const bindsIn = (frontendNode: YamlNode | undefined): readonly YamlNode[] => [
  ...items(frontendNode, 'binds'),
  ...entries(frontendNode, 'binds').map(({ value }) => value),
];

const nameOf = (object: KubernetesObject, service: YamlNode): string =>
  `${labelOf(object)}#${text(service, 'name') ?? ''}`;

function listenerOf(
  object: KubernetesObject,
  bind: YamlNode,
  name: string,
  application: 'http' | 'other',
  defaults: ControllerDefaults,
): readonly Fact<Listener>[] {
  const ssl = sslOf(bind);
  if (!ssl) return [];
  const port = scalar(bind, 'port');
  const { clientAuth, ...fields } = bindFields(optionsOfFields(bind), defaults.bindOptions, defaults.haproxy);
  const certificate = scalar(bind, 'ssl_certificate');
  const bindName = text(bind, 'name');
  return [
    buildFact<Listener>(
      {
        technology,
        subject: `${name}${bindName === undefined ? '' : `, bind ${bindName}`}`,
        self: spanOfNode(ssl),
      },
      { kind: 'listener', application, ...(object.name !== undefined && { name }) },
      {
        tls: written(true, spanOfNode(ssl)),
        ports:
          port && Number.isInteger(Number(port.value)) ? written([Number(port.value)], spanOfNode(port)) : undefined,
        ...fields,
        protocols: placed(fields.protocols, defaults),
        sessionTickets: placed(fields.sessionTickets, defaults),
        clientAuth,
        certificates:
          certificate &&
          written(
            [
              certificate.value.startsWith('/')
                ? ({ from: 'file', ref: certificate.value } as const)
                : ({ from: 'secret', ref: qualified(object.namespace, certificate.value) } as const),
            ],
            spanOfNode(certificate),
          ),
      },
    ),
  ];
}

function route(object: KubernetesObject, service: YamlNode): readonly Fact<Route>[] {
  const services = [get(service, 'service'), ...items(service, 'services')].flatMap((one) => {
    const name = text(one, 'name');
    const port = text(one, 'port');
    if (name === undefined) return [];
    return [`${qualified(object.namespace, name)}${port === undefined ? '' : `:${port}`}`];
  });
  if (object.name === undefined || services.length === 0) return [];
  return [
    buildFact<Route>(
      { technology, subject: nameOf(object, service), self: headOf(object) },
      { kind: 'route', listeners: [nameOf(object, service)], services: [...new Set(services)] },
    ),
  ];
}
