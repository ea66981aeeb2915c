import type { Fact, Listener, Upstream } from '../../../core/fact.ts';
import { buildFact, byDefault, type Field, type Fields, unknown, written } from '../../../core/fact-builder.ts';
import { items, spanInScalar, spanOfNode, text } from '../../../formats/yaml-tree.ts';
import { readSnippets, type Snippets } from '../ingress/nginx-snippets.ts';
import { servicesOfIngress } from '../ingress-hosts.ts';
import type { ControllerReading, KindContext, Owner } from '../kind.ts';
import { headOf, type KubernetesObject, labelOf, qualified } from '../objects.ts';
import {
  annotation,
  booleanField,
  booleanIn,
  cipherStringField,
  fieldFrom,
  type Setting,
  scalarIn,
  textIn,
} from '../settings.ts';
import {
  controllerFor,
  type F5Controller,
  hstsBy,
  mayBeOn,
  protocolsByDefault,
  technology,
  wildcardCertificate,
} from './controller.ts';
import { type AttachedPolicy, clientAuthBy, egressBy, firstWith, policiesOfText } from './policies.ts';

type Key = (name: string) => Setting;

/**
 * What F5's NGINX Ingress Controller makes of an Ingress. It redirects hosts with TLS, and sends no HSTS unless told to.
 * Source: nginx/kubernetes-ingress 5.5.4, internal/configs/annotations.go, ingress.go and version1/nginx.ingress.tmpl.
 */
export function f5Ingress(object: KubernetesObject, owner: Owner, context: KindContext): ControllerReading {
  const key: Key = (name) => annotation(object, `nginx.org/${name}`);
  const controller = controllerFor(object, context);
  const own = policiesOfText(object, scalarIn(key('policies')), context);
  const policies = [...own, ...mastersPolicies(object, key, context)];
  const snippets = readSnippets(
    mayBeOn(controller, 'enable-snippets')
      ? [
          [key('server-snippets'), 'server'],
          [key('location-snippets'), 'location'],
        ]
      : [],
    undefined,
    "F5's controller",
  );
  const isMinion = textIn(key('mergeable-ingress-type')) === 'minion';
  return {
    technology,
    listener: listenerFields(object, key, owner, context, controller, policies, snippets),
    redirect: redirect(object, key, owner, controller),
    // The Ingress that a minion is merged into says whether there is TLS.
    plaintext: isMinion
      ? { tls: unknown, redirectsToHttps: unknown }
      : { tls: written(false, headOf(object)), redirectsToHttps: forwardedRedirect(key) ?? unknown },
    fallback: wildcardCertificate(controller),
    upstreams: upstreams(object, key, policies, snippets),
    diagnostics: snippets.diagnostics,
  };
}

/** A minion inherits the Policies of its master, the Ingress with the same host; unknown where it is not here. */
function mastersPolicies(object: KubernetesObject, key: Key, context: KindContext): readonly AttachedPolicy[] {
  if (textIn(key('mergeable-ingress-type')) !== 'minion') return [];
  const hosts = new Set(hostsIn(object));
  const masters = context
    .known('networking.k8s.io/Ingress')
    .filter(
      (one) =>
        textIn(annotation(one, 'nginx.org/mergeable-ingress-type')) === 'master' &&
        hostsIn(one).some((host) => hosts.has(host)),
    );
  if (masters.length === 0) return [{ policy: undefined, span: headOf(object) }];
  return masters.flatMap((one) => policiesOfText(one, scalarIn(annotation(one, 'nginx.org/policies')), context));
}

const hostsIn = ({ root }: KubernetesObject): readonly string[] =>
  items(root, 'spec', 'rules').flatMap((rule) => text(rule, 'host') ?? []);

function listenerFields(
  object: KubernetesObject,
  key: Key,
  owner: Owner,
  context: KindContext,
  controller: F5Controller,
  policies: readonly AttachedPolicy[],
  snippets: Snippets,
): Fields<Listener> {
  const elsewhere = object.fragment || controller.configured;
  const ports = fieldFrom(key('listen-ports-ssl'), portsIn);
  return {
    ...(ports && { ports }),
    protocols: elsewhere ? unknown : protocolsByDefault(object, context, owner.guessed),
    ciphers: cipherStringField(key('ssl-ciphers')),
    preferServerCiphers: booleanField(key('ssl-prefer-server-ciphers')),
    clientAuth: key('policies').state === 'unknown' ? unknown : clientAuthBy(policies),
    hsts: hstsBy(key),
    ...snippets.listener,
    earlyData: snippets.earlyData,
  };
}

function portsIn(value: string): readonly number[] | undefined {
  const ports = value.split(',').map((port) => Number(port.trim()));
  return ports.every((port) => Number.isInteger(port) && port > 0) ? ports : undefined;
}

function redirect(object: KubernetesObject, key: Key, owner: Owner, controller: F5Controller): Field<boolean> {
  const forwarded = forwardedRedirect(key);
  if (forwarded) return forwarded;
  const own = key('ssl-redirect');
  const written = own.state === 'absent' ? annotation(object, 'ingress.kubernetes.io/ssl-redirect') : own;
  if (written.state !== 'absent') return booleanField(written) ?? unknown;
  // Where something in front of nginx ends TLS, X-Forwarded-Proto decides.
  if (controller.key('redirect-to-https').state !== 'absent') return unknown;
  return (
    booleanField(controller.key('ssl-redirect')) ??
    byDefault(true, "F5's controller redirects hosts that have TLS unless told not to", owner.guessed)
  );
}

/** `redirect-to-https` goes by X-Forwarded-Proto. */
function forwardedRedirect(key: Key): Field<boolean> | undefined {
  const setting = key('redirect-to-https');
  return booleanIn(setting) === true ? booleanField(setting) : setting.state === 'unknown' ? unknown : undefined;
}

/** `ssl-services` names the Services that nginx speaks TLS to. It verifies them only by a Policy or by a snippet. */
function upstreams(
  object: KubernetesObject,
  key: Key,
  policies: readonly AttachedPolicy[],
  snippets: Snippets,
): readonly Fact<Upstream>[] {
  const node = scalarIn(key('ssl-services'));
  if (!node) return [];
  const services = servicesOfIngress(object);
  return [...node.value.matchAll(/[^,\s]+/g)].map(({ 0: name, index }) => {
    const span = spanInScalar(node, index, index + name.length);
    const full = qualified(object.namespace, name);
    const [service, ...others] = services.filter((one) => one === full || one.startsWith(`${full}:`));
    return buildFact<Upstream>(
      { technology, subject: `${labelOf(object)} to Service ${full}`, self: spanOfNode(node) },
      {
        kind: 'upstream',
        exposure: 'private',
        target: name,
        service: service !== undefined && others.length === 0 ? service : full,
      },
      { tls: written(true, span), ...egressBy(firstWith(policies, 'egressMTLS')), ...snippets.upstream },
    );
  });
}
