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
import { scalar, spanOfNode, type YamlScalar } from '../../../formats/yaml-tree.ts';
import { reachOf } from '../../../tls/reach.ts';
import type { KindContext, KindExtractor } from '../kind.ts';
import { type KubernetesObject, labelOf, qualified } from '../objects.ts';
import { type Setting, settingAt, textField } from '../settings.ts';
import { contextNamed, specOf } from './tls-context.ts';
import { authorityOf, field, protocolsOf, secretName } from './tls-settings.ts';

const kinds: Readonly<Record<string, string>> = { AuthService: 'auth_service' };

/**
 * Whatever sends requests to a service, where it does so over TLS: `https://` before it, or `tls: true`, or `tls` with
 * the name of a TLSContext. Only an authority in that context makes Envoy verify, and no name is checked.
 * Source: emissary-ingress/emissary v4.1.0, python/ambassador, ir/ircluster.py; envoy/v3/v3cluster.py, v3tls.py.
 */
export const towardsService: KindExtractor = (object, context) => {
  const service = scalar(object.root, 'spec', kinds[object.kind] ?? 'service');
  const tls = settingAt(object, object.root, 'spec', 'tls');
  const place = service && secured(service, tls);
  if (!service || !place) return { facts: [], diagnostics: [] };
  const target = service.value.replace(/^[a-z]+:\/\//i, '').replace(/\/.*$/, '');
  const name = serviceNamed(object, target);
  const fact: Fact<Upstream> = buildFact<Upstream>(
    { technology: 'emissary', subject: `${labelOf(object)} to ${target}`, self: spanOfNode(place) },
    {
      kind: 'upstream',
      target,
      ...(name === undefined ? { exposure: reachOf(target) } : { exposure: 'private', service: name }),
    },
    { tls: written(true, spanOfNode(place)), ...verification(object, tls, context) },
  );
  return { facts: [fact], diagnostics: [] };
};

/** Where it is said that TLS is spoken; `undefined` for plain text, and where a template decides. */
function secured(service: YamlScalar, tls: Setting): YamlScalar | undefined {
  if (/^https:\/\//i.test(service.value)) return service;
  const named = tls.state === 'written' && tls.node.kind === 'scalar' ? tls.node : undefined;
  return named && !/^(false|)$/i.test(named.value) ? named : undefined;
}

/** `web`, `web.shop:8443` and `web.shop.svc.cluster.local` are Services; `example.com` and longer names are elsewhere. */
export function serviceNamed(object: KubernetesObject, target: string): string | undefined {
  const [, host = '', port] = /^([a-z][^:]*)(?::(\d+))?$/i.exec(target) ?? [];
  const [name, namespace, ...rest] = host.split('.');
  if (!name || (rest.length > 0 && rest[0] !== 'svc')) return undefined;
  const isDomain =
    rest.length === 0 && namespace !== undefined && /^([a-z]{2}|com|org|net|app|dev|edu|gov)$/i.test(namespace);
  if (isDomain && namespace !== object.namespace) return undefined;
  return `${qualified(namespace ?? object.namespace, name)}${port === undefined ? '' : `:${port}`}`;
}

function verification(object: KubernetesObject, tls: Setting, context: KindContext): Fields<Upstream> {
  const nobody = byDefault(false, 'Emissary verifies a service only with a TLSContext that has ca_secret');
  const named = tls.state === 'written' && tls.node.kind === 'scalar' ? tls.node.value : undefined;
  if (tls.state === 'unknown') return { verify: unknown };
  if (named === undefined || /^(true|false|)$/i.test(named)) return { verify: both(nobody, nobody) };
  const chosen = contextNamed(named, object, context);
  const spec = chosen && specOf(chosen);
  if (!chosen || !spec) return { verify: unknown };
  const ca = authorityOf(chosen, spec);
  const chain = ca?.origin === 'written' ? written(true, ca.span) : ca ? unknown : nobody;
  const anyName = byDefault(false, 'Emissary gives Envoy no name to look for in the certificate');
  const secret = field(chosen, spec, 'secret');
  return {
    verify: both(chain, anyName),
    ca,
    serverName: textField(field(chosen, spec, 'sni')),
    protocols: protocolsOf(chosen, spec, context.versions('emissary', object.root.source.path)),
    clientCertificate:
      secret.state === 'written' && secret.node.kind === 'scalar'
        ? written(secretName(chosen, spec, secret.node.value), spanOfNode(secret.node))
        : undefined,
  };
}

const both = (chain: Field<boolean>, hostname: Field<boolean>): Field<NonNullable<Upstream['verify']>> =>
  composite<NonNullable<Upstream['verify']>>({ chain, hostname });
