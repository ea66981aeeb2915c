import type { Fact, Issuance } from '../../../core/fact.ts';
import { buildFact, byDefault, type Fields, written } from '../../../core/fact-builder.ts';
import type { Span } from '../../../core/source.ts';
import { scalar, spanOfNode, type YamlScalar } from '../../../formats/yaml-tree.ts';
import type { KindContext } from '../kind.ts';
import { headOf, type KubernetesObject, labelOf, qualified } from '../objects.ts';
import { annotation, booleanIn, type Setting, scalarIn, textIn } from '../settings.ts';
import { asHost, hostsField, hostsOfText, joinedHosts, type RequestedHosts, withOpenHosts } from './hosts.ts';
import { issuerFields, requestFields, rotationField } from './request.ts';

/** What an object asks of cert-manager by its annotations. */
export interface Asking {
  /** Who is to issue: the annotation that names the issuer, where there is one. */
  readonly issuer: YamlScalar | undefined;
  readonly fields: Fields<Issuance>;
  /** The names that annotations add to each certificate. */
  readonly added: RequestedHosts;
  readonly span: Span;
}

/**
 * Whether an object asks for certificates, and how. Source: cert-manager 1.21.1, pkg/apis/certmanager/v1/types.go for
 * the annotations, pkg/controller/certificate-shim/{sync,helper}.go for what they do. `kubernetes.io/tls-acme` counts on an
 * Ingress only.
 */
export function askingOf(object: KubernetesObject, { versions }: KindContext, acmeCounts: boolean): Asking | undefined {
  const at = (name: string): Setting => annotation(object, `cert-manager.io/${name}`);
  const issuer = (['cluster-issuer', 'issuer'] as const)
    .map((key) => ({ key, setting: at(key) }))
    .find(({ setting }) => setting.state === 'written');
  const acme = acmeCounts ? annotation(object, 'kubernetes.io/tls-acme') : undefined;
  if (!issuer && !(acme && booleanIn(acme) === true)) return undefined;
  const kind = textIn(at('issuer-kind')) ?? (issuer?.key === 'cluster-issuer' ? 'ClusterIssuer' : 'Issuer');
  const name = issuer && scalar(object.root, 'metadata', 'annotations', `cert-manager.io/${issuer.key}`);
  const settings = {
    duration: at('duration'),
    renewBefore: at('renew-before'),
    renewBeforePercentage: at('renew-before-percentage'),
    algorithm: at('private-key-algorithm'),
    size: at('private-key-size'),
  };
  const asked = issuer?.setting ?? acme;
  const node = asked && scalarIn(asked);
  return {
    issuer: name,
    fields: {
      ...issuerFields(object, name, kind, textIn(at('issuer-group'))),
      ...requestFields(settings),
      rotation: rotationField(at('private-key-rotation-policy'), versions('cert-manager', object.root.source.path)),
    },
    added: joinedHosts(
      hostsOfText(at('alt-names')),
      hostsOfText(at('ip-sans')),
      asHost(hostsOfText(at('common-name'))),
    ),
    span: node ? spanOfNode(node) : headOf(object),
  };
}

/** One request: the certificate of a Secret of the object's namespace, for these names and those of the annotations. */
export function requestFor(
  object: KubernetesObject,
  asking: Asking,
  secret: YamlScalar | undefined,
  own: RequestedHosts,
): Fact<Issuance> {
  const hosts = joinedHosts(own, asking.added);
  const fact = buildFact<Issuance>(
    { technology: 'cert-manager', subject: labelOf(object), self: asking.span },
    { kind: 'issuance' },
    {
      ...asking.fields,
      ...(secret && { secret: written(qualified(object.namespace, secret.value), spanOfNode(secret)) }),
      hosts: hostsField(hosts),
      ca: byDefault(false, 'what annotations ask for is no authority'),
    },
  );
  return withOpenHosts(fact, hosts);
}

/**
 * An object that names an issuer and gets no certificate: a request without a Secret, for no host at all. Nothing
 * about the lifetime or the key of what is never issued.
 */
export function unissued(
  object: KubernetesObject,
  issuer: YamlScalar,
  fields: Pick<Fields<Issuance>, 'issuer' | 'issuerType'>,
  phrase: string,
  place: Span,
): Fact<Issuance> {
  const span = spanOfNode(issuer);
  return buildFact<Issuance>(
    { technology: 'cert-manager', subject: labelOf(object), self: span, related: [{ span: place, phrase }] },
    { kind: 'issuance' },
    { issuer: fields.issuer, issuerType: fields.issuerType, hosts: written([], span) },
  );
}

/**
 * The annotations of cert-manager before 0.11, which renamed them all (release notes 0.11): no release that is still
 * used reads them. `undefined` where the object has the present ones too.
 */
export function outdatedRequest(object: KubernetesObject): Fact<Issuance> | undefined {
  const present = ['issuer', 'cluster-issuer'].some(
    (key) => annotation(object, `cert-manager.io/${key}`).state !== 'absent',
  );
  if (present || booleanIn(annotation(object, 'kubernetes.io/tls-acme')) === true) return undefined;
  const [found] = (['cluster-issuer', 'issuer'] as const).flatMap((key) => {
    const node = scalarIn(annotation(object, `certmanager.k8s.io/${key}`));
    return node ? [{ node, kind: key === 'issuer' ? 'Issuer' : 'ClusterIssuer' }] : [];
  });
  if (!found) return undefined;
  const { node, kind } = found;
  return unissued(
    object,
    node,
    issuerFields(object, node, kind, undefined),
    'cert-manager reads no annotation that starts with certmanager.k8s.io since its release 0.11',
    spanOfNode(node),
  );
}
