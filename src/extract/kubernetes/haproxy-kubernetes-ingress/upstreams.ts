import type { Fact, Upstream } from '../../../core/fact.ts';
import { buildFact, byDefault, type Field, type Fields, unknown, written } from '../../../core/fact-builder.ts';
import { sourceOfScalar } from '../../../formats/yaml-tree.ts';
import { serverFields } from '../../dialects/haproxy-fields.ts';
import { noOptions, type OptionList } from '../../dialects/haproxy-options.ts';
import { haproxySnippet } from '../../dialects/haproxy-snippet.ts';
import type { ControllerDefaults } from '../ingress/haproxy-defaults.ts';
import type { KubernetesObject } from '../objects.ts';
import { booleanIn, fieldFrom, scalarIn, spanIn } from '../settings.ts';
import { type Key, secretName, technology } from './settings.ts';

/** What an upstream is called, and which Services it is. */
export interface Target {
  readonly subject: string;
  readonly services: readonly string[];
}

/**
 * TLS to backends: with `server-ssl` nothing is verified, with `server-ca` the chain is, whatever else is written; no name
 * is checked (HAProxy before 3.3). `cr-backend` names a Backend that decides instead, and has a fact of its own. Source:
 * haproxytech/kubernetes-ingress 3.2.11, pkg/annotations/annotations.go, Backend; pkg/annotations/service/{ssl,crt,ca}.go.
 */
export function backends(
  object: KubernetesObject,
  own: Key,
  key: Key,
  { subject, services }: Target,
  defaults: ControllerDefaults,
): readonly Fact<Upstream>[] {
  const asked = ['server-ssl', 'server-ca', 'server-crt'].map(own).find((setting) => {
    const text = scalarIn(setting)?.value;
    return text !== undefined && text !== '' && booleanIn(setting) !== false;
  });
  const span = asked && spanIn(asked);
  if (!span || key('cr-backend').state !== 'absent') return [];
  const [service, ...others] = services;
  const snippet = scalarIn(key('backend-config-snippet'));
  const options = snippet ? haproxySnippet(sourceOfScalar(snippet)).defaultServer : noOptions;
  return [
    buildFact<Upstream>(
      { technology, subject, self: span },
      {
        kind: 'upstream',
        exposure: 'private',
        ...(services.length > 0 && { target: services.map(withoutNamespace).join(', ') }),
        ...(service !== undefined && others.length === 0 && { service }),
      },
      { tls: written(true, span), ...verification(object, key, options, defaults) },
    ),
  ];
}

const withoutNamespace = (service: string): string => service.slice(service.indexOf('/') + 1);

function verification(
  object: KubernetesObject,
  key: Key,
  options: OptionList,
  defaults: ControllerDefaults,
): Fields<Upstream> {
  const clientCertificate = fieldFrom(key('server-crt'), (name) =>
    name === '' ? undefined : secretName(object, name),
  );
  const authority = key('server-ca');
  if (authority.state === 'unknown') return { verify: unknown, clientCertificate };
  const ca = scalarIn(authority);
  const chain: Field<boolean> =
    ca && ca.value !== ''
      ? (fieldFrom(authority, () => true) ?? unknown)
      : byDefault(false, "HAProxy's controller verifies backends only with server-ca", defaults.unsure);
  const said = serverFields(options, noOptions, defaults.haproxy, chain);
  return {
    ...(options.options.length > 0 ? said : { verify: said.verify }),
    ...(ca && ca.value !== '' && { ca: fieldFrom(authority, (name) => `Secret ${secretName(object, name)}`) }),
    clientCertificate,
  };
}
