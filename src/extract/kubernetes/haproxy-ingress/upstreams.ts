import type { Fact, Upstream } from '../../../core/fact.ts';
import {
  buildFact,
  byDefault,
  composite,
  type Field,
  type Fields,
  unknown,
  written,
} from '../../../core/fact-builder.ts';
import { spanOfNode } from '../../../formats/yaml-tree.ts';
import { serverFields } from '../../dialects/haproxy-fields.ts';
import { noOptions } from '../../dialects/haproxy-options.ts';
import { asDefault, type ControllerDefaults } from '../ingress/haproxy-defaults.ts';
import type { KubernetesObject } from '../objects.ts';
import { booleanIn, cipherStringField, fieldFrom, type Setting, scalarIn, spanIn, textIn } from '../settings.ts';
import { type Key, optionsIn, secretName, technology } from './settings.ts';

/** What an upstream is called, and which Services it is. */
export interface Target {
  readonly subject: string;
  readonly services: readonly string[];
}

/**
 * TLS to backends, where `backend-protocol` or `secure-backends` asks for it. Nothing is verified without
 * `secure-verify-ca-secret`, and no name without `secure-verify-hostname` or `secure-sni`. Source: haproxy-ingress
 * 0.16.1, pkg/converters/ingress/annotations/backend.go, buildBackendProtocol; rootfs/etc/templates/haproxy/haproxy.tmpl.
 */
export function backends(
  object: KubernetesObject,
  key: Key,
  { subject, services }: Target,
  defaults: ControllerDefaults,
): readonly Fact<Upstream>[] {
  const asked = secureSetting(key);
  const span = asked && spanIn(asked);
  if (!span) return [];
  const [service, ...others] = services;
  return [
    buildFact<Upstream>(
      { technology, subject, self: span },
      {
        kind: 'upstream',
        exposure: 'private',
        ...(services.length > 0 && { target: services.map(withoutNamespace).join(', ') }),
        ...(service !== undefined && others.length === 0 && { service }),
      },
      { tls: written(true, span), ...verification(object, key, defaults), ...versions(key, defaults) },
    ),
  ];
}

const withoutNamespace = (service: string): string => service.slice(service.indexOf('/') + 1);

/** The key that asks for TLS. */
function secureSetting(key: Key): Setting | undefined {
  const protocol = key('backend-protocol');
  if (/^(?:h1-ssl|https|h2-ssl|grpcs|fcgi-ssl)$/i.test(textIn(protocol) ?? '')) return protocol;
  const secure = key('secure-backends');
  return booleanIn(secure) === true ? secure : undefined;
}

function verification(object: KubernetesObject, key: Key, defaults: ControllerDefaults): Fields<Upstream> {
  const authority = key('secure-verify-ca-secret');
  const certificate = fieldFrom(key('secure-crt-secret'), (name) => secretName(object, name).replace(/^Secret /, ''));
  if (authority.state === 'unknown') return { verify: unknown, clientCertificate: certificate };
  const node = scalarIn(authority);
  if (!node || node.value === '') {
    const off = byDefault(
      false,
      'HAProxy Ingress verifies backends only with secure-verify-ca-secret',
      defaults.unsure,
    );
    return {
      verify: composite<NonNullable<Upstream['verify']>>({ chain: off, hostname: off }),
      clientCertificate: certificate,
    };
  }
  const chain = written(true, spanOfNode(node));
  return {
    verify: composite<NonNullable<Upstream['verify']>>({ chain, hostname: hostnameBy(key, defaults) }),
    ca: fieldFrom(authority, (name) => secretName(object, name)),
    clientCertificate: certificate,
    serverName: serverNameBy(key),
  };
}

function hostnameBy(key: Key, defaults: ControllerDefaults): Field<boolean> {
  const named = ['secure-verify-hostname', 'secure-sni'].map(key).find(({ state }) => state !== 'absent');
  const span = named && spanIn(named);
  if (span) return written(true, span);
  return named
    ? unknown
    : byDefault(false, 'HAProxy checks no name without secure-verify-hostname or secure-sni', defaults.unsure);
}

function serverNameBy(key: Key): Field<string> | undefined {
  return fieldFrom(key('secure-sni'), (name) => (/^(?:sni|host)$/.test(name) ? undefined : name));
}

function versions(key: Key, defaults: ControllerDefaults): Fields<Upstream> {
  const own = optionsIn(key('ssl-options-backend'), 'server');
  const { protocols } = serverFields(
    own ?? defaults.serverOptions,
    noOptions,
    defaults.haproxy,
    byDefault(false, 'verify none'),
  );
  return {
    protocols: own ? protocols : asDefault(protocols, `the default of ${defaults.reason}`, defaults.guessed),
    ciphers: cipherStringField(key('ssl-ciphers-backend')),
  };
}
