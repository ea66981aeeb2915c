import type { CertificateReference, Listener } from '../../../core/fact.ts';
import { byDefault, type Field, type Fields, unknown, written } from '../../../core/fact-builder.ts';
import { items, scalar, spanOfNode } from '../../../formats/yaml-tree.ts';
import type { ControllerReading, KindContext, Owner } from '../kind.ts';
import { headOf, type KubernetesObject, qualified } from '../objects.ts';
import { annotation, textIn } from '../settings.ts';
import { ciphersFrom, floorFrom } from './configuration.ts';
import { protocolsBetween } from './protocols.ts';
import { ingressServices } from './upstreams.ts';

/**
 * What Contour makes of an Ingress. Unlike an HTTPProxy it is answered over plain HTTP as well, unless an annotation says
 * otherwise. Source: Contour 1.33, site/content/docs/main/config/annotations.md; internal/dag/ingress_processor.go.
 */
export function contourIngress(object: KubernetesObject, owner: Owner, context: KindContext): ControllerReading {
  const evidence = context.versions('contour', object.root.source.path);
  const redirect = redirectOf(object, owner);
  const listener: Fields<Listener> = {
    protocols: protocolsBetween(
      annotation(object, 'projectcontour.io/tls-minimum-protocol-version'),
      annotation(object, 'projectcontour.io/tls-maximum-protocol-version'),
      { ...evidence, guessed: evidence.guessed || owner.guessed },
      floorFrom(context, evidence),
    ),
    ciphers: object.fragment ? unknown : ciphersFrom(context, evidence),
    clientAuth: byDefault({ mode: 'none' }, 'Contour asks for no client certificates on behalf of Ingresses'),
    hsts: unknown,
    ...elsewhere(object),
  };
  return {
    technology: 'contour',
    listener,
    redirect,
    plaintext: {
      tls: written(false, headOf(object)),
      redirectsToHttps: redirect.origin === 'written' && redirect.value ? redirect : unknown,
    },
    upstreams: ingressServices(object, context),
    diagnostics: [],
  };
}

/** `force-ssl-redirect` comes first; with `allow-http: "false"` plain HTTP is not answered at all. */
function redirectOf(object: KubernetesObject, { guessed }: Owner): Field<boolean> {
  const forced = annotation(object, 'ingress.kubernetes.io/force-ssl-redirect');
  if (forced.state === 'unknown') return unknown;
  if (forced.state === 'written' && textIn(forced) === 'true') return written(true, spanOfNode(forced.node));
  const allowed = annotation(object, 'kubernetes.io/ingress.allow-http');
  if (allowed.state === 'unknown' || textIn(allowed) === 'false') return unknown;
  return byDefault(false, 'Contour answers an Ingress over plain HTTP unless force-ssl-redirect is "true"', guessed);
}

/** `tls-cert-namespace`: all Secrets of the Ingress are there. */
function elsewhere(object: KubernetesObject): Fields<Listener> {
  const namespace = annotation(object, 'projectcontour.io/tls-cert-namespace');
  const name = textIn(namespace);
  if (namespace.state === 'absent') return {};
  const secrets = items(object.root, 'spec', 'tls').flatMap((entry) => scalar(entry, 'secretName') ?? []);
  const [first] = secrets;
  if (name === undefined || !first) return { certificates: unknown };
  const references = secrets.map(
    (secret): CertificateReference => ({ from: 'secret', ref: qualified(name, secret.value) }),
  );
  return { certificates: written(references, spanOfNode(first)) };
}
