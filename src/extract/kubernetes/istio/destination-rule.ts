import type { Fact, Upstream } from '../../../core/fact.ts';
import { buildFact, byDefault, composite, type Field, type Fields, unknown } from '../../../core/fact-builder.ts';
import type { Span } from '../../../core/source.ts';
import { get, items, keyOf, spanOfNode, text, type YamlNode } from '../../../formats/yaml-tree.ts';
import { reachOf } from '../../../tls/reach.ts';
import type { KindContext, KindExtractor } from '../kind.ts';
import { type KubernetesObject, labelOf } from '../objects.ts';
import { fieldFrom, textIn } from '../settings.ts';
import { type ClientTls, originated, unreadCredential } from './client-tls.ts';
import { serviceOf } from './hosts.ts';
import { field } from './protocols.ts';

/**
 * A DestinationRule: one `upstream` for each `tls` block, of the host, of its ports and of its subsets. One without any
 * leaves TLS to the mesh. Blocks of ports replace those of the host, and those of subsets both. Source: Istio 1.31,
 * networking/v1alpha3/destination_rule.proto, ClientTLSSettings; pilot/pkg/networking/core/cluster_tls.go.
 */
export const destinationRule: KindExtractor = (object, context) => {
  const host = text(object.root, 'spec', 'host');
  const label = labelOf(object);
  const policies = [
    { policy: get(object.root, 'spec', 'trafficPolicy'), subject: label },
    ...items(object.root, 'spec', 'subsets').map((subset) => ({
      policy: get(subset, 'trafficPolicy'),
      subject: `subset ${text(subset, 'name') ?? ''} of ${label}`,
    })),
  ];
  const facts = policies.flatMap(({ policy, subject }) =>
    policy
      ? [...tlsOf(policy, subject), ...portsOf(policy, subject)].map((one) => upstream(object, host, one, context))
      : [],
  );
  return { facts, diagnostics: [] };
};

interface TlsBlock {
  readonly tls: YamlNode;
  readonly self: Span;
  readonly subject: string;
  /** The port that it is for; all of the host's where absent. */
  readonly port?: string;
}

function tlsOf(policy: YamlNode, subject: string, port?: string): readonly TlsBlock[] {
  const tls = get(policy, 'tls');
  const key = keyOf(policy, 'tls');
  return tls && key ? [{ tls, self: spanOfNode(key), subject, ...(port !== undefined && { port }) }] : [];
}

const portsOf = (policy: YamlNode, subject: string): readonly TlsBlock[] =>
  items(policy, 'portLevelSettings').flatMap((settings) => {
    const port = text(settings, 'port', 'number');
    return tlsOf(settings, `port ${port ?? ''} of ${subject}`, port);
  });

function upstream(
  object: KubernetesObject,
  host: string | undefined,
  block: TlsBlock,
  context: KindContext,
): Fact<Upstream> {
  const { self, subject, port } = block;
  const service = host === undefined ? undefined : serviceOf(host, object.namespace);
  return buildFact<Upstream>(
    { technology: 'istio', subject, self },
    {
      kind: 'upstream',
      ...(host !== undefined && { target: host, exposure: reachOf(host) }),
      ...(service !== undefined && { service: port === undefined ? service : `${service}:${port}` }),
    },
    fieldsOf({ object, host, context, at: (name) => field(object, block.tls, name) }),
  );
}

function fieldsOf(settings: ClientTls): Fields<Upstream> {
  const { host, at } = settings;
  const mode = at('mode');
  switch (mode.state === 'absent' ? 'absent' : textIn(mode)) {
    case 'absent':
      return { tls: plaintext(host, byDefault(false, 'Istio reads a tls block without a mode as DISABLE')) };
    case 'DISABLE':
    case '0':
      return { tls: plaintext(host, fieldFrom(mode, () => false) ?? unknown) };
    case 'SIMPLE':
    case 'MUTUAL':
    case '1':
    case '2':
      return unreadCredential(settings) ?? { tls: fieldFrom(mode, () => true), ...originated(settings) };
    case 'ISTIO_MUTUAL':
    case '3': {
      const verified = byDefault(true, 'with ISTIO_MUTUAL both sides show certificates of the mesh');
      const on = fieldFrom(mode, () => true);
      return { tls: on, mesh: on, verify: composite({ chain: verified, hostname: verified }) };
    }
    default:
      return { tls: unknown };
  }
}

/**
 * DISABLE says that the sidecar adds no TLS. Between services of the cluster that leaves plain text; to other hosts, and
 * to the API server, programs speak TLS themselves.
 */
function plaintext(host: string | undefined, off: Field<boolean>): Field<boolean> {
  const isService = host !== undefined && (!host.includes('.') || /\.(svc|local)$/.test(host));
  return isService && !/^kubernetes(\.default|$)/.test(host) ? off : unknown;
}
