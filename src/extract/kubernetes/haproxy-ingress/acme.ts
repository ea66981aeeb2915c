import { data as servers } from '../../../../data/acme-servers.yaml';
import type { Fact, Issuance } from '../../../core/fact.ts';
import { buildFact, byDefault, type Field, unknown, written } from '../../../core/fact-builder.ts';
import { items, scalar, spanOfNode, type YamlNode, type YamlScalar } from '../../../formats/yaml-tree.ts';
import { configMapsOf, ownerOfConfigMap } from '../ingress/config-maps.ts';
import { type KindExtractor, nothing } from '../kind.ts';
import { nearestTo } from '../nearest.ts';
import { headOf, type KubernetesObject, labelOf, qualified } from '../objects.ts';
import { fieldFrom, listOf, scalarIn, settingAt } from '../settings.ts';
import { annotationsOf, technology } from './settings.ts';

/**
 * The certificates that HAProxy Ingress asks an ACME authority for: `cert-signer: acme` on an Ingress, for the hosts and
 * the Secret of each entry of `spec.tls`. Source: haproxy-ingress 0.16.1, keys.md, "Acme".
 */
export const acmeRequests: KindExtractor = (object, context) => {
  const signer = scalarIn(annotationsOf(object)('cert-signer'));
  if (signer?.value !== 'acme') return nothing;
  const [map] = nearestTo(object.root.source.path, configMapsOf(technology, context));
  const issuer = map ? written(labelOf(map), spanOfNode(signer)) : unknown;
  const expiring = map && scalarIn(settingAt(map, map.root, 'data', 'acme-expiring'));
  return {
    facts: items(object.root, 'spec', 'tls').flatMap((entry) => request(object, entry, signer, issuer, expiring)),
    diagnostics: [],
  };
};

const day = 24 * 3600;

function request(
  object: KubernetesObject,
  entry: YamlNode,
  signer: YamlScalar,
  issuer: Field<string>,
  expiring: YamlScalar | undefined,
): readonly Fact<Issuance>[] {
  const secret = scalar(entry, 'secretName');
  const hosts = items(entry, 'hosts').filter((host): host is YamlScalar => host.kind === 'scalar');
  if (!secret || hosts.length === 0) return [];
  const days = Number(expiring?.value);
  return [
    buildFact<Issuance>(
      { technology, subject: labelOf(object), self: spanOfNode(signer) },
      { kind: 'issuance', issuerType: 'acme' },
      {
        issuer,
        secret: written(qualified(object.namespace, secret.value), spanOfNode(secret)),
        hosts: listOf(hosts, spanOfNode(secret)),
        renewBeforeSeconds:
          expiring && Number.isInteger(days)
            ? written(days * day, spanOfNode(expiring))
            : byDefault(30 * day, 'HAProxy Ingress renews 30 days before the end unless acme-expiring says otherwise'),
        ca: byDefault(false, 'what an Ingress asks for is no authority'),
      },
    ),
  ];
}

const aliases: Readonly<Record<string, boolean>> = { 'v2-staging': true, 'v02-staging': true, v2: false, v02: false };

/** The ConfigMap of the controller as the issuer that it describes: `acme-endpoint`. */
export const acmeIssuer: KindExtractor = (object) => {
  if (ownerOfConfigMap(object)?.product !== technology) return nothing;
  const endpoint = settingAt(object, object.root, 'data', 'acme-endpoint');
  if (endpoint.state !== 'written' || object.name === undefined) return nothing;
  const label = labelOf(object);
  return {
    facts: [
      buildFact<Issuance>(
        { technology, subject: label, self: headOf(object) },
        { kind: 'issuance', issuerType: 'acme' },
        { issuer: written(label, headOf(object)), staging: fieldFrom(endpoint, isStaging) ?? unknown },
      ),
    ],
    diagnostics: [],
  };
};

function isStaging(endpoint: string): boolean | undefined {
  const known = aliases[endpoint];
  if (known !== undefined) return known;
  const host = /^https:\/\/([^/:]+)/i.exec(endpoint)?.[1];
  return host === undefined ? undefined : servers.some((server) => server.host === host.toLowerCase());
}
