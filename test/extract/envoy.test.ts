import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Fact, type Pointer, spanAt } from '../../src/core/fact.ts';
import { evaluateBoringCiphers } from '../../src/extract/envoy/boringssl-ciphers.ts';
import { envoy } from '../../src/extract/envoy/envoy.ts';

const repository = { paths: [], read: () => undefined };

async function extract(text: string, version = '1.40.0', path = 'envoy.yaml', guessed = false) {
  const unit = { sources: [{ path, text }] as const, repository };
  return envoy.extract(unit, () => ({ version, reason: `Envoy ${version}`, guessed }));
}
const factsOf = async (text: string, version?: string) => (await extract(text, version)).facts;
const only = async (text: string, version?: string) => {
  const facts = await factsOf(text, version);
  expect(facts).toHaveLength(1);
  return facts[0];
};
const textAt = (text: string, fact: Fact | undefined, pointer: Pointer): string => {
  const span = fact && spanAt(fact, pointer);
  return span ? text.slice(span.start, span.end) : 'no such fact';
};

const tlsType = 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3';
const http = (content: string): string =>
  `{name: http, typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager, ${content}}}`;
const site = http(
  'route_config: {virtual_hosts: [{name: a, domains: ["*"], routes: [{match: {prefix: "/"}, route: {cluster: app}}]}]}',
);

/** A listener on port 8443 whose TLS context holds these lines. */
const listener = (context: string, filters = site): string => `
static_resources:
  listeners:
  - name: web
    address: {socket_address: {address: 0.0.0.0, port_value: 8443}}
    filter_chains:
    - filters: [${filters}]
      transport_socket:
        name: envoy.transport_sockets.tls
        typed_config:
          "@type": ${tlsType}.DownstreamTlsContext
${context.replace(/^/gm, '          ')}
`;
const common = (content: string): string => listener(`common_tls_context:\n${content.replace(/^/gm, '  ')}`);

/** A cluster whose upstream context holds these lines. */
const cluster = (context: string, host = 'api.example.com', more = ''): string => `
static_resources:
  clusters:
  - name: api
    ${more}
    load_assignment:
      cluster_name: api
      endpoints:
      - lb_endpoints:
        - endpoint: {address: {socket_address: {address: ${host}, port_value: 443}}}
    transport_socket:
      name: envoy.transport_sockets.tls
      typed_config:
        "@type": ${tlsType}.UpstreamTlsContext
${context.replace(/^/gm, '        ')}
`;
const trusting = 'common_tls_context: {validation_context: {trusted_ca: {filename: /etc/ca.pem}}}';

describe('envoy listeners', () => {
  test('a filter chain with everything written', async () => {
    const text = listener(`require_client_certificate: true
disable_stateless_session_resumption: true
prefer_client_ciphers: true
common_tls_context:
  tls_params:
    tls_minimum_protocol_version: TLSv1_1
    tls_maximum_protocol_version: TLSv1_2
    cipher_suites: ["[ECDHE-RSA-AES128-GCM-SHA256|ECDHE-RSA-CHACHA20-POLY1305]", AES128-SHA]
    ecdh_curves: [P-256, X25519]
  tls_certificates:
  - certificate_chain: {filename: /etc/site.pem}
    private_key: {filename: /etc/site.key}
  validation_context: {trusted_ca: {filename: /etc/clients.pem}}`);
    const fact = await only(text);
    expect(fact?.subject).toBe('listener web');
    expect(fact?.data).toEqual({
      kind: 'listener',
      application: 'http',
      ports: [8443],
      exposure: 'external',
      tls: true,
      protocols: ['TLSv1.1', 'TLSv1.2'],
      ciphers: ['ECDHE-RSA-AES128-GCM-SHA256', 'ECDHE-RSA-CHACHA20-POLY1305', 'AES128-SHA'],
      groups: ['secp256r1', 'x25519'],
      earlyData: { enabled: false, mitigations: [] },
      clientAuth: { mode: 'required', ca: '/etc/clients.pem' },
      certificates: [{ from: 'file', ref: '/etc/site.pem' }],
      sessionTickets: false,
    });
    // Of two suites in brackets the client may choose.
    expect(fact?.unknown).toEqual(['preferServerCiphers', 'hsts']);
    expect(textAt(text, fact, 'protocols')).toBe('TLSv1_1');
    expect(textAt(text, fact, 'ciphers/1')).toBe('ECDHE-RSA-CHACHA20-POLY1305');
    expect(textAt(text, fact, 'ciphers/2')).toBe('AES128-SHA');
    expect(textAt(text, fact, 'groups/0')).toBe('P-256');
    expect(textAt(text, fact, 'clientAuth/ca')).toBe('/etc/clients.pem');
    expect(textAt(text, fact, 'certificates/0')).toBe('/etc/site.pem');
    expect(textAt(text, fact, 'tls')).toBe('transport_socket');
  });

  test.each([
    ['1.40.0', ['TLSv1.2', 'TLSv1.3']],
    ['1.22.0', ['TLSv1.2', 'TLSv1.3']],
    ['1.21.5', ['TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']],
  ])('the default protocols of %s', async (version, protocols) => {
    const fact = await only(common('alpn_protocols: [h2]'), version);
    expect(fact?.data).toMatchObject({ protocols });
    expect(fact?.defaults.protocols).toEqual({ reason: `the default of Envoy ${version}` });
  });

  test('default suites, groups and client authentication', async () => {
    const fact = await only(common('alpn_protocols: [h2]'));
    expect(fact?.data).toMatchObject({
      ciphers: [
        'ECDHE-ECDSA-AES128-GCM-SHA256',
        'ECDHE-ECDSA-CHACHA20-POLY1305',
        'ECDHE-RSA-AES128-GCM-SHA256',
        'ECDHE-RSA-CHACHA20-POLY1305',
        'ECDHE-ECDSA-AES256-GCM-SHA384',
        'ECDHE-RSA-AES256-GCM-SHA384',
      ],
      groups: ['X25519MLKEM768', 'x25519', 'secp256r1'],
      clientAuth: { mode: 'none' },
    });
    expect((await only(common('alpn_protocols: [h2]'), '1.21.0'))?.data).toMatchObject({
      ciphers: expect.arrayContaining(['AES128-SHA']),
    });
  });

  test.each([
    ['TLS_AUTO is the default', 'tls_minimum_protocol_version: TLS_AUTO', ['TLSv1.2', 'TLSv1.3'], 'default'],
    ['numbers stand for names', 'tls_minimum_protocol_version: 4', ['TLSv1.3'], 'written'],
    ['a maximum alone', 'tls_maximum_protocol_version: TLSv1_2', ['TLSv1.2'], 'written'],
    [
      'a minimum above the maximum',
      'tls_minimum_protocol_version: TLSv1_3\ntls_maximum_protocol_version: TLSv1_2',
      [],
      'written',
    ],
    [
      'a minimum that is written stays, whether or not a suite goes with it',
      'tls_minimum_protocol_version: TLSv1_0',
      ['TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'],
      'written',
    ],
    [
      'a suite that TLS 1.0 can use',
      'tls_minimum_protocol_version: TLSv1_0\ncipher_suites: [ECDHE-RSA-AES128-SHA]',
      ['TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'],
      'written',
    ],
    [
      'FIPS',
      'tls_minimum_protocol_version: TLSv1_0\ncompliance_policies: [FIPS_202205]',
      ['TLSv1.2', 'TLSv1.3'],
      'written',
    ],
  ])('%s', async (_name, params, protocols, origin) => {
    const fact = await only(common(`tls_params:\n${params.replace(/^/gm, '  ')}`));
    expect(fact?.data).toMatchObject({ protocols });
    expect(fact?.spans.protocols ? 'written' : 'default').toBe(origin);
  });

  test('a hybrid group alone leaves older versions without one for ECDHE', async () => {
    const groups = (suites: string) =>
      common(`tls_params: {ecdh_curves: [X25519MLKEM768], cipher_suites: [${suites}]}`);
    const text = groups('ECDHE-RSA-AES128-SHA, AES128-SHA');
    const fact = await only(text);
    expect(fact?.data).toMatchObject({ ciphers: ['AES128-SHA'], protocols: ['TLSv1.2', 'TLSv1.3'] });
    expect(textAt(text, fact, 'ciphers/0')).toBe('AES128-SHA');
    expect((await only(groups('ECDHE-RSA-AES128-SHA')))?.data).toMatchObject({ ciphers: [], protocols: ['TLSv1.3'] });
  });

  test('whose order of suites counts', async () => {
    const list = 'common_tls_context: {tls_params: {cipher_suites: [AES128-SHA, AES256-SHA]}}';
    expect((await only(listener(list)))?.data).toMatchObject({ preferServerCiphers: true });
    expect((await only(listener(`prefer_client_ciphers: true\n${list}`)))?.data).toMatchObject({
      preferServerCiphers: false,
    });
    // With several certificates Envoy decides on the kind of key first.
    const several = 'tls_certificates: [{certificate_chain: {filename: /a}}, {certificate_chain: {filename: /b}}]';
    const both = `prefer_client_ciphers: true\n${list.replace('{tls_params', `{${several}, tls_params`)}`;
    expect((await only(listener(both)))?.unknown).toContain('preferServerCiphers');
  });

  test('a certificate with parameters of its own leaves open what a client meets', async () => {
    const own = 'tls_certificates: [{certificate_chain: {filename: /a}, tls_params: {}}]';
    expect((await only(common(own)))?.unknown).toEqual(expect.arrayContaining(['protocols', 'ciphers', 'groups']));
  });

  test('suites of TLS 1.2 have no effect where only TLS 1.3 is spoken', async () => {
    const fact = await only(common('tls_params: {tls_minimum_protocol_version: TLSv1_3, cipher_suites: [AES128-SHA]}'));
    expect(fact?.data).toMatchObject({ ciphers: [], protocols: ['TLSv1.3'] });
  });

  test.each([
    ['roots make a certificate optional', '{trusted_ca: {filename: /ca.pem}}', '', 'optional'],
    [
      'a name has to be shown',
      '{trusted_ca: {filename: /ca.pem}, match_typed_subject_alt_names: [{san_type: DNS, matcher: {exact: a}}]}',
      '',
      'required',
    ],
    ['nothing to verify by, so none is asked for', '{}', 'require_client_certificate: true\n', 'none'],
    ['ACCEPT_UNTRUSTED alone', '{trust_chain_verification: ACCEPT_UNTRUSTED}', '', 'request'],
    [
      'whoever is not trusted may enter',
      '{trusted_ca: {filename: /ca.pem}, trust_chain_verification: ACCEPT_UNTRUSTED}',
      'require_client_certificate: true\n',
      'request',
    ],
    ['an empty context asks for nothing', '{}', '', 'none'],
  ])('client certificates: %s', async (_name, validation, before, mode) => {
    const fact = await only(listener(`${before}common_tls_context: {validation_context: ${validation}}`));
    expect(fact?.data).toMatchObject({ clientAuth: { mode } });
  });

  test('roots that a discovery service gives are unknown, and required certificates stay required', async () => {
    const sds = 'common_tls_context: {validation_context_sds_secret_config: {name: ca, sds_config: {ads: {}}}}';
    expect((await only(listener(sds)))?.unknown).toContain('clientAuth/mode');
    expect((await only(listener(`require_client_certificate: true\n${sds}`)))?.data).toMatchObject({
      clientAuth: { mode: 'required' },
    });
  });

  test('each chain of a listener is one fact; TLS that is passed through is not known', async () => {
    const text = `
static_resources:
  listeners:
  - address: {socket_address: {address: 127.0.0.1, port_value: 443}}
    filter_chains:
    - filter_chain_match: {server_names: [a.example.com, "*.b.example.com"]}
      filters: [${site}]
      transport_socket: {name: tls, typed_config: {"@type": ${tlsType}.DownstreamTlsContext}}
    - filter_chain_match: {server_names: [c.example.com]}
      filters: [{name: envoy.filters.network.tcp_proxy}]
    default_filter_chain:
      filters: [${site}]
      transport_socket: {name: raw, typed_config: {"@type": type.googleapis.com/envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer}}
`;
    const facts = await factsOf(text);
    expect(facts.map(({ subject, data }) => [subject, 'tls' in data ? data.tls : undefined])).toEqual([
      ['listener 127.0.0.1:443 (a.example.com, *.b.example.com)', true],
      ['listener 127.0.0.1:443 (c.example.com)', undefined],
      ['listener 127.0.0.1:443, filter chain 3', false],
    ]);
    expect(facts[0]?.data).toMatchObject({ hosts: ['a.example.com', '*.b.example.com'], exposure: 'internal' });
    expect(textAt(text, facts[0], 'hosts/1')).toBe('*.b.example.com');
  });

  test('QUIC speaks TLS 1.3 and takes early data, of which it tells the upstream', async () => {
    const quic = (more: string): string =>
      listener(
        `downstream_tls_context: {common_tls_context: {tls_params: {tls_minimum_protocol_version: TLSv1_0}}}${more}`,
      ).replace(
        `${tlsType}.DownstreamTlsContext`,
        'type.googleapis.com/envoy.extensions.transport_sockets.quic.v3.QuicDownstreamTransport',
      );
    const fact = await only(quic(''));
    expect(fact?.data).toMatchObject({
      protocols: ['TLSv1.3'],
      ciphers: [],
      earlyData: { enabled: true, mitigations: ['header-forwarded'] },
    });
    expect(fact?.defaults['earlyData/enabled']?.reason).toContain('enable_early_data');
    const off = quic('\nenable_early_data: false');
    expect(textAt(off, await only(off), 'earlyData/enabled')).toBe('false');
  });

  test('QUIC takes no early data from clients that it validates, and asks for certificates only where required', async () => {
    const quic = (fields: string): string =>
      listener(`downstream_tls_context: {${fields}}`).replace(
        `${tlsType}.DownstreamTlsContext`,
        'type.googleapis.com/envoy.extensions.transport_sockets.quic.v3.QuicDownstreamTransport',
      );
    const roots = 'common_tls_context: {validation_context: {trusted_ca: {filename: /ca.pem}}}';
    const off = { earlyData: { enabled: false } };
    expect((await only(quic(roots)))?.data).toMatchObject({ ...off, clientAuth: { mode: 'none' } });
    const required = await only(quic(`require_client_certificate: true, ${roots}`));
    expect(required?.data).toMatchObject({ ...off, clientAuth: { mode: 'required', ca: '/ca.pem' } });
    expect((await only(quic(roots), '1.34.0'))?.unknown).toContain('earlyData/enabled');
  });

  test('STARTTLS begins in plain text; sockets around another count as that one', async () => {
    const start = listener(
      'tls_socket_config: {common_tls_context: {tls_params: {tls_minimum_protocol_version: TLSv1_3}}}',
    ).replace(
      `${tlsType}.DownstreamTlsContext`,
      'type.googleapis.com/envoy.extensions.transport_sockets.starttls.v3.StartTlsConfig',
    );
    const fact = await only(start);
    expect(fact?.data).toMatchObject({ protocols: ['TLSv1.3'] });
    expect(fact?.unknown).toContain('tls');
    const tap = listener(
      `transport_socket: {name: tls, typed_config: {"@type": ${tlsType}.DownstreamTlsContext}}`,
    ).replace(`${tlsType}.DownstreamTlsContext`, 'type.googleapis.com/envoy.extensions.transport_sockets.tap.v3.Tap');
    expect((await only(tap))?.data).toMatchObject({ tls: true });
  });

  test('the HSTS header of a virtual host', async () => {
    const text = listener(
      'common_tls_context: {}',
      http(
        'route_config: {virtual_hosts: [{name: a, domains: ["*"], response_headers_to_add: [{header: {key: Strict-Transport-Security, value: "max-age=300; includeSubDomains"}}]}]}',
      ),
    );
    const fact = await only(text);
    expect(fact?.data).toMatchObject({ hsts: { maxAgeSeconds: 300, includeSubDomains: true } });
    expect(textAt(text, fact, 'hsts/maxAgeSeconds')).toBe('max-age=300; includeSubDomains');
  });

  describe('plain HTTP', () => {
    const plain = (routes: string, port = 80): string =>
      `  - address: {socket_address: {address: "::", port_value: ${port}}}
    filter_chains: [{filters: [${http(`route_config: {virtual_hosts: [{name: a, domains: ["*"], ${routes}}]}`)}]}]\n`;
    const both = (routes: string): string => `${common('alpn_protocols: [h2]')}${plain(routes)}`;
    const redirects = async (routes: string) => (await factsOf(both(routes)))[1];

    test.each([
      ['all', 'require_tls: ALL, routes: [{match: {prefix: "/"}, route: {cluster: app}}]', 'ALL'],
      ['https_redirect', 'routes: [{match: {prefix: "/"}, redirect: {https_redirect: true}}]', 'true'],
      [
        'ACME beside it',
        'routes: [{match: {prefix: "/.well-known/acme-challenge/"}, route: {cluster: acme}}, {match: {prefix: "/"}, redirect: {scheme_redirect: https}}]',
        'https',
      ],
    ])('%s sends every request on to https', async (_name, routes, place) => {
      const fact = await redirects(routes);
      expect(fact?.data).toMatchObject({ tls: false, redirectsToHttps: true });
      expect(textAt(both(routes), fact, 'redirectsToHttps')).toBe(place);
    });

    test('what is there over TLS too is served as it is', async () => {
      const fact = await redirects('routes: [{match: {prefix: "/"}, route: {cluster: app}}]');
      expect(fact?.data).toMatchObject({ tls: false, redirectsToHttps: false, exposure: 'external' });
    });

    test('silent: another service, a discovery service, a listener by itself', async () => {
      const other = await redirects('routes: [{match: {prefix: "/"}, route: {cluster: stats}}]');
      expect(other?.unknown).toEqual(['redirectsToHttps']);
      const alone = await only(
        `static_resources:\n  listeners:\n${plain('routes: [{match: {prefix: "/"}, route: {cluster: app}}]')}`,
      );
      expect(alone?.unknown).toEqual(['redirectsToHttps']);
      const rds = await factsOf(
        `${common('alpn_protocols: [h2]')}  - address: {pipe: {path: /run/a}}\n    filter_chains: [{filters: [${http('rds: {}')}]}]\n`,
      );
      expect(rds[1]?.unknown).toEqual(['redirectsToHttps']);
    });
  });

  test('silent: the admin interface is no listener', async () => {
    expect(
      await factsOf('static_resources: {}\nadmin: {address: {socket_address: {address: 0.0.0.0, port_value: 9901}}}'),
    ).toEqual([]);
  });
});

describe('envoy clusters', () => {
  test('nothing is verified unless told to', async () => {
    const text = cluster('sni: api.example.com');
    const fact = await only(text);
    expect(fact?.subject).toBe('cluster api');
    expect(fact?.data).toMatchObject({
      kind: 'upstream',
      target: 'api.example.com:443',
      exposure: 'external',
      tls: true,
      serverName: 'api.example.com',
      verify: { chain: false, hostname: false },
      protocols: ['TLSv1.2'],
    });
    expect(fact?.defaults['verify/chain']?.reason).toContain('trusted_ca');
    expect(textAt(text, fact, 'verify/chain')).toBe('transport_socket');
  });

  test.each([
    ['roots', trusting, { chain: true, hostname: false }],
    [
      'roots and names',
      'common_tls_context: {validation_context: {trusted_ca: {filename: /ca.pem}, match_typed_subject_alt_names: [{san_type: DNS, matcher: {exact: a}}]}}',
      { chain: true, hostname: true },
    ],
    ['roots and the name asked for', `auto_sni_san_validation: true\n${trusting}`, { chain: true, hostname: true }],
    [
      'a pinned key',
      'common_tls_context: {validation_context: {verify_certificate_spki: [abc]}}',
      { chain: true, hostname: true },
    ],
    [
      'the roots of the system, of which Envoy takes no notice',
      'common_tls_context: {validation_context: {system_root_certs: {}}}',
      { chain: false, hostname: false },
    ],
    [
      'untrusted ones accepted',
      'common_tls_context: {validation_context: {trusted_ca: {filename: /ca.pem}, trust_chain_verification: ACCEPT_UNTRUSTED}}',
      { chain: false, hostname: false },
    ],
    [
      'names without roots',
      'common_tls_context: {validation_context: {match_typed_subject_alt_names: [{san_type: DNS, matcher: {exact: a}}]}}',
      { chain: false, hostname: true },
    ],
  ])('%s', async (_name, context, verify) => {
    expect((await only(cluster(context)))?.data).toMatchObject({ verify });
  });

  test('ACCEPT_UNTRUSTED is where a finding points', async () => {
    const text = cluster('common_tls_context: {validation_context: {trust_chain_verification: ACCEPT_UNTRUSTED}}');
    expect(textAt(text, await only(text), 'verify/chain')).toBe('ACCEPT_UNTRUSTED');
  });

  test('sockets around the socket of a cluster, STARTTLS, QUIC', async () => {
    const inner = `{name: tls, typed_config: {"@type": ${tlsType}.UpstreamTlsContext, sni: a}}`;
    const around = (type: string, fields: string) =>
      cluster(fields).replace(
        `${tlsType}.UpstreamTlsContext`,
        `type.googleapis.com/envoy.extensions.transport_sockets.${type}`,
      );
    const proxied = around('proxy_protocol.v3.ProxyProtocolUpstreamTransport', `transport_socket: ${inner}`);
    expect((await only(proxied))?.data).toMatchObject({ tls: true, serverName: 'a', verify: { chain: false } });
    const starttls = around('starttls.v3.UpstreamStartTlsConfig', 'tls_socket_config: {sni: b}');
    expect((await only(starttls))?.data).toMatchObject({ tls: true, serverName: 'b' });
    const quic = around('quic.v3.QuicUpstreamTransport', 'upstream_tls_context: {sni: c}');
    expect((await only(quic))?.data).toMatchObject({ tls: true, serverName: 'c', protocols: ['TLSv1.3'] });
    const other = around('alts.v3.Alts', 'handshaker_service: a');
    expect((await only(other))?.unknown).toEqual(['tls']);
  });

  test('auto_san_validation among the options of the HTTP protocol', async () => {
    const options =
      'typed_extension_protocol_options: {envoy.extensions.upstreams.http.v3.HttpProtocolOptions: {upstream_http_protocol_options: {auto_sni: true, auto_san_validation: true}}}';
    expect((await only(cluster(trusting, 'api.example.com', options)))?.data).toMatchObject({
      verify: { hostname: true },
    });
  });

  test('secrets: from the file itself they are read, from elsewhere they are unknown', async () => {
    const sds = (more: string): string =>
      cluster(`common_tls_context:
  tls_certificate_sds_secret_configs: [{name: identity}]
  combined_validation_context:
    default_validation_context: {match_typed_subject_alt_names: [{san_type: DNS, matcher: {exact: a}}]}
    validation_context_sds_secret_config: {name: roots${more}}`);
    const secrets = `  secrets:
  - {name: roots, validation_context: {trusted_ca: {filename: /etc/roots.pem}}}
  - {name: identity, tls_certificate: {certificate_chain: {filename: /etc/me.pem}}}
`;
    expect((await only(sds('') + secrets))?.data).toMatchObject({
      verify: { chain: true, hostname: true },
      ca: '/etc/roots.pem',
      clientCertificate: '/etc/me.pem',
    });
    const elsewhere = await only(sds(', sds_config: {ads: {}}'));
    expect(elsewhere?.unknown).toEqual(['verify/chain', 'verify/hostname', 'ca']);
    expect(elsewhere?.data).toMatchObject({ clientCertificate: 'identity' });
  });

  test('endpoints say how far it goes', async () => {
    const exposure = async (host: string) => (await only(cluster('sni: a', host)))?.data;
    expect(await exposure('127.0.0.1')).toMatchObject({ exposure: 'internal' });
    expect(await exposure('inventory')).toMatchObject({ exposure: 'private', target: 'inventory:443' });
    expect(await exposure('10.1.2.3')).toMatchObject({ exposure: 'private' });
    const eds = await only(
      'clusters: [{name: a, eds_cluster_config: {}, transport_socket: {name: tls, typed_config: {"@type": x/a.UpstreamTlsContext}}}]',
    );
    expect(eds?.unknown).toContain('exposure');
  });

  test('matches have a context each; raw_buffer is plain text', async () => {
    const facts = await factsOf(`
static_resources:
  clusters:
  - name: mesh
    load_assignment: {endpoints: [{lb_endpoints: [{endpoint: {address: {pipe: {path: /run/a}}}}]}]}
    transport_socket_matches:
    - name: secure
      transport_socket: {name: envoy.transport_sockets.tls, typed_config: {"@type": ${tlsType}.UpstreamTlsContext}}
    - name: open
      transport_socket: {name: envoy.transport_sockets.raw_buffer}
`);
    expect(facts.map(({ subject, data }) => [subject, 'tls' in data && data.tls])).toEqual([
      ['cluster mesh, match secure', true],
      ['cluster mesh, match open', false],
    ]);
    expect(facts[0]?.data).toMatchObject({ exposure: 'internal', target: 'unix:/run/a' });
  });
});

describe('other spellings', () => {
  test('camel case, JSON', async () => {
    const text = JSON.stringify(
      {
        staticResources: {
          clusters: [
            {
              name: 'api',
              loadAssignment: {
                endpoints: [
                  {
                    lbEndpoints: [
                      { endpoint: { address: { socketAddress: { address: 'api.example.com', portValue: 443 } } } },
                    ],
                  },
                ],
              },
              transportSocket: {
                name: 'envoy.transport_sockets.tls',
                typedConfig: {
                  '@type': `${tlsType}.UpstreamTlsContext`,
                  commonTlsContext: {
                    tlsParams: {
                      tlsMinimumProtocolVersion: 'TLSv1_0',
                      tlsMaximumProtocolVersion: 'TLSv1_2',
                      cipherSuites: ['AES128-SHA'],
                    },
                    validationContext: { trustedCa: { filename: '/ca.pem' } },
                  },
                },
              },
            },
          ],
        },
      },
      undefined,
      2,
    );
    const { facts, diagnostics } = await extract(text, '1.40.0', 'bootstrap.json');
    expect(diagnostics).toEqual([]);
    expect(facts[0]?.data).toMatchObject({
      target: 'api.example.com:443',
      protocols: ['TLSv1.0', 'TLSv1.1', 'TLSv1.2'],
      verify: { chain: true },
    });
    expect(textAt(text, facts[0], 'protocols')).toBe('TLSv1_0');
  });

  test('the version 2 API, which only old releases read', async () => {
    const fact = await only(`
listeners:
- address: {socket_address: {address: 0.0.0.0, port_value: 443}}
  filter_chains:
  - tls_context: {common_tls_context: {tls_certificates: [{certificate_chain: {filename: /a.pem}}]}}
    filters: [{name: envoy.http_connection_manager, config: {route_config: {}}}]
`);
    expect(fact?.data).toMatchObject({
      tls: true,
      application: 'http',
      protocols: ['TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'],
      certificates: [{ from: 'file', ref: '/a.pem' }],
    });
    expect(fact?.defaults.protocols?.reason).toContain('version 2');
    const upstream = await only(`
clusters:
- name: a
  connect_timeout: 1s
  hosts: [{socket_address: {address: a.example.com, port_value: 443}}]
  tls_context: {common_tls_context: {validation_context: {trusted_ca: {filename: /ca.pem}, verify_subject_alt_name: [a]}}}
`);
    expect(upstream?.data).toMatchObject({ target: 'a.example.com:443', verify: { chain: true, hostname: true } });
  });

  test('templates leave what they decide unknown', async () => {
    const text = `static_resources:
  listeners:
  - name: web
    address: {socket_address: {address: 0.0.0.0, port_value: {{ .Values.port }}}}
    filter_chains:
    - filters: []
      transport_socket:
        name: tls
        typed_config:
          "@type": ${tlsType}.DownstreamTlsContext
          common_tls_context:
            tls_params:
              tls_minimum_protocol_version: {{ .Values.min }}
            {{- if .Values.mtls }}
            validation_context: {trusted_ca: {filename: /ca.pem}}
            {{- end }}
  clusters:
  - name: api
    load_assignment: {endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: "\${HOST}", port_value: 443}}}}]}]}
    transport_socket: {name: tls, typed_config: {"@type": ${tlsType}.UpstreamTlsContext}}
`;
    const { facts, diagnostics } = await extract(text, '1.40.0', 'envoy.yaml.tmpl');
    expect(diagnostics).toEqual([]);
    expect(facts[0]?.unknown).toEqual(expect.arrayContaining(['ports', 'protocols']));
    expect(facts[1]?.unknown).toEqual(['exposure']);
  });

  test('resources of a discovery service, a bare list, an anchor', async () => {
    const facts = await factsOf(`resources:
- "@type": type.googleapis.com/envoy.config.cluster.v3.Cluster
  name: one
  load_assignment: {endpoints: []}
  transport_socket: &socket
    name: tls
    typed_config: {"@type": ${tlsType}.UpstreamTlsContext}
- {name: two, load_assignment: {endpoints: []}, transport_socket: *socket}
`);
    expect(facts.map(({ subject, data }) => [subject, 'tls' in data && data.tls])).toEqual([
      ['cluster one', true],
      ['cluster two', true],
    ]);
  });

  test('a broken document is a diagnostic and hides nothing before it', async () => {
    const { facts, diagnostics } = await extract(`${common('alpn_protocols: [h2]')}\n  clusters: [}\n`);
    expect(facts.map(({ subject }) => subject)).toEqual(['listener web']);
    expect(diagnostics.map(({ code }) => code)).toEqual(['parse-error']);
  });
});

describe('which files are claimed', () => {
  const claimed = (path: string, text: string): boolean =>
    envoy.claims({ path, hasWord: (word) => text.includes(word) });
  test.each([
    ['envoy.yaml', 'static_resources:', true],
    ['deploy/proxy.yml.j2', 'static_resources:', true],
    ['bootstrap.json', '"staticResources"', true],
    ['lds.yaml', '"@type": type.googleapis.com/envoy.config.listener.v3.Listener', true],
    ['clusters.yaml', 'connect_timeout: 1s\ntls_context: {}', true],
    ['main.go', 'static_resources', false],
    [
      'envoyfilter.yaml',
      'apiVersion: networking.istio.io/v1\nkind: EnvoyFilter\n"@type": type.googleapis.com/envoy.x',
      false,
    ],
    ['values.yaml', 'envoy: {image: envoyproxy/envoy}', false],
  ])('%s: %s', (path, text, expected) => {
    expect(claimed(path, text)).toBe(expected);
  });
});

describe('cipher lists of BoringSSL', () => {
  const names = (list: string): readonly string[] => evaluateBoringCiphers(list).suites.map(({ name }) => name);
  test.each([
    [
      '3DES is not part of ALL, and of nothing but itself',
      'ALL:!ECDHE',
      ['AES128-GCM-SHA256', 'AES256-GCM-SHA384', 'AES128-SHA', 'AES256-SHA'],
    ],
    [
      'an intersection',
      'ECDHE+AESGCM',
      [
        'ECDHE-ECDSA-AES128-GCM-SHA256',
        'ECDHE-RSA-AES128-GCM-SHA256',
        'ECDHE-ECDSA-AES256-GCM-SHA384',
        'ECDHE-RSA-AES256-GCM-SHA384',
      ],
    ],
    ['keywords take out what they do not bring in', '3DES:AES128-SHA:AES128-GCM-SHA256:-SHA1', ['AES128-GCM-SHA256']],
    ['IANA names', 'TLS_RSA_WITH_AES_128_CBC_SHA:3DES', ['AES128-SHA', 'DES-CBC3-SHA']],
    ['moved to the end and back', 'kRSA:-AES128:+AES256', ['AES256-GCM-SHA384', 'AES256-SHA']],
    ['a suite that only other libraries know', 'RC4-SHA:AES128-SHA', ['RC4-SHA', 'AES128-SHA']],
    ['TLS 1.3 is not for lists', 'TLS_AES_128_GCM_SHA256:AES128-SHA', ['AES128-SHA']],
  ])('%s', (_name, list, expected) => {
    expect(names(list)).toEqual(expected);
  });

  test('never throws, and says where each suite came from', () => {
    const piece = fc.constantFrom(
      'ALL',
      'kRSA',
      'AES128-SHA',
      '[',
      ']',
      '|',
      ':',
      '!',
      '-',
      '+',
      '@STRENGTH',
      '3DES',
      ',',
      'x',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map((parts) => parts.join('')),
        ),
        (list) => {
          for (const { broughtInBy } of evaluateBoringCiphers(list).suites)
            expect(list.slice(broughtInBy.start, broughtInBy.end)).not.toBe('');
        },
      ),
    );
  });
});
