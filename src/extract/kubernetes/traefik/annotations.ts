import type { CertificateReference, Fact, Listener, Upstream } from '../../../core/fact.ts';
import { byDefault, type Field, type Fields, unknown, written } from '../../../core/fact-builder.ts';
import { items, scalar, spanOfNode, type YamlNode } from '../../../formats/yaml-tree.ts';
import type { ControllerReading, KindContext, Owner } from '../kind.ts';
import { headOf, type KubernetesObject, labelOf, qualified } from '../objects.ts';
import { booleanIn, textIn } from '../settings.ts';
import { certificatesOfPlaces, entryPointsFor, optionsOfPlaces, type RouterPlace } from './entry-points.ts';
import { type Attached, attached, hstsIn, redirectIn } from './middleware.ts';
import { towardsService, traefikAnnotation } from './service.ts';
import { chosenOptions } from './tls-option.ts';

/**
 * What Traefik makes of an Ingress. Its routers stand on every default entry point unless `router.entrypoints` names
 * some; `router.tls` makes them serve TLS, also without `spec.tls`, which only brings certificates.
 * Source: Traefik 3.7, pkg/provider/kubernetes/ingress/kubernetes.go, loadRouter; annotations.go, RouterIng.
 */
export function traefikIngress(object: KubernetesObject, owner: Owner, context: KindContext): ControllerReading {
  const places = entryPointsFor(object, traefikAnnotation(object, 'router.entrypoints'), context);
  const middlewares = middlewaresOf(object, context);
  const secured: Fields<Listener> = {
    ...optionsOf(object, places, context),
    hsts: hstsIn(middlewares) ?? unknown,
    ...(bringsNone(object) && { certificates: certificatesOf(object) }),
  };
  return {
    technology: 'traefik',
    listener: secured,
    redirect: redirectOf(places, middlewares, owner),
    plaintext: withoutEntries(object, places, middlewares, secured),
    upstreams: upstreams(object, context),
    diagnostics: [],
  };
}

/** `router.middlewares`: `shop-redirect@kubernetescrd,shop-hsts@kubernetescrd`. */
function middlewaresOf(object: KubernetesObject, context: KindContext): readonly Attached[] {
  const setting = traefikAnnotation(object, 'router.middlewares');
  if (setting.state === 'absent') return [];
  const span = setting.state === 'written' ? spanOfNode(setting.node) : headOf(object);
  const list = textIn(setting);
  const seen = new Set<YamlNode>();
  if (list === undefined) return [{ object: undefined, span }];
  return list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .flatMap((name) => attached({ name, namespace: undefined }, span, object, context, seen));
}

function optionsOf(object: KubernetesObject, places: readonly RouterPlace[], context: KindContext): Fields<Listener> {
  const setting = traefikAnnotation(object, 'router.tls.options');
  const name = textIn(setting);
  if (setting.state === 'absent') {
    const own = traefikAnnotation(object, 'router.tls').state !== 'absent';
    return chosenOptions(object, own ? undefined : optionsOfPlaces(places), context);
  }
  if (name === 'default') return chosenOptions(object, undefined, context);
  return chosenOptions(object, name === undefined ? 'unknown' : { name, namespace: undefined }, context);
}

/** What answers plain HTTP for the hosts of `spec.tls`; unknown where nothing does, or nobody can tell. */
function redirectOf(
  places: readonly RouterPlace[],
  middlewares: readonly Attached[],
  { guessed }: Owner,
): Field<boolean> {
  const redirect = redirectIn(middlewares);
  const onlySecured = places.every(({ name, known }) => /^websecure$/i.test(name ?? '') || known?.tls === true);
  if (redirect === 'unknown' || onlySecured) return unknown;
  if (redirect) return written(true, redirect);
  const plain = places.filter(({ tls }) => tls === false);
  const spans = plain.map(({ known }) => known?.redirect);
  const [first] = spans;
  if (first && spans.every((span) => span !== undefined)) return written(true, first);
  const settled = plain.length > 0 && plain.every(({ known }) => known !== undefined && known.redirect === undefined);
  return settled
    ? byDefault(false, 'Traefik redirects only with a middleware, or where its entry point does', guessed)
    : unknown;
}

/** Without `spec.tls`: TLS by annotation or by the entry points, or plain HTTP. */
function withoutEntries(
  object: KubernetesObject,
  places: readonly RouterPlace[],
  middlewares: readonly Attached[],
  secured: Fields<Listener>,
): Fields<Listener> {
  const tls = traefikAnnotation(object, 'router.tls');
  const resolver = traefikAnnotation(object, 'router.tls.certresolver');
  const asked = resolver.state === 'written' ? resolver : tls;
  const isOn = resolver.state === 'written' || booleanIn(tls) === true;
  if (isOn && asked.state === 'written')
    return {
      ports: undefined,
      tls: written(true, spanOfNode(asked.node)),
      certificates: certificatesOf(object),
      ...secured,
    };
  const speaks = new Set(places.map((place) => place.tls));
  const redirect = redirectIn(middlewares);
  const redirectsToHttps =
    redirect === 'unknown' || redirect === undefined ? redirectByPlace(places) : written(true, redirect);
  if (tls.state === 'unknown' || resolver.state === 'unknown' || speaks.size !== 1 || speaks.has(undefined))
    return { ports: undefined, tls: unknown, redirectsToHttps: redirect === undefined ? unknown : redirectsToHttps };
  if (speaks.has(true)) {
    const certificates = certificatesOfPlaces(places) ?? unknown;
    return { ports: undefined, tls: written(true, headOf(object)), certificates, ...secured };
  }
  return { tls: written(false, headOf(object)), redirectsToHttps };
}

function redirectByPlace(places: readonly RouterPlace[]): Field<boolean> {
  const spans = places.map(({ known }) => known?.redirect);
  const [first] = spans;
  return first && spans.every((span) => span !== undefined) ? written(true, first) : unknown;
}

/** Whether no entry of `spec.tls` names a Secret, and a resolver gets the certificates. */
const bringsNone = (object: KubernetesObject): boolean =>
  traefikAnnotation(object, 'router.tls.certresolver').state === 'written' &&
  items(object.root, 'spec', 'tls').every((entry) => scalar(entry, 'secretName') === undefined);

/** What a resolver gets by itself; without one Traefik looks among all certificates that it has. */
function certificatesOf(object: KubernetesObject): Field<readonly CertificateReference[]> {
  const resolver = traefikAnnotation(object, 'router.tls.certresolver');
  const name = textIn(resolver);
  return resolver.state === 'written' && name !== undefined
    ? written([{ from: 'acme', ref: name }], spanOfNode(resolver.node))
    : unknown;
}

/** Backends on port 443, or on ports whose name begins with https, where the Service's annotations do not say. */
function upstreams(object: KubernetesObject, context: KindContext): readonly Fact<Upstream>[] {
  const paths = items(object.root, 'spec', 'rules').flatMap((rule) => items(rule, 'http', 'paths'));
  return paths.flatMap((path) => {
    const name = scalar(path, 'backend', 'service', 'name') ?? scalar(path, 'backend', 'serviceName');
    const port = portOf(path);
    if (!name || !port || !/^(443$|https)/.test(port.value)) return [];
    const service = context
      .known('/Service')
      .find((one) => one.name === name.value && (one.namespace === object.namespace || one.namespace === undefined));
    if (service && traefikAnnotation(service, 'service.serversscheme').state !== 'absent') return [];
    const tls = byDefault(true, 'Traefik speaks TLS to port 443 and to ports whose name begins with https');
    const target = `${qualified(object.namespace, name.value)}:${port.value}`;
    const subject = `${labelOf(object)} to Service ${target}`;
    return [towardsService({ subject, target, tls, self: spanOfNode(port) }, service, context)];
  });
}

const portOf = (path: YamlNode) =>
  scalar(path, 'backend', 'service', 'port', 'number') ??
  scalar(path, 'backend', 'service', 'port', 'name') ??
  scalar(path, 'backend', 'servicePort');
