import { describe, expect, test } from '@jest/globals';
import { extract, isIssuance, isListener, isUpstream, sliceOf } from './caddy-support.ts';

describe('JSON', () => {
  const json = async (http: unknown, tls?: unknown) => {
    const text = JSON.stringify({ apps: { http, ...(tls !== undefined && { tls }) } }, undefined, 2);
    const { facts } = await extract({ 'caddy.json': text });
    return { text, facts, listeners: facts.filter(isListener) };
  };
  const route = { match: [{ host: ['shop.example.com'] }], handle: [{ handler: 'file_server' }], terminal: true };
  const server = (more: object) => ({ servers: { web: { listen: [':443'], routes: [route], ...more } } });

  test('connection policies: one fact each, with the names that they are for', async () => {
    const policies = [
      {
        match: { sni: ['shop.example.com'] },
        protocol_min: 'tls1.3',
        client_authentication: { mode: 'require', trusted_ca_certs_pem_files: ['ca.pem'] },
        certificate_selection: { any_tag: ['shop'] },
      },
      { cipher_suites: ['TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA'], curves: ['x25519'] },
    ];
    const files = { certificates: { load_files: [{ certificate: 'shop.pem', key: 'shop.key', tags: ['shop'] }] } };
    const {
      text,
      listeners: [first, second, ...others],
    } = await json(server({ tls_connection_policies: policies }), files);
    expect(others).toEqual([]);
    expect(first?.data).toMatchObject({
      hosts: ['shop.example.com'],
      ports: [443],
      protocols: ['TLSv1.3'],
      ciphers: [],
      clientAuth: { mode: 'request' },
      certificates: [{ from: 'file', ref: 'shop.pem' }],
      hsts: { maxAgeSeconds: 0 },
    });
    expect(sliceOf(text, first, 'protocols')).toBe('tls1.3');
    expect(sliceOf(text, first, 'clientAuth/mode')).toBe('require');
    expect(second?.data).toMatchObject({ ciphers: ['TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA'], groups: ['x25519'] });
    expect(second?.data.hosts).toBeUndefined();
  });

  test.each([
    [{ listen: [':443'] }, true],
    [{ listen: [':8443'] }, true],
    [{ listen: [':8443'], routes: [{ handle: [] }] }, false],
    [{ listen: [':443'], routes: [{ handle: [] }] }, true],
    [{ listen: [':80'] }, false],
    [{ listen: [':443'], automatic_https: { disable: true } }, false],
    [{ listen: [':8443'], automatic_https: { skip: ['shop.example.com'] } }, false],
    [{ listen: [':8443'], routes: [], tls_connection_policies: [{}] }, true],
    [{ listen: [':443'], tls_connection_policies: [] }, false],
  ])('TLS of %j', async (more, tls) => {
    const { listeners: found } = await json(server(more));
    expect(found.map(({ data }) => data.tls)).toEqual([tls]);
  });

  test('headers, redirects and proxies in nested routes', async () => {
    const hsts = { handler: 'headers', response: { set: { 'Strict-Transport-Security': ['max-age=63072000'] } } };
    const proxy = {
      handler: 'reverse_proxy',
      transport: { protocol: 'http', tls: { insecure_skip_verify: true } },
      upstreams: [{ dial: '10.0.0.1:8443' }],
    };
    const nested = {
      match: [{ host: ['shop.example.com'] }],
      handle: [{ handler: 'subroute', routes: [{ handle: [hsts, proxy] }] }],
    };
    const redirect = {
      match: [{ host: ['shop.example.com'] }],
      handle: [
        {
          handler: 'static_response',
          status_code: 308,
          headers: { Location: ['https://{http.request.host}{http.request.uri}'] },
        },
      ],
    };
    const {
      text,
      facts,
      listeners: found,
    } = await json({
      servers: {
        web: { listen: [':443'], routes: [nested] },
        plain: { listen: [':80'], routes: [redirect] },
        serving: { listen: [':8080'], routes: [route], automatic_https: { disable: true } },
      },
    });
    expect(found.map(({ data }) => [data.tls, data.hsts?.maxAgeSeconds, data.redirectsToHttps])).toEqual([
      [true, 63072000, undefined],
      [false, undefined, true],
      [false, undefined, false],
    ]);
    const upstream = facts.find(isUpstream);
    expect(upstream?.data).toMatchObject({ target: '10.0.0.1:8443', verify: { chain: false }, exposure: 'private' });
    expect(sliceOf(text, upstream, 'verify/chain')).toBe('true');
  });

  test('a route that answers for some of the names hides what stands behind it from them', async () => {
    const hsts = { handler: 'headers', response: { set: { 'Strict-Transport-Security': ['max-age=1'] } } };
    const all = { handle: [hsts, { handler: 'file_server' }] };
    const other = { ...route, match: [{ host: ['www.example.com'] }] };
    const { listeners: found } = await json(server({ routes: [route, other, all], tls_connection_policies: [{}] }));
    expect(found.map(({ unknown }) => unknown.includes('hsts'))).toEqual([true]);
  });

  test('a staging directory in an automation policy', async () => {
    const ca = 'https://acme-staging-v02.api.letsencrypt.org/directory';
    const policy = { subjects: ['shop.acme.org'], issuers: [{ module: 'acme', ca }] };
    const { facts } = await json(server({}), { automation: { policies: [policy] } });
    expect(facts.find(isIssuance)?.data).toMatchObject({ staging: true, hosts: ['shop.acme.org'] });
  });

  test('a template decides', async () => {
    const { facts } = await extract({
      'caddy.json':
        '{ "apps": { "http": { "servers": { "web": { "listen": ["{{ .Listen }}"], "tls_connection_policies": [ { "protocol_min": "{{ .Oldest }}" } ] } } } } }',
    });
    expect(facts[0]?.unknown).toEqual(expect.arrayContaining(['ports', 'protocols']));
  });
});
