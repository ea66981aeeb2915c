import type { Fact, Trust, Upstream } from '../../../core/fact.ts';
import { buildFact, byDefault, composite, type Field, unknown, written } from '../../../core/fact-builder.ts';
import { get, items, keyOf, scalar, spanOfNode, type YamlNode } from '../../../formats/yaml-tree.ts';
import { type KindContext, type KindExtractor, nothing } from '../kind.ts';
import { type KubernetesObject, labelOf, qualified } from '../objects.ts';
import { settingAt, textField } from '../settings.ts';
import { gatewayGroup, mayBeSame, type Reference, referenceAt, targetsOf } from './references.ts';

/**
 * TLS from a Gateway to Services, which always verifies the certificate and its name. `validation` in v1 and v1alpha3,
 * `tls` with a single `targetRef` in v1alpha2. Source: Gateway API v1.6, apis/v1/backendtlspolicy_types.go; v1.0,
 * apis/v1alpha2/backendtlspolicy_types.go.
 */
export const backendTlsPolicy: KindExtractor = (object, context) => {
  const validation = get(object.root, 'spec', 'validation') ?? get(object.root, 'spec', 'tls');
  if (!validation) return nothing;
  return {
    facts: [
      ...targetsOf(object).map((target) => upstream(object, validation, target, context)),
      ...trust(object, validation),
    ],
    diagnostics: [],
  };
};

function upstream(
  object: KubernetesObject,
  validation: YamlNode,
  target: Reference,
  context: KindContext,
): Fact<Upstream> {
  const { kind, group, name, namespace, sectionName } = target;
  const self = spanOfNode(scalar(target.node, 'name') ?? target.node);
  const service =
    kind === 'Service' && group === '' && name !== undefined
      ? `${qualified(namespace, name)}${sectionName === undefined ? '' : `:${sectionName}`}`
      : undefined;
  const verified = byDefault(true, 'a BackendTLSPolicy always verifies');
  return buildFact<Upstream>(
    {
      technology: 'gateway-api',
      subject: name === undefined ? labelOf(object) : `${labelOf(object)} to ${name}`,
      self,
    },
    {
      kind: 'upstream',
      exposure: 'private',
      ...(service !== undefined && { service }),
      ...(name !== undefined && { target: name }),
    },
    {
      tls: written(true, self),
      verify: composite({ chain: verified, hostname: verified }),
      ca: caOf(object, validation),
      serverName: textField(settingAt(object, validation, 'hostname')),
      clientCertificate: clientCertificate(object, context),
      protocols: unknown,
    },
  );
}

/** `wellKnownCACertificates`, called `wellKnownCACerts` in v1alpha2, as `caCertRefs` was. */
function caOf(object: KubernetesObject, validation: YamlNode): Field<string> | undefined {
  const wellKnown = scalar(validation, 'wellKnownCACertificates') ?? scalar(validation, 'wellKnownCACerts');
  if (wellKnown && wellKnown.value !== '') return written('system', spanOfNode(wellKnown));
  const [first] = referencesIn(object, validation);
  return first?.name === undefined
    ? unknown
    : written(`${first.kind} ${qualified(first.namespace, first.name)}`, spanOfNode(first.node));
}

const referencesIn = (object: KubernetesObject, validation: YamlNode): readonly Reference[] =>
  [...items(validation, 'caCertificateRefs'), ...items(validation, 'caCertRefs')].map((one) =>
    referenceAt(object, one, '', 'ConfigMap'),
  );

/** The certificate of the Gateway, where the repository has one Gateway that names one; `spec.backendTLS` until v1.3. */
function clientCertificate({ namespace }: KubernetesObject, { known }: KindContext): Field<string> {
  const found = known(`${gatewayGroup}/Gateway`).flatMap((gateway) => {
    const node =
      get(gateway.root, 'spec', 'tls', 'backend', 'clientCertificateRef') ??
      get(gateway.root, 'spec', 'backendTLS', 'clientCertificateRef');
    const reference = node && referenceAt(gateway, node, '', 'Secret');
    return reference?.name !== undefined && mayBeSame(gateway.namespace, namespace)
      ? [{ ...reference, name: reference.name }]
      : [];
  });
  const [only, ...others] = found;
  return only && others.length === 0
    ? written(`${only.kind} ${qualified(only.namespace, only.name)}`, spanOfNode(only.node))
    : unknown;
}

/** That the policy trusts roots of its own, told apart from the system's. */
const trust = (object: KubernetesObject, validation: YamlNode): readonly Fact<Trust>[] =>
  referencesIn(object, validation).length === 0
    ? []
    : [
        buildFact<Trust>(
          {
            technology: 'gateway-api',
            subject: labelOf(object),
            self: spanOfNode(keyOf(validation, 'caCertificateRefs') ?? keyOf(validation, 'caCertRefs') ?? validation),
          },
          { kind: 'trust', source: labelOf(object), verify: true },
        ),
      ];
