import { data as acmeServers } from '../../../../data/acme-servers.yaml';
import type { Fact, Issuance, Upstream } from '../../../core/fact.ts';
import { buildFact, type Field, type Fields, unknown, written } from '../../../core/fact-builder.ts';
import type { Source } from '../../../core/source.ts';
import { entries, get, scalar, sourceOfScalar, spanOfNode, type YamlScalar } from '../../../formats/yaml-tree.ts';
import { decodedSource } from '../core/embedded.ts';
import type { KindExtractor } from '../kind.ts';
import { headOf, type KubernetesObject, labelOf, qualified } from '../objects.ts';
import { hostOfUrl, remoteUpstream } from '../secrets/remote.ts';
import { fieldFrom, settingAt } from '../settings.ts';

const issuerTypes: Readonly<Record<string, NonNullable<Issuance['issuerType']>>> = {
  acme: 'acme',
  ca: 'ca',
  selfSigned: 'self-signed',
  vault: 'vault',
  venafi: 'venafi',
};

/**
 * An Issuer or ClusterIssuer: one `issuance` that stands for what it issues, without `hosts`; requests name it by its
 * subject. Its connections to the authority are upstreams, and the roots that it verifies them by are nested. Source:
 * cert-manager 1.21.1, pkg/apis/certmanager/v1/types_issuer.go and pkg/apis/acme/v1/types_issuer.go.
 */
export const issuer: KindExtractor = (object) => {
  const type = entries(object.root, 'spec').find(({ key }) => Object.hasOwn(issuerTypes, key.value))?.key;
  const name = issuerTypes[type?.value ?? ''];
  const server = settingAt(object, object.root, 'spec', 'acme', 'server');
  const fact = issuerFact(object, {
    issuerType: type && name ? written(name, spanOfNode(type)) : unknown,
    ...(name === 'acme' && { staging: fieldFrom(server, isStaging) ?? unknown }),
    authoritySecret: authorityOf(object),
  });
  return { facts: [fact, ...authorityUpstreams(object)], diagnostics: [], nested: bundlesOf(object) };
};

/**
 * An issuer of another group: AWS Private CA, step-ca, Google CAS, Cloudflare Origin CA and others (cert-manager
 * website 2026-08, configuration/issuers). Its certificates are what its authority makes of the request.
 */
export const externalIssuer: KindExtractor = (object) => {
  const upstreams = remoteUpstream(object, { path: ['spec', 'url'], technology: 'cert-manager' });
  const bundle = bundleIn(object, 'spec', 'caBundle');
  return {
    facts: [issuerFact(object, { issuerType: written('external', headOf(object)) }), ...upstreams],
    diagnostics: [],
    nested: bundle ? [bundle] : [],
  };
};

function issuerFact(object: KubernetesObject, fields: Fields<Issuance>): Fact<Issuance> {
  const label = labelOf(object);
  return buildFact<Issuance>(
    { technology: 'cert-manager', subject: label, self: headOf(object) },
    { kind: 'issuance' },
    { issuer: object.name === undefined ? unknown : written(label, headOf(object)), ...fields },
  );
}

/** The Secret of a CA issuer: in its own namespace; for a ClusterIssuer in that of cert-manager, whatever it is called. */
function authorityOf(object: KubernetesObject): Field<string> | undefined {
  const secret = settingAt(object, object.root, 'spec', 'ca', 'secretName');
  if (secret.state !== 'written') return undefined;
  return fieldFrom(secret, (name) =>
    name === '' ? undefined : object.kind === 'ClusterIssuer' ? name : qualified(object.namespace, name),
  );
}

function isStaging(server: string): boolean | undefined {
  const host = hostOfUrl(server);
  return host === undefined ? undefined : acmeServers.some((known) => known.host === host);
}

/**
 * Vault and Venafi have no switch to skip verification, but may be spoken to in clear text; ACME has one. A bundle of the
 * issuer's own takes the place of the system's roots.
 */
function authorityUpstreams(object: KubernetesObject): readonly Fact<Upstream>[] {
  const technology = 'cert-manager';
  return [
    ...remoteUpstream(object, {
      technology,
      path: ['spec', 'acme', 'server'],
      skip: ['spec', 'acme', 'skipTLSVerify'],
      onlySkipped: true,
    }),
    ...remoteUpstream(object, {
      technology,
      path: ['spec', 'vault', 'server'],
      serverName: ['spec', 'vault', 'serverName'],
      caSecret: ['spec', 'vault', 'caBundleSecretRef', 'name'],
      clientSecret: ['spec', 'vault', 'clientCertSecretRef', 'name'],
    }),
    ...remoteUpstream(object, {
      technology,
      path: ['spec', 'venafi', 'tpp', 'url'],
      caSecret: ['spec', 'venafi', 'tpp', 'caBundleSecretRef', 'name'],
    }),
    ...remoteUpstream(object, { technology, path: ['spec', 'venafi', 'cloud', 'url'] }),
    ...remoteUpstream(object, { technology, path: ['spec', 'venafi', 'ngts', 'url'] }),
    ...remoteUpstream(object, { technology, path: ['spec', 'venafi', 'ngts', 'tokenEndpoint'] }),
  ];
}

const bundlesOf = (object: KubernetesObject): readonly Source[] =>
  [['acme'], ['vault'], ['venafi', 'tpp']].flatMap((path) => bundleIn(object, 'spec', ...path, 'caBundle') ?? []);

/** A bundle in base64, as the API has it; a text that is a PEM already is read all the same. */
function bundleIn(object: KubernetesObject, ...path: readonly string[]): Source | undefined {
  const node: YamlScalar | undefined =
    get(object.root, ...path)?.kind === 'scalar' ? scalar(object.root, ...path) : undefined;
  if (!node) return undefined;
  const held = { name: 'caBundle', holder: labelOf(object), container: 'ca-bundle' as const };
  return node.value.includes('-----BEGIN ') ? sourceOfScalar(node, held) : decodedSource(node, held);
}
