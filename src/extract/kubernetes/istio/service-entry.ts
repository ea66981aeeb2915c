import type { Fact, Upstream } from '../../../core/fact.ts';
import { buildFact, written } from '../../../core/fact-builder.ts';
import { get, items, scalar, spanOfNode, text, type YamlNode } from '../../../formats/yaml-tree.ts';
import { reachOf } from '../../../tls/reach.ts';
import type { KindContext, KindExtractor } from '../kind.ts';
import { type KubernetesObject, labelOf } from '../objects.ts';
import { overlap } from './hosts.ts';

export const serviceEntryKind = 'networking.istio.io/ServiceEntry';
export const destinationRuleKind = 'networking.istio.io/DestinationRule';

/**
 * A ServiceEntry that calls port 443 of another host HTTP: proxies send plain text there, unless a DestinationRule
 * originates TLS. Any other port is left to the programs, which mostly speak TLS themselves.
 * Source: Istio 1.31, networking/v1alpha3/service_entry.proto; Istio documentation, Egress TLS Origination.
 */
export const serviceEntry: KindExtractor = (object, context) => ({
  facts: object.fragment || text(object.root, 'spec', 'location') === 'MESH_INTERNAL' ? [] : plaintext(object, context),
  diagnostics: [],
});

function plaintext(object: KubernetesObject, context: KindContext): readonly Fact<Upstream>[] {
  const hosts = items(object.root, 'spec', 'hosts').flatMap((host) => (host.kind === 'scalar' ? [host.value] : []));
  const outside = hosts.filter((host) => !isTlsOriginated(host, context));
  const [host] = outside;
  if (host === undefined) return [];
  return items(object.root, 'spec', 'ports').flatMap((port) => {
    const protocol = scalar(port, 'protocol');
    if (!protocol || !/^HTTP2?$/i.test(protocol.value) || connectedPort(object, port) !== '443') return [];
    const target = `${host}:443`;
    const head = { technology: 'istio', subject: `port 443 of ${labelOf(object)}`, self: spanOfNode(protocol) };
    return [
      buildFact<Upstream>(
        head,
        { kind: 'upstream', target, exposure: reachOf(host) },
        { tls: written(false, spanOfNode(protocol)) },
      ),
    ];
  });
}

/** The port that proxies connect to: endpoints and `targetPort` may name another one than clients do. */
function connectedPort({ root }: KubernetesObject, port: YamlNode): string | undefined {
  const name = text(port, 'name');
  const own = items(root, 'spec', 'endpoints').map((endpoint) =>
    name === undefined ? undefined : text(endpoint, 'ports', name),
  );
  const [first] = own;
  return first ?? text(port, 'targetPort') ?? text(port, 'number');
}

/** Some DestinationRule says something about TLS for the host. */
const isTlsOriginated = (host: string, { known }: KindContext): boolean =>
  known(destinationRuleKind).some(({ root }) => {
    const ruled = text(root, 'spec', 'host');
    return (ruled === undefined || overlap(ruled, host)) && speaksOfTls(get(root, 'spec'));
  });

/** By its text: subsets and ports may say it as well. */
const speaksOfTls = (spec: YamlNode | undefined): boolean =>
  spec === undefined || /\btls["']?\s*:/.test(spec.source.text.slice(spec.range.start, spec.range.end));
