import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { NamedCase, OracleCase, World } from '../core/oracle-case.ts';
import { bootstrap, cluster, http, plainListener, routed, upstreamSocket } from './bootstrap.ts';
import { roots, type Text, textOf } from './one-listener.ts';

const spki = (path: string): string =>
  createHash('sha256')
    .update(new X509Certificate(readFileSync(path)).publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64');

/** A plain listener that passes on to a backend of each flaw through clusters with this transport. */
const upstream =
  (transport: Text, compares: readonly string[] = ['tls', 'verify/chain', 'verify/hostname'], rest: Text = '') =>
  (world: World): OracleCase => {
    const backends = (['sound', 'untrusted', 'wrong-name', 'expired'] as const).map((flaw) =>
      world.tlsBackend({ flaw }),
    );
    return passing(world, backends, textOf(transport, world), compares, textOf(rest, world));
  };

/** The same with a backend of each version. */
const upstreamVersions =
  (params: string) =>
  (world: World): OracleCase => {
    const backends = (['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const).map((version) =>
      world.tlsBackend({ version }),
    );
    return passing(world, backends, upstreamSocket(`common_tls_context: {${params}}`), ['protocols']);
  };

function passing(
  world: World,
  backends: readonly ReturnType<World['tlsBackend']>[],
  transport: string,
  compares: readonly string[],
  rest = '',
): OracleCase {
  const paths = Object.fromEntries(backends.map((_, index) => [`/b${index}`, `c${index}`]));
  const clusters = backends.map(({ port }, index) => cluster(`c${index}`, port, transport));
  return {
    files: { 'envoy.yaml': bootstrap([plainListener(world.port(), http(routed(paths)))], clusters, rest) },
    passes: backends.map((backend, index) => ({
      port: world.port(),
      tls: false,
      host: 'one.oracle.test',
      path: `/b${index}`,
      backend,
    })),
    compares,
  };
}

const names = 'match_typed_subject_alt_names: [{san_type: DNS, matcher: {exact: localhost}}]';
const verifying = (more: string) => (world: World) =>
  upstreamSocket(`common_tls_context: {validation_context: {${roots(world)}${more}}}`);

/** Clusters. */
export const upstreamCases: readonly NamedCase[] = [
  { name: 'an upstream that is not verified', make: upstream(upstreamSocket('sni: localhost')) },
  { name: 'an upstream with roots alone', make: upstream(verifying('')) },
  { name: 'an upstream with roots and names', make: upstream(verifying(`, ${names}`)) },
  {
    name: 'an upstream with a name in the older field',
    make: upstream(verifying(', match_subject_alt_names: [{exact: localhost}]')),
  },
  {
    name: 'an upstream that accepts untrusted certificates',
    make: upstream(verifying(`, ${names}, trust_chain_verification: ACCEPT_UNTRUSTED`)),
  },
  {
    name: 'an upstream that accepts expired certificates',
    make: upstream(verifying(`, ${names}, allow_expired_certificate: true`), ['verify/hostname']),
  },
  {
    name: 'an upstream with a pinned key',
    make: upstream((world) =>
      upstreamSocket(
        `common_tls_context: {validation_context: {verify_certificate_spki: ["${spki(world.certificates.ecdsa.chain)}"]}}`,
      ),
    ),
  },
  {
    name: 'an upstream checked against the name asked for',
    make: upstream((world) =>
      upstreamSocket(
        `sni: localhost\nauto_sni_san_validation: true\ncommon_tls_context: {validation_context: {${roots(world)}}}`,
      ),
    ),
  },
  {
    name: "an upstream checked against the request's host",
    make: upstream(
      (world) => `typed_extension_protocol_options:
  envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
    "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
    upstream_http_protocol_options: {auto_sni: true, auto_san_validation: true}
    explicit_http_config: {http_protocol_options: {}}
${upstreamSocket(`common_tls_context: {validation_context: {${roots(world)}}}`)}`,
    ),
  },
  {
    name: 'an upstream verified by a secret of the file',
    make: upstream(
      upstreamSocket('common_tls_context: {validation_context_sds_secret_config: {name: roots}}'),
      undefined,
      (world) => `  secrets: [{name: roots, validation_context: {${roots(world)}}}]\n`,
    ),
  },
  {
    name: 'an upstream with names of its own and roots from a secret',
    make: upstream(
      upstreamSocket(
        `common_tls_context: {combined_validation_context: {default_validation_context: {${names}}, validation_context_sds_secret_config: {name: roots}}}`,
      ),
      undefined,
      (world) => `  secrets: [{name: roots, validation_context: {${roots(world)}}}]\n`,
    ),
  },
  {
    name: 'an upstream with a combination that accepts untrusted certificates',
    make: upstream(
      upstreamSocket(
        `common_tls_context: {combined_validation_context: {default_validation_context: {trust_chain_verification: ACCEPT_UNTRUSTED}, validation_context_sds_secret_config: {name: roots}}}`,
      ),
      undefined,
      (world) => `  secrets: [{name: roots, validation_context: {${roots(world)}}}]\n`,
    ),
  },
  {
    name: 'an upstream with the roots of the system, which only gRPC clients know',
    make: upstream(upstreamSocket('common_tls_context: {validation_context: {system_root_certs: {}}}')),
  },
  {
    name: 'an upstream in plain text',
    make: (world) => {
      const backend = world.backend();
      return {
        files: {
          'envoy.yaml': bootstrap(
            [plainListener(world.port(), http(routed({ '/': 'c' })))],
            [
              cluster(
                'c',
                backend.port,
                'transport_socket: {name: a, typed_config: {"@type": type.googleapis.com/envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer}}',
              ),
            ],
          ),
        },
        passes: [{ port: world.port(), tls: false, backend }],
        compares: ['tls'],
      };
    },
  },
  {
    name: 'an upstream by the match of its endpoints',
    make: upstream(
      (world) => `transport_socket_matches:
- name: rest
  match: {}
  transport_socket: {name: tls, typed_config: {"@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext, common_tls_context: {validation_context: {${roots(world)}}}}}`,
    ),
  },
  { name: 'versions to an upstream: TLS 1.2 alone by default', make: upstreamVersions('') },
  {
    name: 'versions to an upstream: up to TLS 1.3',
    make: upstreamVersions('tls_params: {tls_maximum_protocol_version: TLSv1_3}'),
  },
  {
    name: 'versions to an upstream: from TLS 1.0, with suites for it',
    make: upstreamVersions(
      'tls_params: {tls_minimum_protocol_version: TLSv1_0, cipher_suites: [ECDHE-ECDSA-AES128-SHA]}',
    ),
  },
  {
    name: 'versions to an upstream: from TLS 1.0, without suites for it',
    make: upstreamVersions('tls_params: {tls_minimum_protocol_version: TLSv1_0}'),
  },
  {
    name: 'versions to an upstream: TLS 1.3 alone',
    make: upstreamVersions('tls_params: {tls_minimum_protocol_version: TLSv1_3, tls_maximum_protocol_version: 4}'),
  },
];
