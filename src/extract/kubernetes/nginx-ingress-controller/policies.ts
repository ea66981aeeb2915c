import { data as defaults } from '../../../../data/nginx-ingress-controller-defaults.yaml';
import type { Listener, Upstream } from '../../../core/fact.ts';
import { byDefault, composite, type Field, type Fields, unknown, written } from '../../../core/fact-builder.ts';
import type { Span } from '../../../core/source.ts';
import { keyOf, scalar, spanOfNode, text, type YamlNode, type YamlScalar } from '../../../formats/yaml-tree.ts';
import { parseProtocol } from '../../../tls/protocols.ts';
import type { KindContext } from '../kind.ts';
import { nearestTo } from '../nearest.ts';
import { type KubernetesObject, qualified } from '../objects.ts';
import {
  booleanField,
  booleanIn,
  cipherStringField,
  fieldFrom,
  type Setting,
  settingAt,
  textField,
  wordsField,
} from '../settings.ts';

/** A Policy that something names, and where it does; `undefined`: it is not here, and may say anything. */
export interface AttachedPolicy {
  readonly policy: KubernetesObject | undefined;
  readonly span: Span;
}

/** The Policies of a list of references, `{name, namespace}`; one without a namespace is of the object's own. */
export const policiesIn = (
  object: KubernetesObject,
  list: readonly YamlNode[],
  context: KindContext,
): readonly AttachedPolicy[] =>
  list.map((node) => {
    const name = scalar(node, 'name');
    const span = spanOfNode(name ?? node);
    if (!name) return { policy: undefined, span };
    return { policy: policyCalled(name.value, text(node, 'namespace'), object, context), span };
  });

/** The Policies that an annotation lists: `shop/mtls,other`. */
export const policiesOfText = (
  object: KubernetesObject,
  node: YamlScalar | undefined,
  context: KindContext,
): readonly AttachedPolicy[] =>
  (node?.value ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .map((name) => {
      const [namespace, bare] = name.includes('/') ? name.split('/') : [undefined, name];
      return {
        policy: policyCalled(bare ?? name, namespace, object, context),
        span: spanOfNode(node ?? object.root),
      };
    });

function policyCalled(
  name: string,
  namespace: string | undefined,
  object: KubernetesObject,
  { known }: KindContext,
): KubernetesObject | undefined {
  const wanted = namespace ?? object.namespace;
  const found = known('k8s.nginx.org/Policy').filter(
    (one) => one.name === name && (one.namespace === wanted || one.namespace === undefined || wanted === undefined),
  );
  const [nearest, ...others] = nearestTo(object.root.source.path, found);
  return others.length > 0 ? undefined : nearest;
}

/** The first Policy of the list with a section, which is the one that counts; `unknown` where one is not here. */
export function firstWith(
  attached: readonly AttachedPolicy[],
  section: string,
): { readonly policy: KubernetesObject; readonly span: Span } | 'unknown' | undefined {
  for (const { policy, span } of attached) {
    if (policy && settingAt(policy, policy.root, 'spec', section).state !== 'absent') return { policy, span };
  }
  return attached.some(({ policy }) => policy === undefined) ? 'unknown' : undefined;
}

const modes = new Map([
  ['on', 'required'],
  ['off', 'none'],
  ['optional', 'optional'],
  ['optional_no_ca', 'request'],
] as const);

/** Client certificates, by a Policy `ingressMTLS` among those of the whole server. */
export function clientAuthBy(attached: readonly AttachedPolicy[]): Field<NonNullable<Listener['clientAuth']>> {
  const found = firstWith(attached, 'ingressMTLS');
  if (found === 'unknown') return unknown;
  if (!found) return byDefault({ mode: 'none' }, 'client certificates are asked for only by a Policy with ingressMTLS');
  const { policy, span } = found;
  const mode = fieldFrom(
    specAt(policy, 'ingressMTLS', 'verifyClient'),
    (value) => [...modes].find(([name]) => name === value)?.[1],
  );
  return composite<NonNullable<Listener['clientAuth']>>({
    mode: mode ?? written('required', span),
    ca: fieldFrom(specAt(policy, 'ingressMTLS', 'clientCertSecret'), (name) => secretOf(policy, name)),
  });
}

/** The header that a Policy `hsts` sends; unknown without one, as an application behind may send it. */
export function hstsBy(attached: readonly AttachedPolicy[]): Field<NonNullable<Listener['hsts']>> {
  const found = firstWith(attached, 'hsts');
  if (found === 'unknown' || !found) return unknown;
  return composite<NonNullable<Listener['hsts']>>({
    maxAgeSeconds: fieldFrom(specAt(found.policy, 'hsts', 'maxAge'), (value) =>
      /^\d+$/.test(value) ? Number(value) : undefined,
    ),
    includeSubDomains:
      booleanField(specAt(found.policy, 'hsts', 'includeSubDomains')) ??
      byDefault(false, 'a Policy with hsts leaves subdomains out unless told otherwise'),
  });
}

/**
 * TLS towards Services that speak it, by a Policy `egressMTLS`; without one nothing is verified, which is nginx's default.
 * Source: internal/configs/policy.go of 5.5.4, addEgressMTLSConfig.
 */
export function egressBy(found: ReturnType<typeof firstWith>): Fields<Upstream> {
  if (found === 'unknown') return { verify: unknown };
  if (!found) {
    const off = byDefault(false, "F5's controller verifies Services only by a Policy with egressMTLS");
    return { verify: composite<NonNullable<Upstream['verify']>>({ chain: off, hostname: off }) };
  }
  const { policy } = found;
  const at = (name: string): Setting => specAt(policy, 'egressMTLS', name);
  const checked =
    booleanField(at('verifyServer')) ?? byDefault(false, 'egressMTLS verifies only with verifyServer: true');
  return {
    verify: composite<NonNullable<Upstream['verify']>>({ chain: checked, hostname: checked }),
    ca: fieldFrom(at('trustedCertSecret'), (name) => secretOf(policy, name)),
    clientCertificate: fieldFrom(at('tlsSecret'), (name) => qualified(policy.namespace, name)),
    serverName: booleanIn(at('serverName')) === true ? textField(at('sslName')) : undefined,
    protocols:
      wordsField(at('protocols'), /\S+/g, parseProtocol) ??
      byDefault(defaults.egressProtocols, 'the default of egressMTLS'),
    ciphers: cipherStringField(at('ciphers')),
  };
}

const secretOf = ({ namespace }: KubernetesObject, name: string): string => `Secret ${qualified(namespace, name)}`;

const specAt = (policy: KubernetesObject, ...path: readonly string[]): Setting =>
  settingAt(policy, policy.root, 'spec', ...path);

/** Where a finding about what `egressMTLS` verifies is explained, in the Policy. */
export function placeOfVerification(found: ReturnType<typeof firstWith>): Span | undefined {
  if (found === 'unknown' || !found) return undefined;
  const { root } = found.policy;
  const setting = settingAt(found.policy, root, 'spec', 'egressMTLS');
  const node = setting.state === 'written' ? keyOf(setting.node, 'verifyServer') : undefined;
  return node && spanOfNode(node);
}
