import type { NamedCase, OracleCase, World } from '../core/oracle-case.ts';
import { answering, bootstrap, certificates, cluster, http, listener, plainListener, routed } from './bootstrap.ts';
import { oneListener } from './one-listener.ts';

/** What HTTP says: HSTS and redirects. */
export const httpCases: readonly NamedCase[] = [
  ...(
    [
      [
        'a virtual host',
        http(`response_headers_to_add: [{header: {key: strict-transport-security, value: max-age=300}}], ${answering}`),
      ],
      [
        'the route configuration',
        http(
          answering,
          'response_headers_to_add: [{header: {key: Strict-Transport-Security, value: "max-age=63072000; includeSubDomains"}}], ',
        ),
      ],
      [
        'a route',
        http(
          'routes: [{match: {prefix: "/"}, direct_response: {status: 200}, response_headers_to_add: {header: {key: Strict-Transport-Security, value: max-age=86400}}}]',
        ),
      ],
      [
        'a filter',
        http(
          answering,
          '',
          '{name: m, typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.header_mutation.v3.HeaderMutation, mutations: {response_mutations: [{append: {header: {key: Strict-Transport-Security, value: max-age=1000}}}]}}}, ',
        ),
      ],
    ] as const
  ).map(([place, filter]) => ({
    name: `HSTS by ${place}`,
    make: (world: World) =>
      oneListener(`common_tls_context: {${certificates(world)}}`, ['hsts/maxAgeSeconds'], filter)(world),
  })),
  ...(
    [
      ['require_tls', 'require_tls: ALL, routes: [{match: {prefix: "/"}, route: {cluster: app}}]'],
      ['https_redirect', 'routes: [{match: {prefix: "/"}, redirect: {https_redirect: true}}]'],
      [
        'scheme_redirect, after ACME',
        'routes: [{match: {prefix: "/.well-known/acme-challenge/"}, route: {cluster: app}}, {match: {prefix: "/"}, redirect: {scheme_redirect: https, port_redirect: 8443}}]',
      ],
      [
        'the first route that matches',
        'routes: [{match: {prefix: "/"}, redirect: {https_redirect: true}}, {match: {prefix: "/late"}, route: {cluster: app}}]',
      ],
      ['nothing', 'routes: [{match: {prefix: "/"}, route: {cluster: app}}]'],
      [
        'a redirect to another host over the same scheme',
        'routes: [{match: {prefix: "/"}, redirect: {host_redirect: other.test}}]',
      ],
    ] as const
  ).map(([how, host]) => ({
    name: `plain HTTP beside TLS: ${how}`,
    make: (world: World): OracleCase => ({
      files: {
        'envoy.yaml': bootstrap(
          [
            plainListener(world.port('plain'), http(host)),
            listener(
              world.port('secure'),
              `common_tls_context: {${certificates(world)}}`,
              http(routed({ '/': 'app' })),
            ),
          ],
          [cluster('app', world.backend().port, '')],
        ),
      },
      compares: how.startsWith('a redirect') ? ['tls'] : ['tls', 'redirectsToHttps'],
    }),
  })),
];
