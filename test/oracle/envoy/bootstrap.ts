import type { World } from '../core/oracle-case.ts';

const tls = 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3';
export const upstreamType = `${tls}.UpstreamTlsContext`;
export const downstreamType = `${tls}.DownstreamTlsContext`;
const managerType =
  'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager';
const routerType = 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router';

/**
 * A whole bootstrap of YAML lists; each element begins with its dash at the start of a line. Ports are not shared, as
 * Envoy would by default: another server of this machine could answer in its place.
 */
export const bootstrap = (listeners: readonly string[], clusters: readonly string[] = [], rest = ''): string =>
  `static_resources:
  listeners:
${indented(listeners.map((text) => text.replace(/^- /, '- enable_reuse_port: false\n  ')).join('\n'), 2)}
  clusters: ${clusters.length === 0 ? '[]' : `\n${indented(clusters.join('\n'), 2)}`}
${rest}`;

export const indented = (text: string, by: number): string => text.replace(/^(?=.)/gm, ' '.repeat(by));

/** Routes of a virtual host, in flow style. */
export const answering =
  'routes: [{match: {prefix: "/"}, direct_response: {status: 200, body: {inline_string: here}}}]';
export const routed = (paths: Readonly<Record<string, string>>): string =>
  `routes: [${Object.entries(paths)
    .map(([path, cluster]) => `{match: {prefix: "${path}"}, route: {cluster: ${cluster}}}`)
    .join(', ')}]`;

/** An HTTP connection manager as a filter, in flow style. */
export const http = (virtualHost = answering, configuration = '', filters = ''): string =>
  `{name: http, typed_config: {"@type": ${managerType}, stat_prefix: a, delayed_close_timeout: 0s, route_config: {${configuration}virtual_hosts: [{name: a, domains: ["*"], ${virtualHost}}]}, http_filters: [${filters}{name: router, typed_config: {"@type": ${routerType}}}]}}`;

export const address = (port: number): string => `{socket_address: {address: 127.0.0.1, port_value: ${port}}}`;

/** Certificates of both kinds, in flow style. */
export const certificates = ({ certificates: { rsa, ecdsa } }: World): string =>
  `tls_certificates: [${[rsa, ecdsa]
    .map(({ chain, key }) => `{certificate_chain: {filename: ${chain}}, private_key: {filename: ${key}}}`)
    .join(', ')}]`;

/** A listener with one chain whose TLS context is `context`: lines, or what goes into the braces of a flow mapping. */
export const listener = (port: number, context: string, filter = http()): string =>
  `- name: on-${port}
  address: ${address(port)}
  filter_chains:
  - filters: [${filter}]
    transport_socket:
      name: envoy.transport_sockets.tls
      typed_config:
        "@type": ${downstreamType}
${indented(context, 8)}`;

/** A listener without TLS. */
export const plainListener = (port: number, filter = http()): string =>
  `- name: on-${port}
  address: ${address(port)}
  filter_chains: [{filters: [${filter}]}]`;

/** A cluster of one endpoint on this machine, with whatever `transport` says. */
export const cluster = (name: string, port: number, transport: string): string =>
  `- name: ${name}
  type: STATIC
  load_assignment:
    cluster_name: ${name}
    endpoints: [{lb_endpoints: [{endpoint: {address: ${address(port)}}}]}]
${indented(transport, 2)}`;

/** A transport socket whose upstream context is `context`. */
export const upstreamSocket = (context: string): string => `transport_socket:
  name: envoy.transport_sockets.tls
  typed_config:
    "@type": ${upstreamType}
${indented(context, 4)}`;
