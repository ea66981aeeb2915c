import type { Fact, Upstream } from '../../../core/fact.ts';
import { buildFact, byDefault, composite, written } from '../../../core/fact-builder.ts';
import { items, scalar, spanOfNode, text } from '../../../formats/yaml-tree.ts';
import { reachOf } from '../../../tls/reach.ts';
import type { KindExtractor } from '../kind.ts';
import { type KubernetesObject, labelOf } from '../objects.ts';

/**
 * A RequestAuthentication: an `upstream` for each address that keys of a token's issuer are fetched from. Whoever answers
 * there decides which tokens are valid. Istiod fetches them and verifies with the system's roots.
 * Source: Istio 1.31, security/v1beta1/request_authentication.proto, JWTRule; pilot/pkg/model/jwks_resolver.go.
 */
export const requestAuthentication: KindExtractor = (object) => ({
  facts: items(object.root, 'spec', 'jwtRules').flatMap((rule) => {
    const address = scalar(rule, 'jwksUri') ?? scalar(rule, 'jwks_uri');
    return address ? keyServer(object, text(rule, 'issuer'), address.value, spanOfNode(address)) : [];
  }),
  diagnostics: [],
});

/** `keycloak.auth:8080` may be a service of the namespace `auth`, for istiod looks names up inside the cluster. */
function isShortName(host: string, { namespace }: KubernetesObject): boolean {
  const [, last, port] = /^[a-z0-9-]+\.([a-z0-9-]+)(?::(\d+))?$/i.exec(host) ?? [];
  if (last === undefined) return false;
  return last === namespace || last.includes('-') || (port !== undefined && port !== '80' && port !== '443');
}

function keyServer(
  object: KubernetesObject,
  issuer: string | undefined,
  address: string,
  span: Fact['self'],
): readonly Fact<Upstream>[] {
  const [, scheme, host] = /^(https?):\/\/([^/?#]+)/i.exec(address) ?? [];
  if (scheme === undefined || host === undefined) return [];
  const secured = scheme.toLowerCase() === 'https';
  const verified = byDefault(true, 'istiod verifies servers of keys with the roots of its system');
  return [
    buildFact<Upstream>(
      {
        technology: 'istio',
        subject: `keys of ${issuer === undefined ? 'an issuer' : issuer} in ${labelOf(object)}`,
        self: span,
      },
      { kind: 'upstream', target: host, ...(isShortName(host, object) ? {} : { exposure: reachOf(host) }) },
      { tls: written(secured, span), verify: secured ? composite({ chain: verified, hostname: verified }) : undefined },
    ),
  ];
}
