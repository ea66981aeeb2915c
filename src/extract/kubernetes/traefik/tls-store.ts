import type { CertificateReference, Listener } from '../../../core/fact.ts';
import { buildFact, type Field, unknown, written } from '../../../core/fact-builder.ts';
import type { Span } from '../../../core/source.ts';
import { items, scalar, spanOfNode } from '../../../formats/yaml-tree.ts';
import { type KindContext, type KindExtractor, nothing } from '../kind.ts';
import { headOf, type KubernetesObject, labelOf, qualified } from '../objects.ts';
import { knownObjects, nearestTo } from './objects.ts';

/**
 * The TLSStore named `default`, the only one that Traefik uses: a `listener` with its certificates, which are shown to
 * clients that ask for a name that one of them holds, and with the one for every other name.
 * Source: Traefik 3.7, pkg/provider/kubernetes/crd/kubernetes.go, buildTLSStores.
 */
export const tlsStore: KindExtractor = (object) => {
  const certificates = certificatesOf(object);
  if (object.name !== 'default' || !certificates) return nothing;
  const fact = buildFact<Listener>(
    { technology: 'traefik', subject: labelOf(object), self: headOf(object) },
    { kind: 'listener' },
    { tls: written(true, headOf(object)), exposure: unknown, certificates },
  );
  return { facts: [fact], diagnostics: [] };
};

function certificatesOf(object: KubernetesObject): Field<readonly CertificateReference[]> | undefined {
  const secrets = [
    scalar(object.root, 'spec', 'defaultCertificate', 'secretName'),
    ...items(object.root, 'spec', 'certificates').map((one) => scalar(one, 'secretName')),
  ].flatMap((node) => node ?? []);
  const resolver = scalar(object.root, 'spec', 'defaultGeneratedCert', 'resolver');
  const placed: readonly (readonly [CertificateReference, Span])[] = [
    ...secrets.map((node) => [secretOf(object, node.value), spanOfNode(node)] as const),
    ...(resolver ? [[{ from: 'acme', ref: resolver.value } as const, spanOfNode(resolver)] as const] : []),
  ];
  const [first] = placed;
  if (!first) return undefined;
  return written(
    placed.map(([reference]) => reference),
    first[1],
    Object.fromEntries(placed.map(([, span], index) => [String(index), span])),
  );
}

const secretOf = ({ namespace }: KubernetesObject, name: string): CertificateReference => ({
  from: 'secret',
  ref: qualified(namespace, name),
});

/** The certificate that routers without one of their own show, where a TLSStore in the repository says which. */
export function storedCertificates(
  object: KubernetesObject,
  context: KindContext,
): Field<readonly CertificateReference[]> {
  const stores = knownObjects(context, 'TLSStore').filter(({ name }) => name === 'default');
  const [store, ...others] = nearestTo(object.root.source.path, stores);
  return (store && others.length === 0 ? certificatesOf(store) : undefined) ?? unknown;
}
