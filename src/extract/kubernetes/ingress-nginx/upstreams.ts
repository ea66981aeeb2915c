import type { Fact, ProtocolVersion, Upstream } from '../../../core/fact.ts';
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
import { parseProtocol } from '../../../tls/protocols.ts';
import { isSince } from '../../versions.ts';
import type { Snippets } from '../ingress/nginx-snippets.ts';
import { servicesOfIngress } from '../ingress-hosts.ts';
import type { KindContext, Owner } from '../kind.ts';
import { type KubernetesObject, labelOf, qualified } from '../objects.ts';
import { cipherStringField, fieldFrom, type Setting, spanIn, textField, textIn, wordsField } from '../settings.ts';
import { authentication } from './authentication.ts';
import { protocolsByDefault } from './settings.ts';

export type Annotations = (name: string) => Setting;

/** TLS to the backends, where `backend-protocol` asks for it, and the service that authenticates requests. */
export function upstreams(
  object: KubernetesObject,
  key: Annotations,
  owner: Owner,
  context: KindContext,
  snippets: Snippets,
): readonly Fact<Upstream>[] {
  return [
    ...backends(object, key, owner, context, snippets),
    ...authentication(object, key('auth-url'), 'ingress-nginx'),
  ];
}

function backends(
  object: KubernetesObject,
  key: Annotations,
  owner: Owner,
  context: KindContext,
  snippets: Snippets,
): readonly Fact<Upstream>[] {
  const protocol = key('backend-protocol');
  const name = textIn(protocol)?.toUpperCase();
  if (protocol.state !== 'written' || (name !== 'HTTPS' && name !== 'GRPCS')) return [];
  const span = spanOfNode(protocol.node);
  const services = servicesOfIngress(object);
  const [service, ...others] = services;
  const fields: Fields<Upstream> = {
    tls: written(true, span),
    ...(name === 'HTTPS'
      ? proxied(object, key, owner, context)
      : unverified('ingress-nginx applies proxy-ssl-verify to HTTPS backends only, not to GRPCS', owner)),
    ...snippets.upstream,
  };
  return [
    buildFact<Upstream>(
      {
        technology: 'ingress-nginx',
        subject: `${labelOf(object)} to its backend`,
        self: spanIn(key('proxy-ssl-verify')) ?? span,
      },
      {
        kind: 'upstream',
        exposure: 'private',
        ...(services.length > 0 && { target: services.map(withoutNamespace).join(', ') }),
        ...(service !== undefined && others.length === 0 && { service }),
      },
      fields,
    ),
  ];
}

const withoutNamespace = (service: string): string => service.slice(service.indexOf('/') + 1);

/**
 * Every other `proxy-ssl-*` annotation is ignored without `proxy-ssl-secret`, and without a CA in it
 * (internal/ingress/annotations/proxyssl/main.go; rootfs/etc/nginx/template/nginx.tmpl).
 */
function proxied(object: KubernetesObject, key: Annotations, owner: Owner, context: KindContext): Fields<Upstream> {
  const secret = key('proxy-ssl-secret');
  const verify = key('proxy-ssl-verify');
  if (secret.state === 'unknown') return { verify: unknown, protocols: unknown };
  if (secret.state === 'absent') {
    const ignored = verify.state === 'written';
    const reason = ignored
      ? 'ingress-nginx ignores proxy-ssl-verify without proxy-ssl-secret'
      : 'ingress-nginx verifies backends only with proxy-ssl-secret and proxy-ssl-verify: "on"';
    return unverified(reason, owner);
  }
  const checked =
    fieldFrom(verify, (value) => value === 'on') ??
    byDefault(false, 'ingress-nginx leaves proxy-ssl-verify off', owner.guessed);
  const name = fieldFrom(secret, (value) => qualified(object.namespace, value));
  return {
    verify: composite({ chain: checked, hostname: checked }),
    ca: fieldFrom(secret, (value) => `Secret ${qualified(object.namespace, value)}`),
    clientCertificate: name,
    serverName: textIn(key('proxy-ssl-server-name')) === 'on' ? textField(key('proxy-ssl-name')) : undefined,
    protocols: protocolsOf(object, key('proxy-ssl-protocols'), owner, context),
    ciphers: cipherStringField(key('proxy-ssl-ciphers')),
  };
}

/**
 * Since 1.11 a list with anything else than TLSv1.2 and TLSv1.3 in it is refused, and the default holds
 * (proxySSLProtocolRegex in internal/ingress/annotations/proxyssl/main.go).
 */
function protocolsOf(
  object: KubernetesObject,
  setting: Setting,
  owner: Owner,
  context: KindContext,
): Field<readonly ProtocolVersion[]> {
  const evidence = context.versions('ingress-nginx', object.root.source.path);
  const refused =
    !evidence.guessed && isSince(evidence, '1.11.0') && !/^(?:TLSv1\.2|TLSv1\.3| )*$/.test(textIn(setting) ?? '');
  const field = refused ? undefined : wordsField(setting, /\S+/g, parseProtocol);
  return field ?? protocolsByDefault('upstreamProtocols', evidence, owner.guessed);
}

function unverified(reason: string, { guessed }: Owner): Fields<Upstream> {
  const off = byDefault(false, reason, guessed);
  return { verify: composite({ chain: off, hostname: off }) };
}
