import type { Fact, Upstream } from '../../../core/fact.ts';
import {
  buildFact,
  byDefault,
  composite,
  type Field,
  type Fields,
  unknown,
  written,
} from '../../../core/fact-builder.ts';
import type { Source } from '../../../core/source.ts';
import {
  get,
  items,
  keyOf,
  scalar,
  sourceOfScalar,
  spanOfNode,
  text,
  type YamlNode,
} from '../../../formats/yaml-tree.ts';
import { reachOf, widestReach } from '../../../tls/reach.ts';
import { referenceAt } from '../gateway-api/references.ts';
import { type KindContext, type KindExtractor, nothing } from '../kind.ts';
import { type KubernetesObject, labelOf, qualified } from '../objects.ts';
import { booleanIn, settingAt, spanIn, textField, textIn } from '../settings.ts';
import { ciphersOf, protocolsOf } from './tls-settings.ts';

/**
 * A Backend with `tls`: what it may be verified by is required unless `insecureSkipVerify` is set. A BackendTLSPolicy
 * for it counts more than `sni` and the roots here. Source: Envoy Gateway 1.9, api/v1alpha1/backend_types.go,
 * internal/gatewayapi/backendtlspolicy.go (applyBackendTLSSetting).
 */
export const backend: KindExtractor = (object, context) => {
  const tls = settingAt(object, object.root, 'spec', 'tls');
  if (tls.state !== 'written') return nothing;
  const self = spanOfNode(keyOf(get(object.root, 'spec'), 'tls') ?? tls.node);
  const skip = settingAt(object, tls.node, 'insecureSkipVerify');
  const skipped = booleanIn(skip);
  const span = spanIn(skip);
  const verified: Field<boolean> =
    skip.state === 'absent'
      ? byDefault(true, 'Envoy Gateway verifies Backends unless insecureSkipVerify is set')
      : skipped !== undefined && span
        ? written(!skipped, span)
        : unknown;
  const targets = endpointsOf(object);
  const exposure = widestReach(targets.map(reachOf));
  const fact = buildFact<Upstream>(
    { technology: 'envoy-gateway', subject: labelOf(object), self },
    {
      kind: 'upstream',
      ...(targets.length > 0 && { target: targets.join(', ') }),
      ...(exposure && { exposure }),
    },
    {
      tls: written(true, self),
      verify: composite({ chain: verified, hostname: verified }),
      ca: caOf(object, tls.node),
      serverName: textField(settingAt(object, tls.node, 'sni')),
      ...connectionOf(object, tls.node, context),
    },
  );
  return { facts: [fact], diagnostics: [] };
};

/** Host names and addresses with their ports; a socket in the file system is `unix:`. */
const endpointsOf = ({ root }: KubernetesObject): readonly string[] =>
  items(root, 'spec', 'endpoints').flatMap((endpoint) => {
    const host = text(endpoint, 'fqdn', 'hostname') ?? text(endpoint, 'ip', 'address');
    const port = text(endpoint, 'fqdn', 'port') ?? text(endpoint, 'ip', 'port');
    const socket = text(endpoint, 'unix', 'path');
    if (socket !== undefined) return [`unix:${socket}`];
    return host === undefined ? [] : [port === undefined ? host : `${host}:${port}`];
  });

function caOf(object: KubernetesObject, tls: YamlNode): Field<string> | undefined {
  const wellKnown = scalar(tls, 'wellKnownCACertificates');
  if (wellKnown && wellKnown.value !== '') return written('system', spanOfNode(wellKnown));
  const [first] = items(tls, 'caCertificateRefs').map((node) => referenceAt(object, node, '', 'ConfigMap'));
  return first?.name === undefined
    ? undefined
    : written(`${first.kind} ${qualified(first.namespace, first.name)}`, spanOfNode(first.node));
}

/** Versions, suites and the proxy's own certificate: those of an EnvoyProxy hold where a Backend says nothing. */
function connectionOf(object: KubernetesObject, tls: YamlNode, { known }: KindContext): Fields<Upstream> {
  const certificate = get(tls, 'clientCertificateRef');
  const reference = certificate && referenceAt(object, certificate, '', 'Secret');
  const elsewhere = known('gateway.envoyproxy.io/EnvoyProxy').some(({ root }) => get(root, 'spec', 'backendTLS'));
  const standard = byDefault(['TLSv1.2', 'TLSv1.3'] as const, 'the default of Envoy Gateway for backends');
  return {
    protocols: protocolsOf(object, tls) ?? (elsewhere || object.fragment ? unknown : standard),
    ciphers: ciphersOf(object, tls),
    clientCertificate:
      reference?.name === undefined
        ? elsewhere
          ? unknown
          : undefined
        : written(`Secret ${qualified(reference.namespace, reference.name)}`, spanOfNode(reference.node)),
  };
}

/**
 * An EnvoyProxy: `backendTLS` holds for TLS to every backend that says nothing else; `bootstrap.value` is Envoy's own
 * configuration, or a part of it. Source: Envoy Gateway 1.9, api/v1alpha1/envoyproxy_types.go.
 */
export const envoyProxy: KindExtractor = (object, context) => {
  const tls = get(object.root, 'spec', 'backendTLS');
  return {
    facts: tls ? [backendDefaults(object, tls, context)] : [],
    diagnostics: [],
    nested: bootstrapOf(object),
  };
};

function backendDefaults(object: KubernetesObject, tls: YamlNode, context: KindContext): Fact<Upstream> {
  const self = spanOfNode(keyOf(get(object.root, 'spec'), 'backendTLS') ?? tls);
  const { protocols, ciphers, clientCertificate } = connectionOf(object, tls, { ...context, known: () => [] });
  return buildFact<Upstream>(
    { technology: 'envoy-gateway', subject: `${labelOf(object)} to backends`, self },
    { kind: 'upstream', exposure: 'private' },
    { tls: unknown, verify: unknown, protocols, ciphers, clientCertificate },
  );
}

function bootstrapOf(object: KubernetesObject): readonly Source[] {
  const node = scalar(object.root, 'spec', 'bootstrap', 'value');
  return node?.value.includes('\n')
    ? [sourceOfScalar(node, { name: 'bootstrap.yaml', holder: labelOf(object), container: 'inline' })]
    : [];
}

/**
 * What a SecurityPolicy fetches: the keys of token issuers and the endpoints of identity providers. https is verified
 * with the system's roots (Envoy Gateway 1.9, internal/xds/translator/jwt.go, oidc.go).
 */
export const securityPolicy: KindExtractor = (object) => {
  const providers = items(object.root, 'spec', 'jwt', 'providers').map((provider) =>
    settingAt(object, provider, 'remoteJWKS', 'uri'),
  );
  const oidc = ['issuer', 'tokenEndpoint', 'authorizationEndpoint'].map((name) =>
    settingAt(object, object.root, 'spec', 'oidc', 'provider', name),
  );
  const facts = [...providers, ...oidc].flatMap((setting) => {
    const url = /^(https?):\/\/([^/?#]+)/i.exec(textIn(setting) ?? '');
    const span = spanIn(setting);
    const [, scheme = '', host = ''] = url ?? [];
    if (!url || !span) return [];
    const secure = scheme.toLowerCase() === 'https';
    const checked = byDefault(true, 'Envoy Gateway verifies identity providers with the system roots');
    return [
      buildFact<Upstream>(
        { technology: 'envoy-gateway', subject: `${labelOf(object)} to ${host}`, self: span },
        { kind: 'upstream', target: host, exposure: reachOf(host) },
        { tls: written(secure, span), ...(secure && { verify: composite({ chain: checked, hostname: checked }) }) },
      ),
    ];
  });
  return { facts, diagnostics: [] };
};
