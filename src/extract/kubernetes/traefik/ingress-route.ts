import type { CertificateReference, Fact, Listener } from '../../../core/fact.ts';
import { buildFact, byDefault, type Field, type Fields, unknown, written } from '../../../core/fact-builder.ts';
import type { Related } from '../../../core/finding.ts';
import { get, items, scalar, spanOfNode } from '../../../formats/yaml-tree.ts';
import { exposureOf } from '../host-names.ts';
import { joined, type KindContext, type KindExtractor, nothing } from '../kind.ts';
import { headOf, type KubernetesObject, labelOf, qualified } from '../objects.ts';
import { booleanIn } from '../settings.ts';
import { certificatesOfPlaces, entryPointsFor, optionsOfPlaces, type RouterPlace } from './entry-points.ts';
import { hostsField, routesOf } from './hosts.ts';
import { attachedIn, hstsIn } from './middleware.ts';
import { defaultsFor, specAt } from './objects.ts';
import { answerOf } from './plain-http.ts';
import { routeFacts } from './routes.ts';
import { httpServices, tcpServices } from './services.ts';
import { chosenOptions, namedOptions } from './tls-option.ts';
import { storedCertificates } from './tls-store.ts';

/**
 * An IngressRoute: a `listener`, a `route` for each rule, and an `upstream` for each service that is reached over TLS.
 * One with parents takes its entry points and its TLS from them.
 * Source: Traefik 3.7, pkg/provider/kubernetes/crd/kubernetes_http.go and traefikio/v1alpha1/ingressroute.go.
 */
export const ingressRoute: KindExtractor = (object, context) => {
  if (!defaultsFor(object, context)) return nothing;
  const own = specAt(object, 'parentRefs').state === 'absent';
  return joined([
    { facts: own ? listenersOf(object, context) : [], diagnostics: [] },
    { facts: routeFacts(object, context), diagnostics: [] },
    { facts: httpServices(object, context), diagnostics: [] },
  ]);
};

/** An IngressRouteTCP: the same for TCP. With passthrough the service ends TLS, and nothing here says how. */
export const ingressRouteTcp: KindExtractor = (object, context) => {
  if (!defaultsFor(object, context)) return nothing;
  const tls = specAt(object, 'tls');
  const hosts = hostsField([object]);
  const passes = booleanIn(specAt(object, 'tls', 'passthrough')) !== false && tls.state === 'written';
  const passthrough = passes && specAt(object, 'tls', 'passthrough').state !== 'absent';
  const fields: Fields<Listener> =
    tls.state === 'written' && !passthrough
      ? securedFields(object, context)
      : {
          tls: tls.state === 'absent' ? written(false, headOf(object)) : unknown,
          protocols: unknown,
          ciphers: unknown,
        };
  return joined([
    { facts: [listener(object, 'other', hosts, fields)], diagnostics: [] },
    { facts: tcpServices(object, context), diagnostics: [] },
  ]);
};

function listenersOf(object: KubernetesObject, context: KindContext): readonly Fact<Listener>[] {
  const tls = specAt(object, 'tls');
  const hosts = hostsField([object]);
  if (tls.state === 'written') {
    const fields = { ...securedFields(object, context), hsts: hstsOf(object, context) };
    return [listener(object, 'http', hosts, fields)];
  }
  if (tls.state === 'unknown') return [listener(object, 'http', hosts, { tls: unknown, ...open })];
  const places = entryPointsFor(object, specAt(object, 'entryPoints'), context);
  const [only] = [...new Set(places.map(({ tls: speaks }) => speaks))];
  const agreed = new Set(places.map(({ tls: speaks }) => speaks)).size === 1 ? only : undefined;
  if (agreed === true) {
    const fields: Fields<Listener> = {
      tls: written(true, headOf(object)),
      ...chosenOptions(object, optionsOfPlaces(places), context),
      certificates: certificatesOfPlaces(places) ?? storedCertificates(object, context),
      hsts: hstsOf(object, context),
      ports: portsField(places),
    };
    return [listener(object, 'http', hosts, fields)];
  }
  if (agreed === undefined) return [listener(object, 'http', hosts, { tls: unknown, ...open })];
  const { redirectsToHttps, related } = answerOf(object, places, context);
  const plain = { tls: plainField(places), ports: portsField(places), redirectsToHttps };
  return [listener(object, 'http', hosts, plain, related)];
}

const open: Fields<Listener> = { protocols: unknown, ciphers: unknown, clientAuth: unknown, hsts: unknown };

function plainField(places: readonly RouterPlace[]): Field<boolean> {
  const reason = 'a router without tls answers plain HTTP on an entry point without http.tls';
  return byDefault(
    false,
    reason,
    places.some(({ known }) => known === undefined),
  );
}

function portsField(places: readonly RouterPlace[]): Field<readonly number[]> | undefined {
  const ports = [...new Set(places.flatMap(({ known }) => known?.ports ?? []))];
  const span = places.map((place) => place.span).find((one) => one !== undefined);
  return ports.length > 0 && span ? written(ports, span) : undefined;
}

/** What holds for a router with TLS: its options, and its certificates. */
function securedFields(object: KubernetesObject, context: KindContext): Fields<Listener> {
  const key = scalarKey(object);
  return {
    tls: written(true, key),
    ...chosenOptions(object, namedOptions(object), context),
    certificates: certificatesOf(object, context),
  };
}

function scalarKey(object: KubernetesObject) {
  const spec = get(object.root, 'spec');
  const key = spec?.kind === 'mapping' ? spec.entries.find((entry) => entry.key.value === 'tls')?.key : undefined;
  return key ? spanOfNode(key) : headOf(object);
}

/** A Secret beside the object, or what a resolver gets by itself; else what the store holds. */
function certificatesOf(object: KubernetesObject, context: KindContext): Field<readonly CertificateReference[]> {
  const secret = scalar(object.root, 'spec', 'tls', 'secretName');
  if (secret && secret.value !== '')
    return written([{ from: 'secret', ref: qualified(object.namespace, secret.value) }], spanOfNode(secret));
  const resolver = scalar(object.root, 'spec', 'tls', 'certResolver');
  if (resolver && resolver.value !== '') return written([{ from: 'acme', ref: resolver.value }], spanOfNode(resolver));
  return object.fragment ? unknown : storedCertificates(object, context);
}

/** The header that the middlewares of every route send, the first of them; the application may send one as well. */
function hstsOf(object: KubernetesObject, context: KindContext): Field<NonNullable<Listener['hsts']>> {
  const headers = routesOf(object).map((route) => hstsIn(attachedIn(object, items(route, 'middlewares'), context)));
  const [first] = headers;
  return first && headers.every((header) => header !== undefined) ? first : unknown;
}

function listener(
  object: KubernetesObject,
  application: 'http' | 'other',
  hosts: Field<readonly string[]> | undefined,
  fields: Fields<Listener>,
  related: readonly Related[] = [],
): Fact<Listener> {
  const served =
    scalar(object.root, 'spec', 'ingressClassName') ??
    scalar(object.root, 'metadata', 'annotations', 'kubernetes.io/ingress.class');
  return buildFact<Listener>(
    { technology: 'traefik', subject: labelOf(object), self: headOf(object), related },
    { kind: 'listener', application, ...(object.name !== undefined && { name: labelOf(object) }) },
    {
      hosts,
      exposure: exposureOf(
        hosts,
        [served?.value, ...entryPointNames(object)],
        served ? spanOfNode(served) : headOf(object),
      ),
      ...fields,
    },
  );
}

const entryPointNames = ({ root }: KubernetesObject): readonly string[] =>
  items(root, 'spec', 'entryPoints').flatMap((item) => (item.kind === 'scalar' ? [item.value] : []));
