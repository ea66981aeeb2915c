import type { Fact, Listener, Route } from '../../../core/fact.ts';
import { buildFact, type Field, type Fields, unknown, written } from '../../../core/fact-builder.ts';
import type { Span } from '../../../core/source.ts';
import {
  entries,
  items,
  keyOf,
  scalar,
  spanOfNode,
  type YamlNode,
  type YamlScalar,
} from '../../../formats/yaml-tree.ts';
import { exposureOf } from '../host-names.ts';
import { hostsOfIngress, servicesOfIngress } from '../ingress-hosts.ts';
import type { ControllerReading, KindExtractor } from '../kind.ts';
import { headOf, type KubernetesObject, labelOf, qualified } from '../objects.ts';
import { annotation, booleanField, listField, listOf, type Setting, settingAt, textIn } from '../settings.ts';
import { classNode, classOf, ownerOf } from './ingress-class.ts';

/** Another controller, or nobody knows which: what the Ingress does not say itself is unknown. */
const unknownController: ControllerReading = {
  technology: 'ingress',
  listener: { protocols: unknown, ciphers: unknown, clientAuth: unknown, hsts: unknown },
  redirect: unknown,
  plaintext: undefined,
  upstreams: [],
  diagnostics: [],
};

/**
 * One `listener` for each entry of `spec.tls`, and one for plain HTTP, called like the Ingress; the class decides whose
 * defaults apply. A `route` says which Services stand behind them. Source: Kubernetes API, networking.k8s.io/v1 IngressSpec.
 */
export const ingress: KindExtractor = (object, context) => {
  const owner = ownerOf(object, context);
  const reading = context.controllers[owner.product ?? '']?.(object, owner, context) ?? unknownController;
  return {
    facts: [
      ...(reading.listeners ?? listeners(object, reading)).map((fact) => named(fact, object)),
      ...routes(object, reading),
      ...reading.upstreams,
    ],
    diagnostics: reading.diagnostics,
  };
};

/** Routes refer to the listeners of an Ingress by its name, also to those that a controller made. */
const named = (fact: Fact<Listener>, object: KubernetesObject): Fact<Listener> =>
  object.name === undefined || fact.data.name !== undefined
    ? fact
    : { ...fact, data: { ...fact.data, name: labelOf(object) } };

/** Tells external-dns to have Cloudflare's network stand before the host (external-dns documentation, Cloudflare). */
const cloudflareProxied = 'external-dns.alpha.kubernetes.io/cloudflare-proxied';

function routes(object: KubernetesObject, reading: ControllerReading): readonly Fact<Route>[] {
  const services = servicesOfIngress(object);
  if (object.name === undefined || object.fragment) return [];
  if (services.length === 0 && !reading.onlyRedirects) return [];
  return [
    buildFact<Route>(
      { technology: reading.technology, subject: labelOf(object), self: headOf(object) },
      { kind: 'route', listeners: [labelOf(object)], ...(services.length > 0 && { services }) },
      {
        hosts: hostsOfIngress(object),
        redirectsToHttps: reading.onlyRedirects,
        delivered: booleanField(annotation(object, cloudflareProxied)),
      },
    ),
  ];
}

function listeners(object: KubernetesObject, reading: ControllerReading): readonly Fact<Listener>[] {
  const tls = settingAt(object, object.root, 'spec', 'tls');
  const tlsEntries = tls.state === 'written' && tls.node.kind === 'sequence' ? tls.node.items : [];
  if (tlsEntries.length > 0) {
    const secured = tlsEntries.map((entry) => tlsListener(object, entry, reading));
    if (reading.redirect.origin === 'unknown') return secured;
    const fields = { tls: known(false, headOf(object)), redirectsToHttps: reading.redirect };
    return [...secured, plainListener(object, hostsOfEntries(tlsEntries, object), fields, reading)];
  }
  const open = tls.state === 'unknown' || (tls.state === 'written' && (tls.node.kind !== 'sequence' || tls.node.open));
  if (open)
    return [listenerOf(object, headOf(object), rulesHosts(object), { tls: unknown, ...reading.listener }, reading)];
  return [
    plainListener(
      object,
      rulesHosts(object),
      reading.plaintext ?? { tls: unknown, redirectsToHttps: unknown },
      reading,
    ),
  ];
}

function tlsListener(object: KubernetesObject, entry: YamlNode, reading: ControllerReading): Fact<Listener> {
  const first = entry.kind === 'mapping' ? entry.entries[0]?.key : undefined;
  const self = spanOfNode(first ?? entry);
  const hosts = listField(settingAt(object, entry, 'hosts')) ?? rulesHosts(object);
  const secret = settingAt(object, entry, 'secretName');
  return listenerOf(
    object,
    self,
    hosts,
    { tls: known(true, self), certificates: certificatesOf(object, secret, reading), ...reading.listener },
    reading,
  );
}

/** The Secret stands in the Ingress's own namespace. Without one the controller's own certificate is served. */
function certificatesOf(
  { namespace }: KubernetesObject,
  secret: Setting,
  { fallback }: ControllerReading,
): Field<NonNullable<Listener['certificates']>> {
  const name = textIn(secret);
  if (secret.state === 'absent' || name === '') return fallback ?? unknown;
  if (name === undefined || secret.state !== 'written') return unknown;
  return written([{ from: 'secret', ref: qualified(namespace, name) }], spanOfNode(secret.node));
}

const plainListener = (
  object: KubernetesObject,
  hosts: Field<readonly string[]> | undefined,
  fields: Fields<Listener>,
  reading: ControllerReading,
): Fact<Listener> =>
  listenerOf(object, headOf(object), hosts, { ports: known([80], headOf(object)), ...fields }, reading);

function listenerOf(
  object: KubernetesObject,
  self: Span,
  hosts: Field<readonly string[]> | undefined,
  fields: Fields<Listener>,
  { technology }: ControllerReading,
): Fact<Listener> {
  const classed = classNode(object);
  return buildFact<Listener>(
    { technology, subject: labelOf(object), self },
    { kind: 'listener', application: 'http' },
    { hosts, exposure: exposureOf(hosts, [classOf(object)], classed ? spanOfNode(classed) : self), ...fields },
  );
}

/** A value that the shape of the object makes, rather than a token of it. */
const known = <T>(value: T, span: Span): Field<T> => written(value, span);

/** The hosts of the rules. */
function rulesHosts(object: KubernetesObject): Field<readonly string[]> | undefined {
  const rules = settingAt(object, object.root, 'spec', 'rules');
  if (rules.state === 'absent') return undefined;
  const hosts = items(object.root, 'spec', 'rules').flatMap((rule) => scalar(rule, 'host') ?? []);
  return listOf(hosts, spanOfNode(keyOf(specOf(object), 'rules') ?? object.root));
}

function hostsOfEntries(
  tlsEntries: readonly YamlNode[],
  object: KubernetesObject,
): Field<readonly string[]> | undefined {
  const hosts = tlsEntries
    .flatMap((entry) => items(entry, 'hosts'))
    .filter((host): host is YamlScalar => host.kind === 'scalar');
  return hosts.length > 0 ? listOf(hosts, spanOfNode(keyOf(specOf(object), 'tls') ?? object.root)) : rulesHosts(object);
}

const specOf = ({ root }: KubernetesObject): YamlNode | undefined =>
  entries(root).find(({ key }) => key.value === 'spec')?.value;
