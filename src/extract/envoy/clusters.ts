import type { Fact, Upstream } from '../../core/fact.ts';
import { buildFact, byDefault, composite, type Field, type Fields, unknown, written } from '../../core/fact-builder.ts';
import type { Span } from '../../core/source.ts';
import type { VersionEvidence } from '../../core/technology.ts';
import { spanOfNode, type YamlMapping, type YamlNode } from '../../formats/yaml-tree.ts';
import { clusterTarget } from './addresses.ts';
import { certificatesOf } from './certificates.ts';
import { itemsAt, keyAt, scalarAt, settingAt, textAt, textField } from './messages.ts';
import type { Secrets } from './secrets.ts';
import { type TransportSocket, transportOf } from './sockets.ts';
import { tlsParameters } from './tls-parameters.ts';
import { anyTrait, flagTrait, type Trait, type Validation, validationOf } from './validation.ts';

/** What the whole file says that a cluster's facts need. */
export interface Surroundings {
  readonly secrets: Secrets;
  readonly version: VersionEvidence;
}

/**
 * One `upstream` for the transport socket of a cluster, and one for each of `transport_socket_matches`, which some
 * endpoints get instead. Source: Envoy API v3, config.cluster.v3.Cluster.
 */
export function clusterFacts(cluster: YamlMapping, around: Surroundings): readonly Fact<Upstream>[] {
  const name = textAt(cluster, 'name');
  const subject = name === undefined || name === '' ? 'the cluster' : `cluster ${name}`;
  const head = spanOfNode(scalarAt(cluster, 'name') ?? keyAt(cluster, 'name') ?? cluster);
  const matches = itemsAt(cluster, 'transport_socket_matches').map((match) => ({
    transport: transportOf(match),
    subject: `${subject}, match ${textAt(match, 'name') ?? ''}`.trimEnd(),
  }));
  const own = { transport: transportOf(cluster), subject };
  const all = matches.length > 0 && own.transport.kind === 'absent' ? matches : [own, ...matches];
  return all.map((one) => upstream(cluster, one.transport, one.subject, head, around));
}

function upstream(
  cluster: YamlMapping,
  transport: TransportSocket,
  subject: string,
  head: Span,
  around: Surroundings,
): Fact<Upstream> {
  const self = transport.kind === 'tls' || transport.kind === 'plain' ? transport.self : head;
  return buildFact<Upstream>(
    { technology: 'envoy', subject, self },
    { kind: 'upstream' },
    { ...clusterTarget(cluster), ...fieldsOf(cluster, transport, around) },
  );
}

function fieldsOf(
  cluster: YamlMapping,
  transport: TransportSocket,
  { secrets, version }: Surroundings,
): Fields<Upstream> {
  switch (transport.kind) {
    case 'absent':
      return {
        tls: cluster.open ? unknown : byDefault(false, 'a cluster without a transport socket sends plain text'),
      };
    case 'plain':
      return { tls: written(false, transport.self) };
    case 'unknown':
      return { tls: unknown };
    case 'tls': {
      const { context } = transport;
      const { protocols, ciphers } = tlsParameters('cluster', transport, version);
      const validation = validationOf(context, secrets);
      const certificate = certificatesOf(context, secrets);
      return {
        tls: written(true, transport.self),
        verify: composite({
          chain: chainOf(validation),
          hostname: hostnameOf(
            validation.acceptsUntrusted,
            anyTrait(validation.names, ...automaticNames(cluster, context)),
          ),
        }),
        ca: textField(validation.ca),
        serverName: textField(settingAt(context, 'sni')),
        ...{ protocols, ciphers },
        clientCertificate: clientCertificateOf(certificate),
      };
    }
  }
}

/** Names that are checked against what is asked for. */
const automaticNames = (cluster: YamlNode, context: YamlNode | undefined): readonly Trait[] => [
  flagTrait(context, 'auto_sni_san_validation'),
  flagTrait(
    cluster,
    'typed_extension_protocol_options',
    httpOptions,
    'upstream_http_protocol_options',
    'auto_san_validation',
  ),
  flagTrait(cluster, 'upstream_http_protocol_options', 'auto_san_validation'),
];

const httpOptions = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions';

/** Against roots with expired certificates let pass is neither: unknown. */
function chainOf({ acceptsUntrusted, chain, allowsExpired }: Validation): Field<boolean> {
  if (acceptsUntrusted.is === true) return written(false, acceptsUntrusted.span);
  if (acceptsUntrusted.is === 'unknown' || chain.is === 'unknown') return unknown;
  if (chain.is === true) return allowsExpired.is === false ? written(true, chain.span) : unknown;
  return byDefault(false, 'Envoy verifies no certificate unless trusted_ca or pinned certificates are given');
}

function hostnameOf(acceptsUntrusted: Trait, names: Trait): Field<boolean> {
  if (acceptsUntrusted.is === true) return written(false, acceptsUntrusted.span);
  if (acceptsUntrusted.is === 'unknown' || names.is === 'unknown') return unknown;
  if (names.is === true) return written(true, names.span);
  return byDefault(
    false,
    'Envoy checks no name unless subject alternative names are given or auto_san_validation is on',
  );
}

/** What the cluster shows of itself: a file or a secret's name. */
function clientCertificateOf(certificates: ReturnType<typeof certificatesOf>): Field<string> | undefined {
  if (certificates?.origin !== 'written') return certificates && unknown;
  const [first] = certificates.value;
  return first?.ref === undefined ? undefined : written(first.ref, certificates.span);
}
