import type { Listener, Upstream } from '../../../core/fact.ts';
import { buildFact, byDefault, composite, type Field, written } from '../../../core/fact-builder.ts';
import type { Span } from '../../../core/source.ts';
import { get, items, keyOf, scalar, spanOfNode, type YamlNode } from '../../../formats/yaml-tree.ts';
import { reachOf } from '../../../tls/reach.ts';
import { hstsOfMiddleware, isRedirectToHttps } from '../../dialects/traefik-middlewares.ts';
import { type KindContext, type KindExtractor, nothing } from '../kind.ts';
import { type KubernetesObject, labelOf, qualified } from '../objects.ts';
import { booleanField } from '../settings.ts';
import { specAt, specOf } from './objects.ts';
import { type Reference, referenceIn, resolved } from './references.ts';

/**
 * A Middleware that asks an authentication service over https: an `upstream`. What others do counts where a router names
 * them. Source: Traefik 3.7, pkg/provider/kubernetes/crd/traefikio/v1alpha1/middleware.go, ForwardAuth; ClientTLS.
 */
export const middleware: KindExtractor = (object) => {
  const forward = get(object.root, 'spec', 'forwardAuth');
  const address = scalar(forward, 'address');
  const [, authority = ''] = /^https:\/\/([^/?#]*)/i.exec(address?.value ?? '') ?? [];
  if (!forward || !address || authority === '') return nothing;
  const skip = booleanField(specAt(object, 'forwardAuth', 'tls', 'insecureSkipVerify'));
  const checks =
    skip?.origin === 'written'
      ? written(!skip.value, skip.span)
      : (skip ?? byDefault(true, 'Traefik checks the certificate of an authentication service unless told not to'));
  const ca = scalar(forward, 'tls', 'caSecret');
  const certificate = scalar(forward, 'tls', 'certSecret');
  const target = authority.replace(/^.*@/, '');
  const fact = buildFact<Upstream>(
    {
      technology: 'traefik',
      subject: `${labelOf(object)} to its authentication service`,
      self: spanOfNode(keyOf(get(forward, 'tls'), 'insecureSkipVerify') ?? address),
    },
    { kind: 'upstream', exposure: reachOf(target) },
    {
      tls: written(true, spanOfNode(address)),
      target: written(target, spanOfNode(address)),
      verify: composite<NonNullable<Upstream['verify']>>({ chain: checks, hostname: checks }),
      ca: ca && written(`Secret ${qualified(object.namespace, ca.value)}`, spanOfNode(ca)),
      clientCertificate:
        certificate && written(qualified(object.namespace, certificate.value), spanOfNode(certificate)),
    },
  );
  return { facts: [fact], diagnostics: [] };
};

/** A middleware that a router names, and where it does; `undefined`: it is not here. */
export interface Attached {
  readonly object: KubernetesObject | undefined;
  readonly span: Span;
}

/** The middlewares of a list of references below `node`, with those that chains stand for. */
export function attachedIn(
  object: KubernetesObject,
  list: readonly YamlNode[],
  context: KindContext,
): readonly Attached[] {
  const seen = new Set<YamlNode>();
  return list.flatMap((node) => {
    const reference = referenceIn(object, node);
    const span = spanOfNode(scalar(node, 'name') ?? node);
    return reference ? attached(reference, span, object, context, seen) : [{ object: undefined, span }];
  });
}

/** The middleware that a name stands for, or those of its chain. A chain that was `seen` before adds nothing. */
export function attached(
  reference: Reference,
  span: Span,
  from: KubernetesObject,
  context: KindContext,
  seen: Set<YamlNode>,
): readonly Attached[] {
  const found = resolved(reference, 'Middleware', from, context);
  const chain = found ? items(found.root, 'spec', 'chain', 'middlewares') : [];
  if (!found || chain.length === 0) return [{ object: found, span }];
  if (seen.has(found.root)) return [];
  seen.add(found.root);
  return chain.flatMap((node) => {
    const inner = referenceIn(found, node);
    return inner ? attached(inner, span, found, context, seen) : [{ object: undefined, span }];
  });
}

/** Where a list of middlewares sends every request on to https; `unknown` where one of them is not here. */
export function redirectIn(all: readonly Attached[]): Span | 'unknown' | undefined {
  const redirect = all.find(({ object }) => {
    const spec = object && specOf(object);
    return spec && isRedirectToHttps(spec);
  });
  return redirect?.span ?? (all.some(({ object }) => object === undefined) ? 'unknown' : undefined);
}

/** The first HSTS header that a list of middlewares sends. */
export function hstsIn(all: readonly Attached[]): Field<NonNullable<Listener['hsts']>> | undefined {
  const found = all.flatMap(({ object }) => {
    const spec = object && specOf(object);
    return (spec && hstsOfMiddleware(spec)) ?? [];
  });
  return found[0];
}
