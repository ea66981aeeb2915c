import type { Fact, Listener } from '../../../core/fact.ts';
import { buildFact, type Field, type Fields, unknown, written } from '../../../core/fact-builder.ts';
import type { Related } from '../../../core/finding.ts';
import {
  entries,
  items,
  keyOf,
  scalar,
  spanOfNode,
  text,
  type YamlNode,
  type YamlScalar,
} from '../../../formats/yaml-tree.ts';
import { reachOf } from '../../../tls/reach.ts';
import { exposureOf } from '../host-names.ts';
import type { KindContext } from '../kind.ts';
import { headOf, type KubernetesObject, labelOf, qualified } from '../objects.ts';
import { fieldFrom, listField, listOf, settingAt, spanIn, textIn } from '../settings.ts';
import { type ListenerPlace, routesOf } from './attachment.ts';
import { clientAuthOf } from './client-auth.ts';
import { plainHttp } from './plain-http.ts';
import { policiesFor } from './policies.ts';
import { listenerName, referenceAt } from './references.ts';
import { hostnamesOf, hstsOfRoute, verdictOf } from './route-rules.ts';

/** The `listener` of one entry of `spec.listeners`. */
export function listenerFact(place: ListenerPlace, context: KindContext): Fact<Listener> {
  const { object, node } = place;
  const name = scalar(node, 'name');
  const protocol = text(node, 'protocol')?.toUpperCase();
  const reading = readingOf(place, protocol, context);
  const called = listenerName(object.kind, object.namespace, object.name, name?.value);
  const hosts = hostsOf(object, node);
  return buildFact<Listener>(
    {
      technology: 'gateway-api',
      subject: name ? `${labelOf(object)} listener ${name.value}` : labelOf(object),
      self: spanOfNode(name ?? keyOf(node, 'protocol') ?? node),
      related: reading.related,
    },
    {
      kind: 'listener',
      ...(called !== undefined && name && { name: called }),
      ...(protocol !== undefined && { application: /^HTTPS?$/.test(protocol) ? 'http' : 'other' }),
    },
    {
      hosts,
      ports: fieldFrom(settingAt(object, node, 'port'), (value) => (/^\d+$/.test(value) ? [Number(value)] : undefined)),
      exposure: exposure(place, hosts, context),
      ...reading.fields,
    },
  );
}

interface Reading {
  readonly fields: Fields<Listener>;
  readonly related: readonly Related[];
}

const opaque: Fields<Listener> = { protocols: unknown, ciphers: unknown, clientAuth: unknown, hsts: unknown };

function readingOf(place: ListenerPlace, protocol: string | undefined, context: KindContext): Reading {
  const { object, node } = place;
  const written = scalar(node, 'protocol');
  const mode = settingAt(object, node, 'tls', 'mode');
  if (protocol === 'HTTP' && written) {
    const { fields, related } = plainHttp(place, context);
    return { fields: { tls: is(false, written), ...fields }, related };
  }
  if ((protocol !== 'HTTPS' && protocol !== 'TLS') || !written || mode.state === 'unknown')
    return { fields: { tls: unknown, ...(protocol === 'UDP' || protocol === 'TCP' ? {} : opaque) }, related: [] };
  // With Passthrough the backend ends TLS: nothing here says how. Terminate is the default (v1 ListenerTLSConfig.mode).
  if (protocol === 'TLS' && textIn(mode) === 'Passthrough') return { fields: { tls: unknown, ...opaque }, related: [] };
  return secured(place, written, context);
}

const is = <T>(value: T, node: YamlScalar): Field<T> => written(value, spanOfNode(node));

function secured(place: ListenerPlace, protocol: YamlScalar, context: KindContext): Reading {
  const { object, node } = place;
  const clientAuth = clientAuthOf(place);
  return {
    fields: {
      tls: is(true, protocol),
      ...opaque,
      certificates: certificatesOf(object, node),
      hsts: protocol.value === 'HTTPS' ? hstsOf(place, context) : undefined,
      ...policiesFor(place, context),
      ...(clientAuth.field && { clientAuth: clientAuth.field }),
    },
    related: clientAuth.related,
  };
}

/** Secrets only: what else an implementation takes, and where it finds certificates without any, is its own business. */
function certificatesOf(object: KubernetesObject, node: YamlNode): Field<NonNullable<Listener['certificates']>> {
  const references = items(node, 'tls', 'certificateRefs').map((one) => referenceAt(object, one, '', 'Secret'));
  const secrets = references.filter(({ kind, group, name }) => kind === 'Secret' && group === '' && name !== undefined);
  const list = settingAt(object, node, 'tls', 'certificateRefs');
  const span = spanIn(list);
  if (secrets.length === 0 || secrets.length < references.length || !span) return unknown;
  return written(
    secrets.map(({ namespace, name }) => ({ from: 'secret', ref: qualified(namespace, name ?? '') })),
    span,
    Object.fromEntries(secrets.map((one, index) => [String(index), spanOfNode(scalar(one.node, 'name') ?? one.node)])),
  );
}

/** The header that every route with backends sends; an application may send it where no route does. */
function hstsOf(place: ListenerPlace, context: KindContext): Field<NonNullable<Listener['hsts']>> {
  const serving = routesOf(place, context)
    .map(({ route }) => route)
    .filter((route) => verdictOf(route) === 'serves');
  const headers = serving.map(hstsOfRoute).filter((header) => header !== undefined);
  const [shortest] = [...headers].sort((a, b) => a.value.maxAgeSeconds - b.value.maxAgeSeconds);
  return shortest && headers.length === serving.length ? written(shortest.value, shortest.span) : unknown;
}

/** A listener without a host name takes every host. */
function hostsOf(object: KubernetesObject, node: YamlNode): Field<readonly string[]> | undefined {
  const host = settingAt(object, node, 'hostname');
  if (host.state === 'absent') return undefined;
  return host.state === 'written' && host.node.kind === 'scalar'
    ? listOf([host.node], spanOfNode(host.node))
    : listField(host);
}

/** Annotations of a cloud's load balancer that keep it inside the network; on the Gateway or on what is made for it. */
const internalAnnotations: Readonly<Record<string, RegExp>> = {
  'networking.istio.io/service-type': /^ClusterIP$/,
  'service.beta.kubernetes.io/aws-load-balancer-scheme': /^internal$/,
  'service.beta.kubernetes.io/aws-load-balancer-internal': /^true$/,
  'service.beta.kubernetes.io/azure-load-balancer-internal': /^true$/,
  'networking.gke.io/load-balancer-type': /^Internal$/i,
  'cloud.google.com/load-balancer-type': /^Internal$/i,
};

/** By the names of the Gateway and its class, its annotations, its host, or the hosts of its routes. */
function exposure(
  place: ListenerPlace,
  hosts: Field<readonly string[]> | undefined,
  context: KindContext,
): Field<NonNullable<Listener['exposure']>> {
  const owner = place.gateway ?? place.object;
  const { root } = owner;
  const className = scalar(root, 'spec', 'gatewayClassName');
  const said = [
    ...entries(root, 'metadata', 'annotations'),
    ...entries(root, 'spec', 'infrastructure', 'annotations'),
  ].find(({ key, value }) => value.kind === 'scalar' && internalAnnotations[key.value]?.test(value.value) === true);
  if (said) return written('internal', spanOfNode(said.value));
  if (className && /(^|-)rilb(-|$)/.test(className.value)) return written('internal', spanOfNode(className));
  const own = exposureOf(hosts, [owner.name, className?.value], headOf(owner));
  if (own.origin !== 'unknown' || hosts !== undefined) return own;
  const routed = routesOf(place, context)
    .map(({ route }) => route)
    .find((route) => (hostnamesOf(route) ?? []).some((host) => reachOf(host) === 'external'));
  return routed ? written('external', headOf(routed)) : unknown;
}
