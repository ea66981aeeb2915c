import type { Fact, Listener } from '../../core/fact.ts';
import { buildFact, byDefault, type Field, type Fields, unknown, written } from '../../core/fact-builder.ts';
import type { Span } from '../../core/source.ts';
import type { VersionEvidence } from '../../core/technology.ts';
import { spanOfNode, type YamlMapping, type YamlNode } from '../../formats/yaml-tree.ts';
import { listenerAddress } from './addresses.ts';
import { certificatesOf } from './certificates.ts';
import { clientAuthOf } from './client-auth.ts';
import { earlyDataOf } from './early-data.ts';
import { answerOf, type Filters, filtersOf, hstsOf, routedClusters } from './http-routes.ts';
import { booleanField, elementsAt, itemsAt, keyAt, negated, nodeAt, scalarAt, settingAt, textAt } from './messages.ts';
import type { Secrets } from './secrets.ts';
import { type TransportSocket, transportOf } from './sockets.ts';
import { tlsParameters } from './tls-parameters.ts';

/** What the whole file says that a listener's facts need. */
export interface Surroundings {
  readonly secrets: Secrets;
  readonly version: VersionEvidence;
  /** Clusters that some listener of the file serves over TLS. */
  readonly servedSecurely: ReadonlySet<string>;
}

interface Chain {
  readonly node: YamlNode;
  readonly filters: Filters;
  readonly transport: TransportSocket;
}

/** The chains of a listener, the default one last. Source: Envoy API v3, config.listener.v3.Listener. */
function chainsOf(listener: YamlNode): readonly Chain[] {
  const standard = nodeAt(listener, 'default_filter_chain');
  const nodes = [...itemsAt(listener, 'filter_chains'), ...(standard ? [standard] : [])];
  return nodes
    .filter(({ kind }) => kind === 'mapping')
    .map((node) => ({ node, filters: filtersOf(node), transport: transportOf(node) }));
}

/** The clusters that listeners serve over TLS. */
export const securelyServed = (listeners: readonly YamlNode[]): ReadonlySet<string> =>
  new Set(
    listeners
      .flatMap(chainsOf)
      .filter(({ transport }) => transport.kind === 'tls')
      .flatMap(({ filters }) => [...routedClusters(filters.manager)]),
  );

/** One `listener` for each filter chain: each has a transport of its own. */
export function listenerFacts(listener: YamlMapping, around: Surroundings): readonly Fact<Listener>[] {
  const chains = chainsOf(listener);
  const address = listenerAddress(listener);
  const name = textAt(listener, 'name') ?? address.label;
  const label = name === undefined || name === '' ? 'the listener' : `listener ${name}`;
  const head = spanOfNode(
    scalarAt(listener, 'name') ?? keyAt(listener, 'address') ?? keyAt(listener, 'filter_chains') ?? listener,
  );
  return chains.map((chain, index) => {
    const { transport, filters } = chain;
    const { application } = filters;
    return buildFact<Listener>(
      {
        technology: 'envoy',
        subject: subjectOf(label, chain.node, chains.length > 1 ? index : undefined),
        self: transport.kind === 'tls' || transport.kind === 'plain' ? transport.self : head,
      },
      { kind: 'listener', ...(application && { application }) },
      {
        hosts: hostsOf(chain.node),
        ports: address.ports,
        exposure: address.exposure,
        ...(transport.kind === 'tls' ? secured(transport, filters, around) : plain(chain, head, around)),
      },
    );
  });
}

function subjectOf(label: string, chain: YamlNode, index: number | undefined): string {
  const names = itemsAt(chain, 'filter_chain_match', 'server_names').flatMap((item) =>
    item.kind === 'scalar' ? [item.value] : [],
  );
  if (names.length > 0) return `${label} (${names.slice(0, 3).join(', ')}${names.length > 3 ? ', …' : ''})`;
  if (index === undefined) return label;
  return `${label}, filter chain ${textAt(chain, 'name') ?? index + 1}`;
}

/** The names in the handshake that a chain is for. */
function hostsOf(chain: YamlNode): Field<readonly string[]> | undefined {
  const setting = settingAt(chain, 'filter_chain_match', 'server_names');
  if (setting.state === 'absent') return undefined;
  const { items, open } = elementsAt(chain, 'filter_chain_match', 'server_names');
  const scalars = items.filter((item) => item.kind === 'scalar');
  if (setting.state === 'unknown' || open || scalars.length < items.length) return unknown;
  return written(
    scalars.map(({ value }) => value),
    spanOfNode(setting.node),
    Object.fromEntries(scalars.map((item, at): [string, Span] => [String(at), spanOfNode(item)])),
  );
}

type Tls = Extract<TransportSocket, { kind: 'tls' }>;

function secured(transport: Tls, filters: Filters, { secrets, version }: Surroundings): Fields<Listener> {
  const { context, carrier, self } = transport;
  const parameters = tlsParameters('listener', transport, version);
  const { protocols, ciphers, suites13, groups } = parameters;
  return {
    // STARTTLS begins in plain text, and what follows is up to the client.
    tls: carrier === 'starttls' ? unknown : written(true, self),
    ...{ protocols, ciphers, suites13, groups },
    preferServerCiphers: context && !parameters.leavesChoice ? preferenceOf(context) : unknown,
    earlyData: earlyDataOf(transport, version),
    clientAuth: clientAuthOf(transport, secrets),
    certificates: certificatesOf(context, secrets),
    sessionTickets: context ? ticketsOf(context) : unknown,
    hsts: filters.application === 'http' ? hstsOf(filters.manager) : undefined,
  };
}

/** With certificates of several kinds Envoy chooses the kind, and the client's order counts among the suites for it. */
function preferenceOf(context: YamlNode): Field<boolean> {
  const preferred = booleanField(settingAt(context, 'prefer_client_ciphers'));
  if (!preferred) return byDefault(true, 'Envoy goes by its own order unless prefer_client_ciphers is set');
  const several = ['tls_certificates', 'tls_certificate_sds_secret_configs'].some((field) => {
    const { items, open } = elementsAt(context, 'common_tls_context', field);
    return open || items.length > 1;
  });
  return 'value' in preferred && preferred.value && several ? unknown : negated(preferred);
}

function ticketsOf(context: YamlNode): Field<boolean> {
  const disabled = booleanField(settingAt(context, 'disable_stateless_session_resumption'));
  return disabled ? negated(disabled) : byDefault(true, 'Envoy gives out session tickets unless told not to');
}

/**
 * A chain without TLS. With the server's name to go by, or a proxy of bytes behind it, TLS is passed through. Plain HTTP is
 * judged where the same clusters are there over TLS as well; otherwise it may be meant for a mesh, or for a load balancer.
 */
function plain({ node, filters, transport }: Chain, head: Span, { servedSecurely }: Surroundings): Fields<Listener> {
  const passesThrough =
    filters.passesOn ||
    settingAt(node, 'filter_chain_match', 'server_names').state !== 'absent' ||
    textAt(node, 'filter_chain_match', 'transport_protocol') === 'tls';
  if (transport.kind === 'unknown' || passesThrough)
    return { tls: unknown, protocols: unknown, ciphers: unknown, clientAuth: unknown, hsts: unknown };
  const off = byDefault(false, 'a filter chain without a transport socket takes plain text');
  const answer = answerOf(filters.manager);
  const alsoSecure = [...routedClusters(filters.manager)].some((cluster) => servedSecurely.has(cluster));
  return {
    tls: transport.kind === 'plain' ? written(false, transport.self) : off,
    redirectsToHttps:
      filters.application !== 'http'
        ? undefined
        : answer.kind === 'redirects'
          ? written(true, answer.span)
          : answer.kind === 'serves' && alsoSecure
            ? written(false, head)
            : unknown,
  };
}
