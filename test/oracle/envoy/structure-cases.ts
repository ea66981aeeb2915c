import type { NamedCase } from '../core/oracle-case.ts';
import {
  address,
  bootstrap,
  certificates,
  cluster,
  downstreamType,
  http,
  listener,
  plainListener,
} from './bootstrap.ts';

/** Where things stand, and how they may be written. */
export const structureCases: readonly NamedCase[] = [
  {
    name: 'chains by name on one port, and the default one',
    make: (world) => {
      const socket = (params: string) =>
        `transport_socket: {name: tls, typed_config: {"@type": ${downstreamType}, common_tls_context: {${certificates(world)}, tls_params: {${params}}}}}`;
      const chain = (names: string, params: string) =>
        `  - {filter_chain_match: {server_names: [${names}]}, filters: [${http()}], ${socket(params)}}`;
      return {
        files: {
          'envoy.yaml': bootstrap([
            `- name: many
  address: ${address(world.port())}
  listener_filters: [{name: inspector, typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector}}]
  filter_chains:
${chain('a.oracle.test', 'tls_minimum_protocol_version: TLSv1_3')}
${chain('b.oracle.test, "*.c.oracle.test"', 'tls_maximum_protocol_version: TLSv1_2')}
  default_filter_chain: {filters: [${http()}], ${socket('tls_minimum_protocol_version: TLSv1_1, cipher_suites: [AES128-SHA]')}}`,
          ]),
        },
        compares: ['protocols', 'tls'],
      };
    },
  },
  {
    name: 'TLS that is passed through by name',
    make: (world) => {
      const backend = world.tlsBackend();
      return {
        files: {
          'envoy.yaml': bootstrap(
            [
              `- name: through
  address: ${address(world.port())}
  listener_filters: [{name: inspector, typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector}}]
  filter_chains:
  - filter_chain_match: {server_names: [a.oracle.test]}
    filters: [{name: tcp, typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy, stat_prefix: a, cluster: c}}]`,
            ],
            [cluster('c', backend.port, '')],
          ),
        },
        compares: [],
      };
    },
  },
  {
    name: 'camel case in JSON',
    make: (world) => ({
      files: {
        'envoy.json': JSON.stringify({
          staticResources: {
            listeners: [
              {
                address: { socketAddress: { address: '127.0.0.1', portValue: world.port() } },
                filterChains: [
                  {
                    transportSocket: {
                      name: 'x',
                      typedConfig: {
                        '@type': downstreamType,
                        commonTlsContext: {
                          tlsParams: {
                            tlsMinimumProtocolVersion: 'TLSv1_1',
                            tls_maximum_protocol_version: 'TLSv1_2',
                            cipherSuites: ['AES128-SHA'],
                          },
                          tlsCertificates: [
                            {
                              certificateChain: { filename: world.certificates.rsa.chain },
                              privateKey: { filename: world.certificates.rsa.key },
                            },
                          ],
                        },
                        requireClientCertificate: true,
                      },
                    },
                    filters: [
                      {
                        name: 'h',
                        typedConfig: {
                          '@type':
                            'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
                          statPrefix: 'a',
                          routeConfig: {
                            virtualHosts: [
                              {
                                name: 'a',
                                domains: ['*'],
                                routes: [{ match: { prefix: '/' }, directResponse: { status: 200 } }],
                              },
                            ],
                          },
                          httpFilters: [
                            {
                              name: 'r',
                              typedConfig: {
                                '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router',
                              },
                            },
                          ],
                        },
                      },
                    ],
                  },
                ],
              },
            ],
          },
        }),
      },
      compares: ['protocols', 'ciphers', 'clientAuth/mode', 'certificates'],
    }),
  },
  {
    name: 'secrets of the file, and of another file',
    make: (world) => {
      const { rsa, root } = world.certificates;
      const pair = `certificate_chain: {filename: ${rsa.chain}}, private_key: {filename: ${rsa.key}}`;
      return {
        files: {
          'envoy.yaml': bootstrap(
            [
              listener(
                world.port('static'),
                'common_tls_context:\n  tls_certificate_sds_secret_configs: [{name: pair}]\n  validation_context_sds_secret_config: {name: roots}',
              ),
              listener(
                world.port('file'),
                `common_tls_context:\n  tls_certificate_sds_secret_configs: [{name: outside, sds_config: {path_config_source: {path: ${world.folder}/sds.yaml}}}]`,
              ),
            ],
            [],
            `  secrets:\n  - {name: pair, tls_certificate: {${pair}}}\n  - {name: roots, validation_context: {trusted_ca: {filename: ${root}}}}\n`,
          ).concat('node: {id: a, cluster: b}\n'),
          'sds.yaml': `resources:\n- {"@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret, name: outside, tls_certificate: {${pair}}}\n`,
        },
        compares: ['certificates', 'clientAuth/mode'],
      };
    },
  },
  {
    name: 'anchors, comments and odd indentation',
    make: (world) => ({
      files: {
        'envoy.yaml': `# Comment: tls_minimum_protocol_version: TLSv1_0
static_resources:
    listeners:
    - address: {socket_address: {address: &here 127.0.0.1, port_value: ${world.port('one')}}}
      filter_chains:
      - filters: &filters [${http()}]
        transport_socket: &socket
          name: envoy.transport_sockets.tls   # by the type
          typed_config:
            "@type": "${downstreamType}"
            common_tls_context: { ${certificates(world)}, tls_params: {
              "tls_minimum_protocol_version": "TLSv1_1",  # TLSv1_3
              cipher_suites: [ 'AES128-SHA' ]
            } }
    - address: {socket_address: {address: *here, port_value: ${world.port('two')}}}
      filter_chains: [{filters: *filters, transport_socket: *socket}]
`,
      },
      compares: ['protocols', 'ciphers'],
    }),
  },
  {
    name: 'additional addresses',
    make: (world) => ({
      files: {
        'envoy.yaml': bootstrap([
          `${listener(world.port(), `common_tls_context: {${certificates(world)}, tls_params: {tls_minimum_protocol_version: TLSv1_3}}`)}
  additional_addresses: [{address: ${address(world.port('more'))}}]`,
        ]),
      },
      compares: ['protocols'],
    }),
  },
  {
    name: 'a socket around the socket, and a typed struct',
    make: (world) => {
      const context = `{"@type": ${downstreamType}, common_tls_context: {${certificates(world)}, tls_params: {tls_minimum_protocol_version: TLSv1_3}}}`;
      const struct = `{"@type": type.googleapis.com/xds.type.v3.TypedStruct, type_url: ${downstreamType}, value: {common_tls_context: {${certificates(world)}, tls_params: {tls_maximum_protocol_version: TLSv1_2}}}}`;
      const on = (port: number, socket: string) =>
        `- address: ${address(port)}\n  filter_chains: [{filters: [${http()}], transport_socket: ${socket}}]`;
      const tap = `{name: tap, typed_config: {"@type": type.googleapis.com/envoy.extensions.transport_sockets.tap.v3.Tap, common_config: {admin_config: {config_id: a}}, transport_socket: {name: envoy.transport_sockets.tls, typed_config: ${context}}}}`;
      return {
        files: {
          'envoy.yaml': `${bootstrap([on(world.port('tap'), tap), on(world.port('struct'), `{name: envoy.transport_sockets.tls, typed_config: ${struct}}`)])}admin: {address: ${address(world.port('admin'))}}\n`,
        },
        compares: ['protocols'],
      };
    },
  },
  {
    name: 'plain text, without a socket and with the one for it',
    make: (world) => ({
      files: {
        'envoy.yaml': bootstrap([
          plainListener(world.port('one')),
          `- address: ${address(world.port('two'))}\n  filter_chains: [{filters: [${http()}], transport_socket: {name: envoy.transport_sockets.raw_buffer, typed_config: {"@type": type.googleapis.com/envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer}}}]`,
        ]),
      },
      compares: ['tls'],
    }),
  },
];
